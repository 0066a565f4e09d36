"""Recordings on a Ray cluster: https://docs.ray.io, Moritz et al. 2018 (OSDI).

One actor a GPU, or per two cores where there is none, takes one recording after the other; Ray
places the actors, starts those anew that die, and repeats what they were doing. Recordings and
results must be on storage that all machines see under the same path. Ray's reports of its usage
are never sent: a cluster that sends them is not used. A cluster of ours listens on this machine's
loopback interface alone, and obeys only who has its token.
"""

from __future__ import annotations

import importlib
import json
import logging
import os
import secrets
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from app.core.commands import how_to_add
from app.core.errors import RoomreadError, SettingsError
from app.core.machine import share_of_cores
from app.engine.analyse.analysed import list_session
from app.engine.analyse.processes import environment
from app.engine.analyse.queue_row import RowState
from app.engine.analyse.work import (
    Begun,
    Ended,
    Outcome,
    Said,
    Tell,
    Work,
    do,
    seldom,
)
from app.engine.consent import load_purpose

if TYPE_CHECKING:
    from ray.util.queue import Queue

LOCAL: Final = "local"
"""Address of a cluster that is started on this machine and ends with the run."""
AUTO: Final = "auto"
"""Address of the cluster that this machine is part of."""
CORES: Final = 2
"""Of an actor without a GPU."""
RETRIES: Final = 2
"""Times that a recording is begun again where the actor dies over it."""
_EVERY: Final = 1.0
"""Seconds between two words on how far a recording is, and between two looks at them."""
_SPANS: Final = "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"
"""Whether a cluster may have more than one machine. Where not, Ray takes 127.0.0.1 for the address
of this one, on every system, and listens there alone: https://github.com/ray-project/ray/pull/59852
"""
_GREETING: Final = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\0\0\0\4\0\0\0\0\0"
"""How a client of HTTP/2, as Ray speaks it, begins: RFC 9113, 3.4, and no settings."""
_SETTINGS: Final = 4
"""Type of the frame by which a server answers; it is the fourth byte."""
_KNOCK: Final = 5.0
"""Seconds for a machine to answer at all."""
_PATIENCE: Final = 60.0
"""Seconds for a cluster to take us in."""
_LOOK: Final = 0.1
_OWN_MEMORY: Final = 80 * 1024 * 1024
"""Bytes that a cluster of ours holds for objects: a few words each."""


class OnRay:
    """Does works on a cluster; see ``work.RunAll``.

    Args:
        address: "host:6379", ``AUTO`` or ``LOCAL``.
        retries: see ``RETRIES``.

    Raises:
        RoomreadError: this is no such address, or Ray is not installed.
    """

    def __init__(self, address: str, retries: int = RETRIES) -> None:
        if address == AUTO:  # as Ray takes it
            address = os.environ.get("RAY_ADDRESS") or AUTO
        if address not in (AUTO, LOCAL):
            _host_and_port(address)
        self._address, self._retries = address, retries
        _ray()

    def __call__(self, works: list[Work], tell: Tell, stopped: threading.Event) -> None:
        """See ``work.RunAll``.

        Raises RoomreadError where the cluster can't be used, or is lost on the way.
        """
        with _connected(self._address, stopped) as ray:
            if ray is None:
                return
            try:
                _Round(ray, works, tell, self._retries).run(stopped)
            except ray.exceptions.RayError as error:
                raise RoomreadError(
                    f"the Ray cluster was lost ({_line(error)}): what was analysed until then is "
                    "kept; once it is up, the same command goes on from there"
                ) from error


class _Round:
    def __init__(self, ray: Any, works: list[Work], tell: Tell, retries: int) -> None:
        from ray.util.actor_pool import ActorPool  # noqa: PLC0415
        from ray.util.queue import Queue  # noqa: PLC0415

        self._ray, self._tell, self._retries = ray, tell, retries
        self._works = {work.name: _to_send(work, tell) for work in works}
        self._open = dict.fromkeys(self._works)
        self._tasks: dict[str, Any] = {}
        self._queue = Queue(actor_options={"num_cpus": 0})
        self._analyst = ray.remote(Analyst)
        self._actors = [self._actor(one) for one in _places(ray.nodes())[: len(works)]]
        self._pool: Any = ActorPool(self._actors)

    def run(self, stopped: threading.Event) -> None:
        """Do all; actors end here, whatever happens."""
        try:
            for work in self._works.values():
                self._pool.submit(self._submit, work)
            while self._pool.has_next() and not stopped.is_set():
                self._next()
                self._hear()
            for name in list(self._open):
                if stopped.is_set():
                    if name in self._tasks:
                        self._end(name, Outcome(RowState.CANCELLED))
                else:
                    self._end(name, Outcome(RowState.FAILED, "no machine of the cluster took it"))
        finally:
            with suppress(self._ray.exceptions.RayError):  # they end with the cluster, then
                for actor in self._actors:
                    self._ray.kill(actor)
                self._queue.shutdown(force=True)

    def _actor(self, options: dict[str, int]) -> Any:
        cores = share_of_cores(options.get("num_cpus", CORES))
        return self._analyst.options(
            **options,
            max_restarts=-1,
            max_task_retries=self._retries,
            runtime_env={"env_vars": cores},
        ).remote()

    def _submit(self, actor: Any, work: Work) -> Any:
        task = actor.do.remote(work, self._queue)
        self._tasks[work.name] = task
        return task

    def _next(self) -> None:
        """The next that ended, if one does soon."""
        exceptions = self._ray.exceptions
        try:
            name, outcome = self._pool.get_next_unordered(timeout=_EVERY)
            self._hear()
            self._end(name, outcome)
        except exceptions.RayError as error:
            for name in [one for one in self._open if self._broke(one)]:
                self._end(name, Outcome(RowState.FAILED, self._words(error)))
            if isinstance(error, exceptions.ActorDiedError):  # the pool has let go of it
                self._actors.append(self._actor(_places(self._ray.nodes())[0]))
                self._pool.push(self._actors[-1])
        except TimeoutError:
            pass

    def _broke(self, name: str) -> bool:
        """Whether Ray has given this one up."""
        try:
            self._ray.get(self._tasks[name], timeout=0)
        except (KeyError, TimeoutError):
            return False
        except self._ray.exceptions.RayError:
            return True
        return False

    def _words(self, error: Exception) -> str:
        exceptions = self._ray.exceptions
        if isinstance(error, exceptions.ActorDiedError | exceptions.ActorUnavailableError):
            return f"its process on the cluster died, {self._retries + 1} times in a row"
        return f"Ray gave it up: {_line(error)}"

    def _hear(self) -> None:
        """What the actors said."""
        for event in self._queue.get_nowait_batch(self._queue.qsize()):
            if event.name in self._open:
                self._tell(event)

    def _end(self, name: str, outcome: Outcome) -> None:
        self._open.pop(name, None)
        _list(self._works[name], self._tell)
        self._tell(Ended(name, outcome))


class Analyst:
    """The actor: analyses one recording at a time."""

    def do(self, work: Work, queue: Queue) -> tuple[str, Outcome]:
        """Do it; the name and how it ended. A second time, it goes on where it broke off.

        Args:
            work: what to do.
            queue: takes what there is to tell.
        """
        tell = seldom(queue.put_nowait, _EVERY)
        tell(Begun(work.name))
        return work.name, do(work, tell)


def _places(nodes: list[dict[str, Any]]) -> list[dict[str, int]]:
    """What each actor asks for, so that the machines are full; never none."""
    alive = [node["Resources"] for node in nodes if node["Alive"]]
    places = [{"num_gpus": 1} for one in alive for _ in range(int(one.get("GPU", 0)))]
    if not places:
        places = [
            {"num_cpus": CORES} for one in alive for _ in range(int(one.get("CPU", 0)) // CORES)
        ]
    return places or [{"num_cpus": 1}]


def _to_send(work: Work, tell: Tell) -> Work:
    """``work`` for a machine that has none of the user's files."""
    from dataclasses import replace  # noqa: PLC0415

    _list(work, tell, must=work.settings.privacy.retention_days is not None)
    nobody = Path(os.devnull)  # not what somebody agreed to on that machine
    tools = replace(work.tools, analysed=None, consent=nobody)
    return replace(work, purpose=work.purpose or load_purpose(work.tools.consent), tools=tools)


def _list(work: Work, tell: Tell, must: bool = False) -> None:
    """Put its session on this machine's list; ``must``: it was promised to delete it."""
    if work.only_tables or work.tools.analysed is None:
        return
    try:
        list_session(work.tools.analysed, work.session)
    except SettingsError as error:
        if must:
            raise
        tell(Said(work.name, str(error)))


def _ray() -> Any:
    """The package, loaded where it is needed."""
    # Read when it is imported, and when it starts a cluster.
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    try:
        import ray  # noqa: PLC0415
    except ImportError as error:
        raise RoomreadError(f"--ray needs Ray: {how_to_add('ray')}") from error
    return ray


@contextmanager
def _connected(address: str, stopped: threading.Event) -> Iterator[Any]:
    """Ray, connected to the cluster, which ends with this where it is ours; None where stopped."""
    ray = _ray()
    with ExitStack() as stack:
        if address == LOCAL:
            stack.enter_context(_guarded())
        stack.callback(ray.shutdown)
        try:
            there = _start(ray) if address == LOCAL else _reach(ray, address, stopped)
        except (OSError, ValueError, RuntimeError, ray.exceptions.RayError) as error:
            raise RoomreadError(
                f"no Ray cluster can be reached at {address} ({_line(error)}): "
                "give the address of its head, or `--ray local` for one on this machine"
            ) from error
        if there:
            _check_reports(address)
        yield ray if there else None


@contextmanager
def _guarded() -> Iterator[None]:
    """A cluster that begins meanwhile is out of others' reach, and asks all for a token of ours."""
    try:
        inside = importlib.import_module("ray._raylet")
        settings, tokens = inside.Config, inside.AuthenticationTokenLoader
        constants: Any = importlib.import_module("ray._private.ray_constants")
        spans_machines: bool = constants.ENABLE_RAY_CLUSTER
    except (ImportError, AttributeError) as error:  # before Ray 2.52
        raise RoomreadError(
            "this Ray can't keep others out of a cluster on this machine, so it is not started: "
            "pip install --upgrade 'roomread[ray]'"
        ) from error

    def reread() -> None:  # Ray has read the environment when it was imported
        settings.initialize("")
        tokens.instance().reset_cache()

    told = {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": secrets.token_hex(32), _SPANS: "0"}
    try:
        with environment(told):
            reread()
            constants.ENABLE_RAY_CLUSTER = False  # what ``_SPANS`` says to a process that begins
            yield
    finally:
        constants.ENABLE_RAY_CLUSTER = spans_machines
        reread()


def _start(ray: Any) -> bool:
    """Begin a cluster on this machine, and connect to it."""
    options = {"include_dashboard": False, "object_store_memory": _OWN_MEMORY}
    ray.init(address=LOCAL, log_to_driver=False, logging_level=logging.ERROR, **options)
    return True


def _reach(ray: Any, address: str, stopped: threading.Event) -> bool:
    """Connect to a cluster; False where stopped. Raises what Ray or the network says.

    In a thread of its own, since Ray hears neither Ctrl-C nor SIGTERM while it waits for an answer.
    """
    troubles: list[Exception] = []

    def connect() -> None:
        try:
            if address != AUTO:
                _knock(*_host_and_port(address))
            ray.init(address=address, log_to_driver=False, logging_level=logging.ERROR)
        except (OSError, ValueError, RuntimeError, ray.exceptions.RayError) as error:
            troubles.append(error)

    thread = threading.Thread(target=connect, name="connecting to Ray", daemon=True)
    thread.start()
    end = time.monotonic() + _PATIENCE
    while thread.is_alive() and time.monotonic() < end and not stopped.is_set():
        thread.join(_LOOK)
    if stopped.is_set():
        return False
    if thread.is_alive():
        raise TimeoutError(f"whatever is there gave no answer for {_PATIENCE:.0f} seconds")
    for trouble in troubles:
        raise trouble
    return True


def _knock(host: str, port: int) -> None:
    """See that whoever is there may be Ray, which itself finds out in minutes, with many words.

    Raises OSError where nobody is there, or somebody else.
    """
    with socket.create_connection((host, port), timeout=_KNOCK) as there:
        if os.environ.get("RAY_USE_TLS", "0") != "0":  # it waits for a certificate
            return
        there.sendall(_GREETING)
        answer = there.recv(9)
    if len(answer) < 4 or answer[3] != _SETTINGS:
        raise ConnectionError("what answers there is not Ray")


def _host_and_port(address: str) -> tuple[str, int]:
    """The two; RoomreadError where it has no such form."""
    try:
        parts = urlsplit(f"//{address}")
        host, port = parts.hostname, parts.port
    except ValueError:
        host = port = None
    if not host or not port or parts.netloc != address or "@" in address:
        raise RoomreadError(
            f"{address!r} is no address of a Ray cluster: give its head's host and port, such as "
            "10.0.0.5:6379, or `auto`, or `local` for one on this machine"
        )
    return host, port


def _check_reports(address: str) -> None:
    """See that the cluster tells its maker nothing; RoomreadError where it does, or may."""
    from ray.experimental.internal_kv import _internal_kv_get  # noqa: PLC0415

    # What Ray notes of a cluster has this only where reports are on (ray._common.usage).
    raw = _internal_kv_get(b"CLUSTER_METADATA", namespace=b"cluster")
    if raw is None or "git_commit" in json.loads(raw):
        raise RoomreadError(
            f"the Ray cluster at {address} reports its usage to Ray's makers, or does not say: "
            "start it anew with `ray start --head --disable-usage-stats`, and "
            "RAY_USAGE_STATS_ENABLED=0 on every machine"
        )


def _line(error: Exception) -> str:
    return " ".join(str(error).split())[:200]

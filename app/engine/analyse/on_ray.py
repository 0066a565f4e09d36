"""Recordings on a Ray cluster: https://docs.ray.io, Moritz et al. 2018 (OSDI).

One actor a GPU, or per two cores where there is none, takes one recording after the other; Ray
places the actors, starts those anew that die, and repeats what they were doing. Recordings and
results must be on storage that all machines see under the same path. Ray's reports of its usage
are never sent: a cluster that sends them is not used.
"""

from __future__ import annotations

import json
import logging
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Final

from app.core.errors import RoomreadError, SettingsError
from app.core.machine import share_of_cores
from app.engine.analyse.analysed import list_session
from app.engine.analyse.queue_row import RowState
from app.engine.analyse.work import Begun, Ended, Event, Moved, Outcome, Said, Tell, Work, do
from app.engine.consent import consent_path

if TYPE_CHECKING:
    from ray.util.queue import Queue

LOCAL: Final = "local"
"""Address of a cluster that is started on this machine and ends with the run."""
CORES: Final = 2
"""Of an actor without a GPU."""
RETRIES: Final = 2
"""Times that a recording is begun again where the actor dies over it."""
_EVERY: Final = 1.0
"""Seconds between two words on how far a recording is, and between two looks at them."""
_OWN_MEMORY: Final = 80 * 1024 * 1024
"""Bytes that a cluster of ours holds for objects: a few words each."""


class OnRay:
    """Does works on a cluster; see ``work.RunAll``.

    Args:
        address: as ``ray.init`` takes it, "auto" or "host:6379", or ``LOCAL``.
        retries: see ``RETRIES``.

    Raises:
        RoomreadError: Ray is not installed.
    """

    def __init__(self, address: str, retries: int = RETRIES) -> None:
        self._address, self._retries = address, retries
        _ray()

    def __call__(self, works: list[Work], tell: Tell, stopped: threading.Event) -> None:
        """See ``work.RunAll``. Raises RoomreadError where the cluster can't be used."""
        with _connected(self._address) as ray:
            _Round(ray, works, tell, self._retries).run(stopped)


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
        return f"Ray gave it up: {' '.join(str(error).split())[:200]}"

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
        told = 0.0

        def tell(event: Event) -> None:
            nonlocal told
            now = time.monotonic()
            if isinstance(event, Moved):
                if now - told < _EVERY:
                    return
                told = now
            queue.put_nowait(event)

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

    notice = ""
    with suppress(OSError):
        notice = (work.tools.consent or consent_path()).read_text(encoding="utf-8")
    _list(work, tell, must=work.settings.privacy.retention_days is not None)
    return replace(work, notice=notice, tools=replace(work.tools, analysed=None, consent=None))


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
        raise RoomreadError("--ray needs Ray: pip install 'roomread[ray]'") from error
    return ray


@contextmanager
def _connected(address: str) -> Iterator[Any]:
    """Ray, connected to the cluster, which ends with this where it is ours."""
    ray = _ray()
    own: dict[str, Any] = {}
    if address == LOCAL:
        own = {"include_dashboard": False, "object_store_memory": _OWN_MEMORY}
    try:
        ray.init(address=address, log_to_driver=False, logging_level=logging.ERROR, **own)
    except (ConnectionError, ValueError, RuntimeError) as error:
        raise RoomreadError(
            f"no Ray cluster can be reached at {address} ({' '.join(str(error).split())[:200]}): "
            "give the address of its head, or `--ray local` for one on this machine"
        ) from error
    try:
        _check_reports(address)
        yield ray
    finally:
        ray.shutdown()


def _check_reports(address: str) -> None:
    """See that the cluster tells its maker nothing; RoomreadError where it does."""
    from ray.experimental.internal_kv import _internal_kv_get  # noqa: PLC0415

    # What Ray notes of a cluster has this only where reports are on (ray._common.usage).
    raw = _internal_kv_get(b"CLUSTER_METADATA", namespace=b"cluster")
    if raw is not None and "git_commit" in json.loads(raw):
        raise RoomreadError(
            f"the Ray cluster at {address} reports its usage to Ray's makers: start it anew with "
            "`ray start --head --disable-usage-stats`, and RAY_USAGE_STATS_ENABLED=0 on every "
            "machine"
        )

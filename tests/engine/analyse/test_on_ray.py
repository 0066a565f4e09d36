"""A cluster of two nodes on this machine, one of whose workers is killed in the middle."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from app.core.errors import RoomreadError, SourceError
from app.core.privacy import Purpose
from app.engine.analyse import on_ray
from app.engine.analyse.analysed import analysed_sessions
from app.engine.analyse.manifest import fingerprint_of, held
from app.engine.analyse.many import How, analyze_many
from app.engine.analyse.on_ray import OnRay, _places, _to_send
from app.engine.analyse.queue_row import RowState
from app.engine.analyse.sampling import Sampling
from app.engine.analyse.work import Work, do
from app.engine.consent import load_purpose, save_purpose
from app.engine.settings import Settings
from tests.engine.analyse.quick import FRAMES, LIGHT

MEMORY = 80 * 1024 * 1024


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setenv("RAY_USAGE_STATS_ENABLED", "0")
    cluster_utils = pytest.importorskip("ray.cluster_utils")
    head = {"num_cpus": 2, "object_store_memory": MEMORY, "include_dashboard": False}
    made = cluster_utils.Cluster(initialize_head=True, head_node_args=head)
    made.add_node(num_cpus=2, object_store_memory=MEMORY)
    yield made
    made.shutdown()


def kill_in_the_middle(folder: Path) -> None:
    """Kill the process that analyses the recording "held", and let its next one go on."""
    frames = folder / "frames.txt"
    end = time.monotonic() + 60.0
    while time.monotonic() < end:
        if frames.exists() and "held 5\n" in frames.read_text():
            os.kill(int((folder / "held.pid").read_text()), signal.SIGKILL)
            (folder / "held.begun").touch()
            return
        time.sleep(0.005)


@pytest.mark.slow
def test_a_worker_killed_in_the_middle(
    tmp_path: Path, cluster: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    noted: list[dict[str, object]] = []
    check = on_ray._check_reports

    def noting(address: str) -> None:
        noted.append(json.loads(metadata()))
        check(address)

    monkeypatch.setattr(on_ray, "_check_reports", noting)
    names = ["held", "b", "bad", "crash", "c"]
    videos = [tmp_path / f"{name}.mp4" for name in names]
    for video in videos:
        video.write_text(video.name)
    killer = threading.Thread(target=kill_in_the_middle, args=(tmp_path,))
    killer.start()
    how = How(Settings(), Sampling(), tools=LIGHT)
    run = OnRay(cluster.address, retries=1)
    report = analyze_many(videos, tmp_path / "out", how, run, print)
    killer.join()
    rows = {row.name: row for row in report.rows}
    assert [row.name for row in report.those(RowState.DONE)] == ["held", "b", "c"]
    assert rows["held"].attempts == 2
    assert rows["bad"].message.endswith("bad.mp4 is no video")
    assert rows["crash"].message == "its process on the cluster died, 2 times in a row"
    frames = (tmp_path / "frames.txt").read_text().split("\n")
    assert [frames.count(f"{one} {FRAMES - 1}") for one in ("held", "b", "c")] == [1, 1, 1]
    assert len(list((tmp_path / "out" / "observations").glob("recording=*"))) == 3
    assert noted[0].keys() == told_by_ray(reports=False).keys()


def metadata() -> bytes:
    """What Ray noted of the cluster that this process is connected to."""
    from ray.experimental.internal_kv import _internal_kv_get

    noted: bytes = _internal_kv_get(b"CLUSTER_METADATA", namespace=b"cluster")
    return noted


def told_by_ray(reports: bool) -> dict[str, object]:
    """What Ray notes of a cluster that reports its usage, or does not; nothing is sent."""
    usage = pytest.importorskip("ray._common.usage.usage_lib")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAY_USAGE_STATS_ENABLED", "1" if reports else "0")
        noted: dict[str, object] = usage._generate_cluster_metadata(ray_init_cluster=False)
    return noted


@pytest.mark.slow
def test_a_cluster_on_this_machine_is_for_us_alone() -> None:
    pytest.importorskip("ray")
    code = (
        "import sys; from ray._raylet import GcsClient; "
        "GcsClient(address=sys.argv[1]).internal_kv_get(b'CLUSTER_METADATA', b'cluster')"
    )
    strangers = {name: text for name, text in os.environ.items() if "RAY_AUTH" not in name}
    with on_ray._connected("local", threading.Event()) as ray:
        address = ray.get_runtime_context().gcs_address
        host, port = address.split(":")
        assert (host, ray.nodes()[0]["NodeManagerAddress"]) == ("127.0.0.1", "127.0.0.1")
        for other in addresses_of_this_machine():
            with pytest.raises(OSError, match="refused"):
                socket.create_connection((other, int(port)), timeout=5.0)
        command = [sys.executable, "-c", code, address]
        ours = subprocess.run(command, capture_output=True, timeout=60, check=False)
        theirs = subprocess.run(
            command, capture_output=True, timeout=60, check=False, env=strangers
        )
    assert ours.returncode == 0
    assert theirs.returncode == 1
    assert b"AuthenticationError" in theirs.stderr


def addresses_of_this_machine() -> list[str]:
    """Where others on its network would reach it."""
    from ray._private.services import node_ip_address_from_perspective

    found = node_ip_address_from_perspective()
    return [] if found.startswith("127.") else [found]


class TestStarting:
    @pytest.fixture
    def ray(self) -> Any:
        return pytest.importorskip("ray")

    def test_each_cluster_of_ours_has_a_token_of_its_own(
        self, ray: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("RAY_AUTH_MODE", "disabled")
        monkeypatch.delenv("RAY_AUTH_TOKEN", raising=False)
        raylet = pytest.importorskip("ray._raylet")
        seen: list[tuple[bool, str]] = []

        def init(**_: object) -> None:
            mode = raylet.get_authentication_mode()
            seen.append((mode == raylet.AuthenticationMode.TOKEN, os.environ["RAY_AUTH_TOKEN"]))
            raise ConnectionError("enough")

        monkeypatch.setattr(ray, "init", init)
        for _ in range(2):
            with pytest.raises(RoomreadError, match="enough"):
                OnRay("local")([], print, threading.Event())
        assert [one[0] for one in seen] == [True, True]
        assert seen[0][1] != seen[1][1]
        assert all(len(one[1]) == 64 for one in seen)
        assert "RAY_AUTH_TOKEN" not in os.environ
        assert raylet.get_authentication_mode() == raylet.AuthenticationMode.DISABLED

    @pytest.mark.parametrize(
        "address", ["nowhere", "nowhere:", "nowhere:port", "nowhere:0", ":6379", "ray://head:1", ""]
    )
    def test_what_is_no_address(self, address: str) -> None:
        with pytest.raises(RoomreadError, match="is no address of a Ray cluster"):
            OnRay(address)

    @pytest.mark.alone
    def test_nobody_there(self, ray: Any) -> None:
        with socket.create_server(("127.0.0.1", 0)) as server:
            address = f"127.0.0.1:{server.getsockname()[1]}"
        begin = time.monotonic()
        with pytest.raises(RoomreadError, match=f"no Ray cluster can be reached at {address}"):
            OnRay(address)([], print, threading.Event())
        assert time.monotonic() - begin < 5.0

    def test_somebody_else_there(self, ray: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        def init(**_: object) -> None:
            raise AssertionError("Ray was asked")

        monkeypatch.setattr(ray, "init", init)
        with socket.create_server(("127.0.0.1", 0)) as server:

            def answer() -> None:
                there, _ = server.accept()
                with there:
                    there.recv(100)
                    there.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

            thread = threading.Thread(target=answer)
            thread.start()
            with pytest.raises(RoomreadError, match="what answers there is not Ray"):
                OnRay(f"127.0.0.1:{server.getsockname()[1]}")([], print, threading.Event())
            thread.join()

    def test_no_answer(self, ray: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        over, stopped = threading.Event(), threading.Event()
        monkeypatch.setattr(ray, "init", lambda **_: over.wait(30.0))
        with socket.create_server(("127.0.0.1", 0)) as server:
            run = OnRay(f"127.0.0.1:{server.getsockname()[1]}")
            timer = threading.Timer(0.2, stopped.set)
            timer.start()
            run([], print, stopped)  # Ctrl-C ends it
            monkeypatch.setattr(on_ray, "_PATIENCE", 0.2)
            with pytest.raises(RoomreadError, match="gave no answer"):
                run([], print, threading.Event())
        over.set()
        timer.join()

    def test_auto_is_what_ray_takes_it_for(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("RAY_ADDRESS", "nowhere")
        with pytest.raises(RoomreadError, match="'nowhere' is no address"):
            OnRay("auto")


def test_a_cluster_that_is_lost_on_the_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ray = pytest.importorskip("ray")

    def lost(*_: object, **__: object) -> Any:
        raise ray.exceptions.RayActorError(error_msg="the node died")

    def unfinished(*_: object, **__: object) -> Any:
        raise ray.exceptions.GetTimeoutError

    actor = SimpleNamespace(do=SimpleNamespace(remote=lambda *_: "task"))
    made = SimpleNamespace(options=lambda **_: SimpleNamespace(remote=lambda: actor))
    pool = SimpleNamespace(
        submit=lambda give, work: give(actor, work),
        has_next=lambda: True,
        get_next_unordered=unfinished,
    )
    stand_in = SimpleNamespace(
        exceptions=ray.exceptions,
        remote=lambda _: made,
        nodes=lambda: [{"Alive": True, "Resources": {"CPU": 2.0}}],
        get=unfinished,
        kill=lost,
    )
    queue = SimpleNamespace(qsize=lost, get_nowait_batch=lost, shutdown=lost)
    monkeypatch.setattr("ray.util.actor_pool.ActorPool", lambda _: pool)
    monkeypatch.setattr("ray.util.queue.Queue", lambda **_: queue)
    monkeypatch.setattr(on_ray, "_connected", lambda *_: nullcontext(stand_in))
    video = tmp_path / "a.mp4"
    video.touch()
    how = How(Settings(), Sampling(), tools=LIGHT)
    with pytest.raises(RoomreadError, match=r"the Ray cluster was lost .*the same command goes on"):
        analyze_many([video], tmp_path / "out", how, OnRay("head:6379"), print)
    with held(tmp_path / "out") as manifest:
        assert [(row.name, row.state) for row in manifest.rows] == [("a", RowState.WAITING)]


def test_one_actor_a_gpu_or_per_two_cores() -> None:
    def node(alive: bool = True, **resources: float) -> dict[str, Any]:
        return {"Alive": alive, "Resources": resources}

    cpu = {"num_cpus": 2}
    assert _places([node(CPU=5.0), node(CPU=2.0), node(False, CPU=8.0)]) == [cpu, cpu, cpu]
    assert _places([node(CPU=64.0, GPU=2.0), node(CPU=64.0)]) == [{"num_gpus": 1}] * 2
    assert _places([node(CPU=1.0)]) == [{"num_cpus": 1}]


def test_where_ray_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(RoomreadError, match=r"pip install 'roomread\[ray\]'"):
        OnRay("local")


def test_a_cluster_that_reports_its_usage_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    kv = pytest.importorskip("ray.experimental.internal_kv")

    def check(noted: bytes | None) -> None:
        monkeypatch.setattr(kv, "_internal_kv_get", lambda *_, **__: noted)
        on_ray._check_reports("head:6379")

    check(json.dumps(told_by_ray(reports=False)).encode())
    for noted in (json.dumps(told_by_ray(reports=True)).encode(), None):
        with pytest.raises(RoomreadError, match="--disable-usage-stats"):
            check(noted)


def test_a_machine_elsewhere_gets_the_purpose_and_the_list_stays_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    notice, listed = tmp_path / "notice.json", tmp_path / "analysed.json"
    said = save_purpose("study", "ethics", notice)
    video = tmp_path / "a.mp4"
    video.touch()
    tools = replace(LIGHT, analysed=listed, consent=notice)
    fingerprint = fingerprint_of(video, Settings(), Sampling())
    work = Work("a", video, tmp_path / "out", Settings(), Sampling(), fingerprint, tools=tools)
    sent = _to_send(work, lambda _: None)
    assert analysed_sessions(listed) == [work.session]
    assert sent.tools.analysed is None
    notice.unlink()
    found: list[Purpose | None] = []

    def analyze(*_: object, consent: Path, purpose: Purpose | None, **__: object) -> Any:
        found.append(purpose or load_purpose(consent))
        raise SourceError("enough")

    def no_file(*_: object, **__: object) -> Any:
        raise AssertionError("a killed actor would leave it behind")

    monkeypatch.setattr("tempfile.mkdtemp", no_file)
    outcome = do(replace(sent, tools=replace(sent.tools, analyze=analyze)), lambda _: None)
    assert (found, outcome.message) == ([said], "enough")
    nobody = replace(sent, purpose=None, tools=replace(sent.tools, analyze=analyze))
    save_purpose("of that machine's user", "ethics")
    do(nobody, lambda _: None)
    assert found == [said, None]

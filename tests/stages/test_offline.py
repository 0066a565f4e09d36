from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from app.stages import offline
from app.stages.fetch import blazeface_model

PLAIN = """
import os, sys
from mediapipe.tasks.python import BaseOptions, vision
options = vision.FaceDetectorOptions(BaseOptions(model_asset_path=sys.argv[1]))
detector = vision.FaceDetector.create_from_options(options)
detector.close()
os._exit(0)
"""
OURS = """
import os, sys
from pathlib import Path
import numpy as np
from app.core.types import Frame
from app.stages.blazeface import BlazeFaceDetector
detector = BlazeFaceDetector(Path(sys.argv[1]), 224, 0.2, 0.5, threads=1)
detector.detect(Frame(np.zeros((300, 300, 3), np.uint8), 0, 0.0))
detector.close()
os._exit(0)
"""


@contextmanager
def listening() -> Iterator[tuple[int, list[bytes]]]:
    """A loopback server that keeps the first bytes of every caller."""
    calls: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    caller, _ = server.accept()
                except OSError:  # closed: the test is over
                    return
                with caller:
                    caller.settimeout(2)
                    said = b""
                    with suppress(OSError):  # whoever called may end at once
                        said = caller.recv(200)
                    calls.append(said)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield server.getsockname()[1], calls
        finally:
            server.shutdown(socket.SHUT_RDWR)
            thread.join()


def callers(code: str) -> list[bytes]:
    """Who a process that runs ``code`` calls over HTTPS, its proxy being ours."""
    with listening() as (port, calls):
        environment = {**os.environ, "https_proxy": f"http://127.0.0.1:{port}"}
        done = subprocess.run(
            [sys.executable, "-c", code, str(blazeface_model())],
            env=environment,
            capture_output=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr
    return calls


def test_the_detector_calls_nobody() -> None:
    assert callers(OURS) == []


def test_mediapipe_by_itself_would_call() -> None:
    """The danger is real; where this skips one day, ``offline`` may have had its time."""
    calls = callers(PLAIN)
    if not calls:
        pytest.skip("this version of MediaPipe calls nobody")
    assert all(call.startswith(b"CONNECT ") for call in calls if call)


def test_programs_that_may_reach_out_get_the_users_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(offline, "_before", None)
    monkeypatch.setenv("https_proxy", "http://school:3128")
    monkeypatch.setenv("no_proxy", "*")
    offline.block_uploads()
    offline.block_uploads()
    assert os.environ["https_proxy"].startswith("blocked:")
    assert "no_proxy" not in os.environ
    own = offline.users_environment()
    assert (own["https_proxy"], own["no_proxy"]) == ("http://school:3128", "*")


def test_onnx_runtime_queues_nothing(tmp_path: Path) -> None:
    code = "from app.stages.providers import CPU, problem_of; assert problem_of(CPU) == ''"
    environment = {**os.environ, "HOME": str(tmp_path)}
    environment.pop("ORT_DISABLE_TELEMETRY", None)
    subprocess.run([sys.executable, "-c", code], env=environment, timeout=60, check=True)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []

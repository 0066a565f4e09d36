"""Whom Roomread is compared with, how each is set up, and how one is run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.alone import ONE_THREAD
from tests.bench.live_peers.plan import Plan
from tests.conftest import ROOT

RUNNERS = Path(__file__).parent / "runners"
THREADS = (*ONE_THREAD, "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS")
"""What numerical libraries read when they are loaded."""


@dataclass(frozen=True)
class Peer:
    """Somebody who finds faces and reads expressions.

    Attributes:
        name: of the library.
        setting: how it is set up, in a few words.
        runner: file in ``runners``.
        options: of the runner.
        theirs: it runs in the peers' environment, not in Roomread's.
        yunet: it needs the model file of YuNet.
        live: it gets every frame, at the clip's own speed.
        threads: that its libraries are told to use; 0: as many as it may use cores.
    """

    name: str
    setting: str
    runner: str
    options: Mapping[str, Any] = field(default_factory=dict)
    theirs: bool = False
    yunet: bool = False
    live: bool = False
    threads: int = 0


_SMALL = {"scale_factor": 1.05, "min_face_size": 20}
"""Finds 92% of the drawn class with a false face in four frames; with fewer neighbours asked for
(3) 93%, with a false one in two."""
PEERS = (
    Peer("fer", "its defaults: Haar, faces from 50 px", "fer_runner.py", {}, theirs=True),
    Peer("fer", "Haar for small faces: 20 px, steps of 5%", "fer_runner.py",
         {"settings": _SMALL}, theirs=True),
    # Two threads took it ten times as long on two cores that had other work, too.
    Peer("fer", "MTCNN, one thread", "fer_runner.py", {"settings": {"mtcnn": True}}, theirs=True,
         threads=1),
    Peer("deepface", "its defaults: OpenCV's Haar", "deepface_runner.py", {"detector": "opencv"},
         theirs=True),
    Peer("deepface", "MTCNN", "deepface_runner.py", {"detector": "mtcnn"}, theirs=True),
    Peer("OpenCV FaceDetectorYN + fer's model", "its defaults: score 0.9", "fer_runner.py",
         {"score": 0.9}, theirs=True, yunet=True),
    Peer("OpenCV FaceDetectorYN + fer's model", "score 0.5", "fer_runner.py", {"score": 0.5},
         theirs=True, yunet=True),
    Peer("OpenCV FaceDetectorYN + our small model", "score 0.5", "whole_frame_runner.py",
         {"detector": "yunet", "score": 0.5}, yunet=True),
    Peer("MediaPipe, whole frame + our small model", "full range, its defaults: score 0.5",
         "whole_frame_runner.py", {"detector": "mediapipe", "score": 0.5}),
    Peer("MediaPipe, whole frame + our small model", "full range, score 0.2",
         "whole_frame_runner.py", {"detector": "mediapipe", "score": 0.2}),
    Peer("MediaPipe, whole frame + our small model", "short range, score 0.5",
         "whole_frame_runner.py", {"detector": "short", "score": 0.5}),
    Peer("Roomread, a recording", "model base", "roomread_runner.py", {"model": "base"}),
    Peer("Roomread, a recording", "model small", "roomread_runner.py", {"model": "small"}),
    Peer("Roomread, Live", "model base, as a camera", "live_runner.py", {"model": "base"},
         live=True),
    Peer("Roomread, Live", "model small, as a camera", "live_runner.py", {"model": "small"},
         live=True),
)  # fmt: skip


class PeerError(Exception):
    """A peer did not do its job; the message is a line for the table."""


@dataclass(frozen=True)
class Place:
    """Where peers run.

    Attributes:
        python: interpreter of the peers' environment; None: there is none.
        yunet: model file of YuNet; None: there is none.
        cores: that each may use.
        timeout: seconds until a peer is given up.
    """

    python: Path | None
    yunet: Path | None
    cores: int
    timeout: float


def run(peer: Peer, given: Plan, place: Place) -> dict[str, Any]:
    """The answer of a peer's runner, in a process of its own.

    Raises:
        PeerError: it can't be run here, or it failed.
    """
    options = dict(peer.options)
    if peer.theirs and place.python is None:
        raise PeerError("not run: no environment with requirements.txt was given (--venv)")
    if peer.yunet:
        if place.yunet is None:
            raise PeerError("not run: no model file was given (--yunet)")
        options["yunet"] = str(place.yunet)
    with tempfile.TemporaryDirectory(prefix="roomread-peers-") as folder:
        out = Path(folder) / "answer.json"
        job = {
            "clip": str(given.clip.resolve()),
            "frames": given.numbers,
            "rate": given.rate,
            "warm_up": given.warm_up,
            "cores": place.cores,
            "options": options,
            "out": str(out),
        }
        task = Path(folder) / "job.json"
        task.write_text(json.dumps(job), encoding="utf-8")
        python = place.python if peer.theirs and place.python else Path(sys.executable)
        _start([str(python), str(RUNNERS / peer.runner), str(task)], peer, place)
        return dict(json.loads(out.read_text(encoding="utf-8")))


def _start(command: list[str], peer: Peer, place: Place) -> None:
    threads = {name: str(peer.threads or place.cores) for name in THREADS}
    paths = {} if peer.theirs else {"PYTHONPATH": str(ROOT)}
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    try:
        done = subprocess.run(
            command,
            env={**kept, **threads, **paths},
            capture_output=True,
            text=True,
            errors="replace",
            timeout=place.timeout,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise PeerError(f"given up after {place.timeout:.0f} s") from error
    if done.returncode:
        said = [line for line in done.stderr.splitlines() if line.strip()]
        reason = said[-1].strip() if said and done.returncode > 0 else "no word of why"
        raise PeerError(f"ended with status {done.returncode}: {reason}")

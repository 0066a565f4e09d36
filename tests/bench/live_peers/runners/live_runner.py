"""Roomread's Live: the clip as a camera gives it, at its own speed, through ``LiveRunner``.

Frames that come while others are looked at are passed over. The answer has ``seconds`` (from the
first frame that counts to the last), ``cpu`` (seconds of the processor meanwhile) and ``taken``
(frames that the camera gave meanwhile) besides what the harness says.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
from harness import begin, finish, pictures
from roomread_runner import faces_of

from app.core.types import Frame, FrameResult
from app.engine.build import build_pipeline, share_cores
from app.engine.live.runner import LiveRunner, LiveState
from app.engine.settings import RecognizerSettings, Settings
from app.stages.protocols import SourceInfo

_POLL = 0.02


class ClipCamera:
    """A clip as a camera: frames at their time, and those that are late are lost; a ``Source``.

    Attributes:
        given: the place of each frame that was given, and when.
    """

    def __init__(self, clip: Path, numbers: list[int], rate: float) -> None:
        self._clip, self._numbers, self._rate = clip, numbers, rate
        self._closed = threading.Event()
        self.given: list[tuple[int, float]] = []
        size = next(pictures(clip, numbers[:1])).shape[1::-1]
        self.info = SourceInfo(clip.name, True, size, rate, None, None)

    def frames(self) -> Iterator[Frame]:
        """Frames in time order."""
        begun = None
        for at, image in enumerate(pictures(self._clip, self._numbers)):
            now = time.monotonic()
            begun = now if begun is None else begun
            due = begun + at / self._rate
            if now - due > 1 / self._rate:
                continue
            if self._closed.wait(max(0.0, due - now)):
                return
            rgb = cv2.cvtColor(image, cv2.COLOR_BGR2RGB)
            self.given.append((at, time.monotonic()))
            yield Frame(rgb, at, at / self._rate)

    def close(self) -> None:
        """End the frames."""
        self._closed.set()


def main() -> None:
    """See the module."""
    job = begin()
    reader = RecognizerSettings(shipped=job["options"]["model"], provider="cpu")
    built = build_pipeline(share_cores(Settings(recognizer=reader)), _quiet)
    camera = ClipCamera(Path(job["clip"]), job["frames"], job["rate"])
    rows: list[dict[str, Any]] = []

    def keep(result: FrameResult) -> None:
        rows.append({"at": result.index, "faces": faces_of(result)})

    runner = LiveRunner(camera, built.pipeline, keep)
    runner.start()
    before = None
    while (stats := runner.stats()).state is LiveState.RUNNING:
        if before is None and camera.given and camera.given[-1][0] >= job["warm_up"]:
            before = time.process_time()
        time.sleep(_POLL)
    cpu = time.process_time() - (before or 0.0)
    runner.stop()
    built.pipeline.close()
    if stats.error:
        raise SystemExit(stats.error)
    counted = [moment for at, moment in camera.given if at >= job["warm_up"]]
    seconds = counted[-1] - counted[0] + 1 / job["rate"]
    found = {"rows": rows, "seconds": seconds, "taken": len(counted), "cpu": cpu, "note": ""}
    finish(job, found, ("onnxruntime", "onnxruntime-gpu"))


def _quiet(_: str) -> None:
    """Say nothing."""


if __name__ == "__main__":
    main()

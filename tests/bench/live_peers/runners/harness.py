"""What all runners share; imports nothing of Roomread, since it runs in others' environments.

``python RUNNER.py JOB.json`` looks at the pictures of a clip, one after the other, and writes what
it found, how long it took and how much memory it needed. The job is an object of ``clip`` (path),
``frames`` (numbers of the clip's frames in the order of looking), ``rate`` (of these, a second),
``warm_up`` (the first that counts), ``cores``, ``options`` (of the runner) and ``out`` (path of the
answer). The answer has ``rows``, one a picture with ``at`` (its place in ``frames``), ``wall`` and
``cpu`` (seconds) and ``faces``; and ``memory`` (MB), ``versions`` and ``note``.
"""

from __future__ import annotations

import importlib.metadata
import json
import math
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

LABELS = {
    "angry": "anger",
    "happy": "happiness",
    "sad": "sadness",
    "surprise": "surprise",
    "neutral": "neutral",
    "disgust": "disgust",
    "fear": "fear",
}
"""The names that others have for expressions, and ours."""

Face = dict[str, Any]
Look = Callable[[Any, int, float], list[Face]]
"""From a picture (height, width, 3), BGR, its place in the clip and its seconds to its faces."""

HELD_MB = 400.0
"""Pictures of a clip that is played forth and back are held in memory, up to this much."""


def face(
    box: Sequence[float], label: str | None = None, who: int | None = None, read: bool = True
) -> Face:
    """One face: x, y, width, height in pixels; an expression in our words; an id.

    ``read``: whether its expression was read in this very picture.
    """
    return {"box": [round(float(v), 2) for v in box], "label": label, "id": who, "read": read}


def best(scores: dict[str, float]) -> str:
    """Our word for the expression that scores highest."""
    name = max(scores, key=scores.__getitem__)
    return LABELS.get(name, name)


def serve(load: Callable[[dict[str, Any]], Look], packages: Sequence[str]) -> None:
    """Do the job that the command line names.

    Args:
        load: makes what looks at pictures, from the job's options.
        packages: whose versions are noted, where they are installed.
    """
    job = begin()
    look = load(job["options"])
    rows = []
    for at, image in enumerate(pictures(Path(job["clip"]), job["frames"])):
        wall, cpu = time.perf_counter(), time.process_time()
        faces = look(image, at, at / job["rate"])
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        rows.append({"at": at, "wall": wall, "cpu": cpu, "faces": faces})
    finish(job, {"rows": rows, "note": getattr(look, "note", "")}, packages)


def begin() -> dict[str, Any]:
    """The job; from here on this process keeps to its cores."""
    job: dict[str, Any] = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: job["cores"]])
    return job


def finish(job: dict[str, Any], found: dict[str, Any], packages: Sequence[str]) -> None:
    """Write the answer."""
    installed = {one.metadata["Name"]: one.version for one in importlib.metadata.distributions()}
    versions = {name: installed[name] for name in packages if name in installed}
    answer = {**found, "memory": peak_memory(), "versions": versions}
    Path(job["out"]).write_text(json.dumps(answer), encoding="utf-8")


def pictures(clip: Path, numbers: Sequence[int]) -> Iterator[Any]:
    """The clip's frames of these numbers, BGR; each is decoded once."""
    once = all(a < b for a, b in pairwise(numbers))
    if once:
        yield from (image for _, image in _wanted(clip, set(numbers)))
        return
    held = {}
    for number, image in _wanted(clip, set(numbers)):
        held[number] = image
        if len(held) * image.nbytes > HELD_MB * 1e6:
            sys.exit(f"{clip} is too long to be played forth and back: ask for fewer seconds")
    yield from (held[number] for number in numbers)


def _wanted(clip: Path, numbers: set[int]) -> Iterator[tuple[int, Any]]:
    import cv2

    capture = cv2.VideoCapture(str(clip))
    try:
        for number in range(max(numbers) + 1):
            if not capture.grab():
                sys.exit(f"{clip} ends at frame {number}, {max(numbers)} was asked for")
            if number in numbers:
                yield number, capture.retrieve()[1]
    finally:
        capture.release()


def peak_memory() -> float:
    """MB that this process needed at most; NaN on Windows.

    Not ``ru_maxrss`` where there is another way: on Linux it counts what the process that started
    this one had.
    """
    status = Path("/proc/self/status")
    if status.is_file():
        for line in status.read_text(encoding="utf-8").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    if sys.platform == "win32":
        return math.nan
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 * 1024 if sys.platform == "darwin" else 1024)

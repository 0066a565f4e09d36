"""What each stage of Live costs, held against a baseline that any machine can be compared with.

A stage's cost is seconds of processor time, times the rounds of a fixed work that this machine
does in a second of it, measured in the same process right before and after: so many rounds a
picture, or a face. A machine twice as fast does both in half the time, if the work is alike: so
stages that are pictures and networks are held against ``app.engine.bench.calibration``, and those
that are bookkeeping in Python (``IN_PYTHON``) against such work.

``python -m tests.bench.live_cost`` writes a new baseline.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray

from app.engine.analyse.recordings import demo_clip
from app.engine.bench.calibration import SECONDS, calibrate
from app.engine.bench.cut_outs import cast_of
from app.engine.bench.film import Film, crowd_film
from app.engine.bench.play import play
from app.engine.choose import choose_recognizer
from app.engine.detectors import build_detector
from app.engine.pipeline import Pipeline
from app.engine.settings import RecognizerSettings, Settings
from app.stages.protocols import Recognizer
from app.stages.smoother import ExpressionSmoother
from tests.bench.stages import build_tracker

PATH = Path(__file__).parent / "live_baseline.json"
FACES, SIZE = 12, (1280, 720)
WARM_UP, PICTURES = 20, 30
"""Pictures, ten a second: a round of the sweep, and one and a half."""
TOLERANCE = 2.0
"""How many times its baseline a stage may cost."""
LEAST = 0.05
"""Rounds that no stage has to answer for: some hundredths of a millisecond."""
A_FACE = ("recognizer", "smoother")
"""Stages whose cost is that of a face; the others' is that of a picture."""
IN_PYTHON = ("tracker", "smoother")
"""Stages that call many small functions; the others wait for few large ones."""

Wrap = Callable[[Recognizer], Recognizer]


def make_film(folder: Path) -> Film:
    """A class of ``FACES``, cut out of the first second of the demo clip."""
    with demo_clip() as clip:
        cast = cast_of(clip, Settings(), lambda _: None, seconds=1.0)
    return crowd_film(cast, FACES, SIZE, folder / "film.mjpeg", length=3.0)


def stage_costs(film: Film, wrap: Wrap = lambda recognizer: recognizer) -> dict[str, float]:
    """Rounds a picture or a face, by stage; ``wrap`` may put something around the recognizer."""
    settings = Settings(recognizer=RecognizerSettings(shipped="small", provider="cpu", threads=1))
    steady = settings.smoother
    pipeline = Pipeline(
        build_detector(settings.detector, lambda _: None),
        build_tracker(settings),
        wrap(choose_recognizer(settings.recognizer)),
        ExpressionSmoother(
            steady.time_constant, steady.min_face_width, steady.min_sharpness, 0.4
        ),
        clock=time.process_time,
    )  # fmt: skip
    with closing(pipeline):
        before = _speeds()
        played = list(play(film, pipeline, WARM_UP + PICTURES))[WARM_UP:]
        speeds = (before + _speeds()) / 2
    faces = float(np.mean([len(one.result.faces) for one in played]))
    if faces < 0.7 * FACES:
        raise ValueError(f"expected {FACES} faces or a little less, got {faces:.1f}")
    names = played[0].result.timings
    seconds = {name: float(np.mean([one.result.timings[name] for one in played])) for name in names}
    return {
        name: speeds[int(name in IN_PYTHON)] * took / (faces if name in A_FACE else 1.0)
        for name, took in seconds.items()
    }


def _speeds() -> NDArray[np.float64]:
    """(2,) rounds a second of processor time: of pictures and networks, and of bookkeeping."""
    boxes = np.random.default_rng(1).random((100, 4))
    rounds, begin = 0, time.process_time()
    while (took := time.process_time() - begin) < SECONDS:
        _bookkeeping(boxes)
        rounds += 1
    return np.array([calibrate().one, rounds / took])


def _bookkeeping(boxes: NDArray[np.float64]) -> list[float]:
    """About a millisecond of small arrays, one after the other, as tracks are kept."""
    spreads = []
    for box in boxes:
        state = np.array([*box[:2], *(box[2:] - box[:2])])
        spread = np.outer(state, state) + np.eye(4)
        spreads.append(float(np.linalg.norm(np.clip(spread, 0.0, 1.0).sum(axis=1))))
    return spreads


def dearer(found: Mapping[str, float], baseline: Mapping[str, float]) -> list[str]:
    """A line for each stage that costs more than it may, or that is not in the baseline."""
    return [
        f"{name} costs {rounds:.2f} rounds, was {baseline.get(name, 0.0):.2f}"
        for name, rounds in found.items()
        if rounds > max(TOLERANCE * baseline.get(name, 0.0), LEAST)
    ]


def load() -> dict[str, float]:
    """The committed rounds by stage."""
    found: dict[str, float] = json.loads(PATH.read_text(encoding="utf-8"))["rounds"]
    return found


def main() -> None:
    """Measure three times and write the middle one of each stage."""
    with TemporaryDirectory() as folder:
        film = make_film(Path(folder))
        runs = [stage_costs(film) for _ in range(3)]
    rounds = {name: round(float(np.median([run[name] for run in runs])), 3) for name in runs[0]}
    content = {
        "command": "python -m tests.bench.live_cost",
        "case": f"{FACES} faces, {SIZE[0]} x {SIZE[1]}, model small, one thread",
        "unit": f"rounds a picture; of {' and '.join(A_FACE)} a face",
        "bookkeeping": list(IN_PYTHON),
        "tolerance": TOLERANCE,
        "rounds": rounds,
    }
    PATH.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

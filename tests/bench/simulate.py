"""What the detector, the camera's motion and the colours of hair and clothes would say, undrawn.

A drawn hour of class takes hours to draw and to look through; this makes the same lists of noisy
faces from the truth alone in seconds, so that rare events such as id switches are counted over
many student-hours. The noise of ``DRAWN`` is fitted to what
sweep and hold does on ``seated_30`` and ``small_10``, drawn: with the truth beside it, share found,
score and error of the box by width, turn and cover, and how long each lasts, agree with the
simulation's. Faces of 12 pixels are easier here than drawn. ``HARD`` misses every sixth face; real
photographs are harder still. Both give a face a score whose logit is

    level + the student's own offset + a slow wander + terms of width, turn, cover, light and blur

and the detector reports it where the score reaches its threshold, so that misses come in runs and
from the same students, as real ones do. Boxes are off by an offset of the student's own plus a
slow wander plus white noise.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.core.geometry import centres
from app.core.types import Faces, Frame
from app.stages.protocols import SourceInfo
from tests.bench.colours import PatchColours
from tests.bench.ground_truth import Floats, GroundTruth, Ints
from tests.classroom.truth import facing

COVER = (
    (0.0, 0.05, 0.2, 0.35, 0.5, 0.65, 0.87, 1.0),
    (-12.0, -11.0, -7.5, -5.0, -3.2, -1.6, -0.5, 0.0),
)
"""Change of the score's logit by the share of the face that is visible."""

OFF = (0.0, -0.01, -0.06, -0.08)
"""How far boxes are off as a rule: x, y in face sizes, and logarithm of width, height."""

ASIDE = 0.17
"""How far the box of a turned head is off, away from where it looks, in face sizes."""


@dataclass(frozen=True)
class Noise:
    """How a detector errs. Scores in logits, places in face sizes, times in seconds.

    Attributes:
        level: score of an easy face.
        own, wander, wander_s: spread of the students' own offsets, and of the slow wander with its
            time constant.
        place_own, place_wander, place_s: the same of the box's centre.
        size_own, size_wander: the same of the logarithm of the box's sides.
        white: share of each wander that is new in every frame.
        false_rate: false faces a minute that come up at random, for ``false_s`` on average.
        ghosts: chance that a place where a face is expected but none is shows one.
    """

    level: float = 4.0
    own: float = 0.5
    wander: float = 0.5
    wander_s: float = 1.2
    place_own: float = 0.026
    place_wander: float = 0.024
    place_s: float = 1.2
    size_own: float = 0.042
    size_wander: float = 0.037
    white: float = 0.6
    false_rate: float = 10.0
    false_s: float = 0.15
    ghosts: float = 0.02


DRAWN = Noise()
HARD = Noise(
    level=1.6,
    own=0.8,
    wander=0.9,
    place_wander=0.04,
    size_wander=0.08,
    false_rate=60.0,
    ghosts=0.035,
)


@dataclass(frozen=True)
class Sweep:
    """Sweep and hold: new faces turn up once a round only, known ones every frame.

    Attributes:
        period: seconds of a round over all strips.
        strips: of the picture, from top to bottom; one is looked at in a frame.
        hold: change of a known face's score, in logits.
        reach: face sizes around an expected place within which a face is found again.
        hold_score: threshold there.
    """

    period: float = 2.0
    strips: int = 4
    hold: float = -0.3
    reach: float = 0.5
    hold_score: float = 0.35


class Simulation:
    """Stands for source and detector; ``motion`` and ``cue`` for what the tracker is given.

    Args:
        truth: of the clip.
        noise: of scores and boxes.
        sweep: None: every frame is looked at as a whole.
        min_score: threshold of the whole look and of the sweep.
        seed: of all noise.
    """

    def __init__(
        self,
        truth: GroundTruth,
        noise: Noise = DRAWN,
        sweep: Sweep | None = None,
        min_score: float = 0.45,
        seed: int = 0,
    ) -> None:
        self.truth = truth
        self.motion = TrueMotion(truth, seed)
        self.cue = PatchColours(truth, seed)
        self._noise, self._sweep, self._min_score = noise, sweep, min_score
        self._offsets = truth.faces.offsets(truth.frames)
        rng = np.random.default_rng((seed, 1))
        wander = _wander(truth, noise, rng)
        self._logit = noise.level + wander[:, 0] + _difficulty(truth)
        self._boxes = _shaken(truth, wander[:, 1:])
        self._false = _false_faces(truth, noise, rng)
        self._rng = np.random.default_rng((seed, 2))
        self._known = 0
        self._looked, self._passed = -1, 1  # newest frame looked at, frames since the one before

    @property
    def info(self) -> SourceInfo:
        """See ``protocols.Source``."""
        truth = self.truth
        return SourceInfo(truth.name, False, truth.size, 1 / truth.interval, None, truth.frames)

    def frames(self) -> Iterator[Frame]:
        """The frames, black."""
        width, height = self.truth.size
        black = np.broadcast_to(np.zeros(3, np.uint8), (height, width, 3))
        for index, time in enumerate(self.truth.timestamps.tolist()):
            yield Frame(black, index, time)

    def detect(self, frame: Frame, expected: NDArray[np.float64]) -> Faces:
        """See ``protocols.Detector``."""
        self._passed, self._looked = frame.index - self._looked, frame.index
        first, last = self._offsets[frame.index : frame.index + 2]
        boxes, logit = self._boxes[first:last], self._logit[first:last]
        false_boxes, false_scores = self._false[frame.index]
        if self._sweep is None:
            return self._report(
                [boxes, false_boxes], [_score(logit), false_scores], self._min_score
            )
        return self._sweep_and_hold(frame, expected, boxes, logit)

    def _sweep_and_hold(
        self, frame: Frame, expected: NDArray[np.float64], boxes: Floats, logit: Floats
    ) -> Faces:
        assert self._sweep is not None
        false_boxes, false_scores = self._false[frame.index]
        swept, false_swept = (self._swept(b, frame) for b in (boxes, false_boxes))
        held, ghosts = self._held(boxes, expected)
        found = held & (_score(logit + self._sweep.hold) >= self._sweep.hold_score)
        # A push of the camera loses the known faces; then the whole picture is searched at once.
        if frame.index == 0 or (self._known >= 3 and found.sum() < 0.5 * self._known):
            swept[:] = false_swept[:] = True
        self._known = int(found.sum())
        new = ~held & swept & (_score(logit) >= self._min_score)
        haunted = ghosts[self._rng.random(len(ghosts)) < self._noise.ghosts]
        return self._report(
            [boxes[found], boxes[new], false_boxes[false_swept], haunted],
            [
                _score(logit[found] + self._sweep.hold),
                _score(logit[new]),
                false_scores[false_swept],
                self._sweep.hold_score + self._rng.exponential(0.06, len(haunted)),
            ],
            0.0,
        )

    def _swept(self, boxes: Floats, frame: Frame) -> NDArray[np.bool_]:
        """Whether the strip with the box's centre came up since the frame looked at before."""
        assert self._sweep is not None
        strips = self._sweep.strips
        now = frame.timestamp / self._sweep.period * strips
        passed = self._passed * self.truth.interval
        before = (frame.timestamp - passed) / self._sweep.period * strips
        turns = range(int(np.floor(before)) + 1, int(np.floor(now)) + 1)
        strip = np.clip(centres(boxes)[:, 1] / frame.size[1] * strips, 0, strips - 1).astype(int)
        return np.isin(strip, [turn % strips for turn in turns])

    def _held(
        self, boxes: Floats, expected: NDArray[np.float64]
    ) -> tuple[NDArray[np.bool_], Floats]:
        """Which boxes are near an expected place, and the expected places that are near none."""
        assert self._sweep is not None
        if not len(boxes) or not len(expected):
            return np.zeros(len(boxes), bool), expected
        gap = np.linalg.norm(centres(boxes)[:, None] - centres(expected)[None], axis=2)
        near = gap <= self._sweep.reach * np.sqrt(expected[:, 2] * expected[:, 3])
        return near.any(axis=1), expected[~near.any(axis=0)]

    def _report(self, boxes: list[Floats], scores: list[Floats], least: float) -> Faces:
        every, score = np.concatenate(boxes), np.clip(np.concatenate(scores), 0.0, 1.0)
        keep = score >= least
        return Faces.make(every[keep], score[keep])

    def reset(self) -> None:
        """Nothing to forget."""

    def close(self) -> None:
        """Nothing to free."""


class TrueMotion:
    """The camera's true motion with a little noise; see ``ByteTracker``'s ``motion``."""

    def __init__(self, truth: GroundTruth, seed: int, pixels: float = 0.2) -> None:
        self._camera = truth.camera.copy()
        noise = np.random.default_rng((seed, 3)).normal(0, pixels, (truth.frames, 2))
        moved = (truth.camera != truth.camera[0]).any(axis=(1, 2))
        self._camera[:, :, 2] += noise * moved[:, None]

    def update(self, frame: Frame, boxes: NDArray[np.float64]) -> Floats:
        """(2, 3): pixels of this frame to pixels of the first."""
        return np.asarray(self._camera[frame.index])

    def reset(self) -> None:
        """Nothing to forget."""


def _score(logit: Floats) -> Floats:
    return 1.0 / (1.0 + np.exp(-logit))


def _difficulty(truth: GroundTruth) -> Floats:
    """(n,) what width, turn, cover, light and blur change in the logit of each truth face."""
    width = np.maximum(truth.faces.boxes[:, 2], 1.0)
    small = -4.0 * np.clip(np.log2(20.0 / width), 0.0, None)
    yaw = np.clip(np.abs(truth.yaw) - 20.0, 0.0, None) / 15.0
    pitch = np.clip(np.abs(truth.pitch) - 13.0, 0.0, None) / 15.0
    turned = -0.35 * np.hypot(yaw, pitch) ** 1.5
    light = -0.5 * np.abs(np.log2(np.clip(truth.exposure, 0.05, None)))
    blur = truth.blur[truth.faces.frame] / width
    shown = np.array([facing(y, p) for y, p in zip(truth.yaw, truth.pitch, strict=True)])
    # Turning away counts already; what is left is what hides the face.
    cover = np.interp(np.where(shown > 0.1, truth.visible / np.maximum(shown, 0.1), 0.0), *COVER)
    return np.asarray(small + turned + cover + light[truth.faces.frame] - 3.0 * blur)


def _wander(truth: GroundTruth, noise: Noise, rng: np.random.Generator) -> Floats:
    """(n, 5) own offset plus slow and white noise of logit, centre x, y and log width, height."""
    people = int(truth.faces.ids.max(initial=0)) + 1
    spread = np.array([noise.wander, *[noise.place_wander] * 2, *[noise.size_wander] * 2])
    own = np.array([noise.own, *[noise.place_own] * 2, *[noise.size_own] * 2])
    constant = np.array([noise.wander_s, *[noise.place_s] * 4])
    slow = np.sqrt(1.0 - noise.white**2) * spread
    offset = rng.normal(0.0, own, (people, 5))
    level = rng.normal(0.0, slow, (people, 5))
    steps = np.diff(truth.timestamps, prepend=truth.timestamps[0])
    levels = np.empty((truth.frames, people, 5))
    for index, step in enumerate(steps):
        keep = np.exp(-step / constant)
        level = keep * level + np.sqrt(1.0 - keep**2) * rng.normal(0.0, slow, (people, 5))
        levels[index] = level
    rows = offset[truth.faces.ids] + levels[truth.faces.frame, truth.faces.ids]
    wander = rows + rng.normal(0.0, noise.white * spread, rows.shape)
    # Width and height of a detector's box go together.
    wander[:, 4] = wander[:, 3] + 0.2 * wander[:, 4]
    return np.asarray(wander)


def _shaken(truth: GroundTruth, wander: Floats) -> Floats:
    """(n, 4) the boxes as a detector would have them; farther off where small or covered."""
    boxes = truth.faces.boxes
    size = np.sqrt(boxes[:, 2] * boxes[:, 3])
    covered = 1.0 + 2.0 * (1.0 - truth.visible)
    tiny = 1.0 + 0.8 * np.clip(20.0 / np.maximum(boxes[:, 2], 1.0) - 1.0, 0.0, 2.0)
    error = np.array(OFF) + wander * (covered * tiny)[:, None]
    aside = ASIDE * np.interp(np.abs(truth.yaw), (10.0, 30.0, 60.0), (0.0, 0.7, 1.0))
    middle = centres(boxes) + size[:, None] * error[:, :2]
    middle[:, 0] += size * -np.sign(truth.yaw) * aside
    sides = boxes[:, 2:] * np.exp(error[:, 2:])
    return np.concatenate([middle - sides / 2, sides], axis=1)


def _false_faces(
    truth: GroundTruth, noise: Noise, rng: np.random.Generator
) -> list[tuple[Floats, Floats]]:
    """Boxes (k, 4) and scores (k,) of every frame where the detector sees what is not there."""
    times = truth.timestamps
    length = float(times[-1] - times[0]) if len(times) else 0.0
    count = rng.poisson(noise.false_rate / 60.0 * length)
    begin = rng.uniform(0.0, length, count) + times[0]
    first = np.searchsorted(times, begin)
    last = np.searchsorted(times, begin + rng.exponential(noise.false_s, count))
    width = np.exp(rng.uniform(np.log(12.0), np.log(100.0), count))
    middle = rng.uniform((0.0, 0.0), truth.size, (count, 2))
    boxes = np.stack([*(middle.T - width / 2), width, 1.25 * width], axis=1)
    level = 0.45 + rng.exponential(0.06, count)
    found: list[list[int]] = [[] for _ in times]
    for number in range(count):
        for index in range(first[number], min(max(last[number], first[number] + 1), len(times))):
            found[index].append(number)
    rows: list[Ints] = [np.array(numbers, np.int64) for numbers in found]
    return [
        (boxes[r] + rng.normal(0, 0.02, (len(r), 4)) * width[r, None],
         np.clip(level[r] + rng.normal(0, 0.03, len(r)), 0, 1))
        for r in rows
    ]  # fmt: skip

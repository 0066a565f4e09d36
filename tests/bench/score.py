"""IDF1, switches, misses and false faces, as ``motmetrics`` counts them.

What counts is what a detector can be asked to see, as in MOTChallenge: a face is *ignored* in a
frame where less than half of it is visible, the head is turned by more than 60 degrees, or it is
lower than 12 pixels. First all faces, ignored ones too, are matched with the result at an IoU
of 0.5 or more (as many matches as possible, then the best); a result that falls to an ignored face
is dropped, so it is neither right nor wrong. Then the ignored faces are dropped and the rest is
scored, at the same IoU. HOTA (``peers``) is computed on what is left, too.
"""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from app.core.geometry import iou_matrix
from tests.bench.ground_truth import Boxes, GroundTruth

MIN_IOU = 0.5
MIN_VISIBLE = 0.5
MAX_YAW = 60.0
MIN_HEIGHT = 12.0


@dataclass(frozen=True)
class Score:
    """Counts over a clip; several are added up by ``+``.

    Attributes:
        truths, results: boxes that count, of the truth and of the result.
        id_matches: boxes whose identity is right (IDTP).
        misses, false: truths with no result and results with no truth.
        switches: times that a student got another id than before; a student who comes back under
            a new id counts.
        transfers: times that an id went to another student than before.
        hours: student-hours that count.
        minutes: length of the clip.
    """

    truths: int = 0
    results: int = 0
    id_matches: int = 0
    misses: int = 0
    false: int = 0
    switches: int = 0
    transfers: int = 0
    hours: float = 0.0
    minutes: float = 0.0

    @property
    def idf1(self) -> float:
        """0..1; NaN where there is nothing."""
        both = self.truths + self.results
        return 2 * self.id_matches / both if both else math.nan

    @property
    def switch_rate(self) -> float:
        """Switches a student-hour."""
        return self.switches / self.hours if self.hours else math.nan

    @property
    def false_rate(self) -> float:
        """False faces a minute: results that match no face, each counted once in a run."""
        return self.false / self.minutes if self.minutes else math.nan

    def __add__(self, other: Score) -> Score:
        mine, theirs = vars(self), vars(other)
        return Score(**{name: mine[name] + theirs[name] for name in mine})


def counted(truth: GroundTruth) -> NDArray[np.bool_]:
    """(n,) which faces a detector can be asked to see; the others are ignored."""
    clear = (truth.visible >= MIN_VISIBLE) & (np.abs(truth.yaw) <= MAX_YAW)
    return np.asarray(clear & (truth.faces.boxes[:, 3] >= MIN_HEIGHT))


def without_ignored(truth: GroundTruth, result: Boxes) -> tuple[Boxes, Boxes]:
    """The truth's and the result's boxes that count; the rule at the top."""
    asked = counted(truth)
    keep = np.ones(len(result), bool)
    there, said = truth.faces.offsets(truth.frames), result.offsets(truth.frames)
    for index in range(truth.frames):
        a, b = slice(there[index], there[index + 1]), slice(said[index], said[index + 1])
        if asked[a].all() or b.start == b.stop:
            continue
        rows, columns = _match(truth.faces.boxes[a], result.boxes[b])
        keep[b.start + columns[~asked[a][rows]]] = False
    return truth.faces.select(asked), result.select(keep)


def score(truth: GroundTruth, result: Boxes) -> Score:
    """Compare a result with the truth."""
    faces, said = without_ignored(truth, result)
    found = _motmetrics(faces, said, truth.frames)
    minutes = float(truth.timestamps[-1] - truth.timestamps[0] + truth.interval) / 60.0
    hours = float(_steps(truth)[faces.frame].sum()) / 3600.0
    return Score(len(faces), len(said), *found, hours=hours, minutes=minutes)


def matches(truth: GroundTruth, result: Boxes) -> NDArray[np.int64]:
    """(n,) the id that the result gives to each face of the truth that counts, 0 for none."""
    asked, found = counted(truth), np.zeros(len(truth.faces), np.int64)
    there, said = truth.faces.offsets(truth.frames), result.offsets(truth.frames)
    for index in range(truth.frames):
        a, b = slice(there[index], there[index + 1]), slice(said[index], said[index + 1])
        rows, columns = _match(truth.faces.boxes[a], result.boxes[b])
        found[a.start + rows] = result.ids[b][columns]
    return np.where(asked, found, 0)


def false_faces(truth: GroundTruth, result: Boxes, touch: float = 0.2) -> int:
    """Ids shown where no student's face is, hidden or not; each once for every minute of it.

    So a poster that is taken for a student all the time is one false face a minute, and one that
    gets a new id each second is sixty. ``touch``: IoU from which a box belongs to a face.
    """
    there, said = truth.faces.offsets(truth.frames), result.offsets(truth.frames)
    seen: set[tuple[int, int]] = set()
    for index in range(truth.frames):
        a, b = slice(there[index], there[index + 1]), slice(said[index], said[index + 1])
        if b.start == b.stop:
            continue
        overlap = iou_matrix(result.boxes[b], truth.faces.boxes[a])
        stray = overlap.max(axis=1, initial=0.0) < touch
        minute = int(truth.timestamps[index] // 60.0)
        seen.update((int(i), minute) for i in result.ids[b][stray])
    return len(seen)


def _steps(truth: GroundTruth) -> NDArray[np.float64]:
    """(f,) seconds for which each frame stands."""
    return np.diff(truth.timestamps, append=truth.timestamps[-1] + truth.interval)


def _match(
    faces: NDArray[np.float64], boxes: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows of faces and boxes that belong together: as many as possible, then the best."""
    overlap = iou_matrix(faces, boxes)
    rows, columns = linear_sum_assignment(np.where(overlap >= MIN_IOU, 1.0 + overlap, 0.0), True)
    real = overlap[rows, columns] >= MIN_IOU
    return rows[real].astype(np.int64), columns[real].astype(np.int64)


def _motmetrics(faces: Boxes, said: Boxes, frames: int) -> tuple[int, int, int, int, int]:
    """Right identities, misses, false faces, switches and transfers."""
    with warnings.catch_warnings():
        # motmetrics 1.4 still asks pandas for what version 3 has renamed.
        warnings.filterwarnings("ignore", module=r"motmetrics(\.|$)")
        import motmetrics

        log = motmetrics.MOTAccumulator(auto_id=True)
        there, here = faces.offsets(frames), said.offsets(frames)
        for index in range(frames):
            a, b = slice(there[index], there[index + 1]), slice(here[index], here[index + 1])
            distance = 1.0 - iou_matrix(faces.boxes[a], said.boxes[b])
            distance[distance > 1.0 - MIN_IOU] = np.nan
            log.update(faces.ids[a], said.ids[b], distance)
        names = ["idtp", "num_misses", "num_false_positives", "num_switches", "num_transfer"]
        table = motmetrics.metrics.create().compute(log, metrics=names, return_dataframe=False)
    found = [int(table[name]) for name in names]
    return found[0], found[1], found[2], found[3], found[4]

"""Scores of what a peer found.

A box is a face's where their IoU is 0.3 or more and the middle of each lies in the other: the
peers' boxes are squares from chin to forehead, or tall ones with the hair, so the identity bench's
0.5 would tell their drawing and not their finding. Faces that no detector can be asked to see are
ignored, as there (``tests.bench.score``). Ids are scored by that bench, at its IoU of 0.5.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from app.core.geometry import iou_matrix
from tests.bench.ground_truth import Boxes, Floats, Ints
from tests.bench.live_peers.plan import NO_LABEL, Answers, Plan
from tests.bench.score import counted, score

MIN_IOU = 0.3


@dataclass(frozen=True)
class Figures:
    """A line of the table.

    Attributes:
        frames: that were looked at and count.
        there: faces a frame that can be seen.
        found: share of them that were found, 0..1.
        false: boxes a frame where no face is.
        fps: frames a second that are looked at.
        taken: frames a second that were taken from a camera; NaN where there is none.
        reads: expressions of true faces a second.
        reads_each: of a student while they can be seen, a second; the median of all students.
        cpu: milliseconds of the processor a frame that is looked at.
        memory: MB at most.
        idf1: of the ids, 0..1; NaN where it gives none.
        told: share of the found faces with a true expression whose expression is named, 0..1.
        right: share of those that are named rightly, 0..1.
    """

    frames: int
    there: float
    found: float
    false: float
    fps: float
    taken: float
    reads: float
    reads_each: float
    cpu: float
    memory: float
    idf1: float
    told: float
    right: float


@dataclass
class _Tally:
    found: int = 0
    false: int = 0
    labelled: int = 0
    told: int = 0
    right: int = 0
    there: Counter[int] = field(default_factory=Counter)
    read: Counter[int] = field(default_factory=Counter)


def figures(answer: Mapping[str, Any], given: Plan, known: Answers) -> Figures:
    """The figures of a runner's answer.

    Raises:
        ValueError: it has no frame that counts.
    """
    rows = [row for row in answer["rows"] if row["at"] >= given.warm_up]
    if not rows:
        raise ValueError("no frame after the warm-up was looked at")
    places = np.array([row["at"] for row in rows])
    asked = counted(known.truth)
    cuts = known.truth.faces.offsets(known.truth.frames)
    tally = _Tally()
    for row in rows:
        here = np.arange(cuts[row["at"]], cuts[row["at"] + 1])
        _count(tally, row["faces"], known, here, asked[here])
    there = tally.there.total()
    live = "seconds" in answer
    seconds = answer["seconds"] if live else sum(row["wall"] for row in rows)
    cpu = answer["cpu"] if live else sum(row["cpu"] for row in rows)
    return Figures(
        frames=len(rows),
        there=there / len(rows),
        found=_share(tally.found, there),
        false=tally.false / len(rows),
        fps=len(rows) / seconds,
        taken=answer["taken"] / seconds if live else math.nan,
        reads=tally.read.total() / seconds,
        reads_each=_median(tally) * len(rows) / seconds,
        cpu=1000.0 * cpu / len(rows),
        memory=answer["memory"],
        idf1=_idf1(rows, places, known),
        told=_share(tally.told, tally.labelled),
        right=_share(tally.right, tally.told),
    )


def _count(
    tally: _Tally, faces: Sequence[Any], known: Answers, here: Ints, asked: NDArray[np.bool_]
) -> None:
    tally.there.update(known.truth.faces.ids[here[asked]].tolist())
    boxes = np.array([face["box"] for face in faces], float).reshape(-1, 4)
    there, said = match(known.truth.faces.boxes[here], boxes)
    tally.false += len(boxes) - len(said)
    for one, other in zip(there, said, strict=True):
        if not asked[one]:
            continue
        face, label = faces[other], known.labels[here[one]]
        tally.found += 1
        tally.read[int(known.truth.faces.ids[here[one]])] += face["read"]
        if label != NO_LABEL:
            tally.labelled += 1
            tally.told += face["label"] is not None
            tally.right += face["label"] == label


def match(faces: Floats, boxes: Floats) -> tuple[Ints, Ints]:
    """Rows of faces and boxes that belong together: as many as possible, then the best."""
    overlap = iou_matrix(faces, boxes)
    fits = (overlap >= MIN_IOU) & _middle_in(faces, boxes) & _middle_in(boxes, faces).T
    rows, columns = linear_sum_assignment(np.where(fits, 1.0 + overlap, 0.0), True)
    real = fits[rows, columns]
    return rows[real].astype(np.int64), columns[real].astype(np.int64)


def _middle_in(inner: Floats, outer: Floats) -> NDArray[np.bool_]:
    """(n, m) whether the middle of each of n boxes lies in each of m."""
    middle = (inner[:, :2] + inner[:, 2:] / 2)[:, None]
    low, high = outer[None, :, :2], outer[None, :, :2] + outer[None, :, 2:]
    return np.asarray(((middle >= low) & (middle <= high)).all(axis=2))


def _idf1(rows: Sequence[Mapping[str, Any]], places: Ints, known: Answers) -> float:
    faces = [[face for face in row["faces"] if face["id"] is not None] for row in rows]
    if not any(faces):
        return math.nan
    said = Boxes.stack(
        [
            (np.array([f["id"] for f in one], np.int64), np.array([f["box"] for f in one], float))
            for one in faces
        ]
    )
    return score(known.truth.at(places), said).idf1


def _median(tally: _Tally) -> float:
    """Readings of a student in each frame in which they can be seen."""
    shares = [tally.read[student] / count for student, count in tally.there.items()]
    return float(np.median(shares)) if shares else math.nan


def _share(part: int, whole: int) -> float:
    return part / whole if whole else math.nan

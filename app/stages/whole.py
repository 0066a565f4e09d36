"""Faces of one picture, as well as MediaPipe's models can: several runs over all of it, fused.

Two BlazeFace models slide over the whole picture at several scales, one of them over its mirror
image too. Boxes that show the same face are averaged, as in weighted boxes fusion (Solovyev et
al., 2021). Their score is a logistic regression on what every run makes of that spot: runs that
agree are believed, and from 0.5 on nine in ten detections are faces. For pictures that may take
half a second; ``app.stages.sweep`` finds faces live.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from app.core.geometry import iou_matrix
from app.core.sigmoid import expit, logit
from app.core.types import Faces, Frame
from app.stages.blazeface_decode import Detections, Kind, hand_drawn
from app.stages.litert import BlazeFaceNet

FLOOR: Final = 0.06
"""Score of a run that sees nothing; what is below is not looked at."""
MAX_IOU: Final = 0.4
"""Boxes that overlap more (intersection over union) show one face."""
MIRRORED: Final = (1, 0, 2, 3, 5, 4)
"""Rows of the key points of a mirrored face: right becomes left."""


class Pass(NamedTuple):
    """One run: which model, at what scale of the picture, and whether over its mirror image."""

    kind: Kind
    scale: float
    mirrored: bool = False


PASSES: Final = (
    Pass("back", 0.5),
    Pass("back", 1.0),
    Pass("full", 0.5),
    Pass("full", 0.75),
    Pass("full", 0.75, mirrored=True),
    Pass("full", 1.0),
)
"""Chosen on the 60 photographs of faces (WIDER FACE, validation part). Recall at 90% precision of
faces of 16 pixels and more, cross-validated, on these as they are and shrunk to half, and time for
720p on one core: these six 50 and 66%, 590 ms; back 1, full 0.5 and 1 alone 47 and 63%, 280 ms;
full 0.75 alone 39 and 47%, 68 ms. Tiles of the full-range model: 32%, 185 ms; YuNet x1: 62
and 67%, 43 ms. More scales, mirror images, the short model or sharpened pictures add nothing."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """How the runs' scores become a probability.

    Its logit is ``bias``, plus ``weight`` times the mean of the logits of the runs that can see a
    face of that size, less ``small`` for each halving of its width below ``SMALL`` pixels.
    """

    bias: float
    weight: float
    small: float


SMALL: Final = 24.0
VISIBLE: Final = 12.0
"""Width in pixels of its own picture from which on a run can see a face."""
EVIDENCE: Final = Evidence(bias=3.47, weight=2.71, small=2.53)
"""Fitted on the same photographs. From 0.5 on 91 and 86% of the detections are faces."""


class WholeDetector:
    """Implements ``protocols.Detector``.

    Args:
        models: files as ``fetch.detector_models`` gives them, of all kinds that ``passes`` name.
        min_score: faces below are left out, above 0 and below 1.
        passes: the runs.
        evidence: fitted to those runs.
        threads: of each run.

    Raises:
        ModelError: a file can't be read, is damaged or is no such model.
    """

    def __init__(
        self,
        models: Mapping[Kind, Path],
        min_score: float = 0.5,
        passes: Sequence[Pass] = PASSES,
        evidence: Evidence = EVIDENCE,
        threads: int = 1,
    ) -> None:
        self._min_score = min_score
        self._passes = tuple(passes)
        self._evidence = evidence
        kinds = dict.fromkeys(one.kind for one in self._passes)
        self._nets = {kind: BlazeFaceNet(models[kind], kind, threads) for kind in kinds}

    def detect(self, frame: Frame, expected: NDArray[np.float64] | None = None) -> Faces:
        """All faces of ``frame``, best first, boxes and key points in its pixels, ids 0.

        It looks everywhere all the time, whatever is ``expected``.
        """
        if not self._nets:
            raise ValueError("the detector is closed")
        seen = [self._look(one, frame) for one in self._passes]
        return fuse(seen, [one.scale for one in self._passes], self._evidence, self._min_score)

    def reset(self) -> None:
        """Nothing to forget: every frame is looked at by itself."""

    def close(self) -> None:
        """Free the models; may be called twice."""
        nets, self._nets = self._nets, {}
        for net in nets.values():
            net.close()

    def _look(self, one: Pass, frame: Frame) -> Detections:
        """What one run sees, boxes as a person would draw them, in pixels of the frame."""
        width, height = frame.size
        small = (max(1, round(width * one.scale)), max(1, round(height * one.scale)))
        image = frame.image
        if small != frame.size:
            how = cv2.INTER_AREA if one.scale < 1 else cv2.INTER_LINEAR
            image = np.asarray(cv2.resize(image, small, interpolation=how), np.uint8)
        found = self._nets[one.kind].detect_raw(image[:, ::-1] if one.mirrored else image, FLOOR)
        boxes = hand_drawn(found, one.kind).astype(np.float64)
        points = found.keypoints.astype(np.float64)
        if one.mirrored:
            boxes[:, 0] = small[0] - boxes[:, 0] - boxes[:, 2]
            points = points[:, MIRRORED] * np.array([-1, 1]) + np.array([small[0], 0])
        back = np.array([width / small[0], height / small[1]])
        boxes, points = boxes * np.tile(back, 2), points * back
        return Detections(boxes.astype(np.float32), found.scores, points.astype(np.float32))


def fuse(
    seen: Sequence[Detections], scales: Sequence[float], evidence: Evidence, min_score: float
) -> Faces:
    """One face for all detections of it, best first, those with ``min_score`` and more.

    The best detection leads; those that overlap it by more than ``MAX_IOU`` are averaged with it,
    weighted by score.

    Args:
        seen: for each run what it saw, with scores of ``FLOOR`` and more.
        scales: of the runs' pictures.
        evidence: how the runs' scores become one.
        min_score: above 0 and below 1.
    """
    # A group's scores are at most its leader's: a worse leader can't reach ``min_score``.
    least = expit((logit(min_score) - evidence.bias) / evidence.weight)
    runs = np.repeat(np.arange(len(seen)), [len(one) for one in seen])
    rest = Detections(
        np.concatenate([one.boxes for one in seen]),
        np.concatenate([one.scores for one in seen]),
        np.concatenate([one.keypoints for one in seen]),
    )
    order = np.argsort(-rest.scores, kind="stable")
    rest, runs = rest.select(order), runs[order]
    boxes, logits, points = [], [], []
    while len(rest) and rest.scores[0] >= least:
        same = iou_matrix(rest.boxes[:1], rest.boxes)[0] > MAX_IOU
        same[0] = True
        group = rest.select(same)
        best = np.full(len(seen), FLOOR)
        np.maximum.at(best, runs[same], group.scores)
        share = group.scores / group.scores.sum()
        box = share @ group.boxes
        logits.append(_logit(logit(best), np.asarray(scales), float(box[2]), evidence))
        boxes.append(box)
        points.append(np.tensordot(share, group.keypoints, axes=1))
        rest, runs = rest.select(~same), runs[~same]
    if not boxes:
        return Faces.empty()
    faces = Faces.make(np.array(boxes), expit(np.array(logits)), np.array(points))
    order = np.argsort(-faces.scores, kind="stable")
    return faces.select(order[faces.scores[order] >= min_score])


def _logit(
    runs: NDArray[np.float64], scales: NDArray[np.float64], width: float, evidence: Evidence
) -> float:
    """The fused logit of a face of ``width`` pixels, from the runs' best logits (n,) on it."""
    able = scales * width >= VISIBLE
    if not able.any():
        able = scales == scales.max()
    halvings = max(0.0, math.log2(SMALL / width))
    return float(evidence.bias + evidence.weight * runs[able].mean() - evidence.small * halvings)

"""Detectors side by side on labelled pictures: what they find, and what it costs.

Each detector runs on every picture with hardly any threshold, so that its whole curve is seen;
``app.engine.bench.detection_score`` makes figures of it.
"""

from __future__ import annotations

import contextlib
import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from app.core.errors import ExportError, LabelError, ModelError
from app.core.types import Faces, Frame
from app.engine.bench.detection_score import (
    WIDTHS,
    Matches,
    average_precision,
    faces_by_width,
    join,
    match,
    precision,
    precision_by_width,
    recall,
    recall_by_width,
    threshold_at_precision,
)
from app.engine.bench.face_labels import LabelledPicture, read_picture
from app.engine.detectors import build_sweep, build_whole
from app.engine.settings import Settings
from app.session.csvsafe import line, number, safe_text
from app.stages.blazeface import BlazeFaceDetector
from app.stages.fetch import (
    YUNET,
    blazeface_model,
    detector_models,
    models_folder,
    yunet_model,
)
from app.stages.protocols import Detector
from app.stages.yunet import LICENCE, YuNetDetector

PRECISION: Final = 0.9
"""Recall is told at the score from which on this share of the detections are faces."""
LEAST_SCORE: Final = 0.05
"""Below it next to nothing is a face, and the curve is as good as whole."""
NARROW_TILE: Final = 192
NARROW_OVERLAP: Final = 0.25
"""The finest tiles of the full-range model that pay: its own input size."""
SCALES: Final = (0.75, 1.0, 1.5)
FRAMES: Final = ((1280, 720), (1920, 1080))
"""Sizes of frames, (width, height), for which the time is told."""
TIMED: Final = 5
"""How many pictures, enlarged or shrunk and cut to a frame's size, are timed."""

_WHOLE_FRAME: Final = 10**6  # one tile, however large the picture

Say = Callable[[str], None]
Progress = Callable[[str, float], None]
"""Told a detector's name and how much of its work is done, 0..1."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A detector that can be measured.

    Attributes:
        name: short, for tables and the command line.
        fetch: sees to it that its models are on this machine; several detectors may share one.
            Raises ModelError.
        make: loads it for a lowest score. Raises ModelError.
    """

    name: str
    fetch: Callable[[Say], object]
    make: Callable[[float, Say], Detector]


@dataclass(frozen=True, slots=True)
class Measured:
    """What one detector did.

    Attributes:
        name: of the candidate.
        matches: over all pictures.
        frame_ms: median milliseconds a frame of each size of ``FRAMES``.
    """

    name: str
    matches: Matches
    frame_ms: Sequence[float]


@dataclass(frozen=True, slots=True)
class Bench:
    """What all of them did.

    Attributes:
        measured: one or more, in the order asked for.
        missing: by reason, the names of those that could not be measured.
    """

    measured: Sequence[Measured]
    missing: Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Figures:
    """One detector's row; shares are 0..1, NaN where there is nothing to count.

    Attributes:
        average_precision: area under the curve of precision over recall.
        score_at_precision: the lowest score from which on ``PRECISION`` of what is found are
            faces; inf where there is none.
        recall_at_precision, widths_at_precision: recall from that score on, of all faces that
            count, and by ``WIDTHS``, also of those too narrow to count.
        recall, precision: from the working score on.
        widths_recall, widths_precision: the same by ``WIDTHS``, of the face and of the detection.
    """

    average_precision: float
    score_at_precision: float
    recall_at_precision: float
    widths_at_precision: Sequence[float]
    recall: float
    precision: float
    widths_recall: Sequence[float]
    widths_precision: Sequence[float]


def candidates(settings: Settings, yunet: Path | None = None) -> list[Candidate]:
    """Every detector that Roomread knows, whether or not it can be loaded here.

    Args:
        settings: its detector section gives the model file and the tiles.
        yunet: the user's copy of YuNet; None: the settings' or the one that was fetched before.
    """
    found = settings.detector
    yunet = yunet or found.yunet

    def blazeface(say: Say) -> Path:
        return blazeface_model(found.model, say)

    def tiles(name: str, tile: int, overlap: float) -> Candidate:
        def make(least: float, say: Say) -> Detector:
            return BlazeFaceDetector(blazeface(say), tile, overlap, least)

        return Candidate(name, blazeface, make)

    def kept_yunet(say: Say) -> Path:
        if yunet is not None:
            return yunet
        if not (models_folder() / YUNET.name).is_file():
            raise ModelError(f"give --yunet, which fetches it ({LICENCE}), or --yunet FILE")
        return yunet_model(say)

    def net(scale: float) -> Candidate:
        def make(least: float, say: Say) -> Detector:
            return YuNetDetector(kept_yunet(say), scale, least, say)

        return Candidate(f"yunet-{scale:g}", kept_yunet, make)

    def sweep(least: float, say: Say) -> Detector:
        return build_sweep(found.model_copy(update={"min_score": least}), say)

    every = [
        tiles("full-range", _WHOLE_FRAME, 0.0),
        tiles(f"tiles-{NARROW_TILE}", NARROW_TILE, NARROW_OVERLAP),
        tiles(f"tiles-{found.tile}", found.tile, found.overlap),
        Candidate("sweep", detector_models, sweep),
        Candidate("whole", detector_models, build_whole),
        *(net(scale) for scale in SCALES),
    ]
    return list({candidate.name: candidate for candidate in every}.values())


def bench_detect(
    chosen: Sequence[Candidate],
    pictures: Sequence[LabelledPicture],
    min_width: float,
    min_score: float,
    say: Say,
    progress: Progress,
) -> Bench:
    """Measure every chosen detector that can be loaded; arguments as ``measure``.

    Raises:
        ModelError: none of them can.
        LabelError: a picture can't be read.
    """
    measured: list[Measured] = []
    missing: dict[str, list[str]] = {}
    # All are fetched first: MediaPipe, once started, is kept from the network with all the rest.
    failed: dict[Callable[[Say], object], str] = {}
    for fetch in dict.fromkeys(candidate.fetch for candidate in chosen):
        try:
            fetch(say)
        except ModelError as error:
            failed[fetch] = str(error)
    for candidate in chosen:
        try:
            if candidate.fetch in failed:
                raise ModelError(failed[candidate.fetch])
            measured.append(measure(candidate, pictures, min_width, min_score, say, progress))
        except ModelError as error:
            missing.setdefault(str(error), []).append(candidate.name)
    if not measured:
        raise ModelError(next(iter(missing)))
    return Bench(measured, missing)


def measure(
    candidate: Candidate,
    pictures: Sequence[LabelledPicture],
    min_width: float,
    min_score: float,
    say: Say,
    progress: Progress,
) -> Measured:
    """Run one detector over all pictures.

    Args:
        candidate: what to run.
        pictures: at least one.
        min_width: pixels; narrower faces do not count.
        min_score: with which it is timed; a low one makes some detectors slower.
        say: told in one line each what is fetched.
        progress: told how far it is.

    Raises:
        ModelError: it can't be loaded.
        LabelError: a picture can't be read.
    """
    parts = []
    with contextlib.closing(candidate.make(LEAST_SCORE, say)) as detector:
        for count, picture in enumerate(pictures, 1):
            faces = _look(detector, read_picture(picture.path))
            parts.append(
                match(faces.boxes, faces.scores, picture.boxes, picture.ignored, min_width)
            )
            progress(candidate.name, count / len(pictures))
    samples = [read_picture(picture.path) for picture in pictures[:TIMED]]
    with contextlib.closing(candidate.make(min_score, say)) as detector:
        times = [_milliseconds(detector, [_fit(s, size) for s in samples]) for size in FRAMES]
    return Measured(candidate.name, join(parts), times)


def count_faces(pictures: Sequence[LabelledPicture], min_width: float) -> int:
    """How many labelled faces count.

    Raises:
        LabelError: none does.
    """
    count = sum(int((~p.ignored & (p.boxes[:, 2] >= min_width)).sum()) for p in pictures)
    if not count:
        raise LabelError(
            f"no labelled face is {min_width:g} pixels wide or more: choose a smaller --min-width"
        )
    return count


def figures(matches: Matches, working_score: float) -> Figures:
    """The row of one detector."""
    score = threshold_at_precision(matches, PRECISION)
    return Figures(
        average_precision=average_precision(matches),
        score_at_precision=score,
        recall_at_precision=recall(matches, score),
        widths_at_precision=recall_by_width(matches, score),
        recall=recall(matches, working_score),
        precision=precision(matches, working_score),
        widths_recall=recall_by_width(matches, working_score),
        widths_precision=precision_by_width(matches, working_score),
    )


def width_names() -> list[str]:
    """What ``WIDTHS`` are called."""
    return [f"{low}-{high:g}" if math.isfinite(high) else f"{low}+" for low, high in WIDTHS]


def write_table(
    path: Path, rows: Sequence[Measured], min_width: float, working_score: float
) -> None:
    """Write a CSV file, one row a detector: shares 0..1, milliseconds, numbers of faces.

    Raises:
        ExportError: it can't be written.
    """
    widths = [name.replace("-", "_").replace("+", "_up") for name in width_names()]
    head = ["detector", "min_width", "faces", "average_precision"]
    head += ["recall_at_90", "score_at_90", *(f"recall_at_90_{name}" for name in widths)]
    head += ["working_score", "recall", "precision", *(f"recall_{name}" for name in widths)]
    head += [*(f"precision_{name}" for name in widths), *(f"faces_{name}" for name in widths)]
    head += [f"ms_{height}p" for _, height in FRAMES]
    lines = [line(head)]
    for row in rows:
        f = figures(row.matches, working_score)
        shares = [f.recall_at_precision, f.score_at_precision, *f.widths_at_precision]
        shares += [working_score, f.recall, f.precision, *f.widths_recall, *f.widths_precision]
        cells = [safe_text(row.name), f"{min_width:g}", str(int(row.matches.counted.sum()))]
        cells += [number(f.average_precision, 4), *(number(share, 4) for share in shares)]
        cells += [str(count) for count in faces_by_width(row.matches)]
        cells += [number(milliseconds, 2) for milliseconds in row.frame_ms]
        lines.append(line(cells))
    try:
        path.write_text("".join(lines), encoding="utf-8", newline="")
    except OSError as error:
        raise ExportError(
            f"{path} can't be written ({error.strerror}): choose another place"
        ) from error


def _look(detector: Detector, image: NDArray[np.uint8]) -> Faces:
    """What a detector sees that has seen nothing before."""
    detector.reset()
    return detector.detect(Frame(image, 0, 0.0), np.zeros((0, 4)))


def _milliseconds(detector: Detector, images: Sequence[NDArray[np.uint8]]) -> float:
    """Median time for an image, after a first one that is slow."""
    times = []
    for image in (images[0], *images):
        begun = time.perf_counter()
        _look(detector, image)
        times.append(1000 * (time.perf_counter() - begun))
    return median(times[1:])


def _fit(image: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.uint8]:
    """The middle of ``image``, resized to fill ``size`` (width, height)."""
    height, width = image.shape[:2]
    scale = max(size[0] / width, size[1] / height)
    full = math.ceil(width * scale), math.ceil(height * scale)
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    resized = cv2.resize(image, full, interpolation=how)
    left, top = (full[0] - size[0]) // 2, (full[1] - size[1]) // 2
    return np.ascontiguousarray(resized[top : top + size[1], left : left + size[0]], np.uint8)

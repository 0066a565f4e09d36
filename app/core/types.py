"""The containers that pass between stages.

All are frozen dataclasses of parallel numpy arrays: row i of every array is face i. They
are checked on construction, so a stage can trust what it is given. Lengths are pixels of
the original frame, times are seconds from the start of the source.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from app.core.expressions import LABELS

KEYPOINTS = ("right_eye", "left_eye", "nose_tip", "mouth", "right_ear", "left_ear")
"""Order of the key points; right and left are the person's own."""


def _check(name: str, array: NDArray[np.generic], shape: tuple[int | None, ...], kind: str) -> None:
    """Raise ValueError unless ``array`` has ``shape`` (None: any) and dtype kind in ``kind``."""
    fits = array.ndim == len(shape) and all(
        want is None or want == got for want, got in zip(shape, array.shape, strict=True)
    )
    if not fits:
        expected = "(" + ", ".join("n" if s is None else str(s) for s in shape) + ")"
        raise ValueError(f"{name}: expected shape {expected}, got {array.shape}")
    if array.dtype.kind not in kind:
        raise ValueError(f"{name}: expected dtype kind in {kind!r}, got {array.dtype}")


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One picture of the source.

    Attributes:
        image: (height, width, 3) uint8, RGB.
        index: number of the frame in its source, from 0; skipped frames keep their numbers.
        timestamp: presentation time in seconds since the first frame of the source.
    """

    image: NDArray[np.uint8]
    index: int
    timestamp: float

    def __post_init__(self) -> None:
        _check("image", self.image, (None, None, 3), "u")
        if self.image.dtype != np.uint8:
            raise ValueError(f"image: expected uint8, got {self.image.dtype}")
        if self.index < 0:
            raise ValueError(f"index: expected 0 or more, got {self.index}")
        if not np.isfinite(self.timestamp):
            raise ValueError(f"timestamp: expected a finite number, got {self.timestamp}")

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) in pixels."""
        return self.image.shape[1], self.image.shape[0]


@dataclass(frozen=True, slots=True, eq=False)
class Faces:
    """The faces of one frame.

    Attributes:
        boxes: (n, 4) float32: x, y, width, height in pixels; may hang over the frame's edge.
        scores: (n,) float32: detector confidence, 0..1.
        keypoints: (n, 6, 2) float32: x, y in pixels in the order of ``KEYPOINTS``; NaN where
            the detector does not give them.
        ids: (n,) int32: 1-based track number, unique in a frame; 0 before tracking.
    """

    boxes: NDArray[np.float32]
    scores: NDArray[np.float32]
    keypoints: NDArray[np.float32]
    ids: NDArray[np.int32]

    def __post_init__(self) -> None:
        n = len(self.boxes)
        _check("boxes", self.boxes, (n, 4), "f")
        _check("scores", self.scores, (n,), "f")
        _check("keypoints", self.keypoints, (n, len(KEYPOINTS), 2), "f")
        _check("ids", self.ids, (n,), "i")
        if not np.isfinite(self.boxes).all():
            raise ValueError("boxes: expected finite numbers")
        if (self.boxes[:, 2:] <= 0).any():
            raise ValueError("boxes: expected widths and heights above 0")
        if n and not (self.scores.min() >= 0 and self.scores.max() <= 1):
            raise ValueError("scores: expected 0..1")
        if (self.ids < 0).any():
            raise ValueError("ids: expected 0 or more")
        tracked = self.ids[self.ids > 0]
        if len(np.unique(tracked)) != len(tracked):
            raise ValueError(f"ids: expected each id once in a frame, got {tracked.tolist()}")

    @classmethod
    def make(
        cls,
        boxes: NDArray[np.floating],
        scores: NDArray[np.floating],
        keypoints: NDArray[np.floating] | None = None,
        ids: NDArray[np.integer] | None = None,
    ) -> Self:
        """Build from arrays of any float or int type; missing key points become NaN, ids 0."""
        n = len(boxes)
        if keypoints is None:
            keypoints = np.full((n, len(KEYPOINTS), 2), np.nan, np.float32)
        if ids is None:
            ids = np.zeros(n, np.int32)
        return cls(
            boxes.astype(np.float32).reshape(n, 4),
            scores.astype(np.float32),
            keypoints.astype(np.float32),
            ids.astype(np.int32),
        )

    @classmethod
    def empty(cls) -> Self:
        """No faces."""
        return cls.make(np.zeros((0, 4), np.float32), np.zeros(0, np.float32))

    def __len__(self) -> int:
        return len(self.boxes)

    def select(self, rows: NDArray[np.bool_] | NDArray[np.integer]) -> Faces:
        """The faces of these rows (a mask or indices), in that order."""
        return Faces(self.boxes[rows], self.scores[rows], self.keypoints[rows], self.ids[rows])


@dataclass(frozen=True, slots=True, eq=False)
class Quality:
    """How good the picture of each face is, row by row beside ``Faces``; NaN where not measured.

    Attributes:
        sharpness: (n,) float32, 0 (flat or blurred) upwards, as ``stages.quality`` measures it.
        yaw: (n,) float32 degrees by which the head is turned, to the image's right above 0.
        exposure: (n,) float32, 0..1: share of the face that is neither black nor burnt out.
    """

    sharpness: NDArray[np.float32]
    yaw: NDArray[np.float32]
    exposure: NDArray[np.float32]

    def __post_init__(self) -> None:
        n = len(self.sharpness)
        _check("sharpness", self.sharpness, (n,), "f")
        _check("yaw", self.yaw, (n,), "f")
        _check("exposure", self.exposure, (n,), "f")

    @classmethod
    def unmeasured(cls, n: int) -> Self:
        """n faces that nobody has looked at."""
        return cls(*np.full((3, n), np.nan, np.float32))

    def __len__(self) -> int:
        return len(self.sharpness)

    def select(self, rows: NDArray[np.bool_] | NDArray[np.integer]) -> Quality:
        """The quality of these rows, see ``Faces.select``."""
        return Quality(self.sharpness[rows], self.yaw[rows], self.exposure[rows])


_NOT_GIVEN: NDArray[np.float32] = np.zeros(0, np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class Expressions:
    """What was read from the faces of one frame, row by row beside ``Faces``.

    Attributes:
        probabilities: (n, 8) float32 in the order of ``LABELS``; a row sums to 1, or is NaN
            where the face was not read.
        known: (n,) bool: False where the app can't tell; such a face has no label.
        quality: of the pictures that were read.
        age: (n,) float32 seconds since the picture was taken that the row was read from: 0 = this
            frame's, above 0 = a reading that is held, NaN = never read, or so long ago that it
            no longer counts. Not given: 0 where there are probabilities, else NaN.
    """

    probabilities: NDArray[np.float32]
    known: NDArray[np.bool_]
    quality: Quality
    age: NDArray[np.float32] = field(default_factory=lambda: _NOT_GIVEN)

    def __post_init__(self) -> None:
        n = len(self.probabilities)
        _check("probabilities", self.probabilities, (n, len(LABELS)), "f")
        _check("known", self.known, (n,), "b")
        if len(self.quality) != n:
            raise ValueError(f"quality: expected {n} rows, got {len(self.quality)}")
        read = np.isfinite(self.probabilities).all(axis=1)
        sums = self.probabilities[read].sum(axis=1)
        if not np.allclose(sums, 1.0, atol=1e-3) or (self.probabilities[read] < 0).any():
            raise ValueError("probabilities: expected rows of 0..1 that sum to 1")
        if (self.known & ~read).any():
            raise ValueError("known: expected False where the probabilities are NaN")
        if self.age is _NOT_GIVEN:
            object.__setattr__(self, "age", np.where(read, 0.0, np.nan).astype(np.float32))
        _check("age", self.age, (n,), "f")
        if (np.isfinite(self.age) != read).any() or (self.age < 0).any():
            raise ValueError("age: expected 0 or more where there are probabilities, else NaN")

    @classmethod
    def unread(cls, n: int) -> Self:
        """n faces that nobody has read."""
        return cls(
            np.full((n, len(LABELS)), np.nan, np.float32),
            np.zeros(n, bool),
            Quality.unmeasured(n),
        )

    def __len__(self) -> int:
        return len(self.probabilities)

    def select(self, rows: NDArray[np.bool_] | NDArray[np.integer]) -> Expressions:
        """The expressions of these rows, see ``Faces.select``."""
        return Expressions(
            self.probabilities[rows],
            self.known[rows],
            self.quality.select(rows),
            self.age[rows],
        )

    def among(self, rows: NDArray[np.integer], n: int) -> Expressions:
        """The expressions of n faces of which these are the only ones read, those at ``rows``."""
        whole = Expressions.unread(n)
        pairs = (
            (whole.probabilities, self.probabilities),
            (whole.known, self.known),
            (whole.quality.sharpness, self.quality.sharpness),
            (whole.quality.yaw, self.quality.yaw),
            (whole.quality.exposure, self.quality.exposure),
            (whole.age, self.age),
        )
        for all_rows, these in pairs:
            all_rows[rows] = these
        return Expressions(whole.probabilities, whole.known, whole.quality, whole.age)

    @property
    def fresh(self) -> NDArray[np.bool_]:
        """(n,) faces that were read in this very frame: a held reading is no new one."""
        return np.asarray(self.age == 0)

    @property
    def labels(self) -> NDArray[np.int64]:
        """(n,) index into ``LABELS`` of the most probable expression; -1 where not known."""
        filled = np.where(self.known[:, None], self.probabilities, 0.0)
        return np.where(self.known, filled.argmax(axis=1), -1).astype(np.int64)

    @property
    def confidences(self) -> NDArray[np.float32]:
        """(n,) probability of the label; NaN where not known."""
        filled = np.where(self.known[:, None], self.probabilities, np.nan)
        return filled.max(axis=1).astype(np.float32) if len(self) else np.zeros(0, np.float32)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A guess, for the user to decide: track ``later`` may be the student of track ``earlier``.

    Attributes:
        earlier, later: track numbers; ``earlier`` was out of sight when ``later`` appeared.
        timestamp: seconds, when ``later`` was first trusted.
        confidence: 0..1, that they are one student.
    """

    earlier: int
    later: int
    timestamp: float
    confidence: float

    def __post_init__(self) -> None:
        if not 0 < self.earlier < self.later:
            raise ValueError(f"expected 0 < earlier < later, got {self.earlier} and {self.later}")
        if not 0 <= self.confidence <= 1:
            raise ValueError(f"confidence: expected 0..1, got {self.confidence}")


STILL: NDArray[np.float64] = np.eye(2, 3)
"""The camera transform of a camera that has not moved."""
STILL.setflags(write=False)


@dataclass(frozen=True, slots=True, eq=False)
class FrameResult:
    """All that the pipeline found in one frame; carries no picture.

    Attributes:
        index, timestamp: those of the frame.
        size: (width, height) of the frame in pixels.
        faces: tracked faces (every id above 0).
        expressions: their expressions, same rows.
        timings: seconds spent in each stage, by stage name.
        camera: (2, 3) float64: the similarity that takes pixels of this frame to where they were
            in the first one, undoing nudges and zoom.
        suggestions: who may be whom, of tracks that became trusted in this frame.
        pictures: tracks that proved to be pictures on the wall, and still do; a session stores
            those of its newest frame while it is analysed, then the edits that leave them out.
    """

    index: int
    timestamp: float
    size: tuple[int, int]
    faces: Faces
    expressions: Expressions
    timings: Mapping[str, float] = field(default_factory=dict)
    camera: NDArray[np.float64] = field(default_factory=lambda: STILL)
    suggestions: tuple[Suggestion, ...] = ()
    pictures: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        _check("camera", self.camera, (2, 3), "f")
        if len(self.faces) != len(self.expressions):
            raise ValueError(
                f"expected as many expressions as faces, got {len(self.expressions)} "
                f"and {len(self.faces)}"
            )
        if (self.faces.ids == 0).any():
            raise ValueError("faces: expected tracked faces (ids above 0)")


@dataclass(frozen=True, slots=True, eq=False)
class ClassCounts:
    """What one frame says of the class as a whole, and of nobody in it.

    Attributes:
        index, timestamp: those of the frame.
        seen: faces found.
        read: of these, faces whose expression the app could tell.
        labels: (8,) int64: faces of each expression, in the order of ``LABELS``; sums to ``read``,
            or to 0 where the group was too small to say.
        sums: (8,) float64: probabilities of each expression, summed over the same faces.
    """

    index: int
    timestamp: float
    seen: int
    read: int
    labels: NDArray[np.int64]
    sums: NDArray[np.float64]

    def __post_init__(self) -> None:
        _check("labels", self.labels, (len(LABELS),), "i")
        _check("sums", self.sums, (len(LABELS),), "f")
        if not 0 <= self.read <= self.seen:
            raise ValueError(f"expected 0 <= read <= seen, got {self.read} and {self.seen}")
        if self.labels.sum() not in {0, self.read}:
            raise ValueError(f"labels: expected a sum of 0 or {self.read}, got {self.labels.sum()}")

    @classmethod
    def of(cls, result: FrameResult) -> Self:
        """Count the faces of a frame."""
        labels = result.expressions.labels
        known = labels >= 0
        return cls(
            result.index,
            result.timestamp,
            len(labels),
            int(known.sum()),
            np.bincount(labels[known], minlength=len(LABELS)),
            result.expressions.probabilities[known].sum(axis=0, dtype=np.float64),
        )

    @property
    def withheld(self) -> int:
        """Faces whose expression was read and is not said."""
        return self.read - int(self.labels.sum())

    def without_small_groups(self, smallest: int) -> ClassCounts:
        """The same, without expressions where fewer than ``smallest`` faces were read."""
        if self.read >= smallest:
            return self
        return replace(self, labels=np.zeros_like(self.labels), sums=np.zeros_like(self.sums))


def student_code(track_id: int) -> str:
    """The pseudonym of a track: 1 -> "S01", 120 -> "S120"."""
    return f"S{track_id:02d}"

"""Takes faces that prove to be pictures on the wall, printed portraits say, out of what is tracked.

Every student's face is sampled twice a second, always at the place in the room where it first
was. Whatever did not stir for half a minute (``app.stages.stillness``) is a picture: from then on
its face is left out, as long as the place looks as it did. A face that looks otherwise there goes
to the tracker as any other, in the same frame: somebody stands before the picture, or it was none.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.core.geometry import iou_matrix
from app.core.similarity import invert, move_boxes
from app.core.types import STILL, Faces, Frame
from app.stages.protocols import Expectation, Tracked, Tracker
from app.stages.stillness import Reference, cut, stillness

PERIOD: Final = 0.5
"""Seconds from one sample of a face to the next."""
PROOF_S: Final = 30.0
"""Seconds that it takes to prove a picture."""
PROOF_SAMPLES: Final = 30
"""Samples that it takes, where frames come seldom."""
ALIKE: Final = 0.9
"""Correlation with the first sample below which a proof begins anew: most students stir in the
first second, and then cost no more than this."""

SAME_PLACE: Final = 0.3
"""Overlap (IoU) of a face with a picture from which on it may be the picture's."""
SAME_SHIFT: Final = 0.02
"""Face widths by which a picture may seem to be shifted against the room, and still be itself."""
CAMERA_SHIFT: Final = 0.3 / 384
"""Picture widths by which the camera may be taken to be elsewhere than it is, see
``camera_motion.DEAD_BAND``; comes on top."""
SAME: Final = 0.85
"""Share of a sample's variance that the picture must explain."""
OTHERWISE_S: Final = 10.0
"""Seconds, all together, for which a face that looks otherwise is at the very place of a picture
before it is doubted: it is a student's as well as any, until it is proven again."""
VERY_PLACE: Final = 0.5
"""Overlap (IoU) at which it is."""


@dataclass(slots=True)
class _Proof:
    """Samples of a face so far; ``box`` (4,) is where in the room."""

    box: NDArray[np.float64]
    began: float
    samples: list[NDArray[np.float32]] = field(default_factory=list)
    _first: NDArray[np.float32] = field(default_factory=lambda: np.zeros(0, np.float32))

    def goes_on(self, sample: NDArray[np.float32]) -> bool:
        """Whether a sample shows about what the first one did."""
        own = sample.ravel() - sample.mean()
        own /= max(float(np.sqrt(own @ own)), 1e-6)
        if not self.samples:
            self._first = own
        return own.shape == self._first.shape and float(own @ self._first) >= ALIKE


@dataclass(slots=True)
class _Picture:
    """A picture in ``box`` (4,) of the room."""

    box: NDArray[np.float64]
    looks: Reference
    otherwise: float = 0.0


class PictureFilter:
    """A tracker that leaves pictures out; implements ``protocols.Tracker``.

    Args:
        tracker: says who is who; a picture is a student out of sight to it.
    """

    def __init__(self, tracker: Tracker) -> None:
        self._tracker = tracker
        self._forget()

    def _forget(self) -> None:
        self._camera: NDArray[np.float64] = STILL
        self._now = -np.inf
        self._step = 0.0
        self._proofs: dict[int, _Proof] = {}
        self._due: dict[int, float] = {}  # when each track is sampled next
        self._pictures: dict[int, _Picture] = {}

    def reset(self) -> None:
        """Forget everyone and every picture."""
        self._tracker.reset()
        self._forget()

    def expect(self, frame: Frame) -> Expectation:
        """See ``Tracker``."""
        expected = self._tracker.expect(frame)
        self._camera = expected.camera
        self._step = min(frame.timestamp - self._now, 1.0)
        self._now = frame.timestamp
        return expected

    def update(self, faces: Faces, frame: Frame) -> Tracked:
        """What the tracker makes of the faces that are no known picture's.

        ``Tracked.pictures`` are the tracks that are taken for pictures now.
        """
        tracked = self._tracker.update(faces.select(~self._known(faces, frame)), frame)
        for track in tracked.faces.ids.tolist():
            # The tracker has seen it where the picture does not look as it did.
            self._pictures.pop(track, None)
        self._sample(tracked.faces, frame)
        students = ~np.isin(tracked.faces.ids, list(self._pictures))
        pictures = tuple(sorted(self._pictures))
        return Tracked(tracked.faces.select(students), tracked.suggestions, pictures)

    def _known(self, faces: Faces, frame: Frame) -> NDArray[np.bool_]:
        """(n,) which of the faces are those of pictures."""
        known = np.zeros(len(faces), bool)
        if not (self._pictures and len(faces)):
            return known
        boxes = self._in_frame([one.box for one in self._pictures.values()])
        overlaps = iou_matrix(boxes, faces.boxes.astype(np.float64))
        pictures = list(self._pictures.items())
        for (track, picture), box, overlap in zip(pictures, boxes, overlaps, strict=True):
            here = overlap >= SAME_PLACE
            if not here.any():
                continue
            if self._looks_as_it_did(picture, frame, box):
                known |= here
            elif overlap.max() >= VERY_PLACE:
                picture.otherwise += self._step
                if picture.otherwise > OTHERWISE_S:
                    del self._pictures[track]
        return known

    def _looks_as_it_did(self, picture: _Picture, frame: Frame, box: NDArray[np.float64]) -> bool:
        sample = cut(frame.image, box)
        if sample is None or sample.shape != picture.looks.grey.shape:
            return False
        [shift], rest = picture.looks.compare(sample[None])
        off = SAME_SHIFT + CAMERA_SHIFT * frame.size[0] / max(box[2:])
        explained = 1.0 - rest.var() / max(float(sample.var()), 1e-6)
        return bool(np.hypot(*shift) <= off and explained >= SAME)

    def _sample(self, faces: Faces, frame: Frame) -> None:
        """Go on with the proofs that are due; may find pictures."""
        room = move_boxes(self._camera, faces.boxes)
        seen = zip(faces.ids.tolist(), room, strict=True)
        due = [(one, box) for one, box in seen if self._due.get(one, -np.inf) <= self._now]
        if not due:
            return
        proofs = [self._proofs.setdefault(one, _Proof(box, self._now)) for one, box in due]
        boxes = self._in_frame([proof.box for proof in proofs])
        for (track, _), proof, box in zip(due, proofs, boxes, strict=True):
            self._due[track] = self._now + PERIOD - 1e-6
            self._add(track, proof, cut(frame.image, box))
        oldest = self._now - PROOF_S
        self._proofs = {one: p for one, p in self._proofs.items() if self._due[one] > oldest}

    def _add(self, track: int, proof: _Proof, sample: NDArray[np.float32] | None) -> None:
        """Take in the next sample of a proof: it ends, begins anew at the next one, or goes on."""
        if sample is None or not proof.goes_on(sample):
            del self._proofs[track]
            return
        proof.samples.append(sample)
        if self._now - proof.began >= PROOF_S and len(proof.samples) >= PROOF_SAMPLES:
            del self._proofs[track]
            samples = np.stack(proof.samples)
            if stillness(samples).proven:
                self._pictures[track] = _Picture(proof.box, Reference(samples.mean(axis=0)))

    def _in_frame(self, boxes: list[NDArray[np.float64]]) -> NDArray[np.float64]:
        """(n, 4) places in the room, as boxes in this frame."""
        return move_boxes(invert(self._camera), np.array(boxes).reshape(-1, 4))

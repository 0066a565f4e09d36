"""Where students were in the frames between two analysed ones.

A student who is found in both is taken to have gone straight from one place to the other, in the
room: what the camera did meanwhile is undone, and is taken to have been as steady. Nobody is
carried on beyond the last place where he was found, nor over more than ``MAX_GAP``. What a student
shows is not interpolated: the reading of the frame before stands until the next one, as it does in
every sum over time (``summary.with_spans``), and grows older (``Expressions.age``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.core.similarity import invert, move_boxes, move_points
from app.core.types import Expressions, Faces, FrameResult, Quality

MAX_GAP: Final = 1.0
"""Seconds between two analysed frames beyond which nobody can say what happened in between."""
_ROUNDING: Final = 1e-3  # seconds; containers round times


def between(
    earlier: FrameResult, later: FrameResult, index: int, timestamp: float
) -> FrameResult | None:
    """The students of a frame between two analysed ones, without timings and suggestions.

    Boxes and key points lie on a straight line in the room; a score is the lower of the two; nobody
    has measured the quality of the picture. A camera that was pushed at some moment in between is
    taken to have moved evenly, so that faces may be off by as much as it moved.

    Args:
        earlier, later: neighbours in time.
        index, timestamp: of the frame, after ``earlier`` and before ``later``.

    Returns:
        Those who are in both, in the order of ``earlier``; None where the two are farther apart
        than ``MAX_GAP`` or show pictures of different size.

    Raises:
        ValueError: the frame is not between the two.
    """
    if not earlier.timestamp < timestamp < later.timestamp:
        raise ValueError(
            f"expected a time between {earlier.timestamp} and {later.timestamp}, got {timestamp}"
        )
    gap = later.timestamp - earlier.timestamp
    if gap > MAX_GAP + _ROUNDING or earlier.size != later.size:
        return None
    _, old, new = np.intersect1d(
        earlier.faces.ids, later.faces.ids, assume_unique=True, return_indices=True
    )
    order = np.argsort(old)
    old, new = old[order], new[order]
    share = (timestamp - earlier.timestamp) / gap
    camera = _mean(earlier.camera, later.camera, share)
    before, after = earlier.faces.select(old), later.faces.select(new)
    read = earlier.expressions.select(old)
    return FrameResult(
        index,
        timestamp,
        earlier.size,
        Faces.make(
            move_boxes(
                invert(camera),
                _mean(
                    move_boxes(earlier.camera, before.boxes),
                    move_boxes(later.camera, after.boxes),
                    share,
                ),
            ),
            np.minimum(before.scores, after.scores),
            _move_keypoints(
                invert(camera),
                _mean(
                    _move_keypoints(earlier.camera, before.keypoints),
                    _move_keypoints(later.camera, after.keypoints),
                    share,
                ),
            ),
            before.ids,
        ),
        Expressions(
            read.probabilities,
            read.known,
            Quality.unmeasured(len(old)),
            (read.age + (timestamp - earlier.timestamp)).astype(np.float32),
        ),
        camera=camera,
    )


def every_frame(results: Iterable[FrameResult]) -> Iterator[tuple[FrameResult, bool]]:
    """The results and the frames between them, in order, and whether each is interpolated.

    Frames between two results are those whose numbers lie between theirs, evenly spaced in time, as
    those of most recordings are. Frames in which ``between`` has nobody are left out.

    Args:
        results: in time order; only two are held at a time.
    """
    earlier: FrameResult | None = None
    for result in results:
        if earlier is not None:
            numbers = range(earlier.index + 1, result.index)
            step = (result.timestamp - earlier.timestamp) / (len(numbers) + 1)
            for place, number in enumerate(numbers, start=1):
                found = between(earlier, result, number, earlier.timestamp + place * step)
                if found is None:
                    break
                if len(found.faces):
                    yield found, True
        yield result, False
        earlier = result


def _mean(
    before: NDArray[np.floating], after: NDArray[np.floating], share: float
) -> NDArray[np.float64]:
    """``share`` of the way from the one to the other; exact where they are equal."""
    return np.asarray(before + share * (after.astype(np.float64) - before), np.float64)


def _move_keypoints(
    transform: NDArray[np.float64], points: NDArray[np.floating]
) -> NDArray[np.float64]:
    """(n, k, 2) points taken along by a similarity."""
    return move_points(transform, points.reshape(-1, 2)).reshape(points.shape)

"""Draws a result over its frame with OpenCV: box, mark, id and expression of every face."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from app.core.expressions import CANT_TELL, CANT_TELL_COLOUR, LABELS, MARKS, Mark
from app.core.overlay import place_labels
from app.core.types import FrameResult, student_code

_FONT: Final = cv2.FONT_HERSHEY_SIMPLEX
_INK: Final = (255, 255, 255)
_DARK: Final = (16, 16, 16)
_SUBPIXEL: Final = 4  # fractional bits of polygon corners
_GAP: Final = 4.0  # pixels between face and label, for the box's line
_ROUNDS: Final = 4  # tries to find room for all by shortening those that have none


@dataclass(frozen=True, slots=True)
class _Tag:
    """What one face gets: all lengths in whole pixels, ``spot`` None without a label."""

    box: tuple[int, int, int, int]
    colour: tuple[int, int, int]
    mark: Mark | None
    text: str
    size: tuple[int, int]
    ink_height: int
    spot: tuple[int, int] | None


def draw_result(image: NDArray[np.uint8], result: FrameResult) -> None:
    """Draw every face of ``result`` into ``image``.

    Boxes and marks have the expression's colour and shape, grey where the app can't tell. A
    label stands on a dark plate, so it can be read on any background; where there is no room
    for the word, it is left out, and in the last resort the whole label is.

    Args:
        image: (height, width, 3) uint8 RGB, contiguous; drawn into.
        result: of this frame or one shortly before.
    """
    tags = _lay_out(result, (image.shape[1], image.shape[0]))
    for tag in tags:
        _draw_box(image, tag)
    for tag in tags:
        _draw_leader(image, tag, [other.box for other in tags if other is not tag])
    for tag in tags:
        _draw_label(image, tag)


def _lay_out(result: FrameResult, frame_size: tuple[int, int]) -> list[_Tag]:
    """Decide on texts and places. Whole pixels throughout, so that rounding covers nobody."""
    order = np.argsort(result.faces.ids)  # by id, so that labels keep their places over time
    labels = result.expressions.labels[order].tolist()
    codes = [student_code(track_id) for track_id in result.faces.ids[order].tolist()]
    raw = result.faces.boxes[order]
    low = np.floor(raw[:, :2]).astype(int)
    boxes = np.hstack((low, np.ceil(raw[:, :2] + raw[:, 2:]).astype(int) - low))
    inks = [_ink_height(width, frame_size[1]) for width in boxes[:, 2].tolist()]
    words = [LABELS[label] if label >= 0 else CANT_TELL for label in labels]
    texts = [f"{code} {word}" for code, word in zip(codes, words, strict=True)]
    for _ in range(_ROUNDS):
        sizes = [
            _plate_size(text, ink, label >= 0)
            for text, ink, label in zip(texts, inks, labels, strict=True)
        ]
        spots = place_labels(boxes, np.array(sizes, int).reshape(-1, 2), frame_size, gap=_GAP)
        homeless = np.isnan(spots[:, 0])
        shorter = [c if out else t for c, t, out in zip(codes, texts, homeless, strict=True)]
        if shorter == texts:
            break
        texts = shorter
    return [
        _Tag(
            box=(int(box[0]), int(box[1]), int(box[2]), int(box[3])),
            colour=MARKS[label].colour if label >= 0 else CANT_TELL_COLOUR,
            mark=MARKS[label] if label >= 0 else None,
            text=text,
            size=size,
            ink_height=ink,
            spot=None if out else (int(spot[0]), int(spot[1])),
        )
        for box, label, text, size, ink, spot, out in zip(
            boxes, labels, texts, sizes, inks, np.nan_to_num(spots), homeless, strict=True
        )
    ]


def _ink_height(face_width: int, frame_height: int) -> int:
    """Height of a capital letter in pixels: more on large faces and large frames."""
    least = max(8, round(frame_height / 80))
    return int(np.clip(round(0.2 * face_width), least, 2 * least))


def _scale(ink_height: int) -> float:
    return float(cv2.getFontScaleFromHeight(_FONT, ink_height, _stroke(ink_height)))


def _stroke(ink_height: int) -> int:
    return max(1, round(ink_height / 10))


def _plate_size(text: str, ink_height: int, marked: bool) -> tuple[int, int]:
    (width, _), _ = cv2.getTextSize(text, _FONT, _scale(ink_height), _stroke(ink_height))
    pad = _pad(ink_height)
    mark = ink_height + pad if marked else 0
    return width + mark + 2 * pad, ink_height + 2 * pad


def _pad(ink_height: int) -> int:
    return max(3, round(0.4 * ink_height))


def _draw_box(image: NDArray[np.uint8], tag: _Tag) -> None:
    """A line in colour between two dark ones, all of it around the face and none of it on it."""
    x, y, width, height = tag.box
    thick = int(np.clip(1 + round(width / 30), 1, 4))
    for out in range(1, thick + 3):
        colour = tag.colour if 1 < out < thick + 2 else _DARK
        start, end = (x - out, y - out), (x + width - 1 + out, y + height - 1 + out)
        cv2.rectangle(image, start, end, colour, 1)


def _draw_label(image: NDArray[np.uint8], tag: _Tag) -> None:
    if tag.spot is None:
        return
    x, y = tag.spot
    width, height = tag.size
    plate = image[y : y + height, x : x + width]
    plate //= 5
    plate += 12
    pad = _pad(tag.ink_height)
    left = x + pad
    if tag.mark is not None:
        _draw_mark(image, tag.mark, (left, y + pad), tag.ink_height)
        left += tag.ink_height + pad
    ink = tag.ink_height
    at = (left, y + pad + ink)
    cv2.putText(image, tag.text, at, _FONT, _scale(ink), _INK, _stroke(ink), cv2.LINE_AA)


def _draw_leader(
    image: NDArray[np.uint8], tag: _Tag, others: list[tuple[int, int, int, int]]
) -> None:
    """A line from a label that had to move away to its face, unless it crosses another face."""
    if tag.spot is None:
        return
    corners = zip(tag.spot, tag.size, tag.box[:2], tag.box[2:], strict=True)
    (x0, x1), (y0, y1) = (_nearest(*corner) for corner in corners)
    start, end = (x0, y0), (x1, y1)
    if max(abs(x1 - x0), abs(y1 - y0)) <= 5:
        return
    if any(cv2.clipLine(_grown(box), start, end)[0] for box in others):
        return
    cv2.line(image, start, end, _DARK, 3, cv2.LINE_AA)
    cv2.line(image, start, end, tag.colour, 1, cv2.LINE_AA)


def _nearest(spot: int, size: int, start: int, length: int) -> tuple[int, int]:
    """Along one axis, where a line from the label to the box begins and ends."""
    low, high = max(spot, start), min(spot + size, start + length)
    if low <= high:  # they share a stretch
        return (low + high) // 2, (low + high) // 2
    return (spot + size, start) if spot + size < start else (spot, start + length)


def _grown(box: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
    """With room for the thickness of a line beside it."""
    return box[0] - 2, box[1] - 2, box[2] + 4, box[3] + 4


def _draw_mark(image: NDArray[np.uint8], mark: Mark, corner: tuple[int, int], side: int) -> None:
    unit = 1 << _SUBPIXEL
    if not mark.points:
        radius = side * unit // 2
        centre = (corner[0] * unit + radius, corner[1] * unit + radius)
        cv2.circle(image, centre, radius, mark.colour, cv2.FILLED, cv2.LINE_AA, _SUBPIXEL)
        return
    points = (np.array(corner) + np.array(mark.points) * side) * unit
    outline = [np.round(points).astype(np.int32)]
    cv2.fillPoly(image, outline, mark.colour, cv2.LINE_AA, _SUBPIXEL)

"""Pictures whose faces somebody has marked with boxes, to measure detectors on.

Three forms are read, told apart by the file's ending:

* ``.json``: ``{"picture.jpg": [{"box": [x, y, width, height], "invalid": 0}, ...], ...}``
* ``.txt``: as WIDER FACE has it: the picture's name, the number of faces, and a line a face:
  x, y, width, height, blur, expression, illumination, invalid, occlusion, pose
* ``.csv``: columns ``file,x,y,width,height`` and, if wanted, ``ignore``; a row without numbers
  names a picture on which nobody is to be found

Lengths are pixels. Faces marked ``invalid`` or ``ignore`` are neither to be found nor wrong.
"""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from app.core.errors import LabelError

PICTURES: Final = frozenset((".jpg", ".jpeg", ".png", ".bmp", ".webp", ".tif", ".tiff"))
NAMES: Final = ("boxes.json", "boxes.csv", "boxes.txt", "*_bbx_gt.txt")
"""Where boxes are looked for: in the folder, then beside it."""
IMAGES: Final = "images"
"""Pictures may also lie in a folder of this name within."""

_WIDER_INVALID: Final = 7
_COLUMNS: Final = ("file", "x", "y", "width", "height")
_NOT_IGNORED: Final = frozenset(("", "0", "0.0", "false", "no"))

_Rows = dict[str, list[tuple[float, ...]]]
"""By picture: x, y, width, height, and 1 where the face is ignored."""


@dataclass(frozen=True, slots=True, eq=False)
class LabelledPicture:
    """A picture and its marked faces.

    Attributes:
        path: of the picture.
        boxes: (n, 4) float64: x, y, width, height in pixels.
        ignored: (n,) bool: neither to be found nor wrong.
    """

    path: Path
    boxes: NDArray[np.float64]
    ignored: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class LabelledFolder:
    """What a folder holds.

    Attributes:
        labels: the file with the boxes.
        pictures: those that it names, in its order; at least one.
        unlabelled: how many other pictures lie there.
        absent: how many more pictures it names, which do not lie there.
    """

    labels: Path
    pictures: Sequence[LabelledPicture]
    unlabelled: int
    absent: int


def read_folder(folder: Path, labels: Path | None = None) -> LabelledFolder:
    """The labelled pictures of ``folder``; no picture is opened yet.

    Args:
        folder: with the pictures, in it or in folders within.
        labels: the file with the boxes; None: one of ``NAMES`` in or beside ``folder``.

    Raises:
        LabelError: something is missing, can't be read or makes no sense, or none of the pictures
            with boxes is there.
    """
    if not folder.is_dir():
        raise LabelError(f"{folder} is no folder: give the folder with your pictures")
    there = [path for path in folder.rglob("*") if path.suffix.lower() in PICTURES]
    if not there:
        raise LabelError(f"{folder} has no pictures (JPEG, PNG, ...): choose another folder")
    labels = labels or _find(folder)
    rows = _read(labels)
    if not rows:
        raise LabelError(f"{labels} names no picture: choose another file with --boxes")
    homes = (folder, folder / IMAGES)
    paths = {name: next((h / name for h in homes if (h / name).is_file()), None) for name in rows}
    pictures = [_picture(path, rows[name]) for name, path in paths.items() if path is not None]
    absent = [name for name, path in paths.items() if path is None]
    if not pictures:
        raise LabelError(
            f"{labels} has boxes of {len(rows)} pictures, and none of them is in {folder}, the "
            f"first is {absent[0]}: choose the file that goes with the folder"
        )
    unlabelled = len(set(there) - {one.path for one in pictures})
    return LabelledFolder(labels, pictures, unlabelled, len(absent))


def read_picture(path: Path) -> NDArray[np.uint8]:
    """(height, width, 3) uint8 RGB, upright.

    Raises:
        LabelError: it can't be read.
    """
    try:
        data = np.frombuffer(path.read_bytes(), np.uint8)
    except OSError as error:
        raise LabelError(
            f"{path} can't be read ({error.strerror}): check its permissions"
        ) from error
    # OpenCV raises on an empty buffer and gives None for one that is no picture.
    image = cv2.imdecode(data, cv2.IMREAD_COLOR) if len(data) else None
    if image is None:
        raise LabelError(f"{path} is damaged or no picture: take it and its boxes out")
    return np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2RGB), np.uint8)


def _find(folder: Path) -> Path:
    for place in (folder, folder.resolve().parent):
        for name in NAMES:
            found = sorted(place.glob(name))
            if len(found) > 1:
                raise LabelError(f"{place} has {len(found)} files {name}: choose one with --boxes")
            if found:
                return found[0]
    raise LabelError(
        f"{folder} has no boxes.json, boxes.csv or boxes.txt in or beside it: name the file with "
        "the boxes of its faces with --boxes"
    )


def _read(labels: Path) -> _Rows:
    forms: dict[str, Callable[[str], _Rows]] = {
        ".json": _from_json,
        ".txt": _from_wider,
        ".csv": _from_csv,
    }
    form = forms.get(labels.suffix.lower())
    if form is None:
        raise LabelError(f"{labels}: give boxes as .json, .csv or WIDER FACE's .txt")
    try:
        return form(labels.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise LabelError(f"{labels} can't be read ({error.strerror}): check the path") from error
    except (ValueError, csv.Error) as error:  # also of JSON and of text that is no UTF-8
        raise LabelError(f"{labels} can't be understood ({error}): mend it") from error


def _from_json(text: str) -> _Rows:
    raw = json.loads(text)
    if not isinstance(raw, dict):
        raise ValueError("expected picture names with lists of boxes")
    rows: _Rows = {}
    for name, faces in raw.items():
        if not isinstance(faces, list) or not all(isinstance(face, dict) for face in faces):
            raise ValueError(f"{name}: expected a list of faces with a box each")
        rows[name] = [
            _row(name, face.get("box"), face.get("invalid") or face.get("ignore", 0))
            for face in faces
        ]
    return rows


def _from_wider(text: str) -> _Rows:
    lines: Iterator[str] = (line.strip() for line in text.splitlines() if line.strip())
    rows: _Rows = {}
    for name in lines:
        count = next(lines, "")
        if not count.isdecimal():
            raise ValueError(f"{name}: expected the number of faces on the next line")
        # A picture without faces has one line all the same, of zeros.
        faces = [next(lines, "").split() for _ in range(max(1, int(count)))][: int(count)]
        rows[name] = [
            _row(name, face[:4], face[_WIDER_INVALID] if len(face) > _WIDER_INVALID else 0)
            for face in faces
        ]
    return rows


def _from_csv(text: str) -> _Rows:
    table = csv.DictReader(text.splitlines(), strict=True)
    if not set(_COLUMNS) <= set(table.fieldnames or ()):
        raise ValueError(f"expected the columns {', '.join(_COLUMNS)}")
    rows: _Rows = {}
    for line in table:
        name = line["file"] or ""
        faces = rows.setdefault(name, [])
        sides = [line[column] for column in _COLUMNS[1:]]
        if any(sides):
            faces.append(_row(name, sides, line.get("ignore") or 0))
    return rows


def _row(name: str, box: object, ignored: object) -> tuple[float, ...]:
    try:
        if not isinstance(box, list) or len(box) != 4:
            raise ValueError
        sides = [float(side) for side in box]
    except (TypeError, ValueError):
        sides = [math.nan]
    if not all(map(math.isfinite, sides)):
        raise ValueError(f"{name}: expected x, y, width and height of a face, got {box!r}")
    return (*sides, float(str(ignored).strip().lower() not in _NOT_IGNORED))


def _picture(path: Path, rows: Sequence[tuple[float, ...]]) -> LabelledPicture:
    table = np.array(rows, np.float64).reshape(-1, 5)
    # Nobody can find a box without an area, of which WIDER FACE has a few.
    return LabelledPicture(path, table[:, :4], (table[:, 4] > 0) | (table[:, 2:4] <= 0).any(axis=1))

"""JAFFE: ten women pose seven expressions (Lyons et al., 1998)."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import numpy as np

from training.data.ferplus import TRAIN, DataError
from training.data.labelled import (
    Entry,
    LabelledFaces,
    assemble,
    at_side,
    read_entries,
    read_grey,
)
from training.data.yunet import cut_face, open_yunet

_LAYOUT: Final = "files such as KA.AN1.39.tiff: subject, expression and number, picture number"
_NAME: Final = re.compile(r"([A-Z]{2})\.(AN|DI|FE|HA|NE|SA|SU)\d*\.\d+\.tiff?", re.IGNORECASE)
_CODES: Final = {
    "AN": "anger",
    "DI": "disgust",
    "FE": "fear",
    "HA": "happiness",
    "NE": "neutral",
    "SA": "sadness",
    "SU": "surprise",
}


def read_jaffe(folder: Path, detector_file: Path | None = None) -> LabelledFaces:
    """Read ``KA.AN1.39.tiff``: subject, expression and number, picture number.

    There is no published split: see ``splits.subject_folds``.

    Args:
        folder: with the pictures, 256 x 256 with hair and neck.
        detector_file: YuNet, an ONNX file: each picture is cut to its face, as tight as the faces
            of FER2013 are. Without it pictures are shrunk whole, which suits only networks that
            are trained on JAFFE itself.

    Raises:
        DataError: absent, a TIFF file has another name, or the detector file is of no use or
            finds no face in a picture.
    """
    paths = []
    if folder.is_dir():
        paths = sorted(p for p in folder.iterdir() if p.suffix.lower() in (".tif", ".tiff"))
    if not paths:
        raise DataError(f"no JAFFE pictures at {folder}: expected {_LAYOUT}")
    entries = []
    for path in paths:
        match = _NAME.fullmatch(path.name)
        if match is None:
            raise DataError(f"{path} has no JAFFE name: expected {_LAYOUT}")
        entries.append(Entry(path, _CODES[match[2].upper()], TRAIN, match[1].upper()))
    if detector_file is None:
        return read_entries(entries, "JAFFE")
    detector = open_yunet(detector_file)
    faces = []
    for path in paths:
        face = cut_face(read_grey(path), detector)
        if face is None:
            raise DataError(f"{detector_file} finds no face in {path}")
        faces.append(at_side(face))
    return assemble(np.stack(faces), entries)

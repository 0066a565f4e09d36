"""Data sets, told apart by what lies in their folders."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final

from training.data.affectnet import read_affectnet
from training.data.ckplus import read_ckplus
from training.data.ferplus import DataError, FacesSet, load_ferplus, unanimous
from training.data.jaffe import read_jaffe
from training.data.labelled import LabelledFaces
from training.data.rafdb import read_rafdb

_MARKS: Final = {
    "FER2013": ("fer2013.csv", "fer2013new.csv"),
    "RAF-DB": ("EmoLabel", "basic/EmoLabel"),
    "AffectNet": ("train_set", "val_set", "train_class", "val_class"),
    "CK+": ("CK+48", "*/S[0-9][0-9][0-9]_*.png"),
    "JAFFE": ("*.[tT][iI][fF]", "*.[tT][iI][fF][fF]"),
}
"""What a folder of each holds."""
_SPLIT: Final = {"RAF-DB": read_rafdb, "AffectNet": read_affectnet}


def open_faces(path: Path) -> FacesSet:
    """Faces of a data set with a published split, split as published.

    Args:
        path: a packed ``.npz``, or a folder of FER2013 with FER+, of RAF-DB or of AffectNet. The
            last two have one label a face, see ``ferplus.unanimous``, and no validation part, see
            ``splits.fair_usage``.

    Raises:
        DataError: nothing of the kind is there, or it is not as published.
    """
    name = _name_of(path)
    if path.is_file() or name == "FER2013":
        return load_ferplus(path)
    if name in _SPLIT:
        faces = _SPLIT[name](path)
        return unanimous(faces.images, faces.labels, faces.part, name)
    if name:
        raise DataError(
            f"{path} is {name}, which has no published split: 'python -m training folds' trains "
            "on it"
        )
    raise DataError(
        f"no data set at {path}: expected a packed ferplus.npz, or a folder with fer2013.csv and "
        "fer2013new.csv, with EmoLabel and Image (RAF-DB), or with train_set or train_class "
        "(AffectNet)"
    )


def open_people(path: Path, detector_file: Path | None = None) -> LabelledFaces:
    """Faces of a data set that says who is who.

    Args:
        path: folder of CK+ or of JAFFE.
        detector_file: YuNet, an ONNX file, with which the pictures of JAFFE are cut to the faces.

    Raises:
        DataError: nothing of the kind is there, it is not as published, or JAFFE comes without a
            detector.
    """
    name = _name_of(path)
    if name == "CK+":
        return replace(read_ckplus(path), name=name)
    if name != "JAFFE":
        raise DataError(
            f"no CK+ and no JAFFE at {path}: expected a folder with CK+48, or with files such as "
            "KA.AN1.39.tiff"
        )
    if detector_file is None:
        raise DataError(
            f"{path} is JAFFE, whose pictures show hair and neck too: --detector needs the path "
            "of a YuNet file, with which they are cut to the faces"
        )
    return replace(read_jaffe(path, detector_file), name=name)


def _name_of(path: Path) -> str:
    """Of the data set in a folder; empty where none is known."""
    for name, marks in _MARKS.items():
        if any(True for mark in marks for _ in path.glob(mark)):
            return name
    return ""

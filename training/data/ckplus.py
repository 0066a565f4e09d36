"""CK+: posed expressions in the laboratory (Lucey et al., 2010), as 48 px crops."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from training.data.ferplus import TRAIN, DataError
from training.data.labelled import Entry, LabelledFaces, first_folder, read_entries

_LAYOUT: Final = "CK+48/EXPRESSION/S###_###_########.png, EXPRESSION anger, contempt and so on"
_NAME: Final = re.compile(r"(S\d{3})_\d{3}_\d{8}")
_FOLDERS: Final = {
    "anger": "anger",
    "contempt": "contempt",
    "disgust": "disgust",
    "fear": "fear",
    "happy": "happiness",
    "neutral": "neutral",
    "sadness": "sadness",
    "surprise": "surprise",
}


def read_ckplus(folder: Path) -> LabelledFaces:
    """Read ``CK+48/<expression>/S###_###_########.png``: subject, sequence, frame.

    The folders are anger, contempt, disgust, fear, happy, sadness and surprise, with the last
    three frames of each sequence; one named neutral is read as well. There is no published split:
    see ``splits.subject_folds``.

    Args:
        folder: ``CK+48``, or the folder that holds it.

    Raises:
        DataError: absent, or a picture has another name.
    """
    candidates = [folder / "CK+48", *(folder / name for name in _FOLDERS)]
    root = first_folder(candidates, "CK+", _LAYOUT)
    root = root if root.name == "CK+48" else folder
    entries = []
    for name, expression in _FOLDERS.items():
        for path in sorted((root / name).glob("*.png")):
            match = _NAME.fullmatch(path.stem)
            if match is None:
                raise DataError(f"{path} has no CK+ name: expected {_LAYOUT}")
            entries.append(Entry(path, expression, TRAIN, match[1]))
    if not entries:
        raise DataError(f"no CK+ pictures at {root}: expected {_LAYOUT}")
    return read_entries(entries, "CK+")

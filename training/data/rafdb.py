"""RAF-DB, basic expressions (Li et al., 2017): faces from the web, labelled by a crowd."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from training.data.ferplus import TEST, TRAIN, DataError
from training.data.labelled import Entry, LabelledFaces, read_entries

_LIST: Final = "EmoLabel/list_patition_label.txt"
_LAYOUT: Final = (
    f"{_LIST} with lines such as 'train_00001.jpg 5', and Image/aligned/train_00001_aligned.jpg"
)
_NUMBERS: Final = {
    "1": "surprise",
    "2": "fear",
    "3": "disgust",
    "4": "happiness",
    "5": "sadness",
    "6": "anger",
    "7": "neutral",
}
_PARTS: Final = {"train": TRAIN, "test": TEST}


def read_rafdb(folder: Path) -> LabelledFaces:
    """Read the aligned pictures that ``EmoLabel/list_patition_label.txt`` names.

    Each line has a name and a number: 1 surprise, 2 fear, 3 disgust, 4 happiness, 5 sadness,
    6 anger, 7 neutral. ``train_00001.jpg`` is ``Image/aligned/train_00001_aligned.jpg``, or the
    same without ``_aligned``. The published split has 12,271 training and 3,068 test faces.

    Args:
        folder: the one with ``EmoLabel`` and ``Image``, or the one that holds it as ``basic``.

    Raises:
        DataError: absent, a line is not as above, or a picture is missing.
    """
    roots = [root for root in (folder, folder / "basic") if (root / _LIST).is_file()]
    if not roots:
        raise DataError(f"no RAF-DB at {folder}: expected {_LAYOUT}")
    root = roots[0]
    entries = []
    try:
        lines = (root / _LIST).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{root / _LIST} can't be read: copy the data set again") from error
    for number, line in enumerate(lines, start=1):
        words = line.split()
        if not words:
            continue
        if len(words) != 2 or words[1] not in _NUMBERS or words[0].split("_")[0] not in _PARTS:
            raise DataError(
                f"{root / _LIST}, line {number}: expected a line such as 'train_00001.jpg 5'"
            )
        path = _picture(root / "Image" / "aligned", words[0])
        entries.append(Entry(path, _NUMBERS[words[1]], _PARTS[words[0].split("_")[0]]))
    if not entries:
        raise DataError(f"{root / _LIST} is empty: expected {_LAYOUT}")
    return read_entries(entries, "RAF-DB")


def _picture(folder: Path, name: str) -> Path:
    stem = Path(name).stem
    for path in (folder / f"{stem}_aligned.jpg", folder / name):
        if path.is_file():
            return path
    raise DataError(f"no picture {stem}_aligned.jpg in {folder}: expected {_LAYOUT}")

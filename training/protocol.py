"""Which faces a run learns from, and which it is measured on."""

from __future__ import annotations

import hashlib
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from training import data
from training.config import DataConfig

_RANDOM_SHARE = 0.8
_PARTS = {data.TRAIN: "training", data.VALIDATION: "validation", data.TEST: "test"}


def load(config: DataConfig, source: Path, cache: Path) -> data.FacesSet:
    """The faces of a run, split fairly, and aligned by their eyes if the config says so.

    Args:
        config: the run's data section.
        source: what ``data.open_faces`` takes.
        cache: folder of the run; aligned faces are kept there, and beside it the split, since
            looking for near-copies takes half a minute.

    Raises:
        DataError: see ``data.open_faces``, or a part has no face with a label of the config's.
    """
    faces = data.open_faces(source)
    if config.split == "official":
        # Before the eyes are levelled: all runs must have the same split.
        faces = replace(faces, usage=_fair_usage(faces, cache.parent))
    _check(config, faces, source)
    if not config.align_eyes:
        return faces
    from training.data import eyes  # noqa: PLC0415 - only this run needs a face detector

    level = eyes.levelled(faces, Path(config.align_eyes), cache / "level.npz")
    return replace(level, originals=faces.images)


def _fair_usage(faces: data.FacesSet, folder: Path) -> NDArray[np.uint8]:
    digest = hashlib.sha256(data.RULE.encode())
    for array in (faces.images, faces.votes, faces.usage):
        digest.update(np.ascontiguousarray(array))
    kept = folder / f"parts-{digest.hexdigest()[:16]}.npy"
    try:
        return np.asarray(np.load(kept), np.uint8)
    except (OSError, ValueError, EOFError):
        pass  # absent or cut off: made anew
    usage = data.fair_usage(faces)
    folder.mkdir(parents=True, exist_ok=True)
    # Several runs may begin at once.
    draft = kept.with_name(f"{kept.stem}-{os.getpid()}.part")
    with draft.open("wb") as file:
        np.save(file, usage)
    draft.replace(kept)
    return usage


def _check(config: DataConfig, faces: data.FacesSet, source: Path) -> None:
    """See that there is something to learn from and to be measured on.

    Raises:
        DataError: there is not.
    """
    known = data.labels_of(faces, config.labels) >= 0
    for part, name in _PARTS.items() if config.split == "official" else ():
        if not known[faces.usage == part].any():
            raise data.DataError(
                f"{source}: no {name} face has a label for data.labels = {config.labels!r}"
            )
    if not known.any():
        raise data.DataError(f"{source}: no face has a label for data.labels = {config.labels!r}")


def training_faces(config: DataConfig, faces: data.FacesSet) -> data.FacesSet:
    """Faces to learn from; of the official split, without near-copies of held-out faces.

    Args:
        config: the run's data section.
        faces: what ``load`` gave.
    """
    if config.split == "random":
        return faces.select(_drawn(len(faces)))
    return faces.select(faces.usage == data.TRAIN)


def held_out(
    config: DataConfig, faces: data.FacesSet, usage: int
) -> tuple[data.FacesSet, NDArray[np.int64]]:
    """Faces of a split, of those that ``load`` gave, and their labels.

    A ``random`` split has no validation part of its own: its fifth is both, as in the papers
    that use one.
    """
    if config.split == "official":
        return data.protocol_split(faces, usage, config.labels)
    fifth = faces.select(~_drawn(len(faces)))
    marked = replace(fifth, usage=np.full(len(fifth), usage, np.uint8))
    return data.protocol_split(marked, usage, config.labels)


def targets(
    config: DataConfig, hard: bool, faces: data.FacesSet
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """What a face should be read as.

    Args:
        config: the run's data section.
        hard: one label a face, and only faces that the protocol gives one.
        faces: to learn from.

    Returns:
        (n, classes) float32 shares, and (n,) which rows are of use.
    """
    shares, usable = data.targets(faces, config.labels)
    if not hard or config.labels == "fer2013":
        return shares, usable
    labels = data.majority(faces.votes)
    return np.eye(shares.shape[1], dtype=np.float32)[labels], labels >= 0


def _drawn(count: int) -> NDArray[np.bool_]:
    """(count,) the four fifths of a random split; the same for every run."""
    return np.random.default_rng(0).random(count) < _RANDOM_SHARE

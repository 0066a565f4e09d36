"""Which faces a run learns from, and which it is measured on."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from training import data
from training.config import DataConfig

_RANDOM_SHARE = 0.8


def load(config: DataConfig, source: Path, cache: Path) -> data.FacesSet:
    """The faces of a run, aligned by their eyes if the config says so.

    Args:
        config: the run's data section.
        source: what ``data.load_ferplus`` takes.
        cache: folder of the run; aligned faces are kept there.
    """
    faces = data.load_ferplus(source)
    if not config.align_eyes:
        return faces
    from training.data import eyes  # noqa: PLC0415 - only this run needs a face detector

    return eyes.levelled(faces, Path(config.align_eyes), cache / "level.npz")


def training_faces(
    config: DataConfig, faces: data.FacesSet, cache: Path | None = None
) -> data.FacesSet:
    """Faces to learn from; of the official split, without copies of held-out faces.

    Args:
        config: the run's data section.
        faces: all of them.
        cache: folder of all runs; which faces are no copies is kept there, since looking for
            copies takes half a minute.
    """
    if config.split == "random":
        return faces.select(_drawn(len(faces)))
    if cache is None:
        return data.training_split(faces)
    content = faces.images.tobytes() + faces.usage.tobytes() + data.RULE.encode()
    kept = cache / f"training-{hashlib.sha256(content).hexdigest()[:16]}.npy"
    if not kept.is_file():
        np.save(kept, data.is_training(faces))
    return faces.select(np.load(kept))


def held_out(
    config: DataConfig, faces: data.FacesSet, usage: int
) -> tuple[data.FacesSet, NDArray[np.int64]]:
    """Faces of a split and their labels.

    A ``random`` split has no validation part of its own: its fifth is both, as in the papers
    that use one.
    """
    if config.split == "official":
        return data.protocol_split(faces, usage, config.labels)
    fifth = faces.select(~_drawn(len(faces)))
    marked = data.FacesSet(
        fifth.images, fifth.votes, np.full(len(fifth), usage, np.uint8), fifth.fer2013
    )
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

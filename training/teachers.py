"""What teachers say of the training faces, asked once before a run."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from app.core.errors import SettingsError
from training.config import ClassifyConfig

_CHUNK = 256
_KEPT = "answers.npy"


def answered(folder: Path) -> bool:
    """Whether a run keeps what its teachers said."""
    return (folder / _KEPT).is_file()


def answers(
    config: ClassifyConfig, teachers: Sequence[Any], images: NDArray[np.uint8], folder: Path
) -> NDArray[np.float32]:
    """(n, classes) mean probabilities, softened by the config's temperature.

    Each teacher sees every face sharp, in ``distill.poses`` random poses. The answers are kept in
    ``folder``, so a resumed run does not ask again.

    Args:
        config: of the run that is taught.
        teachers: networks that give a ``Reading``.
        images: (n, s, s) uint8 training faces.
        folder: of the run.

    Raises:
        SettingsError: the kept answers are of other faces.
    """
    kept = folder / _KEPT
    if kept.is_file():
        found: NDArray[np.float32] = np.load(kept)
        if len(found) != len(images):
            raise SettingsError(f"{kept} was made for other faces: add --restart to begin anew")
        return found
    total = np.zeros((), np.float32)
    pose = config.augment.build(images.shape[1])
    for number in range(config.distill.poses):
        for teacher in teachers:
            total = total + _asked(config, teacher, images, pose, number)
    mean: NDArray[np.float32] = total / (config.distill.poses * len(teachers))
    np.save(kept, mean)
    return mean


def _asked(
    config: ClassifyConfig, teacher: Any, images: NDArray[np.uint8], pose: Any, number: int
) -> NDArray[np.float32]:
    """(n, classes) of one teacher in one pose."""
    parts = []
    for start in range(0, len(images), _CHUNK):
        chunk = range(start, min(start + _CHUNK, len(images)))
        # No run has a million epochs, so these draws never meet those of training.
        seeds = [(config.schedule.seed, 1_000_000 + number, row) for row in chunk]
        sharp = [pose(images[s[2]], np.random.default_rng(s))[1] for s in seeds]
        crops = torch.from_numpy(np.stack(sharp)[:, None].astype(np.float32))
        crops = crops.contiguous(memory_format=torch.channels_last)
        with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
            logits = teacher(crops).logits.float()
        parts.append(torch.softmax(logits / config.distill.temperature, dim=1).numpy())
    return np.concatenate(parts)

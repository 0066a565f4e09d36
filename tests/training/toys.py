"""Runs small enough for a test: a tiny network, blobs instead of faces."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from training import data
from training.config import ClassifyConfig

NETWORK: dict[str, Any] = {
    "kind": "roomread", "stem": 8, "widths": [8, 16], "depths": [1, 1], "dropout": 0.0,
    "sr_features": 4, "sr_blocks": 1,
}  # fmt: skip
SCHEDULE: dict[str, Any] = {"epochs": 2, "batch": 64, "ema": 0.0}

# Lightning and torch warn about their own insides and about a machine this small.
QUIET = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
    pytest.mark.filterwarnings("ignore:.*does not have many workers.*"),
    pytest.mark.filterwarnings("ignore:.*logging interval.*"),
    pytest.mark.filterwarnings("ignore:Checkpoint directory.*"),
]


def toy_config(**sections: Any) -> ClassifyConfig:
    """A config whose sections are the toy's with what is given here changed."""
    raw: dict[str, Any] = {
        "name": "toy", "network": NETWORK, "schedule": SCHEDULE, "augment": {"kind": "none"},
    }  # fmt: skip
    for name, section in sections.items():
        whole = name not in ("network", "schedule") or section.get("kind", "roomread") != "roomread"
        raw[name] = section if whole else {**raw[name], **section}
    return ClassifyConfig.model_validate(raw)


def save_faces(faces: data.FacesSet, folder: Path) -> Path:
    """The faces as a packed file."""
    path = folder / "toy.npz"
    np.savez(path, **{k: v for k, v in dataclasses.asdict(faces).items() if v is not None})
    return path


def save_checkpoint(network: torch.nn.Module, path: Path) -> Path:
    """A checkpoint as a run leaves it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    torch.save({"state_dict": {f"network.{k}": v for k, v in network.state_dict().items()}}, path)
    return path

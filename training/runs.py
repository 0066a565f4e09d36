"""One run, whatever its recipe."""

from __future__ import annotations

from pathlib import Path

from training import recipe
from training.config import ClassifyConfig, RunConfig
from training.recipes import feature_sr, restore


def run(config: RunConfig, source: Path, folder: Path, resume: bool) -> Path:
    """Train a config with its own recipe; the best checkpoint.

    Args:
        config: of the run.
        source: data, see ``data.open_faces``.
        folder: of the run; the runs that it builds on lie beside it.
        resume: go on where an earlier sitting was cut off.
    """
    if isinstance(config, restore.RestoreConfig):
        return restore.train(config, source, folder, resume)
    if isinstance(config, feature_sr.FeatureSrConfig):
        return feature_sr.train(config, source, folder, resume)
    assert isinstance(config, ClassifyConfig)
    return recipe.train(config, source, folder, resume)

"""What a run keeps beside its checkpoints: its config, which data it learned, what it has cost."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path
from typing import Final

import numpy as np
from lightning.pytorch.utilities import rank_zero_only
from pydantic import BaseModel, ConfigDict

from app.core.errors import ModelError, SettingsError
from training import data, protocol
from training.config import DataConfig, RunConfig, load_config

_CONFIG: Final = "config.json"
_DATA: Final = "data.sha256"
_COST: Final = "run.json"
_MADE: Final = (
    _DATA, _COST, "answers.npy", "training.npy", "held.npy", "last.ckpt", "best.ckpt",
)  # fmt: skip
"""What a run writes, besides its config and its logs."""
_FREE: Final = {"name", "version", "crop", "export"}
"""Parts of a config that training does not see."""
_ELSE: Final = "choose another folder with --run, or add --restart to 'train' to begin anew"


class Cost(BaseModel):
    """What is noted in ``run.json``.

    Attributes:
        seconds: wall time of training, all sittings together.
        threads: that computed.
        epochs: done.
        faces: seen, repeats counted.
        finished: whether the run has come to its end. Earlier versions noted the cost then only.
    """

    model_config = ConfigDict(frozen=True)

    seconds: float = 0
    threads: int = 0
    epochs: int = 0
    faces: int = 0
    finished: bool = True


def read_cost(run: Path) -> Cost | None:
    """What ``run.json`` notes, if it is there.

    Raises:
        SettingsError: it can't be understood.
    """
    path = run / _COST
    try:
        return Cost.model_validate_json(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except OSError as error:
        raise SettingsError(f"{path} can't be read: {error.strerror}") from error
    except ValueError as error:
        raise SettingsError(f"{path} can't be understood: {_ELSE}") from error


def write_cost(run: Path, cost: Cost) -> None:
    """Write ``run.json``."""
    write_whole(run / _COST, cost.model_dump_json())


def write_whole(path: Path, text: str) -> None:
    """Write a file that is there as a whole or not at all, even if the program is cut off."""
    draft = path.with_name(f"{path.name}.part")
    draft.write_text(text, encoding="utf-8")
    draft.replace(path)


def finished(run: Path) -> bool:
    """Whether a run has come to its end, and its best checkpoint is there.

    Raises:
        SettingsError: ``run.json`` can't be understood.
    """
    cost = read_cost(run)
    return cost is not None and cost.finished and (run / "best.ckpt").is_file()


def check_config(config: RunConfig, run: Path) -> None:
    """See that a run was begun with this config.

    Fields that a config has gained since then have their defaults on both sides. A run without a
    kept config is trusted.

    Raises:
        SettingsError: it was begun with another one, that can't be understood, or the folder
            can't be read.
    """
    kept = run / _CONFIG
    try:
        if not kept.is_file():
            return
    except OSError as error:
        raise unusable(run, error) from error
    if other := differences(load_config(kept), config):
        raise SettingsError(
            f"{run} holds a run of another config (not the same {', '.join(other)}): {_ELSE}"
        )


def differences(one: RunConfig, other: RunConfig) -> list[str]:
    """Parts in which two configs differ; name, version and what the export alone sees may."""
    first, second = one.model_dump(exclude=_FREE), other.model_dump(exclude=_FREE)
    return sorted(part for part in first | second if first.get(part) != second.get(part))


def built_on(name: str, config: RunConfig, runs: Path) -> Path:
    """Folder of a finished run that another one begins with or is taught by.

    Args:
        name: of the run.
        config: of the run that builds on it.
        runs: folder in which it lies.

    Raises:
        ModelError: it is missing or not finished.
        SettingsError: it had another split, or its config is missing or can't be understood.
    """
    folder = runs / name
    if not finished(folder):
        raise ModelError(f"run {name} is missing in {runs} or not finished: train it first")
    split = load_config(folder / _CONFIG).data.split
    if split != config.data.split:
        raise SettingsError(
            f"{config.name} can't build on run {name}, whose data.split is {split!r}: it may have "
            "learned faces that are tested here"
        )
    return folder


def unusable(run: Path, error: OSError) -> SettingsError:
    """What to say of a folder that the system refuses."""
    return SettingsError(
        f"{run} can't be used for a run: {error.strerror}; choose another folder with --run"
    )


@rank_zero_only
def prepare(config: RunConfig, run: Path, resume: bool) -> None:
    """Write the config where there is none yet; a run that begins anew forgets what was there."""
    run.mkdir(parents=True, exist_ok=True)
    kept = run / _CONFIG
    if not resume:
        # A run cut off in its first epoch must not go on from the one before it.
        for name in _MADE:
            (run / name).unlink(missing_ok=True)
        for log in run.glob("logs/version_*"):
            shutil.rmtree(log)
    if not (resume and kept.is_file()):
        kept.write_text(config.model_dump_json(indent=2), encoding="utf-8")


def load_faces(config: DataConfig, source: Path, run: Path, learn: bool = False) -> data.FacesSet:
    """The faces of a run, see ``protocol.load``.

    A run of an earlier version, which kept no digest of its faces, is trusted.

    Args:
        config: the run's data section.
        source: what ``data.open_faces`` takes.
        run: its folder.
        learn: whether the run is to learn them; it will know them again.

    Raises:
        DataError: the run has learned others; or as ``protocol.load``.
    """
    faces = protocol.load(config, source, run)
    kept, found = run / _DATA, digest(faces)
    if kept.is_file() and kept.read_text(encoding="utf-8") != found:
        raise data.DataError(f"{run} holds a run of other faces than those of {source}: {_ELSE}")
    if learn:
        note_faces(faces, run)
    return faces


@rank_zero_only
def note_faces(faces: data.FacesSet, run: Path) -> None:
    """The run will know these faces again."""
    run.mkdir(parents=True, exist_ok=True)
    (run / _DATA).write_text(digest(faces), encoding="utf-8")


def digest(faces: data.FacesSet) -> str:
    """SHA-256 of the faces, their votes, labels and parts; a fifth of a second for FER+."""
    found = hashlib.sha256()
    for array in (faces.images, faces.votes, faces.usage, faces.fer2013):
        found.update(repr(array.shape).encode())
        found.update(np.ascontiguousarray(array.astype(np.uint8, copy=False)))
    return found.hexdigest()

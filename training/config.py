"""One TOML file a training run, checked before anything heavy starts."""

from __future__ import annotations

import tomllib
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from app.core.errors import SettingsError


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class NetworkConfig(_Section):
    """Arguments of ``networks.roomread.RoomreadNet``."""

    size: int = Field(multiple_of=16, ge=32)
    stem: int = Field(gt=0)
    widths: tuple[int, ...]
    depths: tuple[int, ...]
    excite: bool
    dropout: float = Field(ge=0, lt=1)
    sr_features: int = Field(ge=0)
    sr_blocks: int = Field(ge=0)
    align: bool


class AugmentConfig(_Section):
    """See ``augment.Augment``; angles in degrees, shifts and scales as shares of the side."""

    flip: float = Field(ge=0, le=1)
    angle: float = Field(ge=0)
    shift: float = Field(ge=0)
    scale: tuple[float, float]
    low_resolution: float = Field(ge=0, le=1)
    smallest: int = Field(ge=4)
    compress: float = Field(ge=0, le=1)
    blur: float = Field(ge=0, le=1)
    noise: float = Field(ge=0)
    erase: float = Field(ge=0, le=1)


class ScheduleConfig(_Section):
    """Optimiser (AdamW) and one-cycle schedule."""

    epochs: int = Field(gt=0)
    batch: int = Field(gt=1)
    learning_rate: float = Field(gt=0)
    weight_decay: float = Field(ge=0)
    warm_up: float = Field(gt=0, lt=1)
    sr_weight: float = Field(ge=0)
    ema: float = Field(ge=0, lt=1)
    validate_every: int = Field(gt=0)
    seed: int


class CropConfig(_Section):
    """How the app must cut faces for this model; goes to the card (``core.card.CropSpec``)."""

    scale: float
    shift: tuple[float, float]
    upright: bool


class TrainingConfig(_Section):
    """A whole run."""

    name: str = Field(pattern="^[a-z0-9_-]+$")
    version: str
    network: NetworkConfig
    augment: AugmentConfig
    schedule: ScheduleConfig
    crop: CropConfig


def load_config(path: Path) -> TrainingConfig:
    """Read and check a config.

    Raises:
        SettingsError: no such file, no TOML, or a field is missing, unknown or out of range.
    """
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
        return TrainingConfig.model_validate(raw)
    except OSError as error:
        raise SettingsError(f"config {path} can't be read: {error.strerror}") from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"config {path} is no valid TOML: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise SettingsError(f"config {path}: {where}: {first['msg']}") from error

"""Every number that a user may change, typed and checked, in one TOML file.

The thresholds of the "can't tell" rule are here; the rule itself is in
``app.stages.smoother``.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Literal

import platformdirs
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from app.core.errors import SettingsError

SCHEMA = 1


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class DetectorSettings(_Section):
    """``app.stages.blazeface``."""

    model: Path | None = None
    """The user's own copy of the full-range model; None: fetched once, checked by checksum."""
    tile: int = Field(default=224, ge=128, le=512)
    """Side of a tile in pixels."""
    overlap: float = Field(default=0.2, ge=0.0, lt=0.8)
    """Share of a tile that its neighbour sees too, at least."""
    min_score: float = Field(default=0.45, gt=0.0, lt=1.0)
    """Unsure faces pass too: the tracker takes them only for students whom it follows."""


class TrackerSettings(_Section):
    """``app.stages.bytetrack``; times in seconds."""

    high_score: float = Field(default=0.68, gt=0.0, le=1.0)
    """Detector score from which on a face may be a new student; nine in ten of them are faces."""
    max_gap: float = Field(default=5.0, gt=0.0)
    """How long a student may be out of sight and still get the id back near the same seat."""


class RecognizerSettings(_Section):
    """``app.stages.recognizer``."""

    shipped: Literal["auto", "base", "small"] = "auto"
    """Which of Roomread's own models; auto: the best that is fast enough here (``choose``)."""
    model: Path | None = None
    """Folder with model.onnx and card.json of a model of the user's; None: a shipped one."""
    provider: str = Field(default="auto", pattern="^(auto|cpu|cuda)$")
    threads: int = Field(default=0, ge=0)
    """ONNX Runtime threads; 0: as many as there are cores."""


class SmootherSettings(_Section):
    """``app.stages.smoother``."""

    time_constant: float = Field(default=0.6, ge=0.0)
    """Seconds after which an old reading weighs 1/e; 0: no smoothing."""
    min_face_width: float = Field(default=12.0, ge=0.0)
    """Pixels; a narrower face is "can't tell"."""
    min_sharpness: float = Field(default=0.2, ge=0.0)
    """Crop sharpness below which a face is "can't tell": strong blur; sharp faces of 12 px have
    0.27 and more, sharp faces of 48 px 0.7 and more (1st percentiles)."""
    min_confidence: float | None = Field(default=None, ge=0.0, le=1.0)
    """Smoothed probability below which a face is "can't tell"; None: what the model's card says."""


class Settings(_Section):
    """All settings."""

    schema_version: int = SCHEMA
    detector: DetectorSettings = DetectorSettings()
    tracker: TrackerSettings = TrackerSettings()
    recognizer: RecognizerSettings = RecognizerSettings()
    smoother: SmootherSettings = SmootherSettings()


def settings_path() -> Path:
    """Where the user's settings file lies, whether or not it exists."""
    return Path(platformdirs.user_config_dir("roomread", appauthor=False)) / "settings.toml"


def load_settings(path: Path | None = None) -> Settings:
    """Read ``path``, or the user's file; defaults where the user has none.

    Raises:
        SettingsError: the file is missing (when named), can't be read or is no TOML, or a
            value is off.
    """
    named = path is not None
    path = path or settings_path()
    if not path.is_file():
        if named:
            raise SettingsError(f"settings file {path} does not exist: check the path")
        return Settings()
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(
            f"settings file {path} can't be read ({error.strerror}): check its permissions"
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"settings file {path} is no valid TOML: {error}") from error
    try:
        settings = Settings.model_validate(raw)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise SettingsError(f"settings file {path}: {where}: {first['msg']}") from error
    if settings.schema_version != SCHEMA:
        raise SettingsError(
            f"settings file {path} has schema {settings.schema_version}, "
            f"this version reads {SCHEMA}: move it away to start with defaults"
        )
    return settings

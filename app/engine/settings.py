"""Every number that a user may change, typed and checked, in one TOML file.

The thresholds of the "can't tell" rule are here; the rule itself is in
``app.stages.smoother``.
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping, MutableMapping
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import platformdirs
import tomlkit
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from app.core.card import Shipped
from app.core.errors import SettingsError
from app.core.privacy import Privacy
from app.core.regions import Regions
from app.engine.keep import keep_text

AUTO: Final = "auto"
"""Value of a setting that Roomread chooses itself."""
SCHEMA = 2
"""Version 2 added privacy and appearance; nothing of version 1 changed its meaning."""


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class DetectorSettings(_Section):
    """Who finds the faces; ``app.engine.detectors`` builds it."""

    kind: Literal["sweep", "tiles", "yunet"] = "sweep"
    """sweep: known faces in every frame, new ones within ``period`` (``app.stages.sweep``);
    tiles: everywhere in every frame, slowly (``app.stages.blazeface``); yunet: another network
    (``app.stages.yunet``). A file that names a ``model`` and no kind means tiles."""
    period: float = Field(default=2.0, gt=0.0)
    """sweep: seconds in which every place of the picture is looked at once."""
    min_score: float = Field(default=0.45, gt=0.0, lt=1.0)
    """Unsure faces pass too: the tracker takes them only for students whom it follows."""
    model: Path | None = None
    """tiles: the user's own copy of the full-range model; None: fetched once, checked by
    checksum."""
    tile: int = Field(default=224, ge=128, le=512)
    """tiles: side of a tile in pixels."""
    overlap: float = Field(default=0.2, ge=0.0, lt=0.8)
    """tiles: share of a tile that its neighbour sees too, at least."""
    yunet: Path | None = None
    """yunet: the user's own copy of the model; None: fetched once, checked by checksum."""

    @model_validator(mode="before")
    @classmethod
    def _own_model(cls, given: Any) -> Any:
        if isinstance(given, dict) and given.get("model") and "kind" not in given:
            return {**given, "kind": "tiles"}
        return given


class TrackerSettings(_Section):
    """``app.stages.bytetrack``; times in seconds."""

    high_score: float = Field(default=0.68, gt=0.0, le=1.0)
    """Detector score from which on a face may be a new student; nine in ten of them are faces."""
    max_gap: float = Field(default=3600.0, gt=0.0)
    """How long a student may be out of sight and still get the id back at the same seat; who was
    seen only briefly is forgotten sooner."""
    pictures: bool = True
    """A face that did not stir at all for half a minute is a picture on the wall and is left out
    (``stages.pictures``), of a recording's tables from the start; ``roomread edit`` shows which,
    and undoes it."""
    two_way: bool = True
    """After a recording is analysed, look both ways in time who came back (``session.two_way``);
    ``roomread edit`` shows what was joined, and undoes it."""


class RecognizerSettings(_Section):
    """``app.stages.recognizer``."""

    shipped: Literal["auto", Shipped] = "auto"
    """Which of Roomread's own models; auto: the best that is fast enough here (``choose``)."""
    model: Path | None = None
    """Folder with model.onnx and card.json of a model of the user's; None: a shipped one."""
    provider: str = Field(
        default=AUTO, pattern="^(auto|cpu|cuda|tensorrt|coreml|directml|openvino)$"
    )
    """What it runs on; auto: the first of CUDA, CoreML, DirectML and OpenVINO that works here and
    is faster than the CPU (``how_to_run``)."""
    half: bool = True
    """Whether a graphics card may calculate less exactly (16 bits, TF32) where that is faster; the
    processor never does."""
    threads: int = Field(default=0, ge=0)
    """ONNX Runtime threads; 0: as many as there are cores, half of them for a recording."""


class SmootherSettings(_Section):
    """``app.stages.smoother``."""

    time_constant: float = Field(default=0.6, ge=0.0)
    """Seconds after which an old reading weighs 1/e; 0: no smoothing."""
    min_face_width: float = Field(default=12.0, ge=0.0)
    """Pixels; a narrower face is "can't tell"."""
    min_sharpness: float = Field(default=0.2, ge=0.0)
    """Crop sharpness below which a face is "can't tell": strong blur; sharp faces of 12 px have
    0.27 and more, sharp faces of 48 px 0.7 and more (1st percentiles)."""
    max_yaw: float = Field(default=60.0, gt=0.0, le=90.0)
    """Degrees; a head turned farther aside is "can't tell": half of the face is out of sight."""
    min_exposure: float = Field(default=0.5, ge=0.0, le=1.0)
    """Share of the face that is neither black nor burnt out; below it is "can't tell". Dark skin in
    poor light still has 0.9 and more."""
    min_confidence: float | None = Field(default=None, ge=0.0, le=1.0)
    """Smoothed probability below which a face is "can't tell"; None: what the model's card says."""


class LiveSettings(_Section):
    """``app.engine.live.schedule``: what Live may spend, and on what first."""

    share: float = Field(default=0.8, ge=0.1, le=1.0)
    """Of the processor cores that Roomread may use, how much Live takes at most."""
    reads: float = Field(default=5.0, ge=1.0, le=10.0)
    """How often a second each face is read again where the computer has the time."""


class Appearance(_Section):
    """How the window looks and what it speaks."""

    theme: Literal["system", "light", "dark"] = "system"
    language: Literal["system", "en", "de"] = "system"


def _regions(given: object) -> object:
    return Regions.parse(given) if isinstance(given, dict) else given


class Settings(_Section):
    """All settings."""

    schema_version: int = SCHEMA
    detector: DetectorSettings = DetectorSettings()
    tracker: TrackerSettings = TrackerSettings()
    recognizer: RecognizerSettings = RecognizerSettings()
    smoother: SmootherSettings = SmootherSettings()
    live: LiveSettings = LiveSettings()
    regions: Annotated[Regions, BeforeValidator(_regions)] = Regions()
    """Where to look, what to ignore, who has opted out; see ``app.core.regions``."""
    privacy: Privacy = Privacy()
    """What may be shown and kept; see ``app.core.privacy``."""
    appearance: Appearance = Appearance()


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
    return checked_settings(_read(path), f"settings file {path}")


def checked_settings(raw: Mapping[str, Any], what: str) -> Settings:
    """The settings that a file, or a mapping of the same kind, holds; defaults for the rest.

    Args:
        raw: section to values.
        what: it is, for the line of an error.

    Raises:
        SettingsError: a value is off, or of a newer Roomread.
    """
    version = raw.get("schema_version", 1)
    if not isinstance(version, int) or version < 1:
        raise SettingsError(f"{what}: schema_version: take this line away")
    if version > SCHEMA:
        raise SettingsError(
            f"{what} was made by a newer Roomread: update Roomread, or move the "
            "file away to start with the usual settings"
        )
    try:
        return Settings.model_validate({**raw, "schema_version": SCHEMA})
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        unknown = first["type"] in ("extra_forbidden", "unexpected_keyword_argument")
        text = _unknown(where) if unknown else first["msg"].removeprefix("Value error, ")
        raise SettingsError(f"{what}: {where}: {text}") from error


def _unknown(name: str) -> str:
    """What to say of a setting that there is none of, with the one that may be meant."""
    usual = Settings().model_dump(exclude={"schema_version"})
    section, dot, key = name.partition(".")
    known = [f"{section}.{one}" for one in usual.get(section, ())] if dot else [*usual]
    elsewhere = [f"{one}.{key or name}" for one in usual if (key or name) in usual[one]]
    close = elsewhere or difflib.get_close_matches(name, known, 1)
    advice = f"did you mean {close[0]}?" if close else f"there are {', '.join(known)}"
    return f"there is no such setting; {advice}"


def save_settings(settings: Settings, path: Path | None = None) -> None:
    """Write what differs from the defaults to ``path``, or to the user's file.

    Comments in the file stay. It is written beside its place and moved there when it is whole.

    Raises:
        SettingsError: the file that is there is no TOML, or can't be written.
    """
    path = path or settings_path()
    kept = tomlkit.parse(_text(path)) if path.is_file() and _read(path) else tomlkit.document()
    kept["schema_version"] = SCHEMA
    usual = Settings().model_dump(mode="json")
    for name, section in settings.model_dump(mode="json").items():
        if isinstance(section, dict):
            _merge(kept, name, section, usual[name])
    text = tomlkit.dumps(kept)
    keep_text(path, text, "settings")


def _merge(
    kept: MutableMapping[str, Any], name: str, new: Mapping[str, Any], usual: Mapping[str, Any]
) -> None:
    """Bring table ``name`` up to date, value by value, so that its comments stay."""
    changed = {key: value for key, value in new.items() if value != usual[key]}
    if name not in kept and not changed:
        return
    table = kept.setdefault(name, tomlkit.table())
    for key in new:
        if changed.get(key) is not None:
            table[key] = changed[key]
        else:  # TOML has no null; a value that is absent is the default
            table.pop(key, None)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise SettingsError(
            f"settings file {path} can't be read ({error.strerror}): check its permissions"
        ) from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"settings file {path} is no valid TOML: {error}") from error


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(_text(path))
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"settings file {path} is no valid TOML: {error}") from error

"""One TOML file a training run, checked before anything heavy starts."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Annotated, Any, Final, Literal, TypeVar, overload

from pydantic import Field, ValidationError, field_validator, model_validator

from app.core.errors import SettingsError
from training.augment import ClassroomConfig
from training.augment_paper import CropsConfig, NineConfig, UntouchedConfig
from training.section import Section
from training.systems import NetworkConfig

CONFIGS = Path(__file__).parent / "configs"


class DataConfig(Section):
    """Which labels are learned and measured.

    Attributes:
        labels: ``ferplus`` (eight classes, crowd votes) or ``fer2013`` (seven, one label a face).
        split: ``official``, or ``random``: 80:20 over all faces, as some papers do, which puts
            copies of one face on both sides.
        align_eyes: path of a YuNet file: faces are turned until their eyes are level.
    """

    labels: Literal["ferplus", "fer2013"] = "ferplus"
    split: Literal["official", "random"] = "official"
    align_eyes: str = ""


AugmentConfig = ClassroomConfig | UntouchedConfig | CropsConfig | NineConfig
"""Told apart by ``kind``; each has ``build(side)``."""


class LossConfig(Section):
    """What is learned from a face.

    Attributes:
        kind: cross-entropy against the ``votes`` (Barsoum et al., 2016) or against the majority:
            plain (``cross_entropy``), ``label_smoothing``, ``pdls`` (Vo et al., 2020) or
            ``weighted`` by class.
        alpha: share of the label itself in label smoothing and PDLS.
        prior: of PDLS: the ``paper``'s table, or recomputed from the ``votes``.
        weights: one a class, for ``weighted``.
        restore: distance between restored and sharp faces, for networks with super-resolution.
        restore_weight: of that distance; 0 leaves it out.
        branch_weight: of the loss on every branch's own logits, for networks with branches.
    """

    kind: Literal["votes", "cross_entropy", "label_smoothing", "pdls", "weighted"] = "votes"
    alpha: float = Field(default=0.9, gt=0, le=1)
    prior: Literal["paper", "votes"] = "paper"
    weights: tuple[Annotated[float, Field(gt=0)], ...] = ()
    restore: Literal["l1", "l2"] = "l1"
    restore_weight: float = Field(default=0.2, ge=0)
    branch_weight: float = Field(default=0.0, ge=0)


class OptimiserConfig(Section):
    """Optimiser, and how its rate moves.

    Attributes:
        kind: ``adamw`` (Loshchilov & Hutter, 2019), ``muon`` (Jordan et al., 2024), ``adam`` or
            ``sgd``; momentum is Nesterov's, and of ``muon`` and ``sgd`` only.
        schedule: ``one_cycle`` (Smith & Topin, 2019), ``exponential`` or ``constant``.
        warm_up: share of the steps in which one cycle rises.
        decay: factor on the rate an epoch, for ``exponential``.
        clip: longest gradient; 0 clips none.
    """

    kind: Literal["adamw", "muon", "adam", "sgd"] = "adamw"
    learning_rate: float = Field(default=0.003, gt=0, le=10)
    weight_decay: float = Field(default=0.05, ge=0)
    momentum: float = Field(default=0.9, ge=0, lt=1)
    schedule: Literal["one_cycle", "exponential", "constant"] = "one_cycle"
    warm_up: float = Field(default=0.15, gt=0, lt=1)
    decay: float = Field(default=0.95, gt=0, le=1)
    clip: float = Field(default=1.0, ge=0)


class ScheduleConfig(Section):
    """How long, and how the run is watched.

    Attributes:
        sizes: of the validation faces in pixels (``augment`` says those of the training faces);
            the checkpoint with the highest mean accuracy over them is kept.
        ema: decay of the averaged weights; 0 keeps the weights as they are.
        patience: validations without a better one before the run ends; 0 never ends it early.
    """

    epochs: int = Field(gt=0)
    batch: int = Field(default=128, gt=1)
    ema: float = Field(default=0.999, ge=0, lt=1)
    validate_every: int = Field(default=1, gt=0)
    sizes: tuple[Annotated[int, Field(ge=4, le=48)], ...] = Field(default=(48, 16), min_length=1)
    patience: int = Field(default=0, ge=0)
    seed: int = Field(default=1, ge=0, lt=2**32)

    @model_validator(mode="after")
    def _validates(self) -> ScheduleConfig:
        if self.validate_every > self.epochs:
            raise ValueError("validate_every is above epochs: no checkpoint would be chosen")
        if len(set(self.sizes)) < len(self.sizes):
            raise ValueError("sizes has one twice")
        return self


class StartConfig(Section):
    """Weights taken over from another run, which lies beside this one.

    Attributes:
        run: its name.
        parts: sub-module here to sub-module there, such as ``{sr = "sr"}``; an empty name is the
            whole network.
    """

    run: str
    parts: dict[str, str] = Field(default_factory=lambda: {"": ""})


class DistillConfig(Section):
    """Teachers (Hinton et al., 2015): their mean answer on a face is learned as well.

    They answer once, before the run: on the sharp face in some poses, whose answers are
    averaged. The student sees the face small and damaged, and learns what it would have shown.

    Attributes:
        teachers: names of their configs, and of their runs, which lie beside this one's.
        poses: each teacher sees of a face, drawn as the run's augmentation draws them.
        weight: of their answer against the labels.
        temperature: that softens both sides.
    """

    teachers: tuple[str, ...] = ()
    poses: int = Field(default=4, gt=0, le=100)
    weight: float = Field(default=0.7, ge=0, le=1)
    temperature: float = Field(default=2.0, gt=0, le=100)


_Shift = Annotated[float, Field(ge=-1, le=1)]


class CropConfig(Section):
    """How the app must cut faces for this model; goes to the card (``core.card.CropSpec``).

    The defaults say how the detectors' face boxes map to the crops of FER2013: medians over some
    250 training faces, measured as tests/stages/test_crop_margin.py does.
    """

    scale: float = Field(default=1.0, ge=0.5, le=3)
    shift: tuple[_Shift, _Shift] = (0.0, -0.03)
    upright: bool = True


class ExportConfig(Section):
    """How the graph is written.

    Attributes:
        storage: of the weights: ``float`` (32 bits), ``half`` (16 bits in the file, 32 in use),
            or ``int8``: weights and activations of the classifier quantised.
        bias: the calibration has a bias a class beside its temperature.
        adaptive: its temperature depends on how far the logits are apart.
        by_sharpness: its temperature depends on how sharp the crop is, so on the face's size.
        balance: share of the classes' log frequencies taken off the logits: 0 reads most faces
            right, 1 gives every class the same chance.
        fit_to: what the calibration is fitted to: the ``votes`` on the validation faces, or their
            ``majority`` label, against which the calibration error is measured.
    """

    storage: Literal["float", "half", "int8"] = "float"
    bias: bool = False
    adaptive: bool = False
    by_sharpness: bool = False
    balance: float = Field(default=0.0, ge=0, le=1)
    fit_to: Literal["votes", "majority"] = "votes"


class RunConfig(Section):
    """What every run has, whatever its recipe."""

    recipe: str
    name: str = Field(pattern="^[a-z0-9_-]+$", max_length=100)
    version: str = "1"
    data: DataConfig = DataConfig()
    schedule: ScheduleConfig


class ModelConfig(RunConfig):
    """A run whose network reads faces, and can be exported."""

    network: Annotated[NetworkConfig, Field(discriminator="kind")]
    crop: CropConfig = CropConfig()
    export: ExportConfig = ExportConfig()


class ClassifyConfig(ModelConfig):
    """A run that trains a classifier (``recipe.train``).

    ``start`` is one table in the file, or several (``[[start]]``).
    """

    recipe: Literal["classify"] = "classify"
    augment: Annotated[AugmentConfig, Field(discriminator="kind")] = ClassroomConfig()
    loss: LossConfig = LossConfig()
    optimiser: OptimiserConfig = OptimiserConfig()
    start: tuple[StartConfig, ...] = ()
    distill: DistillConfig = DistillConfig()

    @field_validator("start", mode="before")
    @classmethod
    def _several(cls, start: Any) -> Any:
        if not isinstance(start, dict):
            return start
        # Runs of earlier versions keep an empty name where they start from nothing.
        return () if start.get("run") == "" else (start,)


_Config = TypeVar("_Config", bound=RunConfig)
_BY_KIND: Final = ("network", "augment")
_PLAIN: Final = {
    "extra_forbidden": "there is no such field",
    "missing": "is missing",
    "union_tag_not_found": "is missing",
}


@overload
def load_config(path: Path) -> RunConfig: ...
@overload
def load_config(path: Path, kind: type[_Config]) -> _Config: ...
def load_config(path: Path, kind: type[RunConfig] = RunConfig) -> RunConfig:
    """Read and check a config; its ``recipe`` says which kind of run it is.

    Args:
        path: of a TOML file, or of the ``config.json`` that a run keeps.
        kind: which kind of run is needed.

    Raises:
        SettingsError: no such file, it can't be understood, a field is missing, unknown or out of
            range, or it is of another kind.
    """
    kinds = _kinds()
    try:
        text = path.read_text(encoding="utf-8")
        raw = json.loads(text) if path.suffix == ".json" else tomllib.loads(text)
        if not isinstance(raw, dict):
            raise SettingsError(f"config {path} holds no fields")
        recipe = raw.get("recipe", "classify")
        if not isinstance(recipe, str) or recipe not in kinds:
            raise SettingsError(f"config {path}: recipe must be one of {', '.join(kinds)}")
        config = kinds[recipe].model_validate(raw)
    except OSError as error:
        raise SettingsError(f"config {path} can't be read: {error.strerror}") from error
    except ValidationError as error:
        raise SettingsError(f"config {path}: {_first_of(error)}") from error
    except ValueError as error:  # of both parsers, and of bytes that are no text
        language = "JSON" if path.suffix == ".json" else "TOML"
        raise SettingsError(f"config {path} is no valid {language}: {error}") from error
    if not isinstance(config, kind):
        fitting = " or ".join(name for name, known in kinds.items() if issubclass(known, kind))
        raise SettingsError(f"config {path}: recipe {recipe!r}, expected {fitting}")
    return config


def _kinds() -> dict[str, type[RunConfig]]:
    from training.recipes import feature_sr, restore  # noqa: PLC0415 - they import this module

    return {
        "classify": ClassifyConfig,
        "restore": restore.RestoreConfig,
        "feature_sr": feature_sr.FeatureSrConfig,
    }


def _first_of(error: ValidationError) -> str:
    """What is wrong with the first bad field, by its name in the file."""
    first = error.errors(include_url=False)[0]
    place = list(first["loc"])
    if len(place) > 1 and place[0] in _BY_KIND:
        # Pydantic puts the kind between the section and its field.
        del place[1]
    if first["type"] in ("union_tag_not_found", "union_tag_invalid"):
        place.append("kind")
    words = _PLAIN.get(first["type"]) or first["msg"].removeprefix("Value error, ")
    if first["type"] == "union_tag_invalid":
        words = f"must be one of {first['ctx']['expected_tags']}"
    return f"{'.'.join(str(part) for part in place)}: {words}"

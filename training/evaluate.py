"""``python -m training evaluate``: the test protocols on a checkpoint or an exported model."""

from __future__ import annotations

import datetime
import hashlib
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.special import softmax

from app.core.card import load_card
from app.core.errors import SettingsError
from training import data, measure, protocol, rotation
from training.augment import at_size
from training.config import DataConfig, ModelConfig, RunConfig
from training.figures import Coverage, coverage_at, pack_answers
from training.networks.reading import Calibrated
from training.recipe import load_network
from training.record import check_config, digest, load_faces, read_cost
from training.reporting import page, report
from training.reporting.cost import measure_cost
from training.reporting.papers import PAPERS
from training.tta import POSES, with_poses

_PUBLISHED: Final = 3589
"""Faces in FER2013's test part; FER+ leaves out those that are none."""
_LABELS: Final[dict[str, str]] = {
    "ferplus": "FER+ labels: the majority of the cleaned votes, {classes} classes",
    "fer2013": "FER2013 labels, {classes} classes; of a model that can read contempt, that "
    "probability is left out and the rest divided by its sum",
}
_SPLITS: Final[dict[str, str]] = {
    "official": "official test part (PrivateTest), models chosen on PublicTest",
    "random": "a random fifth of all faces, on which models were chosen too, as in papers that "
    "split so",
}


@dataclass(frozen=True)
class Subject:
    """A model under test.

    Attributes:
        predict: gives its probabilities.
        module: the torch module, crops to probabilities; None for an exported file.
        model: the ONNX file; None to export the module for timing.
        side: of its crops in pixels.
        words: which file it is, and whether it is calibrated.
        posed: probabilities with test-time augmentation; None for an exported file.
        bar: the card's lowest confidence at which a face is read; None for a checkpoint.
        bar_words: how the card says that it was found.
    """

    predict: measure.Predict
    module: torch.nn.Module | None
    model: Path | None
    side: int
    words: str
    posed: measure.Predict | None = None
    bar: float | None = None
    bar_words: str = ""


def torch_predict(module: Callable[[torch.Tensor], torch.Tensor]) -> measure.Predict:
    """What a torch module says of crops, as numpy."""

    def predict(crops: NDArray[np.float32]) -> NDArray[np.float32]:
        with torch.inference_mode():
            return np.asarray(module(torch.from_numpy(crops)).numpy(), np.float32)

    return predict


def checkpoint_subject(config: RunConfig, checkpoint: Path) -> Subject:
    """The network of a run's checkpoint.

    Raises:
        ModelError: there is no checkpoint, or it is of another network.
    """
    network = load_network(config, checkpoint)
    module = Calibrated(network, 1.0).eval()
    words = f"checkpoint {_digest(checkpoint)} of run {config.name}, not calibrated"
    logits = torch_predict(lambda crops: network(crops).logits.float())
    scores = with_poses(logits, config.schedule.seed)
    return Subject(
        predict=torch_predict(module),
        module=module,
        model=None,
        side=network.size,
        words=words,
        posed=lambda crops: softmax(scores(crops), axis=1),
    )


def exported_subject(config: RunConfig, folder: Path) -> Subject:
    """The model of a folder with ``model.onnx`` and ``card.json``.

    Raises:
        ModelError: a file is missing, damaged, or does not match the other.
        SettingsError: the model was made by another config, or by another version of it.
    """
    card, file = load_card(folder)
    if (card.name, card.version) != (config.name, config.version):
        raise SettingsError(
            f"{folder} holds {card.name}, version {card.version}, and the config is of "
            f"{config.name}, version {config.version}: give the model its own config"
        )
    words = f"model {card.name} {card.version} ({card.sha256[:12]}), calibrated: {card.calibration}"
    return Subject(
        predict=measure.onnx_predict(file),
        module=None,
        model=file,
        side=card.input_size,
        words=words,
        bar=card.min_confidence,
        bar_words="min_confidence of the card: "
        + card.raw.get("min_confidence_is", "not said how"),
    )


def evaluate(
    config: ModelConfig, source: Path, run: Path, model: Path | None = None
) -> report.Report:
    """Measure a run's best checkpoint, or an exported model of the same config.

    Sizes, and whether faces are turned, are those of the paper whose system the network is
    (``reporting.paper.Paper``). Where that paper has test-time augmentation, a checkpoint is
    measured with it too, at full size: the protocol ``ferplus+tta`` or ``fer2013+tta``. Faces of
    another data set than FER2013 are measured by the labels of the config alone, and the protocol
    has the data set's name.

    Args:
        config: of the run.
        source: data, see ``data.open_faces``.
        run: folder of the run.
        model: folder of the exported model to measure instead.
    """
    check_config(config, run)
    paper = PAPERS[config.network.kind]
    if model is None:
        subject = checkpoint_subject(config, run / "best.ckpt")
    else:
        subject = exported_subject(config, model)
    faces = load_faces(config.data, source, run)
    key = _key(config.data, faces)
    protocols = {key: _measure(subject, config.data, faces, paper.sizes)}
    if paper.angles:
        turned = _by_angle(subject, config.data, faces, rotation.ANGLES)
        protocols[key] = replace(protocols[key], by_angle=turned)
    other: Literal["ferplus", "fer2013"] = (
        "fer2013" if config.data.labels == "ferplus" else "ferplus"
    )
    # Of a random split, the model has seen most of the official test faces.
    both = faces.name == data.FER and config.data.split == "official"
    if both and len(data.protocol_split(faces, data.TEST, other)[0]):
        changed = config.data.model_copy(update={"labels": other})
        protocols[other] = _measure(subject, changed, faces, paper.sizes)
    if paper.tta and subject.posed is not None:
        posed = replace(subject, predict=subject.posed)
        protocols[f"{key}+tta"] = _measure(posed, config.data, faces, (48,))
    command = f"python -m training evaluate training/configs/{config.name}.toml --data DATA"
    with tempfile.TemporaryDirectory() as folder:
        file = subject.model or _exported(subject, Path(folder) / "model.onnx")
        cost = measure_cost(subject.module, file, subject.side)
    return report.Report(
        name=config.name,
        created=datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d"),
        command=command if model is None else f"{command} --model {model.as_posix()}",
        subject=subject.words,
        kind="checkpoint" if model is None else "model",
        data=faces.name,
        digest=digest(faces),
        labels=key,
        protocols=protocols,
        cost=cost,
        compute=read_cost(run),
        left_out=faces.left_out(data.TRAIN),
        config=config.model_dump(mode="json"),
    )


def evaluate_command(
    config: RunConfig, source: Path, run: Path, model: Path | None, folder: Path
) -> str:
    """Measure, write the report to ``folder``, and give its main tables.

    Raises:
        SettingsError: the run's recipe makes no model that reads faces.
        ModelError: there is no such checkpoint or model, or it is damaged.
        ReportError: the report can't be written to ``folder``.
    """
    if not isinstance(config, ModelConfig):
        raise SettingsError(f"{config.name}: its recipe makes no model that reads faces")
    report.check_folder(folder)
    found = evaluate(config, source, run, model)
    page.write_report(folder, found, report.read_history(run))
    return measure.table(found.main.scores)


def _key(config: DataConfig, faces: data.FacesSet) -> str:
    """Names the labels of FER2013's faces, and otherwise the data set."""
    return config.labels if faces.name == data.FER else faces.name


def _measure(
    subject: Subject,
    config: DataConfig,
    faces: data.FacesSet,
    sizes: Sequence[int],
) -> report.Measured:
    exam = measure.make_exam(config, faces, near=True)
    assert exam.near is not None
    shares = [
        measure.probabilities_of(
            subject.predict, at_size(exam.images, k, subject.side), len(exam.classes)
        )
        for k in sizes
    ]
    threshold, origin = subject.bar, subject.bar_words
    if threshold is None and config.split == "official":
        held = measure.make_exam(config, faces, data.VALIDATION)
        pixels = measure.BAR_PIXELS if measure.BAR_PIXELS in sizes else max(sizes)
        threshold = measure.threshold(subject.predict, held, subject.side, pixels)
        origin = measure.threshold_words(pixels)
    all_faces = np.ones(len(exam.labels), np.bool_)
    return report.Measured(
        protocol=_words(config, faces, exam, sizes, subject.predict is subject.posed),
        faces=f"{_key(config, faces)}-{config.split}-"
        f"{hashlib.sha256(exam.labels).hexdigest()[:12]}",
        scores=[measure.score_of(p, exam, k) for p, k in zip(shares, sizes, strict=True)],
        threshold=threshold,
        threshold_from=origin,
        at_threshold=_at(threshold, shares, exam, all_faces),
        at_threshold_without=_at(threshold, shares, exam, ~exam.near),
        near=pack_answers(exam.near),
        by_angle={},
    )


def _at(
    threshold: float | None,
    shares: list[NDArray[np.float32]],
    exam: measure.Exam,
    kept: NDArray[np.bool_],
) -> list[Coverage]:
    """What a threshold makes of the kept faces at every size; nothing without a threshold."""
    if threshold is None or not kept.any():
        return []
    labels = exam.labels[kept]
    return [
        coverage_at(p[kept].max(axis=1), p[kept].argmax(axis=1) == labels, threshold)
        for p in shares
    ]


def _by_angle(
    subject: Subject, config: DataConfig, faces: data.FacesSet, angles: Sequence[int]
) -> dict[int, report.Turned]:
    """Accuracy on turned test faces; those that are levelled by their eyes are turned before."""
    upright = replace(faces, images=faces.published)
    images, labels = protocol.held_out(config, upright, data.TEST)
    prepare: Callable[[NDArray[np.uint8]], NDArray[np.uint8]] | None = None
    if config.align_eyes:
        from training.data import eyes  # noqa: PLC0415 - only this run needs a face detector

        detector = Path(config.align_eyes)
        prepare = lambda faces: eyes.level_eyes(faces, detector)[0]  # noqa: E731
    found = rotation.rotation_test(subject.predict, images.images, labels, angles, prepare)
    return {
        angle: report.Turned(100 * float(right.mean()), pack_answers(right))
        for angle, right in found.items()
    }


def _exported(subject: Subject, path: Path) -> Path:
    from training.export import write_graph  # noqa: PLC0415 - it imports this module

    assert subject.module is not None
    write_graph(subject.module, subject.side, path)
    return path


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()[:12]


def _words(
    config: DataConfig, faces: data.FacesSet, exam: measure.Exam, sizes: Sequence[int], posed: bool
) -> str:
    copies = int(exam.copies.sum())
    own = faces.name == data.FER
    whole = own and config.labels == "fer2013" and config.split == "official"
    labels = _LABELS[config.labels] if own else f"labels of {faces.name}, {{classes}} classes"
    split = _SPLITS[config.split]
    if not own and config.split == "official":
        split = (
            f"published test part of {faces.name}, models chosen on a part of the training faces"
        )
    published = f" of the published {_PUBLISHED:,}" if whole else ""
    near = "" if exam.near is None else f", {int(exam.near.sum())} copies or near-copies of one"
    eyes = " Faces were turned until their eyes were level." if config.align_eyes else ""
    posing = (
        f"the mean over {POSES} random poses, turned and zoomed, of a face" if posed else "none"
    )
    sizes = [size for size in sizes if size < exam.images.shape[1]]
    smaller = (
        f"Smaller faces ({', '.join(map(str, sizes))} px): shrunk by area averaging, enlarged "
        "bicubically. "
        if sizes
        else ""
    )
    return (
        f"{labels.format(classes=len(exam.classes))}; {split}. "
        f"{len(exam.labels):,} faces{published}, {copies} of them "
        f"byte-identical to a training or validation face{near}.{eyes} {smaller}Test-time "
        f"augmentation: {posing}. WA is the share of faces read right, UA the mean over classes; "
        "intervals are 95% bootstrap intervals over the test faces."
    )

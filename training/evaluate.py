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
from training.config import DataConfig, RunConfig
from training.figures import coverage_at, pack_answers, threshold_for
from training.networks.reading import Calibrated
from training.recipe import load_network
from training.reporting import report
from training.reporting.cost import measure_cost
from training.tta import COPIES, with_copies

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
    """

    predict: measure.Predict
    module: torch.nn.Module | None
    model: Path | None
    side: int
    words: str
    posed: measure.Predict | None = None
    bar: float | None = None


def torch_predict(module: torch.nn.Module) -> measure.Predict:
    """Probabilities of a torch module."""

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

    def logits(crops: NDArray[np.float32]) -> NDArray[np.float32]:
        with torch.inference_mode():
            return np.asarray(network(torch.from_numpy(crops)).logits.float().numpy())

    scores = with_copies(logits, config.schedule.seed)
    return Subject(
        predict=torch_predict(module),
        module=module,
        model=None,
        side=network.size,
        words=words,
        posed=lambda crops: softmax(scores(crops), axis=1),
    )


def exported_subject(folder: Path) -> Subject:
    """The model of a folder with ``model.onnx`` and ``card.json``.

    Raises:
        ModelError: a file is missing, damaged, or does not match the other.
    """
    card, file = load_card(folder)
    words = f"model {card.name} {card.version} ({card.sha256[:12]}), calibrated: {card.calibration}"
    return Subject(
        predict=measure.onnx_predict(file),
        module=None,
        model=file,
        side=card.input_size,
        words=words,
        bar=card.min_confidence,
    )


def evaluate(
    config: RunConfig,
    source: Path,
    run: Path,
    model: Path | None = None,
    sizes: Sequence[int] = measure.SIZES,
    angles: Sequence[int] = (),
    copies: bool = False,
) -> report.Report:
    """Measure a run's best checkpoint, or an exported model of the same config.

    Args:
        config: of the run.
        source: data, see ``data.load_ferplus``.
        run: folder of the run.
        model: folder of the exported model to measure instead.
        sizes: of the faces in pixels.
        angles: of the rotation test in degrees; empty leaves it out.
        copies: whether a checkpoint is measured with test-time augmentation too, at full size;
            those figures are the protocol ``ferplus+copies`` or ``fer2013+copies``.
    """
    if model is None:
        subject = checkpoint_subject(config, run / "best.ckpt")
    else:
        subject = exported_subject(model)
    faces = protocol.load(config.data, source, run)
    protocols = {config.data.labels: _measure(subject, config.data, faces, sizes)}
    if angles:
        turned = _by_angle(subject, config.data, source, angles)
        main = protocols[config.data.labels]
        protocols[config.data.labels] = replace(main, by_angle=turned)
    if config.data.split == "official":
        # Of a random split, the model has seen most of the official test faces.
        other: Literal["ferplus", "fer2013"] = (
            "fer2013" if config.data.labels == "ferplus" else "ferplus"
        )
        changed = config.data.model_copy(update={"labels": other})
        protocols[other] = _measure(subject, changed, faces, sizes)
    if copies and subject.posed is not None:
        posed = replace(subject, predict=subject.posed)
        protocols[f"{config.data.labels}+copies"] = _measure(posed, config.data, faces, (48,))
    command = f"python -m training evaluate training/configs/{config.name}.toml --data DATA"
    with tempfile.TemporaryDirectory() as folder:
        file = subject.model or _exported(subject, Path(folder) / "model.onnx")
        cost = measure_cost(subject.module, file, subject.side)
    return report.Report(
        name=config.name,
        created=datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d"),
        command=command if model is None else f"{command} --model {model.as_posix()}",
        subject=subject.words,
        labels=config.data.labels,
        protocols=protocols,
        cost=cost,
        compute=report.read_compute(run),
        config=config.model_dump(mode="json"),
    )


def evaluate_command(
    config: RunConfig, source: Path, run: Path, model: Path | None, folder: Path
) -> str:
    """Measure, write the report to ``folder``, and give its main tables.

    Raises:
        SettingsError: the run's recipe makes no model that reads faces.
        ModelError: there is no such checkpoint or model, or it is damaged.
    """
    if not hasattr(config, "network"):
        raise SettingsError(f"{config.name}: its recipe makes no model that reads faces")
    angles = rotation.ANGLES if config.name.startswith("stn_") else ()
    found = evaluate(config, source, run, model, angles=angles)
    report.write_report(folder, found, report.read_history(run))
    return measure.table(found.main.scores)


def _measure(
    subject: Subject,
    config: DataConfig,
    faces: data.FacesSet,
    sizes: Sequence[int],
) -> report.Measured:
    exam = measure.make_exam(config, faces, near=True)
    shares = [_shares(subject, exam, at_size(exam.images, k, subject.side)) for k in sizes]
    threshold, origin, at_threshold = subject.bar, "is the card's", []
    if threshold is None and config.split == "official":
        held = measure.make_exam(config, faces, data.VALIDATION)
        threshold = _threshold(subject, held, sizes)
        origin = f"reads {100 * measure.COVERAGE:.0f}% of the validation faces, all sizes together"
    if threshold is not None:
        at_threshold = [
            coverage_at(p.max(axis=1), p.argmax(axis=1) == exam.labels, threshold) for p in shares
        ]
    return report.Measured(
        protocol=_words(config, exam, sizes, subject.predict is subject.posed),
        faces=f"{config.labels}-{config.split}-{hashlib.sha256(exam.labels).hexdigest()[:12]}",
        scores=[measure.score_of(p, exam, k) for p, k in zip(shares, sizes, strict=True)],
        threshold=threshold,
        threshold_from=origin,
        at_threshold=at_threshold,
        by_angle={},
    )


def _shares(subject: Subject, exam: measure.Exam, crops: NDArray[np.uint8]) -> NDArray[np.float32]:
    return measure.probabilities_of(subject.predict, crops, len(exam.classes))


def _threshold(subject: Subject, exam: measure.Exam, sizes: Sequence[int]) -> float:
    """Confidence that reads ``measure.COVERAGE`` of the faces of an exam, all sizes together."""
    crops = [at_size(exam.images, pixels, subject.side) for pixels in sizes]
    sure = np.concatenate([_shares(subject, exam, c).max(axis=1) for c in crops])
    return threshold_for(sure, measure.COVERAGE)


def _by_angle(
    subject: Subject, config: DataConfig, source: Path, angles: Sequence[int]
) -> dict[int, report.Turned]:
    """Accuracy on turned test faces; those that are levelled by their eyes are turned before."""
    images, labels = protocol.held_out(config, data.load_ferplus(source), data.TEST)
    prepare: Callable[[NDArray[np.uint8]], NDArray[np.uint8]] | None = None
    if config.align_eyes:
        from training.data import eyes  # noqa: PLC0415 - only this run needs a face detector

        detector = Path(config.align_eyes)
        prepare = lambda faces: eyes.level_eyes(faces, detector)[0]  # noqa: E731
    contestant = rotation.Contestant(subject.predict, prepare)
    found = rotation.rotation_test({"ours": contestant}, images.images, labels, angles)
    return {
        angle: report.Turned(100 * float(right.mean()), pack_answers(right))
        for angle, right in found.right["ours"].items()
    }


def _exported(subject: Subject, path: Path) -> Path:
    from training.export import write_graph  # noqa: PLC0415 - it imports this module

    assert subject.module is not None
    write_graph(subject.module, subject.side, path)
    return path


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()[:12]


def _words(config: DataConfig, exam: measure.Exam, sizes: Sequence[int], posed: bool) -> str:
    copies = int(exam.copies.sum())
    whole = config.labels == "fer2013" and config.split == "official"
    published = f" of the published {_PUBLISHED:,}" if whole else ""
    near = "" if exam.near is None else f", {int(exam.near.sum())} counting near-copies"
    eyes = " Faces were turned until their eyes were level." if config.align_eyes else ""
    posing = f"{COPIES} turned and zoomed copies a face" if posed else "none"
    sizes = [size for size in sizes if size < exam.images.shape[1]]
    smaller = (
        f"Smaller faces ({', '.join(map(str, sizes))} px): shrunk by area averaging, enlarged "
        "bicubically. "
        if sizes
        else ""
    )
    return (
        f"{_LABELS[config.labels].format(classes=len(exam.classes))}; "
        f"{_SPLITS[config.split]}. {len(exam.labels):,} faces{published}, {copies} of them "
        f"byte-identical to a training or validation face{near}.{eyes} {smaller}Test-time "
        f"augmentation: {posing}. WA is the share of faces read right, UA the mean over classes; "
        "intervals are 95% bootstrap intervals over the test faces."
    )

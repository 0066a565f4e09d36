"""A report: what one model is worth and costs, as JSON, Markdown and pictures."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from app.core.errors import RoomreadError
from training import measure
from training.figures import Coverage, paired_interval, unpack_answers
from training.reporting import plots
from training.reporting.cost import BATCHES, COUNTED, Cost, Timing

REPORTS: Final = Path(__file__).parent.parent / "reports"


class ReportError(RoomreadError):
    """A report that is missing, damaged or does not fit its purpose."""


@dataclass(frozen=True)
class Compute:
    """What a run has cost, as its recipe noted it.

    Attributes:
        seconds: wall time of training.
        threads: that computed.
        epochs: done.
        faces: seen, repeats counted.
    """

    seconds: float
    threads: int
    epochs: float
    faces: int


@dataclass(frozen=True)
class Turned:
    """Faces turned by some angle: accuracy (percent), and ``measure.Score.answers`` of them."""

    wa: float
    answers: str


@dataclass(frozen=True)
class Measured:
    """One protocol's figures.

    Attributes:
        protocol: what was measured, in words.
        faces: names the test faces and their order by a digest of their labels; figures of the
            same name may be paired, face by face.
        scores: by size.
        threshold: confidence below which nothing is read. Of an exported model it is the card's,
            else that which reads ``measure.COVERAGE`` of the validation faces of all sizes; None
            where the split has no validation part of its own.
        threshold_from: which of the two, in words.
        at_threshold: what that threshold makes of the test faces, in the order of ``scores``.
        by_angle: figures of faces of full size turned by so many degrees, if measured.
    """

    protocol: str
    faces: str
    scores: list[measure.Score]
    threshold: float | None
    threshold_from: str
    at_threshold: list[Coverage]
    by_angle: dict[int, Turned]

    def at(self, pixels: int) -> measure.Score | None:
        """The figures of one size."""
        return next((s for s in self.scores if s.pixels == pixels), None)

    def beside(self, other: Measured, pixels: int) -> tuple[float, float, float] | None:
        """Our accuracy less the other's on the same faces, in points, and its 95% interval.

        None where one was not measured at that size, or on other faces.
        """
        ours, theirs = self.at(pixels), other.at(pixels)
        if ours is None or theirs is None or self.faces != other.faces:
            return None
        return paired_interval(
            unpack_answers(ours.answers, ours.faces), unpack_answers(theirs.answers, theirs.faces)
        )


@dataclass(frozen=True)
class Report:
    """Everything that was measured of one model.

    Attributes:
        name: of the config.
        created: day, ISO 8601.
        command: that made the report.
        subject: which file was measured, and how.
        labels: the protocol that the model was trained for, a key of ``protocols``.
        protocols: figures by ``ferplus`` and ``fer2013``; with ``+copies`` added, under
            test-time augmentation.
        cost: of a face.
        compute: of the training; None where it was not noted.
        config: of the run, as read.
    """

    name: str
    created: str
    command: str
    subject: str
    labels: str
    protocols: dict[str, Measured]
    cost: Cost
    compute: Compute | None
    config: dict[str, Any]

    @property
    def main(self) -> Measured:
        """Figures by the labels that the model was trained for."""
        return self.protocols[self.labels]


_ADAPTER: Final = TypeAdapter(Report)


def read_report(folder: Path) -> Report:
    """Read ``folder/report.json``.

    Raises:
        ReportError: it is missing or damaged.
    """
    path = folder / "report.json"
    try:
        return _ADAPTER.validate_json(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ReportError(f"no report at {path}: run 'python -m training evaluate'") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise ReportError(f"report {path} can't be understood: {where}: {first['msg']}") from error


def read_compute(run: Path) -> Compute | None:
    """What ``run/run.json`` notes, if it is there.

    Raises:
        ReportError: it is damaged.
    """
    path = run / "run.json"
    if not path.is_file():
        return None
    try:
        return TypeAdapter(Compute).validate_json(path.read_text(encoding="utf-8"))
    except ValidationError as error:
        raise ReportError(f"{path} can't be understood: {error.errors()[0]['msg']}") from error


def read_history(run: Path) -> dict[str, list[tuple[float, float]]]:
    """Losses and validation accuracies by epoch that a run logged, sittings put together.

    Args:
        run: folder of the run; Lightning logs to ``logs/version_N/metrics.csv`` in it, a new N
            for every sitting.
    """
    columns: dict[str, dict[float, float]] = {}
    files = (run / "logs").glob("version_*/metrics.csv")
    for path in sorted(files, key=lambda p: int(p.parent.name.removeprefix("version_"))):
        with path.open(newline="", encoding="utf-8") as file:
            for row in csv.DictReader(file):
                for name, value in row.items():
                    if value and row["epoch"] and (name.endswith("_epoch") or name[:3] == "val"):
                        # A later sitting repeats the epoch that an earlier one did not finish.
                        columns.setdefault(name, {})[float(row["epoch"]) + 1] = float(value)
    return {name: sorted(points.items()) for name, points in columns.items()}


def write_report(
    folder: Path, report: Report, history: Mapping[str, list[tuple[float, float]]]
) -> None:
    """Write ``report.json``, ``report.md`` and the pictures.

    Args:
        folder: made where it is missing.
        report: what was measured.
        history: see ``read_history``; empty for a model without a run.
    """
    folder.mkdir(parents=True, exist_ok=True)
    scores = report.main.scores
    largest = max(scores, key=lambda s: s.pixels)
    plots.confusion(largest, folder / "confusion.png")
    plots.reliability(_three(scores), folder / "reliability.png")
    plots.risk_coverage(scores, folder / "risk_coverage.png")
    plots.by_size({report.name: scores}, folder / "size.png")
    pictures = ["confusion", "reliability", "risk_coverage", "size"]
    if report.main.by_angle:
        angles = {angle: turned.wa for angle, turned in report.main.by_angle.items()}
        plots.by_angle({report.name: angles}, folder / "angle.png")
        pictures.append("angle")
    if history:
        plots.history(history, folder / "history.png")
        pictures.append("history")
    (folder / "report.md").write_text(markdown(report, pictures), encoding="utf-8")
    # Last: a report counts as finished when its figures are there.
    save_figures(folder, report)


def save_figures(folder: Path, report: Report) -> None:
    """Write ``report.json`` alone."""
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / "report.json.part"
    # The config stays as it is: a rounded learning rate would be another run's.
    whole = {**_rounded(asdict(report)), "config": report.config}
    text = json.dumps(whole, ensure_ascii=False, allow_nan=False)
    draft.write_text(text + "\n", encoding="utf-8")
    draft.replace(folder / "report.json")


def _three(scores: list[measure.Score]) -> list[measure.Score]:
    """Largest, middle and smallest faces: more lines hide each other."""
    ordered = sorted(scores, key=lambda s: -s.pixels)
    return [ordered[i] for i in sorted({0, len(ordered) // 2, len(ordered) - 1})]


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 4)
    if isinstance(value, dict):
        return {str(k): _rounded(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(v) for v in value]
    return value


_CAPTIONS: Final = {
    "confusion": "What is taken for what",
    "reliability": "Reliability",
    "risk_coverage": "Risk and coverage",
    "size": "Accuracy by size of the face",
    "angle": "Accuracy by rotation",
    "history": "Losses and validation accuracy by epoch",
}


def markdown(report: Report, pictures: Sequence[str]) -> str:
    """The report as text, with the pictures of these names."""
    lines = [f"# {report.name}", "", f"Measured: {report.subject}, {report.created}, with", ""]
    lines += ["```", report.command, "```", ""]
    for key in sorted(report.protocols, key=lambda k: k != report.labels):
        lines += _protocol_part(key, report.protocols[key])
    for name in pictures:
        lines += [f"![{_CAPTIONS[name]}]({name}.png)", ""]
    lines += ["## Cost", "", cost_words(report.cost), "", *_timings(report.cost), ""]
    lines += ["## Training", "", compute_words(report.compute), ""]
    return "\n".join(lines)


def _protocol_part(key: str, measured: Measured) -> list[str]:
    labels, plus, _ = key.partition("+")
    title = {"ferplus": "FER+", "fer2013": "FER2013"}.get(labels, labels)
    title += ", with test-time augmentation" if plus else ""
    lines = [f"## {title}", "", measured.protocol, "", measure.table(measured.scores), ""]
    share = f"{100 * measure.COVERAGE:.0f}%"
    lines += [
        f"| size | surest {share} of the test faces: WA | their lowest confidence |"
        + (f" sure of {measured.threshold:.3f}: read, WA |" if measured.threshold else ""),
        "|---|---|---|" + ("---|" if measured.threshold else ""),
    ]
    for place, s in enumerate(measured.scores):
        c = s.at_coverage
        row = f"| {s.pixels} px | {_percent(c.wa)} | {c.min_confidence:.3f} |"
        if measured.threshold:
            t = measured.at_threshold[place]
            row += f" {t.coverage:.0f}, {_percent(t.wa)} |"
        lines.append(row)
    if measured.threshold:
        lines += [
            "",
            f"The threshold {measured.threshold:.3f} {measured.threshold_from}; test faces had no "
            "say in it.",
        ]
    if measured.by_angle:
        angles = list(measured.by_angle)
        lines += [
            "",
            "| turned by | " + " | ".join(f"{angle}°" for angle in angles) + " |",
            "|" + "---|" * (1 + len(angles)),
            "| WA | " + " | ".join(f"{measured.by_angle[a].wa:.1f}" for a in angles) + " |",
        ]
    return [*lines, ""]


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{value:.1f}"


def cost_words(cost: Cost) -> str:
    """Size and multiply-adds in a sentence or two."""
    size = f"The ONNX file has {cost.onnx_bytes / 1e6:.2f} MB."
    if cost.parameters is None or cost.multiply_adds is None:
        return size
    return (
        f"{cost.parameters / 1e6:.3f} M parameters, {cost.multiply_adds / 1e6:.1f} M multiply-adds "
        f"a face. {COUNTED} {size}"
    )


def _timings(cost: Cost) -> list[str]:
    lines = [
        "| ms a face, one thread, float32 | " + " | ".join(f"batch {b}" for b in BATCHES) + " |",
        "|" + "---|" * (1 + len(BATCHES)),
    ]
    for name, times in (("ONNX Runtime, CPU", cost.onnx), ("torch, CPU", cost.torch)):
        if times:
            lines.append(f"| {name}: best (median) | {' | '.join(_timing(times, BATCHES))} |")
    return lines


def _timing(times: Mapping[str, Timing], batches: tuple[int, ...]) -> list[str]:
    return [f"{times[str(b)].best:.2f} ({times[str(b)].median:.2f})" for b in batches]


def compute_words(compute: Compute | None) -> str:
    """What the training cost, in a sentence."""
    if compute is None:
        return "What the training cost was not noted."
    return (
        f"{compute.epochs:g} epochs, {compute.faces:,} faces seen, "
        f"{compute.seconds / 60:.0f} minutes on {compute.threads} "
        f"thread{'' if compute.threads == 1 else 's'}."
    )

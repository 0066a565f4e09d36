"""A report as a page: Markdown and pictures beside its figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from training import measure, record
from training.reporting import plots
from training.reporting.cost import BATCHES, COUNTED, Cost, Timing
from training.reporting.report import Measured, Report, make_folder, save_figures
from training.tables import head, line, number


def write_report(
    folder: Path, report: Report, history: Mapping[str, list[tuple[float, float]]]
) -> None:
    """Write ``report.json``, ``report.md`` and the pictures.

    Args:
        folder: made where it is missing.
        report: what was measured.
        history: see ``read_history``; empty for a model without a run.

    Raises:
        ReportError: the folder can't be written to.
    """
    make_folder(folder)
    scores = report.main.scores
    largest = max(scores, key=lambda s: s.pixels)
    plots.confusion(largest, folder / "confusion.png")
    plots.reliability(_three(scores), folder / "reliability.png")
    plots.risk_coverage(scores, folder / "risk_coverage.png")
    plots.by_size({report.name: scores}, folder / "size.png")
    pictures = ["confusion", "reliability", "risk_coverage", "size"]
    if report.main.by_angle:
        plots.by_angle({report.name: report.main.turned()}, folder / "angle.png")
        pictures.append("angle")
    if history:
        plots.history(history, folder / "history.png")
        pictures.append("history")
    (folder / "report.md").write_text(markdown(report, pictures), encoding="utf-8")
    # Last: a report counts as finished when its figures are there.
    save_figures(folder, report)


def _three(scores: list[measure.Score]) -> list[measure.Score]:
    """Largest, middle and smallest faces: more lines hide each other."""
    ordered = sorted(scores, key=lambda s: -s.pixels)
    return [ordered[i] for i in sorted({0, len(ordered) // 2, len(ordered) - 1})]


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
    lines += [f"Faces: {report.data}, SHA-256 {report.digest[:12]}.", ""]
    for key in sorted(report.protocols, key=lambda k: k != report.labels):
        lines += _protocol_part(key, report.protocols[key])
    for name in pictures:
        lines += [f"![{_CAPTIONS[name]}]({name}.png)", ""]
    lines += ["## Cost", "", cost_words(report.cost), "", *_timings(report), ""]
    lines += ["## Training", "", compute_words(report.compute), *_left_out(report), ""]
    return "\n".join(lines)


def _protocol_part(key: str, measured: Measured) -> list[str]:
    labels, plus, _ = key.partition("+")
    title = {"ferplus": "FER+", "fer2013": "FER2013"}.get(labels, labels)
    title += ", with test-time augmentation" if plus else ""
    lines = [f"## {title}", "", measured.protocol, "", measure.table(measured.scores), ""]
    share = f"{100 * measure.COVERAGE:.0f}%"
    names = ["size", f"surest {share} of the test faces: WA", "their lowest confidence"]
    if measured.threshold is not None:
        names.append(f"sure of {measured.threshold:.3f}: read, WA")
    lines += [*head(*names), *_coverage_rows(measured, True), *_coverage_rows(measured, False), ""]
    lines += _in_plain_words(measured)
    if measured.by_angle:
        angles = list(measured.by_angle)
        lines += head("turned by", *(f"{angle}°" for angle in angles))
        for words, whole in (("WA", True), ("WA, without copies and near-copies", False)):
            shares = measured.turned(whole)
            lines.append(line(words, *(f"{shares[a]:.1f}" for a in angles)))
        lines.append("")
    return lines


def _coverage_rows(measured: Measured, whole: bool) -> list[str]:
    at_threshold = measured.at_threshold if whole else measured.at_threshold_without
    rows = []
    for place, s in enumerate(measured.scores):
        found = s.whole if whole else s.without_near_copies
        if found is None:
            continue
        c = found.at_coverage
        words = "" if whole else ", without copies and near-copies"
        cells = [f"{s.pixels} px{words}", number(c.wa, 1), f"{c.min_confidence:.3f}"]
        if at_threshold:
            t = at_threshold[place]
            cells.append(f"{t.coverage:.0f}, {number(t.wa, 1)}")
        rows.append(line(*cells))
    return rows


def _in_plain_words(measured: Measured) -> list[str]:
    """What the risk-coverage curve says where a classroom's faces are, and of the threshold."""
    lines = []
    score = measured.at(measure.BAR_PIXELS)
    if score is not None:
        lines += [
            f"At {100 * measure.COVERAGE:.0f}% coverage, accuracy at {measure.BAR_PIXELS} px is "
            f"{number(score.whole.at_coverage.wa, 1)}%.",
            "",
        ]
    if measured.threshold is not None:
        lines += [
            f'The "can\'t tell" threshold is {measured.threshold:.3f}: {measured.threshold_from}.',
            "",
        ]
    return lines


def cost_words(cost: Cost) -> str:
    """Size and multiply-adds in a sentence or two."""
    size = f"The ONNX file has {cost.onnx_bytes / 1e6:.2f} MB."
    if cost.parameters is None or cost.multiply_adds is None:
        return size
    return (
        f"{cost.parameters / 1e6:.3f} M parameters, {cost.multiply_adds / 1e6:.1f} M multiply-adds "
        f"a face. {COUNTED} {size}"
    )


_STORED: Final = {
    "float": "float32",
    "half": "float32, weights stored in 16 bits",
    "int8": "float32, classifier in 8 bits",
}
"""What a graph computes in, by ``config.ExportConfig.storage``."""


def _timings(report: Report) -> list[str]:
    cost = report.cost
    # The graph of a checkpoint is made for the timing alone, as torch has it.
    stored = "float" if report.kind == "checkpoint" else report.config["export"]["storage"]
    lines = head(f"ms a face, one thread, {_STORED[stored]}", *(f"batch {b}" for b in BATCHES))
    for name, times in (("ONNX Runtime, CPU", cost.onnx), ("torch, CPU", cost.torch)):
        if times:
            lines.append(line(f"{name}: best (median)", *_timing(times, BATCHES)))
    return lines


def _timing(times: Mapping[str, Timing], batches: tuple[int, ...]) -> list[str]:
    return [f"{times[str(b)].best:.2f} ({times[str(b)].median:.2f})" for b in batches]


def _left_out(report: Report) -> list[str]:
    if not report.left_out:
        return []
    return [
        "",
        f"{report.left_out} faces of the training part were left out: they are copies or "
        "near-copies of a validation or test face.",
    ]


def compute_words(compute: record.Cost | None) -> str:
    """What the training cost, in a sentence."""
    if compute is None:
        return "What the training cost was not noted."
    return (
        f"{compute.epochs:g} epochs, {compute.faces:,} faces seen, "
        f"{compute.seconds / 60:.0f} minutes on {compute.threads} "
        f"thread{'' if compute.threads == 1 else 's'}{'' if compute.finished else '; cut off'}."
    )

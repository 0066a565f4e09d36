"""``python -m training compare``: several reports side by side."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from training.reporting import plots
from training.reporting.claims import WITHOUT
from training.reporting.report import Report, ReportError, make_folder, read_report
from training.tables import line

_BUDGET_TOLERANCE = 0.02


def compare(folders: Sequence[Path], out: Path) -> str:
    """Write ``out/compare.md`` and ``out/compare.png``; gives the Markdown.

    Args:
        folders: of two reports or more; the others are held against the first.
        out: made where it is missing.

    Raises:
        ReportError: fewer than two reports, or one is missing, damaged or named twice.
    """
    if len(folders) < 2:
        raise ReportError("compare needs two reports or more")
    reports = [read_report(folder) for folder in folders]
    names = [report.name for report in reports]
    if len(set(names)) < len(names):
        # The same config measured twice, such as a checkpoint and the model made of it.
        names = [folder.resolve().name for folder in folders]
    if len(set(names)) < len(names):
        raise ReportError("compare: two of the reports have the same name")
    by_name = dict(zip(names, reports, strict=True))
    text = "\n".join(
        [
            "# Comparison",
            "",
            table(by_name),
            "",
            f"The same {WITHOUT} of a training or validation face:",
            "",
            table(by_name, whole=False),
            "",
            *differences(by_name),
            "",
            *differences(by_name, whole=False),
            "",
            *warnings(by_name),
        ]
    )
    make_folder(out)
    plots.by_size({n: r.main.scores for n, r in by_name.items()}, out / "compare.png")
    text = f"{text.rstrip()}\n\n![Accuracy by size of the face](compare.png)\n"
    (out / "compare.md").write_text(text, encoding="utf-8")
    return text


def table(reports: dict[str, Report], whole: bool = True) -> str:
    """One row a report; not ``whole``: without copies and near-copies."""
    sizes = sorted({s.pixels for r in reports.values() for s in r.main.scores}, reverse=True)
    largest = sizes[0]
    lines = [
        "| | " + " | ".join(f"WA {size} px" for size in sizes)
        + f" | UA {largest} px | macro-F1 | ECE | M parameters | M multiply-adds "
        "| ms a face, ONNX, batch 1 / 16 / 64 | faces seen | minutes |",
        "|" + "---|" * (9 + len(sizes)),
    ]  # fmt: skip
    for name, report in reports.items():
        found = {s.pixels: s.whole if whole else s.without_near_copies for s in report.main.scores}
        cells = [name, *(f"{f.wa:.2f}" if (f := found.get(size)) else "–" for size in sizes)]
        top = found.get(largest)
        cells += [f"{top.ua:.2f}", f"{top.f1:.2f}", f"{top.ece:.2f}"] if top else ["–"] * 3
        cost, compute = report.cost, report.compute
        cells += [
            "–" if cost.parameters is None else f"{cost.parameters / 1e6:.3f}",
            "–" if cost.multiply_adds is None else f"{cost.multiply_adds / 1e6:.1f}",
            " / ".join(f"{timing.best:.2f}" for timing in cost.onnx.values()),
            "–" if compute is None else f"{compute.faces:,}",
            "–" if compute is None else f"{compute.seconds / 60:.0f}",
        ]
        lines.append(line(*cells))
    return "\n".join(lines)


def differences(reports: dict[str, Report], whole: bool = True) -> list[str]:
    """Lines of a table: every report against the first, paired face by face."""
    first, *others = reports
    base = reports[first].main
    sizes = sorted({s.pixels for s in base.scores}, reverse=True)
    lines = [
        f"Points of WA against {first}, with 95% intervals over the same test faces"
        + (":" if whole else f", {WITHOUT}:"),
        "",
        "| | " + " | ".join(f"{size} px" for size in sizes) + " |",
        "|" + "---|" * (1 + len(sizes)),
    ]
    for name in others:
        cells = [_difference(reports[name].main.beside(base, size, whole)) for size in sizes]
        lines.append(line(name, *cells))
    return lines


def _difference(found: tuple[float, float, float] | None) -> str:
    return "–" if found is None else f"{found[0]:+.1f} ({found[1]:+.1f} to {found[2]:+.1f})"


def budgets_differ(seen: Sequence[int]) -> bool:
    """Whether runs saw so different numbers of faces that it can matter."""
    return bool(seen) and max(seen) > (1 + _BUDGET_TOLERANCE) * min(seen)


def warnings(reports: dict[str, Report]) -> list[str]:
    """Why the figures should not be held against each other as they are; lines of Markdown."""
    lines = []
    if len({(r.labels, r.main.faces) for r in reports.values()}) > 1:
        parts = ", ".join(f"{name}: {r.labels}, {r.main.faces}" for name, r in reports.items())
        lines.append(f"**Mind: the protocols differ** ({parts}).")
    seen = [None if r.compute is None else r.compute.faces for r in reports.values()]
    known = [faces for faces in seen if faces is not None]
    if len(known) < len(seen):
        lines.append("**Mind: the budget of some runs was not noted.**")
    if budgets_differ(known):
        lines.append(
            f"**Mind: the budgets differ**: from {min(known):,} to {max(known):,} faces seen."
        )
    return lines

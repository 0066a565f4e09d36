"""A paper's section of ``REPRODUCTION.md``: its table beside ours, and a sentence a claim."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter, ValidationError

from training.reporting.claims import Outcome, Results
from training.reporting.compare import budgets_differ
from training.reporting.paper import DIGITS, Paper, Variant
from training.reporting.papers import PAPERS
from training.reporting.report import Compute, Report, ReportError
from training.reporting.restored import Restored

_FOLDER: Final = "sections"


@dataclass(frozen=True)
class Row:
    """A variant: the paper's figures and ours, percent.

    Attributes:
        row: the paper's words.
        config: stem of our config.
        claimed: the paper's figures by column.
        wa: ours by size in pixels; empty where it was not measured.
        interval: 95%, of the largest size.
        without_copies: WA at the largest size without faces that are in another split too.
        ua, f1, ece: at the largest size.
        parameters, multiply_adds: of a face.
        compute: of the training.
    """

    row: str
    config: str
    claimed: dict[str, float]
    wa: dict[int, float]
    interval: tuple[float, float] | None
    without_copies: float | None
    ua: float | None
    f1: float | None
    ece: float | None
    parameters: int | None
    multiply_adds: int | None
    compute: Compute | None


@dataclass(frozen=True)
class RestoredRow:
    """A super-resolution on its own: mean PSNR in dB, and that of bicubic enlargement."""

    row: str
    config: str
    psnr: float
    bicubic: float
    compute: Compute | None


@dataclass(frozen=True)
class Section:
    """Everything that a paper's section says.

    Attributes:
        paper: key of ``PAPERS``.
        title, source, mind: see ``Paper``.
        protocols: ours, in words, with the configs that were measured so.
        rows: of the classifiers.
        restored: of the super-resolutions.
        outcomes: of the claims.
    """

    paper: str
    title: str
    source: str
    mind: list[str]
    protocols: dict[str, list[str]]
    rows: list[Row]
    restored: list[RestoredRow]
    outcomes: list[Outcome]


def make_section(key: str, paper: Paper, results: Results) -> Section:
    """Put what was measured beside what was claimed."""
    rows, restored = [], []
    protocols: dict[str, list[str]] = {}
    for variant in paper.variants:
        found = results.get(variant.config)
        if isinstance(found, Restored):
            restored.append(_restored_row(variant, found))
        elif isinstance(found, Report):
            protocols.setdefault(found.main.protocol, []).append(variant.config)
            rows.append(_row(variant, found))
        elif variant.claimed and variant.config != DIGITS:
            rows.append(_empty(variant))
    outcomes = [claim.decide(results) for claim in paper.claims]
    return Section(
        key, paper.title, paper.source, list(paper.mind), protocols, rows, restored, outcomes
    )


def _row(variant: Variant, report: Report) -> Row:
    top = max(report.main.scores, key=lambda s: s.pixels)
    return Row(
        row=variant.row,
        config=variant.config,
        claimed=dict(variant.claimed),
        wa={s.pixels: round(s.wa, 2) for s in report.main.scores},
        interval=top.whole.wa_interval,
        without_copies=round(top.wa_without_copies, 2),
        ua=round(top.ua, 2),
        f1=round(top.whole.f1, 2),
        ece=round(top.ece, 2),
        parameters=report.cost.parameters,
        multiply_adds=report.cost.multiply_adds,
        compute=report.compute,
    )


def _empty(variant: Variant) -> Row:
    return Row(
        variant.row, variant.config, dict(variant.claimed), {}, *[None] * 8
    )  # fmt: skip


def _restored_row(variant: Variant, found: Restored) -> RestoredRow:
    count = len(found.psnr)
    psnr, bicubic = sum(found.psnr) / count, sum(found.bicubic) / count
    return RestoredRow(
        variant.row, variant.config, round(psnr, 2), round(bicubic, 2), found.compute
    )


def write(reports: Path, section: Section) -> None:
    """Keep a section, and make ``REPRODUCTION.md`` of all that are kept."""
    folder = reports / _FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(asdict(section), ensure_ascii=False, allow_nan=False, indent=1)
    (folder / f"{section.paper}.json").write_text(text + "\n", encoding="utf-8")
    (reports / "REPRODUCTION.md").write_text(assemble(reports), encoding="utf-8")


def assemble(reports: Path) -> str:
    """``REPRODUCTION.md`` of all sections that are kept in ``reports``.

    Raises:
        ReportError: a section can't be understood.
    """
    lines = [
        "# Reproduction of the five papers",
        "",
        "What each paper reports beside what its system gave here, at the scale of our compact "
        "configs. Verdicts come from the figures: a comparison holds, or does not, where the 95% "
        "interval of the paired difference on the same test faces lies on one side of zero; a "
        "figure counts as reached unless our whole interval is below it. Every variant was "
        "trained once, so the intervals tell of the test faces, not of the luck of training. "
        "Differences between compact variants need not carry over to the papers' scale.",
        "",
    ]
    for key, paper in PAPERS.items():
        path = reports / _FOLDER / f"{key}.json"
        if path.is_file():
            try:
                kept = TypeAdapter(Section).validate_json(path.read_text(encoding="utf-8"))
            except ValidationError as error:
                message = error.errors()[0]["msg"]
                raise ReportError(f"{path} can't be understood: {message}") from error
            lines.append(markdown(kept))
        else:
            lines += [
                f"## {paper.title}",
                "",
                f"Not run yet: `python -m training reproduce {key} --data DATA`.",
                "",
            ]
    return "\n".join(lines)


def markdown(section: Section) -> str:
    """One section."""
    lines = [f"## {section.title}", "", f"The paper's figures are from {section.source}.", ""]
    lines += [*(f"- {remark}" for remark in section.mind), ""]
    if section.rows:
        lines += [*_table(section.rows), "", *_budget(section.rows), ""]
    if section.restored:
        lines += [*_restored_table(section.restored), ""]
    for protocol, configs in section.protocols.items():
        names = "" if len(section.protocols) == 1 else f" ({', '.join(configs)})"
        lines += [f"Our protocol{names}: {protocol}", ""]
    lines += [*(f"- {outcome.sentence()}" for outcome in section.outcomes), ""]
    lines += ["```", f"python -m training reproduce {section.paper} --data DATA", "```", ""]
    return "\n".join(lines)


def _table(rows: list[Row]) -> list[str]:
    columns = list(dict.fromkeys(column for row in rows for column in row.claimed))
    sizes = sorted({size for row in rows for size in row.wa}, reverse=True)
    head = ["", *(f"paper: {column}" for column in columns)]
    head += [f"ours: WA {size} px" for size in sizes] + ["without copies", "UA", "macro-F1"]
    head += ["ECE", "config"]
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    for row in rows:
        cells = [row.row, *(_number(row.claimed.get(column)) for column in columns)]
        for place, size in enumerate(sizes):
            cell = _number(row.wa.get(size), 1)
            if place == 0 and row.interval and size in row.wa:
                cell += f" ({row.interval[0]:.1f} to {row.interval[1]:.1f})"
            cells.append(cell)
        cells += [_number(value, 1) for value in (row.without_copies, row.ua, row.f1, row.ece)]
        lines.append("| " + " | ".join([*cells, f"`{row.config}`"]) + " |")
    return lines


def _number(value: float | None, digits: int | None = None) -> str:
    if value is None:
        return "–"
    return f"{value:g}" if digits is None else f"{value:.{digits}f}"


def _budget(rows: list[Row]) -> list[str]:
    """Scale and compute of every row, and whether they are equal."""
    lines = [
        "| config | M parameters | M multiply-adds | epochs | faces seen | minutes | threads |",
        "|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        c = row.compute
        cells = [
            f"`{row.config}`",
            "–" if row.parameters is None else f"{row.parameters / 1e6:.3f}",
            "–" if row.multiply_adds is None else f"{row.multiply_adds / 1e6:.1f}",
            *(
                ["–"] * 4
                if c is None
                else [f"{c.epochs:g}", f"{c.faces:,}", f"{c.seconds / 60:.0f}", str(c.threads)]
            ),
        ]
        lines.append("| " + " | ".join(cells) + " |")
    seen = [row.compute.faces for row in rows if row.compute is not None]
    if budgets_differ(seen):
        lines += ["", f"The budgets differ: from {min(seen):,} to {max(seen):,} faces seen."]
    return lines


def _restored_table(rows: list[RestoredRow]) -> list[str]:
    lines = [
        "| super-resolution alone | PSNR, dB | bicubic | faces seen | minutes | config |",
        "|---|---|---|---|---|---|",
    ]
    for row in rows:
        c = row.compute
        cost = "– | –" if c is None else f"{c.faces:,} | {c.seconds / 60:.0f}"
        lines.append(
            f"| {row.row} | {row.psnr:.2f} | {row.bicubic:.2f} | {cost} | `{row.config}` |"
        )
    return lines

"""A paper's section of ``REPRODUCTION.md``: its table beside ours, and a sentence a claim."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from pydantic import TypeAdapter, ValidationError

from training.figures import Figures, unseen_faces
from training.record import Cost
from training.reporting.claims import WITHOUT, FoldFigures, Found, Outcome, Results
from training.reporting.compare import budgets_differ
from training.reporting.paper import DIGITS, Paper, Variant
from training.reporting.papers import PAPERS
from training.reporting.report import Report, ReportError
from training.reporting.restored import Restored
from training.tables import head, line, number

_FOLDER: Final = "sections"


@dataclass(frozen=True)
class Ours:
    """Our figures of a variant, percent.

    Attributes:
        wa: by size in pixels.
        interval: 95%, of the largest size.
        ua, f1, ece: at the largest size.
        turned: WA by angle in degrees, where it was measured.
    """

    wa: dict[int, float]
    interval: tuple[float, float]
    ua: float
    f1: float
    ece: float
    turned: dict[int, float]


@dataclass(frozen=True)
class Row:
    """A variant: the paper's figures and ours, percent.

    Attributes:
        row: the paper's words.
        config: stem of our config.
        claimed: the paper's figures by column.
        whole: ours; None where it was not measured.
        unseen: ours without copies and near-copies; None where no other face is left.
        parameters, multiply_adds: of a face.
        compute: of the training.
    """

    row: str
    config: str
    claimed: dict[str, float]
    whole: Ours | None = None
    unseen: Ours | None = None
    parameters: int | None = None
    multiply_adds: int | None = None
    compute: Cost | None = None


@dataclass(frozen=True)
class RestoredRow:
    """A super-resolution on its own.

    Attributes:
        row: the paper's words.
        config: stem of our config.
        psnr, bicubic: means over all faces, dB; of the network and of bicubic enlargement.
        psnr_unseen, bicubic_unseen: the same without copies and near-copies.
        compute: of the training.
    """

    row: str
    config: str
    psnr: float
    bicubic: float
    psnr_unseen: float
    bicubic_unseen: float
    compute: Cost | None


@dataclass(frozen=True)
class Section:
    """Everything that a paper's section says.

    Attributes:
        paper: key of ``PAPERS``.
        title, source, mind: see ``Paper``.
        protocols: ours, in words, with the configs that were measured so.
        rows: of the classifiers.
        restored: of the super-resolutions.
        folds: what cross-validation by people gave, in words; empty where it was not run.
        prior: table of the prior of PDLS beside the paper's; empty where it has none.
        outcomes: of the claims.
    """

    paper: str
    title: str
    source: str
    mind: list[str]
    protocols: dict[str, list[str]]
    rows: list[Row]
    restored: list[RestoredRow]
    folds: str
    prior: str
    outcomes: list[Outcome]


def make_section(key: str, paper: Paper, results: Results, prior: str = "") -> Section:
    """Put what was measured beside what was claimed.

    Args:
        key: of ``PAPERS``.
        paper: its content.
        results: what was measured, by the name of the config.
        prior: see ``Section``.
    """
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
            rows.append(Row(variant.row, variant.config, dict(variant.claimed)))
    return Section(
        paper=key,
        title=paper.title,
        source=paper.source,
        mind=list(paper.mind),
        protocols=protocols,
        rows=rows,
        restored=restored,
        folds=_folds(results.get(paper.folds)),
        prior=prior,
        outcomes=[claim.decide(results) for claim in paper.claims],
    )


def _folds(found: Found | None) -> str:
    if not isinstance(found, FoldFigures):
        return ""
    each = ", ".join(f"{wa:.1f}" for wa in found.wa)
    return (
        f"{found.data} by people, in {len(found.wa)} folds "
        f"([`{found.config}`]({found.config}/folds.md)): WA {each}; over all test parts "
        f"WA {found.wa_pooled:.1f}, UA {found.ua_pooled:.1f}."
    )


def _row(variant: Variant, report: Report) -> Row:
    main = report.main
    unseen = {s.pixels: s.without_near_copies for s in main.scores if s.without_near_copies}
    return Row(
        row=variant.row,
        config=variant.config,
        claimed=dict(variant.claimed),
        whole=_ours({s.pixels: s.whole for s in main.scores}, main.turned()),
        unseen=_ours(unseen, main.turned(whole=False)) if unseen else None,
        parameters=report.cost.parameters,
        multiply_adds=report.cost.multiply_adds,
        compute=report.compute,
    )


def _ours(by_size: dict[int, Figures], turned: dict[int, float]) -> Ours:
    top = by_size[max(by_size)]
    return Ours(
        wa={size: round(f.wa, 2) for size, f in by_size.items()},
        interval=top.wa_interval,
        ua=round(top.ua, 2),
        f1=round(top.f1, 2),
        ece=round(top.ece, 2),
        turned={angle: round(wa, 2) for angle, wa in turned.items()},
    )


def _restored_row(variant: Variant, found: Restored) -> RestoredRow:
    unseen = unseen_faces(found.near, len(found.psnr))
    psnr, bicubic = np.array(found.psnr), np.array(found.bicubic)
    return RestoredRow(
        row=variant.row,
        config=variant.config,
        psnr=round(float(psnr.mean()), 2),
        bicubic=round(float(bicubic.mean()), 2),
        psnr_unseen=round(float(psnr[unseen].mean()), 2),
        bicubic_unseen=round(float(bicubic[unseen].mean()), 2),
        compute=found.compute,
    )


def write(reports: Path, section: Section) -> None:
    """Keep a section, and make ``REPRODUCTION.md`` of all that are kept."""
    folder = reports / _FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    whole = TypeAdapter(Section).dump_python(section)
    text = json.dumps(whole, ensure_ascii=False, allow_nan=False, indent=1)
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
        "configs; then Roomread's own ablation by the same rules. Training faces that are copies "
        "or near-copies of a validation or test face were left out of training, and our figures "
        "are given with and without the test faces that are copies or near-copies of a published "
        "training or validation face. Verdicts come from the figures over all test faces: a "
        "comparison holds, or does not, where the 95% interval of the paired difference on the "
        "same test faces lies on one side of zero; a figure counts as reached unless our whole "
        "interval is below it. Every variant was trained once, so the intervals tell of the test "
        "faces, not of the luck of training. Differences between compact variants need not carry "
        "over to the papers' scale.",
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
    lines = [f"## {section.title}", ""]
    if section.source:
        lines += [f"The paper's figures are from {section.source}.", ""]
    lines += [*(f"- {remark}" for remark in section.mind), ""]
    if section.rows:
        lines += [*_table(section.rows), "", *_unseen_table(section.rows)]
        lines += [*_turned_table(section.rows), *_budget(section.rows), ""]
    if section.restored:
        lines += [*_restored_table(section.restored), ""]
    if section.folds:
        lines += [section.folds, ""]
    if section.prior:
        lines += ["The prior of PDLS from our training votes (in the paper's table 2):", ""]
        lines += [section.prior, ""]
    for protocol, configs in section.protocols.items():
        names = "" if len(section.protocols) == 1 else f" ({', '.join(configs)})"
        lines += [f"Our protocol{names}: {protocol}", ""]
    lines += [*(f"- {outcome.sentence()}" for outcome in section.outcomes), ""]
    lines += ["```", f"python -m training reproduce {section.paper} --data DATA", "```", ""]
    return "\n".join(lines)


def _table(rows: list[Row]) -> list[str]:
    """The paper's figures, and ours over all test faces."""
    columns = list(dict.fromkeys(column for row in rows for column in row.claimed))
    sizes = _sizes([row.whole for row in rows])
    lines = head(
        "", *(f"paper: {column}" for column in columns), *(f"ours: {h}" for h in _headers(sizes)),
        "config",
    )  # fmt: skip
    for row in rows:
        claimed = [number(row.claimed.get(column)) for column in columns]
        lines.append(line(row.row, *claimed, *_cells(row.whole, sizes), f"`{row.config}`"))
    return lines


def _unseen_table(rows: list[Row]) -> list[str]:
    """Ours without copies and near-copies."""
    if all(row.unseen is None for row in rows):
        return []
    sizes = _sizes([row.unseen for row in rows])
    lines = [f"Ours {WITHOUT} of a published training or validation face:", ""]
    lines += head("", *_headers(sizes), "config")
    for row in rows:
        if row.unseen is not None:
            lines.append(line(row.row, *_cells(row.unseen, sizes), f"`{row.config}`"))
    return [*lines, ""]


def _turned_table(rows: list[Row]) -> list[str]:
    """Ours by the angle of the face, all faces and without copies and near-copies."""
    angles = sorted({angle for row in rows if row.whole for angle in row.whole.turned})
    if not angles:
        return []
    lines = [f"Ours by rotation, WA of all faces / {WITHOUT}:", ""]
    lines += head("", *(f"{angle}°" for angle in angles))
    for row in rows:
        if row.whole is not None:
            unseen = row.unseen.turned if row.unseen else {}
            cells = (
                f"{number(row.whole.turned.get(k), 1)} / {number(unseen.get(k), 1)}" for k in angles
            )
            lines.append(line(row.row, *cells))
    return [*lines, ""]


def _sizes(found: list[Ours | None]) -> list[int]:
    return sorted({size for ours in found if ours for size in ours.wa}, reverse=True)


def _headers(sizes: list[int]) -> list[str]:
    return [*(f"WA {size} px" for size in sizes), "UA", "macro-F1", "ECE"]


def _cells(ours: Ours | None, sizes: list[int]) -> list[str]:
    if ours is None:
        return ["–"] * (len(sizes) + 3)
    cells = [number(ours.wa.get(size), 1) for size in sizes]
    if sizes[0] in ours.wa:
        cells[0] += f" ({ours.interval[0]:.1f} to {ours.interval[1]:.1f})"
    return [*cells, *(number(value, 1) for value in (ours.ua, ours.f1, ours.ece))]


def _budget(rows: list[Row]) -> list[str]:
    """Scale and compute of every row, and whether they are equal."""
    lines = head(
        "config", "M parameters", "M multiply-adds", "epochs", "faces seen", "minutes", "threads"
    )
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
        lines.append(line(*cells))
    seen = [row.compute.faces for row in rows if row.compute is not None]
    if budgets_differ(seen):
        lines += ["", f"The budgets differ: from {min(seen):,} to {max(seen):,} faces seen."]
    return lines


def _restored_table(rows: list[RestoredRow]) -> list[str]:
    lines = [
        f"PSNR in dB of super-resolution alone, over all faces / {WITHOUT}:",
        "",
        *head("", "PSNR", "bicubic", "faces seen", "minutes", "config"),
    ]
    for row in rows:
        c = row.compute
        cost = "– | –" if c is None else f"{c.faces:,} | {c.seconds / 60:.0f}"
        lines.append(
            f"| {row.row} | {row.psnr:.2f} / {row.psnr_unseen:.2f} | {row.bicubic:.2f} / "
            f"{row.bicubic_unseen:.2f} | {cost} | `{row.config}` |"
        )
    return lines

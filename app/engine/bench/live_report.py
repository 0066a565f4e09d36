"""The figures of ``roomread bench live`` as tables, JSON and a paragraph of a page."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from textwrap import fill
from typing import Any, Final

from app.engine.bench.live_case import FOLLOWED, WARM_UP, LiveFigures
from app.engine.keep import keep_text

FLOOR: Final = {"faces": 30, "shown_fps": 15.0, "reads": 3.0, "latency": math.nan}
GOAL: Final = {"faces": 50, "shown_fps": 30.0, "reads": 5.0, "latency": 0.150}
"""What Live must reach, and what it is to reach, on two ordinary cores without a GPU."""
HEAD: Final = (
    "picture",
    "faces",
    "found",
    "followed",
    "wrong",
    "shown/s",
    "looked/s",
    "reads/s",
    "least",
    "ms p50",
    "p95",
    "p99",
    "never",
    "CPU",
    "MB",
    "skipped",
    "lost",
)
NOTES: Final = (
    f"Each case runs in a process of its own, and its first {WARM_UP:g} s do not count. "
    "faces: students in the film; "
    f"found: students found in a picture that was looked at, of those whom nothing hides, on "
    f"average; followed: students found in {FOLLOWED:.0%} of these pictures under one id; wrong: "
    "faces found where nobody is; "
    "shown/s, looked/s: different pictures painted, and searched, a second (where faces are "
    "covered or someone has opted out, only searched pictures are shown); reads/s, least: how "
    "often a second a student's face is really read, the median and the one read least often of "
    "all who can be seen at any time, those who are not found too; ms: from a picture's capture "
    "to the end of painting what was found in it, at half, 95 and 99 of 100 of the pictures "
    "searched; never: pictures searched, and what was found was never painted; they count as later "
    "than all others, and ms that falls among them is never, too; CPU: share of all usable "
    "cores, the camera's decoding included; MB: memory at most; skipped: pictures taken and not "
    "searched; lost: pictures of the camera that came too late to be taken."
)
BUSY: Final = "Other work took half of this computer or more: measure again when it is idle."
OFFSCREEN: Final = ("offscreen", "minimal")
"""Kinds of screen that nobody can see."""
_WIDTH: Final = 100


def row(one: LiveFigures) -> list[str]:
    """The cells of ``HEAD``."""
    return [
        f"{one.size[0]}x{one.size[1]}",
        str(one.faces),
        f"{one.found:.1f}/{one.there:.1f}",
        str(one.followed),
        f"{one.wrong:.1f}",
        number(one.shown_fps),
        number(one.follow_fps),
        number(one.reads),
        number(one.reads_least),
        *(number(1000 * seconds, 0) for seconds in one.latency),
        str(one.unpainted),
        f"{one.busy:.0%}",
        f"{one.memory / 1e6:.0f}" if one.memory else "-",
        str(one.skipped),
        str(one.lost),
    ]


def stage_table(figures: Sequence[LiveFigures]) -> tuple[list[str], list[list[str]]]:
    """Head and rows of mean milliseconds by stage, and what a looked-for face costs."""
    names = list(dict.fromkeys(name for one in figures for name in one.stages))
    rows = [
        [
            f"{one.size[0]}x{one.size[1]}",
            str(one.faces),
            *(number(1000 * one.stages.get(name, math.nan)) for name in names),
            number(1000 * one.cost, 2),
            number(one.cost * one.speed.one, 2),
        ]
        for one in figures
    ]
    return ["picture", "faces", *names, "CPU a face", "in rounds"], rows


def legend(figures: Sequence[LiveFigures]) -> str:
    """What the columns mean whose names do not say it, for a terminal; ``NOTES`` has all of it."""
    said = [
        "found: faces found, of those that can be seen",
        f"followed: found in {FOLLOWED:.0%} of the pictures under one id",
        "wrong: boxes where nobody is",
        "looked: pictures searched",
        "reads, least: how often a face is read, the middle one and the one read least (one that "
        "is never found: 0.0)",
        "ms: from capture to the boxes on the screen, of 50, 95 and 99 in 100 pictures",
        "CPU: of all cores",
        "skipped: pictures not searched",
        "in rounds: to compare computers",
    ]
    if any(one.unpainted for one in figures):
        said.append("never: searched pictures whose boxes were not shown")
    if any(one.lost for one in figures):
        said.append("lost: pictures that the camera gave and nobody took")
    return f"{'; '.join(said)}."


def paragraph(text: str) -> str:
    """Broken into lines."""
    return fill(text, _WIDTH)


def number(value: float, digits: int = 1) -> str:
    """A figure with so many decimals, "-" if it can't be told, "never" if it is infinite."""
    if math.isinf(value):
        return "never"
    return "-" if math.isnan(value) else f"{value:.{digits}f}"


def screen_words(figures: Sequence[LiveFigures]) -> str:
    """What the cases were painted on."""
    kinds = list(dict.fromkeys(one.screen for one in figures))
    said = [
        "out of sight, on no screen" if one in OFFSCREEN else f"on a screen ({one})"
        for one in kinds
    ]
    return f"Painted {' and '.join(said)}."


def page_words(figures: Sequence[LiveFigures], facts: Mapping[str, Any], name: str) -> str:
    """What a page says, in Markdown."""
    first = figures[0]
    about = (
        f"{name}, {first.seconds:.0f} s a case, on {facts['cores']} cores of {facts['processor']}, "
        f"model {first.model} on {first.provider}, {facts['date'][:10]}, Roomread "
        f"{facts['roomread']}; calibration {first.speed.one:.0f} rounds a second on one core, "
        f"{first.speed.all:.0f} on all."
    )
    if any(one.speed.busy for one in figures):
        about += f" {BUSY}"
    return "\n\n".join(
        (
            paragraph(about),
            markdown(HEAD, [row(one) for one in figures]),
            paragraph(f"{NOTES} {screen_words(figures)}"),
            "Milliseconds by stage, by the clock on the wall; they overlap:",
            markdown(*stage_table(figures)),
        )
    )


def markdown(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table."""
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def write_json(
    path: Path, figures: Sequence[LiveFigures], facts: Mapping[str, Any], asked: Mapping[str, Any]
) -> None:
    """Write all figures, seconds and bytes as they are; null if one can't be told or never came.

    Raises:
        SettingsError: the file can't be written.
    """
    content = {
        "kind": "roomread bench live",
        "machine": dict(facts),
        "asked": dict(asked),
        "floor": FLOOR,
        "goal": GOAL,
        "cases": [asdict(one) for one in figures],
    }
    text = json.dumps(_without_nan(content), indent=1, allow_nan=False)
    keep_text(path, text + "\n", "the figures")


def _without_nan(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _without_nan(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_without_nan(one) for one in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value

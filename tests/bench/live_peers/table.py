"""The comparison as Markdown."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.bench.live_peers.peers import Peer
from tests.bench.live_peers.score import Figures

HEADS = ("", "set up", "faces found", "false a frame", "frames/s", "faces read/s",
         "reads/s a student, median", "CPU ms a frame", "memory MB", "IDF1 of ids",
         "expression told", "of these right")  # fmt: skip
LONGEST = 160
"""Characters of an error that the table gives."""


@dataclass(frozen=True)
class Line:
    """A peer and what came of it.

    Attributes:
        peer: which one.
        figures: None where it failed.
        note: why it failed, or what is to be said of it.
        versions: of its packages.
    """

    peer: Peer
    figures: Figures | None
    note: str = ""
    versions: dict[str, str] = field(default_factory=dict)


def markdown(lines: Sequence[Line]) -> str:
    """The table, and below it a note for each line that needs one."""
    notes: list[str] = []
    rows = [HEADS, ("---",) * 2 + ("---:",) * (len(HEADS) - 2)]
    for line in lines:
        mark = ""
        if line.note:
            notes.append(f"{len(notes) + 1}. {line.peer.name} ({line.peer.setting}): "
                         f"{_short(line.note)}")  # fmt: skip
            mark = f" ({len(notes)})"
        rows.append((line.peer.name, line.peer.setting + mark, *_cells(line.figures)))
    text = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    return "\n\n".join([text, "\n".join(notes)]) if notes else text


def _cells(found: Figures | None) -> tuple[str, ...]:
    if found is None:
        return ("-",) * (len(HEADS) - 2)
    speed = f"{found.fps:.1f}"
    if not math.isnan(found.taken):
        speed += f" of {found.taken:.0f} taken"
    return (
        f"{_percent(found.found)} of {found.there:.1f}",
        f"{found.false:.2f}",
        speed,
        f"{found.reads:.0f}",
        f"{found.reads_each:.1f}",
        f"{found.cpu:.0f}",
        f"{found.memory:.0f}",
        "none" if math.isnan(found.idf1) else f"{100 * found.idf1:.1f}",
        _percent(found.told),
        _percent(found.right),
    )


def _percent(share: float) -> str:
    return "-" if math.isnan(share) else f"{100 * share:.0f}%"


def _short(text: str) -> str:
    text = " ".join(text.split()).replace("|", "\\|")
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"

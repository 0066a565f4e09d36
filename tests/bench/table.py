"""The table of what is to be reached and what is, as text."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from tests.bench.away import Returns, poisson_interval
from tests.bench.cost import Cost
from tests.bench.rows import Figures, Row

HEADS = ("", "floor", "goal", "measured")


def goals(rows: Mapping[str, Row], cost: Cost | None, recalls: Mapping[str, float]) -> str:
    """The rows that were asked for. ``recalls`` by detector, 0..1; empty where not run."""
    table = [
        HEADS,
        ("IDF1 / HOTA, 30 students", "95 / 75", "99 / 85", _each(rows, "seated", _identity)),
        ("id switches a student-hour, seated", "2", "0.2", _each(rows, "seated", _switches)),
        ("back after 30 s to the same seat", "90%", "99%", _each(rows, "return", _returns)),
        ("false faces a minute", "2", "0.2", _each(rows, "distractors", _false)),
        ("real faces, recall at 90% precision", *_recall(recalls)),
        ("detection + tracking, 40 students, one core", "45 ms", "20 ms", _cost(cost)),
        ("beside plain ByteTrack, errors (1 - IDF1)", "ahead", "half", _ahead(rows)),
    ]
    return _aligned(table)


def details(rows: Mapping[str, Row]) -> str:
    """Every clip, with plain ByteTrack below Roomread."""
    heads = ("", "student-h", "IDF1", "HOTA", "DetA", "AssA", "switches", "an hour", "onto another",
             "recall", "false/min", "returns", "frames/s")  # fmt: skip
    table = [heads]
    for name, row in rows.items():
        table.append((name, *_cells(row.ours)))
        table.extend((f"  {peer}", *_cells(figures)) for peer, figures in row.peers.items())
    return _aligned(table)


def better_peer(row: Row) -> Figures | None:
    """The figures of the peer with the higher IDF1."""
    return max(row.peers.values(), key=lambda f: f.score.idf1, default=None)


def _each(rows: Mapping[str, Row], scene: str, say: object) -> str:
    assert callable(say)
    found = [
        f"{row.plan.name}: {say(row.ours)}"
        for row in rows.values()
        if row.plan.scene.startswith(scene)
    ]
    return "\n".join(found) or "not run"


def _identity(figures: Figures) -> str:
    hota = f"{figures.hota['HOTA']:.1f}" if figures.hota else "not run"
    return f"{100 * figures.score.idf1:.1f} / {hota}"


def _switches(figures: Figures) -> str:
    count, hours = figures.score.switches, figures.score.hours
    low, high = poisson_interval(count)
    return (f"{figures.score.switch_rate:.2f} ({low / hours:.2f} to {high / hours:.2f}): "
            f"{count} in {hours:.1f} student-hours")  # fmt: skip


def _returns(figures: Figures) -> str:
    return _kept(figures.away) if figures.away.count else "nobody came back"


def _kept(away: Returns) -> str:
    low, high = away.interval
    return (f"{100 * away.kept / away.count:.1f}% ({100 * low:.0f} to {100 * high:.0f}%): "
            f"{away.kept} of {away.count}")  # fmt: skip


def _false(figures: Figures) -> str:
    return (f"{figures.false / figures.score.minutes:.2f}: {figures.false} in "
            f"{figures.score.minutes:.1f} minutes")  # fmt: skip


def _recall(recalls: Mapping[str, float]) -> tuple[str, str, str]:
    if not recalls:
        return "tiles + 5", "YuNet x1", "not run"
    tiles = max((v for name, v in recalls.items() if name.startswith("tiles")), default=math.nan)
    goal = recalls.get("yunet-1", math.nan)
    lines = [f"{name}: {100 * value:.1f}" for name, value in recalls.items()]
    return f"{100 * tiles + 5:.1f}", f"{100 * goal:.1f}", "\n".join(lines)


def _cost(cost: Cost | None) -> str:
    if cost is None:
        return "not run"
    return (f"{cost.both:.1f} ms (mean {cost.mean:.1f}, 95% {cost.peak:.1f}; detection "
            f"{cost.detection:.1f}, tracking {cost.tracking:.1f})\n"
            f"{cost.ratio:.2f} of a whole-frame YuNet x1 pass ({cost.yunet:.1f} ms)")  # fmt: skip


def _ahead(rows: Mapping[str, Row]) -> str:
    lines = []
    for row in rows.values():
        peer = better_peer(row)
        if peer is not None:
            ours, theirs = 1 - row.ours.score.idf1, 1 - peer.score.idf1
            share = f"{ours / theirs:.2f} of its errors" if theirs else "neither errs"
            lines.append(f"{row.plan.name}: {share}")
    return "\n".join(lines) or "not run"


def _cells(figures: Figures) -> tuple[str, ...]:
    counts = figures.score
    away = figures.away
    return (
        f"{counts.hours:.2f}",
        f"{100 * counts.idf1:.1f}",
        *(f"{figures.hota[n]:.1f}" if figures.hota else "-" for n in ("HOTA", "DetA", "AssA")),
        str(counts.switches),
        f"{counts.switch_rate:.1f}",
        str(counts.transfers),
        f"{100 * (1 - counts.misses / counts.truths):.1f}",
        f"{figures.false / counts.minutes:.1f}",
        f"{away.kept}/{away.count}" if away.count else "-",
        f"{figures.looked_rate:.1f}",
    )


def _aligned(table: Sequence[Sequence[str]]) -> str:
    """Columns side by side; cells may have several lines."""
    widths = [
        max(len(line) for row in table for line in row[column].split("\n"))
        for column in range(len(table[0]))
    ]
    lines = []
    for row in table:
        cells = [cell.split("\n") for cell in row]
        for number in range(max(map(len, cells))):
            parts = [c[number] if number < len(c) else "" for c in cells]
            padded = [part.ljust(width) for part, width in zip(parts, widths, strict=True)]
            lines.append("  ".join(padded).rstrip())
    return "\n".join(lines)

"""Whether this computer keeps up with a class, in words: the figures against floor and goal."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Final

from app.engine.bench.live_case import FOLLOWED, LiveFigures
from app.engine.bench.live_report import FLOOR, GOAL, number

Size = tuple[int, int]

_SMOOTH: Final = (
    f"Smooth (Roomread's goal, with {GOAL['faces']} faces): {GOAL['shown_fps']:g} pictures shown a "
    f"second, each face that is found read {GOAL['reads']:g} times a second, its box on the screen "
    f"within {1000 * GOAL['latency']:g} ms in 95 of 100 pictures"
)
_ENOUGH: Final = (
    f"{FLOOR['shown_fps']:g} or more pictures shown a second, each face that is found read "
    f"{FLOOR['reads']:g} or more times a second"
)


def verdict(figures: Sequence[LiveFigures]) -> list[str]:
    """Two lines for a lecturer: how far it goes smoothly; whether this computer keeps up.

    A number of faces is held where it and all smaller ones that were measured reach every mark.
    Of the reads the face counts that is read least, of those who are not missed: how many are is
    said, and no faster computer would find them.
    """
    busy = "Busy as it is, this" if any(one.speed.busy for one in figures) else "This"
    return [f"{_SMOOTH}: {_held(figures, GOAL)}.", f"{busy} computer {_keeps_up(figures)}"]


def shortfalls(one: LiveFigures, aim: Mapping[str, float]) -> list[str]:
    """What of a case misses an aim, in a few words each, rounded as it is said."""
    short = []
    if not round(one.shown_fps) >= aim["shown_fps"]:
        short.append(f"{number(one.shown_fps)} shown")
    if math.isnan(one.reads_found):
        short += ["nobody found for long"] if one.missed else []
    elif not round(one.reads_found, 1) >= aim["reads"]:
        short.append(f"a face read {number(one.reads_found)} times")
    late = 1000 * one.latency[1]
    if math.isfinite(aim["latency"]) and not late < 1000 * aim["latency"]:
        short.append("boxes never shown" if math.isinf(late) else f"{number(late, 0)} ms")
    return short


def _keeps_up(figures: Sequence[LiveFigures]) -> str:
    if all(_most(figures, size, FLOOR) is None for size in _sizes(figures)):
        return (
            f"does not keep up, {_held(figures, FLOOR)}. To keep up is: {_ENOUGH}. Try a smaller "
            "picture or fewer faces, and close other programs."
        )
    floor = f"Roomread's floor: with {FLOOR['faces']} faces"
    return f"keeps up {_held(figures, FLOOR)}: {_ENOUGH} ({floor})."


def _held(figures: Sequence[LiveFigures], aim: Mapping[str, float]) -> str:
    """How many faces are held in which size, and what the next number misses."""
    return "; ".join(_held_in(figures, size, aim) for size in _sizes(figures))


def _held_in(figures: Sequence[LiveFigures], size: Size, aim: Mapping[str, float]) -> str:
    most = _most(figures, size, aim)
    words = [] if most is None else [f"with up to {most.faces} faces"]
    if most is not None and most.missed:
        words[0] += f" ({most.missed} of them found in less than {FOLLOWED:.0%} of the pictures)"
    over = next((one for one in _of(figures, size) if shortfalls(one, aim)), None)
    if over is not None:
        words.append(f"not with {over.faces} ({', '.join(shortfalls(over, aim))})")
    return f"in {size[0]} x {size[1]} {', '.join(words)}"


def _most(
    figures: Sequence[LiveFigures], size: Size, aim: Mapping[str, float]
) -> LiveFigures | None:
    most = None
    for one in _of(figures, size):
        if shortfalls(one, aim):
            break
        most = one
    return most


def _of(figures: Sequence[LiveFigures], size: Size) -> list[LiveFigures]:
    return sorted((one for one in figures if one.size == size), key=lambda one: one.faces)


def _sizes(figures: Sequence[LiveFigures]) -> list[Size]:
    return list(dict.fromkeys(one.size for one in figures))

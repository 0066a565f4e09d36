"""Where the window was and what was chosen in it, kept from one start to the next.

It lies in a JSON file of its own beside the settings, so that nothing the user wrote is touched
by it. A file that is damaged or of another version is ignored: the window opens as usual.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NamedTuple

from app.core.errors import RoomreadError
from app.engine import settings as settings_module
from app.engine.analyse.plans import Plan
from app.engine.keep import keep_text
from app.engine.review.export_choice import ExportChoice

VERSION: Final = 1


class Rect(NamedTuple):
    """A place on the desktop, in device-independent pixels."""

    left: int
    top: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class WindowState:
    """What is remembered.

    Attributes:
        place: of the window while it is not maximised.
        maximised: whether it filled the screen.
        workspace: name of the one shown last.
        splitters: sizes in pixels of the panes of each splitter, by its name.
        plan: how recordings are analysed. Whether pictures are written is chosen each time.
        results: folder that results go to; None: beside each recording.
        export: how sessions are exported.
    """

    place: Rect
    maximised: bool = False
    workspace: str = ""
    splitters: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    plan: Plan = field(default_factory=Plan)
    results: Path | None = None
    export: ExportChoice = field(default_factory=ExportChoice)


def window_state_path() -> Path:
    """Where it is kept, whether or not it exists."""
    return settings_module.settings_path().parent / "window.json"


def load_window_state(path: Path) -> WindowState | None:
    """What was kept in ``path``; None where there is nothing that can be used."""
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        if kept["version"] != VERSION:
            return None
        place = Rect(*_whole(kept["place"]))
        splitters = {str(name): _whole(sizes) for name, sizes in kept["splitters"].items()}
        plan, results = _analyse(kept.get("analyse"))
        export = ExportChoice.of(kept["export"]) if "export" in kept else ExportChoice()
        state = WindowState(
            place,
            kept["maximised"] is True,
            str(kept["workspace"]),
            splitters,
            plan,
            results,
            export,
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RoomreadError):
        return None
    return state if min(place.width, place.height) > 0 else None


def save_window_state(state: WindowState, path: Path) -> None:
    """Keep ``state`` in ``path``; the old file stays until the new one is whole.

    Raises:
        SettingsError: it can't be written.
    """
    kept = {
        "version": VERSION,
        "place": state.place,
        "maximised": state.maximised,
        "workspace": state.workspace,
        "splitters": state.splitters,
        "analyse": {
            "fps": state.plan.fps,
            "interval": state.plan.interval,
            "results": None if state.results is None else str(state.results),
        },
        "export": state.export.kept(),
    }
    keep_text(path, json.dumps(kept, indent=1) + "\n", "the window's place")


def _analyse(kept: Any) -> tuple[Plan, Path | None]:
    """What was chosen in Analyse; the usual where an older version kept nothing."""
    if kept is None:
        return Plan(), None
    plan = Plan(kept["fps"], interval=kept["interval"])
    return plan, None if kept["results"] is None else Path(kept["results"])


def fit(place: Rect, screens: Sequence[Rect], smallest: tuple[int, int]) -> Rect:
    """``place``, moved and shrunk so that one screen holds all of it.

    Args:
        place: where the window was.
        screens: free areas of the screens there are now, the main one first; at least one.
        smallest: (width, height) below which the window does not go, even on a smaller screen.
    """
    screen = max(screens, key=lambda one: _overlap(place, one))
    width = max(min(place.width, screen.width), smallest[0])
    height = max(min(place.height, screen.height), smallest[1])
    left, top = place.left, place.top
    if not _overlap(place, screen):  # its screen is gone
        left = screen.left + (screen.width - width) // 2
        top = screen.top + (screen.height - height) // 2
    left = max(screen.left, min(left, screen.left + screen.width - width))
    top = max(screen.top, min(top, screen.top + screen.height - height))
    return Rect(left, top, width, height)


def _overlap(one: Rect, other: Rect) -> int:
    """Area in square pixels that both cover."""
    width = min(one.left + one.width, other.left + other.width) - max(one.left, other.left)
    height = min(one.top + one.height, other.top + other.height) - max(one.top, other.top)
    return max(0, width) * max(0, height)


def _whole(numbers: Any) -> tuple[int, ...]:
    """Raises TypeError or ValueError unless ``numbers`` are whole and of a sensible size."""
    found = tuple(numbers)
    if not all(type(number) is int and abs(number) < 100_000 for number in found):
        raise ValueError(f"expected whole numbers, got {found}")
    return found

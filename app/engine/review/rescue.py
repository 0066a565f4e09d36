"""Saves what can be read of a damaged session, beside it."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from pathlib import Path

from app.engine.analyse.analysed import list_session
from app.engine.cancellable import ended
from app.session.repair import repair


def rescue(
    path: Path,
    listed: Path | None = None,
    progress: Callable[[float], None] | None = None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Path | None:
    """Repair a session into a new file, whose name says so; the damaged one stays as it is.

    Args:
        path: the damaged session.
        listed: list that the new one is put on, so that retention and "Delete everything" find it;
            None: it lies where they look.
        progress: told the share done, 0..1.
        cancelled: whether to stop.

    Returns:
        The new session; None where ``cancelled`` said stop: there is none then.

    Raises:
        SessionError: nothing can be saved, or the folder can't be written.
        SettingsError: the list can't be read or written.
    """
    out = free_name(path)
    if listed is not None:
        list_session(listed, out)  # first: a session must never be forgotten
    return out if ended(lambda tell: repair(path, out, tell), progress, cancelled) else None


def free_name(path: Path) -> Path:
    """A name beside ``path`` that nothing has: lesson-repaired, lesson-repaired-2 ..."""
    names = (f"{path.stem}-repaired{f'-{n}' if n > 1 else ''}{path.suffix}" for n in count(1))
    return next(one for one in map(path.with_name, names) if not one.exists())

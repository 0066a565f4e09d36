"""How far the analysis behind a session has come, for a run that goes on with it.

Kept in the JSON of ``session.environment``, which every version of Roomread passes over.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Final

from app.core.errors import SessionError
from app.session.database import DAMAGE, Database, damaged

ANALYSIS: Final = "analysis"
"""Key in ``session.environment``; all others are versions, and what a repair lost."""
_PICTURES: Final = "pictures"
_CUT_OFF: Final = "cut_off"


class Standing:
    """Reads and writes it; SessionError where the file is damaged or can't be written."""

    def __init__(self, db: Database) -> None:
        self._db = db

    @property
    def pictures(self) -> tuple[int, ...]:
        """``FrameResult.pictures`` of the newest frame; none of a session that has ended."""
        try:
            return tuple(int(one) for one in self._noted().get(_PICTURES, ()))
        except DAMAGE as error:
            raise SessionError(damaged(self._db.path)) from error

    @property
    def cut_off(self) -> bool:
        """Whether nothing is left to be read although it is not complete."""
        return bool(self._noted().get(_CUT_OFF, False))

    def note_pictures(self, tracks: Iterable[int]) -> None:
        """Keep them, in place of those before."""
        self._note({_PICTURES: list(tracks)})

    def note_end(self, cut_off: bool) -> None:
        """Nothing is left to be read; the edits that leave pictures out are made."""
        self._note({_CUT_OFF: True} if cut_off else {})

    def _noted(self) -> dict[str, Any]:
        try:
            return dict(read_environment(self._db).get(ANALYSIS, {}))
        except DAMAGE as error:
            raise SessionError(damaged(self._db.path)) from error

    def _note(self, fields: dict[str, Any]) -> None:
        with self._db.transaction():
            whole = read_environment(self._db)
            now = {**whole, ANALYSIS: fields}
            if not fields:
                del now[ANALYSIS]
            if now != whole:
                self._db.execute("UPDATE session SET environment = ?", json.dumps(now))


def read_environment(db: Database) -> dict[str, Any]:
    """All that ``session.environment`` holds; SessionError where it is damaged."""
    (raw,) = db.one("SELECT environment FROM session")
    try:
        return dict(json.loads(raw))
    except DAMAGE as error:
        raise SessionError(damaged(db.path)) from error

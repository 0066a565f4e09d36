"""An earlier analysis that stays in the folder of many, since a new one would lose it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from app.core.errors import HandWorkError, LossError, SessionError
from app.engine.analyse.manifest import Fingerprint, Found
from app.session.store import Session

FINGERPRINT: Final = "analysis.json"
"""File beside a session that says what it is an analysis of."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What stays as it is.

    Attributes:
        reason: one line for the user.
        by_hand: a person worked on it.
        fingerprint: of it; one that fits nothing where nobody knows.
        found: as when it was analysed, but for the students: they are as after its edits.
        message: why it is not complete; "" where it is.
    """

    reason: str
    by_hand: bool
    fingerprint: Fingerprint
    found: Found
    message: str


def kept_of(path: Path, error: LossError) -> Kept | None:
    """The session at ``path``, which ``error`` says would be lost.

    None where it is no result of a run: half of an analysis that nobody worked on, or nothing that
    can be read.
    """
    by_hand = isinstance(error, HandWorkError)
    try:
        with Session.open(path) as session:
            if not (by_hand or session.complete or session.standing.cut_off):
                return None
            message = "" if session.complete else session.message
            return Kept(str(error), by_hand, _fingerprint(path), _found(session), message)
    except SessionError:
        return None


def readable(path: Path) -> bool:
    """Whether the session at ``path`` opens."""
    try:
        Session.open(path).close()
    except SessionError:
        return False
    return True


def _fingerprint(path: Path) -> Fingerprint:
    try:
        return Fingerprint.model_validate_json(path.with_name(FINGERPRINT).read_bytes())
    except (OSError, ValidationError):
        return Fingerprint(size=0, mtime_ns=0, settings="")


def _found(session: Session) -> Found:
    from app.session.overview import overview_of  # noqa: PLC0415 - takes half a second

    info, stretch, counts = session.info, session.stretch, session.counts
    return Found(
        students=None if session.class_only else len(overview_of(session).students),
        read=counts.read,
        analysed=counts.analysed,
        start=None if stretch is None else stretch.start,
        end=None if stretch is None else stretch.end,
        provider=info.provider,
        model=f"{info.model_name} {info.model_version}",
    )

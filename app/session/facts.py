"""What a session file is, in figures, without its tables: for people, and as JSON."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from app.core.privacy import BASES
from app.session import database
from app.session.leftovers import size_of
from app.session.provenance import model_of, source_of
from app.session.store import REPAIRED, Session


@dataclass(frozen=True, slots=True)
class Facts:
    """A session in a few figures.

    Attributes:
        file: where it lies.
        size_bytes: with SQLite's files beside it.
        version: of its tables.
        created: when it began, ISO 8601, UTC.
        purpose: why the class was looked at; "" where nobody said.
        basis: by what right, in words; "" where nobody said.
        agreed: when the user agreed to that, ISO 8601, UTC; "" where nobody did.
        source: name, size in pixels, frames a second, seconds and whether it is live.
        model: name, version, SHA-256 and where it ran.
        made_with: versions of Roomread and of what else can change a figure.
        frames: read, analysed and skipped.
        analysed_from, analysed_to: seconds; None without a frame.
        students: after all edits, without those who are left out; None where the session holds
            the class as a whole only.
        left_out: students who are left out; None there too.
        edits: that hold.
        edits_undone: that were taken back.
        markers, hand_labels, region_changes: how many.
        privacy: what may be kept.
        complete: the whole source was analysed.
        message: why not, one line; "" where it was.
        repaired: when it was repaired and what was lost; "" where it never was.
    """

    file: str
    size_bytes: int
    version: int
    created: str
    purpose: str
    basis: str
    agreed: str
    source: dict[str, Any]
    model: dict[str, str]
    made_with: dict[str, str]
    frames: dict[str, int]
    analysed_from: float | None
    analysed_to: float | None
    students: int | None
    left_out: int | None
    edits: int
    edits_undone: int
    markers: int
    hand_labels: int
    region_changes: int
    privacy: dict[str, Any]
    complete: bool
    message: str
    repaired: str


def facts(session: Session) -> Facts:
    """Read them; takes a pass over the faces. Raises SessionError where the file is damaged."""
    info, counts, stretch, purpose = (
        session.info,
        session.counts,
        session.stretch,
        session.info.purpose,
    )
    made_with = session.environment
    repaired = made_with.pop(REPAIRED, "")
    edits = session.log.edits()
    students, left_out = _students(session)
    beside = [session.path.with_name(session.path.name + tail) for tail in database.SIDECARS]
    return Facts(
        file=str(session.path),
        size_bytes=size_of([session.path, *beside]),
        version=session.version,
        created=info.created,
        purpose=purpose.purpose if purpose else "",
        basis=BASES.get(purpose.basis, purpose.basis) if purpose else "",
        agreed=purpose.agreed if purpose else "",
        source=source_of(info),
        model=model_of(info),
        made_with={"roomread": info.app_version, **made_with},
        frames=asdict(counts),
        analysed_from=None if stretch is None else round(stretch.start, 3),
        analysed_to=None if stretch is None else round(stretch.end, 3),
        students=students,
        left_out=left_out,
        edits=sum(not edit.undone for edit in edits),
        edits_undone=sum(bool(edit.undone) for edit in edits),
        markers=len(session.markers.all()),
        hand_labels=len(session.hand_labels.all()),
        region_changes=len(session.regions.changes()),
        privacy=asdict(info.privacy),
        complete=session.complete,
        message=session.message,
        repaired=repaired,
    )


def _students(session: Session) -> tuple[int | None, int | None]:
    """How many are in it, and how many are left out; None where it knows no students."""
    if session.class_only:
        return None, None
    now = session.identities
    everyone = set(now.pieces(session.frames.tracks()))
    return len(everyone - now.excluded), len(everyone & now.excluded)

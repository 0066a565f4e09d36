"""What session.json says: how a session was made, what the tables' columns mean, who is who."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import PureWindowsPath
from typing import Any

from app.core.types import student_code
from app.session.dictionary import CLASS_ONLY, TABLES, definitions
from app.session.editor import Editor
from app.session.edits import Edit, pack
from app.session.provenance import provenance
from app.session.sightings import EVER, Piece
from app.session.store import Session
from app.session.summary import StreamMedian


class Timings:
    """Total and median of each stage, in flat memory."""

    def __init__(self) -> None:
        self._total: dict[str, float] = {}
        self._median: dict[str, StreamMedian] = {}
        self._frames: dict[str, int] = {}

    def add(self, timings: Mapping[str, float]) -> None:
        """Count one frame: stage name to seconds."""
        for stage, seconds in timings.items():
            self._total[stage] = self._total.get(stage, 0.0) + seconds
            self._median.setdefault(stage, StreamMedian(1e-5)).add(seconds)
            self._frames[stage] = self._frames.get(stage, 0) + 1

    def summary(self) -> dict[str, dict[str, float]]:
        """Stage name to its figures."""
        return {
            stage: {
                "frames": self._frames[stage],
                "total_seconds": round(total, 3),
                "median_ms": round(self._median[stage].value * 1000.0, 2),
            }
            for stage, total in self._total.items()
        }


def about(
    session: Session,
    interval: float,
    students: Sequence[int],
    timings: Mapping[str, Mapping[str, float]],
) -> dict[str, Any]:
    """The content of session.json.

    Args:
        session: that is exported.
        interval: seconds a row of class.csv.
        students: everyone in students.csv.
        timings: see ``Timings``.
    """
    info, counts, stretch = session.info, session.counts, session.stretch
    return {
        **provenance(session),
        "frames": {
            "read": counts.read,
            "analysed": counts.analysed,
            "skipped": counts.skipped,
        },
        "analysed_from": None if stretch is None else round(stretch.start, 3),
        "analysed_to": None if stretch is None else round(stretch.end, 3),
        "students": None if session.class_only else len(students),
        **who_is_who(session, students),
        "class_interval": interval,
        "timings": timings,
        "settings": _without_folders(info.settings),
        "region_changes": [
            {"from": round(change.timestamp, 3), **asdict(change.regions)}
            for change in session.regions.changes()
        ],
        "columns": definitions(CLASS_ONLY if session.class_only else TABLES),
    }


def _without_folders(settings: Any) -> Any:
    """The settings with files and folders by their last name only, as in ``info.recording``."""
    if isinstance(settings, Mapping):
        return {key: _without_folders(value) for key, value in settings.items()}
    if isinstance(settings, str):
        return PureWindowsPath(settings).name or settings
    return settings


def who_is_who(session: Session, students: Iterable[int]) -> dict[str, Any]:
    """The part of session.json on what each student is made of, and how it came to that."""
    editor, left_out = Editor(session), session.identities.excluded
    made = editor.made_of({*students, *left_out})
    return {
        "identities": [_identity(*one) for one in made.items() if one[0] not in left_out],
        "left_out": [_identity(*one) for one in made.items() if one[0] in left_out],
        "edits": edits_told(session),
        "open_suggestions": [
            {
                "number": one.number,
                "earlier": student_code(one.earlier),
                "later": student_code(one.later),
                "timestamp": round(one.timestamp, 3),
                "confidence": round(one.confidence, 4),
            }
            for one in editor.suggestions()
        ],
    }


def edits_told(session: Session) -> list[dict[str, Any]]:
    """The edit log as session.json has it, undone entries too."""
    return [_edit(edit) for edit in session.log.edits()]


def _identity(student: int, pieces: Sequence[Piece]) -> dict[str, Any]:
    tracks = [
        {
            "track": one.track,
            "from": None if one.start == -EVER else round(one.start, 3),
            "to": None if one.end == EVER else round(one.end, 3),
        }
        for one in pieces
    ]
    return {"student": student_code(student), "tracks": tracks}


def _edit(edit: Edit) -> dict[str, Any]:
    """An entry of the log; names stay in students.csv."""
    fields = {key: value for key, value in asdict(edit.change).items() if key != "text"}
    for key in fields.keys() & {"student", "into", "new"}:
        fields[key] = student_code(fields[key])
    return {
        "number": edit.number,
        "time": edit.time,
        "origin": edit.origin,
        "undone": bool(edit.undone),
        "kind": pack(edit.change)[0],
        **fields,
    }

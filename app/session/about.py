"""What session.json says: how a session was made, what the tables' columns mean, who is who."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

from app import __version__
from app.core.types import student_code
from app.session.editor import Editor
from app.session.edits import Edit, pack
from app.session.sightings import EVER, Piece
from app.session.store import Session
from app.session.summary import StreamMedian

DEFINITIONS: Final[Mapping[str, Mapping[str, str]]] = {
    "observations.csv and students/*.csv": {
        "frame": "number in the source, from 0; frames that were not analysed keep theirs",
        "timestamp": "seconds from the source's first frame",
        "face_x, face_y, face_width, face_height": "pixels of the original frame; x and y are "
        "the top left corner",
        "face_confidence": "of the face detector, 0 to 1",
        "expression": "the most probable one; empty where the app can't tell",
        "confidence": "probability of that expression; empty where the app can't tell",
        "neutral ... contempt": "smoothed probabilities, sum 1; empty where the app can't tell",
        "sharpness": "of the picture of the face, 0 (flat or blurred) upwards, about 1 for a sharp "
        "one; empty where not measured",
        "yaw_deg": "degrees by which the head is turned, to the image's right above 0; empty where "
        "not measured",
        "exposure": "share of the face that is neither black nor burnt out, 0 to 1; empty where "
        "not measured",
    },
    "students.csv": {
        "seen_from, seen_to": "timestamp of the first and the last frame with this student",
        "seconds_seen": "time in view: each frame counts until the next analysed one, but no "
        "longer than one second or three usual frames, whichever is longer",
        "faces_read": "frames in which the app could tell this student's expression",
        "median_face_width": "pixels, over all frames with this student",
        "neutral ... contempt": "share of each expression among faces_read, sum 1; empty where "
        "no face was read",
    },
    "class.csv": {
        "start, end": "seconds; the first and the last interval may be short",
        "students_seen": "different students; empty where no frame was analysed",
        "faces_read": "over all frames of the interval; empty where no frame was analysed",
        "share_read": "faces read / faces seen; empty where none was seen",
        "neutral ... contempt": "share of each expression among faces_read, sum 1; empty where "
        "no face was read",
        "faces_withheld": "in class-only sessions: those of faces_read in frames in which fewer "
        "than privacy.min_group faces were read; they are in no share",
    },
    "resting.csv": {
        "seconds_learnt": "seconds in which the app could tell this student's expression that "
        "rest was learnt from: the first two minutes of them at most; under 20 it is not known, "
        "so on a recording shorter than that every cell of the expressions is empty",
        "neutral ... contempt": "what this face usually shows: the geometric median of its mean "
        "probabilities in each of these seconds, sum 1; empty where not known",
    },
    "change.csv": {
        "start, end": "those of class.csv",
        "student": "or class: the mean of the students who follow, each of whom counts the same",
        "neutral ... contempt": "mean of the probabilities less those at rest (resting.csv), over "
        "the frames in which the app could tell, sum 0; empty where rest is not known: it takes "
        "20 s in which the app could tell a student's expression; who has fewer has no row",
    },
    "agreement.csv": {
        "hand": "what a person said of a face; all: whatever was said",
        "labelled": "faces of which a person said so",
        "kappa": "Cohen's kappa of this expression against all others, or over all expressions, "
        "where both say an expression; 1: perfect, 0: no better than chance; empty where unknown",
        "kappa_low, kappa_high": "its 95% interval, for this session; not for another room or "
        "class. It rests on the faces labelled, not on the number of students",
        "machine_neutral ... machine_cant_tell": "what the app says of the same faces, as shares "
        "of all seconds of all students (not of the faces labelled: rare expressions are asked "
        "about more often); rows and columns of the table sum to 1 together",
    },
    "agreement in session.json": {
        "both_tell": "labelled faces of which the app and the person both say an expression",
        "covered": "share of the seconds of students that the labels speak of",
        "share": "of the seconds of which both say an expression, those where it is the same",
    },
    "markers.csv": {
        "timestamp": "seconds from the source's first frame",
        "marker": "what the user said begins here",
    },
    "region_changes in session.json": {
        "from": "timestamp of the first frame for which these regions held, drawn while the "
        "session ran; until the first change those in the settings held",
        "look, ignore, opt_out": "polygons; x and y are shares of the first frame's width and "
        "height",
    },
    "identities in session.json": {
        "student": "the pseudonym in every table, after all edits; names are in students.csv only",
        "tracks": "what the tracker followed as one, and from when to when it is this student in "
        "seconds; null: from its beginning, to its end",
    },
}
"""What the columns mean; goes into session.json."""


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
        "complete": session.complete,
        "message": session.message,
        "created": info.created,
        "purpose": None if info.purpose is None else asdict(info.purpose),
        "privacy": asdict(info.privacy),
        "versions": {
            "roomread": info.app_version,
            **session.environment,
            "exported_with_roomread": __version__,
        },
        "model": {
            "name": info.model_name,
            "version": info.model_version,
            "sha256": info.model_sha256,
            "provider": info.provider,
        },
        "source": {
            "name": info.source_name,
            "width": info.source_size[0],
            "height": info.source_size[1],
            "fps": info.source_fps,
            "duration": info.source_duration,
            "live": info.source_live,
        },
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
        "settings": info.settings,
        "region_changes": [
            {"from": round(change.timestamp, 3), **asdict(change.regions)}
            for change in session.regions.changes()
        ],
        "columns": DEFINITIONS,
    }


def who_is_who(session: Session, students: Iterable[int]) -> dict[str, Any]:
    """The part of session.json on what each student is made of, and how it came to that."""
    editor, left_out = Editor(session), session.identities.excluded
    made = editor.made_of({*students, *left_out})
    return {
        "identities": [_identity(*one) for one in made.items() if one[0] not in left_out],
        "left_out": [_identity(*one) for one in made.items() if one[0] in left_out],
        "edits": [_edit(edit) for edit in session.log.edits()],
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

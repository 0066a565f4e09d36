"""The same episodes as a BORIS project (format 7.0, JSON), which BORIS opens to look on and code.

BORIS itself does not import aggregated events; a project is what it reads. Its ethogram has the
expressions, "can't tell" and the marker; the recording is its one observation. A state begins and
ends with an event each, and events have the number of their frame. BORIS looks for the recording
beside the project: its folder is not told.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from heapq import merge
from pathlib import Path, PurePath
from typing import Any, Final

from app.core.expressions import CANT_TELL, LABELS, UNKNOWN
from app.core.types import student_code
from app.session.csvsafe import open_csv
from app.session.dictionary import STUDENT, Column, Table
from app.session.episodes import Episode
from app.session.formats.episode_file import EpisodeFile
from app.session.markers import Marker
from app.session.store import Session

PROJECT: Final = "boris.boris"
MARKER: Final = "marker"
EXPRESSION: Final = "expression"
NOT_READ: Final = "not read"
"""Behavioural categories."""

_ENDS: Final = "]}}}"  # of the events, the observation, the observations and the project
TABLE: Final = Table(
    PROJECT,
    "an event of the observation: two begin and end an episode, one is a marker",
    (
        Column("time", "s", "0 upwards", "begin or end, rounded to milliseconds"),
        Column("subject", "", f"{STUDENT.range} or empty", "the student's pseudonym; empty: of a "
               "marker"),
        Column("code", "", f"{', '.join((*LABELS, CANT_TELL))}, {MARKER}", "the behavior"),
        Column("modifier", "", "text", "always empty"),
        Column("comment", "", "text", "what the user said begins at a marker"),
        Column("frame_index", "", "0 upwards or NA", "number of the episode's first or last frame"),
    ),
)  # fmt: skip


def category(label: int) -> str:
    """The behavioural category of an expression (index into ``LABELS``), or of ``UNKNOWN``."""
    return NOT_READ if label == UNKNOWN else EXPRESSION


def without_zone(created: str) -> str:
    """``yyyy-MM-ddThh:mm:ss`` in UTC of an ISO 8601 time; as it stands where it is none."""
    try:
        when = datetime.fromisoformat(created)
    except ValueError:
        return created
    plain = when.astimezone(UTC).replace(tzinfo=None) if when.tzinfo else when
    return plain.isoformat(timespec="seconds")


def write_project(
    session: Session, folder: Path, episodes: EpisodeFile, markers: Sequence[Marker]
) -> None:
    """Write the project; raises OSError where it can't be written."""
    students = [student_code(student) for student in episodes.seconds()]
    ends = episodes.ends()
    text = json.dumps(_project(session, students, 0.0 if ends is None else ends[1]))
    with open_csv(folder / PROJECT) as file:
        file.write(text.removesuffix(_ENDS))
        separator = "\n"
        for event in _events(episodes, markers):
            file.write(separator + json.dumps(event))
            separator = ",\n"
        file.write(_ENDS + "\n")


def _events(episodes: EpisodeFile, markers: Sequence[Marker]) -> Iterator[tuple[Any, ...]]:
    """Everything in time order; where an episode ends as another begins, the end is first."""
    marked = ((one.timestamp, "", MARKER, "", one.text, "NA") for one in markers)
    states = (
        (time, student_code(one.student), one.behaviour, "", "", frame)
        for time, frame, one in _moments(episodes)
    )
    for time, *rest in merge(states, marked, key=lambda event: float(event[0])):
        yield round(float(time), 3), *rest


def _moments(episodes: EpisodeFile) -> Iterator[tuple[float, int, Episode]]:
    """Begin and end of every episode with the frame's number."""
    return merge(
        ((one.end, one.last, one) for one in episodes.by_end()),
        ((one.start, one.first, one) for one in episodes.by_start()),
        key=lambda moment: moment[0],
    )


def _project(session: Session, students: Sequence[str], end: float) -> dict[str, Any]:
    """The whole project, without events; ``end`` (seconds) where nobody knows the length."""
    info = session.info
    behaviours = [("State event", label, EXPRESSION) for label in LABELS]
    behaviours += [("State event", CANT_TELL, NOT_READ), ("Point event", MARKER, MARKER)]
    name = info.recording if info.source_live else PurePath(info.recording).stem
    date = without_zone(info.created)
    return {
        "time_format": "hh:mm:ss",
        "project_date": date,
        "project_name": name,
        "project_description": "" if info.purpose is None else info.purpose.purpose,
        "project_format_version": "7.0",
        "subjects_conf": {
            str(k): {"key": "", "name": student, "description": ""}
            for k, student in enumerate(students)
        },
        "behaviors_conf": {
            str(k): {
                "type": kind, "key": "", "code": code, "description": "", "color": "",
                "category": group, "modifiers": "", "excluded": "", "coding map": "",
            }
            for k, (kind, code, group) in enumerate(behaviours)
        },
        "behavioral_categories": [EXPRESSION, NOT_READ, MARKER],
        "independent_variables": {},
        "coding_map": {},
        "behaviors_coding_map": [],
        "converters": {},
        "observations": {name: _observation(session, date, end)},
    }  # fmt: skip


def _observation(session: Session, date: str, end: float) -> dict[str, Any]:
    info = session.info
    media = [] if info.source_live else [info.recording]
    length = end if info.source_duration is None else info.source_duration
    return {
        "file": {str(player): media if player == 1 else [] for player in range(1, 9)},
        "type": "LIVE" if info.source_live else "MEDIA",
        "date": date,
        "description": "" if info.purpose is None else info.purpose.purpose,
        "time offset": 0.0,
        "observation time interval": [0, 0],
        "independent_variables": {},
        "visualize_spectrogram": False,
        "visualize_waveform": False,
        "media_info": {
            "length": dict.fromkeys(media, length),
            "fps": dict.fromkeys(media, info.source_fps),
            "hasVideo": dict.fromkeys(media, True),
            "hasAudio": dict.fromkeys(media, False),
            "offset": {"1": 0.0},
        },
        "events": [],
    }

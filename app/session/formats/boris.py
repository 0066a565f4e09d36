"""Expression episodes as BORIS exports aggregated events (tab-separated).

Columns, order and cells are those of "Export events > Aggregated events" of BORIS 8.27 (Friard &
Gamba, 2016, "BORIS: a free, versatile open-source event-logging software for video/audio coding and
live observations"), for one observation without modifiers or independent variables; as there,
cells with quotation marks are quoted as in CSV. Scripts and programs that take BORIS's export take
this file; BORIS itself opens the project beside it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path, PurePath
from typing import Final

from app.core.types import student_code
from app.session.csvsafe import number, open_csv, safe_text, tab_line
from app.session.dictionary import STUDENT, Column, Table
from app.session.episodes import Episode
from app.session.formats.boris_project import (
    EXPRESSION,
    MARKER,
    NOT_READ,
    category,
    without_zone,
    write_project,
)
from app.session.formats.boris_project import TABLE as PROJECT_TABLE
from app.session.formats.episode_file import EpisodeFile, episode_file
from app.session.formats.format import OF_EPISODES, ExportOptions, Format
from app.session.markers import Marker
from app.session.store import Session
from app.session.watch import Watch

FILE: Final = "boris.tsv"
NOT_KNOWN: Final = "NA"
NO_SUBJECT: Final = "No focal subject"
"""BORIS's subject of events that are nobody's."""

_WHAT: Final = "neutral ... contempt, can't tell, marker"
TABLE: Final = Table(
    FILE,
    "one episode of a student, or one marker",
    (
        Column("Observation id", "", "text", "the recording's name without its folder"),
        Column("Observation date", "", "date and time", "when it was analysed, UTC"),
        Column("Description", "", "text", "the purpose the user gave"),
        Column("Observation type", "", "Media file or Live observation", "what was observed"),
        Column("Source", "", "text", "player #1: and the recording, without its folder; "
               "NA for a camera"),
        Column("Time offset (s)", "s", "0.0", "always 0.0"),
        Column("Coding duration", "s", "0 upwards", "from the first event to the end of the last"),
        Column("Media duration (s)", "s", "0 upwards or NA", "length of the recording"),
        Column("FPS (frame/s)", "frames/s", "above 0 or NA", "of the recording"),
        Column("Subject", "", f"{STUDENT.range}, {NO_SUBJECT}", "the student's pseudonym"),
        Column("Observation duration by subject by observation", "s", "0 upwards", "total of the "
               "subject's events"),
        Column("Behavior", "", _WHAT, "the expression; can't tell: the student was in view and the "
               "app could not tell it"),
        Column("Behavioral category", "", f"{EXPRESSION}, {NOT_READ}, {MARKER}", "kind of "
               "behavior"),
        Column("Behavior type", "", "STATE or POINT", "STATE: an episode; POINT: a marker"),
        Column("Start (s)", "s", "0 upwards", "timestamp of the first frame, rounded to "
               "milliseconds"),
        Column("Stop (s)", "s", "0 upwards", "end of the last frame's span, rounded to "
               "milliseconds"),
        Column("Duration (s)", "s", "0 upwards or NA", "Stop - Start"),
        Column("Media file name", "", "text or NA", "the recording, without its folder; BORIS "
               "finds it where it lies beside the project"),
        Column("Image index start", "", "0 upwards or NA", "number of the first frame"),
        Column("Image index stop", "", "0 upwards or NA", "number of the last frame"),
        Column("Image file path start", "", "empty", "of pictures only"),
        Column("Image file path stop", "", "empty", "of pictures only"),
        Column("Comment start", "", "text", "what the user said begins at a marker"),
        Column("Comment stop", "", "text", "always empty"),
    ),
)  # fmt: skip


def _write(session: Session, folder: Path, options: ExportOptions, watch: Watch) -> None:
    markers = session.markers.all()
    with episode_file(session, folder, options.rules, watch) as episodes:
        with open_csv(folder / FILE) as file:
            file.write(tab_line(TABLE.names))
            for cells in _rows(session, episodes, markers):
                file.write(tab_line(cells))
        write_project(session, folder, episodes, markers)


def _rows(
    session: Session, episodes: EpisodeFile, markers: tuple[Marker, ...]
) -> Iterator[list[str]]:
    observation, media = _observation(session, _extent(episodes, markers))
    totals = episodes.seconds()
    for event in _in_order(episodes, markers):
        if isinstance(event, Marker):
            when = number(event.timestamp, 3)
            subject = [NO_SUBJECT, "0", MARKER, MARKER, "POINT", when, when, NOT_KNOWN]
            frames, comment = [NOT_KNOWN] * 2, safe_text(event.text)
        else:
            start, stop = number(event.start, 3), number(event.end, 3)
            total = number(totals[event.student], 3)
            subject = [
                student_code(event.student),
                total,
                event.behaviour,
                category(event.label),
                "STATE",
            ]
            subject += [start, stop, number(float(stop) - float(start), 3)]
            frames, comment = [str(event.first), str(event.last)], ""
        yield [*observation, *subject, media, *frames, "", "", comment, ""]


def _in_order(episodes: EpisodeFile, markers: tuple[Marker, ...]) -> Iterator[Episode | Marker]:
    """Everything by its start."""
    left = list(markers)
    for episode in episodes.by_start():
        while left and left[0].timestamp <= episode.start:
            yield left.pop(0)
        yield episode
    yield from left


def _extent(episodes: EpisodeFile, markers: tuple[Marker, ...]) -> float:
    """Seconds from the first event to the end of the last."""
    spans = [(one.timestamp, one.timestamp) for one in markers]
    if (ends := episodes.ends()) is not None:
        spans.append(ends)
    return max(end for _, end in spans) - min(start for start, _ in spans) if spans else 0.0


def _observation(session: Session, seconds: float) -> tuple[list[str], str]:
    """The cells that are the same in every row, and the media file's name."""
    info = session.info
    file = safe_text(info.recording)
    date = without_zone(info.created).replace("T", " ")
    purpose = "" if info.purpose is None else safe_text(info.purpose.purpose)
    name = file if info.source_live else safe_text(PurePath(info.recording).stem)
    length = NOT_KNOWN if info.source_duration is None else number(info.source_duration, 3)
    media = [NOT_KNOWN] * 3
    if not info.source_live:
        rate = number(info.source_fps, 3) if info.source_fps > 0 else NOT_KNOWN
        media = [f"player #1:{file}", length, rate]
    kind = "Live observation" if info.source_live else "Media file"
    cells = [name, date, purpose, kind, media[0], "0.0", number(seconds, 3), *media[1:]]
    return cells, NOT_KNOWN if info.source_live else file


BORIS: Final = Format(
    "boris",
    "BORIS",
    "expression episodes by student: a BORIS project, and aggregated events (TSV)",
    of_students=True,
    write=_write,
    tables=(TABLE, PROJECT_TABLE),
    takes=OF_EPISODES,
)

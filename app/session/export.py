"""From a session to the files that researchers open: CSVs and session.json.

One pass over the session and flat memory, however long it is. Every file is written beside its
place and moved there when all are whole: a failed export leaves the earlier one as it was.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final, TextIO

import numpy as np

from app.core.expressions import LABELS
from app.core.types import ClassCounts, Expressions, FrameResult, student_code
from app.session.about import Timings, about
from app.session.csvsafe import line, number, open_csv, safe_text
from app.session.dictionary import (
    CLASS,
    INTERPOLATED,
    MARKERS,
    OBSERVATIONS,
    STUDENTS,
)
from app.session.export_statistics import (
    STATISTICS,
    write_agreement,
    write_change,
    write_resting,
    write_statistics,
)
from app.session.interpolation import every_frame as every_frame_of
from app.session.interval import INTERVAL, check_interval
from app.session.resting import RestingLearner
from app.session.series import SeriesTally
from app.session.staging import ABOUT_FILE, STUDENT_FILES, staged
from app.session.statistics import statistics_of
from app.session.store import Session
from app.session.students import StudentSummary, StudentTally
from app.session.summary import (
    ClassInterval,
    IntervalTally,
    frame_span,
    with_spans,
)
from app.session.watch import Watch

_PLACE: Final = "%.1f,%.1f,%.1f,%.1f,%.4f"
_READ: Final = ",".join(["%s", "%.4f", *["%.4f"] * len(LABELS)])
_UNREAD: Final = "," * (len(LABELS) + 1)
_GATHERED: Final = 4096  # lines of students' files kept in memory
OF_STUDENTS: Final = ("observations.csv", "students.csv", *STATISTICS, STUDENT_FILES)
"""Files that a class-only session has none of."""


def export_all(
    session: Session,
    out: Path,
    interval: float = INTERVAL,
    overwrite: bool = False,
    every_frame: bool = False,
) -> list[Path]:
    """Write every table of a session, and session.json, which says what their columns mean.

    Of a class-only session there are class.csv, statistics.csv, markers.csv and session.json.
    Files of an earlier export of the session in ``out`` are replaced; those of students that it has
    none of are removed, and so are those that no longer hold (see ``export_formats``). Nothing else
    in ``out`` is touched.

    Args:
        session: to export; may still be running, then what it has so far is written.
        out: folder; made if missing.
        interval: length of the intervals of class.csv in seconds, 0.1 or more.
        overwrite: replace the tables of another session, too.
        every_frame: observations.csv has rows for the frames between two analysed ones, too, as
            ``interpolation`` makes them, and a last column that says which they are. A class-only
            session has no such table.

    Returns:
        The files written, the students' files last.

    Raises:
        ExportError: ``out`` is no folder, holds the tables of another session, can't be written,
            or the disk is full.
        SessionError: the session can't be read.
    """
    check_interval(interval)
    with staged(session, out, overwrite) as staging:
        write_tables(session, staging.folder, interval, every_frame=every_frame)
        return staging.move(OF_STUDENTS)


def write_tables(
    session: Session,
    folder: Path,
    interval: float,
    watch: Watch | None = None,
    every_frame: bool = False,
) -> None:
    """Write every table and session.json into the empty ``folder``.

    Args:
        session: to export.
        folder: to write to.
        interval: seconds a row of class.csv.
        watch: sees every frame twice, with ``every_frame`` thrice.
        every_frame: see ``export_all``.

    Raises SessionError, and OSError where a file can't be written.
    """
    watch = watch or Watch()
    if session.class_only:
        _write_class_only(session, folder, interval, watch)
    else:
        _write(session, folder, interval, watch, every_frame)


def write_session_json(session: Session, folder: Path, interval: float, watch: Watch) -> None:
    """Write session.json alone; see ``write_tables``. ``watch`` sees every frame once."""
    timings, students = Timings(), set[int]()
    for result in watch(session.results()):
        timings.add(result.timings)
        students.update(result.faces.ids.tolist())
    told = about(session, interval, sorted(students), timings.summary())
    _write_about(folder, told)


def usual_span(session: Session) -> float:
    """Seconds that a usual frame stands for."""
    fps = session.info.source_fps
    return frame_span(session.timestamps(), 1.0 / fps if fps > 0 else 0.0)


def interval_tally(session: Session, interval: float) -> IntervalTally:
    """Counts the class of this session by intervals, without what small groups would tell."""
    return IntervalTally(interval, session.info.privacy.min_group)


def _write(
    session: Session, folder: Path, interval: float, watch: Watch, every_frame: bool
) -> None:
    span = usual_span(session)
    students, intervals, timings = StudentTally(), interval_tally(session, interval), Timings()
    rests, series, last = RestingLearner(), SeriesTally(span), -1
    with ExitStack() as files:
        observations = files.enter_context(open_csv(folder / "observations.csv"))
        if every_frame:
            _write_every_frame(session, observations, watch)
        else:
            observations.write(line(OBSERVATIONS.names))
        classes = files.enter_context(open_csv(folder / "class.csv"))
        classes.write(line(CLASS.names))
        each = _StudentFiles(folder / "students")
        for result, seconds in with_spans(watch(session.results()), span):
            students.add(result, seconds)
            timings.add(result.timings)
            rests.add(result)
            series.add(result, seconds)
            last = result.index
            for done in intervals.add(ClassCounts.of(result), result.faces.ids.tolist()):
                classes.write(_class_line(done))
            for track_id, text in _observation_lines(result):
                if not every_frame:
                    observations.write(text)
                each.write(track_id, text)
        for done in intervals.finish(span):
            classes.write(_class_line(done))
        each.flush()
    found, names = students.students(), session.names()
    with open_csv(folder / "students.csv") as file:
        file.write(line(STUDENTS.names))
        for student in found:
            file.write(_student_line(student, names.get(student.track_id, "")))
    _write_markers(session, folder)
    everyone = [one.track_id for one in found]
    write_statistics(folder, statistics_of(session, series))
    write_resting(folder, rests, everyone)
    write_change(session, folder, rests, interval, span, last, watch)
    told = about(session, interval, everyone, timings.summary())
    _write_about(folder, {**told, **write_agreement(session, folder)})


def _write_every_frame(session: Session, observations: TextIO, watch: Watch) -> None:
    observations.write(line((*OBSERVATIONS.names, *INTERPOLATED.names)))
    for result, interpolated in every_frame_of(watch(session.results())):
        for _, text in _observation_lines(result):
            observations.write(f"{text[:-1]},{interpolated:d}\n")


def _write_class_only(session: Session, folder: Path, interval: float, watch: Watch) -> None:
    span = usual_span(session)
    intervals, timings, series = interval_tally(session, interval), Timings(), SeriesTally(span)
    for result in watch(session.results()):  # frames without faces
        timings.add(result.timings)
    with open_csv(folder / "class.csv") as classes:
        classes.write(line(CLASS.names))
        for counts, seconds in with_spans(watch(session.class_counts()), span):
            series.add_counts(counts, seconds)
            for done in intervals.add(counts):
                classes.write(_class_line(done))
        for done in intervals.finish(span):
            classes.write(_class_line(done))
    write_statistics(folder, statistics_of(session, series))
    _write_markers(session, folder)
    _write_about(folder, about(session, interval, [], timings.summary()))


def _write_markers(session: Session, folder: Path) -> None:
    with open_csv(folder / "markers.csv") as file:
        file.write(line(MARKERS.names))
        for marker in session.markers.all():
            file.write(line((number(marker.timestamp, 3), safe_text(marker.text))))


def _write_about(folder: Path, told: Mapping[str, Any]) -> None:
    with open_csv(folder / ABOUT_FILE) as file:
        json.dump(told, file, indent=2, ensure_ascii=False)
        file.write("\n")


def _observation_lines(result: FrameResult) -> Iterator[tuple[int, str]]:
    """Student and CSV line of every face of a frame."""
    faces, expressions = result.faces, result.expressions
    # Adding 0 after rounding turns -0.0 into 0.0.
    places = np.hstack((np.round(faces.boxes.astype(float), 1) + 0.0, faces.scores[:, None]))
    rows = zip(
        faces.ids.tolist(),
        places.tolist(),
        expressions.labels.tolist(),
        expressions.probabilities.tolist(),
        _quality_cells(expressions),
        strict=True,
    )
    when = f"{result.index},{number(result.timestamp, 3)}"
    for track_id, place, label, probabilities, quality in rows:
        if label >= 0:
            read = _READ % (LABELS[label], probabilities[label], *probabilities)
        else:
            read = _UNREAD
        face = f"{student_code(track_id)},{_PLACE % tuple(place)},{read},{quality}"
        yield track_id, f"{when},{face}\n"


def _quality_cells(read: Expressions) -> list[str]:
    """The last four cells of each row."""
    quality = read.quality
    columns = ((quality.sharpness, 3), (quality.yaw, 1), (quality.exposure, 3), (read.age, 3))
    cells = [[number(value, digits) for value in column.tolist()] for column, digits in columns]
    return [",".join(row) for row in zip(*cells, strict=True)]


def _student_line(student: StudentSummary, name: str) -> str:
    return line(
        (
            student_code(student.track_id),
            safe_text(name),
            number(student.seen_from, 3),
            number(student.seen_to, 3),
            number(student.seconds_seen, 3),
            str(student.faces_read),
            number(student.median_face_width, 1),
            *(number(share, 4) for share in student.shares.tolist()),
        )
    )


def _class_line(part: ClassInterval) -> str:
    looked = part.frames > 0
    return line(
        (
            number(part.start, 3),
            number(part.end, 3),
            str(part.students_seen) if looked else "",
            str(part.faces_read) if looked else "",
            number(part.read_share, 4),
            *(number(share, 4) for share in part.shares.tolist()),
            str(part.faces_withheld) if looked else "",
        )
    )


class _StudentFiles:
    """One CSV a student. Lines are gathered, so that no file stays open: a school may have more
    students than a system allows open files."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self._folder = folder
        self._lines: defaultdict[int, list[str]] = defaultdict(list)
        self._gathered = 0
        self._begun: set[int] = set()

    def write(self, track_id: int, text: str) -> None:
        self._lines[track_id].append(text)
        self._gathered += 1
        if self._gathered >= _GATHERED:
            self.flush()

    def flush(self) -> None:
        for track_id, lines in self._lines.items():
            with open_csv(self._folder / f"{student_code(track_id)}.csv") as file:
                if track_id not in self._begun:
                    self._begun.add(track_id)
                    file.write(line(OBSERVATIONS.names))
                file.writelines(lines)
        self._lines.clear()
        self._gathered = 0

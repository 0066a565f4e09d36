"""From a session to the files that researchers open: CSVs and session.json.

One pass over the session and flat memory, however long it is. Every file is written beside its
place and moved there when all are whole: a failed export leaves the earlier one as it was.
"""

from __future__ import annotations

import errno
import json
import os
import re
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final

import numpy as np

from app.core.errors import ExportError
from app.core.expressions import LABELS
from app.core.types import ClassCounts, FrameResult, Quality, student_code
from app.session.about import Timings, about
from app.session.csvsafe import line, number, open_csv, safe_text
from app.session.export_statistics import (
    STATISTICS,
    write_agreement,
    write_change,
    write_resting,
)
from app.session.interval import INTERVAL, check_interval
from app.session.resting import RestingLearner
from app.session.store import Session
from app.session.students import StudentSummary, StudentTally
from app.session.summary import (
    ClassInterval,
    IntervalTally,
    frame_span,
    with_spans,
)

OBSERVATION_COLUMNS: Final = (
    "frame",
    "timestamp",
    "student",
    "face_x",
    "face_y",
    "face_width",
    "face_height",
    "face_confidence",
    "expression",
    "confidence",
    *LABELS,
    "sharpness",
    "yaw_deg",
    "exposure",
)
STUDENT_COLUMNS: Final = (
    "student",
    "name",
    "seen_from",
    "seen_to",
    "seconds_seen",
    "faces_read",
    "median_face_width",
    *LABELS,
)
CLASS_COLUMNS: Final = ("start", "end", "students_seen", "faces_read", "share_read", *LABELS)
CLASS_ONLY_COLUMNS: Final = (*CLASS_COLUMNS, "faces_withheld")
MARKER_COLUMNS: Final = ("timestamp", "marker")

_PLACE: Final = "%.1f,%.1f,%.1f,%.1f,%.4f"
_READ: Final = ",".join(["%s", "%.4f", *["%.4f"] * len(LABELS)])
_UNREAD: Final = "," * (len(LABELS) + 1)
_GATHERED: Final = 4096  # lines of students' files kept in memory
_OURS: Final = re.compile(r"S\d{2,}\.csv")
_OF_STUDENTS: Final = ("observations.csv", "students.csv", *STATISTICS)
_STAGING: Final = ".roomread-export-"


def export_all(
    session: Session, out: Path, interval: float = INTERVAL, overwrite: bool = False
) -> list[Path]:
    """Write every table of a session, and session.json, which says what their columns mean.

    Of a class-only session there are class.csv, markers.csv and session.json. Files of an earlier
    export of the session in ``out`` are replaced; those of students that it has none of are
    removed. Nothing else in ``out`` is touched.

    Args:
        session: to export; may still be running, then what it has so far is written.
        out: folder; made if missing.
        interval: length of the intervals of class.csv in seconds, 0.1 or more.
        overwrite: replace the tables of another session, too.

    Returns:
        The files written, the students' files last.

    Raises:
        ExportError: ``out`` is no folder, holds the tables of another session, can't be written,
            or the disk is full.
        SessionError: the session can't be read.
    """
    check_interval(interval)
    with _explained(out):
        out.mkdir(parents=True, exist_ok=True)
        if not out.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, "not a folder", str(out))
        if not overwrite:
            _refuse_to_replace_another(session, out)
        for left in out.glob(_STAGING + "*"):  # by an export that was killed
            shutil.rmtree(left, ignore_errors=True)
        with tempfile.TemporaryDirectory(prefix=_STAGING, dir=out) as folder:
            staging = Path(folder)
            if session.class_only:
                _write_class_only(session, staging, interval)
            else:
                _write(session, staging, interval)
            return _move(staging, out)


def _refuse_to_replace_another(session: Session, out: Path) -> None:
    """Raise ExportError where ``out`` holds the tables of a session made at another time."""
    try:
        there = json.loads((out / "session.json").read_text(encoding="utf-8"))
        made, name = there["created"], there["source"]["name"]
    except (OSError, ValueError, KeyError, TypeError):
        return  # nothing of ours
    if made != session.info.created:
        raise ExportError(
            f"{out} holds the tables of another session ({name}, {made}): choose another folder"
        )


def _usual_span(session: Session) -> float:
    """Seconds that a usual frame stands for."""
    fps = session.info.source_fps
    return frame_span(session.timestamps(), 1.0 / fps if fps > 0 else 0.0)


def _write(session: Session, folder: Path, interval: float) -> None:
    """Write all files into an empty folder."""
    span = _usual_span(session)
    students, intervals, timings = StudentTally(), IntervalTally(interval), Timings()
    rests, last = RestingLearner(), -1
    with ExitStack() as files:
        observations = files.enter_context(open_csv(folder / "observations.csv"))
        observations.write(line(OBSERVATION_COLUMNS))
        classes = files.enter_context(open_csv(folder / "class.csv"))
        classes.write(line(CLASS_COLUMNS))
        each = _StudentFiles(folder / "students")
        for result, seconds in with_spans(session.results(), span):
            students.add(result, seconds)
            timings.add(result.timings)
            rests.add(result)
            last = result.index
            for done in intervals.add(ClassCounts.of(result), result.faces.ids.tolist()):
                classes.write(_class_line(done))
            for track_id, text in _observation_lines(result):
                observations.write(text)
                each.write(track_id, text)
        for done in intervals.finish(span):
            classes.write(_class_line(done))
        each.flush()
    found, names = students.students(), session.names()
    with open_csv(folder / "students.csv") as file:
        file.write(line(STUDENT_COLUMNS))
        for student in found:
            file.write(_student_line(student, names.get(student.track_id, "")))
    _write_markers(session, folder)
    everyone = [one.track_id for one in found]
    write_resting(folder, rests, everyone)
    write_change(session, folder, rests, interval, span, last)
    told = about(session, interval, everyone, timings.summary())
    _write_about(folder, {**told, **write_agreement(session, folder)})


def _write_class_only(session: Session, folder: Path, interval: float) -> None:
    """Write all files of a class-only session into an empty folder."""
    intervals, timings = IntervalTally(interval), Timings()
    for result in session.results():  # frames without faces
        timings.add(result.timings)
    with open_csv(folder / "class.csv") as classes:
        classes.write(line(CLASS_ONLY_COLUMNS))
        for counts in session.class_counts():
            for done in intervals.add(counts):
                classes.write(_class_line(done, class_only=True))
        for done in intervals.finish(_usual_span(session)):
            classes.write(_class_line(done, class_only=True))
    _write_markers(session, folder)
    _write_about(folder, about(session, interval, [], timings.summary()))


def _write_markers(session: Session, folder: Path) -> None:
    with open_csv(folder / "markers.csv") as file:
        file.write(line(MARKER_COLUMNS))
        for marker in session.markers.all():
            file.write(line((number(marker.timestamp, 3), safe_text(marker.text))))


def _write_about(folder: Path, told: Mapping[str, Any]) -> None:
    with open_csv(folder / "session.json") as file:
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
        _quality_cells(expressions.quality),
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


def _quality_cells(quality: Quality) -> list[str]:
    """The last three cells of each row."""
    columns = ((quality.sharpness, 3), (quality.yaw, 1), (quality.exposure, 3))
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


def _class_line(part: ClassInterval, class_only: bool = False) -> str:
    looked = part.frames > 0
    return line(
        (
            number(part.start, 3),
            number(part.end, 3),
            str(part.students_seen) if looked else "",
            str(part.faces_read) if looked else "",
            number(part.read_share, 4),
            *(number(share, 4) for share in part.shares.tolist()),
            *((str(part.faces_withheld) if looked else "",) if class_only else ()),
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
                    file.write(line(OBSERVATION_COLUMNS))
                file.writelines(lines)
        self._lines.clear()
        self._gathered = 0


def _move(staging: Path, out: Path) -> list[Path]:
    """Move every file to its place, then take away what an earlier export said of students."""
    plain = sorted(path for path in staging.iterdir() if path.is_file())
    students = sorted(staging.glob("students/*"), key=lambda path: (len(path.name), path))
    if students:
        (out / "students").mkdir(exist_ok=True)
    written: list[Path] = []
    for path in (*plain, *students):
        target = out / path.relative_to(staging)
        os.replace(path, target)
        written.append(target)
    for path in (*out.glob("students/*"), *(out / name for name in _OF_STUDENTS)):
        ours = path.name in _OF_STUDENTS or _OURS.fullmatch(path.name)
        if ours and path not in written:
            path.unlink(missing_ok=True)
    return written


_ADVICE: Final[Mapping[int, str]] = {
    errno.ENOSPC: "the disk is full: free some space and export again",
    errno.EDQUOT: "your disk quota is full: free some space and export again",
    errno.ENOTDIR: "there is a file of that name: choose a folder",
    errno.EEXIST: "there is a file of that name: choose a folder",
    errno.EROFS: "the disk can only be read: choose another folder",
}


@contextmanager
def _explained(out: Path) -> Iterator[None]:
    """Turn what the system says into the one line that the user needs."""
    try:
        yield
    except OSError as error:
        raise export_error(error, out) from error


def export_error(error: OSError, out: Path) -> ExportError:
    """The one clear line for an error while writing to ``out``."""
    advice = _ADVICE.get(error.errno or 0)
    if advice is None and isinstance(error, PermissionError):
        advice = "you may not write there, or a file is open in another program: close it there "
        advice += "or choose another folder"
    return ExportError(f"can't export to {out}: {advice or error.strerror or error}")

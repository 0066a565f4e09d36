"""Saves what can be read of a damaged session file into a new one.

A frame is kept only where all of its faces could be read: one with some of them would look as if
the others had left the room. What is lost is said, and noted in the new file for good. Where edits
may be lost, nobody knows any more who was left out; so everyone is, until the user says otherwise.
"""

from __future__ import annotations

import json
import os
import sqlite3
import tempfile
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from app.core.errors import SessionError
from app.core.privacy import Privacy
from app.session import database
from app.session.check import check
from app.session.copying import settled_copy
from app.session.database import DAMAGE, Database, Header
from app.session.edits import REPAIR, Edit, Exclude, replay
from app.session.info import SessionInfo, info_of
from app.session.migration import insert_edit
from app.session.pages import PageFile
from app.session.remains import only_the_list_is_lost
from app.session.salvage import Salvage, salvage
from app.session.saved import Gap, SavedFrames, saved_edits, saved_frames
from app.session.standing import ANALYSIS
from app.session.store import REPAIRED, SUFFIX, Session

Row = tuple[Any, ...]

_NAMED: Final = 5  # gaps in the one line
_GROUP: Final = 40
"""Smallest group where the user's own is lost: the largest that the window offers."""
_LOST: Final = {
    "root": "whether edits, markers or labels are missing can't be said",
    "session": f"how it was made (recording, model, settings, by what right) is lost; shares of "
    f"the class need {_GROUP} faces now, since a higher minimum group may be lost",
    "edit": "edits (who is named, joined and left out) are lost",
    "student": "names are lost",
    "marker": "markers are lost",
    "hand_label": "labels given by hand are lost",
    "suggestion": "suggestions who may be whom are lost",
    "region_change": "changes of the regions are lost",
    "stages": "some timings are lost",
}
"""What to say of a table of which something is lost; frames and faces are counted instead."""
_WITHHELD: Final = (
    "nobody knows any more who was left out, so the repair left everyone out: take in again who "
    "may be seen"
)


@dataclass(frozen=True, slots=True)
class Repaired:
    """What a repair did.

    Attributes:
        path: the new session.
        frames, faces: saved.
        lost: frames of which is known that they were there and are lost.
        gaps: between which saved frames these were, in order.
        notes: what else was lost, a line each.
        left_out: students who are left out because edits that said so may be lost.
    """

    path: Path
    frames: int
    faces: int
    lost: int
    gaps: tuple[Gap, ...]
    notes: tuple[str, ...]
    left_out: int

    @property
    def message(self) -> str:
        """What was lost, one line."""
        lost = f"{self.lost} of {self.frames + self.lost} frames" if self.lost else "no frame"
        said = f"repaired: {lost} {'are' if self.lost > 1 else 'is'} lost"
        if self.gaps:
            more = len(self.gaps) - _NAMED
            where = ", ".join(gap.words for gap in self.gaps[:_NAMED])
            said += f" ({where}{f' and {more} more gaps' if more > 0 else ''})"
        return "; ".join([said, *self.notes])


def repair(path: Path, out: Path, progress: Callable[[float], None] | None = None) -> Repaired:
    """Write a new session with what can be read of a damaged one, which stays as it is.

    Args:
        path: the damaged session; what lies beside it (-wal, -journal) is read too.
        out: the new file.
        progress: told how much is read, 0..1.

    Raises:
        SessionError: ``path`` is missing, no session or not damaged, ``out`` exists or can't be
            written, or nothing can be saved.
    """
    _refuse_what_needs_none(path)
    if os.path.lexists(out):
        raise SessionError(f"{out} exists already: give --out a new name")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".roomread-repair-", dir=out.parent) as name:
            folder = Path(name)
            done = _repair(path, folder, out, progress or (lambda _: None))
            (folder / "whole").replace(out)
            return done
    except sqlite3.Error as error:
        raise database.explain(error, out) from error
    except OSError as error:
        raise SessionError(
            f"can't repair {path} into {out} ({error.strerror}): choose a folder that you can "
            "write to, with room for two copies"
        ) from error


def repairable(path: Path) -> bool:
    """Whether this is a damaged session of which ``repair`` may save something; looks it over."""
    try:
        _refuse_what_needs_none(path)
        with PageFile(path) as file:
            return next(file.pages(), None) is not None
    except (SessionError, OSError):
        return False


def _refuse_what_needs_none(path: Path) -> None:
    """Raise SessionError where there is nothing to repair."""
    if not path.is_file():
        raise SessionError(f"session {path} does not exist: check the path")
    try:
        found = check(path).findings
    except SessionError as error:
        if isinstance(error.__cause__, OSError):
            raise
        what = database.header_of(path)
        if what is Header.FOREIGN and path.suffix == SUFFIX:
            return  # the file's name says what its bytes don't
        if what in {Header.FOREIGN, Header.NEWER} or database.in_use(error.__cause__):
            raise
        return
    if not found:
        raise SessionError(f"session {path} is not damaged: use it as it is")


def _repair(path: Path, folder: Path, out: Path, progress: Callable[[float], None]) -> Repaired:
    """Write ``folder / "whole"``."""
    copy, new = settled_copy(path, folder), folder / "new"
    with PageFile(copy) as file, closing(database.connect(folder / "faces", "rwc")) as faces:
        faces.execute("PRAGMA journal_mode = OFF")
        faces.execute("CREATE TABLE face (frame, place, track, known, reading, keypoints)")
        faces.execute("BEGIN")

        def take(rows: Sequence[Row]) -> None:
            faces.executemany("INSERT INTO face VALUES (?, ?, ?, ?, ?, ?)", rows)

        found = salvage(file, take, progress)
        if found.lost["root"] and only_the_list_is_lost(file):
            del found.lost["root"]
            found.edges = []
        info, ending = _about(path, found)
        frames = saved_frames(found, info.privacy.class_only, ending.analysed, file.cut_off)
        faces.executemany(
            "DELETE FROM face WHERE rowid = ?", [(row + 1,) for row in frames.wrong_faces]
        )
        faces.execute("COMMIT")
        edits, all_edits = saved_edits(found, file.version)
    if not len(frames.numbers):
        raise SessionError(f"nothing of a session could be read in {path}: look for a copy of it")
    if not all_edits:
        found.lost["edit"] += 1
    with Session.create(new, info):
        pass
    with closing(database.connect(new, "rw")) as connection:
        connection.execute("ATTACH ? AS old", (str(folder / "faces"),))
        connection.execute("BEGIN")
        _insert_frames(connection, found, frames)
        faces_saved = _insert_faces(connection)
        _insert_rest(connection, found, edits)
        count = int(connection.execute("SELECT count(*) FROM frame").fetchone()[0])
        lost_frames = frames.lost + len(frames.numbers) - count
        left_out = 0
        if found.lost["edit"] or found.lost["root"]:
            left_out = _leave_everyone_out(connection, edits)
        notes = [text for table, text in _LOST.items() if found.lost[table]]
        notes += [_WITHHELD] if left_out else []
        gaps = frames.gaps
        done = Repaired(out, count, faces_saved, lost_frames, gaps, tuple(notes), left_out)
        _end(connection, ending, done)
        connection.execute("COMMIT")
        connection.execute("DETACH old")
        # Without the room that was taken by what had to go again.
        connection.execute("VACUUM INTO ?", (str(folder / "whole"),))
    return done


@dataclass(frozen=True, slots=True)
class _Ending:
    """What the session said of how it was made and ended; None: nothing."""

    environment: dict[str, Any]
    read: int | None
    analysed: int | None
    message: str


def _about(path: Path, found: Salvage) -> tuple[SessionInfo, _Ending]:
    """What the session is about; where that is lost, as little as can be said."""
    for _, info, environment, read, analysed, _, complete, message in found.tables.get(
        "session", []
    ):
        try:
            versions = dict(json.loads(str(environment)))
            versions.pop(ANALYSIS, None)  # nobody goes on with it
            said = "" if complete else str(message)
            counts = [one if isinstance(one, int) else None for one in (read, analysed)]
            ending = _Ending(versions, counts[0], counts[1], said)
            return info_of(json.loads(str(info))), ending
        except DAMAGE:
            continue
    found.lost["session"] += 1
    sizes = [(row[2], row[3]) for row in found.tables.get("frame", [])]
    changed = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    info_lost = SessionInfo(
        app_version="",
        created=changed.isoformat(timespec="seconds"),
        source_name=path.stem,
        source_size=max(set(sizes), key=sizes.count) if sizes else (1, 1),  # type: ignore[arg-type]
        source_fps=0.0,
        source_duration=None,
        source_live=False,
        model_name="",
        model_version="",
        model_sha256="",
        provider="",
        settings={},
        privacy=Privacy(class_only="class_frame" in found.tables, min_group=_GROUP),
    )
    return info_lost, _Ending({}, None, None, "")


def _insert_frames(connection: sqlite3.Connection, found: Salvage, frames: SavedFrames) -> None:
    stages = {row[0]: row for row in found.tables.get("stages", [])}
    connection.executemany("INSERT OR IGNORE INTO stages VALUES (?, ?)", stages.values())
    lengths = {key: 8 * len(json.loads(str(names))) for key, names in stages.values()}
    none = None
    for row in frames.rows:
        values = list(row)
        if lengths.get(values[4]) != len(values[5]):
            found.lost["stages"] += 1
            if none is None:
                none = _no_stages(connection)
            values[4], values[5] = none, b""
        connection.execute("INSERT INTO frame VALUES (?, ?, ?, ?, ?, ?, ?)", values)
    connection.executemany(
        "INSERT OR IGNORE INTO class_frame VALUES (?, ?, ?, ?, ?)",
        found.tables.get("class_frame", []),
    )
    connection.execute("DELETE FROM class_frame WHERE frame NOT IN (SELECT number FROM frame)")


def _no_stages(connection: sqlite3.Connection) -> int:
    """Key of the stages of a frame whose timings are lost."""
    connection.execute("INSERT OR IGNORE INTO stages (names) VALUES ('[]')")
    return int(connection.execute("SELECT id FROM stages WHERE names = '[]'").fetchone()[0])


def _insert_faces(connection: sqlite3.Connection) -> int:
    """Take the faces of saved frames, then drop frames in which they don't fit one another."""
    connection.execute(
        "INSERT OR IGNORE INTO main.face SELECT * FROM old.face "
        "WHERE frame IN (SELECT number FROM frame) ORDER BY frame, place"
    )
    connection.execute(
        "CREATE TEMP TABLE wrong AS SELECT frame FROM main.face GROUP BY frame "
        "HAVING max(place) + 1 != count(*) OR count(DISTINCT track) != count(*)"
    )
    connection.execute("DELETE FROM main.face WHERE frame IN (SELECT frame FROM wrong)")
    connection.execute("DELETE FROM frame WHERE number IN (SELECT frame FROM wrong)")
    return int(connection.execute("SELECT count(*) FROM main.face").fetchone()[0])


def _insert_rest(connection: sqlite3.Connection, found: Salvage, edits: Sequence[Edit]) -> None:
    for table in ("suggestion", "region_change", "marker", "hand_label"):
        rows = found.tables.get(table, [])
        if rows:
            marks = ", ".join("?" * len(rows[0]))
            connection.executemany(f"INSERT OR IGNORE INTO {table} VALUES ({marks})", rows)
    for table in ("suggestion", "hand_label"):
        connection.execute(f"DELETE FROM {table} WHERE frame NOT IN (SELECT number FROM frame)")
    for edit in edits:
        insert_edit(Database(Path(), connection), edit)


def _leave_everyone_out(connection: sqlite3.Connection, edits: Sequence[Edit]) -> int:
    """Add what leaves out whoever is not yet, as one action; how many these are."""
    now, when = replay(edits), datetime.now(UTC).isoformat(timespec="microseconds")
    tracks = [track for (track,) in connection.execute("SELECT DISTINCT track FROM main.face")]
    seen = sorted(now.pieces(tracks).keys() - now.excluded)
    for number, student in enumerate(seen, start=len(edits) + 1):
        insert_edit(Database(Path(), connection), Edit(number, when, Exclude(student), REPAIR))
    return len(seen)


def _end(connection: sqlite3.Connection, ending: _Ending, done: Repaired) -> None:
    """Note how it ended: not complete, and why."""
    first, last = connection.execute("SELECT min(number), max(number) FROM frame").fetchone()
    read = max(ending.read or 0, last - first + 1)
    now = datetime.now(UTC).isoformat(timespec="seconds")
    connection.execute(
        "UPDATE session SET environment = ?, read = ?, analysed = ?, skipped = ?, complete = 0, "
        "message = ?",
        (
            json.dumps({**ending.environment, REPAIRED: f"{now}: {done.message}"}),
            read,
            done.frames,
            read - done.frames,
            "; ".join(filter(None, [done.message, ending.message])),
        ),
    )

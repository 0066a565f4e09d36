"""What an analysis found, for scripts and notebooks: a session as typed tables."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Collection, Iterator
from functools import cached_property
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

from app.core.errors import SessionError, TableError
from app.core.types import FrameResult
from app.session.analysis_files import session_file
from app.session.data_table import DataTable
from app.session.facts import Facts, facts
from app.session.formats import DEFAULT, ExportOptions, export_formats
from app.session.given import number_given, path_given
from app.session.interval import GAP, INTERVAL, MINIMUM
from app.session.store import Session
from app.session.tables import (
    agreement_table,
    change_table,
    class_table,
    episodes_table,
    markers_table,
    observations_table,
    resting_table,
    statistics_table,
    students_table,
)

if TYPE_CHECKING:
    from app.session.report.wording import Language

TABLES: Final = (
    "observations",
    "students",
    "classes",
    "statistics",
    "episodes",
    "resting",
    "change",
    "agreement",
    "markers",
)
"""Names of the tables of ``Results``."""
OF_STUDENTS: Final = ("observations", "students", "episodes", "resting", "change", "agreement")
"""Those that a class-only session has not."""


class Results:
    """An opened session. Made by ``analyze`` and ``open_session``; a context manager that closes.

    Each table is read when it is first asked for, and kept: to see later edits, open the session
    again. Tables outlive their results.

    Args:
        session: is closed with the results.
        options: the interval of ``classes`` and the rules of ``episodes``; exports take them too.
        tidy: called once when the session is closed, or the results are no longer used.
    """

    def __init__(
        self,
        session: Session,
        options: ExportOptions | None = None,
        tidy: Callable[[], None] | None = None,
    ) -> None:
        self._session = session
        self._options = options or ExportOptions()
        self._end = weakref.finalize(self, _end, session, tidy)

    @property
    def path(self) -> Path:
        """Where the session file lies."""
        return self._session.path

    @cached_property
    def info(self) -> Facts:
        """How the session was made and what it holds, in figures."""
        return facts(self._open())

    @cached_property
    def observations(self) -> DataTable:
        """One row a face in an analysed frame, as observations.csv."""
        return observations_table(self._of_students("observations"))

    @cached_property
    def students(self) -> DataTable:
        """One row a student, as students.csv."""
        return students_table(self._of_students("students"))

    @cached_property
    def classes(self) -> DataTable:
        """One row an interval of the class, as class.csv."""
        return class_table(self._open(), self._options.interval)

    @cached_property
    def statistics(self) -> DataTable:
        """Shares of the whole session with 95% intervals, as statistics.csv."""
        return statistics_table(self._open())

    @cached_property
    def episodes(self) -> DataTable:
        """One row a stretch in which a student showed one expression."""
        return episodes_table(self._of_students("episodes"), self._options.rules)

    @cached_property
    def resting(self) -> DataTable:
        """What each student's face usually shows, as resting.csv."""
        return resting_table(self._of_students("resting"))

    @cached_property
    def change(self) -> DataTable:
        """How the class and its students differ from rest over time, as change.csv."""
        return change_table(self._of_students("change"), self._options.interval)

    @cached_property
    def agreement(self) -> DataTable:
        """How well the app and people agree, as agreement.csv; no row where nobody labelled."""
        return agreement_table(self._of_students("agreement"))

    @cached_property
    def markers(self) -> DataTable:
        """One row a moment that the user named, as markers.csv."""
        return markers_table(self._open())

    def frames(self) -> Iterator[FrameResult]:
        """Every analysed frame in time order, after all edits; memory stays flat.

        Raises TableError in a class-only session, whose frames have no faces.
        """
        self._of_students("frames")
        return self._frames()

    def export(
        self,
        out: str | Path,
        formats: str | Collection[str] = DEFAULT,
        overwrite: bool = False,
        progress: Callable[[float], None] | None = None,
    ) -> list[Path]:
        """Write files, as ``roomread export`` does.

        Args:
            out: folder; made if missing.
            formats: "csv", "parquet", "jsonl", "boris", "elan" ...; ``roomread export --describe``
                lists all.
            overwrite: replace the tables of another session there.
            progress: told the share done, 0..1.

        Returns:
            The files written.

        Raises:
            ExportError: a format is unknown or not of this session, ``out`` can't be written.
        """
        names = [formats] if isinstance(formats, str) else list(formats)
        return export_formats(self._open(), Path(out), names, self._options, overwrite, progress)

    def report(
        self,
        path: str | Path,
        compare: Results | None = None,
        language: Language = "en",
        progress: Callable[[float], None] | None = None,
    ) -> Path:
        """Write the report, as ``roomread report`` does.

        Args:
            path: ends in .html or .pdf.
            compare: another session of the same class, to compare with.
            language: "en" or "de".
            progress: told the share done, 0..1.

        Returns:
            ``path``.

        Raises:
            ExportError: ``path`` has another ending, or can't be written.
        """
        from app.session.report.write import write_report  # noqa: PLC0415 - draws with matplotlib

        other = None if compare is None else compare._open()
        return write_report(self._open(), Path(path), other, language, progress)

    def close(self) -> None:
        """Close the session and remove it where it was analysed without ``out``.

        May be called twice.
        """
        self._end()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Results: {self._told()}>"

    def _repr_html_(self) -> str:
        """As notebooks show it."""
        return f"<p><b>Results</b> {escape(self._told())}</p>"

    def _told(self) -> str:
        if "info" not in self.__dict__ and not self._end.alive:
            return "closed"
        info = self.info
        parts = [Path(info.source["name"]).name]
        if info.analysed_from is not None:
            parts.append(f"{info.analysed_from:.1f} to {info.analysed_to:.1f} s")
        parts.append(f"{info.frames['analysed']} frames analysed")
        parts.append("the class as a whole" if info.students is None else _students(info.students))
        parts += [] if info.complete else [f"not complete: {info.message}"]
        tables = [one for one in TABLES if info.students is not None or one not in OF_STUDENTS]
        return f"{', '.join(parts)}; tables: {', '.join(tables)}"

    def _frames(self) -> Iterator[FrameResult]:
        """A generator, so that the results live as long as somebody reads frames."""
        yield from self._open().results()

    def _open(self) -> Session:
        if not self._end.alive:
            raise SessionError(
                "these results are closed: use them before, or open the session again"
            )
        return self._session

    def _of_students(self, what: str) -> Session:
        session = self._open()
        if session.class_only:
            raise TableError(
                f"this session is of the class as a whole and has no {what}: use classes, "
                "statistics or markers"
            )
        return session


def open_session(
    path: str | Path,
    *,
    interval: float = INTERVAL,
    minimum: float = MINIMUM,
    gap: float = GAP,
) -> Results:
    """Open a session that was analysed, or recorded live.

    Args:
        path: the session file, or the folder it is in.
        interval: seconds a row of ``classes``, 0.1 or more.
        minimum: seconds below which an episode is dropped.
        gap: seconds below which an interruption of an episode is bridged.

    Raises:
        SessionError: it is missing, no session, of a newer Roomread, or damaged.
        ExportError: a number is out of range.
        SettingsError: something is of the wrong type.
    """
    options = options_given(interval, minimum, gap)
    return Results(Session.open(session_file(path_given("path", path))), options)


def options_given(interval: object, minimum: object, gap: object) -> ExportOptions:
    """The options that a script gives.

    Raises:
        ExportError: a number is out of range.
        SettingsError: one is no number.
    """
    return ExportOptions(
        number_given("interval", interval),
        number_given("minimum", minimum),
        number_given("gap", gap),
    )


def _students(number: int) -> str:
    return "1 student" if number == 1 else f"{number} students"


def _end(session: Session, tidy: Callable[[], None] | None) -> None:
    session.close()
    if tidy is not None:
        tidy()

"""Parquet: the tables of the CSV export with types, for pandas, polars, R's arrow or DuckDB.

Numbers are as stored, not rounded as in the CSVs; what is not known is null. Rows are written in
groups of bounded size, so memory stays flat. Each file says in its metadata, under "roomread", how
the session was made, as JSON.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from app.core.commands import how_to_add
from app.core.errors import ExportError
from app.core.expressions import LABELS
from app.core.types import ClassCounts, FrameResult, student_code
from app.session import dictionary
from app.session.dictionary import Table
from app.session.export import interval_tally, usual_span
from app.session.formats.format import OF_CLASS, ExportOptions, Format
from app.session.provenance import provenance
from app.session.rows import CATEGORIES, INTEGERS, TEXTS, class_row, student_row
from app.session.store import Session
from app.session.students import StudentTally
from app.session.summary import with_spans
from app.session.watch import Watch

if TYPE_CHECKING:
    import pyarrow as pa

GROUP: Final = 16_384
"""Rows after which a row group is written: some 20 MB while they are gathered."""

OBSERVATIONS: Final = replace(dictionary.OBSERVATIONS, file="observations.parquet")
STUDENTS: Final = replace(dictionary.STUDENTS, file="students.parquet")
CLASS: Final = replace(dictionary.CLASS, file="class.parquet")

_DOUBLES: Final = {"timestamp", "start", "end", "seen_from", "seen_to", "seconds_seen"}


def _write(session: Session, folder: Path, options: ExportOptions, watch: Watch) -> None:
    arrow = _pyarrow()
    about = {"roomread": json.dumps(provenance(session))}
    if session.class_only:
        with _file(arrow, folder, CLASS, about) as classes:
            tally = interval_tally(session, options.interval)
            for counts in watch(session.class_counts()):
                classes.add(map(class_row, tally.add(counts)))
            classes.add(map(class_row, tally.finish(usual_span(session))))
        return
    span, students = usual_span(session), StudentTally()
    intervals = interval_tally(session, options.interval)
    with (
        _file(arrow, folder, OBSERVATIONS, about) as faces,
        _file(arrow, folder, CLASS, about) as classes,
    ):
        for result, seconds in with_spans(watch(session.results()), span):
            students.add(result, seconds)
            ids = result.faces.ids.tolist()
            classes.add(map(class_row, intervals.add(ClassCounts.of(result), ids)))
            faces.add(_face_rows(result))
        classes.add(map(class_row, intervals.finish(span)))
    names = session.names()
    with _file(arrow, folder, STUDENTS, about) as table:
        table.add(student_row(one, names.get(one.track_id)) for one in students.students())


def _pyarrow() -> Any:
    """The package, loaded where it is needed; ExportError where it is not installed."""
    try:
        import pyarrow  # noqa: PLC0415
        import pyarrow.parquet  # noqa: PLC0415
    except ImportError as error:
        raise ExportError(f"Parquet needs pyarrow: {how_to_add('parquet')}") from error
    return pyarrow


class _Rows:
    """Gathers the rows of a file and writes them a group at a time."""

    def __init__(self, schema: pa.Schema, write: Callable[[Mapping[str, list[Any]]], None]) -> None:
        self._columns: dict[str, list[Any]] = {name: [] for name in schema.names}
        self._write = write

    def add(self, rows: Iterable[tuple[Any, ...]]) -> None:
        """Rows in the order of the columns; None and NaN are null."""
        for row in rows:
            for column, value in zip(self._columns.values(), row, strict=False):
                column.append(value)
            if len(column) >= GROUP:
                self.flush()

    def flush(self) -> None:
        """Write what was gathered."""
        if any(self._columns.values()):
            self._write(self._columns)
        for column in self._columns.values():
            column.clear()


@contextmanager
def _file(arrow: Any, folder: Path, table: Table, about: Mapping[str, str]) -> Iterator[_Rows]:
    """A file with the columns of ``table``, open to take rows."""
    schema = arrow.schema([(name, _type(arrow, name)) for name in table.names], metadata=about)

    def write(columns: Mapping[str, list[Any]]) -> None:
        arrays = [
            arrow.array(columns[field.name], field.type, from_pandas=True) for field in schema
        ]
        writer.write_table(
            arrow.Table.from_arrays(arrays, schema=schema), row_group_size=len(arrays[0])
        )

    with arrow.parquet.ParquetWriter(folder / table.file, schema, compression="zstd") as writer:
        rows = _Rows(schema, write)
        yield rows
        rows.flush()


def _type(arrow: Any, name: str) -> pa.DataType:
    if name in CATEGORIES:
        return arrow.dictionary(arrow.int32(), arrow.string())
    if name in TEXTS:
        return arrow.string()
    if name in INTEGERS:
        return arrow.int64()
    return arrow.float64() if name in _DOUBLES else arrow.float32()


def _face_rows(result: FrameResult) -> Iterator[tuple[Any, ...]]:
    faces, expressions = result.faces, result.expressions
    quality = expressions.quality
    told = np.where(expressions.known[:, None], expressions.probabilities, np.nan)
    measured = (quality.sharpness, quality.yaw, quality.exposure, expressions.age)
    last = np.stack(measured, axis=1)
    for row, label in enumerate(expressions.labels.tolist()):
        yield (
            result.index,
            result.timestamp,
            student_code(int(faces.ids[row])),
            *faces.boxes[row].tolist(),
            float(faces.scores[row]),
            LABELS[label] if label >= 0 else None,
            told[row, label] if label >= 0 else None,
            *_values(told[row]),
            *_values(last[row]),
        )


def _values(numbers: NDArray[np.floating]) -> list[float]:
    values: list[float] = numbers.tolist()
    return values


PARQUET: Final = Format(
    "parquet",
    "Parquet",
    "observations, students and class as typed tables; needs pyarrow",
    of_students=False,
    write=_write,
    tables=(OBSERVATIONS, STUDENTS, CLASS),
    takes=OF_CLASS,
    check=_pyarrow,
)

"""One table of many recordings: CSVs with a column ``recording``, and a Parquet dataset.

The dataset ``observations/`` is partitioned by recording as Hive does it (``recording=NAME/``), so
that pandas, polars, Arrow, DuckDB and Spark read the folder as one table with that column. Each
partition is written when its recording is done; whatever is replaced is replaced whole.
"""

from __future__ import annotations

import csv
import importlib.util
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final
from urllib.parse import quote

from app.core.commands import how_to_add, roomread
from app.core.errors import ExportError
from app.engine.analyse.manifest import JOINED, OBSERVATIONS, Row
from app.engine.analyse.queue_row import RowState
from app.session.csvsafe import line, number, open_csv, safe_text
from app.session.dictionary import Column, Table
from app.session.staging import PREFIX, export_error
from app.session.store import Session

NEEDS_PYARROW: Final = (
    f"No observations/ of all recordings, which needs pyarrow: {how_to_add('parquet')}, "
    "then the same command again; each recording's observations.csv is there"
)
PART: Final = "observations.parquet"

RECORDING: Final = Column(
    "recording", "", "text", "which recording: the name of its folder, made of its file's"
)
RECORDINGS: Final = Table(
    "recordings.csv",
    "one recording",
    (
        RECORDING,
        Column("file", "", "text", "the recording, without its folder"),
        Column("state", "", "waiting, running, done, failed", "how far its analysis is"),
        Column("message", "", "text", "why it failed, or where it is cut off; else empty"),
        Column("attempts", "", "0 upwards", "how often its analysis began"),
        Column("students", "students", "0 upwards", "found; empty where only the class is kept"),
        Column("frames_read", "frames", "0 upwards", "of the part asked for"),
        Column("frames_analysed", "frames", "0 upwards", "of these, analysed"),
        Column("start", "s", "0 upwards", "timestamp of the first analysed frame"),
        Column("end", "s", "0 upwards", "timestamp of the last analysed frame"),
        Column("seconds_taken", "s", "0 upwards", "by the last run over it"),
        Column(
            "provider",
            "",
            "CPU, CUDA, TensorRT, CoreML, DirectML or OpenVINO",
            "where the model ran",
        ),
        Column("model", "", "text", "that read the expressions, with its version"),
    ),
)


def has_parquet() -> bool:
    """Whether Parquet files can be written here."""
    return importlib.util.find_spec("pyarrow") is not None


def partition(out: Path, name: str) -> Path:
    """The file with the observations of the recording ``name``, whether or not it exists."""
    return out / OBSERVATIONS / f"recording={quote(name, safe='')}" / PART


def write_partition(session: Session, out: Path, name: str) -> None:
    """Write the observations of a session into the dataset below ``out``; flat memory.

    Of a class-only session there are none: an earlier partition goes.

    Raises:
        ExportError: it can't be written, or pyarrow is missing.
        SessionError: the session can't be read.
    """
    from app.session.formats.format import ExportOptions  # noqa: PLC0415 - of this alone
    from app.session.formats.parquet import PARQUET  # noqa: PLC0415
    from app.session.watch import Watch  # noqa: PLC0415

    target = partition(out, name)
    try:
        if session.class_only:
            shutil.rmtree(target.parent, ignore_errors=True)
            return
        with tempfile.TemporaryDirectory(prefix=PREFIX, dir=out / name) as folder:
            PARQUET.write(session, Path(folder), ExportOptions(), Watch())
            target.parent.mkdir(parents=True, exist_ok=True)
            os.replace(Path(folder) / PART, target)
    except OSError as error:
        raise export_error(error, out) from error


def join(out: Path, rows: Sequence[Row]) -> list[Path]:
    """Write recordings.csv, students.csv and class.csv of all, row by row.

    The columns are those of the recordings' own tables, which must be there where ``state`` is
    done; a cell is empty where a recording has no such column.

    Returns:
        The files written; of students none where only the class is kept.

    Raises:
        ExportError: they can't be read or written.
    """
    done = [row for row in rows if row.state is RowState.DONE]
    written = []
    try:
        for left in out.glob(PREFIX + "*"):  # by a run that was killed
            shutil.rmtree(left, ignore_errors=True)
        with tempfile.TemporaryDirectory(prefix=PREFIX, dir=out) as folder:
            with open_csv(Path(folder) / RECORDINGS.file) as file:
                file.write(line(RECORDINGS.names))
                file.writelines(_recording_line(row, out) for row in rows)
            for name in JOINED[1:]:
                _join_one(name, [(row.name, out / row.name / name) for row in done], Path(folder))
            for name in JOINED:
                if (Path(folder) / name).exists():
                    os.replace(Path(folder) / name, out / name)
                    written.append(out / name)
                else:
                    (out / name).unlink(missing_ok=True)
        _prune(out, [row.name for row in done])
    except OSError as error:
        raise export_error(error, out) from error
    except (csv.Error, UnicodeDecodeError) as error:
        raise ExportError(
            f"a table below {out} was changed and can't be joined with the others ({error}): "
            f"`{roomread('export')}` writes it again"
        ) from error
    return written


def _prune(out: Path, names: Sequence[str]) -> None:
    """Take partitions away that are of no recording that is done, or whose folder was deleted."""
    kept = {partition(out, name).parent for name in names if (out / name).is_dir()}
    for folder in (out / OBSERVATIONS).glob("recording=*"):
        if folder not in kept:
            shutil.rmtree(folder, ignore_errors=True)


def _join_one(name: str, tables: Sequence[tuple[str, Path]], folder: Path) -> None:
    there = [(recording, path) for recording, path in tables if path.is_file()]
    if not there:
        return
    columns: dict[str, None] = {}
    for _, path in there:
        columns.update(dict.fromkeys(next(_cells(path), ())))
    with open_csv(folder / name) as file:
        file.write(line([RECORDING.name, *columns]))
        for recording, path in there:
            rows = _cells(path)
            own = next(rows, ())
            for cells in rows:
                of = dict(zip(own, cells, strict=False))
                file.write(line([safe_text(recording), *(of.get(one, "") for one in columns)]))


def _cells(path: Path) -> Iterator[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.reader(file, strict=True)


def _recording_line(row: Row, out: Path) -> str:
    """What others get to see of a row: folders name people and classes."""
    found = row.found
    cells: Iterable[str] = [""] * 8
    if found is not None:
        cells = (
            "" if found.students is None else str(found.students),
            str(found.read),
            str(found.analysed),
            "" if found.start is None else number(found.start, 3),
            "" if found.end is None else number(found.end, 3),
            number(found.elapsed, 1),
            found.provider,
            safe_text(found.model),
        )
    message = row.message.replace(str(row.path), row.path.name).replace(f"{out}{os.sep}", "")
    texts = (row.name, row.path.name, row.state.value, message)
    return line([*map(safe_text, texts), str(row.attempts), *cells])

from __future__ import annotations

import csv
from pathlib import Path

import polars
import pyarrow.dataset
import pytest

from app.core.errors import RoomreadError
from app.core.privacy import Privacy
from app.engine.analyse.joined import RECORDINGS, join, partition, write_partition
from app.engine.analyse.manifest import Found, Row, free_name
from app.engine.analyse.queue_row import RowState
from app.session.export import export_all
from app.session.store import Session
from tests.session.builders import result, write


def made(out: Path, name: str, students: int = 2, class_only: bool = False) -> Row:
    """A recording that is done, with its tables."""
    seen = dict.fromkeys(range(1, students + 1), "neutral")
    results = [result(i, i / 10, dict(seen)) for i in range(20)]
    path = write(out / name / "session.roomread", results, privacy=Privacy(class_only=class_only))
    with Session.open(path) as session:
        export_all(session, out / name)
        write_partition(session, out, name)
    found = Found(students=None if class_only else students, read=20, analysed=20, start=0, end=1.9)
    return Row(name=name, path=Path(f"/v/{name}.mp4"), state=RowState.DONE, found=found)


@pytest.mark.parametrize("stem", ["2026-09-14", "1.5", "-1", "true", "NaN"])
def test_a_name_is_a_text_to_every_reader(tmp_path: Path, stem: str) -> None:
    name = free_name(stem, ())
    made(tmp_path, name)
    there = polars.scan_parquet(tmp_path / "observations", hive_partitioning=True)
    assert there.select("recording").collect().to_series().unique().to_list() == [name]


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_tables_of_all(tmp_path: Path) -> None:
    rows = [made(tmp_path, "a"), made(tmp_path, "=b, c", 3), made(tmp_path, "k", class_only=True)]
    said = f"video /v/d.mp4 is no video: see {tmp_path / 'd' / 'log'}"
    failed = Row(name="d", path=Path("/v/d.mp4"), state=RowState.FAILED, message=said)
    written = join(tmp_path, [*rows, failed])
    assert [path.name for path in written] == ["recordings.csv", "students.csv", "class.csv"]
    students = rows_of(tmp_path / "students.csv")
    assert [(one["recording"], one["student"]) for one in students] == [
        ("a", "S01"),
        ("a", "S02"),
        ("'=b, c", "S01"),  # no spreadsheet takes it for a formula
        ("'=b, c", "S02"),
        ("'=b, c", "S03"),
    ]
    own = rows_of(tmp_path / "a" / "students.csv")
    assert [{**one, "recording": "a"} for one in own] == students[:2]
    classes = rows_of(tmp_path / "class.csv")
    assert [one["faces_withheld"] for one in classes] == ["40", "60", "40"]
    told = rows_of(tmp_path / "recordings.csv")
    assert tuple(told[0]) == RECORDINGS.names
    assert [one["state"] for one in told] == ["done", "done", "done", "failed"]
    assert (told[2]["students"], told[3]["file"]) == ("", "d.mp4")
    assert told[3]["message"] == f"video d.mp4 is no video: see {Path('d') / 'log'}"
    assert not list(tmp_path.glob(".roomread*"))


def test_the_dataset_is_one_table_to_its_readers(tmp_path: Path) -> None:
    rows = [made(tmp_path, name) for name in ("a", "Stunde 7b/ä%".replace("/", "-"))]
    join(tmp_path, rows)
    folder = tmp_path / "observations"
    table = pyarrow.dataset.dataset(folder, partitioning="hive").to_table()
    names = {row.name for row in rows}
    assert set(table["recording"].to_pylist()) == names
    assert table.num_rows == 80
    assert set(polars.read_parquet(folder)["recording"]) == names


def test_partitions_of_nothing_go(tmp_path: Path) -> None:
    rows = [made(tmp_path, name) for name in ("a", "b")]
    again = rows[1].model_copy(update={"state": RowState.WAITING})
    join(tmp_path, [rows[0], again])
    assert partition(tmp_path, "a").exists()
    assert not partition(tmp_path, "b").exists()
    assert {one["recording"] for one in rows_of(tmp_path / "class.csv")} == {"a"}


def test_a_class_only_session_takes_its_students_partition_away(tmp_path: Path) -> None:
    row = made(tmp_path, "a")
    (tmp_path / "a" / "students.csv").unlink()
    row = made(tmp_path, "a", class_only=True)
    join(tmp_path, [row])
    assert not partition(tmp_path, "a").exists()
    assert not (tmp_path / "students.csv").exists()


def test_a_table_that_somebody_broke(tmp_path: Path) -> None:
    row = made(tmp_path, "a")
    (tmp_path / "a" / "class.csv").write_bytes(b"start,end\n\xff,1\n")
    with pytest.raises(RoomreadError, match="`roomread export` writes it again"):
        join(tmp_path, [row])
    assert not (tmp_path / "recordings.csv").exists()

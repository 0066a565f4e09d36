from __future__ import annotations

import builtins
import json
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from app.core.errors import ExportError
from app.core.privacy import Privacy
from app.session import export as export_module
from app.session import frames as frames_module
from app.session.editor import Editor
from app.session.formats import (
    DEFAULT,
    FORMATS,
    ExportOptions,
    check_formats,
    export_formats,
    unused_options,
)
from app.session.formats import parquet as parquet_module
from app.session.staging import OTHER_FORMATS
from app.session.store import Session
from tests.session.builders import result, steady, write
from tests.session.formats.readers import busy_lesson, export, header
from tests.session.lessons import long_lesson

CLASS_ONLY = Privacy(class_only=True, min_group=3)
TABULAR = {".csv": ",", ".tsv": "\t"}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return busy_lesson(tmp_path / "s.roomread")


@pytest.fixture
def class_path(tmp_path: Path) -> Path:
    shown: dict[int, str | None] = {1: "happiness", 2: "happiness", 3: "fear", 4: None}
    frames = steady([k / 4 for k in range(80)], shown)
    return write(tmp_path / "class.roomread", frames, privacy=CLASS_ONLY)


def files(folder: Path) -> set[str]:
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}


def test_every_format_at_once(path: Path, tmp_path: Path) -> None:
    shares: list[float] = []
    out = tmp_path / "out"
    with Session.open(path) as session:
        written = export_formats(session, out, list(FORMATS), progress=shares.append)
    assert {p.relative_to(out).as_posix() for p in written} == files(out)
    assert set(OTHER_FORMATS) < files(out)
    assert shares == sorted(shares)
    assert shares[-1] == 1.0  # every pass was foreseen
    assert shares[0] < 0.1


@pytest.mark.parametrize("name", FORMATS)
def test_each_alone_says_how_it_was_made(name: str, path: Path, tmp_path: Path) -> None:
    shares: list[float] = []
    with Session.open(path) as session:
        written = export_formats(session, tmp_path / "out", [name], progress=shares.append)
    assert shares[-1] == 1.0
    told = json.loads((tmp_path / "out" / "session.json").read_text())
    assert told["model"]["name"] == "base"
    assert {p.name for p in written} > {"session.json"}
    for table in FORMATS[name].tables:
        assert set(table.names) <= set(", ".join(told["columns"][table.file]).split(", "))


def test_every_column_of_every_table_is_in_the_dictionary(path: Path, tmp_path: Path) -> None:
    with Session.open(path) as session:
        session.hand_labels.set(1, 1, 0)
    out = export(path, tmp_path / "out", *FORMATS)
    described = {
        name: table.names
        for one in FORMATS.values()
        for table in one.tables
        for name in table.file.split(" and ")
    }
    checked = set()
    for file in sorted(files(out)):
        suffix = Path(file).suffix
        if suffix in TABULAR:
            kind = "students/*.csv" if file.startswith("students/") else file
            expected = list(described[kind])
            assert header(out / file, TABULAR[suffix]) == expected
            checked.add(kind)
    known = {name for name in described if Path(name).suffix in TABULAR}
    assert checked == known


def test_session_json_speaks_of_columns_that_are_there(
    path: Path, class_path: Path, tmp_path: Path
) -> None:
    names = ["csv", "parquet", "jsonl", "srt"]
    for session in (path, class_path):
        out = export(session, tmp_path / session.stem, *names)
        told = json.loads((out / "session.json").read_text())["columns"]
        for file in ("class.csv", "class.parquet"):
            assert {"share_read", "faces_withheld"} <= told[file].keys(), file


def test_every_frame_is_watched(path: Path, class_path: Path, tmp_path: Path) -> None:
    options = ExportOptions(every_frame=True)
    for place in (path, class_path):
        shares: list[float] = []
        with Session.open(place) as session:
            export_formats(session, tmp_path / "a", ["csv"], options, True, shares.append)
        assert shares == sorted(set(shares))
        assert (shares[0] < 0.1, shares[-1]) == (True, 1.0)
    for every, passes in ((False, 2), (True, 3)):
        asked: list[None] = []
        with Session.open(path) as session:
            chosen = ExportOptions(every_frame=every)
            stop = lambda: asked.append(None) is not None  # noqa: B023, E731
            assert export_formats(session, tmp_path / "b", ["csv"], chosen, cancelled=stop)
            assert len(asked) == passes * session.counts.analysed


def test_the_dictionary_leaves_nothing_unsaid() -> None:
    for one in FORMATS.values():
        for table in one.tables:
            assert len(set(table.names)) == len(table.names)
            for column in table.columns:
                assert column.meaning or column.name in {"face_width", "face_height"}
                assert column.range, f"{table.file}: {column.name}"


def test_of_a_class_only_session(class_path: Path, tmp_path: Path) -> None:
    allowed = [name for name, one in FORMATS.items() if not one.of_students]
    assert set(allowed) == {"csv", "parquet", "jsonl", "srt", "vtt"}
    out = export(class_path, tmp_path / "out", *allowed)
    assert files(out) == {
        "class.csv", "markers.csv", "session.json", "class.parquet", "frames.jsonl", "class.srt",
        "class.vtt", "statistics.csv",
    }  # fmt: skip
    for file in files(out) - {"class.parquet"}:
        assert "S01" not in (out / file).read_text(), file
    with Session.open(class_path) as session:
        for name in set(FORMATS) - set(allowed):
            with pytest.raises(ExportError, match=f"{name} is about single students") as raised:
                export_formats(session, tmp_path / "no", ["csv", name])
            assert "\n" not in str(raised.value)
    assert not (tmp_path / "no").exists()


@pytest.mark.parametrize(
    ("names", "said"), [(["csv", "xls"], "'xls' is no format"), ([], "no format is named")]
)
def test_names_that_are_none(names: list[str], said: str) -> None:
    with pytest.raises(ExportError, match=f"{said}: choose of csv, parquet"):
        check_formats(names)


def test_each_format_once_in_order() -> None:
    assert [one.name for one in check_formats(["srt", "csv", "srt"])] == ["csv", "srt"]
    assert DEFAULT == ("csv",)


@pytest.mark.parametrize("options", [{"interval": 0.0}, {"minimum": -1.0}, {"gap": float("nan")}])
def test_options_out_of_range(options: dict[str, float]) -> None:
    with pytest.raises(ExportError, match="give"):
        ExportOptions(**options)


def test_stopping_changes_nothing(path: Path, tmp_path: Path) -> None:
    out = export(path, tmp_path / "out", "csv", "boris")
    before = {name: (out / name).read_bytes() for name in files(out)}
    asked = iter(range(10_000))
    for frames in (0, 150, 450, 700):
        asked = iter(range(10_000))
        with Session.open(path) as session:
            written = export_formats(
                session, out, ["csv", "boris", "elan"], ExportOptions(gap=3.0),
                cancelled=lambda: next(asked) >= frames,  # noqa: B023
            )  # fmt: skip
        assert written == []
        assert {name: (out / name).read_bytes() for name in files(out)} == before


def test_another_sessions_files_go(path: Path, tmp_path: Path) -> None:
    out = export(path, tmp_path / "out", *FORMATS)
    (out / "mine.parquet").write_text("mine")
    other = write(tmp_path / "b.roomread", [result(0, 0.0, {})], created="2026-01-01T00:00:00Z")
    with Session.open(other) as session:
        with pytest.raises(ExportError, match="holds the tables of another session"):
            export_formats(session, out, ["srt"])
        assert "S01.csv" in {p.name for p in out.rglob("*")}
        export_formats(session, out, ["csv", "srt"], overwrite=True)
    assert files(out) == {
        "class.csv", "class.srt", "mine.parquet", "markers.csv", "observations.csv", "students.csv",
        "session.json", "resting.csv", "change.csv", "statistics.csv",
    }  # fmt: skip


def test_the_same_sessions_other_files_stay(path: Path, tmp_path: Path) -> None:
    out = export(path, tmp_path / "out", "csv", "jsonl")
    export(path, out, "srt")
    assert {"observations.csv", "frames.jsonl", "class.srt", "students/S01.csv"} <= files(out)


def test_a_disk_that_fails_is_one_line(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = export(path, tmp_path / "out", "elan")
    before = {name: (out / name).read_bytes() for name in files(out)}
    first = Path.open

    def full(self: Path, *args: Any, **kwargs: Any) -> Any:
        if self.name == "elan.eaf":
            raise OSError(28, "No space left on device")
        return first(self, *args, **kwargs)

    monkeypatch.setattr(Path, "open", full)
    with pytest.raises(ExportError, match="the disk is full: free some space"):
        export(path, out, "elan", minimum=2.0)
    monkeypatch.undo()
    assert {name: (out / name).read_bytes() for name in files(out)} == before


def test_parquet_without_its_package(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    imported = builtins.__import__

    def without(name: str, *args: Any) -> Any:
        if name.startswith("pyarrow"):
            raise ImportError(name)
        return imported(name, *args)

    monkeypatch.setattr(builtins, "__import__", without)
    told: list[float] = []
    with (
        Session.open(path) as session,
        pytest.raises(ExportError, match=r"pip install 'roomread\[parquet\]'"),
    ):
        export_formats(session, tmp_path / "out", ["csv", "parquet"], progress=told.append)
    assert not told, "said before the session is read"


@pytest.mark.parametrize("name", [name for name in FORMATS if name != "csv"])
def test_an_empty_session(name: str, tmp_path: Path) -> None:
    out = export(write(tmp_path / "s.roomread", []), tmp_path / "out", name)
    for table in FORMATS[name].tables:
        if Path(table.file).suffix in TABULAR:
            assert header(out / table.file, TABULAR[Path(table.file).suffix]) == list(table.names)


@pytest.mark.parametrize("name", FORMATS)
def test_memory_stays_flat(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Four times the frames take no more, also of a session that was edited."""
    pytest.importorskip("pyarrow.parquet")
    for module, batch in ((parquet_module, "GROUP"), (export_module, "_GATHERED")):
        monkeypatch.setattr(module, batch, 100)
    for batch in ("_BATCH", "_MANY"):
        monkeypatch.setattr(frames_module, batch, 10)
    peaks = []
    for frames in (20, 80):
        path = tmp_path / f"{frames}.roomread"
        long_lesson(path, frames / 25 / 3600, fps=25.0, students=12)
        with Session.open(path) as session:
            Editor(session).split(6, 0.3)
            export_formats(session, tmp_path / str(frames), [name])  # fills caches
            tracemalloc.start()
            export_formats(session, tmp_path / str(frames), [name])
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
    assert peaks[1] - peaks[0] < 25_000  # of 720 faces more


@pytest.mark.parametrize("folder", ["/home/anna.muster/Class 7b/", r"C:\Users\anna.muster\7b" "\\"])
def test_no_file_says_where_the_recording_lies(folder: str, tmp_path: Path) -> None:
    pytest.importorskip("pyarrow.parquet")
    settings = {"recognizer": {"model": f"{folder}model"}, "detector": {"kind": "sweep"}}
    path = busy_lesson(
        tmp_path / "s.roomread", source_name=f"{folder}lesson.mp4", settings=settings
    )
    out = export(path, tmp_path / "out", *FORMATS)
    for file in files(out):
        assert b"anna" not in (out / file).read_bytes(), file
    told = json.loads((out / "session.json").read_text())
    assert told["source"]["name"] == "lesson.mp4"
    assert told["settings"] == {"recognizer": {"model": "model"}, "detector": {"kind": "sweep"}}
    with Session.open(path) as session:
        assert session.info.source_name == f"{folder}lesson.mp4"  # Review opens it there


def test_what_changes_nothing_is_known() -> None:
    chosen = ExportOptions(interval=9.0, gap=1.0, every_frame=True)
    assert unused_options(["csv", "boris"], chosen) == {}
    assert unused_options(["elan"], chosen) == {"every_frame": ("csv",)}
    assert unused_options(["jsonl"], ExportOptions()) == {}
    assert unused_options(["csv"], chosen, class_only=True) == {
        "gap": ("boris", "elan"), "every_frame": (),
    }  # fmt: skip

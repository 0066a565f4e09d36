from __future__ import annotations

import csv
import errno
import json
import os
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from app.core.errors import ExportError
from app.core.expressions import LABELS
from app.core.privacy import Privacy
from app.session import export, staging
from app.session.export import export_all
from app.session.store import FrameCounts, Session
from tests.session.builders import info, random_result, result, steady, write

EXPRESSIONS = "neutral,happiness,surprise,sadness,anger,disgust,fear,contempt"


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    """Three students in 12 s: S01 all the time, S02 never readable, S11 in the end."""
    with Session.create(tmp_path / "s.roomread", info(privacy=Privacy(min_group=2))) as session:
        for index in range(121):
            students: dict[int, str | None] = {1: "fear" if index < 50 else "happiness", 2: None}
            if index >= 100:
                students[11] = "anger"
            timings = {"detector": 0.02, "recognizer": 0.001 * (index % 3)}
            session.append(result(2 * index, index / 10, students, timings=timings))
        session.finish(FrameCounts(241, 121, 120), complete=True)
        yield session


def test_the_files_are_those_promised(session: Session, tmp_path: Path) -> None:
    out = tmp_path / "deep" / "out"
    written = export_all(session, out)
    names = [path.relative_to(out).as_posix() for path in written]
    assert names == [
        "change.csv",
        "class.csv",
        "markers.csv",
        "observations.csv",
        "resting.csv",
        "session.json",
        "statistics.csv",
        "students.csv",
        "students/S01.csv",
        "students/S02.csv",
        "students/S11.csv",
    ]
    assert sorted(p.name for p in out.iterdir()) == sorted([*names[:8], "students"])


def test_the_first_lines_to_the_letter(session: Session, tmp_path: Path) -> None:
    export_all(session, tmp_path)
    first, fear, unread = (tmp_path / "observations.csv").read_bytes().decode().split("\n")[:3]
    assert first == (
        "frame,timestamp,student,face_x,face_y,face_width,face_height,face_confidence,"
        f"expression,confidence,{EXPRESSIONS},sharpness,yaw_deg,exposure,reading_age"
    )
    assert fear == (
        "0,0.000,S01,10.0,100.0,20.0,24.0,0.9000,fear,0.6500,"
        "0.0500,0.0500,0.0500,0.0500,0.0500,0.0500,0.6500,0.0500,0.500,0.5,0.500,0.000"
    )
    assert unread == "0,0.000,S02,50.0,100.0,20.0,24.0,0.9000,,,,,,,,,,,0.500,0.5,0.500,0.000"
    students = (tmp_path / "students.csv").read_bytes().decode().split("\n")
    assert students == [
        "student,name,seen_from,seen_to,seconds_seen,faces_read,median_face_width," + EXPRESSIONS,
        "S01,,0.000,12.000,12.100,121,20.0,0.0000,0.5868,0.0000,0.0000,0.0000,0.0000,0.4132,0.0000",
        "S02,,0.000,12.000,12.100,0,20.0,,,,,,,,",
        "S11,,10.000,12.000,2.100,21,20.0,0.0000,0.0000,0.0000,0.0000,1.0000,0.0000,0.0000,0.0000",
        "",
    ]
    classes = (tmp_path / "class.csv").read_bytes().decode().split("\n")
    assert classes == [
        f"start,end,students_seen,faces_read,share_read,{EXPRESSIONS},faces_withheld",
        "0.000,5.000,2,50,0.5000,,,,,,,,,50",  # one of two read: no group
        "5.000,10.000,2,50,0.5000,,,,,,,,,50",
        "10.000,12.100,3,42,0.6667,0.0000,0.5000,0.0000,0.0000,0.5000,0.0000,0.0000,0.0000,0",
        "",
    ]


def test_observations_say_what_the_session_holds(tmp_path: Path) -> None:
    rng = np.random.default_rng(8)
    results = [random_result(rng, k, k * 0.0617, 9, held=True) for k in range(60)]
    with Session.open(write(tmp_path / "s.roomread", results)) as session:
        export_all(session, tmp_path)
    got = rows(tmp_path / "observations.csv")
    assert len(got) == 60 * 9
    expected = [(one, row) for one in results for row in range(9)]
    for cells, (one, row) in zip(got, expected, strict=True):
        faces, expressions = one.faces, one.expressions
        assert int(cells["frame"]) == one.index
        assert float(cells["timestamp"]) == pytest.approx(one.timestamp, abs=0.00051)
        assert int(cells["student"][1:]) == faces.ids[row]
        box = [float(cells[f"face_{side}"]) for side in ("x", "y", "width", "height")]
        assert box == pytest.approx(faces.boxes[row].tolist(), abs=0.051)
        assert float(cells["face_confidence"]) == pytest.approx(faces.scores[row], abs=0.000051)
        quality = expressions.quality
        for name, value, step in (
            ("sharpness", quality.sharpness[row], 0.001),
            ("yaw_deg", quality.yaw[row], 0.1),
            ("exposure", quality.exposure[row], 0.001),
            ("reading_age", expressions.age[row], 0.001),
        ):
            if np.isnan(value):
                assert cells[name] == ""
            else:
                assert float(cells[name]) == pytest.approx(value, abs=0.51 * step)
        label = expressions.labels[row]
        if label < 0:
            assert [cells[name] for name in ("expression", "confidence", *LABELS)] == [""] * 10
            continue
        assert cells["expression"] == LABELS[label]
        read = [float(cells[name]) for name in LABELS]
        assert read == pytest.approx(expressions.probabilities[row].tolist(), abs=0.000051)
        assert float(cells["confidence"]) == max(read)


def test_a_students_file_holds_the_students_rows(session: Session, tmp_path: Path) -> None:
    export_all(session, tmp_path)
    everything = rows(tmp_path / "observations.csv")
    for code in ("S01", "S02", "S11"):
        mine = rows(tmp_path / "students" / f"{code}.csv")
        assert mine == [row for row in everything if row["student"] == code]
        assert mine


def test_more_students_than_files_may_be_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "_GATHERED", 250)
    resource = pytest.importorskip("resource", reason="needs a limit of open files")
    n = 200
    students: dict[int, str | None] = dict.fromkeys(range(1, n + 1), "fear")
    path = write(tmp_path / "s.roomread", steady([0.0, 0.1, 0.2], students))
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    opened = len(os.listdir("/proc/self/fd")) if Path("/proc/self/fd").exists() else 64
    resource.setrlimit(resource.RLIMIT_NOFILE, (opened + 50, hard))
    try:
        with Session.open(path) as session:
            export_all(session, tmp_path)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    for k in range(1, n + 1):
        got = rows(tmp_path / "students" / f"S{k:02d}.csv")
        assert [row["frame"] for row in got] == ["0", "1", "2"]


@pytest.mark.parametrize(
    "name", ['=HYPERLINK("http://x","y")', " +1", "-Ann, Bob", "@a\nb", 'Zoë "Z" 李', "Ann\rB"]
)
def test_names_go_through_csv(session: Session, tmp_path: Path, name: str) -> None:
    session.set_name(2, name)
    export_all(session, tmp_path)
    students = rows(tmp_path / "students.csv")
    assert [row["student"] for row in students] == ["S01", "S02", "S11"]
    cell = students[1]["name"]
    assert cell.removeprefix("'") == name.strip()
    assert cell[0] not in "=+-@"
    assert students[1]["seconds_seen"] == "12.100"


def test_session_json_tells_how_it_was_made(session: Session, tmp_path: Path) -> None:
    export_all(session, tmp_path, interval=2.5)
    about = json.loads((tmp_path / "session.json").read_text(encoding="utf-8"))
    assert about["complete"] is True
    assert about["message"] == ""
    assert about["versions"]["roomread"] == "1.2.3"
    assert {"python", "platform", "numpy", "av"} <= about["versions"].keys()
    assert about["model"] == {
        "name": "base",
        "version": "1",
        "sha256": "ab" * 32,
        "provider": "CPU",
    }
    assert about["source"]["name"] == "lesson.mp4"
    assert about["frames"] == {"read": 241, "analysed": 121, "skipped": 120}
    assert (about["analysed_from"], about["analysed_to"]) == (0.0, 12.0)
    assert about["students"] == 3
    assert about["class_interval"] == 2.5
    assert about["settings"] == {"detector": {"tile": 224}}
    assert about["timings"]["detector"] == {
        "frames": 121,
        "total_seconds": 2.42,
        "median_ms": 20.0,
    }
    assert about["timings"]["recognizer"]["median_ms"] == 1.0
    described = about["columns"]["students.csv"]
    assert "seconds_seen" in described
    assert "until the next analysed one" in described["seconds_seen"]


def test_an_interval_with_nobody_is_a_row(tmp_path: Path) -> None:
    frames = [result(k, k / 2, {1: "fear"} if k < 10 or k > 30 else {}) for k in range(40)]
    with Session.open(write(tmp_path / "s.roomread", frames)) as session:
        export_all(session, tmp_path)
    got = rows(tmp_path / "class.csv")
    assert [row["start"] for row in got] == ["0.000", "5.000", "10.000", "15.000"]
    assert (got[1]["students_seen"], got[1]["faces_read"]) == ("0", "0")
    assert [got[1][name] for name in ("share_read", *LABELS)] == [""] * 9


def test_an_interval_without_a_frame_claims_nothing(tmp_path: Path) -> None:
    frames = [result(0, 0.0, {1: "fear"}), result(1, 11.0, {1: "fear"})]
    with Session.open(write(tmp_path / "s.roomread", frames)) as session:
        export_all(session, tmp_path)
    got = rows(tmp_path / "class.csv")
    assert [got[1][name] for name in ("students_seen", "faces_read", "share_read")] == [""] * 3


def test_a_session_without_frames_is_exported_too(tmp_path: Path) -> None:
    with Session.open(write(tmp_path / "s.roomread", [], source_fps=0.0)) as session:
        export_all(session, tmp_path)
    for name in ("observations", "students", "class"):
        assert rows(tmp_path / f"{name}.csv") == []
    about = json.loads((tmp_path / "session.json").read_text(encoding="utf-8"))
    assert about["complete"] is False
    assert "did not finish" in about["message"]


def test_a_running_session_can_be_exported(tmp_path: Path) -> None:
    with Session.create(tmp_path / "s.roomread", info()) as session:
        session.append(result(0, 0.0, {1: "fear"}))
        export_all(session, tmp_path)
        session.append(result(1, 0.1, {1: "fear"}))
        assert len(rows(tmp_path / "observations.csv")) == 1
        export_all(session, tmp_path)
        assert len(rows(tmp_path / "observations.csv")) == 2


def test_an_earlier_export_is_replaced_and_nothing_else_touched(
    session: Session, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    other = write(tmp_path / "t.roomread", steady([0.0, 0.1], {1: "fear", 7: "fear", 120: "fear"}))
    with Session.open(other) as earlier:
        export_all(earlier, out)
    (out / "students" / "S1.csv").write_text("mine")
    (out / "students" / "S07 notes.csv").write_text("mine")
    (out / "notes.txt").write_text("mine")
    export_all(session, out)
    assert sorted(path.name for path in (out / "students").iterdir()) == [
        "S01.csv",
        "S02.csv",
        "S07 notes.csv",
        "S1.csv",
        "S11.csv",
    ]
    assert (out / "notes.txt").read_text() == "mine"
    assert len(rows(out / "students" / "S01.csv")) == 121


def test_another_sessions_tables_are_not_replaced_unasked(session: Session, tmp_path: Path) -> None:
    out = tmp_path / "out"
    other = tmp_path / "other.roomread"
    with Session.create(other, info(created="2025-03-05T09:00:00Z")) as later:
        later.append(result(0, 0.0, {7: "fear"}))
        export_all(later, out)
    before = {path: path.read_bytes() for path in out.rglob("*.csv")}
    with pytest.raises(ExportError, match=r"another session \(lesson\.mp4, 2025-03-05"):
        export_all(session, out)
    assert {path: path.read_bytes() for path in out.rglob("*.csv")} == before
    export_all(session, out, overwrite=True)
    assert not (out / "students" / "S07.csv").exists()


def test_what_a_killed_export_left_is_cleared_away(session: Session, tmp_path: Path) -> None:
    left = tmp_path / (staging.PREFIX + "abc")
    left.mkdir()
    (left / "observations.csv").write_text("half")
    os.utime(left, (0, 0))
    export_all(session, tmp_path)
    assert not left.exists()


def test_out_is_a_file(session: Session, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.write_text("mine")
    for place in (out, out / "below"):
        with pytest.raises(ExportError, match=r"^can't export to .*: there is a file .*folder$"):
            export_all(session, place)
    assert out.read_text() == "mine"
    (tmp_path / "dir").mkdir()
    (tmp_path / "dir" / "students").write_text("mine")
    with pytest.raises(ExportError, match="can't export to"):
        export_all(session, tmp_path / "dir")


def test_a_full_disk_leaves_the_earlier_export_whole(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    export_all(session, out)
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    line = export._student_line

    def full(*_: object) -> str:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(export, "_student_line", full)
    with pytest.raises(ExportError, match="the disk is full: free some space"):
        export_all(session, out)
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before
    monkeypatch.setattr(export, "_student_line", line)
    export_all(session, out)


def test_a_write_that_really_fails_is_one_clear_line(tmp_path: Path) -> None:
    resource = pytest.importorskip("resource", reason="needs a limit of file size")
    frames = steady([k / 10 for k in range(300)], {1: "fear", 2: "fear"})
    path = write(tmp_path / "s.roomread", frames)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, hard))  # Python ignores SIGXFSZ
    try:
        with Session.open(path) as session, pytest.raises(ExportError, match="can't export to"):
            export_all(session, tmp_path / "out")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert list((tmp_path / "out").iterdir()) == []


def test_a_file_in_use_names_the_way_out(tmp_path: Path) -> None:
    error = staging.export_error(PermissionError(errno.EACCES, "Permission denied"), tmp_path)
    assert "open in another program" in str(error)
    assert "\n" not in str(error)


@pytest.mark.parametrize("interval", [0.0, -5.0, float("nan"), 1e-6])
def test_an_interval_must_have_a_length(session: Session, tmp_path: Path, interval: float) -> None:
    with pytest.raises(ExportError, match=r"give 0\.1 seconds or more"):
        export_all(session, tmp_path / "out", interval)
    assert not (tmp_path / "out").exists()


def test_memory_stays_flat(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "_GATHERED", 500)
    peaks = []
    for count in (650, 1300):
        frames = (
            result(k, k / 5, dict.fromkeys((1, 2, 3), "fear" if k % 3 else None))
            for k in range(count)
        )
        with Session.open(write(tmp_path / f"{count}.roomread", frames)) as session:
            export_all(session, tmp_path / "out")  # once before, so that caches are filled
            tracemalloc.start()
            export_all(session, tmp_path / "out")
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
    assert peaks[1] < 1.3 * peaks[0]


def test_every_frame_adds_rows_and_a_column_and_changes_no_other_table(
    session: Session, tmp_path: Path
) -> None:
    export_all(session, tmp_path / "plain")
    export_all(session, tmp_path / "every", every_frame=True)
    plain, every = (rows(tmp_path / name / "observations.csv") for name in ("plain", "every"))
    assert list(every[0]) == [*plain[0], "interpolated"]
    analysed = [row for row in every if row.pop("interpolated") == "0"]
    assert analysed == plain
    between = [row for row in every if int(row["frame"]) % 2]
    assert len(between) == len(every) - len(plain) == 2 * 120 + 20
    first = between[0]
    assert (first["frame"], first["timestamp"], first["student"]) == ("1", "0.050", "S01")
    assert (first["expression"], first["sharpness"]) == ("fear", "")
    frames = [int(row["frame"]) for row in every]
    assert frames == sorted(frames)
    for path in (tmp_path / "plain").rglob("*.csv"):
        name = path.relative_to(tmp_path / "plain")
        if name.name != "observations.csv":
            assert path.read_bytes() == (tmp_path / "every" / name).read_bytes(), name

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.core.privacy import Purpose
from app.session.episodes import Rules, episodes
from app.session.export import usual_span
from app.session.store import Session
from tests.session.builders import result, steady, write
from tests.session.formats.readers import busy_lesson, export, header, table

COLUMNS = [
    "Observation id", "Observation date", "Description", "Observation type", "Source",
    "Time offset (s)", "Coding duration", "Media duration (s)", "FPS (frame/s)", "Subject",
    "Observation duration by subject by observation", "Behavior", "Behavioral category",
    "Behavior type", "Start (s)", "Stop (s)", "Duration (s)", "Media file name",
    "Image index start", "Image index stop", "Image file path start", "Image file path stop",
    "Comment start", "Comment stop",
]  # fmt: skip
"""BORIS 8.27.4, boris.export_events.export_aggregated_events: no variables, no modifiers."""


def rows(out: Path) -> list[dict[str, str]]:
    return table(out / "boris.tsv", "\t")


def test_columns(tmp_path: Path) -> None:
    out = export(busy_lesson(tmp_path / "s.roomread"), tmp_path / "out", "boris")
    assert header(out / "boris.tsv", "\t") == COLUMNS


def test_an_episode_is_right_to_the_frame(tmp_path: Path) -> None:
    shown = ["fear"] * 10 + ["anger"] * 10 + [None] * 10
    frames = [result(10 + k, k / 10, {7: one}) for k, one in enumerate(shown)]
    purpose = Purpose("pilot\tstudy", "consent", "2025-01-01T00:00:00Z")
    path = write(tmp_path / "s.roomread", frames, source_name="/v/a.b.mp4", purpose=purpose)
    with Session.open(path) as session:
        session.markers.add(1.5, "quiz = hard")
        session.markers.add(9.0, "=end")
    fear, anger, marker, untold, end = rows(export(path, tmp_path / "out", "boris"))
    assert fear == dict(
        zip(
            COLUMNS,
            ["a.b", "2025-03-04 05:06:07", "pilot study", "Media file", "player #1:a.b.mp4",
             "0.0", "9.000", "12.500", "10.000", "S07", "3.000", "fear", "expression", "STATE",
             "0.000", "1.000", "1.000", "a.b.mp4", "10", "19", "", "", "", ""],
            strict=True,
        )
    )  # fmt: skip
    assert (anger["Start (s)"], anger["Stop (s)"], anger["Image index stop"]) == (
        "1.000", "2.000", "29",
    )  # fmt: skip
    assert (marker["Subject"], marker["Behavior type"], marker["Comment start"]) == (
        "No focal subject", "POINT", "quiz = hard",
    )  # fmt: skip
    assert (marker["Start (s)"], marker["Stop (s)"], marker["Duration (s)"]) == (
        "1.500", "1.500", "NA",
    )  # fmt: skip
    assert (untold["Behavior"], untold["Behavioral category"]) == ("can't tell", "not read")
    assert end["Comment start"] == "'=end"


def test_rules_and_order(tmp_path: Path) -> None:
    path = busy_lesson(tmp_path / "s.roomread")
    for gap, minimum in ((0.0, 0.0), (1.0, 2.0)):
        out = export(path, tmp_path / "out", "boris", gap=gap, minimum=minimum)
        states = [row for row in rows(out) if row["Behavior type"] == "STATE"]
        with Session.open(path) as session:
            found = list(episodes(session.results(), usual_span(session), Rules(gap, minimum)))
        assert len(states) == len(found) >= 10
        starts = [float(row["Start (s)"]) for row in rows(out)]
        assert starts == sorted(starts)
        for row in states:
            assert float(row["Duration (s)"]) >= minimum
        of_one = sum(float(row["Duration (s)"]) for row in states if row["Subject"] == "S01")
        told = {row["Observation duration by subject by observation"]
                for row in states if row["Subject"] == "S01"}  # fmt: skip
        assert told == {f"{of_one:.3f}"}


def test_of_a_camera(tmp_path: Path) -> None:
    frames = steady([k / 10 for k in range(10)], {1: "fear"})
    path = write(
        tmp_path / "s.roomread", frames, source_live=True, source_name="Room", source_duration=None
    )
    (row,) = rows(export(path, tmp_path / "out", "boris"))
    assert (row["Observation id"], row["Observation type"]) == ("Room", "Live observation")
    for name in ("Source", "Media duration (s)", "FPS (frame/s)", "Media file name"):
        assert row[name] == "NA"


def test_names_stay_at_home(tmp_path: Path) -> None:
    path = busy_lesson(tmp_path / "s.roomread")
    out = export(path, tmp_path / "out", "boris", "elan", "jsonl", "openface", "pyfeat", "srt")
    for file in out.iterdir():
        assert "HYPERLINK" not in file.read_text(), file.name


def test_a_pandas_user_reads_it(tmp_path: Path) -> None:
    pandas = pytest.importorskip("pandas")
    out = export(busy_lesson(tmp_path / "s.roomread"), tmp_path / "out", "boris")
    frame = pandas.read_csv(out / "boris.tsv", sep="\t")
    assert frame["Start (s)"].dtype == float
    assert set(frame["Behavior type"]) == {"STATE", "POINT"}
    assert frame["Comment start"].dropna().tolist() == [
        'group <work> & "noise"', "'=cmd\x01|' 'second here",
    ]  # fmt: skip


def test_quotation_marks(tmp_path: Path) -> None:
    pandas = pytest.importorskip("pandas")
    said = ['"quiz starts', "group\twork", 'the "end"']
    path = write(tmp_path / "s.roomread", steady([k / 10 for k in range(90)], {1: "fear"}))
    with Session.open(path) as session:
        for place, text in enumerate(said):
            session.markers.add(2.0 + place, text)
    out = export(path, tmp_path / "out", "boris", "elan")
    expected = ['"quiz starts', "group work", 'the "end"']
    assert [row["Comment start"] for row in rows(out)] == ["", *expected]
    frame = pandas.read_csv(out / "boris.tsv", sep="\t")
    assert frame["Comment start"].dropna().tolist() == expected
    # ELAN may take quotation marks for text, others for the beginning of a quoted cell.
    frame = pandas.read_csv(out / "elan.tsv", sep="\t")
    markers = frame[frame["Tier"] == "markers"]["Annotation"].tolist()
    assert markers == ["'quiz starts", "group work", 'the "end"']
    plain = [one.split("\t")[-1] for one in (out / "elan.tsv").read_text().splitlines()]
    assert plain[-3:] == markers
    assert '>"quiz starts<' in (out / "elan.eaf").read_text()


def test_dates_as_boris_reads_them(tmp_path: Path) -> None:
    """BORIS asks QDateTime for ``yyyy-MM-ddThh:mm:ss`` without a zone."""
    for name, created in (
        ("a", "2025-03-04T05:06:07+00:00"),
        ("b", "2025-03-04T05:06:07.250+00:00"),
        ("c", "2025-03-04T05:06:07Z"),
        ("d", "2025-03-04T07:06:07+02:00"),
    ):
        path = write(
            tmp_path / f"{name}.roomread", steady([0.0, 0.5, 1.0], {1: "fear"}), created=created
        )
        out = export(path, tmp_path / name, "boris")
        project = json.loads((out / "boris.boris").read_text(encoding="utf-8"))
        assert project["project_date"] == "2025-03-04T05:06:07"
        assert project["observations"]["lesson"]["date"] == "2025-03-04T05:06:07"
        assert {row["Observation date"] for row in rows(out)} == {"2025-03-04 05:06:07"}


def test_an_unknown_rate(tmp_path: Path) -> None:
    path = write(tmp_path / "s.roomread", steady([0.0, 0.5, 1.0], {1: "fear"}), source_fps=0.0)
    (row,) = rows(export(path, tmp_path / "out", "boris"))
    assert row["FPS (frame/s)"] == "NA"


@pytest.mark.parametrize("folder", ["/home/anna.muster/Class 7b/", r"C:\Users\anna.muster" + "\\"])
def test_the_recording_is_named_without_its_folder(folder: str, tmp_path: Path) -> None:
    """BORIS looks for it beside the project."""
    frames = steady([0.0, 0.5, 1.0], {1: "fear"})
    path = write(tmp_path / "s.roomread", frames, source_name=f"{folder}lesson.mp4")
    out = export(path, tmp_path / "out", "boris")
    project = json.loads((out / "boris.boris").read_text(encoding="utf-8"))
    observation = project["observations"]["lesson"]
    assert observation["file"]["1"] == ["lesson.mp4"] == list(observation["media_info"]["length"])
    (row,) = rows(out)
    assert (row["Media file name"], row["Observation id"]) == ("lesson.mp4", "lesson")
    assert row["Source"] == "player #1:lesson.mp4"


def test_the_project_says_the_same(tmp_path: Path) -> None:
    """As BORIS pairs events: the first and second of a subject's behavior, and so on."""
    out = export(busy_lesson(tmp_path / "s.roomread"), tmp_path / "out", "boris", gap=0.3)
    project = json.loads((out / "boris.boris").read_text(encoding="utf-8"))
    ((name, observation),) = project["observations"].items()
    events = observation["events"]
    assert [event[0] for event in events] == sorted(event[0] for event in events)
    codes = {one["code"]: one["type"] for one in project["behaviors_conf"].values()}
    subjects = {one["name"] for one in project["subjects_conf"].values()}
    opened: dict[tuple[str, str], tuple[float, int]] = {}
    told = []
    for time, subject, code, modifier, comment, frame in events:
        assert modifier == ""
        if codes[code] == "Point event":
            assert (subject, frame) == ("", "NA")
            told.append(("No focal subject", code, time, time, "NA", "NA", comment))
            continue
        assert subject in subjects
        if (begun := opened.pop((subject, code), None)) is None:
            opened[subject, code] = (time, frame)
        else:
            told.append((subject, code, begun[0], time, str(begun[1]), str(frame), ""))
    assert not opened
    columns = ("Subject", "Behavior", "Start (s)", "Stop (s)", "Image index start",
               "Image index stop", "Comment start")  # fmt: skip
    rows_ = [tuple(row[column] for column in columns) for row in rows(out)]
    assert sorted(
        (who, what, f"{start:.3f}", f"{stop:.3f}", first, last, comment)
        for who, what, start, stop, first, last, comment in told
        if what != "marker"
    ) == sorted(row for row in rows_ if row[1] != "marker")
    assert name == "lesson"
    assert [event[4] for event in events if event[2] == "marker"] == [
        'group <work> & "noise"', "=cmd\x01|' 'second here",
    ]  # fmt: skip
    assert observation["file"]["1"] == ["lesson.mp4"] == list(observation["media_info"]["fps"])


def test_a_project_of_nothing(tmp_path: Path) -> None:
    out = export(write(tmp_path / "s.roomread", []), tmp_path / "out", "boris")
    project = json.loads((out / "boris.boris").read_text(encoding="utf-8"))
    assert project["observations"]["lesson"]["events"] == []
    assert project["project_format_version"] == "7.0"

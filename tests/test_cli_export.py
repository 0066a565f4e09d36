from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from app import cli
from app.core.privacy import Privacy
from app.session.formats import FORMATS
from tests.conftest import ROOT
from tests.session.builders import steady, write
from tests.session.formats.readers import busy_lesson, table

Out = pytest.CaptureFixture[str]
CLASS_ONLY = Privacy(class_only=True)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return busy_lesson(tmp_path / "session.roomread")


def call(*arguments: object) -> int:
    return cli.main(["export", *(str(argument) for argument in arguments)])


def test_csv_is_the_default(path: Path, tmp_path: Path, capsys: Out) -> None:
    assert call(path.parent, "--out", tmp_path / "out") == 0
    assert (tmp_path / "out" / "observations.csv").is_file()
    assert not list((tmp_path / "out").glob("*.eaf"))
    said = capsys.readouterr().out
    assert f"files written to {tmp_path / 'out'}" in said
    assert "Note: the analysis did not finish" in said


def test_several_formats_and_rules(path: Path, tmp_path: Path, capsys: Out) -> None:
    out = tmp_path / "out"
    rules = ("--minimum", "1.5", "--gap", "0:01")
    assert call(path, "--out", out, "--format", "boris, SRT", "--format", "elan", *rules) == 0
    assert {one.name for one in out.iterdir()} == {
        "boris.boris", "boris.tsv", "class.srt", "elan.eaf", "elan.tsv", "session.json",
    }  # fmt: skip
    lengths = [row["Duration (s)"] for row in table(out / "boris.tsv", "\t")]
    assert min(float(one) for one in lengths if one != "NA") >= 1.5
    assert "6 files written" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--format", "xls"), "'xls' is no format: choose of csv, parquet, openface"),
        (("--format", ","), "no format is named: choose of csv"),
    ],
)
def test_no_such_format(
    arguments: tuple[str, ...], said: str, path: Path, tmp_path: Path, capsys: Out
) -> None:
    assert call(path, "--out", tmp_path / "out", *arguments) == 1
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_a_gap_below_0(path: Path, tmp_path: Path, capsys: Out) -> None:
    with pytest.raises(SystemExit, match="2"):
        call(path, "--out", tmp_path / "out", "--gap", "-3")
    assert "argument --gap: '-3' is below 0: give seconds (90.5)" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("--format boris --every-frame", ["--every-frame changes nothing here: only csv takes it"]),
        ("--format srt --gap 2 --minimum 0", [
            "--minimum changes nothing here: only boris, elan take it",
            "--gap changes nothing here: only boris, elan take it",
        ]),
        ("--format jsonl,openface --interval 9", [
            "--interval changes nothing here: only csv, parquet, elan, srt, vtt take it",
        ]),
        ("--format boris,csv --every-frame --gap 1 --interval 9", []),
        ("--format jsonl --gap 0.5", []),  # as it is anyway
    ],
)  # fmt: skip
def test_options_that_change_nothing_are_told(
    arguments: str, said: list[str], path: Path, tmp_path: Path, capsys: Out
) -> None:
    assert call(path, "--out", tmp_path / "out", *arguments.split()) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [one for one in lines if "changes nothing" in one] == [f"Note: {one}" for one in said]


def test_every_frame_of_the_class_as_a_whole(tmp_path: Path, capsys: Out) -> None:
    path = write(tmp_path / "s.roomread", steady([0.0, 0.5], {1: "fear"}), privacy=CLASS_ONLY)
    assert call(path, "--out", tmp_path / "out", "--every-frame") == 0
    assert "--every-frame changes nothing here: the session is of the class as a whole" in (
        capsys.readouterr().out
    )


@pytest.mark.parametrize("arguments", [(), ("--markdown",), ("s.roomread",), ("--out", "out")])
def test_wrong_use(arguments: tuple[str, ...], capsys: Out) -> None:
    with pytest.raises(SystemExit, match="2"):
        call(*arguments)
    assert "--describe" in capsys.readouterr().err


def test_describe_all(capsys: Out) -> None:
    assert call("--describe") == 0
    said = capsys.readouterr().out
    for one in FORMATS.values():
        assert f"Format {one.name}: {one.title}" in said
        for part in one.tables:
            assert f"  {part.file}: a row is {part.rows}" in said
            for name in part.names:
                assert name in said


def test_describe_one(capsys: Out) -> None:
    assert call("--describe", "--format", "boris") == 0
    said = capsys.readouterr().out
    assert "Start (s) [s]: timestamp of the first frame" in said
    assert "observations.csv" not in said


def test_the_page_in_the_documentation_is_that_of_the_command(capsys: Out) -> None:
    assert call("--describe", "--markdown") == 0
    page = ROOT / "docs" / "data-dictionary.md"
    assert page.read_text(encoding="utf-8") == capsys.readouterr().out, (
        "make it anew: roomread export --describe --markdown > docs/data-dictionary.md"
    )


def test_tables_of_another_session_are_replaced_when_asked(
    path: Path, tmp_path: Path, capsys: Out
) -> None:
    out = tmp_path / "out"
    write(tmp_path / "other.roomread", steady([0.0, 1.0], {1: "fear"}), created="2024-01-01")
    assert call(tmp_path / "other.roomread", "--out", out) == 0
    capsys.readouterr()
    assert call(path, "--out", out) == 1
    said = capsys.readouterr().err
    assert said.endswith("): choose another folder, or replace them with --overwrite\n")
    assert call(path, "--out", out, "--overwrite") == 0


def test_many_recordings_are_exported_each_into_its_folder(
    path: Path, tmp_path: Path, capsys: Out
) -> None:
    many, out = tmp_path / "many", tmp_path / "out"
    for name in ("monday", "tuesday", "wednesday"):
        (many / name).mkdir(parents=True)
        shutil.copy(path, many / name / "session.roomread")
    (many / "tuesday" / "session.roomread").write_text("my notes")
    assert call(many, "--out", out, "--format", "srt") == 1
    said = capsys.readouterr()
    assert f"files written to {out / 'monday'}\n" in said.out
    (line,) = [one for one in said.err.splitlines() if one.startswith("roomread: ")]
    assert line.startswith("roomread: tuesday: ")
    assert sorted(one.name for one in out.glob("*/class.srt")) == ["class.srt"] * 2
    assert call(many, "--out", out, "--format", "xls") == 1
    assert capsys.readouterr().err.count("\n") == 1
    assert call(many / "monday", "--out", out / "alone") == 0
    assert (out / "alone" / "class.csv").is_file()


def test_files_that_no_longer_hold_are_told(path: Path, tmp_path: Path, capsys: Out) -> None:
    out = tmp_path / "out"
    call(path, "--out", out, "--format", "csv,srt")
    students = len(list((out / "students").iterdir()))
    assert cli.main(["edit", str(path), "exclude", "S03"]) == 0
    capsys.readouterr()
    assert call(path, "--out", out, "--format", "boris") == 0
    (line,) = [one for one in capsys.readouterr().out.splitlines() if "no longer hold" in one]
    assert line.startswith("Note: removed from an earlier export")
    assert f"and {8 + students - 4} more" in line  # seven tables, the subtitles, S01 ...
    assert {one.name for one in out.iterdir() if one.is_file()} == {
        "boris.boris", "boris.tsv", "session.json",
    }  # fmt: skip

from __future__ import annotations

from pathlib import Path

import pytest

from app import cli
from app.session.formats import FORMATS
from tests.conftest import ROOT
from tests.session.formats.readers import busy_lesson, table

Out = pytest.CaptureFixture[str]


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

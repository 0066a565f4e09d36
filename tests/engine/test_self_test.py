"""A wrong result must not pass."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from app.core.errors import ModelError
from app.engine import self_test
from app.engine.analyse.analyze import AnalysisReport
from app.engine.self_test import (
    LEAST_FOUND,
    Row,
    SelfTestError,
    Truth,
    agreement,
    analyse_demo,
    apart,
    check_files,
    compare,
    demo_truth,
    read_rows,
)
from app.engine.settings import settings_path
from app.stages import fetch

Spoil = Callable[[AnalysisReport], None]


@pytest.fixture(scope="module")
def truth() -> Truth:
    return demo_truth()


@pytest.fixture(scope="module")
def report() -> Iterator[AnalysisReport]:
    with apart() as folder:
        self_test.check_detector()
        yield analyse_demo(folder)


@pytest.fixture(scope="module")
def rows(report: AnalysisReport) -> Sequence[Row]:
    return read_rows(report.out / "observations.csv")


def test_here_all_is_well(report: AnalysisReport, truth: Truth) -> None:
    assert check_files(report) == 7 + len(truth["students"])
    found = compare(report, truth)
    assert found.students == 16
    assert found.found > LEAST_FOUND
    assert found.right >= 0.8 * found.compared
    assert found.compared >= 30


class TestWrongResults:
    def test_nobody(self, truth: Truth) -> None:
        with pytest.raises(SelfTestError, match="0% of the faces"):
            agreement([], truth)

    def test_a_student_is_missing(self, rows: Sequence[Row], truth: Truth) -> None:
        left = [row for row in rows if row["student"] != "S07"]
        with pytest.raises(SelfTestError, match=r"15 students were found, 16 are"):
            agreement(left, truth)

    def test_many_faces_are_missing(self, rows: Sequence[Row], truth: Truth) -> None:
        left = [row for number, row in enumerate(rows) if number % 8]
        with pytest.raises(SelfTestError, match="of the faces were found"):
            agreement(left, truth)

    def test_boxes_beside_the_faces(self, rows: Sequence[Row], truth: Truth) -> None:
        moved = [{**row, "face_x": str(float(row["face_x"]) + 25)} for row in rows]
        with pytest.raises(SelfTestError, match="of the faces were found"):
            agreement(moved, truth)

    def test_two_students_change_places(self, rows: Sequence[Row], truth: Truth) -> None:
        swap = {"S03": "S04", "S04": "S03"}
        mixed = [
            {**row, "student": swap.get(row["student"], row["student"])}
            if float(row["timestamp"]) > 6
            else row
            for row in rows
        ]
        with pytest.raises(SelfTestError, match=r"mixed up: 16 ids .* 2 torn"):
            agreement(mixed, truth)

    def test_two_students_are_one(self, rows: Sequence[Row], truth: Truth) -> None:
        joined = [{**row, "student": row["student"].replace("S09", "S01")} for row in rows]
        with pytest.raises(SelfTestError, match="mixed up: 15 ids for 16 students, 1 shared"):
            agreement(joined, truth)

    @pytest.mark.parametrize("to", ["neutral", "happiness", ""])
    def test_always_the_same_expression(self, rows: Sequence[Row], truth: Truth, to: str) -> None:
        with pytest.raises(SelfTestError, match="expressions were read as drawn"):
            agreement([{**row, "expression": to} for row in rows], truth)

    def test_a_third_of_the_expressions_is_another(self, rows: Sequence[Row], truth: Truth) -> None:
        wrong = [
            {**row, "expression": "contempt"} if row["expression"] == "happiness" else row
            for row in rows
        ]
        with pytest.raises(SelfTestError, match="expressions were read as drawn"):
            agreement(wrong, truth)

    def test_frames_without_anybody(
        self, report: AnalysisReport, truth: Truth, tmp_path: Path
    ) -> None:
        header, *lines = (report.out / "observations.csv").read_text("utf-8").splitlines()
        frames = sorted({line.split(",")[0] for line in lines})[:3]
        kept = [line for line in lines if line.split(",")[0] not in frames]
        (tmp_path / "observations.csv").write_text("\n".join((header, *kept)), encoding="utf-8")
        with pytest.raises(SelfTestError, match="in 3 frames nobody was found"):
            compare(dataclasses.replace(report, out=tmp_path), truth)

    def test_of_another_clip(self, report: AnalysisReport, truth: Truth, tmp_path: Path) -> None:
        text = (report.out / "observations.csv").read_text(encoding="utf-8")
        (tmp_path / "observations.csv").write_text(text + text.splitlines()[-1].replace(
            text.splitlines()[-1].split(",")[0], "99999", 1
        ))  # fmt: skip
        with pytest.raises(SelfTestError, match="does not fit the demo clip"):
            compare(dataclasses.replace(report, out=tmp_path), truth)


class TestWrongFiles:
    @pytest.fixture
    def copied(self, report: AnalysisReport, tmp_path: Path) -> AnalysisReport:
        for path in (*report.files, report.session):
            (tmp_path / path.name).write_bytes(path.read_bytes())
        return dataclasses.replace(
            report,
            out=tmp_path,
            files=tuple(tmp_path / path.name for path in report.files),
            session=tmp_path / report.session.name,
        )

    def test_they_are_whole(self, copied: AnalysisReport) -> None:
        assert check_files(copied) == 23

    def test_one_is_missing(self, copied: AnalysisReport) -> None:
        fewer = [path for path in copied.files if path.name != "class.csv"]
        with pytest.raises(SelfTestError, match=r"class\.csv was not written"):
            check_files(dataclasses.replace(copied, files=tuple(fewer)))

    def test_one_has_vanished(self, copied: AnalysisReport) -> None:
        (copied.out / "S03.csv").unlink()
        with pytest.raises(SelfTestError, match=r"S03\.csv can't be read"):
            check_files(copied)

    def test_one_is_cut_off(self, copied: AnalysisReport) -> None:
        table = copied.out / "observations.csv"
        table.write_bytes(table.read_bytes()[:-70])
        with pytest.raises(SelfTestError, match=r"observations\.csv is not whole"):
            check_files(copied)

    def test_only_a_header(self, copied: AnalysisReport) -> None:
        table = copied.out / "students.csv"
        table.write_text(table.read_text(encoding="utf-8").splitlines()[0] + "\n")
        with pytest.raises(SelfTestError, match=r"students\.csv was not written, or is empty"):
            check_files(copied)

    def test_no_session(self, copied: AnalysisReport) -> None:
        copied.session.write_bytes(b"not a session")
        with pytest.raises(SelfTestError, match="the session file can't be read"):
            check_files(copied)


class TestModels:
    @pytest.fixture
    def nothing_here(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        """No model on this machine, and no way to one."""

        def fetched(*_: Any, **__: Any) -> Any:
            raise AssertionError("nothing may be fetched")

        data = tmp_path / "data" / "roomread" / "models"
        monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
        monkeypatch.setattr(fetch, "shipped_folder", lambda: tmp_path / "shipped")
        monkeypatch.setattr(self_test, "shipped_folder", lambda: tmp_path / "shipped")
        monkeypatch.setattr(fetch, "_fetch", fetched)
        return data

    def test_a_missing_one_is_a_failure(
        self, nothing_here: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with pytest.raises(SelfTestError, match="connect to the internet"), apart():
            pass
        monkeypatch.setattr(self_test, "bundled", lambda: True)
        with pytest.raises(SelfTestError, match="install Roomread again"), apart():
            pass

    def test_a_damaged_one_is_not_fetched_again(self, nothing_here: Path) -> None:
        nothing_here.mkdir(parents=True)
        for kind in ("short", "full"):
            (nothing_here / fetch.DETECTORS[kind].name).write_bytes(b"half")  # type: ignore[index]
        with apart(), pytest.raises(SelfTestError, match="nothing may be fetched"):
            self_test.check_detector()

    def test_a_damaged_one_of_the_installer(self, nothing_here: Path, tmp_path: Path) -> None:
        (tmp_path / "shipped").mkdir()
        for kind in ("short", "full"):
            (tmp_path / "shipped" / fetch.DETECTORS[kind].name).write_bytes(b"half")  # type: ignore[index]
        with apart(), pytest.raises(ModelError, match="install Roomread again"):
            self_test.check_detector()


def test_the_users_folders_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    before, usual = dict(os.environ), settings_path()
    with apart() as folder:
        assert folder in settings_path().parents
        assert folder in fetch.models_folder().parents
        assert not folder.name.isascii()
    assert dict(os.environ) == before
    assert settings_path() == usual
    assert not folder.exists()


def test_no_truth_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = SimpleNamespace(files=lambda _: tmp_path)
    monkeypatch.setattr(self_test.importlib, "resources", own)
    with pytest.raises(SelfTestError, match=r"demo\.json can't be read"):
        demo_truth()

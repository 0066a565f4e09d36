from __future__ import annotations

import gc
import weakref
from pathlib import Path

import pytest

from app.core.errors import ExportError, SessionError, TableError
from app.core.privacy import Privacy
from app.session.export import export_all
from app.session.results import OF_STUDENTS, TABLES, Results, open_session
from app.session.store import Session
from tests.session.builders import result, steady, write

THREE = {1: "fear", 2: "fear", 3: None}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = write(tmp_path / "session.roomread", steady([k / 10 for k in range(30)], THREE))
    with Session.open(path) as session:
        session.markers.add(1.0, "start")
    return path


@pytest.fixture
def class_only(tmp_path: Path) -> Path:
    privacy = Privacy(class_only=True, min_group=2)
    return write(tmp_path / "class.roomread", [result(0, 0.0, THREE)], privacy=privacy)


class TestOpening:
    def test_a_file_or_its_folder(self, path: Path) -> None:
        for given in (path, str(path), path.parent):
            with open_session(given) as results:
                assert results.path == path
                assert len(results.observations) == 90

    def test_every_table(self, path: Path) -> None:
        with open_session(path, interval=1.0) as results:
            assert {one: len(getattr(results, one)) for one in TABLES} == {
                "observations": 90,
                "students": 3,
                "classes": 3,
                "statistics": 18 * 4,
                "episodes": 3,
                "resting": 3,
                "change": 3,
                "agreement": 0,
                "markers": 1,
            }
            assert results.info.students == 3
            assert results.observations is results.observations  # read once

    def test_what_is_wrong_is_one_line(self, tmp_path: Path, path: Path) -> None:
        with pytest.raises(SessionError, match="missing"):
            open_session(tmp_path / "missing.roomread")
        with pytest.raises(ExportError, match="interval 0"):
            open_session(path, interval=0)
        with pytest.raises(ExportError, match="gap -1"):
            open_session(path, gap=-1)

    def test_rules_of_episodes(self, path: Path) -> None:
        with open_session(path, minimum=60) as results:
            assert len(results.episodes) == 0


class TestClosing:
    def test_tables_outlive_it(self, path: Path) -> None:
        with open_session(path) as results:
            table = results.students
        assert table["student"].tolist() == ["S01", "S02", "S03"]
        assert results.students is table
        with pytest.raises(SessionError, match="are closed"):
            _ = results.observations
        with pytest.raises(SessionError, match="are closed"):
            results.report(path.with_suffix(".html"))
        assert repr(results) == "<Results: closed>"
        results.close()

    def test_who_lets_go_of_it_closes_it(self, path: Path) -> None:
        session, tidied = Session.open(path), []
        results = Results(session, tidy=lambda: tidied.append(1))
        gone = weakref.ref(results)
        del results
        gc.collect()
        assert gone() is None
        assert tidied == [1]
        assert not path.with_name(path.name + "-wal").exists()

    def test_frames_keep_it_open(self, path: Path) -> None:
        frames = open_session(path).frames()
        gc.collect()
        assert [one.index for one in frames] == list(range(30))


class TestClassOnly:
    def test_it_has_no_students(self, class_only: Path) -> None:
        with open_session(class_only) as results:
            for name in OF_STUDENTS:
                with pytest.raises(TableError, match=f"class as a whole and has no {name}: use"):
                    getattr(results, name)
            with pytest.raises(TableError, match="no frames"):
                results.frames()
            assert len(results.classes) == 1
            assert set(results.statistics["of"].tolist()) == {"class"}
            assert "students" not in repr(results).split("tables:")[1]

    def test_nor_does_an_export(self, class_only: Path, tmp_path: Path) -> None:
        with open_session(class_only) as results:
            with pytest.raises(ExportError, match="single students"):
                results.export(tmp_path / "out", "boris")
            written = results.export(tmp_path / "out")
        assert "observations.csv" not in {one.name for one in written}


class TestFiles:
    def test_export_is_that_of_the_command(self, path: Path, tmp_path: Path) -> None:
        shares: list[float] = []
        with open_session(path, interval=1.0) as results:
            written = results.export(str(tmp_path / "a"), ["csv", "vtt"], progress=shares.append)
        assert shares[-1] == 1.0
        with Session.open(path) as session:
            export_all(session, tmp_path / "b", 1.0)
        assert (tmp_path / "a" / "class.vtt") in written
        for file in (tmp_path / "b").glob("*.csv"):
            assert (tmp_path / "a" / file.name).read_bytes() == file.read_bytes()

    def test_unknown_format(self, path: Path, tmp_path: Path) -> None:
        with open_session(path) as results, pytest.raises(ExportError, match="'xls' is no format"):
            results.export(tmp_path / "out", "xls")
        assert not (tmp_path / "out").exists()

    def test_report(self, path: Path, tmp_path: Path) -> None:
        with open_session(path) as results:
            assert results.report(tmp_path / "r.html", language="de").read_text(encoding="utf-8")
            with pytest.raises(ExportError, match=r"\.html or \.pdf"):
                results.report(tmp_path / "r.doc")


def test_shown_in_a_line_and_in_a_notebook(path: Path) -> None:
    with open_session(path) as results:
        assert repr(results).startswith("<Results: lesson.mp4, 0.0 to 2.9 s, 30 frames analysed, 3")
        assert "not complete" in repr(results)
        assert "<b>Results</b> lesson.mp4" in results._repr_html_()

from __future__ import annotations

import importlib.util
from pathlib import Path

import platformdirs
import pytest

from app.engine.live.session import sessions_folder
from app.engine.review.export_choice import ExportChoice, offered_folder
from app.engine.review.offers import Hindrance, format_offers
from app.session.analysis_files import SESSION_FILE
from app.session.formats import DEFAULT, FORMATS, ExportOptions, check_formats


def test_at_first_it_is_as_an_export_without_a_choice() -> None:
    assert ExportChoice().formats == DEFAULT
    assert ExportChoice().options == ExportOptions()
    assert ExportChoice(interval=2.0, minimum=1.0, gap=0.2, every_frame=True).options == (
        ExportOptions(2.0, 1.0, 0.2, True)
    )


def test_two_sessions_never_get_the_same_folder() -> None:
    lessons = Path("/lessons")
    kept = ExportChoice(folder=Path("/exports"))
    assert ExportChoice().place_for(lessons / "Monday.roomread") == lessons / "Monday-export"
    analysed = lessons / "Monday-roomread" / SESSION_FILE
    assert ExportChoice().place_for(analysed) == analysed.parent, "its tables lie there"
    assert kept.place_for(lessons / "Monday.roomread") == Path("/exports/Monday-export")
    assert kept.place_for(analysed) == Path("/exports/Monday-roomread-export")


def test_what_comes_of_a_session_in_a_hidden_folder_is_offered_where_people_look(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(platformdirs, "user_documents_dir", lambda: str(tmp_path / "Documents"))
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    hidden = sessions_folder() / "today.roomread"
    assert offered_folder(hidden) == tmp_path, "there are no documents"
    (tmp_path / "Documents").mkdir()
    assert offered_folder(hidden) == tmp_path / "Documents"
    assert ExportChoice().place_for(hidden) == tmp_path / "Documents" / "today-export"
    chosen = ExportChoice(folder=Path("/exports"))
    assert chosen.place_for(hidden) == Path("/exports/today-export")


@pytest.mark.parametrize("class_only", [False, True])
def test_what_is_offered_is_what_an_export_takes(class_only: bool) -> None:
    offers = format_offers(class_only)
    assert [one.format for one in offers] == list(FORMATS.values())
    free = [one.format.name for one in offers if one.hindrance is None]
    assert [one.name for one in check_formats(free, class_only)] == free
    refused = {one.format.name for one in offers if one.hindrance is Hindrance.STUDENTS}
    assert bool(refused) is class_only
    assert refused == {one.name for one in FORMATS.values() if one.of_students and class_only}


def test_without_pyarrow_there_is_no_parquet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    hindered = {one.format.name: one.hindrance for one in format_offers(False) if one.hindrance}
    assert hindered == {"parquet": Hindrance.PACKAGE}

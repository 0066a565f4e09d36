"""Export, report and rescue: dialogs that ask, jobs that write, and what is said then."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QWidget
from pytestqt.qtbot import QtBot

from app.core.privacy import Privacy
from app.engine.analyse.analysed import analysed_path, analysed_sessions
from app.engine.review.export_choice import ExportChoice
from app.engine.settings import Appearance, Settings
from app.session.formats import FORMATS
from app.ui.main_window import MainWindow
from app.ui.review.bar import day
from app.ui.review.export_dialog import ExportDialog
from app.ui.review.format_wording import TRANSLATED
from app.ui.review.report_dialog import ReportDialog
from app.ui.review.workspace import ReviewWorkspace
from app.ui.widgets.message_bar import Offer
from tests.session.lessons import lesson
from tests.ui.pseudo import pseudo_language, untranslated
from tests.ui.review.conftest import fill
from tests.ui.review.steps import open_session, settled


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """What the system was asked to open."""
    paths: list[Path] = []
    monkeypatch.setattr(
        QDesktopServices, "openUrl", lambda url: paths.append(Path(url.toLocalFile()))
    )
    return paths


@pytest.fixture
def brackets(qapp: QApplication) -> Iterator[None]:
    with pseudo_language(qapp):
        yield


def export_dialog(review: ReviewWorkspace) -> ExportDialog:
    dialog = review.files.export_tables()
    assert dialog is not None
    return dialog


def report_dialog(qtbot: QtBot, review: ReviewWorkspace) -> ReportDialog:
    dialog = review.files.export_report()
    assert dialog is not None
    settled(qtbot, review)
    return dialog


def offered(qtbot: QtBot, review: ReviewWorkspace, act: object) -> Offer:
    """What is offered after ``act``."""
    with qtbot.waitSignal(review.offered, timeout=20_000) as said:
        act()  # type: ignore[operator]
    (offer,) = said.args
    assert isinstance(offer, Offer)
    return offer


def test_the_chosen_formats_are_written_and_their_folder_opens(
    qtbot: QtBot,
    review: ReviewWorkspace,
    alone: Path,
    tmp_path: Path,
    opened: list[Path],
) -> None:
    open_session(qtbot, review, alone)
    dialog = export_dialog(review)
    assert [name for name, tick in dialog.formats.items() if tick.isChecked()] == ["csv"]
    out = tmp_path / "alone-export"
    assert dialog.folder.text() == str(out)
    assert not dialog.minimum.isEnabled()
    dialog.formats["boris"].click()
    dialog.formats["srt"].click()
    assert dialog.minimum.isEnabled()
    dialog.interval.setValue(2.0)
    lines: list[tuple[str, bool]] = []
    review.message.connect(lambda text, problem: lines.append((text, problem)))
    offer = offered(qtbot, review, dialog.export.click)
    written = {path.name for path in out.rglob("*") if path.is_file()}
    assert {"observations.csv", "boris.tsv", "class.srt", "session.json"} <= written
    assert len((out / "class.csv").read_text().splitlines()) == 3
    assert lines == [
        (
            f"{len(written)} files written to {out}. The class has no shares: fewer than 5 faces "
            "were ever read at once.",
            False,
        )
    ]
    offer.act()
    assert opened == [out]
    again = export_dialog(review)
    assert again.formats["boris"].isChecked()
    assert again.interval.value() == 2.0
    assert again.folder.text() == str(out)
    again.reject()


def test_a_class_with_shares_and_files_without_a_class_say_nothing_of_its_size(
    qtbot: QtBot, review: ReviewWorkspace, alone: Path, tmp_path: Path, opened: list[Path]
) -> None:
    lines: list[str] = []
    review.message.connect(lambda text, _: lines.append(text))
    open_session(qtbot, review, alone)
    dialog = export_dialog(review)
    dialog.formats["csv"].click()
    dialog.formats["boris"].click()
    offered(qtbot, review, dialog.export.click)
    settled(qtbot, review)
    large = fill(tmp_path / "large.roomread", privacy=Privacy(min_group=3))
    open_session(qtbot, review, large)
    dialog = export_dialog(review)
    dialog.formats["csv"].click()
    offered(qtbot, review, dialog.export.click)
    assert [line.partition("written to ")[2] for line in lines if "written to" in line] == [
        str(tmp_path / "alone-export"),
        str(tmp_path / "large-export"),
    ]
    assert (tmp_path / "large-export" / "class.csv").exists()


def test_files_of_before_the_last_edits_are_told(
    qtbot: QtBot, review: ReviewWorkspace, alone: Path, tmp_path: Path, opened: list[Path]
) -> None:
    open_session(qtbot, review, alone)
    offered(qtbot, review, export_dialog(review).export.click)
    settled(qtbot, review)
    session = review.controller.review
    assert session is not None
    session.exclude(1)
    dialog = export_dialog(review)
    dialog.formats["csv"].click()
    dialog.formats["srt"].click()
    lines: list[str] = []
    review.message.connect(lambda text, _: lines.append(text))
    offered(qtbot, review, dialog.export.click)
    assert lines[0].startswith("2 files written to ")
    assert "Files of before your last edits were removed: change.csv, class.csv" in lines[0]


def test_the_next_session_gets_a_folder_of_its_own_in_the_same_place(
    qtbot: QtBot,
    review: ReviewWorkspace,
    alone: Path,
    with_video: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    open_session(qtbot, review, alone)
    dialog = export_dialog(review)
    place = tmp_path / "exports"
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(place))
    dialog._on_choose()
    assert dialog.folder.text() == str(place / "alone-export")
    offered(qtbot, review, dialog.export.click)
    open_session(qtbot, review, with_video)
    dialog = export_dialog(review)
    assert dialog.folder.text() == str(place / "lesson-export")
    dialog.folder.setText("")
    assert not dialog.export.isEnabled()
    dialog.reject()


def test_nothing_is_written_where_nothing_is_ticked_or_it_is_stopped(
    qtbot: QtBot, review: ReviewWorkspace, alone: Path, tmp_path: Path
) -> None:
    open_session(qtbot, review, alone)
    dialog = export_dialog(review)
    dialog.formats["csv"].click()
    assert not dialog.export.isEnabled()
    assert "Tick a format" in dialog._problem.text()
    dialog.formats["csv"].click()
    with qtbot.waitSignal(review.message) as said:
        dialog.export.click()
        assert review.bar.stop.isVisible()
        review.bar.stop.click()
    assert said.args == ["Stopped; nothing was written.", False]
    assert not list((tmp_path / "alone-export").glob("*"))
    assert not review.bar.stop.isVisible()


def test_a_class_only_session_is_offered_nothing_of_single_students(
    qtbot: QtBot, review: ReviewWorkspace, class_only: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    review.files.choice = ExportChoice(("boris", "parquet"), every_frame=True)
    open_session(qtbot, review, class_only)
    dialog = export_dialog(review)
    for name, tick in dialog.formats.items():
        possible = not FORMATS[name].of_students and name != "parquet"
        assert tick.isEnabled() is possible, name
    said = dialog.formats["boris"].toolTip()
    assert "class as a whole" in said
    assert said in [label.text() for label in dialog.findChildren(QLabel)]
    assert "pip install" in dialog.formats["parquet"].toolTip()
    assert dialog.choice().formats == ("csv",)
    assert not dialog.every_frame.isEnabled()
    assert not dialog.choice().every_frame
    offered(qtbot, review, dialog.export.click)


def test_tables_of_another_session_are_not_replaced(
    qtbot: QtBot, review: ReviewWorkspace, alone: Path, tmp_path: Path
) -> None:
    other = fill(tmp_path / "other.roomread", created="2024-01-01T00:00:00Z")
    open_session(qtbot, review, other)
    offered(qtbot, review, lambda: review.controller.exports.tables(tmp_path / "out"))
    open_session(qtbot, review, alone)
    with qtbot.waitSignal(review.message) as said:
        review.controller.exports.tables(tmp_path / "out")
    assert said.args[1]
    assert "choose another folder" in said.args[0]


@pytest.mark.parametrize("german", [False, True])
def test_a_report_is_written_in_the_windows_language_and_opens(
    qtbot: QtBot,
    review: ReviewWorkspace,
    alone: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    opened: list[Path],
    german: bool,
) -> None:
    language = "de" if german else "en"
    review.set_settings(Settings(appearance=Appearance(language=language)))
    open_session(qtbot, review, alone)
    asked: list[str] = []

    def ask(_: object, __: str, start: str, ___: str) -> tuple[str, str]:
        asked.append(start)
        return str(tmp_path / "page"), ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", ask)
    dialog = report_dialog(qtbot, review)
    offer = offered(qtbot, review, dialog.save.click)
    out = tmp_path / "page.html"
    assert asked == [str(tmp_path / "alone-report.html")]
    assert f'<html lang="{language}"' in out.read_text(encoding="utf-8")
    offer.act()
    assert opened == [out]


def test_a_report_compares_with_another_session(
    qtbot: QtBot,
    review: ReviewWorkspace,
    alone: Path,
    with_video: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    open_session(qtbot, review, alone)
    (tmp_path / "torn.roomread").write_bytes(b"no session")
    dialog = report_dialog(qtbot, review)
    others = [dialog.other.itemData(one) for one in range(dialog.other.count())]
    assert others == [None, with_video], "not itself, and none that can't be opened"
    assert dialog.other.itemText(1).startswith("lesson.mp4")
    elsewhere = tmp_path / "elsewhere.roomread"
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(elsewhere), ""))
    dialog._on_choose()
    assert dialog.other.currentData() == elsewhere
    dialog.other.setCurrentIndex(1)
    dialog.pdf.click()
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "page.pdf"), ""))
    given: list[object] = []
    monkeypatch.setattr(review.controller.exports, "report", lambda *what: given.extend(what))
    dialog.save.click()
    assert given == [tmp_path / "page.pdf", with_video]


def test_a_session_to_compare_with_that_can_not_be_read_is_said(
    qtbot: QtBot, review: ReviewWorkspace, alone: Path, tmp_path: Path
) -> None:
    open_session(qtbot, review, alone)
    with qtbot.waitSignal(review.message, timeout=20_000) as said:
        review.controller.exports.report(tmp_path / "a.html", tmp_path / "gone.roomread")
    assert said.args[1]
    assert "does not exist" in said.args[0]
    assert not (tmp_path / "a.html").exists()


def damage(path: Path) -> Path:
    data = bytearray(path.read_bytes())
    half = len(data) // 4096 // 2 * 4096
    data[half : half + 4096] = b"\xff" * 4096
    path.write_bytes(data)
    return path


def test_of_a_damaged_session_what_can_be_read_is_saved_and_opened(
    qtbot: QtBot, review: ReviewWorkspace, alone: Path, tmp_path: Path
) -> None:
    open_session(qtbot, review, alone)
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    path = damage(lesson(folder / "lesson.roomread"))
    lines: list[str] = []
    review.message.connect(lambda text, _: lines.append(text))
    offer = offered(qtbot, review, lambda: review.open_session(path))
    assert "damaged" in lines[-1]
    assert review.controller.review is not None, "the one that was open still is"
    with qtbot.waitSignal(review.note, timeout=20_000) as said:
        offer.act()
    assert re.match(r"What could be read was saved as lesson-repaired.roomread; repaired: \d+ of",
                    said.args[0])  # fmt: skip
    new = folder / "lesson-repaired.roomread"
    assert review.controller.review.path == new
    assert analysed_sessions(analysed_path()) == [new], "it lies where nobody else would look"
    assert not review.controller.exports.running


def test_saving_a_damaged_session_can_be_stopped(
    qtbot: QtBot, review: ReviewWorkspace, tmp_path: Path
) -> None:
    path = damage(lesson(tmp_path / "lesson.roomread"))
    offer = offered(qtbot, review, lambda: review.open_session(path))
    with qtbot.waitSignal(review.message, timeout=20_000) as said:
        offer.act()
        review.bar.stop.click()
    assert said.args == ["Stopped; nothing was saved.", False]
    assert [one.name for one in tmp_path.glob("*.roomread")] == ["lesson.roomread"]


def test_the_message_bar_shows_what_is_offered(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    window.show_workspace(window.review)
    window.review.open_session(damage(lesson(tmp_path / "lesson.roomread")))
    button = window.messages.offer_button
    qtbot.waitUntil(button.isVisible)
    assert window.messages.is_error()
    assert button.text() == "Save what can be read"
    button.click()
    qtbot.waitUntil(lambda: window.review.controller.review is not None)
    assert not button.isVisible()
    assert not window.messages.is_error()


def test_every_format_is_in_the_words_of_the_window() -> None:
    words = {text for one in FORMATS.values() for text in (one.title, one.files)}
    assert words == set(TRANSLATED)


def test_nothing_in_the_dialogs_is_left_out_of_the_translations(
    brackets: None, qtbot: QtBot, review: ReviewWorkspace, alone: Path, with_video: Path
) -> None:
    open_session(qtbot, review, alone)
    dialog = export_dialog(review)
    folder = str(alone.with_name("alone-export"))
    assert untranslated(dialog, (folder,)) == []
    dialog.reject()
    report = report_dialog(qtbot, review)
    assert report.other.count() == 2
    assert untranslated(report, ("lesson.mp4", day("2025-03-04T05:06:07Z"), "0:03")) == []
    report.reject()


@pytest.mark.parametrize("kind", ["export", "report"])
def test_every_control_is_reached_with_the_keyboard_and_says_what_it_is(
    qtbot: QtBot, review: ReviewWorkspace, alone: Path, kind: str
) -> None:
    open_session(qtbot, review, alone)
    dialog = export_dialog(review) if kind == "export" else report_dialog(qtbot, review)
    qtbot.waitExposed(dialog)
    dialog.activateWindow()
    wanted = {
        one
        for one in dialog.findChildren(QWidget)
        if one.isEnabled() and one.isVisible() and one.focusPolicy() & Qt.FocusPolicy.TabFocus
        if one.objectName() != "qt_spinbox_lineedit"  # a part of its box
    }
    reached: set[QWidget] = set()
    for _ in range(2 * len(wanted)):
        now = dialog.focusWidget()
        assert now is not None
        reached.add(now)
        QTest.keyClick(now, Qt.Key.Key_Tab)
    radios = {one for one in wanted if one.inherits("QRadioButton")}  # arrows move among them
    assert wanted - reached <= radios
    for one in wanted:
        assert one.toolTip() or one.inherits("QLineEdit"), one
        assert one.accessibleName() or getattr(one, "text", str)(), one
    dialog.reject()

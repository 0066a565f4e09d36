from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QDragEnterEvent, QDropEvent
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from app.core.privacy import Privacy
from app.engine.analyse.plans import Plan, Preset
from app.engine.analyse.queue_row import QueueRow, QueueView, RowState
from app.engine.settings import Settings
from app.session.store import Session
from app.ui.analyse.queue_model import ACTION, NAME, PROGRESS, STATE
from app.ui.analyse.queue_table import QueueTable
from app.ui.analyse.replacing import ReplaceQuestion
from app.ui.analyse.workspace import AnalyseWorkspace
from app.ui.main_window import MainWindow
from app.ui.services import Services
from tests.fakes import fake_pipeline, write_video
from tests.ui.stand_ins import Stage

DONE, WAITING, FAILED = RowState.DONE, RowState.WAITING, RowState.FAILED


@pytest.fixture
def open_page(qtbot: QtBot, stage: Stage) -> Iterator[Callable[[], AnalyseWorkspace]]:
    """Makes the page alone, over the fake pipeline."""
    pages: list[AnalyseWorkspace] = []

    def make(settings: Settings | None = None) -> AnalyseWorkspace:
        page = AnalyseWorkspace(settings or Settings(), stage.services)
        pages.append(page)
        page.resize(1160, 760)
        page.show()
        qtbot.waitExposed(page)
        page.enter()
        return page

    yield make
    for page in pages:
        end(qtbot, page)


def end(qtbot: QtBot, page: AnalyseWorkspace) -> None:
    if not page._closing:
        with qtbot.waitSignal(page.closed):
            page.shut_down()
        page.close()
        # Else a worker's garbage collection could end Qt's half of it in a wrong thread.
        page.deleteLater()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


@pytest.fixture
def page(open_page: Callable[[], AnalyseWorkspace]) -> AnalyseWorkspace:
    return open_page()


@pytest.fixture
def clips(tmp_path: Path) -> Path:
    """A folder with two short recordings and a text."""
    folder = tmp_path / "week"
    folder.mkdir()
    for name in ("Monday", "tuesday"):
        write_video(folder / f"{name}.mp4", 20)
    (folder / "notes.txt").touch()
    return folder


def drop(page: AnalyseWorkspace, *paths: Path) -> None:
    """Drag files over the page and let them go."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    copy, none = Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(50, 50), copy, data, Qt.MouseButton.LeftButton, none)
    QApplication.sendEvent(page, enter)
    assert enter.isAccepted()
    assert page._hint.isVisible()
    left = Qt.MouseButton.LeftButton
    QApplication.sendEvent(page, QDropEvent(QPointF(50, 50), copy, data, left, none))
    assert not page._hint.isVisible()


def states(page: AnalyseWorkspace) -> list[RowState]:
    return [row.state for row in page.page.table.rows.rows]


def reach(qtbot: QtBot, page: AnalyseWorkspace, *wanted: RowState) -> None:
    qtbot.waitUntil(lambda: states(page) == list(wanted), timeout=10_000)


def cell(page: AnalyseWorkspace, row: int, column: int) -> str:
    return str(page.page.table.rows.index(row, column).data())


def press(qtbot: QtBot, page: AnalyseWorkspace, key: Qt.Key, ctrl: bool = False) -> None:
    modifier = Qt.KeyboardModifier.ControlModifier if ctrl else Qt.KeyboardModifier.NoModifier
    page.page.table.setFocus()
    qtbot.keyClick(page.page.table, key, modifier)


def click(qtbot: QtBot, page: AnalyseWorkspace, row: int, column: int) -> None:
    table = page.page.table
    place = table.visualRect(table.rows.index(row, column)).center()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)


def test_an_empty_page_says_what_to_do(page: AnalyseWorkspace) -> None:
    assert page.page._stack.currentIndex() == 0
    assert page.page.first.isVisible()
    for button in (page.page.pause, page.page.review, page.page.remove, page.page.clear):
        assert not button.isEnabled()


def test_a_dropped_folder_is_analysed_and_opens_in_review(
    qtbot: QtBot, page: AnalyseWorkspace, clips: Path
) -> None:
    drop(page, clips)
    reach(qtbot, page, DONE, DONE)
    assert [cell(page, row, NAME) for row in (0, 1)] == ["Monday.mp4", "tuesday.mp4"]
    assert cell(page, 0, PROGRESS).startswith("Students: 3 · took")
    assert cell(page, 0, STATE) == "Done"
    assert page.page.summary.text() == "2 of 2 done"
    with qtbot.waitSignal(page.review_wanted) as wanted:
        click(qtbot, page, 1, ACTION)
    (path,) = wanted.args or ()
    assert path == clips / "tuesday-roomread" / "session.roomread"
    with Session.open(path) as session:
        assert session.complete
        assert session.counts.analysed == 10, "5 of the 10 frames of each second"
    assert (clips / "tuesday-roomread" / "class.csv").is_file()


def test_what_is_no_video_is_said_in_one_line(
    qtbot: QtBot, page: AnalyseWorkspace, clips: Path
) -> None:
    with qtbot.waitSignal(page.note) as said:
        drop(page, clips / "notes.txt", clips / "Monday.mp4")
    assert said.args == ["Left out, since there is no video in it: notes.txt."]
    reach(qtbot, page, DONE)
    with qtbot.waitSignal(page.message) as said:
        drop(page, clips / "notes.txt")
    assert said.args is not None
    assert said.args[1] is True


def test_a_file_that_only_looks_like_a_video(
    qtbot: QtBot, page: AnalyseWorkspace, clips: Path
) -> None:
    (clips / "aa.mp4").write_text("no video")
    drop(page, clips)
    reach(qtbot, page, FAILED, DONE, DONE)
    page.page.table.choose((page.page.table.rows.rows[0].number,))
    assert "is no video that can be read" in page.page.detail.text()
    assert cell(page, 0, ACTION) == "Try again"


def test_chosen_files_with_another_plan(
    qtbot: QtBot, page: AnalyseWorkspace, clips: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    odd = (clips / "Monday.mp4").rename(clips / "Monday.bin")
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: ([str(odd)], ""))
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(clips / "all"))
    bar = page.page.plan
    bar.preset.setCurrentIndex(bar.preset.findData(Preset.CUSTOM))
    bar.fps.setValue(2.5)
    bar.interval.setValue(1.0)
    bar.annotate.setChecked(True)
    bar.results.menu().actions()[1].trigger()
    page.page.add.click()
    reach(qtbot, page, DONE)
    (row,) = page.page.table.rows.rows
    assert row.plan == Plan(2.5, True, 1.0)
    assert row.out == clips / "all" / "Monday-roomread"
    assert (row.out / "annotated.mp4").is_file()


def test_other_results_are_replaced_only_when_the_user_says_so(
    qtbot: QtBot, page: AnalyseWorkspace, clips: Path
) -> None:
    drop(page, clips / "Monday.mp4")
    reach(qtbot, page, DONE)
    drop(page, clips / "Monday.mp4")
    reach(qtbot, page, FAILED)
    assert (cell(page, 0, STATE), cell(page, 0, ACTION)) == ("Not started", "Replace")
    click(qtbot, page, 0, NAME)
    assert page.page.review.isEnabled(), "what is there can be looked at"
    (row,) = page.page.table.rows.rows
    with Session.open(row.out / "session.roomread") as session:
        session.set_name(1, "Ada")
        session.markers.add(0.2, "group work")
    click(qtbot, page, 0, ACTION)
    question = asked(qtbot, page)
    assert "names: 1, markers: 1" in question.informativeText()
    question.keep.click()
    assert states(page) == [FAILED]
    click(qtbot, page, 0, ACTION)
    asked(qtbot, page).replace.click()
    reach(qtbot, page, DONE)


def asked(qtbot: QtBot, page: AnalyseWorkspace) -> ReplaceQuestion:
    """The question that is open."""
    boxes = lambda: [one for one in page.findChildren(ReplaceQuestion) if one.isVisible()]  # noqa: E731
    qtbot.waitUntil(lambda: len(boxes()) == 1)
    return boxes()[0]


class TestByKeys:
    @pytest.fixture
    def page(
        self, qtbot: QtBot, open_page: Callable[[], AnalyseWorkspace], clips: Path
    ) -> AnalyseWorkspace:
        """Paused, with two recordings that wait; the first is chosen."""
        page = open_page()
        page.queue.pause()
        drop(page, clips)
        reach(qtbot, page, WAITING, WAITING)
        click(qtbot, page, 0, NAME)
        return page

    def names(self, page: AnalyseWorkspace) -> list[str]:
        return [row.path.stem for row in page.page.table.rows.rows]

    def test_space_resumes_and_enter_opens(self, qtbot: QtBot, page: AnalyseWorkspace) -> None:
        assert page.page.pause.text() == "Resume"
        press(qtbot, page, Qt.Key.Key_Space)
        reach(qtbot, page, DONE, DONE)
        with qtbot.waitSignal(page.review_wanted) as wanted:
            press(qtbot, page, Qt.Key.Key_Return)
        assert wanted.args is not None
        assert wanted.args[0].parent.name == "Monday-roomread"

    def test_reorder_keeps_the_choice(self, qtbot: QtBot, page: AnalyseWorkspace) -> None:
        chosen = page.page.table.chosen()
        press(qtbot, page, Qt.Key.Key_Down, ctrl=True)
        assert self.names(page) == ["tuesday", "Monday"]
        assert page.page.table.chosen() == chosen
        press(qtbot, page, Qt.Key.Key_Up, ctrl=True)
        assert self.names(page) == ["Monday", "tuesday"]

    def test_delete_removes(self, qtbot: QtBot, page: AnalyseWorkspace) -> None:
        press(qtbot, page, Qt.Key.Key_Delete)
        assert self.names(page) == ["tuesday"]

    def test_enter_on_what_is_not_done_opens_nothing(
        self, qtbot: QtBot, page: AnalyseWorkspace
    ) -> None:
        with qtbot.assertNotEmitted(page.review_wanted):
            press(qtbot, page, Qt.Key.Key_Return)

    def test_the_menu(self, qtbot: QtBot, page: AnalyseWorkspace) -> None:
        page.page.plan.preset.setCurrentIndex(page.page.plan.preset.findData(Preset.EVERY))
        actions = {one.text().split("\t")[0]: one for one in page.menu().actions()}
        assert not actions["Open in Review"].isEnabled()
        assert not actions["Try again"].isEnabled()
        actions["Analyse as chosen above"].trigger()
        assert page.page.table.rows.rows[0].plan == Plan(None)
        actions["Stop"].trigger()
        assert states(page) == [RowState.CANCELLED, WAITING]

    def test_the_folder(
        self, qtbot: QtBot, page: AnalyseWorkspace, monkeypatch: pytest.MonkeyPatch, clips: Path
    ) -> None:
        opened: list[Path] = []
        monkeypatch.setattr(
            QDesktopServices, "openUrl", lambda url: opened.append(Path(url.toLocalFile()))
        )
        page.page.folder.click()
        press(qtbot, page, Qt.Key.Key_Space)
        reach(qtbot, page, DONE, DONE)
        page.page.folder.click()
        assert opened == [clips, clips / "Monday-roomread"]


@pytest.mark.alone
def test_closing_in_the_middle_and_resuming(
    qtbot: QtBot, open_page: Callable[[], AnalyseWorkspace], stage: Stage, clips: Path
) -> None:
    gate = threading.Semaphore(3)
    stage.pipeline = lambda: fake_pipeline(gate=gate)
    page = open_page()
    drop(page, clips)
    reach(qtbot, page, RowState.RUNNING, WAITING)
    begin = time.monotonic()
    threading.Timer(0.1, gate.release).start()
    end(qtbot, page)
    assert time.monotonic() - begin < 2.0
    stage.pipeline = fake_pipeline
    again = open_page()
    reach(qtbot, again, WAITING, WAITING)
    assert again.page.summary.text() == "0 of 2 done, paused"
    assert "goes on" in again.page.table.rows.rows[0].message
    again.page.pause.click()
    reach(qtbot, again, DONE, DONE)


def test_class_only_writes_no_video(
    qtbot: QtBot, open_page: Callable[..., AnalyseWorkspace], clips: Path
) -> None:
    page = open_page()
    page.page.plan.annotate.setChecked(True)
    page.set_settings(Settings(privacy=Privacy(class_only=True)))
    assert not page.page.plan.annotate.isEnabled()
    drop(page, clips / "Monday.mp4")
    reach(qtbot, page, DONE)
    out = clips / "Monday-roomread"
    assert not (out / "annotated.mp4").exists()
    with Session.open(out / "session.roomread") as session:
        assert session.class_only


def test_a_damaged_list_is_said(
    qtbot: QtBot, open_page: Callable[[], AnalyseWorkspace], stage: Stage
) -> None:
    file = stage.services.sessions.parent / "queue.json"
    file.write_text("{")
    said: list[tuple[str, bool]] = []
    page = AnalyseWorkspace(Settings(), stage.services)
    page.message.connect(lambda text, error: said.append((text, error)))
    page.enter()
    qtbot.waitUntil(lambda: bool(said))
    assert "damaged" in said[0][0]
    end(qtbot, page)


def test_in_the_window(
    qtbot: QtBot, open_window: Callable[[Services], MainWindow], stage: Stage, clips: Path
) -> None:
    """Live has the right of way; what is done elsewhere is said."""
    window = open_window(stage.services)
    page = window.analyse
    window.show_workspace(page)
    window.live.working.emit(True)
    drop(page, clips / "Monday.mp4")
    qtbot.waitUntil(lambda: "waiting while Live" in page.page.summary.text())
    window.live.working.emit(False)
    reach(qtbot, page, DONE)


def rows(count: int) -> tuple[QueueRow, ...]:
    return tuple(
        QueueRow(i + 1, Path(f"/a/{i}.mp4"), Path(f"/a/{i}"), Plan(), length=60.0)
        for i in range(count)
    )


def test_the_model_keeps_its_promises(qtbot: QtBot) -> None:
    table = QueueTable()
    qtbot.addWidget(table)
    fatal = QAbstractItemModelTester.FailureReportingMode.Fatal
    QAbstractItemModelTester(table.rows, fatal, table)
    many = rows(6)
    for shown in (many[:2], many, many[::-1], many[2:], (), many):
        table.show_rows(shown)
        assert table.rows.rows == shown
        assert table.rows.rowCount() == len(shown)


@pytest.mark.alone
def test_a_long_list_stays_quick(qtbot: QtBot, page: AnalyseWorkspace) -> None:
    many = rows(200)
    page._timer.stop()
    page.page.show_view(QueueView(many, loaded=True))
    page.page.table.choose((150,), 150)
    begin = time.monotonic()
    page.page.show_view(QueueView(many[::-1], loaded=True))
    page.grab()
    assert time.monotonic() - begin < 0.5
    assert page.page.table.chosen() == (150,)


def test_everything_has_a_name_and_a_tip(page: AnalyseWorkspace) -> None:
    shown = page.page
    for widget in (shown.add, shown.pause, shown.review, shown.folder, shown.stop, shown.remove):
        assert widget.accessibleName()
        assert "(" in widget.toolTip(), "its shortcut"
    bar = shown.plan
    for control in (bar.preset, bar.fps, bar.interval, bar.annotate, bar.results):
        assert control.accessibleName() or control is bar.annotate
        assert control.toolTip()
    assert page.minimumSizeHint().width() <= 960, "fits a window of 1080 beside its rail"

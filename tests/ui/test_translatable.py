"""Nothing that the user reads is left out of the translation files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QWidget
from pytestqt.qtbot import QtBot

from app.core.privacy import FaceCover, Privacy
from app.engine.analyse.queue_row import QueueView
from app.engine.live.viewmodel import State
from app.engine.settings import RecognizerSettings, Settings
from app.engine.user_data import Wiped
from app.session.edits import PICTURE, TWO_WAY, Exclude, Include, Merge, Name, Reject, Split
from app.ui.dialogs.door_notice import DoorNoticeDialog
from app.ui.dialogs.farewell import Farewell
from app.ui.dialogs.first_start import FirstStart
from app.ui.dialogs.help import Help
from app.ui.dialogs.notice_text import NoticeDialog
from app.ui.dialogs.settings_dialog import SettingsDialog
from app.ui.jobs import Jobs
from app.ui.live.controls import USUAL_SIZE
from app.ui.live.stream_dialog import StreamDialog
from app.ui.main_window import MainWindow
from app.ui.review.edit_wording import change_text, origin_text
from app.ui.services import Services
from app.ui.translations import LANGUAGES
from app.ui.widgets.marks import UNKNOWN, word
from app.ui.wording import idle_text
from tests.ui.pseudo import forgotten, pseudo_language, untranslated
from tests.ui.scenes import queue_of, show_class
from tests.ui.stand_ins import CAMERAS, Stage

NAMES = ("Roomread", "Ada", "Lesson on fractions, 7b.mp4", "CPU", "lesson-roomread", "class.csv",
         *(camera.name for camera in CAMERAS))  # fmt: skip
"""What stays as it is in every language."""


@pytest.fixture
def brackets(qapp: QApplication) -> Iterator[None]:
    """Windows made in a test are in brackets."""
    with pseudo_language(qapp):
        yield


@pytest.fixture
def jobs(qtbot: QtBot) -> Iterator[Jobs]:
    jobs = Jobs()
    yield jobs
    qtbot.waitUntil(lambda: not jobs.running)


def test_the_search_finds_what_was_forgotten(qtbot: QtBot, brackets: None) -> None:
    page = QWidget()
    qtbot.addWidget(page)
    label = QLabel("Open it", page)
    label.setToolTip(f"{page.tr('Fine: {what}').format(what=page.tr('well'))} (Ctrl+O)")
    label.setAccessibleName("S07 Ada")
    assert untranslated(page, ("Ada",)) == ["QLabel text: 'Open it'"]


def test_a_window_with_nothing_in_it(
    open_window: Callable[[Services], MainWindow], stage: Stage, brackets: None
) -> None:
    window = open_window(stage.services)
    window.live._on_state()
    window.live.controls.menu.aboutToShow.emit()
    assert untranslated(window, NAMES) == []


@pytest.mark.parametrize("state", ["error", "few"])
def test_a_window_full_of_a_class(
    qtbot: QtBot,
    open_window: Callable[[Services], MainWindow],
    stage: Stage,
    brackets: None,
    state: str,
) -> None:
    window = open_window(stage.services)
    live, analyse = window.live, window.analyse
    show_class(window, 12, {3: "Ada"})
    live.status.show_activity("", False)
    live.controls.show_cameras(CAMERAS, (USUAL_SIZE,))
    live.video.show_waiting("")
    live._select(3)
    live.controls.regions.click()
    window.messages.show_message("", error=state == "error")
    window.show_workspace(analyse)
    qtbot.waitUntil(lambda: analyse._view.loaded)
    view = queue_of(state)
    analyse.page.show_view(view)
    analyse.page.table.choose((view.rows[1].number,), view.rows[1].number)
    assert untranslated(window, (*NAMES, *_paths(view))) == []
    for student in (1, 3, 5):
        assert not forgotten(live.video.describe(student), NAMES)
    live.people.show_class_only(True)
    assert untranslated(live.people, NAMES) == []


def _paths(view: QueueView) -> Iterator[str]:
    """Places, and what the engine says, which is English."""
    for row in view.rows:
        out = str(row.out)
        yield from (str(row.path), row.path.name, str(row.path.parent), out, row.message)
        yield row.message.removeprefix(f"{row.path} ")


def test_what_asks_and_tells(
    qtbot: QtBot, jobs: Jobs, stage: Stage, tmp_path: Path, brackets: None
) -> None:
    privacy = Privacy(True, 5, FaceCover.BLUR, True, 30)
    settings = Settings(privacy=privacy, recognizer=RecognizerSettings(model="own.onnx"))
    data = stage.services.user_data
    door = DoorNoticeDialog("Ada", privacy, jobs)
    first, help_, parent = FirstStart(), Help(), QWidget()
    first.go_on.click()
    dialogs: list[QDialog] = [
        SettingsDialog(settings, data, jobs), door, first, help_, NoticeDialog(), StreamDialog(),
        Farewell(Wiped(2, ("problem.txt",), (tmp_path,)), parent),
    ]  # fmt: skip
    qtbot.waitUntil(lambda: not jobs.running)
    names = (
        *NAMES, str(tmp_path), str(data.sessions), door.date.text(), "problem.txt",
        help_.text.toPlainText(),
        *LANGUAGES.values(), "Apache", "Qt", "LGPL", "pyqtgraph", "ONNX Runtime", "OpenCV",
        "FFmpeg", "NumPy", "CC BY-NC 4.0", "rtsp://user:password@192.168.1.20:554/stream1", "bytes",
    )  # fmt: skip
    for dialog in dialogs:
        assert untranslated(dialog, names) == []
        dialog.reject()


def test_words_that_are_only_drawn(brackets: None) -> None:
    said = [word(label) for label in (UNKNOWN, *range(8))]
    said += [text for text in map(idle_text, State) if text]
    changes = (Name(1, "Ada"), Name(1, ""), Merge(1, 2), Split(1, 2.0, 3), Exclude(1), Include(1),
               Reject(4))  # fmt: skip
    said += [change_text(change) for change in changes]
    said += [origin_text(TWO_WAY), origin_text(PICTURE)]
    assert [text for text in said if "⟦" not in text or forgotten(text, NAMES)] == []

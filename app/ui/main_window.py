"""The window: three workspaces, one shown at a time, and one bar for messages."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QRect, QSize, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QGuiApplication
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QMainWindow,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.engine.settings import Settings, save_settings
from app.engine.user_data import Wiped
from app.engine.window_state import (
    Rect,
    WindowState,
    fit,
    load_window_state,
    save_window_state,
)
from app.ui import theme
from app.ui.analyse.workspace import AnalyseWorkspace
from app.ui.dialogs.farewell import Farewell
from app.ui.dialogs.help import Help
from app.ui.dialogs.settings_dialog import SettingsDialog
from app.ui.jobs import Jobs, nothing
from app.ui.live.workspace import LiveWorkspace
from app.ui.rail import Rail
from app.ui.review.workspace import ReviewWorkspace
from app.ui.services import Services
from app.ui.theme import GAP
from app.ui.threads import InTurn
from app.ui.translations import chosen_language
from app.ui.widgets.message_bar import MessageBar
from app.ui.workspace import Workspace

USUAL_SIZE: Final = QSize(1280, 800)
SMALLEST_SIZE: Final = QSize(1080, 640)


class MainWindow(QMainWindow):
    """Everything that the user sees after the first start."""

    def __init__(
        self,
        settings: Settings,
        services: Services | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._settings = settings
        self._services = services or Services()
        self._data = self._services.user_data
        self._jobs = Jobs(self)
        self._jobs.idle.connect(self._close_if_done)
        # The last one must win. Whoever hears of failures held here would keep the window alive.
        self._saves = InTurn(self._jobs, nothing)
        self.setWindowTitle("Roomread")
        self.setMinimumSize(SMALLEST_SIZE)
        self.messages = MessageBar()
        self.live = LiveWorkspace(settings, self._services)
        self.analyse = AnalyseWorkspace(settings, self._services)
        self.review = ReviewWorkspace(settings, self._services)
        self._pages: dict[str, Workspace] = {
            "live": self.live,
            "analyse": self.analyse,
            "review": self.review,
        }
        self.rail = Rail(self)
        self._open: set[Workspace] = set()
        self._closing = self._may_close = self._wipe = False
        self._titles: dict[Workspace, str] = {}
        self._stack = QStackedWidget()
        self._lay_out()
        for workspace in self._pages.values():
            self._connect(workspace)
        self.rail.chosen.connect(self._on_chosen)
        self.rail.settings_wanted.connect(self.show_settings)
        self.rail.help_wanted.connect(self.show_help)
        self._restore()
        self._expire()

    @property
    def settings(self) -> Settings:
        """Those that hold now."""
        return self._settings

    def show_workspace(self, workspace: Workspace) -> None:
        """Bring one of the workspaces to the front."""
        before = self._stack.currentWidget()
        self.rail.show_chosen(self._name(workspace))
        self._stack.setCurrentWidget(workspace)
        self._show_title()
        if before is not workspace and isinstance(before, Workspace):
            before.leave()
        workspace.enter()
        now = self.focusWidget()
        if before is not workspace or now is None or not workspace.isAncestorOf(now):
            workspace.setFocus(Qt.FocusReason.OtherFocusReason)  # no ring; Tab goes on in it

    def set_settings(self, settings: Settings) -> None:
        """Heed changed settings everywhere, and keep them for the next start."""
        app = QApplication.instance()
        look = settings.appearance
        if isinstance(app, QApplication) and look.theme != self._settings.appearance.theme:
            theme.choose(app, look.theme)
        self._settings = settings
        for workspace in self._pages.values():
            workspace.set_settings(settings)
        path = self._services.settings_file
        self._saves.put("settings", lambda: save_settings(settings, path), nothing, self._on_failed)

    def show_settings(self) -> SettingsDialog:
        """Open the settings over the window."""
        dialog = SettingsDialog(self._settings, self._data, self._jobs, self)
        dialog.changed.connect(self._on_settings)
        dialog.delete_wanted.connect(self.delete_everything)
        dialog.open()
        return dialog

    def show_help(self) -> Help:
        """Open the help over the window."""
        dialog = Help(chosen_language(self._settings.appearance.language), self)
        dialog.open()
        return dialog

    def delete_everything(self) -> None:
        """Close, then delete all that was kept, and say what is left. Can't be undone."""
        self._wipe = True
        self.close()

    def _keep(self, name: str, work: Callable[[], None]) -> None:
        self._jobs.start(name, work, nothing, self._on_failed)

    def _lay_out(self) -> None:
        for workspace in self._pages.values():
            self._stack.addWidget(workspace)
        column = QVBoxLayout()
        column.setSpacing(GAP)
        column.addWidget(self.messages)
        column.addWidget(self._stack, 1)
        body = QWidget()
        outer = QHBoxLayout(body)
        outer.setContentsMargins(GAP // 2, GAP, GAP, 6)
        outer.setSpacing(GAP // 2)
        outer.addWidget(self.rail)
        outer.addLayout(column, 1)
        self.setCentralWidget(body)

    def _connect(self, workspace: Workspace) -> None:
        self._open.add(workspace)
        workspace.message.connect(self.messages.show_message)
        workspace.note.connect(self.messages.show_note)
        workspace.offered.connect(self.messages.offer)
        workspace.dismissed.connect(self.messages.dismiss)
        # A lambda that holds the window would keep it alive when it is closed.
        workspace.titled.connect(self._on_titled)
        workspace.working.connect(self._on_working)
        workspace.review_wanted.connect(self._on_review)
        workspace.closed.connect(self._on_closed)

    def _name(self, workspace: Workspace) -> str:
        return next(name for name, page in self._pages.items() if page is workspace)

    def _on_chosen(self, name: str) -> None:
        self.show_workspace(self._pages[name])

    def _on_titled(self, title: str) -> None:
        workspace = self.sender()
        if isinstance(workspace, Workspace):
            self._titles[workspace] = title
            self._show_title()

    def _on_working(self, working: bool) -> None:
        workspace = self.sender()
        if isinstance(workspace, Workspace):
            self.rail.pages[self._name(workspace)].set_working(working)
        if workspace is self.live:
            self.analyse.hold(working)  # what happens now can't wait, recordings can

    def _on_review(self, path: object) -> None:
        if isinstance(path, Path):
            self.messages.dismiss()
            self.show_workspace(self.review)
            self.review.open_session(path)

    def _on_settings(self, settings: object) -> None:
        if isinstance(settings, Settings):
            self.set_settings(settings)

    def _on_failed(self, text: str) -> None:
        self.messages.show_message(text, error=True)

    def _show_title(self) -> None:
        current = self._stack.currentWidget()
        title = self._titles.get(current, "") if isinstance(current, Workspace) else ""
        self.setWindowTitle(f"{title} – Roomread" if title else "Roomread")

    def _restore(self) -> None:
        """Open as the window was left, on a screen that is there."""
        # Title bars take some 40 pixels that the screen's free area does not leave out.
        main = self.screen()
        self.resize(USUAL_SIZE.boundedTo(main.availableSize() - QSize(0, 40)))
        kept = load_window_state(self._services.window_file)
        if kept is None:
            self.show_workspace(self.live)
            return
        others = [screen for screen in QGuiApplication.screens() if screen is not main]
        free = [_rect(screen.availableGeometry()) for screen in (main, *others)]
        self.setGeometry(*fit(kept.place, free, SMALLEST_SIZE.toTuple()))
        if kept.maximised:
            self.setWindowState(Qt.WindowState.WindowMaximized)
        for name, splitter in self._splitters().items():
            sizes = kept.splitters.get(name, ())
            if len(sizes) == splitter.count() and sum(sizes) > 0:
                splitter.setSizes(list(sizes))
        self.analyse.page.plan.set_plan(kept.plan)
        self.analyse.page.plan.set_folder(kept.results)
        self.review.files.choice = kept.export
        self.show_workspace(self._pages.get(kept.workspace, self.live))

    def _expire(self) -> None:
        """Delete sessions as old as the user wants them gone, and say so."""
        days = self._settings.privacy.retention_days
        if days is not None:
            work = partial(self._data.expire, days)
            self._jobs.start("retention", work, self._on_expired, self._on_failed)

    def _on_expired(self, done: tuple[list[Path], tuple[str, ...]]) -> None:
        deleted, problems = done
        said = []
        if deleted:
            days = self._settings.privacy.retention_days
            text = self.tr("Sessions deleted because they were older than {days} days: {n}.")
            said.append(text.format(days=days, n=len(deleted)))
        if problems:
            said.append(self.tr("Some could not be deleted: {why}").format(why=problems[0]))
        if problems:
            self.messages.show_message(" ".join(said), error=True)
        elif said:
            self.messages.show_note(" ".join(said))

    def _state(self) -> WindowState:
        place = self.normalGeometry() if self.isMaximized() else self.geometry()
        current = self._stack.currentWidget()
        shown = self._name(current) if isinstance(current, Workspace) else ""
        sizes = {  # a page may have moved one for a while
            name: tuple(one.property("usual") or one.sizes())
            for name, one in self._splitters().items()
        }
        chosen = self.analyse.page.plan
        return WindowState(
            _rect(place),
            self.isMaximized(),
            shown,
            sizes,
            chosen.plan,
            chosen.folder,
            self.review.files.choice,
        )

    def _splitters(self) -> dict[str, QSplitter]:
        """Every splitter by a name that is the same at each start."""
        return {
            f"{name}.{number}": splitter
            for name, page in self._pages.items()
            for number, splitter in enumerate(page.findChildren(QSplitter))
        }

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        """Close once every thread has ended; the window stays and says so until then."""
        if self._may_close:
            event.accept()
            return
        event.ignore()
        if self._closing:
            return
        self._closing = True
        if not self._wipe:
            state, path = self._state(), self._services.window_file
            self._keep("window", lambda: save_window_state(state, path))
        for workspace in tuple(self._open):
            workspace.shut_down()

    def _on_closed(self) -> None:
        workspace = self.sender()
        if isinstance(workspace, Workspace):
            self._open.discard(workspace)
        self._close_if_done()

    def _close_if_done(self) -> None:
        if not self._closing or self._open or self._jobs.running or self._may_close:
            return
        if self._wipe:
            self._wipe = False  # nothing runs any more that could write something new
            self._jobs.start(
                "delete", self._data.delete_everything, self._on_wiped, self._on_not_wiped
            )
            return
        self._may_close = True
        QTimer.singleShot(0, self.close)  # Qt ignores a close within a close

    def _on_wiped(self, wiped: Wiped) -> None:
        Farewell(wiped, self).exec()

    def _on_not_wiped(self, text: str) -> None:
        """Say it in a dialog: the window closes as soon as this returns."""
        Farewell(Wiped(0, (text,), ()), self).exec()


def _rect(place: QRect) -> Rect:
    return Rect(place.left(), place.top(), place.width(), place.height())

"""The window: three workspaces, one shown at a time, and one bar for messages."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QMainWindow,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.engine.settings import Settings
from app.ui.analyse.workspace import AnalyseWorkspace
from app.ui.dialogs.notice import Notice, agreed_on, notice_path
from app.ui.live.workspace import LiveWorkspace
from app.ui.review.workspace import ReviewWorkspace
from app.ui.services import Services
from app.ui.theme import GAP
from app.ui.widgets.button import button
from app.ui.widgets.message_bar import MessageBar
from app.ui.workspace import Workspace

USUAL_SIZE: Final = QSize(1280, 800)


class MainWindow(QMainWindow):
    """Everything that the user sees after the notice."""

    def __init__(
        self,
        settings: Settings,
        services: Services | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Roomread")
        # Title bars take some 40 pixels that the screen's free area does not leave out.
        room = self.screen().availableSize() - QSize(0, 40)
        self.resize(USUAL_SIZE.boundedTo(room))
        self.setMinimumSize(1080, 640)
        self.messages = MessageBar()
        self.live = LiveWorkspace(settings, services)
        self.analyse = AnalyseWorkspace()
        self.review = ReviewWorkspace()
        self._open: set[Workspace] = set()
        self._closing = self._may_close = False
        self._titles: dict[Workspace, str] = {}
        self._stack = QStackedWidget()
        self._tabs: dict[Workspace, QPushButton] = {}
        self._lay_out()
        self.show_workspace(self.live)

    def show_workspace(self, workspace: Workspace) -> None:
        """Bring one of the workspaces to the front."""
        before = self._stack.currentWidget()
        self._tabs[workspace].setChecked(True)
        self._stack.setCurrentWidget(workspace)
        self._show_title()
        if before is not workspace and isinstance(before, Workspace):
            before.leave()
        workspace.enter()

    def _lay_out(self) -> None:
        rail = QVBoxLayout()
        rail.setSpacing(4)
        group = QButtonGroup(self)
        for number, (title, workspace) in enumerate(
            (("Live", self.live), ("Analyse", self.analyse), ("Review", self.review)), 1
        ):
            tab = button(title, f"Ctrl+{number}", f"Show {title}", self)
            tab.setCheckable(True)
            tab.setProperty("rail", True)
            group.addButton(tab, self._stack.addWidget(workspace))
            rail.addWidget(tab)
            self._tabs[workspace] = tab
            self._connect(workspace)
        group.idClicked.connect(self._on_tab)
        rail.addStretch(1)
        about = button("About", "F1", "Purpose, limits and law", self)
        about.setProperty("rail", True)
        about.clicked.connect(self._on_notice)
        rail.addWidget(about)
        column = QVBoxLayout()
        column.setSpacing(GAP)
        column.addWidget(self.messages)
        column.addWidget(self._stack, 1)
        body = QWidget()
        outer = QHBoxLayout(body)
        outer.setContentsMargins(GAP, GAP, GAP, 6)
        outer.setSpacing(GAP)
        outer.addLayout(rail)
        outer.addLayout(column, 1)
        self.setCentralWidget(body)

    def _connect(self, workspace: Workspace) -> None:
        self._open.add(workspace)
        workspace.message.connect(self.messages.show_message)
        workspace.dismissed.connect(self.messages.dismiss)
        # A lambda that holds the window would keep it alive when it is closed.
        workspace.titled.connect(self._on_titled)
        workspace.closed.connect(self._on_closed)

    def _on_tab(self, number: int) -> None:
        workspace = self._stack.widget(number)
        if isinstance(workspace, Workspace):
            self.show_workspace(workspace)

    def _on_titled(self, title: str) -> None:
        workspace = self.sender()
        if isinstance(workspace, Workspace):
            self._titles[workspace] = title
            self._show_title()

    def _show_title(self) -> None:
        current = self._stack.currentWidget()
        title = self._titles.get(current, "") if isinstance(current, Workspace) else ""
        self.setWindowTitle(f"{title} – Roomread" if title else "Roomread")

    def _on_notice(self) -> None:
        notice = Notice(ask=False, agreed=agreed_on(notice_path()), parent=self)
        notice.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        notice.open()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        """Close once every thread has ended; the window stays and says so until then."""
        if self._may_close:
            event.accept()
            return
        event.ignore()
        if self._closing:
            return
        self._closing = True
        for workspace in tuple(self._open):
            workspace.shut_down()

    def _on_closed(self) -> None:
        workspace = self.sender()
        if isinstance(workspace, Workspace):
            self._open.discard(workspace)
        if not self._open:
            self._may_close = True
            QTimer.singleShot(0, self.close)  # Qt ignores a close within a close

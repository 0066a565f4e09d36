"""The workspace Analyse: recordings in, results for Review out."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QPoint, QTimer, QUrl
from PySide6.QtGui import (
    QDesktopServices,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QFileDialog, QMenu, QVBoxLayout, QWidget

from app.engine.analyse.queue import Added, AnalysisQueue
from app.engine.analyse.queue_row import QueueRow, QueueView, RowState
from app.engine.analyse.queue_run import Tools
from app.engine.analyse.recordings import Found, recordings_in
from app.engine.settings import Settings
from app.ui.analyse.drop_hint import DropHint
from app.ui.analyse.queue_page import QueuePage
from app.ui.analyse.replacing import Replacing
from app.ui.analyse.wording import left_out_text, summary_text
from app.ui.jobs import Jobs, nothing
from app.ui.services import Services
from app.ui.wording import videos
from app.ui.workspace import Workspace

_SHOWN_MS: Final = 250
_HIDDEN_MS: Final = 1000
"""How often the page looks at the queue."""


class AnalyseWorkspace(Workspace):
    """A list of recordings that are analysed one after the other."""

    def __init__(
        self,
        settings: Settings,
        services: Services | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        services = services or Services()
        self.queue = AnalysisQueue(
            services.queue_file,
            settings,
            Tools(
                build=services.build,
                rooms=services.rooms,
                analysed=services.analysed_file,
                consent=services.consent_file,
            ),
        )
        self.page = QueuePage()
        self._hint = DropHint(self)
        self._jobs = Jobs(self)
        self._replacing = Replacing(self, self._jobs, self._on_failed)
        self._view = QueueView()
        self._last_folder = Path.home()
        self._closing = False
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.refresh)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.page)
        self.setAcceptDrops(True)
        self._connect()
        self.set_settings(settings)

    def enter(self) -> None:
        """Read the list that was left, the first time, and look at it often."""
        self.queue.start()
        self._timer.start(_SHOWN_MS)
        self.refresh()

    def leave(self) -> None:
        """Look at the queue less often."""
        if self._timer.isActive():
            self._timer.start(_HIDDEN_MS)

    def set_settings(self, settings: Settings) -> None:
        """They hold for recordings whose analysis begins from now on."""
        self.queue.set_settings(settings)
        self.page.plan.set_class_only(settings.privacy.class_only)

    def hold(self, on: bool) -> None:
        """Wait while Live analyses: what happens now can't wait, recordings can."""
        self.queue.hold(on)
        self.refresh()

    def shut_down(self) -> None:
        """Stop and keep the list, then emit ``closed``; what ran goes on when resumed."""
        self._closing = True
        self._timer.stop()
        self._jobs.idle.connect(self.closed)
        self._jobs.start("queue-end", self.queue.shut_down, nothing, nothing)

    def add(self, paths: Iterable[Path], look: bool = True) -> None:
        """Put recordings, and those in folders, on the list.

        ``look``: leave out what is no video by its name; what the user chose one by one in a
        dialog is taken as it is.
        """
        given = tuple(paths)
        if not given or self._closing:
            return
        self.dismissed.emit()
        self.queue.start()
        if not look:
            self._on_found(Found(given, ()))
            return
        self._jobs.start(
            "recordings", lambda: recordings_in(given), self._on_found, self._on_failed
        )

    def refresh(self) -> None:
        """Show how the queue stands, if that has changed."""
        if self._closing:
            return
        before, view = self._view, self.queue.view()
        if view == before:
            return
        self._view = view
        self.page.show_view(view)
        if view.working != before.working:
            self.working.emit(view.working)
        self.titled.emit(summary_text(view) if view.unfinished else "")
        if view.trouble and view.trouble != before.trouble:
            self.message.emit(view.trouble, True)
        if before.working and not view.unfinished and not self.isVisible():
            self.message.emit(self.tr("Analyse has finished its list of recordings."), False)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802
        """Take files and folders."""
        if _local(event):
            event.acceptProposedAction()
            self._hint.appear()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:  # noqa: N802
        """They went elsewhere."""
        self._hint.hide()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802
        """Put them on the list."""
        self._hint.hide()
        event.acceptProposedAction()
        self.add(_local(event))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Keep the hint over the whole page."""
        super().resizeEvent(event)
        self._hint.setGeometry(self.rect())

    def _connect(self) -> None:
        page, table = self.page, self.page.table
        page.add.clicked.connect(self._on_add)
        page.pause.clicked.connect(self._on_pause)
        page.review.clicked.connect(self._on_review)
        page.folder.clicked.connect(self._on_folder)
        page.stop.clicked.connect(self._on_stop)
        page.remove.clicked.connect(self._on_remove)
        page.clear.clicked.connect(self._on_clear)
        table.picked.connect(page.show_chosen)
        table.review_wanted.connect(self._open)
        table.action_wanted.connect(self._on_action)
        table.move_wanted.connect(self._on_move)
        table.pause_wanted.connect(page.pause.click)
        table.customContextMenuRequested.connect(self._on_menu)

    def _on_add(self) -> None:
        title = self.tr("Add recordings")
        paths, _ = QFileDialog.getOpenFileNames(self, title, str(self._last_folder), videos())
        if paths:
            self._last_folder = Path(paths[0]).parent
            self.add((Path(path) for path in paths), look=False)

    def _on_found(self, found: Found) -> None:
        plan = self.page.plan
        added = self.queue.add(found.videos, plan.plan, plan.folder)
        self.refresh()
        said = self._said(found, added)
        if said and found.videos:
            self.note.emit(said)
        elif said:
            self.message.emit(said, True)

    def _said(self, found: Found, added: Added) -> str:
        parts = [left_out_text(found.others)] if found.others else []
        if added.known:
            known = self.tr("On the list already, and not done yet: {n}.")
            parts.append(known.format(n=added.known))
        return " ".join(parts)

    def _on_failed(self, text: str) -> None:
        self.message.emit(text, True)

    def _on_pause(self) -> None:
        if self.queue.view().paused:
            self.queue.resume()
        else:
            self.queue.pause()
        self.refresh()

    def _on_review(self) -> None:
        for row in self.page.chosen_rows()[:1]:
            self._open(row.number)

    def _open(self, number: int) -> None:
        row = self._row(number)
        if row is not None and row.session is not None:
            self.review_wanted.emit(row.session)

    def _on_folder(self) -> None:
        for row in self.page.chosen_rows()[:1]:
            written = row.session is not None or row.state.active
            folder = row.out if written else row.path.parent
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))

    def _on_action(self, number: int) -> None:
        row = self._row(number)
        if row is None:
            return
        if row.refused:
            self._replace((row,))
        elif row.state is RowState.DONE:
            self._open(number)
        else:
            self._retry((row,))

    def _on_move(self, by: int) -> None:
        self.queue.move(self.page.table.chosen(), by)
        self.refresh()

    def _on_stop(self) -> None:
        self.queue.cancel(self.page.table.chosen())
        self.refresh()

    def _on_remove(self) -> None:
        self.queue.remove(self.page.table.chosen())
        self.refresh()

    def _on_clear(self) -> None:
        self.queue.clear_done()
        self.refresh()

    def _on_retry(self) -> None:
        self._retry(self.page.chosen_rows())

    def _retry(self, rows: Iterable[QueueRow]) -> None:
        """Try again; what the user did in what was kept of the first try is asked about."""
        some = [row for row in rows if row.can_retry]

        def retry() -> None:
            self.queue.retry([row.number for row in some])
            self.refresh()

        self._replacing.ask(some, retry, always=False)

    def _on_replace(self) -> None:
        self._replace(self.page.chosen_rows())

    def _replace(self, rows: Iterable[QueueRow]) -> None:
        some = [row for row in rows if row.refused]

        def replace() -> None:
            self.queue.replace_results([row.number for row in some])
            self.refresh()

        self._replacing.ask(some, replace, always=True)

    def _on_plan(self) -> None:
        self.queue.set_plan(self.page.table.chosen(), self.page.plan.plan)
        self.refresh()

    def _on_up(self) -> None:
        self._on_move(-1)

    def _on_down(self) -> None:
        self._on_move(1)

    def _row(self, number: int) -> QueueRow | None:
        return next((row for row in self._view.rows if row.number == number), None)

    def menu(self) -> QMenu:
        """What can be done with the rows that are chosen."""
        page, rows = self.page, self.page.chosen_rows()
        menu = QMenu(self)
        waiting = any(row.state is RowState.WAITING for row in rows)
        entries: tuple[tuple[str, Any, bool] | None, ...] = (
            (self.tr("Open in Review"), self._on_review, page.review.isEnabled()),
            (self.tr("Open folder"), self._on_folder, page.folder.isEnabled()),
            None,
            (self.tr("Try again"), self._on_retry, any(row.can_retry for row in rows)),
            (self.tr("Replace the results"), self._on_replace, any(row.refused for row in rows)),
            (self.tr("Analyse as chosen above"), self._on_plan, waiting),
            (self.tr("Stop"), self._on_stop, page.stop.isEnabled()),
            None,
            (self.tr("Move up\tCtrl+Up"), self._on_up, bool(rows)),
            (self.tr("Move down\tCtrl+Down"), self._on_down, bool(rows)),
            (self.tr("Remove\tDel"), self._on_remove, bool(rows)),
        )
        for entry in entries:
            if entry is None:
                menu.addSeparator()
                continue
            text, act, possible = entry
            action = menu.addAction(text)
            action.triggered.connect(act)
            action.setEnabled(possible)
        return menu

    def _on_menu(self, place: QPoint) -> None:
        menu = self.menu()
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.page.table.viewport().mapToGlobal(place))


def _local(event: QDropEvent) -> tuple[Path, ...]:
    """The files and folders on this machine among what is dragged."""
    return tuple(Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile())

"""What the user does with a session: names, markers, the tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.engine.live.session import LiveSession
from app.ui.jobs import Jobs
from app.ui.threads import InTurn
from app.ui.wording import exported


class SessionWork(QObject):
    """Hands names, markers and exports to the session; the disk is waited for in jobs.

    Args:
        jobs: runs them.
        session: the one that is shown, None while there is none.

    Signals:
        written: ``LiveSession`` whose names or markers are new.
        exporting_changed: whether tables are being written.
        done: a line on what was exported.
        exported: ``Path`` of the folder that it was written to; after ``done``.
        failed: why something could not be kept or written.
    """

    written = Signal(object)
    exporting_changed = Signal(bool)
    done = Signal(str)
    exported = Signal(object)
    failed = Signal(str)

    def __init__(
        self,
        jobs: Jobs,
        session: Callable[[], LiveSession | None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._jobs, self._session = jobs, session
        # In the order the user gave them.
        self._writes = InTurn(jobs, self.failed.emit)
        self.exporting = False

    def rename(self, track_id: int, name: str) -> None:
        """Give a student a name, "" to take it away."""
        live = self._session()
        if live is not None:
            self._write("rename", live, lambda: live.rename(track_id, name))

    def add_marker(self, text: str, moment: float) -> None:
        """Mark a moment, seconds from the source's first frame."""
        live = self._session()
        if live is not None:
            self._write("marker", live, lambda: live.add_marker(text, moment))

    def undo_marker(self) -> None:
        """Take away the marker that was made last."""
        live = self._session()
        if live is None:
            return

        def undo() -> None:
            # Looked for here, since a marker may still have been on its way when it was asked for.
            last = max((marker.number for marker in live.view.markers), default=None)
            if last is not None:
                live.remove_marker(last)

        self._write("marker", live, undo)

    def _write(self, name: str, live: LiveSession, write: Callable[[], object]) -> None:
        self._writes.put(name, write, lambda _: self.written.emit(live))

    def export(self, out: Path) -> None:
        """Write the tables into a folder."""
        live = self._session()
        if live is None or self.exporting:
            return
        self._set_exporting(True)

        def done(files: Sequence[Path]) -> None:
            self._set_exporting(False)
            self.done.emit(exported(len(files), out))
            self.exported.emit(out)

        def failed(text: str) -> None:
            self._set_exporting(False)
            self.failed.emit(text)

        self._jobs.start("export", lambda: live.export(out), done, failed)

    def _set_exporting(self, exporting: bool) -> None:
        self.exporting = exporting
        self.exporting_changed.emit(exporting)

"""What the window knows of each of its workspaces."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.engine.settings import Settings


class Workspace(QWidget):
    """One page of the window: Live, Analyse or Review.

    Its keys work only while it is shown, since Qt drops shortcuts of hidden widgets.

    Signals:
        message: a line for the user, and whether it is an error; the window shows it.
        note: a line that is good to know, where nothing went wrong and nothing was asked for.
        offered: ``widgets.message_bar.Offer``: something to do about the message just said.
        dismissed: the message shown is of no use any more.
        review_wanted: ``Path`` of a session file that is to be opened in Review.
        titled: what the title bar should name, "" for nothing.
        working: whether something runs here now; the window shows a dot beside its name.
        closed: every thread has ended, after ``shut_down``.
    """

    message = Signal(str, bool)
    note = Signal(str)
    offered = Signal(object)
    dismissed = Signal()
    review_wanted = Signal(object)
    titled = Signal(str)
    working = Signal(bool)
    closed = Signal()

    def enter(self) -> None:
        """It is shown now."""

    def leave(self) -> None:
        """Another one is shown now; what runs goes on."""

    def set_settings(self, settings: Settings) -> None:
        """The user changed the settings; heed them where that is safe now, else from the next start
        of an analysis on.
        """

    def shut_down(self) -> None:
        """The window closes: end every thread, then emit ``closed``."""
        self.closed.emit()

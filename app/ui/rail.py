"""The rail at the window's left: its workspaces, the settings and the help."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeySequence, QPainter, QPaintEvent, QPen, QShortcut
from PySide6.QtWidgets import (
    QButtonGroup,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.ui.icons import SIDE, icon
from app.ui.theme import colours


class RailButton(QToolButton):
    """A picture over a word, with a dot while something runs behind it."""

    def __init__(self, picture: str, word: str, keys: str, tip: str, owner: QWidget) -> None:
        super().__init__(owner)
        self._picture, self._tip = picture, tip
        self._keys = QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)
        self._working = False
        self.setText(word)
        self.setProperty("rail", True)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        self.setIconSize(QSize(SIDE, SIDE))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click shows a page: that has the focus
        self.setAccessibleName(word)
        self.toggled.connect(self._colour)
        QShortcut(QKeySequence(keys), owner, self.click)
        self._describe()
        self._colour()

    def set_working(self, working: bool) -> None:
        """Show or hide the dot."""
        self._working = working
        self._describe()
        self.update()

    @property
    def working(self) -> bool:
        """Whether the dot is shown."""
        return self._working

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Draw the picture anew in the colours of another theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._colour()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Add a bar where it is chosen, and the dot at the picture's corner."""
        super().paintEvent(event)
        scheme = colours(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(QColor(scheme.accent))
        if self.isChecked():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.drawRoundedRect(QRectF(0, 10, 4, self.height() - 20), 2, 2)
        if self._working:
            painter.setPen(QPen(QColor(scheme.window), 2))  # cut out of what lies under it
            painter.drawEllipse(QPointF(self.width() / 2 + 14, 13), 5, 5)
        painter.end()

    def _describe(self) -> None:
        tip = self.tr("{tip}; something runs here now") if self._working else "{tip}"
        said = tip.format(tip=self._tip)
        self.setToolTip(f"{said} ({self._keys})")
        self.setAccessibleDescription(said)

    def _colour(self) -> None:
        scheme = colours(self.palette())
        colour = scheme.accent if self.isChecked() else scheme.text
        self.setIcon(icon(self._picture, QColor(colour)))


class Rail(QWidget):
    """Buttons for the pages, one of them chosen, and for what opens over them.

    Signals:
        chosen: name of the page that the user asks for.
        settings_wanted, help_wanted: the user asks for these.
    """

    chosen = Signal(str)
    settings_wanted = Signal()
    help_wanted = Signal()

    def __init__(self, owner: QWidget) -> None:
        super().__init__(owner)
        self.pages = {
            "live": RailButton(
                "live",
                self.tr("Live"),
                "Ctrl+1",
                self.tr("A camera, or a recording as if it were one"),
                owner,
            ),
            "analyse": RailButton(
                "analyse",
                self.tr("Analyse"),
                "Ctrl+2",
                self.tr("Many recordings, one after the other"),
                owner,
            ),
            "review": RailButton(
                "review",
                self.tr("Review"),
                "Ctrl+3",
                self.tr("Look back on a session, correct and export it"),
                owner,
            ),
        }
        self.settings = RailButton(
            "settings",
            self.tr("Settings"),
            "Ctrl+,",
            self.tr("Privacy, look, analysis and your data"),
            owner,
        )
        self.help = RailButton(
            "help", self.tr("Help"), "F1", self.tr("How it works, keys, purpose and law"), owner
        )
        group = QButtonGroup(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        for page in self.pages.values():
            page.setCheckable(True)
            group.addButton(page)
            column.addWidget(page)
        group.buttonClicked.connect(self._on_clicked)
        column.addStretch(1)
        column.addWidget(self.settings)
        column.addWidget(self.help)
        self.settings.clicked.connect(self.settings_wanted)
        self.help.clicked.connect(self.help_wanted)

    def show_chosen(self, name: str) -> None:
        """Mark the page that is shown."""
        self.pages[name].setChecked(True)

    def _on_clicked(self, clicked: QToolButton) -> None:
        for name, page in self.pages.items():
            if page is clicked:
                self.chosen.emit(name)

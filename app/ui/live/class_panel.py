"""The class as it is now: students in view and the share of each expression."""

from __future__ import annotations

import math

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.core.privacy import MIN_GROUP
from app.engine.live.viewmodel import ClassView, empty_view
from app.ui.live.share_bars import ShareBars
from app.ui.widgets.button import button
from app.ui.widgets.card import card
from app.ui.wording import percent


class ClassPanel(QFrame):
    """The card "Class now".

    Signals:
        change_wanted: whether the change against rest is to be shown.
    """

    change_wanted = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._smallest = MIN_GROUP
        self.change = button(
            self.tr("Against rest"),
            "Ctrl+B",
            self.tr("Show how the class differs from its own faces at rest"),
            self,
        )
        self.change.setProperty("small", True)
        self.change.setCheckable(True)
        self.change.toggled.connect(self._on_change)
        frame, layout = card(self.tr("Class now"), self.change)
        self._outer = QVBoxLayout(self)
        self._outer.setContentsMargins(0, 0, 0, 0)
        self._outer.addWidget(frame)
        layout.addLayout(self._head())
        self.bars = ShareBars()
        layout.addWidget(self.bars)
        self._note = QLabel()
        self._note.setProperty("role", "muted")
        self._note.setWordWrap(True)
        layout.addWidget(self._note)
        self.show_view(empty_view())

    def hasHeightForWidth(self) -> bool:  # noqa: N802
        """No: it could not give way in a low window, for the one text that wraps."""
        return False

    def sizeHint(self) -> QSize:  # noqa: N802
        """As high as all of it at the present width."""
        wide = super().sizeHint().width()
        return QSize(wide, self._outer.heightForWidth(max(self.width(), wide)))

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """As high as the bars need at the least, and all else."""
        wide = super().minimumSizeHint().width()
        return QSize(wide, self._outer.minimumHeightForWidth(max(self.width(), wide)))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Another width may wrap the text in another way."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()

    def _head(self) -> QHBoxLayout:
        head = QHBoxLayout()
        head.setSpacing(10)
        self._count = QLabel("0")
        self._count.setProperty("role", "figure")
        self._count.setAccessibleName(self.tr("Students in view"))
        self._unit = QLabel()
        self._read = QLabel()
        self._read.setProperty("role", "muted")
        self._read.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._read.setToolTip(
            self.tr(
                "Of the faces seen in the last seconds, how many the app could read. So few "
                "seconds and faces leave room for chance: were such a moment read over and "
                "over, 95 of 100 times the share would lie between the two numbers below it."
            )
        )
        head.addWidget(self._count)
        head.addWidget(self._unit)
        head.addStretch(1)
        head.addWidget(self._read)
        return head

    def set_smallest_group(self, faces: int) -> None:
        """Faces below which shares are withheld."""
        self._smallest = faces

    def show_view(self, view: ClassView) -> None:
        """Show the newest view of the class."""
        self._count.setText(str(view.in_view))
        one, more = self.tr("student\nin view"), self.tr("students\nin view")
        self._unit.setText(one if view.in_view == 1 else more)
        self._read.setText(self._coverage(view))
        self.bars.show_view(view)
        self.bars.show_instead(self._why_withheld() if view.withheld else "")
        self.change.setVisible(not view.class_only)
        if view.class_only and self.change.isChecked():
            self.change.setChecked(False)
        self._say_note()

    def _why_withheld(self) -> str:
        text = self.tr(
            "Shares are withheld: fewer than {n} faces were read at a time. In so small a group a "
            "share would say something of a single student."
        )
        return text.format(n=self._smallest)

    def _coverage(self, view: ClassView) -> str:
        if not math.isfinite(view.read):
            return self.tr("no faces yet")
        said = self.tr("{share} of faces read").format(share=percent(view.read))
        if not (math.isfinite(view.read_low) and math.isfinite(view.read_high)):
            return said
        band = self.tr("between {low} and {high}")
        return f"{said}\n{band.format(low=percent(view.read_low), high=percent(view.read_high))}"

    def _on_change(self, wanted: bool) -> None:
        self.bars.show_change(wanted)
        self._say_note()
        self.change_wanted.emit(wanted)

    def _say_note(self) -> None:
        if self.bars.learning:
            text = self.tr("Learning each student's rest…")
        elif self.change.isChecked():
            text = self.tr("Points more or less than at rest.")
        else:
            text = self.tr("What faces show, not what students feel.")
        self._note.setText(text)

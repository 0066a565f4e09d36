"""The first start: what Roomread is for, its limits and the law; then two questions."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.ui.dialogs.notice_text import notice_view, prose
from app.ui.dialogs.purpose_form import PurposeForm


class FirstStart(QDialog):
    """Two pages; accepted only with a purpose, a basis and a tick."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Before you start"))
        self.resize(QSize(760, 620).boundedTo(self.screen().availableSize() - QSize(0, 40)))
        self._step = QLabel()
        self._step.setProperty("role", "muted")
        heading = QLabel(self.tr("Before you start"))
        heading.setProperty("role", "heading")
        self.form = PurposeForm()
        self.agreed = QCheckBox(
            self.tr(
                "I have read this, and I will use Roomread only with consent and within the law."
            )
        )
        self.agreed.setToolTip(self.tr("Needed to go on"))
        self._missing = QLabel()
        self._missing.setProperty("role", "muted")
        self._missing.setWordWrap(True)
        self._pages = QStackedWidget()
        self._notice = notice_view()
        self._pages.addWidget(self._notice)
        self._pages.addWidget(self._questions())
        outer = QVBoxLayout(self)
        outer.setContentsMargins(26, 20, 26, 18)
        outer.setSpacing(10)
        top = QHBoxLayout()
        top.addWidget(heading, 1)
        top.addWidget(self._step)
        outer.addLayout(top)
        outer.addWidget(self._pages, 1)
        outer.addLayout(self._buttons())
        self.form.changed.connect(self._update)
        self.agreed.toggled.connect(self._update)
        self._turn_to(0)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        """Begin with the text, so that the arrow keys scroll it."""
        super().showEvent(event)
        self._notice.setFocus()

    def _questions(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(2, 2, 2, 2)
        column.setSpacing(12)
        column.addWidget(
            prose(
                self.tr(
                    "Your answers are kept on this computer and written into every session, so "
                    "that whoever opens it later knows why it was made. You can change them "
                    "under Settings, Privacy."
                )
            )
        )
        column.addWidget(self.form)
        column.addSpacing(4)
        column.addWidget(self.agreed)
        column.addStretch(1)
        column.addWidget(self._missing)
        return page

    def _buttons(self) -> QHBoxLayout:
        self.leave = QPushButton(self.tr("Quit"))
        self.leave.setToolTip(self.tr("Leave without starting (Esc)"))
        self.back = QPushButton(self.tr("Back"))
        self.back.setToolTip(self.tr("To the text (Alt+Left)"))
        self.back.setShortcut("Alt+Left")
        self.go_on = QPushButton()
        self.go_on.setProperty("primary", True)
        self.go_on.setDefault(True)
        self.leave.clicked.connect(self.reject)
        self.back.clicked.connect(self._on_back)
        self.go_on.clicked.connect(self._on_go_on)
        row = QHBoxLayout()
        row.addWidget(self.leave)
        row.addStretch(1)
        row.addWidget(self.back)
        row.addWidget(self.go_on)
        for one in (self.leave, self.back, self.go_on):
            one.setAutoDefault(one is self.go_on)
        return row

    def _turn_to(self, page: int) -> None:
        self._pages.setCurrentIndex(page)
        self._update()
        (self.form.purpose if page else self._notice).setFocus()

    def _update(self) -> None:
        page = self._pages.currentIndex()
        self._step.setText(self.tr("Step {n} of 2").format(n=page + 1))
        self.back.setVisible(page == 1)
        text = self.tr("Start Roomread") if page else self.tr("Continue")
        self.go_on.setText(text)
        self.go_on.setToolTip(self.tr("{what} (Enter)").format(what=text))
        ready = self.form.complete and self.agreed.isChecked()
        self.go_on.setEnabled(page == 0 or ready)
        self._missing.setText("" if ready else self._what_is_missing())

    def _what_is_missing(self) -> str:
        if not self.form.text:
            return self.tr("Still to do: say what you use it for.")
        if not self.form.basis:
            return self.tr("Still to do: choose by what right.")
        return self.tr("Still to do: tick the box.")

    def _on_back(self) -> None:
        self._turn_to(0)

    def _on_go_on(self) -> None:
        if self._pages.currentIndex() == 0:
            self._turn_to(1)
        else:
            self.accept()

"""Why a class is looked at and by what right: two questions, asked alike everywhere."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QButtonGroup, QLabel, QLineEdit, QRadioButton, QVBoxLayout, QWidget

from app.core.privacy import BASES, Purpose
from app.ui.translations import QT_TRANSLATE_NOOP

_TRANSLATED: Final = (  # the words of app.core.privacy.BASES, for the translation files
    QT_TRANSLATE_NOOP(
        "bases", "Everyone in the picture agreed, and parents where students are under age"
    ),
    QT_TRANSLATE_NOOP("bases", "Research approved by an ethics board, with consent as it asks for"),
    QT_TRANSLATE_NOOP("bases", "Only I am in the picture"),
    QT_TRANSLATE_NOOP("bases", "A medical or safety reason that the law allows"),
    QT_TRANSLATE_NOOP("bases", "No real people: drawn or published material"),
)


def basis_words(key: str) -> str:
    """What the user reads for a key of ``BASES``."""
    return QCoreApplication.translate("bases", BASES[key])


class PurposeForm(QWidget):
    """A line for the purpose, and one of ``BASES`` to choose.

    Signals:
        changed: something was typed or chosen.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        why = QLabel(self.tr("&What do you use Roomread for?"))
        why.setProperty("role", "section")
        self.purpose = QLineEdit()
        self.purpose.setMaxLength(200)
        self.purpose.setPlaceholderText(self.tr("for example: pilot study on group work, class 7b"))
        self.purpose.setAccessibleName(self.tr("What you use Roomread for"))
        self.purpose.setToolTip(self.tr("One line; it is written into every session"))
        why.setBuddy(self.purpose)
        right = QLabel(self.tr("By what right?"))
        right.setProperty("role", "section")
        for widget in (why, self.purpose, right):
            layout.addWidget(widget)
        layout.insertSpacing(2, 8)
        self.bases: dict[str, QRadioButton] = {}
        group = QButtonGroup(self)
        for key in BASES:
            choice = QRadioButton(basis_words(key))
            choice.setToolTip(self.tr("It is written into every session"))
            group.addButton(choice)
            layout.addWidget(choice)
            self.bases[key] = choice
        self.purpose.textChanged.connect(self._on_change)
        group.buttonToggled.connect(self._on_change)

    def show_purpose(self, said: Purpose) -> None:
        """Fill in what was said before."""
        self.purpose.setText(said.purpose)
        self.bases[said.basis].setChecked(True)

    @property
    def text(self) -> str:
        """The purpose, "" while none is given."""
        return " ".join(self.purpose.text().split())

    @property
    def basis(self) -> str:
        """Key of ``BASES``, "" while none is chosen."""
        return next((key for key, choice in self.bases.items() if choice.isChecked()), "")

    @property
    def complete(self) -> bool:
        """Whether both questions are answered."""
        return bool(self.text and self.basis)

    def _on_change(self) -> None:
        self.changed.emit()

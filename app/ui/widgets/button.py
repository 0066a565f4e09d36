"""Buttons with keys."""

from __future__ import annotations

from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QPushButton, QWidget


def button(text: str, keys: str, tip: str, owner: QWidget) -> QPushButton:
    """A button that its keys press too; a shortcut of its own outlives a change of its text."""
    made = QPushButton(text)
    shown = QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)
    made.setToolTip(f"{tip} ({shown})")
    made.setAccessibleName(text.rstrip(" …"))
    made.setAccessibleDescription(tip)
    QShortcut(QKeySequence(keys), owner, made.click)
    return made

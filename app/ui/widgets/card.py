"""A titled box."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout


def card(title: str) -> tuple[QFrame, QVBoxLayout]:
    """A titled box and the layout to fill."""
    frame = QFrame()
    frame.setProperty("card", True)
    layout = QVBoxLayout(frame)
    layout.setContentsMargins(14, 10, 14, 12)
    layout.setSpacing(6)
    heading = QLabel(title)
    heading.setProperty("role", "title")
    layout.addWidget(heading)
    return frame, layout

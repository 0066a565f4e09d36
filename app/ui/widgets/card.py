"""A titled box."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget


def card(title: str, *corner: QWidget) -> tuple[QFrame, QVBoxLayout]:
    """A titled box and the layout to fill; ``corner`` stands at the right of the title."""
    frame = QFrame()
    frame.setProperty("card", True)
    layout = QVBoxLayout(frame)
    layout.setContentsMargins(14, 10, 14, 12)
    layout.setSpacing(6)
    heading = QLabel(title)
    heading.setProperty("role", "title")
    if not corner:
        layout.addWidget(heading)
        return frame, layout
    row = QHBoxLayout()
    row.setSpacing(6)
    row.addWidget(heading)
    row.addStretch(1)
    for widget in corner:
        row.addWidget(widget)
    layout.addLayout(row)
    return frame, layout

"""Panes with a gap between them that can be dragged."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QWidget

from app.ui.theme import GAP


def splitter(
    orientation: Qt.Orientation, *panes: QWidget, sizes: tuple[int, ...], shares: tuple[int, ...]
) -> QSplitter:
    """Panes that are never dragged shut.

    Args:
        orientation: how they stand beside each other.
        panes: from the left or the top.
        sizes: pixels of each to begin with.
        shares: of the room that a larger window brings, of each; 0: none.
    """
    made = QSplitter(orientation)
    made.setHandleWidth(GAP)
    made.setChildrenCollapsible(False)
    for place, (pane, share) in enumerate(zip(panes, shares, strict=True)):
        made.addWidget(pane)
        made.setStretchFactor(place, share)
    made.setSizes(list(sizes))
    return made

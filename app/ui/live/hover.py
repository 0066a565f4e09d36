"""What the picture and the seat map add to a student's name when the pointer rests on it."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QCoreApplication

from app.engine.live.viewmodel import StudentRow
from app.ui.widgets.marks import word
from app.ui.wording import decimal

translate = QCoreApplication.translate

LEAST_CHANGE = 0.05
"""Probability; a smaller change against rest is not worth a word."""


def details(row: StudentRow) -> str:
    """How often the face is read, and what is other than at rest, a line each."""
    if not row.in_view:
        return translate("hover", "out of view")
    lines = []
    if math.isfinite(row.refresh):
        text = translate("hover", "read {rate} times a second")
        lines.append(text.format(rate=decimal(row.refresh)))
    if np.isfinite(row.change).all():
        lines.append(_change(row))
    return "\n".join(lines)


def _change(row: StudentRow) -> str:
    """The two largest changes, in points of probability."""
    largest = np.argsort(-np.abs(row.change), kind="stable")[:2].tolist()
    said = [
        f"{word(label)} {row.change[label] * 100:+.0f}"
        for label in largest
        if abs(row.change[label]) >= LEAST_CHANGE
    ]
    if not said:
        return translate("hover", "as at rest")
    return translate("hover", "against rest: {changes} points").format(changes=", ".join(said))

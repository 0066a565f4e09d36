"""A language in which every text stands in brackets: what has none was never translated."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import (
    QAbstractItemModel,
    QAbstractListModel,
    QModelIndex,
    QObject,
    Qt,
    QTranslator,
)
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDoubleSpinBox,
    QLineEdit,
    QSpinBox,
    QTabBar,
    QTextEdit,
    QWidget,
)

_ROLES = (
    Qt.ItemDataRole.DisplayRole,
    Qt.ItemDataRole.ToolTipRole,
    Qt.ItemDataRole.AccessibleTextRole,
)
_PROPERTIES = ("text", "placeholderText", "title", "windowTitle", "toolTip", "statusTip")


class Brackets(QTranslator):
    """Puts every text that is asked for between brackets."""

    def isEmpty(self) -> bool:  # noqa: N802
        """It has an answer for everything."""
        return False

    def translate(
        self, context: str, text: str, disambiguation: str | None = None, n: int = -1
    ) -> str:
        """The text, marked; names of keys and Qt's own signs are as they are."""
        return text if context in {"QShortcut", "QLocale"} else f"⟦{text}⟧"


@contextmanager
def pseudo_language(app: QApplication) -> Iterator[None]:
    """Let everything that is made within be in brackets."""
    brackets = Brackets(app)
    app.installTranslator(brackets)
    try:
        yield
    finally:
        app.removeTranslator(brackets)
        brackets.deleteLater()


def untranslated(top: QWidget, names: tuple[str, ...] = ()) -> list[str]:
    """Texts under ``top`` with letters outside of all brackets, "where: text" each.

    Args:
        names: what may stand there as it is, such as names of files and of people.
    """
    found = []
    for one in (top, *top.findChildren(QObject)):
        for where, text in _said(one):
            if forgotten(text, names):
                found.append(f"{type(one).__name__} {where}: {text!r}")
    return sorted(set(found))


def forgotten(text: str, names: tuple[str, ...] = ()) -> str:
    """Letters of a text that are neither marked nor of names, keys or ids; "" where all is well."""
    before = ""
    while before != text:  # what stands within other brackets comes first
        before, text = text, re.sub(r"⟦[^⟦⟧]*⟧", "", text, flags=re.DOTALL)
    text = text.replace("&&", "&")
    for name in sorted(names, key=len, reverse=True):
        text = text.replace(name, "")
    text = re.sub(r"<[^>]*>|https?://[^\s)]+", "", text)  # markup of rich text, and links
    text = re.sub(r"\((\w+\+)*[^()\s]{1,12}\)", "", text)  # keys
    return "".join(re.findall(r"[^\W\d_]{2,}", re.sub(r"\bS\d+\b", "", text)))


def _said(one: QObject) -> Iterator[tuple[str, str]]:
    for name in _PROPERTIES:
        value = one.property(name)
        if isinstance(value, str) and not (name == "text" and isinstance(one, QLineEdit)):
            yield name, value
    if isinstance(one, QAction):
        yield "action", one.text()
    if not isinstance(one, QWidget):
        return
    yield "name", one.accessibleName()
    yield "description", one.accessibleDescription()
    if isinstance(one, QSpinBox | QDoubleSpinBox):
        yield "suffix", one.suffix()
    if isinstance(one, QComboBox):
        yield from (("item", one.itemText(place)) for place in range(one.count()))
    if isinstance(one, QTabBar):
        for place in range(one.count()):
            yield "tab", one.tabText(place)
            yield "tab tip", one.tabToolTip(place)
    if isinstance(one, QAbstractItemView) and not isinstance(one.parent(), QAbstractSpinBox):
        yield from _cells(one.model())
    if isinstance(one, QTextEdit):
        yield "document", one.toPlainText()


def _cells(model: QAbstractItemModel | None) -> Iterator[tuple[str, str]]:
    if model is None:
        return
    # The columns of a list can't be asked for.
    columns = 1 if isinstance(model, QAbstractListModel) else model.columnCount(QModelIndex())
    for column in range(columns):
        for role in _ROLES:
            title = model.headerData(column, Qt.Orientation.Horizontal, role)
            if isinstance(title, str):
                yield "header", title
        for row in range(min(model.rowCount(QModelIndex()), 20)):
            for role in _ROLES:
                text = model.index(row, column).data(role)
                if isinstance(text, str):
                    yield f"cell {role.name}", text

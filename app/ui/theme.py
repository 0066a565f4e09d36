"""Colours and type of the window: light, dark or as the system is; readable on a projector."""

from __future__ import annotations

import importlib.resources
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from app.core.palette import DARK, LIGHT, Colours

Choice = Literal["system", "light", "dark"]

GAP = 12
"""Pixels between cards and around the window's edge."""


def is_dark(palette: QPalette) -> bool:
    """Whether a widget with this palette draws light on dark."""
    return palette.color(QPalette.ColorRole.Window).lightness() < 128


def colours(palette: QPalette) -> Colours:
    """The scheme that this palette was made from."""
    return DARK if is_dark(palette) else LIGHT


def system_is_dark(app: QApplication) -> bool:
    """What the system asks for; light where it does not say."""
    return app.styleHints().colorScheme() == Qt.ColorScheme.Dark


def apply(app: QApplication, dark: bool) -> None:
    """Give every widget of ``app`` the scheme. Safe to call again when the system changes."""
    scheme = DARK if dark else LIGHT
    if app.style().name() != "fusion":
        app.setStyle("Fusion")
    font = app.font()
    font.setPointSizeF(10.5)
    app.setFont(font)
    app.setPalette(_palette(scheme))
    app.setStyleSheet(_sheet(scheme))


class _Keeper(QObject):
    """Remembers what was chosen, for when the system changes from day to night."""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._app = app
        self._choice: Choice = "system"
        app.styleHints().colorSchemeChanged.connect(self._on_system)

    def choose(self, choice: Choice) -> None:
        self._choice = choice
        apply(self._app, system_is_dark(self._app) if choice == "system" else choice == "dark")

    def _on_system(self) -> None:
        if self._choice == "system":
            self.choose("system")


def choose(app: QApplication, choice: Choice) -> None:
    """Apply one scheme, or the system's now and whenever the user changes it there."""
    keeper = app.findChild(_Keeper)
    (keeper if isinstance(keeper, _Keeper) else _Keeper(app)).choose(choice)


def follow_system(app: QApplication) -> None:
    """Apply the system's scheme now and whenever the user changes it."""
    choose(app, "system")


def _palette(c: Colours) -> QPalette:
    palette = QPalette()
    roles = {
        QPalette.ColorRole.Window: c.window,
        QPalette.ColorRole.WindowText: c.text,
        QPalette.ColorRole.Base: c.card,
        QPalette.ColorRole.AlternateBase: c.track,
        QPalette.ColorRole.Text: c.text,
        QPalette.ColorRole.Button: c.card,
        QPalette.ColorRole.ButtonText: c.text,
        QPalette.ColorRole.BrightText: c.error,
        QPalette.ColorRole.Highlight: c.accent,
        QPalette.ColorRole.HighlightedText: c.on_accent,
        QPalette.ColorRole.ToolTipBase: c.card,
        QPalette.ColorRole.ToolTipText: c.text,
        QPalette.ColorRole.PlaceholderText: c.muted,
        QPalette.ColorRole.Link: c.accent,
    }
    for role, value in roles.items():
        palette.setColor(role, QColor(value))
    for role in (
        QPalette.ColorRole.WindowText,
        QPalette.ColorRole.Text,
        QPalette.ColorRole.ButtonText,
    ):
        faded = QColor(c.muted)
        faded.setAlphaF(0.65)
        palette.setColor(QPalette.ColorGroup.Disabled, role, faded)
    return palette


def _sheet(c: Colours) -> str:
    return f"""
QFrame[card="true"] {{
    background: {c.card}; border: 1px solid {c.border}; border-radius: 8px;
}}
QLabel[role="title"] {{ color: {c.muted}; font-weight: 600; }}
QLabel[role="figure"] {{ font-size: 25pt; font-weight: 600; color: {c.text}; }}
QLabel[role="muted"] {{ color: {c.muted}; }}
QLabel[role="section"] {{ font-weight: 600; color: {c.text}; }}
QLabel[role="problem"] {{ color: {c.error}; }}
QLabel[role="heading"] {{ font-size: 17pt; font-weight: 600; }}

QPushButton {{
    background: {c.card}; color: {c.text}; border: 1px solid {c.border};
    border-radius: 6px; padding: 7px 14px; min-height: 20px;
}}
QPushButton:hover {{ background: {c.hover}; }}
QPushButton:pressed {{ background: {c.track}; }}
QPushButton:focus {{ border: 2px solid {c.accent}; padding: 6px 13px; }}
QPushButton:disabled {{ color: {_faded(c)}; background: transparent; }}
QPushButton[primary="true"] {{
    background: {c.accent}; color: {c.on_accent}; border-color: {c.accent}; font-weight: 600;
}}
QPushButton[primary="true"]:focus {{ border: 2px solid {c.text}; }}
QPushButton[primary="true"]:disabled {{
    background: {c.track}; color: {_faded(c)}; border-color: {c.track};
}}
QPushButton:checked {{
    background: {c.hover}; border: 2px solid {c.accent}; padding: 6px 13px;
}}
QPushButton:checked:focus {{ border: 3px solid {c.accent}; padding: 5px 12px; }}
QPushButton[flat="true"] {{ border: none; background: transparent; padding: 2px 8px; }}
QPushButton[flat="true"]:hover {{ background: {c.track}; }}
QPushButton[flat="true"]:focus {{ border: 2px solid {c.accent}; padding: 0px 6px; }}
QPushButton[small="true"] {{ padding: 1px 8px; }}
QPushButton[small="true"]:focus {{ padding: 0px 7px; }}
QPushButton[small="true"]:checked {{ padding: 0px 7px; }}
QPushButton[small="true"]:checked:focus {{ border: 2px solid {c.text}; padding: 0px 7px; }}
QPushButton[menu="true"] {{ padding-right: 28px; }}
QPushButton::menu-indicator {{
    subcontrol-origin: border; subcontrol-position: right center; right: 10px;
}}
QCheckBox::indicator {{
    width: 14px; height: 14px; border: 1px solid {c.muted}; border-radius: 4px;
    background: {c.card};
}}
QCheckBox::indicator:focus {{ border: 2px solid {c.accent}; }}
QCheckBox::indicator:checked {{
    border-color: {c.accent}; background: {c.accent}; image: url({_icon("tick", c)});
}}
QCheckBox::indicator:disabled {{ border-color: {c.border}; }}
QCheckBox:disabled {{ color: {_faded(c)}; }}

QToolButton[rail="true"] {{
    color: {c.text}; border: 2px solid transparent; border-radius: 8px; padding: 7px 4px 5px 4px;
    font-size: 9pt;
}}
QToolButton[rail="true"]:hover {{ background: {c.hover}; }}
QToolButton[rail="true"]:checked {{
    background: {c.card}; color: {c.accent}; font-weight: 600;
}}
QToolButton[rail="true"]:focus {{ border: 2px solid {c.accent}; }}

QLineEdit, QComboBox, QTextEdit, QPlainTextEdit {{
    background: {c.card}; color: {c.text}; border: 1px solid {c.muted}; border-radius: 6px;
    padding: 5px 8px; selection-background-color: {c.accent}; selection-color: {c.on_accent};
}}
QLineEdit:focus, QComboBox:focus, QTextEdit:focus, QPlainTextEdit:focus {{
    border: 2px solid {c.accent}; padding: 4px 7px;
}}
QLineEdit:disabled, QComboBox:disabled {{
    color: {_faded(c)}; border-color: {c.border}; background: transparent;
}}
QComboBox {{ padding-right: 26px; }}
QComboBox:focus {{ padding-right: 25px; }}
QComboBox::drop-down {{ border: none; width: 24px; }}
QComboBox::down-arrow {{ image: url({_icon("down", c)}); width: 12px; height: 12px; }}
QSpinBox, QDoubleSpinBox {{ min-height: 24px; }}
QSpinBox QLineEdit, QDoubleSpinBox QLineEdit, QComboBox QLineEdit {{
    border: none; padding: 0; background: transparent;
}}
QComboBox QAbstractItemView {{
    background: {c.card}; border: 1px solid {c.border}; selection-background-color: {c.hover};
    selection-color: {c.text}; outline: 0;
}}
QRadioButton::indicator {{
    width: 14px; height: 14px; border: 1px solid {c.muted}; border-radius: 8px;
    background: {c.card};
}}
QRadioButton::indicator:focus {{ border: 2px solid {c.accent}; border-radius: 9px; }}
QRadioButton::indicator:checked {{
    border-color: {c.accent};
    background: qradialgradient(cx: 0.5, cy: 0.5, radius: 0.5, fx: 0.5, fy: 0.5,
        stop: 0 {c.accent}, stop: 0.5 {c.accent}, stop: 0.56 {c.card}, stop: 1 {c.card});
}}
QRadioButton::indicator:disabled {{ border-color: {c.border}; }}
QSlider {{ min-height: 22px; }}
QSlider::groove:horizontal {{ height: 4px; border-radius: 2px; background: {c.border}; }}
QSlider::sub-page:horizontal {{ border-radius: 2px; background: {c.accent}; }}
QSlider::sub-page:horizontal:disabled {{ background: {c.border}; }}
QSlider::handle:horizontal {{
    width: 14px; height: 14px; margin: -6px 0; border: 1px solid {c.card}; border-radius: 8px;
    background: {c.accent};
}}
QSlider::handle:horizontal:focus {{
    margin: -7px 0; border: 2px solid {c.text}; border-radius: 9px;
}}
QSlider::handle:horizontal:disabled {{ background: {c.border}; }}
QTabBar {{ qproperty-drawBase: 0; }}
QTabWidget::pane {{ border: none; border-top: 1px solid {c.border}; }}
QTabBar::tab {{
    background: transparent; color: {c.muted}; padding: 10px 16px 8px 16px; border: none;
    border-bottom: 3px solid transparent;
}}
QTabWidget[tight="true"] QTabBar::tab {{ padding: 10px 11px 8px 11px; }}
QTabBar::tab:selected {{ color: {c.text}; border-bottom-color: {c.accent}; font-weight: 600; }}
QTabBar::tab:hover {{ background: {c.hover}; }}
QTabBar::tab:focus {{
    border: 2px solid {c.accent}; border-bottom-width: 3px; border-radius: 4px;
    padding: 8px 14px 8px 14px;
}}
QTabWidget[tight="true"] QTabBar::tab:focus {{ padding: 8px 9px 8px 9px; }}
QTextBrowser {{
    border: 2px solid transparent; border-radius: 6px; padding: 6px; background: transparent;
}}
QTextBrowser[paper="true"] {{
    background: #ffffff; color: #111111; border: 1px solid {c.border}; padding: 14px;
}}
QTextBrowser:focus {{ border: 2px solid {c.accent}; padding: 6px; }}
QScrollArea {{ background: transparent; border: 2px solid transparent; border-radius: 6px; }}
QScrollArea:focus {{ border-color: {c.accent}; }}

QFrame[bar="error"] {{
    background: {c.error_ground}; border: 1px solid {c.error}; border-radius: 8px;
}}
QFrame[bar="info"] {{
    background: {c.info_ground}; border: 1px solid {c.accent}; border-radius: 8px;
}}
QFrame[bar="note"] {{
    background: {c.note_ground}; border: 1px solid {c.note}; border-radius: 8px;
}}
QFrame[bar="note"] QLabel[role="kind"] {{ color: {c.note}; font-weight: 700; }}
QFrame[bar="error"] QLabel[role="kind"] {{ color: {c.error}; font-weight: 700; }}
QFrame[bar="info"] QLabel[role="kind"] {{ color: {c.accent}; font-weight: 700; }}

QTableView {{
    background: {c.card}; border: none; selection-background-color: {c.hover};
    selection-color: {c.text}; outline: 0;
}}
QTableView::item {{ padding: 0 6px; border: none; }}
QTableView::item:focus {{ border: 1px solid {c.accent}; }}
QTableView QLineEdit {{ background: {c.card}; border: 2px solid {c.accent}; padding: 0 4px; }}
QHeaderView {{ background: {c.card}; }}
QHeaderView::section {{
    background: {c.card}; color: {c.muted}; border: none; border-bottom: 1px solid {c.border};
    padding: 4px 6px;
}}
QMenu {{ background: {c.card}; border: 1px solid {c.border}; padding: 4px; }}
QMenu::item {{ padding: 6px 22px; border-radius: 4px; }}
QMenu::item:selected {{ background: {c.hover}; color: {c.text}; }}
QMenu::item:disabled {{ color: {c.muted}; }}
QToolTip {{ background: {c.card}; color: {c.text}; border: 1px solid {c.border}; padding: 4px; }}
QStatusBar {{ background: {c.window}; }}
QStatusBar::item {{ border: none; }}
QStatusBar QLabel {{ color: {c.muted}; }}
QSplitter::handle {{ background: transparent; }}
QScrollBar:vertical {{ background: transparent; width: 10px; margin: 0; }}
QScrollBar::handle:vertical {{ background: {c.border}; border-radius: 5px; min-height: 28px; }}
QScrollBar::add-line, QScrollBar::sub-line {{ height: 0; width: 0; }}
"""


def _faded(c: Colours) -> str:
    colour = QColor(c.muted)
    return f"rgba({colour.red()}, {colour.green()}, {colour.blue()}, 160)"


def _icon(what: str, c: Colours) -> str:
    """A picture, "down" or "tick", which style sheets take from a file only."""
    name = "dark" if c is DARK else "light"
    return Path(
        str(importlib.resources.files("assets") / "icons" / f"{what}_{name}.png")
    ).as_posix()

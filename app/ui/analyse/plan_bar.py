"""How new recordings are analysed and where their results go."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QWidget,
)

from app.engine.analyse.plans import MAX_FPS, PRESET_FPS, Plan, Preset
from app.session.interval import INTERVAL, SHORTEST_INTERVAL
from app.ui.analyse.wording import plan_details, preset_purpose, preset_text


class PlanBar(QWidget):
    """The choices for recordings that are added from now on.

    Signals:
        changed: another plan or folder is chosen.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._folder: Path | None = None
        self._class_only = False
        self.preset = QComboBox()
        self.preset.setAccessibleName(self.tr("Preset"))
        for preset in Preset:
            self.preset.addItem(preset_text(preset), preset)
            last = self.preset.count() - 1
            self.preset.setItemData(last, preset_purpose(preset), Qt.ItemDataRole.ToolTipRole)
        self.preset.setCurrentIndex(self.preset.findData(Preset.STANDARD))
        self.fps = _number(0.1, MAX_FPS, 5.0, self.tr(" frames/s"))
        self.fps.setAccessibleName(self.tr("Frames a second"))
        self.fps.setToolTip(self.tr("How many frames of each second are analysed, at most"))
        self.interval = _number(SHORTEST_INTERVAL, 600.0, INTERVAL, self.tr(" s a row"))
        self.interval.setAccessibleName(self.tr("Seconds a row of class.csv"))
        self.interval.setToolTip(self.tr("How long the intervals are that class.csv sums up"))
        self.annotate = QCheckBox(self.tr("Annotated video"))
        self.results = QPushButton()
        self.results.setProperty("menu", True)
        self.results.setMenu(self._menu())
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        label = QLabel(self.tr("Preset:"))
        label.setBuddy(self.preset)
        for widget in (label, self.preset, self.fps, self.interval, self.annotate):
            row.addWidget(widget)
        row.addStretch(1)
        row.addWidget(self.results)
        self.preset.currentIndexChanged.connect(self._show)
        self.fps.valueChanged.connect(self._show)
        self.interval.valueChanged.connect(self._show)
        self.annotate.toggled.connect(self._show)
        self._show()

    @property
    def plan(self) -> Plan:
        """What is chosen."""
        annotate = self.annotate.isChecked() and not self._class_only
        preset = Preset(self.preset.currentData())
        if preset is Preset.CUSTOM:
            return Plan(self.fps.value(), annotate, self.interval.value())
        return Plan(PRESET_FPS[preset], annotate)

    @property
    def folder(self) -> Path | None:
        """Where results go; None: beside each recording."""
        return self._folder

    def set_class_only(self, on: bool) -> None:
        """A class-only session knows no faces to draw, or to cover."""
        self._class_only = on
        self._show()

    def set_plan(self, plan: Plan) -> None:
        """Have recordings analysed so."""
        if plan.preset is Preset.CUSTOM:
            self.interval.setValue(plan.interval)
            if plan.fps is not None:
                self.fps.setValue(plan.fps)
        self.annotate.setChecked(plan.annotate)
        self.preset.setCurrentIndex(self.preset.findData(plan.preset))

    def set_folder(self, folder: Path | None) -> None:
        """Have results go there."""
        self._folder = folder
        self._show()

    def _menu(self) -> QMenu:
        menu = QMenu(self)
        menu.setAccessibleName(self.tr("Where results go"))
        menu.addAction(self.tr("Beside each recording")).triggered.connect(self._on_beside)
        menu.addAction(self.tr("In one folder…")).triggered.connect(self._on_folder)
        return menu

    def _on_beside(self) -> None:
        self.set_folder(None)

    def _on_folder(self) -> None:
        title = self.tr("Folder for the results")
        chosen = QFileDialog.getExistingDirectory(self, title, str(self._folder or Path.home()))
        if chosen:
            self.set_folder(Path(chosen))

    def _show(self) -> None:
        custom = Preset(self.preset.currentData()) is Preset.CUSTOM
        self.fps.setVisible(custom)
        self.interval.setVisible(custom)
        purpose = preset_purpose(Preset(self.preset.currentData()))
        self.preset.setToolTip(f"{purpose}. {plan_details(self.plan)}.")
        self.annotate.setEnabled(not self._class_only)
        self.annotate.setToolTip(
            self.tr("Not in class-only mode: it knows no faces to mark or to cover")
            if self._class_only
            else self.tr("Write a copy of the video with what was found drawn in; takes longer")
        )
        if self._folder is None:
            text = self.tr("Results: beside each")
            tip = self.tr("Results go to a folder beside each recording, lesson-roomread")
        else:
            name = self._folder.name or str(self._folder)
            short = name if len(name) <= 12 else f"{name[:11]}…"
            text = self.tr("Results: {folder}").format(folder=short)
            tip = self.tr("Results go to a folder each in {folder}").format(folder=self._folder)
        self.results.setText(text.replace("&", "&&"))
        self.results.setToolTip(tip)
        self.results.setAccessibleName(text)
        self.results.setAccessibleDescription(tip)
        self.changed.emit()


def _number(low: float, high: float, value: float, suffix: str) -> QDoubleSpinBox:
    box = QDoubleSpinBox()
    box.setDecimals(1)
    box.setRange(low, high)
    box.setValue(value)
    box.setSuffix(suffix)
    return box

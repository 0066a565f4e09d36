"""Asks in which formats a session is to be exported, and where to."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDoubleSpinBox,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.engine.review.export_choice import LONGEST, ExportChoice
from app.engine.review.offers import FormatOffer, format_offers
from app.session.formats.boris import BORIS
from app.session.formats.csv_tables import CSV
from app.session.formats.elan import ELAN
from app.session.interval import SHORTEST_INTERVAL
from app.ui.review.format_wording import format_files, format_title, why_not
from app.ui.widgets.button import button

OF_EPISODES: Final = (BORIS.name, ELAN.name)


class ExportDialog(QDialog):
    """Formats to tick, their few numbers, and the folder.

    Args:
        session: file of the session.
        class_only: it knows no single students.
        choice: what was chosen the last time.

    Signals:
        wanted: folder (``Path``) and ``ExportChoice``.
    """

    wanted = Signal(object, object)

    def __init__(
        self, session: Path, class_only: bool, choice: ExportChoice, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._session, self._before = session, choice
        self._class_only = class_only
        self.setWindowTitle(self.tr("Export"))
        self.setMinimumWidth(840)
        offers = format_offers(class_only)
        free = {one.format.name for one in offers if one.hindrance is None}
        ticked = free.intersection(choice.formats) or {CSV.name}
        self.formats = {one.format.name: _tick(one, one.format.name in ticked) for one in offers}
        self.interval = _seconds(SHORTEST_INTERVAL, choice.interval)
        self.minimum = _seconds(0.0, choice.minimum)
        self.gap = _seconds(0.0, choice.gap)
        self.every_frame = QCheckBox(self.tr("Rows for the f&rames between, too"))
        self.every_frame.setChecked(choice.every_frame and not class_only)
        self._labels: dict[QDoubleSpinBox, QLabel] = {}
        self.folder = QLineEdit(str(choice.place_for(session)))
        self._lay_out(offers)
        for tick in self.formats.values():
            tick.toggled.connect(self._show)
        self.folder.textChanged.connect(self._show)
        self._show()
        self.formats[CSV.name].setFocus()

    def choice(self) -> ExportChoice:
        """As it is chosen now."""
        folder = self._before.folder
        if self._out != self._before.place_for(self._session):
            folder = self._out.parent
        return replace(
            self._before,
            formats=self._ticked,
            interval=self.interval.value(),
            minimum=self.minimum.value(),
            gap=self.gap.value(),
            every_frame=self.every_frame.isChecked() and not self._class_only,
            folder=folder,
        )

    def accept(self) -> None:
        """Hand up what is chosen."""
        super().accept()
        self.wanted.emit(self._out, self.choice())

    @property
    def _out(self) -> Path:
        return Path(self.folder.text().strip()).expanduser()

    @property
    def _ticked(self) -> tuple[str, ...]:
        return tuple(name for name, tick in self.formats.items() if tick.isChecked())

    def _lay_out(self, offers: tuple[FormatOffer, ...]) -> None:
        outer = QVBoxLayout(self)
        outer.setContentsMargins(22, 16, 22, 16)
        outer.setSpacing(8)
        outer.addWidget(_section(self.tr("Formats")))
        outer.addLayout(self._format_rows(offers))
        outer.addSpacing(4)
        outer.addWidget(_section(self.tr("Details")))
        outer.addLayout(self._details())
        outer.addSpacing(4)
        folder = _section(self.tr("Fol&der"))
        folder.setBuddy(self.folder)
        outer.addWidget(folder)
        outer.addLayout(self._folder_row())
        outer.addSpacing(6)
        outer.addLayout(self._buttons())

    def _format_rows(self, offers: tuple[FormatOffer, ...]) -> QGridLayout:
        rows = QGridLayout()
        rows.setHorizontalSpacing(14)
        rows.setVerticalSpacing(5)
        rows.setColumnStretch(1, 1)
        for row, one in enumerate(offers):
            tick = self.formats[one.format.name]
            said = QLabel(tick.accessibleDescription())
            said.setProperty("role", "muted")
            said.setWordWrap(True)
            rows.addWidget(tick, row, 0)
            rows.addWidget(said, row, 1)
        return rows

    def _details(self) -> QGridLayout:
        rows = QGridLayout()
        rows.setHorizontalSpacing(10)
        rows.setVerticalSpacing(6)
        rows.setColumnStretch(4, 1)
        self.every_frame.setToolTip(
            self.tr(
                "In observations.csv, with faces moved along between two frames that were "
                "analysed. What a student shows stands until the next reading. A large file"
            )
        )
        for label, field, tip, row, column in (
            (
                self.tr("Class sums e&very"),
                self.interval,
                self.tr("How long the intervals of class tables and subtitles are"),
                0,
                0,
            ),
            (
                self.tr("Episodes: drop &shorter than"),
                self.minimum,
                self.tr("Of BORIS and ELAN: a shorter episode of an expression is dropped"),
                1,
                0,
            ),
            (
                self.tr("&bridge gaps under"),
                self.gap,
                self.tr("Of BORIS and ELAN: a shorter interruption does not end an episode"),
                1,
                2,
            ),
        ):
            name = QLabel(label)
            name.setBuddy(field)
            field.setToolTip(tip)
            field.setAccessibleName(label.replace("&", ""))
            field.setAccessibleDescription(tip)
            self._labels[field] = name
            rows.addWidget(name, row, column)
            rows.addWidget(field, row, column + 1)
        rows.addWidget(self.every_frame, 0, 2, 1, 3)
        return rows

    def _folder_row(self) -> QHBoxLayout:
        tip = self.tr("The files go here; the folder is made if there is none")
        self.folder.setAccessibleName(self.tr("Folder"))
        self.folder.setToolTip(tip)
        choose = button(
            self.tr("Choose…"),
            "Ctrl+O",
            self.tr("Choose where this session's folder is made"),
            self,
        )
        choose.setAutoDefault(False)
        choose.clicked.connect(self._on_choose)
        row = QHBoxLayout()
        row.addWidget(self.folder, 1)
        row.addWidget(choose)
        return row

    def _buttons(self) -> QHBoxLayout:
        self._problem = QLabel()
        self._problem.setProperty("role", "problem")
        cancel = QPushButton(self.tr("Cancel"))
        cancel.setToolTip(self.tr("Write nothing (Esc)"))
        cancel.setAutoDefault(False)
        self.export = QPushButton(self.tr("Export"))
        self.export.setProperty("primary", True)
        self.export.setDefault(True)
        self.export.setToolTip(self.tr("Write the files (Enter)"))
        cancel.clicked.connect(self.reject)
        self.export.clicked.connect(self.accept)
        row = QHBoxLayout()
        row.addWidget(self._problem, 1)
        row.addWidget(cancel)
        row.addWidget(self.export)
        return row

    def _on_choose(self) -> None:
        title = self.tr("Folder for the exports")
        chosen = QFileDialog.getExistingDirectory(self, title, str(self._out.parent))
        if chosen:
            place = replace(self._before, folder=Path(chosen)).place_for(self._session)
            self.folder.setText(str(place))

    def _show(self) -> None:
        ticked, folder = self._ticked, bool(self.folder.text().strip())
        episodes = any(name in ticked for name in OF_EPISODES)
        for field in (self.minimum, self.gap):
            field.setEnabled(episodes)
            self._labels[field].setEnabled(episodes)
        self.every_frame.setEnabled(CSV.name in ticked and not self._class_only)
        self.export.setEnabled(bool(ticked) and folder)
        problem = "" if ticked else self.tr("Tick a format.")
        self._problem.setText(problem or ("" if folder else self.tr("Choose a folder.")))


def _tick(offer: FormatOffer, on: bool) -> QCheckBox:
    tick = QCheckBox(format_title(offer.format))
    possible = offer.hindrance is None
    said = format_files(offer.format) if offer.hindrance is None else why_not(offer.hindrance)
    tick.setChecked(on and possible)
    tick.setEnabled(possible)
    tick.setToolTip(said)
    tick.setAccessibleDescription(said)
    return tick


def _seconds(low: float, value: float) -> QDoubleSpinBox:
    box = QDoubleSpinBox()
    box.setDecimals(1)
    box.setSingleStep(0.5)
    box.setRange(low, LONGEST)
    box.setValue(value)
    box.setSuffix(" s")
    return box


def _section(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", "section")
    return label

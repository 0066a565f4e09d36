"""The pages of the settings: each shows one part of them and says what the user made of it."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QDateTime, QLocale, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from app.core.privacy import MIN_GROUP, FaceCover, Privacy, Purpose
from app.engine.settings import Appearance, DetectorSettings, LiveSettings, RecognizerSettings
from app.ui.dialogs.purpose_form import PurposeForm
from app.ui.translations import LANGUAGES
from app.ui.wording import percent

USUAL_DAYS = 90
"""Offered where the user has not set a number of days."""
_PROVIDERS: Final = {
    "tensorrt": "TensorRT",
    "coreml": "CoreML",
    "directml": "DirectML",
    "openvino": "OpenVINO",
}
"""As ``stages.providers`` calls them, which loads what takes seconds."""


class PrivacyPage(QWidget):
    """What is shown and kept, and why.

    Signals:
        notice_wanted, door_wanted: the notice is to be read again, or one printed for the door.
    """

    notice_wanted = Signal()
    door_wanted = Signal()

    def __init__(self, privacy: Privacy) -> None:
        super().__init__()
        self.class_only = _tick(
            self.tr("The class as a whole only"),
            self.tr("No boxes, no ids, no tables of single students; neither shown nor kept"),
            privacy.class_only,
        )
        self.min_group = _number(2, 40, privacy.min_group)
        self.min_group.setAccessibleName(self.tr("Smallest group"))
        self.min_group.setToolTip(
            self.tr("With fewer faces read, shares are withheld; {n} is usual").format(n=MIN_GROUP)
        )
        self.faces = _choice(
            self.tr("Faces on the screen and in pictures"),
            {
                FaceCover.SHOW: self.tr("shown"),
                FaceCover.BLUR: self.tr("blurred"),
                FaceCover.BLOCK: self.tr("covered"),
            },
            privacy.faces,
        )
        self.picture = _tick(
            self.tr("Keep a video beside each live session"),
            self.tr("Off: numbers only. On: drawn as chosen above, and large"),
            privacy.keeps_picture,
        )
        self._picture = privacy.picture  # wanted again when single students are
        self.picture.clicked.connect(self._on_picture)
        self.no_picture = _muted(self.tr("Of the class only, no picture is kept."))
        days = privacy.retention_days
        self.expire = _tick(
            self.tr("Delete sessions by themselves after"),
            self.tr("At the next start of Roomread; tables, marked videos and recordings stay"),
            days is not None,
        )
        self.days = _number(1, 3650, days or USUAL_DAYS)
        self.days.setSuffix(self.tr(" days"))
        self.days.setAccessibleName(self.tr("Days after which sessions are deleted"))
        self.days.setToolTip(self.tr("Counted from when a session was made"))
        self.form = PurposeForm()
        self._agreed = _muted("")
        self._lay_out()
        self.class_only.toggled.connect(self._update)
        self.expire.toggled.connect(self._update)
        self._update()

    def show_purpose(self, said: Purpose) -> None:
        """Fill in what was said before."""
        self.form.show_purpose(said)
        self._agreed.setText(
            self.tr("Agreed to on {date}. A change holds for later sessions.").format(
                date=_day(said.agreed)
            )
        )

    def value(self) -> Privacy:
        """As it is set now."""
        return Privacy(
            class_only=self.class_only.isChecked(),
            min_group=self.min_group.value(),
            faces=FaceCover(self.faces.currentData()),
            picture=self._picture,
            retention_days=self.days.value() if self.expire.isChecked() else None,
        )

    def _lay_out(self) -> None:
        group = QHBoxLayout()
        label = QLabel(self.tr("Withhold shares with fewer faces than"))
        label.setBuddy(self.min_group)
        group.addWidget(label)
        group.addWidget(self.min_group)
        group.addStretch(1)
        faces = QHBoxLayout()
        label = QLabel(self.tr("Faces on the screen and in pictures are"))
        label.setBuddy(self.faces)
        faces.addWidget(label)
        faces.addWidget(self.faces)
        faces.addStretch(1)
        expire = QHBoxLayout()
        expire.addWidget(self.expire)
        expire.addWidget(self.days)
        expire.addStretch(1)
        read = _push(self.tr("Read the notice…"), self.tr("Purpose, limits and law"))
        read.clicked.connect(self.notice_wanted)
        door = _push(
            self.tr("Notice for the door…"), self.tr("A page to print: what happens in this room")
        )
        door.clicked.connect(self.door_wanted)
        row = QHBoxLayout()
        row.addWidget(read)
        row.addWidget(door)
        row.addStretch(1)
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(2, 10, 14, 2)
        column.setSpacing(8)
        column.addWidget(self.class_only)
        column.addLayout(group)
        column.addLayout(faces)
        column.addWidget(self.picture)
        column.addWidget(self.no_picture)
        column.addLayout(expire)
        column.addSpacing(10)
        column.addWidget(self.form)
        column.addWidget(self._agreed)
        column.addSpacing(6)
        column.addLayout(row)
        column.addStretch(1)
        _scrolled(self, body, self.tr("Privacy"))

    def _update(self) -> None:
        class_only = self.class_only.isChecked()
        self.no_picture.setVisible(class_only)
        self.picture.setEnabled(not class_only)
        self.picture.setChecked(self._picture and not class_only)
        self.days.setEnabled(self.expire.isChecked())

    def _on_picture(self, wanted: bool) -> None:
        self._picture = wanted


class LookPage(QWidget):
    """Colours and language."""

    def __init__(self, look: Appearance) -> None:
        super().__init__()
        self.theme = _choice(
            self.tr("Colours"),
            {
                "system": self.tr("as the system is"),
                "light": self.tr("light"),
                "dark": self.tr("dark"),
            },
            look.theme,
        )
        self.language = _choice(
            self.tr("Language"), {"system": self.tr("as the system is"), **LANGUAGES}, look.language
        )
        form = _form(self)
        form.addRow(self.tr("&Colours"), self.theme)
        form.addRow(self.tr("&Language"), self.language)
        form.addRow(
            "", _remark(self.tr("Another language shows from the next start of Roomread on."))
        )

    def value(self) -> Appearance:
        """As it is set now."""
        return Appearance(theme=self.theme.currentData(), language=self.language.currentData())


class AnalysisPage(QWidget):
    """What reads and what finds the faces."""

    def __init__(
        self, recognizer: RecognizerSettings, detector: DetectorSettings, live: LiveSettings
    ) -> None:
        super().__init__()
        self._recognizer, self._detector, self._live = recognizer, detector, live
        self.model = _choice(
            self.tr("How expressions are read"),
            {
                "auto": self.tr("as well as this computer keeps up with"),
                "base": self.tr("best, needs a fast computer"),
                "small": self.tr("fast, a little less exact"),
            },
            recognizer.shipped,
        )
        self._choose_live(live)
        runs_on = {
            "auto": self.tr("graphics card where there is one"),
            "cpu": self.tr("processor only"),
            "cuda": self.tr("graphics card only (NVIDIA)"),
        }
        if recognizer.provider not in runs_on:  # a choice made in the settings file stays
            title = _PROVIDERS.get(recognizer.provider, recognizer.provider)
            runs_on[recognizer.provider] = self.tr("{what} only").format(what=title)
        self.provider = _choice(self.tr("What reads run on"), runs_on, recognizer.provider)
        self.detector = _choice(
            self.tr("How faces are found"),
            {
                "sweep": self.tr("known faces always, new ones every few seconds"),
                "tiles": self.tr("everywhere in every picture, slowly"),
                "yunet": self.tr("with another network (YuNet)"),
            },
            detector.kind,
        )
        self.more = _push(self.tr("More…"), self.tr("Choices that few people need"))
        self.more.setCheckable(True)
        form = _form(self)
        form.addRow(self.tr("&Expressions are read"), self.model)
        if recognizer.model is not None:
            self.model.setEnabled(False)
            form.addRow("", _remark(self.tr("Your settings file names a model of its own.")))
        form.addRow(self.tr("Live may &use"), self.share)
        form.addRow(self.tr("Live reads each &face"), self.reads)
        form.addRow("", self.more)
        form.addRow(self.tr("It &runs on the"), self.provider)
        form.addRow(self.tr("Faces are fou&nd"), self.detector)
        form.addRow("", _remark(self.tr("Changes hold from the next analysis on.")))
        self._form = form
        self.more.toggled.connect(self._unfold)
        self._unfold(False)

    def _choose_live(self, live: LiveSettings) -> None:
        self.share = _shares(
            self.tr("How much of the computer Live may use"),
            {
                0.4: self.tr("other programs stay quick"),
                0.8: self.tr("usual"),
                1.0: self.tr("all of it, other programs wait"),
            },
            live.share,
        )
        self.reads = _number(1, 10, round(live.reads))
        self.reads.setSuffix(self.tr(" times a second"))
        self.reads.setAccessibleName(self.tr("How often Live reads each face"))
        self.reads.setToolTip(
            self.tr(
                "Where the computer has the time; 5 is usual. Fewer than 3 miss short expressions, "
                "more than 5 take more of the computer."
            )
        )

    def value(self) -> tuple[RecognizerSettings, DetectorSettings, LiveSettings]:
        """As they are set now."""
        read = {"shipped": self.model.currentData(), "provider": self.provider.currentData()}
        find = {"kind": self.detector.currentData()}
        return (
            self._recognizer.model_copy(update=read),
            self._detector.model_copy(update=find),
            self._live.model_copy(update=self._live_now()),
        )

    def _live_now(self) -> dict[str, float]:
        now: dict[str, float] = {"share": self.share.currentData()}
        if self.reads.value() != round(self._live.reads):  # the settings file may say 4.5
            now["reads"] = float(self.reads.value())
        return now

    def _unfold(self, open_: bool) -> None:
        self.more.setText(self.tr("Less") if open_ else self.tr("More…"))
        for field in (self.provider, self.detector):
            self._form.setRowVisible(field, open_)


def _day(moment: str) -> str:
    """The local day of a moment in ISO 8601; as it is where it can't be read."""
    day = QDateTime.fromString(moment, Qt.DateFormat.ISODate).toLocalTime().date()
    return QLocale().toString(day, QLocale.FormatType.LongFormat) if day.isValid() else moment


def _tick(text: str, tip: str, on: bool) -> QCheckBox:
    box = QCheckBox(text)
    box.setToolTip(tip)
    box.setAccessibleDescription(tip)
    box.setChecked(on)
    return box


def _number(low: int, high: int, value: int) -> QSpinBox:
    box = QSpinBox()
    box.setRange(low, max(high, value))  # a choice made in the settings file stays
    box.setValue(value)
    return box


def _choice(name: str, words: dict[str, str], value: str) -> QComboBox:
    """A list of words to choose from; each keeps its key as data."""
    box = QComboBox()
    box.setAccessibleName(name)
    box.setToolTip(name)
    for key, text in words.items():
        box.addItem(text, str(key))
    box.setCurrentIndex(max(0, box.findData(str(value))))
    return box


def _shares(name: str, words: dict[float, str], value: float) -> QComboBox:
    """As ``_choice``, of shares; one that only the settings file offers stays to be chosen."""
    box = QComboBox()
    box.setAccessibleName(name)
    box.setToolTip(name)
    for share in sorted({*words, value}):
        said = f"{percent(share)}: {words[share]}" if share in words else percent(share)
        box.addItem(said, share)
    box.setCurrentIndex(box.findData(value))
    return box


def _push(text: str, tip: str) -> QPushButton:
    made = QPushButton(text)
    made.setToolTip(tip)
    made.setAccessibleName(text.rstrip(" …"))
    made.setAutoDefault(False)
    return made


def _muted(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", "muted")
    label.setWordWrap(True)
    label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
    return label


def _remark(text: str) -> QLabel:
    """One line in a form, which would leave an empty one below a text that may wrap."""
    label = _muted(text)
    label.setWordWrap(False)
    return label


def _form(page: QWidget) -> QFormLayout:
    form = QFormLayout(page)
    form.setContentsMargins(2, 14, 2, 2)
    form.setVerticalSpacing(12)
    form.setHorizontalSpacing(16)
    form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
    return form


def _scrolled(page: QWidget, body: QWidget, name: str) -> None:
    area = QScrollArea()
    area.setWidget(body)
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setAccessibleName(name)
    column = QVBoxLayout(page)
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(area)

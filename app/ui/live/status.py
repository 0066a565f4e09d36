"""The status bar and its figures."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Final

from PySide6.QtWidgets import (
    QLabel,
    QProgressBar,
    QStatusBar,
    QWidget,
)

from app.core.types import FrameResult
from app.engine.live.schedule import Plan
from app.engine.live.state import LiveStats
from app.ui.widgets.elided_label import ElidedLabel
from app.ui.wording import decimal, percent

_NAMES: Final = ("shown", "analysed", "reads", "faces", "skipped", "busy", "provider")


@dataclass(frozen=True, slots=True)
class Figures:
    """What the status bar shows.

    Attributes:
        shown_fps: pictures painted a second.
        analysed_fps: pictures a second in which faces are looked for.
        faces: in the newest result.
        skipped: frames of a camera that were shown and not analysed.
        provider: "CPU" or "CUDA"; "" while no model is loaded.
        reads, reads_least: as in ``LiveStats``.
        busy: as in ``LiveStats``.
        plan: as in ``LiveStats``.
    """

    shown_fps: float = 0.0
    analysed_fps: float = 0.0
    faces: int = 0
    skipped: int = 0
    provider: str = ""
    reads: float = math.nan
    reads_least: float = math.nan
    busy: float = math.nan
    plan: Plan | None = None


def figures(
    stats: LiveStats, result: FrameResult | None, shown_fps: float | None, provider: str
) -> Figures:
    """What to show of an analysis; ``shown_fps`` is None while it does not run."""
    still = Figures(
        faces=len(result.faces) if result is not None else 0,
        skipped=stats.skipped,
        provider=provider,
    )
    if shown_fps is None:
        return still
    return replace(
        still,
        shown_fps=shown_fps,
        analysed_fps=stats.analysed_fps if stats.plan is None else stats.follow_fps,
        reads=stats.reads,
        reads_least=stats.reads_least,
        busy=stats.busy,
        plan=stats.plan,
    )


class StatusBar(QStatusBar):
    """What goes on, at the left; speed, faces and provider, at the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizeGripEnabled(False)
        self.setContentsMargins(6, 0, 6, 2)
        self._activity = ElidedLabel()
        self._activity.setAccessibleName(self.tr("Activity"))
        self._busy = QProgressBar()
        self._busy.setRange(0, 0)
        self._busy.setFixedWidth(110)
        self._busy.setTextVisible(False)
        self._busy.setMaximumHeight(10)
        self._busy.setAccessibleName(self.tr("Working"))
        self._busy.hide()
        self.addWidget(self._busy)
        self.addWidget(self._activity, 1)
        self._slow = False
        self._labels = {name: QLabel() for name in _NAMES}
        for label in self._labels.values():
            label.setContentsMargins(10, 0, 10, 0)
            self.addPermanentWidget(label)
        self.show_figures(Figures())

    def show_activity(self, text: str, busy: bool) -> None:
        """Say what goes on; ``busy`` shows a moving bar beside it."""
        self._activity.setText(text)
        self._busy.setVisible(busy)

    def show_figures(self, figures: Figures) -> None:
        """Show the newest figures; of what there is nothing to say, none."""
        for name, (text, tip) in self._said(figures).items():
            label = self._labels[name]
            if label.text() != text:
                label.setText(text)
                label.setVisible(bool(text))
            if label.toolTip() != tip:
                label.setToolTip(tip)
                label.setAccessibleName(tip)

    def _said(self, figures: Figures) -> dict[str, tuple[str, str]]:
        """Text and tooltip of every label."""
        return {
            "shown": (
                self.tr("Shown {n} fps").format(n=f"{figures.shown_fps:.0f}"),
                self.tr("Pictures shown a second"),
            ),
            "analysed": self._analysed(figures),
            "reads": self._reads(figures),
            "faces": (
                self.tr("Faces {n}").format(n=figures.faces),
                self.tr("Faces in the newest picture"),
            ),
            "skipped": self._skipped(figures),
            "busy": self._load(figures),
            "provider": (
                self.tr("Runs on {what}").format(what=figures.provider or "–"),
                self.tr("What the expression model runs on"),
            ),
        }

    def _analysed(self, figures: Figures) -> tuple[str, str]:
        if figures.plan is None:
            text = self.tr("Analysed {n} fps").format(n=decimal(figures.analysed_fps))
            return text, self.tr("Pictures analysed a second")
        tip = self.tr(
            "Pictures a second in which faces are looked for; between two of them the boxes stay. "
            "{n} pictures were shown only."
        )
        text = self.tr("Followed {n} fps").format(n=decimal(figures.analysed_fps))
        return text, tip.format(n=figures.skipped)

    def _reads(self, figures: Figures) -> tuple[str, str]:
        if figures.plan is None or not math.isfinite(figures.reads):
            return "", ""
        text = self.tr("Read {n}/s, slowest {least}/s")
        tip = self.tr(
            "How many times a second a face is really read: the usual one, and the one that is "
            "read least often. Roomread aims at {aim} here and now. In between, the last reading "
            "is held."
        )
        return (
            text.format(n=decimal(figures.reads), least=decimal(figures.reads_least)),
            tip.format(aim=decimal(figures.plan.reads)),
        )

    def _load(self, figures: Figures) -> tuple[str, str]:
        if not math.isfinite(figures.busy):
            return "", ""
        tip = self.tr(
            "How much of this computer Roomread uses. Where it would be more than the settings "
            "allow, faces are read less often."
        )
        return self.tr("Computer {share}").format(share=percent(figures.busy)), tip

    def _skipped(self, figures: Figures) -> tuple[str, str]:
        if figures.plan is not None:  # most of a camera's pictures are shown only, by design
            return "", ""
        tip = self.tr(
            "Pictures of a camera that the analysis had no time for. Of a recording none "
            "is skipped: it plays more slowly instead. Full speed never waits for it, "
            "Analyse reads fewer pictures a second."
        )
        if self._slow:
            return self.tr("Slower than real time"), tip
        return self.tr("Skipped {n}").format(n=figures.skipped), tip

    def show_slow(self, slow: bool) -> None:
        """Say that a recording is read more slowly than it plays; of it nothing is skipped."""
        self._slow = slow

    def text(self, name: str) -> str:
        """What one figure reads now, by its name in ``_NAMES``, or "activity"."""
        return self._activity.text() if name == "activity" else self._labels[name].text()

    def tip(self, name: str) -> str:
        """What the tooltip of a figure says now."""
        return self._labels[name].toolTip()

"""The status bar and its figures."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtWidgets import (
    QLabel,
    QProgressBar,
    QStatusBar,
    QWidget,
)

from app.core.types import FrameResult
from app.engine.live.runner import LiveStats
from app.ui.wording import decimal


@dataclass(frozen=True, slots=True)
class Figures:
    """What the status bar shows.

    Attributes:
        shown_fps: pictures painted a second.
        analysed_fps: pictures analysed a second.
        faces: in the newest result.
        skipped: frames of a camera that the analysis could not take.
        provider: "CPU" or "CUDA"; "" while no model is loaded.
    """

    shown_fps: float = 0.0
    analysed_fps: float = 0.0
    faces: int = 0
    skipped: int = 0
    provider: str = ""


def figures(
    stats: LiveStats, result: FrameResult | None, shown_fps: float | None, provider: str
) -> Figures:
    """What to show of an analysis; ``shown_fps`` is None while it does not run."""
    return Figures(
        shown_fps=shown_fps or 0.0,
        analysed_fps=0.0 if shown_fps is None else stats.analysed_fps,
        faces=len(result.faces) if result is not None else 0,
        skipped=stats.skipped,
        provider=provider,
    )


class StatusBar(QStatusBar):
    """What goes on, at the left; speed, faces and provider, at the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizeGripEnabled(False)
        self.setContentsMargins(6, 0, 6, 2)
        self._activity = QLabel()
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
        self._labels: dict[str, QLabel] = {}
        self._slow = False
        for name, tip in (
            ("shown", self.tr("Pictures shown a second")),
            ("analysed", self.tr("Pictures analysed a second")),
            ("faces", self.tr("Faces in the newest picture")),
            (
                "skipped",
                self.tr(
                    "Pictures of a camera that the analysis had no time for. Of a recording none "
                    "is skipped: it plays more slowly instead. Full speed never waits for it, "
                    "Analyse reads fewer pictures a second."
                ),
            ),
            ("provider", self.tr("What the expression model runs on")),
        ):
            label = QLabel()
            label.setToolTip(tip)
            label.setAccessibleName(tip)
            label.setContentsMargins(10, 0, 10, 0)
            self._labels[name] = label
            self.addPermanentWidget(label)
        self.show_figures(Figures())

    def show_activity(self, text: str, busy: bool) -> None:
        """Say what goes on; ``busy`` shows a moving bar beside it."""
        self._activity.setText(text)
        self._busy.setVisible(busy)

    def show_figures(self, figures: Figures) -> None:
        """Show the newest figures."""
        texts = {
            "shown": self.tr("Shown {n} fps").format(n=f"{figures.shown_fps:.0f}"),
            "analysed": self.tr("Analysed {n} fps").format(n=decimal(figures.analysed_fps)),
            "faces": self.tr("Faces {n}").format(n=figures.faces),
            "skipped": self._skipped(figures),
            "provider": self.tr("Runs on {what}").format(what=figures.provider or "–"),
        }
        for name, text in texts.items():
            self._labels[name].setText(text)

    def show_slow(self, slow: bool) -> None:
        """Say that a recording is read more slowly than it plays; of it nothing is skipped."""
        self._slow = slow

    def _skipped(self, figures: Figures) -> str:
        if self._slow:
            return self.tr("Slower than real time")
        return self.tr("Skipped {n}").format(n=figures.skipped)

    def text(self, name: str) -> str:
        """What one figure reads now: shown, analysed, faces, skipped, provider or activity."""
        return self._activity.text() if name == "activity" else self._labels[name].text()

"""How a recording is to be analysed: which frames, and what is written beside the tables."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from app.core.errors import SettingsError
from app.engine.analyse.sampling import USUAL_FPS, Sampling
from app.session.interval import INTERVAL, check_interval

MAX_FPS: Final = 120.0
"""Frames a second; no recording of a classroom has more."""


class Preset(StrEnum):
    """A plan with a name; CUSTOM is any other."""

    QUICK = "quick"
    STANDARD = "standard"
    EVERY = "every"
    CUSTOM = "custom"


PRESET_FPS: Final = {Preset.QUICK: 2.0, Preset.STANDARD: USUAL_FPS, Preset.EVERY: None}
"""Frames a second of each preset; None: every frame."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What to do with a recording.

    Attributes:
        fps: frames a second that are analysed, at most; None: every frame.
        annotate: write the annotated video too.
        interval: seconds a row of class.csv.

    Raises:
        SettingsError: a number is out of range, in words for the user.
    """

    fps: float | None = PRESET_FPS[Preset.STANDARD]
    annotate: bool = False
    interval: float = INTERVAL

    def __post_init__(self) -> None:
        if self.fps is not None and not 0 < self.fps <= MAX_FPS:
            raise SettingsError(f"frames a second {self.fps:g}: give more than 0, up to 120")
        check_interval(self.interval)

    @property
    def preset(self) -> Preset:
        """Its name; with or without the annotated video it is the same."""
        if self.interval == INTERVAL:
            for preset, fps in PRESET_FPS.items():
                if self.fps == fps:
                    return preset
        return Preset.CUSTOM

    @property
    def sampling(self) -> Sampling:
        """Which frames that means; the usual rate is that of a recording where nobody asks."""
        return Sampling(fps=self.fps, adaptive=self.fps == USUAL_FPS)

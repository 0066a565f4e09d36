"""A paper's claims, and what our figures say of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal

import numpy as np
from scipy.stats import t as student

from training.figures import (
    confusion_intervals,
    mean_difference,
    share_interval,
    unpack_answers,
)
from training.reporting.report import Measured, Report
from training.reporting.restored import Restored


@dataclass(frozen=True)
class DigitFigures:
    """What ``training.digits`` measured.

    Attributes:
        accuracy: shares (0..1) read right ``with_stn``, ``without_stn``, ``without_stn_wider``.
        digits: how many different ones were held out, each drawn several times.
    """

    accuracy: dict[str, float]
    digits: int = 500


@dataclass(frozen=True)
class FoldFigures:
    """What ``training.folds`` measured, percent.

    Attributes:
        config: that every fold was trained by.
        data: name of the data set.
        wa: of every fold's test part.
        wa_pooled, ua_pooled: over all test parts.
    """

    config: str
    data: str
    wa: list[float]
    wa_pooled: float
    ua_pooled: float

    def interval(self) -> tuple[float, float]:
        """95% of the mean over folds, by Student's t: a person's faces are in one fold."""
        own = np.array(self.wa)
        reach = student.ppf(0.975, len(own) - 1) * own.std(ddof=1) / len(own) ** 0.5
        return float(own.mean() - reach), float(own.mean() + reach)


WITHOUT: Final = "without copies and near-copies"

Found = Report | Restored | DigitFigures | FoldFigures
Results = Mapping[str, Found]
"""What was measured, by the name of the config."""


class Verdict(StrEnum):
    """What figures with their 95% interval say."""

    HOLDS = "Holds"
    FAILS = "Does not hold here"
    UNDECIDED = "Undecided"
    UNTESTED = "Can't be tested here"


@dataclass(frozen=True)
class Outcome:
    """A claim, judged.

    Attributes:
        text: the claim.
        verdict: on it.
        reason: the figures behind it, or what is missing.
    """

    text: str
    verdict: Verdict
    reason: str

    def sentence(self) -> str:
        """For the reader."""
        return f"**{self.verdict}.** {self.text} {self.reason}"


@dataclass(frozen=True)
class Better:
    """One variant reads more faces right than another.

    Attributes:
        text: the paper's claim, one sentence.
        better, worse: names of configs.
        pixels: size of the faces.
    """

    text: str
    better: str
    worse: str
    pixels: int = 48

    def decide(self, results: Results) -> Outcome:
        """By the paired difference on the same faces."""
        ours, theirs = _main(results, self.better), _main(results, self.worse)
        if ours is None or theirs is None:
            missing = self.better if ours is None else self.worse
            return _untested(self.text, f"{missing} was not measured.")
        difference = ours.beside(theirs, self.pixels)
        if difference is None:
            return _untested(
                self.text, f"The two were not measured on the same faces of {self.pixels} px."
            )
        a, b = ours.at(self.pixels), theirs.at(self.pixels)
        assert a is not None
        assert b is not None
        fair = ours.beside(theirs, self.pixels, whole=False)
        return _judged(self.text, (a.wa, b.wa), difference, "%", f" at {self.pixels} px", fair)


@dataclass(frozen=True)
class Reaches:
    """A variant reaches a figure.

    Attributes:
        text: the paper's claim, one sentence.
        variant: name of a config.
        figure: claimed, percent.
        metric: which figure of the report.
        pixels: size of the faces.
        protocol: labels or data set that it was measured by; empty for those the variant was
            trained for.
    """

    text: str
    variant: str
    figure: float
    metric: Literal["wa", "ua", "f1"] = "wa"
    pixels: int = 48
    protocol: str = ""

    def decide(self, results: Results) -> Outcome:
        """Holds unless the whole interval is lower."""
        report = results.get(self.variant)
        if not isinstance(report, Report):
            return _untested(self.text, f"{self.variant} was not measured.")
        measured = report.protocols.get(self.protocol or report.labels)
        if measured is None:
            return _untested(self.text, f"{self.variant} was not measured on {self.protocol}.")
        score = measured.at(self.pixels)
        if score is None:
            return _untested(self.text, f"It was not measured at {self.pixels} px.")
        value = getattr(score.whole, self.metric)
        low, high = (
            score.whole.wa_interval
            if self.metric == "wa"
            else confusion_intervals(score.confusion)[self.metric]
        )
        verdict = Verdict.HOLDS if high >= self.figure else Verdict.FAILS
        name = {"wa": "WA", "ua": "UA", "f1": "macro-F1"}[self.metric]
        fair = score.without_near_copies
        tail = f"; {WITHOUT} {getattr(fair, self.metric):.1f}%" if fair else ""
        return Outcome(
            self.text,
            verdict,
            f"Ours: {name} {value:.1f}% (95% interval {low:.1f} to {high:.1f}) against "
            f"{self.figure:g}%{tail}.",
        )


@dataclass(frozen=True)
class Turns:
    """One variant reads more faces right than another where they are turned.

    Attributes:
        text: the paper's claim, one sentence.
        better, worse: names of configs.
        beyond: smallest angle that counts, degrees.
    """

    text: str
    better: str
    worse: str
    beyond: int = 30

    def decide(self, results: Results) -> Outcome:
        """By the paired difference over all these angles; a face is drawn with all its angles."""
        ours, theirs = _main(results, self.better), _main(results, self.worse)
        if ours is None or theirs is None:
            missing = self.better if ours is None else self.worse
            return _untested(self.text, f"{missing} was not measured.")
        angles = sorted(a for a in ours.by_angle if abs(a) >= self.beyond and a in theirs.by_angle)
        if not angles or ours.faces != theirs.faces:
            return _untested(self.text, "The two were not measured on the same turned faces.")
        a, b = _shares_right(ours, angles), _shares_right(theirs, angles)
        means = (100 * float(a.mean()), 100 * float(b.mean()))
        span = f" on faces turned by {self.beyond}° to {max(map(abs, angles))}°"
        kept = ours.unseen()
        fair = mean_difference(100 * a[kept], 100 * b[kept])
        return _judged(self.text, means, mean_difference(100 * a, 100 * b), "%", span, fair)


@dataclass(frozen=True)
class Restores:
    """One super-resolution comes closer to the sharp faces than another, or than ``bicubic``."""

    text: str
    better: str
    worse: str = "bicubic"

    def decide(self, results: Results) -> Outcome:
        """By the paired difference of the faces' PSNR."""
        ours = results.get(self.better)
        if not isinstance(ours, Restored):
            return _untested(self.text, f"{self.better} was not measured.")
        theirs = ours if self.worse == "bicubic" else results.get(self.worse)
        if not isinstance(theirs, Restored):
            return _untested(self.text, f"{self.worse} was not measured.")
        a = np.array(ours.psnr)
        b = np.array(ours.bicubic if self.worse == "bicubic" else theirs.psnr)
        if len(a) != len(b):
            return _untested(self.text, "The two were not measured on the same faces.")
        means = (float(a.mean()), float(b.mean()))
        return _judged(self.text, means, mean_difference(a, b), " dB", " (PSNR)")


@dataclass(frozen=True)
class ReadsDigits:
    """Distorted digits are read, with a spatial transformer, at a figure in percent."""

    text: str
    variant: str
    figure: float

    def decide(self, results: Results) -> Outcome:
        """Holds unless the whole interval is lower; and says what it is without a transformer."""
        found = results.get(self.variant)
        if not isinstance(found, DigitFigures):
            return _untested(self.text, "The digits were not measured.")
        share = found.accuracy["with_stn"]
        # A digit drawn several times is one digit: fewer independent cases than pictures.
        low, high = share_interval(share, found.digits)
        verdict = Verdict.HOLDS if high >= self.figure else Verdict.FAILS
        return Outcome(
            self.text,
            verdict,
            f"Ours: {100 * share:.1f}% (95% interval {low:.1f} to {high:.1f}), without a "
            f"transformer {100 * found.accuracy['without_stn']:.1f}%, and without one but as many "
            f"parameters {100 * found.accuracy['without_stn_wider']:.1f}%.",
        )


@dataclass(frozen=True)
class ReachesByFolds:
    """People who were never learned from are read at a figure in percent."""

    text: str
    variant: str
    figure: float
    data: str = "CK+"

    def decide(self, results: Results) -> Outcome:
        """Holds unless the whole interval is lower."""
        found = results.get(self.variant)
        if not isinstance(found, FoldFigures) or found.data != self.data:
            return _untested(self.text, f"The folds of {self.variant} were not run on {self.data}.")
        low, high = found.interval()
        return Outcome(
            self.text,
            Verdict.HOLDS if high >= self.figure else Verdict.FAILS,
            f"Ours: {np.mean(found.wa):.1f}%, mean over {len(found.wa)} folds (95% interval "
            f"{low:.1f} to {high:.1f}), against {self.figure:g}%.",
        )


Claim = Better | Reaches | Turns | Restores | ReadsDigits | ReachesByFolds


def _main(results: Results, name: str) -> Measured | None:
    report = results.get(name)
    return report.main if isinstance(report, Report) else None


def _shares_right(measured: Measured, angles: list[int]) -> np.ndarray:
    faces = measured.scores[0].faces
    turned = [unpack_answers(measured.by_angle[angle].answers, faces) for angle in angles]
    return np.mean(turned, axis=0)


def _untested(text: str, reason: str) -> Outcome:
    return Outcome(text, Verdict.UNTESTED, reason)


def _judged(
    text: str,
    means: tuple[float, float],
    difference: tuple[float, float, float],
    unit: str,
    where: str,
    fair: tuple[float, float, float] | None = None,
) -> Outcome:
    middle, low, high = difference
    if low > 0:
        verdict = Verdict.HOLDS
    elif high < 0:
        verdict = Verdict.FAILS
    else:
        verdict = Verdict.UNDECIDED
    digits = 2 if unit == " dB" else 1
    reason = (
        f"Ours{where}: {means[0]:.{digits}f}{unit} against {means[1]:.{digits}f}{unit}, "
        f"{middle:+.{digits}f} (95% interval {low:+.{digits}f} to {high:+.{digits}f})"
    )
    tail = "; the interval holds zero" if verdict is Verdict.UNDECIDED else ""
    if fair is not None:
        middle, low, high = fair
        tail += f"; {WITHOUT} {middle:+.1f} ({low:+.1f} to {high:+.1f})"
    return Outcome(text, verdict, f"{reason}{tail}.")

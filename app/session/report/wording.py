"""Texts and numbers of a report as its language writes them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime
from typing import Final, Literal, get_args

from app.core.expressions import LABELS
from app.session.bootstrap import ShareEstimates
from app.session.compare import Reason
from app.session.kappa import Estimate
from app.session.report.texts_de import GERMAN
from app.session.report.texts_en import ENGLISH

Language = Literal["en", "de"]
"""What a report can be written in."""
LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)
TEXTS: Final[Mapping[Language, Mapping[str, str]]] = {"en": ENGLISH, "de": GERMAN}
NONE: Final = "–"
"""In place of a number that there is none of."""
_NO_BREAK: Final = "\N{NO-BREAK SPACE}"
_MINUS: Final = "\N{MINUS SIGN}"


class Wording:
    """Says things in one language.

    Args:
        language: of ``LANGUAGES``.
    """

    def __init__(self, language: Language) -> None:
        self.language = language
        self._texts = TEXTS[language]
        self._german = language == "de"
        self._unit = f"{_NO_BREAK}%" if self._german else "%"
        self.labels = tuple(self(label) for label in LABELS)

    def __call__(self, key: str, **values: object) -> str:
        """A text with its values filled in; KeyError where there is none of this key."""
        return self._texts[key].format(**values)

    def has(self, key: str) -> bool:
        """Whether there is a text of this key."""
        return key in self._texts

    def known(self, kind: str, text: str) -> str:
        """A text that comes in English, in this language where it is known."""
        key = f"{kind}.{text}"
        return self(key) if self.has(key) else text

    def reason(self, reason: Reason) -> str:
        """Why two sessions may not be comparable, as a sentence."""
        key = f"compare.reason.{reason.kind}"
        if self.has(key):
            first, second = (self._differing(reason.kind, one) for one in reason[1:])
            return self(key, first=first, second=second)
        words = reason.words
        return f"{words[:1].upper()}{words[1:]}."

    def _differing(self, kind: str, value: str | float) -> str:
        """What a reason says of one session."""
        if isinstance(value, str):
            if kind == "settings":
                names = value.split(", ")
                return ", ".join(self.known("compare.reason.setting", one) for one in names)
            return value or self("recorded.unsaid")
        if kind == "coverage":
            return self.percent(value)
        return self.number(value, 1 if kind == "rate" else 0)

    def count(self, key: str, count: int) -> str:
        """The text ``key`` of so many, or ``key.one`` of a single one."""
        return self(f"{key}.one" if count == 1 else key, count=self.number(count))

    def number(self, value: float, digits: int = 0) -> str:
        """A number with so many digits behind its point."""
        if math.isnan(value):
            return NONE
        text = f"{value:,.{digits}f}"
        if self._german:
            text = text.translate(str.maketrans(",.", f"{_NO_BREAK},"))
        return text.replace("-", _MINUS)

    def percent(self, share: float) -> str:
        """A share in whole percent; what is there but rounds to nothing is "<1%"."""
        if math.isnan(share):
            return NONE
        small = 0 < share < 0.005
        return f"{'<1' if small else round(100 * share)}{self._unit}"

    def interval(self, found: Estimate) -> str:
        """A share with its 95% interval, "62% (57–67%)"; without where there is none."""
        if math.isnan(found.value) or math.isnan(found.low):
            return self.percent(found.value)
        return f"{self.percent(found.value)} ({self.range(found)})"

    def range(self, found: Estimate) -> str:
        """The interval alone, rounded outwards, "57–67%"; a dash where there is none."""
        if math.isnan(found.low):
            return NONE
        low, high = math.floor(100 * found.low + 1e-6), math.ceil(100 * found.high - 1e-6)
        return f"{low}–{high}{self._unit}"

    def points(self, difference: float, digits: int = 1) -> str:
        """A difference of two shares in percentage points with its sign."""
        if math.isnan(difference):
            return NONE
        points = round(100 * difference, digits) + 0.0  # never "-0"
        sign = "+" if points > 0 else "" if points < 0 else "±"
        return f"{sign}{self.number(points, digits)}"

    def points_interval(self, found: Estimate) -> str:
        """The same with its interval, "+3.0 (−1.2 to +7.4)"."""
        if math.isnan(found.value) or math.isnan(found.low):
            return self.points(found.value)
        ends = self("range", low=self.points(found.low), high=self.points(found.high))
        return f"{self.points(found.value)} ({ends})"

    def clock(self, seconds: float) -> str:
        """A place in a recording, "2:05" or "1:02:05"."""
        minutes, second = divmod(max(0, int(seconds + 1e-9)), 60)
        hours, minute = divmod(minutes, 60)
        return f"{hours}:{minute:02d}:{second:02d}" if hours else f"{minute}:{second:02d}"

    def length(self, seconds: float) -> str:
        """How long something is, to the second under two minutes, else to the minute."""
        if math.isnan(seconds):
            return NONE
        if round(seconds) < 120:
            return self("length.seconds", seconds=self.number(round(seconds)))
        hours, minutes = divmod(round(seconds / 60), 60)
        if hours:
            return self("length.hours", hours=hours, minutes=minutes)
        return self("length.minutes", minutes=minutes)

    def moment(self, stamp: str) -> str:
        """A date and time of this machine's clock; as it stands where it is none."""
        try:
            when = datetime.fromisoformat(stamp).astimezone()
        except ValueError:
            return stamp
        month = self(f"month.{when.month}")
        zone = f"UTC{when:%z}"
        day = self("date", day=when.day, month=month, year=when.year)
        return self("moment", date=day, time=f"{when:%H:%M}", zone=f"{zone[:-2]}:{zone[-2:]}")


def estimate_of(shares: ShareEstimates, label: int) -> Estimate:
    """One of several shares."""
    return Estimate(
        float(shares.values[label]), float(shares.low[label]), float(shares.high[label])
    )

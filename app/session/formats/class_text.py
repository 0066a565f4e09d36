"""The class in one line an interval, for subtitles and notes.

It speaks of the class and of nobody in it, with the shares of class.csv, and only where that has
some: a subtitle is read by whoever sees the recording.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from app.core.expressions import LABELS
from app.session.export import interval_tally, usual_span
from app.session.store import Session
from app.session.summary import ClassInterval
from app.session.watch import Watch

MOST: Final = 3
"""Expressions named at a time: more can't be read in a few seconds."""
LEAST: Final = 0.05
"""Share below which an expression is not named."""


def class_intervals(session: Session, interval: float, watch: Watch) -> Iterator[ClassInterval]:
    """Those in which a frame was analysed, without what small groups would tell.

    Args:
        session: any kind.
        interval: seconds.
        watch: sees every frame once.
    """
    tally = interval_tally(session, interval)
    for counts in watch(session.class_counts()):
        yield from filter(_looked, tally.add(counts))
    yield from filter(_looked, tally.finish(usual_span(session)))


def _looked(part: ClassInterval) -> bool:
    return part.frames > 0


def class_text(part: ClassInterval) -> str:
    """Such as "12 of 14 read: 58% neutral, 25% happiness"; ``part`` of ``class_intervals``."""
    if not part.faces_seen:
        return "nobody in view"
    if np.isnan(part.shares).any():
        return "too few faces"
    best = np.argsort(-part.shares, kind="stable")[:MOST]
    named = [f"{part.shares[k]:.0%} {LABELS[k]}" for k in best if part.shares[k] >= LEAST]
    read, seen = part.faces_read / part.frames, part.faces_seen / part.frames
    return f"{read:.0f} of {seen:.0f} read: {', '.join(named)}"

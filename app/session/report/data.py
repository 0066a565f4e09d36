"""What a report tells, gathered from a session."""

from __future__ import annotations

import importlib.resources
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from app.core.card import ModelCard, parse_card
from app.session.agreement import Agreement, agreement
from app.session.comovement import CoMovement, co_movement_of
from app.session.compare import Comparison, compare_sessions
from app.session.edits import Edit
from app.session.markers import Marker
from app.session.report.over_time import OverTime, read_over_time
from app.session.statistics import SessionStatistics, statistics_of
from app.session.store import FrameCounts, Session, SessionInfo, Stretch
from app.session.watch import Stopped, Watch


@dataclass(frozen=True, slots=True, eq=False)
class Other:
    """A comparison with another session.

    Attributes:
        found: the earlier session first.
        first, second: what each is.
    """

    found: Comparison
    first: SessionInfo
    second: SessionInfo


@dataclass(frozen=True, slots=True, eq=False)
class ReportData:
    """All that a report tells, after all edits.

    Attributes:
        info, counts, stretch, complete, message: those of the session.
        statistics: shares with their intervals.
        over_time: the session in steps.
        card: of the model that read the session; None where it is not on this machine.
        agreement: with hand labels; None where there are none.
        markers, names: the user's.
        edits: those that hold, in order.
        co_movement: None in a class-only session.
        other: None where no comparison was asked for.
    """

    info: SessionInfo
    counts: FrameCounts
    stretch: Stretch | None
    complete: bool
    message: str
    statistics: SessionStatistics
    over_time: OverTime
    card: ModelCard | None
    agreement: Agreement | None
    markers: tuple[Marker, ...]
    names: dict[int, str]
    edits: tuple[Edit, ...]
    co_movement: CoMovement | None
    other: Other | None

    @property
    def seconds(self) -> float:
        """Length of the analysed part."""
        return 0.0 if self.stretch is None else self.stretch.end - self.stretch.start


def gather(
    session: Session,
    compare: Session | None = None,
    progress: Callable[[float], None] | None = None,
    cancelled: Callable[[], bool] = lambda: False,
) -> ReportData:
    """Read a session for a report; one pass over the file, another with hand labels, and some of
    that to compare with.

    Args:
        session: any; may still be running, then what it has so far is told.
        compare: another session of the same class.
        progress: told the share done, 0..1.
        cancelled: asked now and then; where it says yes, ``Stopped`` is raised.

    Raises:
        SessionError: a file is damaged.
        Stopped: as asked for.
    """
    tell = progress or (lambda _: None)

    def step(share: float) -> None:
        tell(share)
        if cancelled():
            raise Stopped

    counts = session.counts
    watch = Watch(counts.analysed, lambda share: tell(0.5 * share), cancelled)
    series, over_time = read_over_time(session, watch)
    step(0.5)
    statistics = statistics_of(session, series)
    step(0.6)
    together = None if session.class_only else co_movement_of(session, series)
    step(0.8)
    agreed = agreement(session) if session.hand_labels.all() else None
    other = None if compare is None else _compare(session, compare)
    step(1.0)
    return ReportData(
        session.info,
        counts,
        session.stretch,
        session.complete,
        session.message,
        statistics,
        over_time,
        find_card(session.info),
        agreed,
        session.markers.all(),
        session.names(),
        tuple(edit for edit in session.log.edits() if not edit.undone),
        together,
        other,
    )


def _compare(session: Session, other: Session) -> Other:
    first, second = sorted((session, other), key=lambda one: one.info.created)
    return Other(compare_sessions(first, second), first.info, second.info)


def find_card(info: SessionInfo) -> ModelCard | None:
    """The card of the model that read a session; None where this machine has none of it."""
    folders = [importlib.resources.files("models") / info.model_name]
    recognizer = info.settings.get("recognizer")
    own = recognizer.get("model") if isinstance(recognizer, dict) else None
    if isinstance(own, str):
        folders.append(Path(own))
    for folder in folders:
        try:
            text = (folder / "card.json").read_text(encoding="utf-8")
            card = parse_card(json.loads(text))
        except (OSError, KeyError, TypeError, ValueError):
            continue
        if card.sha256 == info.model_sha256.lower():
            return card
    return None

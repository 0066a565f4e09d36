"""Lines that the window says about its state."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, QLocale

from app.engine.live.session import Outcome
from app.engine.live.viewmodel import State
from app.stages.protocols import SourceInfo

translate = QCoreApplication.translate

_NO_BREAK = "\N{NO-BREAK SPACE}"

_IDLE_TEXT = {
    State.EMPTY: QT_TRANSLATE_NOOP("wording", "Choose a recording or a camera"),
    State.READY: QT_TRANSLATE_NOOP("wording", "Ready"),
    State.RUNNING: QT_TRANSLATE_NOOP("wording", "Analysing"),
    State.PAUSED: QT_TRANSLATE_NOOP("wording", "Paused"),
    State.DONE: QT_TRANSLATE_NOOP("wording", "Ready to export"),
    State.CLOSING: QT_TRANSLATE_NOOP("wording", "Closing…"),
}


def idle_text(state: State) -> str:
    """What the status bar reads in a state; "" where it says more than that."""
    return translate("wording", str(_IDLE_TEXT[state])) if state in _IDLE_TEXT else ""


def clock(seconds: float) -> str:
    """Minutes and seconds, "2:05"; with hours where there are any."""
    whole = max(0, int(seconds))
    hours, rest = divmod(whole, 3600)
    minutes, second = divmod(rest, 60)
    return f"{hours}:{minutes:02d}:{second:02d}" if hours else f"{minutes}:{second:02d}"


def percent(share: float, signed: bool = False) -> str:
    """A share in whole percent as the window's language writes it, "89%" or in German "89 %".

    Args:
        share: 1 is all of it.
        signed: say the sign of a rise too.
    """
    number = f"{100 * share:{'+' if signed else ''}.0f}"
    spaced = QLocale().language() == QLocale.Language.German
    return f"{number}{_NO_BREAK if spaced else ''}%"


def decimal(value: float) -> str:
    """A number with one digit behind its point, or in German its comma."""
    return QLocale().toString(value, "f", 1)


def place(state: State, timestamp: float, info: SourceInfo | None) -> str:
    """Where in the source the analysis is, "Analysing 0:12 of 45:00"."""
    if info is not None and info.duration:
        where = translate("wording", "{now} of {end}").format(
            now=clock(timestamp), end=clock(info.duration)
        )
    else:
        where = clock(timestamp)
    return f"{idle_text(state)} {where}".strip()


def gone(info: SourceInfo | None) -> str:
    """What is waited for while there are no pictures."""
    name = "" if info is None else info.name
    return translate("wording", "{name} is gone: waiting for it").format(name=name)


def ending(outcome: Outcome, live: bool) -> tuple[str, str, bool]:
    """How an analysis ended: for the status bar, for the message bar ("": none), if an error."""
    activity, message, failed = _ending(outcome, live)
    return activity, f"{message} {outcome.picture}".strip(), failed


def _ending(outcome: Outcome, live: bool) -> tuple[str, str, bool]:
    kept = translate("wording", "Readings of {count} frames were kept").format(
        count=outcome.analysed
    )
    if outcome.failed:
        rest = f" {kept}." if outcome.analysed else ""
        return (
            translate("wording", "Stopped by a problem"),
            f"{outcome.message.rstrip('.')}.{rest}",
            True,
        )
    if outcome.complete and not live:
        said = translate(
            "wording", "The recording is at its end. {kept}; Export writes the tables."
        )
        return translate("wording", "At the end of the recording"), said.format(kept=kept), False
    stopped = (
        translate("wording", "Stopped; {kept}").format(kept=kept)
        if outcome.analysed
        else translate("wording", "Stopped")
    )
    return stopped, "", False


def exported(files: int, out: Path) -> str:
    """What to say after an export."""
    return translate("wording", "{count} files written to {folder}").format(count=files, folder=out)


VIDEOS = str(
    QT_TRANSLATE_NOOP(
        "wording",
        "Videos (*.mp4 *.mov *.mkv *.avi *.webm *.m4v *.mpg *.mpeg *.wmv *.mts);;All files (*)",
    )
)
"""What a file dialog offers, in English; see ``videos``."""


def videos() -> str:
    """What a file dialog offers."""
    return translate("wording", VIDEOS)

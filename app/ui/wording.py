"""Lines that the window says about its state."""

from __future__ import annotations

from pathlib import Path

from app.engine.live_session import Outcome
from app.engine.viewmodel import State
from app.stages.protocols import SourceInfo

IDLE_TEXT = {
    State.EMPTY: "Choose a recording or a camera",
    State.READY: "Ready",
    State.RUNNING: "Analysing",
    State.PAUSED: "Paused",
    State.DONE: "Ready to export",
    State.CLOSING: "Closing…",
}
"""What the status bar reads in each state."""


def clock(seconds: float) -> str:
    """Minutes and seconds, "2:05"; with hours where there are any."""
    whole = max(0, int(seconds))
    hours, rest = divmod(whole, 3600)
    minutes, second = divmod(rest, 60)
    return f"{hours}:{minutes:02d}:{second:02d}" if hours else f"{minutes}:{second:02d}"


def place(state: State, timestamp: float, info: SourceInfo | None) -> str:
    """Where in the source the analysis is, "Analysing 0:12 of 45:00"."""
    total = f" of {clock(info.duration)}" if info is not None and info.duration else ""
    return f"{IDLE_TEXT.get(state, '')} {clock(timestamp)}{total}".strip()


def ending(outcome: Outcome, live: bool) -> tuple[str, str, bool]:
    """How an analysis ended: for the status bar, for the message bar ("": none), if an error."""
    kept = f"{outcome.analysed} pictures were analysed and kept"
    if outcome.failed:
        rest = f" {kept}." if outcome.analysed else ""
        return "Stopped by a problem", f"{outcome.message.rstrip('.')}.{rest}", True
    if outcome.complete and not live:
        said = f"The recording is at its end. {kept}; Export writes the tables."
        return "At the end of the recording", said, False
    return (f"Stopped; {kept}" if outcome.analysed else "Stopped"), "", False


def exported(files: int, out: Path) -> str:
    """What to say after an export."""
    return f"{files} files written to {out}"


VIDEOS = "Videos (*.mp4 *.mov *.mkv *.avi *.webm *.m4v *.mpg *.mpeg *.wmv *.mts);;All files (*)"
"""What a file dialog offers."""

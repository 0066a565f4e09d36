"""The folder that an analysis goes to: that it can be written, and that nothing there is lost."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from pathlib import Path, PureWindowsPath
from typing import Any, Final

from app.core.commands import command_line
from app.core.errors import (
    ExportError,
    HandWorkError,
    LossError,
    RoomreadError,
    SessionError,
    SettingsError,
)
from app.core.privacy import Purpose
from app.core.types import student_code
from app.engine.analyse.opted_out import opted_out_since
from app.engine.analyse.resume import read_out
from app.engine.analyse.sampling import Sampling
from app.engine.analyse.user_work import UserWork, work_in
from app.engine.kept_model import for_recording
from app.engine.settings import Settings, checked_settings
from app.session.analysis_files import ANNOTATED_FILE, SESSION_FILE
from app.session.database import Header, header_of, in_use
from app.session.edits import clock
from app.session.staging import export_error
from app.session.store import Session, SessionInfo
from app.stages.protocols import SourceInfo

ADVICE: Final = "choose another folder, or add --overwrite to replace it"
_OF_THE_CARD: Final = "smoother.min_confidence"
"""A setting that the model's card gives where nobody does; the session has what was used."""
_OF_NO_RECORDING: Final[dict[str, Any]] = {
    "schema_version": True,
    "appearance": True,
    "live": True,
    "recognizer": {"threads": True},
}
"""Settings that change nothing in how a recording is read."""
_LOSE_NOTHING: Final = frozenset(
    {"regions.opt_out", "privacy.retention_days", "privacy.faces", "privacy.picture"}
)
"""Settings for which an analysis is made anew unasked: who opted out asked to be lost, and the
others say how long it is kept and how faces are drawn."""
_NAMED: Final = 3
"""Settings that a line names at most."""


class There(Enum):
    """What the folder holds: nothing, what is replaced, gone on with, or taken as it is."""

    NOTHING = "nothing"
    REPLACED = "replaced"
    BEGUN = "begun"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be analysed, how, and what for.

    Attributes:
        video: the recording.
        info: what is known of it.
        settings: of the stages.
        sampling: which frames.
        purpose: that was given for this analysis; None: the usual one.
    """

    video: Path
    info: SourceInfo
    settings: Settings
    sampling: Sampling
    purpose: Purpose | None = None

    @property
    def span(self) -> tuple[float, float]:
        """In seconds; to the end of the recording is for ever, since its header may be wrong."""
        end, length = self.sampling.end, self.info.duration
        whole = length is not None and end is not None and end >= length
        return self.sampling.start or 0.0, math.inf if end is None or whole else end


def prepare(out: Path, video: Path) -> None:
    """Make the folder and see that it may be written.

    Found out before the models are loaded and an hour is spent.
    """
    if out.exists() and not out.is_dir():
        raise ExportError(f"can't write to {out}: there is a file of that name: choose a folder")
    try:
        annotated = out / ANNOTATED_FILE
        if annotated.exists() and annotated.samefile(video):
            raise ExportError(
                f"{video} lies where its annotated copy would go: choose another folder"
            )
        out.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=out) as probe:
            probe.write(bytes(4096))
    except FileNotFoundError as error:  # a drive that takes no folders says so
        raise ExportError(
            f"can't write to {out}: no folder can be made there: choose another folder"
        ) from error
    except OSError as error:
        raise export_error(error, out) from error


def look_into(out: Path, asked: Asked, overwrite: bool, resume: bool) -> There:
    """What ``out`` holds, with regard to what is asked.

    Args:
        out: the folder.
        asked: see there.
        overwrite: whatever is there may be replaced.
        resume: it is known to be of an analysis as this one: it is gone on with where it can be.

    Raises:
        LossError: something that is there would be lost; nobody knows where it can't be read.
        SessionError: its file is none of Roomread's, or in use.
    """
    path = out / SESSION_FILE
    try:
        with Session.open(path) as session:
            name = PureWindowsPath(session.info.source_name).name
            if name != asked.video.name and not overwrite:
                raise LossError(f"{out} holds the analysis of {name}: {ADVICE}")
            if overwrite or resume:
                return There.BEGUN if resume else There.REPLACED
            return _there(session, out, asked)
    except SessionError as error:
        return _unreadable(path, error, overwrite)


def _there(session: Session, out: Path, asked: Asked) -> There:
    """What a session that may be neither replaced nor gone on with unseen is."""
    lost = _lost(session, asked)
    same = not (lost or session.standing.cut_off) and _of_the_same(session, asked)
    if same and not session.complete:  # to go on loses nothing, not even what was done by hand
        return There.BEGUN
    work = work_in(session)
    if work or lost:
        raise _loss(session, out, asked, _worked_on(work) if work else lost, bool(work))
    return There.DONE if same else There.REPLACED


def _loss(session: Session, out: Path, asked: Asked, held: str, by_hand: bool) -> LossError:
    """The error that says what ``out`` holds, and who of it has opted out since."""
    seated = [student_code(one) for one in opted_out_since(session, asked.settings.regions.opt_out)]
    if not seated:
        return (HandWorkError if by_hand else LossError)(f"{out} holds {held}: {ADVICE}")
    exclude = command_line("roomread", "edit", str(session.path), "exclude", *seated)
    one = len(seated) == 1
    return LossError(
        f"{out} holds {held}, and {', '.join(seated)} in {'a seat' if one else 'seats'} that opted "
        f"out since: leave {'this student' if one else 'these students'} out with `{exclude}`, "
        f"{ADVICE}"
    )


def _unreadable(path: Path, error: SessionError, overwrite: bool) -> There:
    """What a file is that ``error`` keeps from being read: nothing, or replaced if that may be."""
    try:
        if not path.is_file() or not path.stat().st_size:
            return There.NOTHING
        foreign = header_of(path) is Header.FOREIGN
    except OSError:
        raise error from None
    if foreign:
        raise SessionError(
            f"{path} is no Roomread session, so it is not replaced: choose another folder"
        ) from error
    if in_use(error.__cause__):
        raise error
    if overwrite:
        return There.REPLACED
    raise LossError(f"{error}; nothing is replaced: {ADVICE}") from error


def refuse_to_lose_work(out: Path) -> None:
    """Raise HandWorkError where the session in ``out`` holds what a person put in by hand.

    SessionError where there is none, or nobody can say.
    """
    with Session.open(out / SESSION_FILE) as session:
        work = work_in(session)
    if work:
        raise HandWorkError(f"{out} holds {_worked_on(work)}: {ADVICE}")


def _worked_on(work: UserWork) -> str:
    return f"an earlier analysis that you worked on, which would be lost ({work})"


def refuse_another_model(path: Path, info: SessionInfo) -> None:
    """Raise LossError where all of the session at ``path`` was read by another model than ``info``.

    That is known only when the models are loaded.
    """
    try:
        session = Session.open(path)
    except RoomreadError:
        return
    with session:
        before = session.info
        if not read_out(session) or _reading(before) == _reading(info):
            return
        models = [f"model {one.model_name} {one.model_version}" for one in (before, info)]
        now = f"{models[1]} reads now" if models[0] != models[1] else "the model's file is another"
        raise LossError(f"{path.parent} holds an analysis by {models[0]}, and {now}: {ADVICE}")


def purpose_for(out: Path, asked: Asked, usual: Purpose | None) -> Purpose | None:
    """What the analysis is for: as asked, or else ``usual``.

    Where nobody says so, or in the same words, it is the purpose that an earlier analysis of this
    recording in ``out`` has.
    """
    purpose = asked.purpose or usual
    try:
        with Session.open(out / SESSION_FILE) as session:
            info = session.info
    except RoomreadError:
        return purpose
    before = info.purpose
    if before is None or info.recording != asked.video.name or _another(info, asked):
        return purpose
    return before if purpose is None or _alike(before, purpose) else purpose


def _alike(one: Purpose, other: Purpose) -> bool:
    return (one.purpose, one.basis) == (other.purpose, other.basis)


def _reading(info: SessionInfo) -> tuple[object, ...]:
    """Who read the expressions, and from when on it could tell."""
    smoother = info.settings.get("smoother")
    least = smoother.get("min_confidence") if isinstance(smoother, Mapping) else None
    return info.model_name, info.model_version, info.model_sha256, least


def _lost(session: Session, asked: Asked) -> str:
    """What is there and would not be in the new analysis, as "it holds" goes on; "" for nothing."""
    info, stretch, name = session.info, session.stretch, asked.video.name
    if stretch is None:
        return ""
    if _another(info, asked):
        return f"the analysis of another {name}"
    purpose = info.purpose
    if asked.purpose and (purpose is None or not _alike(purpose, asked.purpose)):
        return f"the analysis of {name} {'for another' if purpose else 'with no'} purpose"
    start, end = asked.span
    if stretch.start < start or stretch.end >= end:
        there = f"{clock(stretch.start)} to {clock(stretch.end)}"
        return f"the analysis of {name} from {there}, more than is asked for now"
    others = [one for one in _differences(info, asked) if one not in _LOSE_NOTHING]
    if not others:
        return ""
    more = [f"{len(others) - _NAMED} more"] if len(others) > _NAMED else []
    told = ", ".join([*others[:_NAMED], *more])
    return f"the analysis of {name} with other settings ({told})"


def _another(info: SessionInfo, asked: Asked) -> bool:
    """Whether the session is of another recording than the one asked for, of the same name."""
    now = asked.info
    if (info.source_size, info.source_duration) != (now.size, now.duration):
        return True
    before = Path(info.source_name)
    try:
        return before.is_absolute() and before.exists() and not before.samefile(asked.video)
    except OSError:  # on a drive that is not there
        return False


def _differences(info: SessionInfo, asked: Asked) -> list[str]:
    """Names of what was set in another way than is asked for."""
    before = _sampling(info)
    same = before is not None and _rate(before) == _rate(asked.sampling)
    return [*([] if same else ["frames read"]), *_other_settings(info, asked.settings)]


def _rate(one: Sampling) -> tuple[object, ...]:
    return one.every, one.fps, one.adaptive


def _sampling(info: SessionInfo) -> Sampling | None:
    """Which frames were read; None where it does not say."""
    told = info.settings.get("sampling")
    try:
        return Sampling(**told) if isinstance(told, Mapping) else None
    except (TypeError, ValueError):  # of a newer Roomread
        return None


def _other_settings(info: SessionInfo, settings: Settings) -> list[str]:
    told = {key: value for key, value in info.settings.items() if key != "sampling"}
    try:
        before = _flat(checked_settings(told, "the session"))
    except SettingsError:
        return ["those of another Roomread"]
    now = _flat(settings)
    if now[_OF_THE_CARD] is None:  # known when the model is: ``refuse_another_model``
        before[_OF_THE_CARD] = None
    return [name for name, value in now.items() if before[name] != value]


def _flat(settings: Settings) -> dict[str, Any]:
    """Section and name to value, of what decides how a recording is read."""
    told = for_recording(settings).model_dump(mode="json", exclude=_OF_NO_RECORDING)

    def pairs() -> Iterator[tuple[str, Any]]:
        for section, values in told.items():
            for name, value in values.items():
                yield f"{section}.{name}", value

    return dict(pairs())


def _of_the_same(session: Session, asked: Asked) -> bool:
    """Whether the session is of the very recording as it is, and the same part and settings."""
    before = _sampling(session.info)
    if before is None or replace(asked, sampling=before).span != asked.span:
        return False
    if _differences(session.info, asked):
        return False
    try:
        created = datetime.fromisoformat(session.info.created).timestamp()
        return asked.video.stat().st_mtime <= created
    except (OSError, ValueError):
        return False

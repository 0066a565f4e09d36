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

from app.core.errors import ExportError, HandWorkError, LossError, RoomreadError, SettingsError
from app.core.privacy import Purpose
from app.engine.analyse.resume import read_out
from app.engine.analyse.sampling import Sampling
from app.engine.analyse.user_work import user_work
from app.engine.kept_model import for_recording
from app.engine.settings import Settings, checked_settings
from app.session.analysis_files import ANNOTATED_FILE, SESSION_FILE
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
_OPTED_OUT: Final = "regions.opt_out"
"""A setting by which people asked to be lost."""
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
        LossError: something that is there would be lost.
    """
    try:
        session = Session.open(out / SESSION_FILE)
    except RoomreadError:  # missing, damaged or no session: ``Session.create`` decides
        return There.NOTHING
    with session:
        name = PureWindowsPath(session.info.source_name).name
        if name != asked.video.name and not overwrite:
            raise LossError(f"{out} holds the analysis of {name}: {ADVICE}")
        if overwrite or resume:
            return There.BEGUN if resume else There.REPLACED
        refuse_to_lose_work(out)
        lost = _lost(session, asked)
        if lost:
            raise LossError(f"{out} holds {lost}: {ADVICE}")
        if session.standing.cut_off or not _of_the_same(session, asked):
            return There.REPLACED
        return There.DONE if session.complete else There.BEGUN


def refuse_to_lose_work(out: Path) -> None:
    """Raise HandWorkError where the session in ``out`` holds what a person put in by hand."""
    work = user_work(out / SESSION_FILE)
    if work:
        raise HandWorkError(
            f"{out} holds an earlier analysis that you worked on, which would be lost ({work}): "
            f"{ADVICE}"
        )


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


def same_purpose(path: Path, purpose: Purpose | None) -> Purpose | None:
    """``purpose``, as the session at ``path`` has it where the words are the same."""
    if purpose is None:
        return None
    try:
        with Session.open(path) as session:
            before = session.info.purpose
    except RoomreadError:
        return purpose
    return before if before is not None and _alike(before, purpose) else purpose


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
    others = [one for one in _differences(info, asked) if one != _OPTED_OUT]
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

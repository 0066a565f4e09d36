"""The queue on disk, so that it comes back after a restart."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from app.core.errors import RoomreadError, SettingsError
from app.engine.analyse.plans import Plan
from app.engine.analyse.queue_row import QueueRow, RowState
from app.engine.keep import keep_text
from app.engine.live.session import sessions_folder

VERSION: Final = 1


def queue_path() -> Path:
    """Where the queue is kept, whether or not it exists."""
    return sessions_folder().parent / "queue.json"


class _Row(BaseModel):
    """One row as the file has it; what only matters while it runs is left out."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    path: Path
    out: Path
    plan: Plan
    state: RowState
    owned: bool
    resumes: bool = False
    refused: bool
    session: Path | None
    message: str
    length: float | None
    students: int | None
    elapsed: float | None


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    version: Literal[1]
    rows: list[_Row]


def load_queue(path: Path) -> tuple[list[QueueRow], str]:
    """The rows, numbered from 1, and "" or one line on what was wrong with the file.

    A damaged file, or one of a newer version, is moved aside and the queue is empty. A row that
    was running waits again.

    Raises:
        SettingsError: the file is there but can't be read, or can't be moved aside.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return [], ""
    except UnicodeDecodeError:
        return [], _aside(path)
    except OSError as error:
        raise SettingsError(
            f"the list of recordings in {path} can't be read ({error.strerror}): "
            "check its permissions"
        ) from error
    try:
        kept = _File.model_validate(json.loads(text))
    except (ValueError, ValidationError, RoomreadError, RecursionError):
        return [], _aside(path)
    return [_row(number, one) for number, one in enumerate(kept.rows, 1)], ""


def save_queue(path: Path, rows: Iterable[QueueRow]) -> None:
    """Write the rows beside ``path`` and move them there when they are whole.

    Raises:
        SettingsError: the folder can't be written.
    """
    text = json.dumps({"version": VERSION, "rows": [_kept(row) for row in rows]}, indent=1)
    keep_text(
        path,
        text + "\n",
        "the list of recordings",
        "free some space or check the folder's permissions; the analysis goes on",
    )


def _kept(row: QueueRow) -> dict[str, Any]:
    return {
        "path": str(row.path),
        "out": str(row.out),
        "plan": {
            "fps": row.plan.fps,
            "annotate": row.plan.annotate,
            "interval": row.plan.interval,
        },
        "state": row.state.value,
        "owned": row.owned,
        "resumes": row.resumes,
        "refused": row.refused,
        "session": None if row.session is None else str(row.session),
        "message": row.message,
        "length": row.length,
        "students": row.students,
        "elapsed": row.elapsed,
    }


def _row(number: int, kept: _Row) -> QueueRow:
    row = QueueRow(
        number=number,
        progress=1.0 if kept.state is RowState.DONE else 0.0,
        **{name: getattr(kept, name) for name in _Row.model_fields},
    )
    return row.interrupted() if row.state.active else row


def _aside(path: Path) -> str:
    """Move the file where nothing overwrites it; one line that says so."""
    target = path.with_name(f"{path.stem}-damaged-{datetime.now():%Y%m%d-%H%M%S}{path.suffix}")
    try:
        path.replace(target)
    except OSError as error:
        raise SettingsError(
            f"the list of recordings in {path} is damaged and can't be moved aside "
            f"({error.strerror}): check the folder's permissions"
        ) from error
    return (
        "The list of recordings was damaged, or of a newer version, and begins anew. "
        f"It was moved to {target}; results that were written are untouched."
    )

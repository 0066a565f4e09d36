"""Messages that are kept with a session, and shown to others, name files without their folders."""

from __future__ import annotations

from pathlib import Path, PureWindowsPath

from app.session.info import SessionInfo


def without_folders(message: str, session: Path, info: SessionInfo) -> str:
    """``message`` with only the names of this session file and of its recording.

    A camera's address stays as it is.
    """
    for path in [str(session)] if info.source_live else [str(session), info.source_name]:
        name = PureWindowsPath(path).name  # takes / as well as \\
        for tail in _tails(path):  # a relative path was absolute later
            message = message.replace(tail, name or tail)
    return message


def _tails(path: str) -> list[str]:
    """The path, and what is left of it without its first folder, its first two ..."""
    return [path, *(path[at + 1 :] for at, one in enumerate(path[:-1]) if one in "/\\")]

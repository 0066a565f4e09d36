"""Writing a small file so that the old one stays until the new one is whole."""

from __future__ import annotations

import errno
import os
import re
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from app.core.errors import SettingsError

CHECK: Final = "check its folder's permissions"
"""What to do where nothing better is known."""
WAIT_S: Final = 10.0
"""Seconds for which ``alone`` waits for others."""
_STALE_S: Final = 3600.0  # nobody writes a small file for so long: whoever began it was killed
_PART: Final = r"\.[0-9a-f]{8}\.new"
_TRIES: Final = 20 if os.name == "nt" else 1  # there no file is replaced that somebody has open
_TRY_S: Final = 0.05


def keep_text(path: Path, text: str, what: str, advice: str = CHECK) -> None:
    """Write ``text`` beside ``path`` and move it there; missing folders are made.

    Any number of threads and programs may do so at once: the last one's is kept, and whole.

    Args:
        path: the file.
        text: all of its content.
        what: what it holds, and ``advice`` what to do, as the user reads it in an error.

    Raises:
        SettingsError: it can't be written; what was in ``path`` is as it was.
    """
    beside = path.with_name(f"{path.name}.{secrets.token_hex(4)}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            beside.write_text(text, encoding="utf-8")
            _replace(beside, path)
        except OSError:
            beside.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise SettingsError(_cannot(what, path, error, advice)) from error
    with suppress(OSError):  # in the next writing, then
        for part in parts_of(path):
            if time.time() - part.stat().st_mtime > _STALE_S:
                part.unlink(missing_ok=True)


def check_can_keep(path: Path, what: str, advice: str = CHECK) -> None:
    """Try whether ``keep_text`` could write; nothing is left of it but folders that were missing.

    Raises:
        SettingsError: it can't, in the same words.
    """
    beside = path.with_name(f"{path.name}.{secrets.token_hex(4)}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        try:
            beside.write_text("", encoding="utf-8")
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        raise SettingsError(_cannot(what, path, error, advice)) from error


def _replace(beside: Path, path: Path) -> None:
    for _ in range(_TRIES - 1):
        with suppress(PermissionError):
            beside.replace(path)
            return
        time.sleep(_TRY_S)
    beside.replace(path)


@contextmanager
def alone(path: Path, what: str, advice: str = CHECK) -> Iterator[None]:
    """While this lasts nobody else has ``path`` so: no thread, and no other Roomread.

    For whoever changes what is in it: reads, then writes. Must not be nested.

    Raises:
        SettingsError: somebody else has it for longer than ``WAIT_S``, or its folder can't be
            written.
    """
    from filelock import FileLock, Timeout  # noqa: PLC0415 - 40 ms of the window's start

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        held = FileLock(lock_of(path)).acquire(timeout=WAIT_S)
    except Timeout as error:
        raise SettingsError(
            f"{what} in {path} is held by another Roomread: close that and try again"
        ) from error
    except OSError as error:
        raise SettingsError(_cannot(what, path, error, advice)) from error
    with held:
        yield


def lock_of(path: Path) -> Path:
    """The empty file by which ``alone`` keeps others out; it stays when all have finished."""
    return path.with_name(path.name + ".lock")


def parts_of(path: Path) -> list[Path]:
    """What was not written to its end, or is being written now, in place of ``path``."""
    name = re.compile(re.escape(path.name) + _PART)
    with suppress(OSError):  # no folder, or one that may not be looked into
        return [one for one in path.parent.iterdir() if name.fullmatch(one.name)]
    return []


def _cannot(what: str, path: Path, error: OSError, advice: str) -> str:
    """Why, and what to do: permissions are not to blame for everything."""
    reason, instead = error.strerror, ""
    in_the_way = next((one for one in path.parents if one.exists() and not one.is_dir()), None)
    if in_the_way is not None:
        reason, instead = f"{in_the_way} is a file and should be a folder", "move it away"
    elif isinstance(error, IsADirectoryError):
        reason, instead = "a folder is in its place", "move it away"
    elif error.errno == errno.ENOSPC:
        instead = "make room on the disk"
    if instead:
        advice = instead if advice == CHECK else f"{instead}; {advice}"
    return f"{what} can't be kept in {path} ({reason}): {advice}"

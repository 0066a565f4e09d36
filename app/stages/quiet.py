"""Keep the chatter of native libraries off stderr, and nothing else."""

from __future__ import annotations

import contextlib
import os
import re
import sys
import tempfile
import threading
from collections.abc import Iterator
from typing import IO, Final

_NOISE: Final = re.compile(rb"^(?:INFO|WARNING|ERROR): |^[IWE]\d{4} ")
_stderr_lock = threading.Lock()


@contextlib.contextmanager
def quiet_natives() -> Iterator[None]:
    """Keep the native libraries' log off stderr; whatever else is written there comes through.

    They write to the file descriptor and offer no switch, so it is led into a file meanwhile and
    played back without their lines. What goes wrong in there is raised as well.
    """
    with _stderr_lock, contextlib.ExitStack() as stack:
        try:
            kept = os.dup(2)
        except OSError:  # a window application has no stderr
            yield
            return
        stack.callback(os.close, kept)
        chatter = stack.enter_context(tempfile.TemporaryFile())
        if sys.stderr is not None:
            sys.stderr.flush()
        os.dup2(chatter.fileno(), 2)
        try:
            yield
        finally:
            if sys.stderr is not None:
                sys.stderr.flush()
            os.dup2(kept, 2)
            _play_back(chatter)


def _play_back(chatter: IO[bytes]) -> None:
    chatter.seek(0)
    rest = b"".join(line for line in chatter if not _NOISE.match(line))
    if rest:
        with contextlib.suppress(OSError):
            os.write(2, rest)

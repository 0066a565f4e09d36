"""Commands as the user types them into a shell."""

from __future__ import annotations

import os
import shlex
import subprocess
from typing import Final

_WINDOWS: Final = os.name == "nt"


def command_line(*words: str) -> str:
    """One line to copy into this system's shell; words with blanks in them are quoted.

    Windows knows double quotes only, and takes backslashes as they are.
    """
    return subprocess.list2cmdline(words) if _WINDOWS else shlex.join(words)

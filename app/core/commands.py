"""Commands as the user types them into a shell, here: from pip or from an installer."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

FROM_MENU: Final = "ROOMREAD_FROM_MENU"
"""Variable that a system's menu sets (desktop entry, Info.plist): nobody reads what is printed."""

_WINDOWS: Final = os.name == "nt"


def command_line(*words: str) -> str:
    """One line to copy into this system's shell; words with blanks in them are quoted.

    Windows knows double quotes only, and takes backslashes as they are.
    """
    return subprocess.list2cmdline(words) if _WINDOWS else shlex.join(words)


def bundled() -> bool:
    """Whether an installer brought this Roomread: then it has neither Python's command nor pip."""
    return bool(getattr(sys, "frozen", False))


def roomread(*words: str) -> str:
    """A command of Roomread's to copy into the shell, such as ``roomread doctor``.

    An installer may put it where the shell does not look; then it is named with its path.
    """
    name = "roomread"
    if bundled() and shutil.which(name) is None:
        own = Path(sys.executable)
        name = str(own.with_name(f"roomread{own.suffix}"))  # on Windows the window's is another
    return command_line(name, *words)


def how_to_add(extra: str) -> str:
    """What to do for a package that comes only with ``roomread[extra]``."""
    if bundled():
        return "this build can't add it, Roomread from pip can"
    return command_line("pip", "install", f"roomread[{extra}]")


def how_to_repair(package: str) -> str:
    """What to do about a package of Roomread's that is missing or broken."""
    return "install Roomread again" if bundled() else f"install the package {package} again"

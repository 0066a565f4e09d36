"""Roomread's own folders are for their user alone."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import platformdirs


def make_private_folders() -> None:
    """Make the folders of sessions and settings so that nobody else on this computer looks in.

    Those that are there already stay as their user has them. On Windows they lie in the user's own
    profile, which is closed to others. What can't be made is told by whoever writes there.
    """
    for name in (platformdirs.user_data_dir, platformdirs.user_config_dir):
        folder = Path(name("roomread", appauthor=False))
        with suppress(OSError):
            folder.parent.mkdir(parents=True, exist_ok=True)
            folder.mkdir(mode=0o700)

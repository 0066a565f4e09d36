"""Where the regions of each room are kept: a small text file a recording or camera.

A file holds polygons only, no picture. It is found again by the recording's place on the disk or
by the camera's name.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from pathlib import Path

from app.core.regions import Regions, load_regions
from app.engine import settings as settings_module
from app.engine.settings import Settings


def rooms_folder() -> Path:
    """Where the regions that were drawn in the window are kept."""
    return settings_module.settings_path().parent / "rooms"


def recording_room(video: Path, folder: Path | None = None) -> Path:
    """The file for a recording, whether or not it exists; ``folder``: not in the usual one."""
    return _room(video.stem, str(video.resolve()), folder)


def camera_room(name: str, folder: Path | None = None) -> Path:
    """The file for a camera, whether or not it exists; ``folder``: not in the usual one."""
    return _room(name, f"camera {name}", folder)


def room_regions(room: Path, settings: Settings) -> Regions:
    """The regions kept in ``room``; those of the settings where nothing was drawn.

    Raises SettingsError where the file is damaged: going on without could read somebody who
    opted out.
    """
    return load_regions(room) if room.exists() else settings.regions


def settings_for(
    video: Path,
    settings: Settings,
    file: Path | None,
    say: Callable[[str], None],
    folder: Path | None = None,
) -> Settings:
    """``settings`` with the regions of ``file``, or those that were drawn for ``video``.

    Args:
        video: the recording.
        settings: what holds otherwise.
        file: as ``core.regions.load_regions`` reads it; None: what was drawn in the window.
        say: told which file is used, if any.
        folder: with what was drawn; None: the usual one.

    Raises:
        SettingsError: the file is missing or damaged.
    """
    room = file or recording_room(video, folder)
    if file is None and not room.exists():
        return settings
    regions = load_regions(room)
    say(f"Using the regions in {room}")
    return settings.model_copy(update={"regions": regions})


def _room(name: str, place: str, folder: Path | None) -> Path:
    short = re.sub(r"[^\w-]+", "-", name).strip("-").lower()[:40] or "room"
    digest = hashlib.sha256(place.encode()).hexdigest()[:8]
    return (folder or rooms_folder()) / f"{short}-{digest}.toml"

"""Which of the files and folders that the user gave are recordings."""

from __future__ import annotations

import contextlib
import importlib.resources
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from app.core.errors import SourceError
from app.engine.analyse.queue_row import FOLDER_END

SUFFIXES: Final = frozenset(
    {
        ".mp4",
        ".m4v",
        ".mov",
        ".mkv",
        ".webm",
        ".avi",
        ".mpg",
        ".mpeg",
        ".wmv",
        ".flv",
        ".mts",
        ".m2ts",
        ".mxf",
        ".ogv",
        ".dv",
        ".3gp",
    }
)
"""Endings of recordings; a file of another name may still be one, but nobody would drop it."""
DEMO: Final = "demo.mp4"
"""Name of the clip that comes with Roomread."""


@dataclass(frozen=True, slots=True)
class Found:
    """Attributes: ``videos`` in the order given, a folder's by name; ``others``: left out."""

    videos: tuple[Path, ...]
    others: tuple[Path, ...]


@contextlib.contextmanager
def demo_clip() -> Iterator[Path]:
    """The clip that comes with Roomread.

    Raises:
        SourceError: it is missing.
    """
    clip = importlib.resources.files("assets") / DEMO
    if not clip.is_file():
        raise SourceError("the demo clip is missing from this installation: install it again")
    with importlib.resources.as_file(clip) as path:
        yield path


def recordings_in(given: Iterable[Path]) -> Found:
    """Look into folders, not below them; what Roomread itself wrote is passed over.

    Hidden files, and files in a folder that are no videos, are passed over too: nobody chose
    them one by one.

    Raises:
        SourceError: a folder can't be read.
    """
    videos: dict[Path, None] = {}
    others: list[Path] = []
    for path in given:
        if path.is_dir():
            inside = _videos(path)
            videos.update(dict.fromkeys(inside))
            if not inside:
                others.append(path)
        elif path.suffix.lower() in SUFFIXES:
            videos[path.absolute()] = None
        else:
            others.append(path)
    return Found(tuple(videos), tuple(others))


def _videos(folder: Path) -> list[Path]:
    if folder.name.endswith(FOLDER_END):
        return []
    try:
        inside = [one for one in folder.absolute().iterdir() if _is_video(one)]
    except OSError as error:
        raise SourceError(
            f"{folder} can't be read ({error.strerror}): check its permissions"
        ) from error
    return sorted(inside, key=lambda one: one.name.casefold())


def _is_video(path: Path) -> bool:
    hidden = path.name.startswith(".")
    return not hidden and path.suffix.lower() in SUFFIXES and path.is_file()

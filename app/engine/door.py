"""Who is named on the notice for the door: typed once, offered again."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from app.engine.keep import keep_text
from app.engine.settings import settings_path


@dataclass(frozen=True, slots=True)
class Responsible:
    """In the user's words; "" where nothing was typed.

    Attributes:
        name: who answers for it, "Ada Ott, Example School".
        contact: how to reach them.
    """

    name: str = ""
    contact: str = ""


def door_path() -> Path:
    """Where it is kept, whether or not anything was typed."""
    return settings_path().with_name("door.json")


def load_responsible(path: Path) -> Responsible:
    """What was typed; nothing where none is kept or it can't be read."""
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        return Responsible(str(kept["name"]), str(kept["contact"]))
    except (OSError, ValueError, KeyError, TypeError):
        return Responsible()


def keep_responsible(responsible: Responsible, path: Path) -> None:
    """Keep it for the next notice.

    Raises:
        SettingsError: the file can't be written.
    """
    keep_text(path, json.dumps(asdict(responsible)) + "\n", "name and contact")

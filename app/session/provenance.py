"""How a session was made, in the few lines that go into the files themselves."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from app import __version__
from app.session.info import SessionInfo
from app.session.store import Session


def provenance(session: Session) -> dict[str, Any]:
    """As session.json has it, without settings, edits and what else takes a pass.

    It leaves the machine with the tables, so the recording is named without its folders.
    """
    info = session.info
    return {
        "complete": session.complete,
        "message": session.message,
        "created": info.created,
        "purpose": None if info.purpose is None else asdict(info.purpose),
        "privacy": asdict(info.privacy),
        "versions": {
            "roomread": info.app_version,
            **session.environment,
            "exported_with_roomread": __version__,
        },
        "model": model_of(info),
        "source": {**source_of(info), "name": info.recording},
    }


def model_of(info: SessionInfo) -> dict[str, Any]:
    """Which model read the expressions, and where it ran."""
    return {
        "name": info.model_name,
        "version": info.model_version,
        "sha256": info.model_sha256,
        "provider": info.provider,
    }


def source_of(info: SessionInfo) -> dict[str, Any]:
    """The recording or camera, as the session file names it."""
    return {
        "name": info.source_name,
        "width": info.source_size[0],
        "height": info.source_size[1],
        "fps": info.source_fps,
        "duration": info.source_duration,
        "live": info.source_live,
    }

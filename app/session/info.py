"""What a session says of how it was made."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PureWindowsPath
from typing import Any, Final

from app.core.privacy import FaceCover, Privacy, Purpose


@dataclass(frozen=True, slots=True)
class SessionInfo:
    """What is known when a session begins.

    Attributes:
        app_version: of Roomread.
        created: ISO 8601, UTC; only to the second in files of older versions.
        source_name: absolute file path (older versions: as it was given), or camera name.
        source_size: (width, height) in pixels.
        source_fps: nominal frames a second.
        source_duration: seconds; None where unknown.
        source_live: True for a camera.
        model_name, model_version, model_sha256: of the expression model, from its card.
        provider: where the model ran, "CPU", "CUDA" ...
        settings: all settings, as JSON can hold them.
        purpose: why and by what right; None where nobody said.
        privacy: what may be kept.
    """

    app_version: str
    created: str
    source_name: str
    source_size: tuple[int, int]
    source_fps: float
    source_duration: float | None
    source_live: bool
    model_name: str
    model_version: str
    model_sha256: str
    provider: str
    settings: Mapping[str, Any]
    purpose: Purpose | None = None
    privacy: Privacy = field(default_factory=Privacy)

    @property
    def recording(self) -> str:
        """The recording without its folders, or the camera.

        All of ``source_name`` that others may see: folders name people and classes.
        """
        if self.source_live:
            return self.source_name
        return PureWindowsPath(self.source_name).name or self.source_name  # takes / as well as \\


_TEXTS: Final = (
    "app_version",
    "created",
    "source_name",
    "model_name",
    "model_version",
    "model_sha256",
    "provider",
)


def info_of(fields: dict[str, Any]) -> SessionInfo:
    """The info that was stored as these fields; versions before 3 lack the last two.

    Raises KeyError, TypeError or ValueError where they are no such thing.
    """
    purpose, privacy = fields.get("purpose"), dict(fields.get("privacy") or {})
    if "faces" in privacy:
        privacy["faces"] = FaceCover(privacy["faces"])
    info = SessionInfo(
        **{
            **fields,
            "source_size": tuple(fields["source_size"]),
            "purpose": Purpose(**purpose) if purpose else None,
            "privacy": Privacy(**privacy),
        }
    )
    width, height = info.source_size
    texts = [getattr(info, name) for name in _TEXTS]
    if info.purpose is not None:
        texts += [info.purpose.purpose, info.purpose.basis, info.purpose.agreed]
    numbers = (info.source_fps, 0 if info.source_duration is None else info.source_duration)
    right = (
        all(isinstance(text, str) for text in texts)
        and all(isinstance(one, int | float) and math.isfinite(one) for one in numbers)
        and isinstance(width, int)
        and isinstance(height, int)
        and isinstance(info.settings, Mapping)
    )
    if not right:
        raise TypeError("a field is of another type")
    return info

"""The base of every part of a config."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """Frozen; a field that nobody knows is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")

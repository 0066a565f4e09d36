"""The base of every part of a config."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """Frozen; a field that nobody knows, or a number that is infinite or none, is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

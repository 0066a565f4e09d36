"""The workspace Review."""

from __future__ import annotations

from app.ui.workspace import Workspace


class ReviewWorkspace(Workspace):
    """To be built."""

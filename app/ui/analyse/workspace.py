"""The workspace Analyse."""

from __future__ import annotations

from app.ui.workspace import Workspace


class AnalyseWorkspace(Workspace):
    """To be built."""

"""Lessons to report on."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.core.card import SHIPPED_MODELS
from app.core.privacy import Privacy, Purpose
from app.session.editor import Editor
from app.session.edits import Exclude
from app.session.store import Session
from tests.conftest import ROOT
from tests.session.lessons import lesson

HOSTILE = '<script src="http://evil.example/x.js">&</script>$x^2$'
"""A name that a page must show as it is."""
SMOOTHER = {"min_face_width": 41.0, "min_sharpness": 0.2, "max_yaw": 60.0, "min_exposure": 0.5}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Two minutes of five students with markers, names and an edit, read with a shipped model."""
    model = SHIPPED_MODELS[0]
    card = json.loads((ROOT / "models" / model / "card.json").read_text(encoding="utf-8"))
    path = lesson(
        tmp_path / "lesson.roomread",
        240,
        source_name=r"C:\clips\Maths <b>8b & c.mp4",
        model_name=model,
        model_version=card["version"],
        model_sha256=card["sha256"],
        purpose=Purpose("pilot <i>study</i>", "consent", "2025-03-01T08:00:00+00:00"),
        privacy=Privacy(min_group=3, retention_days=90),
        settings={"smoother": SMOOTHER},
    )
    with Session.open(path) as session:
        session.markers.add(30.0, HOSTILE)
        session.set_name(1, HOSTILE)
        session.set_name(2, "山田 😀")
        Editor(session).apply(Exclude(5))
    return path

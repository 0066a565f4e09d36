"""Small groups have no shares, in whatever is written of a class and whatever kind of session."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from app.core.expressions import LABELS
from app.core.privacy import Privacy
from app.core.types import FrameResult
from app.session.export import export_all
from app.session.formats.class_text import class_intervals
from app.session.report.over_time import read_over_time
from app.session.statistics import session_statistics
from app.session.store import Session
from app.session.tables import class_table
from app.session.watch import Watch
from tests.session.builders import result, write

FPS = 4


def coming_and_going() -> list[FrameResult]:
    """40 s of up to eight students, of whom more are read in some seconds than in others."""
    rng = np.random.default_rng(6)
    frames = []
    for k in range(40 * FPS):
        legible = (k // FPS) % 8 / 8
        read = rng.random(8) < legible
        shown = {s + 1: LABELS[rng.integers(8)] if read[s] else None for s in range(8)}
        frames.append(result(k, k / FPS, shown))
    return frames


@pytest.fixture(params=[False, True], ids=["students", "class_only"])
def class_only(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.mark.parametrize("smallest", [2, 4, 6, 9])
def test_whatever_is_written_agrees(class_only: bool, smallest: int, tmp_path: Path) -> None:
    frames = coming_and_going()
    privacy = Privacy(class_only=class_only, min_group=smallest)
    with Session.open(write(tmp_path / "s.roomread", frames, privacy=privacy)) as session:
        export_all(session, tmp_path / "out", interval=1.0)
        table = class_table(session, 1.0)
        subtitles = list(class_intervals(session, 1.0, Watch()))
        whole = session_statistics(session).of_faces
        steps = read_over_time(session)[1].whole
    read_at_once = np.array([one.expressions.known.sum() for one in frames])
    expected = read_at_once.reshape(-1, FPS).max(axis=1) >= smallest

    with (tmp_path / "out" / "class.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["neutral"] != "" for row in rows] == expected.tolist()
    withheld = np.array([int(row["faces_withheld"]) for row in rows])
    read = np.array([int(row["faces_read"]) for row in rows])
    assert (withheld[~expected] == read[~expected]).all()
    assert (withheld[expected] < read[expected]).all()
    assert table["faces_withheld"].tolist() == withheld.tolist()
    for k, label in enumerate(LABELS):
        written = [float(row[label] or "nan") for row in rows]
        np.testing.assert_allclose(table[label], written, atol=6e-5)
        np.testing.assert_allclose([one.shares[k] for one in subtitles], written, atol=6e-5)
    np.testing.assert_array_equal(steps.labels.any(axis=1), expected)
    assert whole.withheld is not bool(expected.any())
    if class_only:
        assert whole.faces_withheld == withheld.sum()

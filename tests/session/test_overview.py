from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from app.core.expressions import LABELS
from app.core.privacy import Privacy
from app.session.overview import overview_of
from app.session.statistics import most_shown, session_statistics
from app.session.store import Session
from tests.session.builders import result, write
from tests.session.lessons import lesson

HAPPY, SAD = LABELS.index("happiness"), LABELS.index("sadness")


def test_shares_are_those_of_the_report(tmp_path: Path) -> None:
    with Session.open(lesson(tmp_path / "s.roomread")) as session:
        found, told = overview_of(session), session_statistics(session).students
    assert [one.track_id for one in found.students] == [one.student for one in told]
    for one in told:
        np.testing.assert_array_equal(found.shares[one.student], one.figures.labels.values)


def test_the_longest_expression_is_named_not_that_of_most_frames(tmp_path: Path) -> None:
    # Three dense frames sad, then two happy for half a second each.
    times, shown = [0.0, 0.1, 0.2, 0.3, 0.8], ["sadness"] * 3 + ["happiness"] * 2
    frames = [
        result(k, time, {1: label})
        for k, (time, label) in enumerate(zip(times, shown, strict=True))
    ]
    with Session.open(write(tmp_path / "s.roomread", frames)) as session:
        found = overview_of(session)
    assert found.students[0].shares[[SAD, HAPPY]] == pytest.approx([0.6, 0.4])
    assert found.shares[1][[SAD, HAPPY]] == pytest.approx([1 / 3, 2 / 3], abs=0.05)
    assert most_shown(found.shares[1]) == HAPPY


def test_who_is_never_read_shows_nothing(tmp_path: Path) -> None:
    with Session.open(write(tmp_path / "s.roomread", [result(0, 0.0, {1: None})])) as session:
        found = overview_of(session)
    assert (most_shown(found.shares[1]), found.most_read) == (None, 0)


@pytest.mark.parametrize("class_only", [True, False])
def test_most_faces_at_once(class_only: bool, tmp_path: Path) -> None:
    frames = [result(0, 0.0, {1: "fear"}), result(1, 1.0, {1: "fear", 2: "fear", 3: None})]
    privacy = Privacy(class_only=class_only)
    with Session.open(write(tmp_path / "s.roomread", frames, privacy=privacy)) as session:
        found = overview_of(session)
    assert found.most_read == 2
    assert len(found.students) == (0 if class_only else 3)

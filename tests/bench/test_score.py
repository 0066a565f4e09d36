"""What counts, and how it is counted."""

from __future__ import annotations

import numpy as np
import pytest

from tests.bench.away import Returns, poisson_interval, returns
from tests.bench.ground_truth import Boxes, Floats, GroundTruth, still
from tests.bench.score import counted, false_faces, matches, score, without_ignored

SIDE = 20.0


def lesson(
    frames: int = 10,
    people: int = 2,
    visible: Floats | None = None,
    yaw: Floats | None = None,
    height: float = SIDE,
    interval: float = 0.2,
) -> GroundTruth:
    """People who sit side by side, 100 pixels apart."""
    n = frames * people
    ids = np.tile(np.arange(1, people + 1), frames)
    boxes = np.column_stack([100.0 * ids, np.full(n, 50.0), np.full(n, SIDE), np.full(n, height)])
    return GroundTruth(
        "lesson", (1000, 200), np.arange(frames) * interval,
        Boxes(np.repeat(np.arange(frames), people), ids, boxes),
        np.ones(n) if visible is None else visible, np.zeros(n) if yaw is None else yaw,
        np.zeros(n), still(frames), np.ones(frames), np.zeros(frames), {},
    )  # fmt: skip


def test_the_truth_itself_is_perfect() -> None:
    truth = lesson()
    found = score(truth, truth.faces)
    assert found.idf1 == 1.0
    assert (found.misses, found.false, found.switches, found.transfers) == (0, 0, 0, 0)
    assert found.hours == pytest.approx(20 * 0.2 / 3600)
    assert found.minutes == pytest.approx(2 / 60)


def test_a_new_id_is_a_switch_and_another_students_id_a_transfer_too() -> None:
    truth = lesson()
    half = truth.faces.frame >= 5
    renamed = np.where(half & (truth.faces.ids == 1), 3, truth.faces.ids)
    swapped = np.where(half, 3 - truth.faces.ids, truth.faces.ids)
    new = score(truth, Boxes(truth.faces.frame, renamed, truth.faces.boxes))
    other = score(truth, Boxes(truth.faces.frame, swapped, truth.faces.boxes))
    assert (new.switches, new.transfers, new.id_matches) == (1, 0, 15)
    assert (other.switches, other.transfers, other.id_matches) == (2, 2, 10)


@pytest.mark.parametrize(
    ("reason", "given"),
    [
        ("hidden", {"visible": np.full(20, 0.4)}),
        ("turned", {"yaw": np.full(20, -70.0)}),
        ("low", {"height": 11.0}),
    ],
)
def test_an_ignored_face_is_neither_right_nor_wrong(reason: str, given: dict) -> None:
    truth = lesson(**given)
    assert not counted(truth).any(), reason
    found = score(truth, truth.faces)
    assert (found.truths, found.results, found.false, found.misses) == (0, 0, 0, 0)


def test_a_result_away_from_an_ignored_face_is_wrong() -> None:
    truth = lesson(visible=np.full(20, 0.0))
    aside = Boxes(truth.faces.frame, truth.faces.ids, np.add(truth.faces.boxes, (SIDE, 0, 0, 0)))
    assert score(truth, aside).false == 20


def test_the_face_that_counts_is_served_before_the_ignored_one_behind_it() -> None:
    """Both overlap the one result; it must not be dropped with the ignored face."""
    truth = lesson(frames=1, visible=np.array([1.0, 0.2]))
    close = truth.faces.boxes.copy()
    close[1, 0] = close[0, 0] + 4.0
    truth = GroundTruth(
        **{**vars(truth), "faces": Boxes(truth.faces.frame, truth.faces.ids, close)}
    )
    said = Boxes(np.zeros(1, int), np.ones(1, int), np.add(close[:1], (1.0, 0, 0, 0)))
    faces, results = without_ignored(truth, said)
    assert len(faces) == len(results) == 1
    assert matches(truth, said).tolist() == [1, 0]


def test_false_faces_count_once_a_minute_and_id() -> None:
    truth = lesson(frames=601)
    poster = np.tile([500.0, 50.0, SIDE, SIDE], (601, 1))
    said = Boxes(np.arange(601), np.full(601, 9), poster)
    assert false_faces(truth, said) == 3
    assert false_faces(truth, truth.faces) == 0


def test_returns_look_at_the_id_before_and_after() -> None:
    frames = 300
    away = (np.arange(frames) >= 50) & (np.arange(frames) < 200)
    visible = np.where(np.repeat(away, 2) & (np.tile([1, 2], frames) == 1), 0.0, 1.0)
    truth = lesson(frames, visible=visible)
    later = (truth.faces.frame >= 200) & (truth.faces.ids == 1)
    renamed = Boxes(truth.faces.frame, np.where(later, 7, truth.faces.ids), truth.faces.boxes)
    assert returns(truth, truth.faces) == Returns(1, 1)
    assert returns(truth, renamed) == Returns(1, 0)


def test_intervals() -> None:
    low, high = Returns(100, 99).interval
    assert low == pytest.approx(0.9455, abs=1e-3)
    assert high == pytest.approx(0.9982, abs=1e-3)
    assert poisson_interval(0) == (0.0, pytest.approx(3.689, abs=1e-3))
    assert poisson_interval(5) == (pytest.approx(1.623, abs=1e-3), pytest.approx(11.668, abs=1e-3))

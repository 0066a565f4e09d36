from __future__ import annotations

import numpy as np
import pytest

from app.core.types import Expressions, Faces, Quality
from app.stages.smoother import HOLD, ExpressionSmoother

HAPPY = np.array([0.1, 0.8, 0.1, 0, 0, 0, 0, 0], np.float32)
NEUTRAL = np.array([0.8, 0.1, 0.1, 0, 0, 0, 0, 0], np.float32)
TORN = np.array([0.3, 0.3, 0.2, 0.2, 0, 0, 0, 0], np.float32)


def smoother(**changes: float) -> ExpressionSmoother:
    values = {
        "time_constant": 0.6, "min_face_width": 12.0, "min_sharpness": 0.1, "min_confidence": 0.45,
    }  # fmt: skip
    return ExpressionSmoother(**{**values, **changes})


def faces(*widths: float) -> Faces:
    boxes = np.array([[40.0 * i, 0, w, w] for i, w in enumerate(widths)])
    return Faces.make(boxes, np.ones(len(widths)), ids=np.arange(1, len(widths) + 1))


def readings(
    *rows: np.ndarray, sharpness: float = 1.0, yaw: float = 0.0, exposure: float = 1.0
) -> Expressions:
    n = len(rows)
    measured = np.array([[sharpness], [yaw], [exposure]], np.float32)
    quality = Quality(*measured.repeat(n, axis=1))
    return Expressions(np.stack(rows), np.ones(n, bool), quality)


def test_one_odd_frame_does_not_change_the_label() -> None:
    steady = smoother()
    labels = []
    for i in range(30):
        reading = HAPPY if i == 20 else NEUTRAL
        labels.append(int(steady.smooth(faces(30), readings(reading), i / 15).labels[0]))
    assert set(labels) == {0}


def test_a_lasting_change_is_followed_within_a_second() -> None:
    steady = smoother()
    for i in range(30):
        steady.smooth(faces(30), readings(NEUTRAL), i / 30)
    seen = [steady.smooth(faces(30), readings(HAPPY), 1 + i / 30) for i in range(30)]
    assert seen[0].labels[0] == 0
    assert seen[-1].labels[0] == 1


@pytest.mark.parametrize("fps", [5, 30])
def test_the_same_memory_at_every_frame_rate(fps: int) -> None:
    steady = smoother(time_constant=1.0)
    for i in range(4 * fps):
        steady.smooth(faces(30), readings(NEUTRAL), i / fps)
    for i in range(fps):
        out = steady.smooth(faces(30), readings(HAPPY), 4 + i / fps)
    # After one time constant of the new expression, 1 - 1/e of the weight is on it.
    share = (out.probabilities[0, 1] - NEUTRAL[1]) / (HAPPY[1] - NEUTRAL[1])
    assert share == pytest.approx(1 - np.exp(-1), abs=0.03)


def test_cant_tell_when_small_blurred_or_unsure() -> None:
    assert smoother().smooth(faces(11.9, 12.0), readings(HAPPY, HAPPY), 0).known.tolist() == [
        False,
        True,
    ]
    assert not smoother().smooth(faces(30), readings(HAPPY, sharpness=0.05), 0).known[0]
    assert not smoother().smooth(faces(30), readings(TORN), 0).known[0]
    assert smoother().smooth(faces(30), readings(TORN), 0).labels[0] == -1


@pytest.mark.parametrize(
    ("measured", "known"),
    [
        ({"yaw": 59.0}, True),
        ({"yaw": 61.0}, False),
        ({"yaw": -61.0}, False),
        ({"exposure": 0.51}, True),
        ({"exposure": 0.49}, False),
        ({"yaw": np.nan, "exposure": np.nan, "sharpness": np.nan}, True),
    ],
)
def test_cant_tell_when_turned_away_or_badly_lit(measured: dict[str, float], known: bool) -> None:
    steady = smoother(max_yaw=60.0, min_exposure=0.5)
    out = steady.smooth(faces(30), readings(HAPPY, **measured), 0)
    assert bool(out.known[0]) is known
    steady.smooth(faces(30), readings(NEUTRAL, **measured), 0.1)
    after = steady.smooth(faces(30), readings(HAPPY), 0.2)
    assert (after.probabilities[0] == pytest.approx(HAPPY)) is not known


def test_unread_faces_stay_unread() -> None:
    out = smoother().smooth(faces(30), Expressions.unread(1), 0)
    assert not out.known[0]
    assert np.isnan(out.probabilities).all()


def test_blurred_readings_leave_no_trace() -> None:
    steady = smoother()
    steady.smooth(faces(30), readings(NEUTRAL), 0.0)
    steady.smooth(faces(30), readings(HAPPY, sharpness=0.0), 0.1)
    out = steady.smooth(faces(30), readings(NEUTRAL), 0.2)
    assert out.probabilities[0] == pytest.approx(NEUTRAL)


def test_known_does_not_flicker_at_the_threshold() -> None:
    steady = smoother(time_constant=0.0)
    above = np.array([0.46, 0.27, 0.27, 0, 0, 0, 0, 0], np.float32)
    below = np.array([0.44, 0.28, 0.28, 0, 0, 0, 0, 0], np.float32)
    known = [
        bool(steady.smooth(faces(30), readings(above if i % 2 else below), i / 10).known[0])
        for i in range(10)
    ]
    assert known == [False] + [True] * 9


def test_students_do_not_share_memories_and_are_forgotten() -> None:
    steady = smoother()
    steady.smooth(faces(30, 30), readings(HAPPY, NEUTRAL), 0)
    out = steady.smooth(faces(30, 30), readings(HAPPY, NEUTRAL), 0.1)
    assert out.labels.tolist() == [1, 0]
    later = steady.smooth(faces(30), readings(NEUTRAL), 100.0)
    assert later.probabilities[0] == pytest.approx(NEUTRAL)
    assert len(steady._students) == 1


def test_rows_still_sum_to_one_after_an_hour() -> None:
    steady = smoother()
    rng = np.random.default_rng(0)
    for i in range(5000):
        reading = rng.dirichlet(np.ones(8)).astype(np.float32)
        out = steady.smooth(faces(30), readings(reading), i * 0.7)
    assert out.probabilities.sum() == pytest.approx(1, abs=1e-4)


def held(
    widths: tuple[float, ...], rows: list[int], *read: np.ndarray, **measured: float
) -> Expressions:
    """What the recognizer gives where only these rows of a frame are read."""
    return readings(*read, **measured).among(np.array(rows), len(widths))


def test_a_face_that_is_not_read_keeps_what_was_said_of_it_and_tells_its_age() -> None:
    steady = smoother()
    steady.smooth(faces(30, 30), readings(NEUTRAL, HAPPY), 0.0)
    mean = steady.smooth(faces(30, 30), readings(HAPPY, HAPPY), 0.2).probabilities[0]
    out = steady.smooth(faces(30, 30), held((30, 30), [1], HAPPY, sharpness=0.6), 0.3)
    assert out.probabilities[0] == pytest.approx(mean)
    assert out.labels.tolist() == [1, 1]
    np.testing.assert_allclose(out.age, [0.1, 0.0], atol=1e-6)
    assert out.quality.sharpness.tolist() == pytest.approx([1.0, 0.6])


def test_what_is_held_does_not_weigh_as_if_it_were_read_again() -> None:
    both = [smoother(), smoother()]
    for steady in both:
        steady.smooth(faces(30), readings(NEUTRAL), 0.0)
    for k in range(1, 8):
        both[1].smooth(faces(30), Expressions.unread(1), k / 10)
    outs = [steady.smooth(faces(30), readings(HAPPY), 0.8) for steady in both]
    np.testing.assert_array_equal(outs[0].probabilities, outs[1].probabilities)


def test_nothing_is_held_too_long_or_of_somebody_else() -> None:
    steady = smoother()
    steady.smooth(faces(30), readings(HAPPY), 0.0)
    assert steady.smooth(faces(30, 30), Expressions.unread(2), HOLD).labels.tolist() == [1, -1]
    out = steady.smooth(faces(30), Expressions.unread(1), HOLD + 0.01)
    assert out.labels.tolist() == [-1]
    assert np.isnan(out.probabilities).all()
    assert np.isnan(out.age).all()
    assert np.isnan(out.quality.sharpness).all()
    assert not steady._held


def test_a_face_that_was_turned_away_or_has_become_small_cant_be_told_while_it_is_held() -> None:
    steady = smoother()
    steady.smooth(faces(30, 30), readings(HAPPY, HAPPY), 0.0)
    assert steady.smooth(faces(30, 11), Expressions.unread(2), 0.1).known.tolist() == [True, False]
    steady.smooth(faces(30, 30), held((30, 30), [0], NEUTRAL, yaw=70.0), 0.2)
    out = steady.smooth(faces(30, 30), Expressions.unread(2), 0.3)
    assert out.known.tolist() == [False, True]
    assert out.probabilities[0] == pytest.approx(NEUTRAL)
    steady.reset()
    assert np.isnan(steady.smooth(faces(30), Expressions.unread(1), 0.4).age).all()

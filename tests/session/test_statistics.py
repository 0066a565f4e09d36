from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from app.core.expressions import LABELS
from app.core.privacy import Privacy
from app.session.editor import Editor
from app.session.edits import Exclude
from app.session.statistics import Figures, session_statistics
from app.session.store import Session
from tests.session.builders import held_between, result, steady, write
from tests.session.classes import drifting, lesson_of

PEOPLE, FRAMES = 6, 600


@pytest.fixture(scope="module")
def told() -> np.ndarray:
    return drifting(np.random.default_rng(11), FRAMES, PEOPLE)


@pytest.fixture(scope="module")
def known() -> np.ndarray:
    """S06 is read in the first 90 s only, the others mostly."""
    found = np.random.default_rng(12).random((FRAMES, PEOPLE)) < 0.8
    found[90:, 5] = False
    return found


@pytest.fixture
def path(tmp_path: Path, told: np.ndarray, known: np.ndarray) -> Path:
    return lesson_of(tmp_path / "s.roomread", told, known)


def check_interval(figures: Figures) -> None:
    for shares in (figures.labels, figures.probabilities):
        assert shares.sure
        assert (shares.low < shares.values).all()
        assert (shares.values < shares.high).all()
        assert shares.values.sum() == pytest.approx(1.0)
        assert shares.block >= 1
    assert figures.cant_tell.value == pytest.approx(1 - figures.coverage.value)
    assert figures.cant_tell.low == pytest.approx(1 - figures.coverage.high)


def test_shares_of_each_student_and_of_the_class(
    path: Path, told: np.ndarray, known: np.ndarray
) -> None:
    with Session.open(path) as session:
        session.set_name(2, "Ada")
        found = session_statistics(session)
    assert [one.code for one in found.students] == ["S01", "S02", "S03", "S04", "S05", "S06"]
    assert [one.name for one in found.students][:3] == ["", "Ada", ""]
    labels = told.argmax(axis=2)
    means, counts = [], []
    for k, one in enumerate(found.students):
        read = known[:, k]
        expected = np.bincount(labels[read, k], minlength=8) / read.sum()
        np.testing.assert_allclose(one.figures.labels.values, expected, atol=1e-6)
        mean = told[read, k].mean(axis=0)
        np.testing.assert_allclose(one.figures.probabilities.values, mean, atol=1e-4)
        assert one.figures.coverage.value == pytest.approx(read.mean())
        assert one.figures.faces_read == read.sum()
        assert one.figures.seconds_seen == FRAMES
        means.append(mean)
        counts.append(expected)
    for one in found.students[:5]:
        check_interval(one.figures)
    of_faces, of_students = found.of_faces, found.of_students
    assert of_students is not None
    check_interval(of_faces)
    check_interval(of_students)
    pooled = np.bincount(labels[known], minlength=8) / known.sum()
    np.testing.assert_allclose(of_faces.labels.values, pooled, atol=1e-6)
    np.testing.assert_allclose(of_faces.probabilities.values, told[known].mean(axis=0), atol=1e-4)
    np.testing.assert_allclose(of_students.labels.values, np.mean(counts, axis=0), atol=1e-6)
    np.testing.assert_allclose(of_students.probabilities.values, np.mean(means, axis=0), atol=1e-4)
    assert of_students.coverage.value == pytest.approx(known.mean())
    assert (found.averaged, found.min_group, found.start, found.end) == (6, 5, 0.0, FRAMES)


def test_moving_together_widens_the_interval_of_the_class(tmp_path: Path) -> None:
    alone = drifting(np.random.default_rng(3), FRAMES, 12)
    alike = np.repeat(alone[:, :1], 12, axis=1)
    widths = []
    for name, told in (("a", alone), ("b", alike)):
        with Session.open(lesson_of(tmp_path / f"{name}.roomread", told)) as session:
            found = session_statistics(session)
        assert found.of_students is not None
        one = found.students[0].figures.probabilities
        for figures in (found.of_faces, found.of_students):
            shares = figures.probabilities
            widths.append(np.median((shares.high - shares.low) / (one.high - one.low)))
    # Twelve who change each for itself tell as much as 12 times the time; twelve alike as one.
    assert widths[0] < 0.45
    assert widths[1] < 0.45
    assert widths[2:] == pytest.approx([1.0, 1.0], abs=0.1)


def test_the_same_session_gives_the_same_numbers(path: Path) -> None:
    with Session.open(path) as session:
        one, other = session_statistics(session), session_statistics(session)
        chosen = session_statistics(session, seed=7)
    np.testing.assert_array_equal(one.of_faces.labels.low, other.of_faces.labels.low)
    assert one.seed == other.seed
    assert chosen.seed == 7


def test_a_short_stretch_is_too_short_to_say(path: Path) -> None:
    with Session.open(path) as session:
        found = session_statistics(session, 100, 160)
    assert (found.start, found.end) == (100, 160)
    assert np.isfinite(found.of_faces.labels.values).all()
    assert not found.of_faces.sure
    assert np.isnan(found.of_faces.effective_n)
    assert np.isnan(found.of_faces.block_seconds)
    assert np.isnan(found.of_faces.coverage.low)


def test_a_class_too_small_is_withheld_and_students_are_not(tmp_path: Path) -> None:
    told = drifting(np.random.default_rng(5), 300, 4)
    with Session.open(lesson_of(tmp_path / "s.roomread", told)) as session:
        found = session_statistics(session)
    assert found.of_students is not None
    for figures in (found.of_faces, found.of_students):
        assert figures.withheld
        assert np.isnan(figures.labels.values).all()
        assert np.isnan(figures.probabilities.high).all()
        assert figures.faces_withheld == figures.faces_read == 1200
        assert figures.coverage.value == 1.0
    assert all(np.isfinite(one.figures.labels.values).all() for one in found.students)


def test_the_mean_of_too_few_students_is_withheld(tmp_path: Path) -> None:
    told = drifting(np.random.default_rng(5), 300, 5)
    known = np.ones((300, 5), bool)
    known[15:, 4] = False  # read for 15 s: no mean over time yet
    with Session.open(lesson_of(tmp_path / "s.roomread", told, known)) as session:
        found = session_statistics(session)
    assert found.of_students is not None
    assert found.averaged == 4
    assert found.of_students.withheld
    assert not found.of_faces.withheld


def test_a_class_only_session_has_the_class_only(
    path: Path, tmp_path: Path, told: np.ndarray, known: np.ndarray
) -> None:
    private = Privacy(class_only=True, min_group=5)
    with Session.open(path) as session:
        open_ = session_statistics(session)
    with Session.open(
        lesson_of(tmp_path / "c.roomread", told[:300], known[:300], privacy=private)
    ) as session:
        found = session_statistics(session)
    assert found.students == ()
    assert found.of_students is None
    enough = known[:300].sum(axis=1) >= 5
    counted = known[:300] & enough[:, None]
    expected = np.bincount(told[:300].argmax(axis=2)[counted], minlength=8) / counted.sum()
    np.testing.assert_allclose(found.of_faces.labels.values, expected, atol=1e-6)
    assert found.of_faces.faces_withheld == (known[:300] & ~enough[:, None]).sum()
    assert found.of_faces.coverage.value == pytest.approx(known[:300].mean())
    assert not found.of_faces.withheld
    assert open_.of_faces.faces_withheld == 0


def test_a_class_only_session_of_a_small_group(tmp_path: Path) -> None:
    private = Privacy(class_only=True, min_group=5)
    frames = steady([float(k) for k in range(150)], {1: "fear", 2: "happiness"})
    with Session.open(write(tmp_path / "c.roomread", frames, privacy=private)) as session:
        found = session_statistics(session)
    assert found.of_faces.withheld
    assert np.isnan(found.of_faces.labels.values).all()
    assert found.of_faces.faces_withheld == 300


def test_uneven_sampling_counts_seconds_not_frames(tmp_path: Path) -> None:
    """Ten frames a second of one expression, then one a second of another, as long."""
    dense = [result(k, k / 10, {1: "fear"}) for k in range(600)]
    sparse = [result(600 + k, 60.0 + k, {1: "happiness"}) for k in range(60)]
    with Session.open(write(tmp_path / "s.roomread", [*dense, *sparse])) as session:
        found = session_statistics(session).students[0].figures
    assert found.labels.values[6] == pytest.approx(0.5, abs=0.01)


def test_frames_that_are_far_apart_take_their_time(tmp_path: Path) -> None:
    """Every 5 s; everyone's expression is drawn anew every 30 s."""
    rng = np.random.default_rng(0)
    told = np.repeat(rng.integers(2, size=(70, PEOPLE)), 6, axis=0)
    frames = [
        result(150 * k, 5.0 * k, {s + 1: ("neutral", "fear")[one] for s, one in enumerate(row)})
        for k, row in enumerate(told)
    ]
    with Session.open(write(tmp_path / "s.roomread", frames)) as session:
        found = session_statistics(session)
    assert (found.bin_seconds, found.end) == (pytest.approx(5.0, rel=0.01), pytest.approx(2100.0))
    assert found.of_faces.sure
    assert found.of_faces.block_seconds > 30.0


def test_who_is_left_out_is_in_nothing(path: Path) -> None:
    with Session.open(path) as session:
        Editor(session).apply(Exclude(3))
        found = session_statistics(session)
    assert [one.student for one in found.students] == [1, 2, 4, 5, 6]
    assert found.of_faces.faces_seen == 5 * FRAMES


def test_an_empty_session(tmp_path: Path) -> None:
    with Session.open(write(tmp_path / "s.roomread", [])) as session:
        found = session_statistics(session)
    assert found.students == ()
    assert np.isnan(found.start)
    assert np.isnan(found.of_faces.labels.values).all()
    assert found.of_faces.withheld


def test_holding_readings_makes_no_interval_narrower(tmp_path: Path, told: np.ndarray) -> None:
    """Read twice a second and held in between: as many independent readings as without."""
    names = [[LABELS[label] for label in row] for row in told.argmax(axis=2)[:400, :3].tolist()]
    read = [result(k, k / 2, dict(zip((1, 2, 3), row, strict=True))) for k, row in enumerate(names)]
    found = []
    for name, results in (("read", read), ("held", held_between(read, 4))):
        path = write(tmp_path / name, results, privacy=Privacy(min_group=2))
        with Session.open(path) as session:
            found.append(session_statistics(session))
    once, held = (one.of_faces for one in found)
    assert held.faces_read == 4 * once.faces_read
    assert once.sure
    assert held.effective_n == pytest.approx(once.effective_n, rel=0.01)
    np.testing.assert_allclose(held.labels.low, once.labels.low, atol=2e-3)
    np.testing.assert_allclose(held.labels.high, once.labels.high, atol=2e-3)

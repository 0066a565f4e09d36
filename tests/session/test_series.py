from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from app.core.expressions import LABELS
from app.core.privacy import Privacy
from app.core.types import ClassCounts
from app.session.editor import Editor
from app.session.edits import Exclude, Merge
from app.session.series import BY_LABEL, BY_PROBABILITY, READ, SAID, SEEN, SeriesTally, series_of
from app.session.store import Session
from tests.session.builders import result, steady, write

HAPPY, FEAR = LABELS.index("happiness"), LABELS.index("fear")


def test_each_frame_counts_with_the_seconds_it_stands_for(tmp_path: Path) -> None:
    times = [10.0, 10.2, 10.4, 10.6, 11.6, 11.8, 40.0]  # S02 is out of sight after a second
    frames = [
        result(k, time, {1: "happiness", **({2: None} if time < 11 else {})})
        for k, time in enumerate(times)
    ]
    with Session.open(write(tmp_path / "s.roomread", frames)) as session:
        tally = series_of(session)
    assert (tally.start, tally.end, tally.length) == (10.0, pytest.approx(40.2), 1.0)
    one = tally.students()[1]
    # Nobody looked from 12 to 40 s: that gap counts for one second.
    assert one.places.tolist() == [0, 1, 30]
    np.testing.assert_allclose(one.values[:, SEEN], [1.6, 1.2, 0.2], atol=1e-5)
    np.testing.assert_allclose(one.values[:, READ], one.values[:, SEEN])
    np.testing.assert_allclose(one.values[:, BY_LABEL][:, HAPPY], [1.6, 1.2, 0.2], atol=1e-5)
    np.testing.assert_allclose(one.values[:, BY_PROBABILITY][:, HAPPY], [1.04, 0.78, 0.13], 1e-5)
    other = tally.students()[2]
    assert (other.faces_seen, other.faces_read, other.seconds) == (4, 0, pytest.approx(1.6))
    everyone = tally.class_series()
    assert (everyone.faces_seen, everyone.faces_read) == (11, 7)
    assert everyone.seconds == pytest.approx(3.0)
    np.testing.assert_allclose(everyone.values[:, SEEN], [3.2, 1.2, 0.2], atol=1e-5)
    assert tally.together == 1


def test_bins_get_longer_never_more() -> None:
    rng = np.random.default_rng(1)
    short, full = SeriesTally(most=16), SeriesTally()
    for k in range(1000):
        shown = {s: LABELS[rng.integers(8)] for s in range(1, 5) if rng.random() < 0.5}
        for tally in (short, full):
            tally.add(result(k, k / 4, shown), 0.25)
    assert (full.length, short.length) == (1.0, 16.0)
    for student, one in full.students().items():
        joined = short.students()[student]
        assert joined.places.max() < 16
        sums = np.zeros((16, one.values.shape[1]))
        np.add.at(sums, one.places // 16, one.values)
        np.testing.assert_allclose(joined.on(np.arange(16)), sums, atol=1e-4)
        assert joined.faces_seen == one.faces_seen
    each = full.together_in(np.arange(256))
    np.testing.assert_array_equal(
        short.together_in(np.arange(16)), each.reshape(16, 16).max(axis=1)
    )
    assert full.together == short.together == each.max() == 4


@pytest.mark.parametrize("apart", [1.0, 3.0, 5.0])
def test_frames_that_are_far_apart(apart: float, tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    times = np.arange(400) * apart + rng.uniform(-0.02, 0.02, 400)
    shown = dict.fromkeys(range(1, 7), "happiness")
    path = write(tmp_path / "s.roomread", steady(times.tolist(), shown))
    with Session.open(path) as session:
        tally = series_of(session)
    assert tally.length == pytest.approx(apart, rel=0.02)
    everyone = tally.class_series()
    assert len(everyone.places) >= 398  # one frame a bin
    np.testing.assert_allclose(np.median(everyone.values[:, SEEN]), 6 * apart, rtol=0.02)


def test_a_stretch_and_edits(tmp_path: Path) -> None:
    frames = steady([k / 2 for k in range(80)], {1: "fear", 2: "fear", 3: "happiness"})
    frames += [result(80 + k, 40 + k / 2, {4: "happiness"}) for k in range(20)]
    with Session.open(write(tmp_path / "s.roomread", frames)) as session:
        Editor(session).apply(Exclude(2))
        Editor(session).apply(Merge(3, 4))
        tally = series_of(session, 30.0, 45.0)
    assert sorted(tally.students()) == [1, 3]
    assert (tally.start, tally.end) == (30.0, 45.0)
    assert tally.students()[3].seconds == pytest.approx(15.0)
    assert tally.class_series().faces_seen == 20 + 30


def test_a_class_only_session(tmp_path: Path) -> None:
    private = Privacy(class_only=True, min_group=3)
    frames = steady([0.0, 0.5], {1: "fear", 2: "fear", 3: "happiness", 4: None})
    frames += [result(2, 1.0, {1: "fear", 2: "fear", 3: None})]
    with Session.open(write(tmp_path / "c.roomread", frames, privacy=private)) as session:
        tally = series_of(session)
    assert tally.students() == {}
    everyone = tally.class_series()
    assert (everyone.faces_seen, everyone.faces_read, everyone.faces_said) == (11, 8, 6)
    np.testing.assert_allclose(everyone.values[:, SEEN], [4.0, 1.5])
    np.testing.assert_allclose(everyone.values[:, READ], [3.0, 1.0])
    np.testing.assert_allclose(everyone.values[:, SAID], [3.0, 0.0])
    np.testing.assert_allclose(everyone.values[:, BY_LABEL][:, FEAR], [2.0, 0.0])


def test_counts_and_faces_give_the_same_class() -> None:
    rng = np.random.default_rng(2)
    of_faces, of_counts = SeriesTally(), SeriesTally()
    for k in range(100):
        shown = {s: [*LABELS, None][rng.integers(9)] for s in range(1, 8)}
        one = result(k, k / 3, shown)
        of_faces.add(one, 0.3)
        of_counts.add_counts(ClassCounts.of(one), 0.3)
    one_way, other = of_faces.class_series(), of_counts.class_series()
    np.testing.assert_array_equal(one_way.places, other.places)
    np.testing.assert_allclose(one_way.values, other.values, atol=1e-5)


def test_memory_is_flat() -> None:
    tally = SeriesTally(most=100)
    shown = result(0, 0.0, dict.fromkeys(range(1, 11), "neutral"))
    for k in range(3000):
        tally.add(replace(shown, index=k, timestamp=float(k)), 1.0)
    held = sum(len(one.places) for one in tally.students().values())
    assert held <= 10 * 100


def test_bad_arguments() -> None:
    with pytest.raises(ValueError, match="most"):
        SeriesTally(most=1)

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from app.core.expressions import LABELS
from app.core.privacy import Privacy
from app.session.agreement import SIZE, UNKNOWN_PLACE, agreement, allocate, sample_moments
from app.session.editor import Editor
from app.session.edits import Exclude, Merge
from app.session.store import Session
from tests.session.builders import held_between, result, steady, write

NEUTRAL, FEAR, HAPPY, SAD = (
    LABELS.index(name) for name in ("neutral", "fear", "happiness", "sadness")
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Ten students for 100 s at 4 frames a second: mostly neutral, S01 is afraid for 3 s, S09 and
    S10 can hardly be read."""
    rng = np.random.default_rng(0)
    frames = []
    for index in range(400):
        students: dict[int, str | None] = dict.fromkeys(range(1, 11), "neutral")
        students[2] = "happiness" if index % 40 < 20 else "neutral"
        students[9] = "sadness" if rng.random() < 0.1 else None
        students[10] = None
        if 200 <= index < 212:
            students[1] = "fear"
        frames.append(result(index, index / 4, students))
    return write(tmp_path / "s.roomread", frames)


def said(session: Session) -> dict[tuple[int, int], int]:
    """What the machine says of every face; 8: can't tell."""
    return {
        (one.index, track): label if label >= 0 else UNKNOWN_PLACE
        for one in session.raw_results()
        for track, label in zip(one.faces.ids.tolist(), one.expressions.labels, strict=True)
    }


def test_moments_are_of_everything_the_machine_says_of_everyone_at_all_times(path: Path) -> None:
    with Session.open(path) as session:
        moments, machine = sample_moments(session, 60), said(session)
        frames = {one.index: one for one in session.raw_results()}
    assert len(moments) == 60
    assert len({(one.frame, one.track) for one in moments}) == 60
    strata = Counter(machine[one.frame, one.track] for one in moments)
    assert strata[0] > 20
    assert strata[FEAR] >= 2  # of three seconds
    assert strata[HAPPY] > 5
    assert strata[SAD] > 2
    assert strata[UNKNOWN_PLACE] > 5
    assert len({one.track for one in moments}) == 10
    assert len({int(one.timestamp // 20) for one in moments}) == 5
    for one in moments:
        frame = frames[one.frame]
        assert one.timestamp == frame.timestamp
        row = frame.faces.ids.tolist().index(one.track)
        assert one.box == tuple(frame.faces.boxes[row].tolist())


def test_the_same_seed_gives_the_same_moments_in_an_order_that_tells_nothing(path: Path) -> None:
    with Session.open(path) as session:
        first, again, other = (sample_moments(session, 40, seed) for seed in (1, 1, 2))
        machine = said(session)
    assert first == again
    assert first != other
    order = [machine[one.frame, one.track] for one in first]
    assert order != sorted(order)
    assert len(set(order[:15])) > 2


def test_weights_make_the_sample_the_whole(path: Path) -> None:
    """Horvitz-Thompson: estimated seconds of each student, over many draws, are the true 100."""
    with Session.open(path) as session:
        draws = [sample_moments(session, 30, seed) for seed in range(40)]
    for moments in draws:
        assert sum(one.weight for one in moments) == pytest.approx(1000.0)
    seconds, faces = np.zeros((2, 40, 11))
    for row, moments in enumerate(draws):
        for one in moments:
            seconds[row, one.track] += one.weight
            faces[row, one.track] += 1
    error = 1 + seconds.std(axis=0) / 40**0.5
    assert (np.abs(seconds.mean(axis=0) - 100)[1:] < 3 * error[1:]).all()
    assert faces.mean(axis=0)[9] > 1.3 * 30 / 10  # what S09 shows is rare, so it is asked for


def test_moments_of_small_and_empty_and_class_only_sessions(tmp_path: Path) -> None:
    few = steady([0.0, 0.4, 1.2], {1: "fear", 2: None})
    with Session.open(write(tmp_path / "a.roomread", few)) as session:
        moments = sample_moments(session, 60)
        assert sorted(one.track for one in moments) == [1, 1, 2, 2]  # two seconds each
        assert all(one.weight == 1.0 for one in moments)
        with pytest.raises(ValueError, match="1 or more"):
            sample_moments(session, 0)
    with Session.open(write(tmp_path / "b.roomread", [])) as session:
        assert sample_moments(session) == ()
        assert agreement(session).labelled == 0
    private = Privacy(class_only=True)
    with Session.open(write(tmp_path / "c.roomread", few, privacy=private)) as session:
        assert sample_moments(session) == ()
        nothing = agreement(session)
    assert nothing.labelled == 0
    assert np.isnan(nothing.kappa.value)
    assert np.isnan(nothing.table).all()
    assert np.isnan(nothing.covered)


def test_whoever_is_left_out_is_not_asked_about(path: Path) -> None:
    with Session.open(path) as session:
        session.hand_labels.set(0, 10, HAPPY)
        assert agreement(session).labelled == 1
        Editor(session).apply(Exclude(10))
        assert {one.track for one in sample_moments(session, 200)} == set(range(1, 10))
        assert agreement(session).labelled == 0


def test_merged_tracks_are_one_student_and_keep_their_numbers(tmp_path: Path) -> None:
    frames = [result(k, k / 4, {1 if k < 8 else 2: "fear"}) for k in range(16)]
    with Session.open(write(tmp_path / "a.roomread", frames)) as session:
        Editor(session).apply(Merge(1, 2))
        moments = sample_moments(session)
        assert sorted(one.track for one in moments) == [1, 1, 2, 2]
        for one in moments:
            session.hand_labels.set(one.frame, one.track, FEAR)
        assert agreement(session).share.value == 1.0


def test_agreement_speaks_of_the_session_not_of_the_sample(path: Path) -> None:
    """The person says neutral of whoever the machine calls happy, and agrees otherwise."""
    with Session.open(path) as session:
        machine = said(session)
        for one in sample_moments(session, 100):
            label = machine[one.frame, one.track]
            hand = {HAPPY: 0, UNKNOWN_PLACE: -1}.get(label, label)
            session.hand_labels.set(one.frame, one.track, hand)
        found = agreement(session)
    told = [label for label in machine.values() if label != UNKNOWN_PLACE]
    happy = sum(label == HAPPY for label in told)
    assert found.labelled == found.counts.sum() == 100
    assert found.covered == pytest.approx(1.0)
    assert found.table.sum() == pytest.approx(1.0)
    assert found.table[0, HAPPY] == pytest.approx(happy / len(machine))
    assert found.share.value == pytest.approx(1 - happy / len(told))
    assert found.counts[0, HAPPY] / found.both_tell > 2 * happy / len(told)  # more often asked
    assert found.kappas[HAPPY].value == pytest.approx(0, abs=1e-9)
    assert found.kappas[SAD].value == pytest.approx(1)
    assert found.kappa.low < found.kappa.value < found.kappa.high
    assert np.isnan(found.kappas[LABELS.index("disgust")].value)
    assert found.machine_alone.sum() == found.people_alone.sum() == 0


def test_what_one_side_alone_tells(path: Path) -> None:
    with Session.open(path) as session:
        session.hand_labels.set(0, 1, -1)  # the machine: neutral
        session.hand_labels.set(0, 10, SAD)  # the machine can't tell
        session.hand_labels.set(4, 3, 0)
        session.hand_labels.set(8, 4, 0)
        found = agreement(session)
    assert (found.labelled, found.both_tell) == (4, 2)
    assert found.machine_alone[0] == found.table[UNKNOWN_PLACE, 0] > 0
    assert found.people_alone[SAD] == found.table[SAD, UNKNOWN_PLACE] > 0
    assert found.share.value == 1.0
    assert 0.5 < found.covered < 1.0  # of happiness, sadness and fear nothing was labelled
    assert found.table.shape == (SIZE, SIZE)


def test_a_label_taken_back_does_not_count(path: Path) -> None:
    with Session.open(path) as session:
        session.hand_labels.set(0, 1, FEAR)
        session.hand_labels.set(0, 1, None)
        assert agreement(session).labelled == 0


def test_rare_labels_get_their_part() -> None:
    given = allocate(np.array([10_000, 100, 0, 1, 3]), 60)
    assert given.sum() == 60
    assert given[2:].tolist() == [0, 1, 2]
    assert given[0] > 4 * given[1] > 0
    assert allocate(np.array([3, 2]), 60).tolist() == [3, 2]
    assert allocate(np.array([10_000, 100, 100, 100]), 6).min() >= 1


def test_only_what_was_read_is_asked_about_and_what_is_held_counts_as_time(tmp_path: Path) -> None:
    students: dict[int, str | None] = {1: "neutral", 2: "fear", 3: None}
    read = steady([1.25 * k for k in range(40)], students)
    held = held_between(read, 5)
    with Session.open(write(tmp_path / "s.roomread", held)) as session:
        moments = sample_moments(session, 200)
        assert len(moments) == 3 * len(read)
        assert {one.frame % 5 for one in moments} == {0}
        for one in moments:
            session.hand_labels.set(one.frame, one.track, NEUTRAL)
        found = agreement(session)
        assert found.labelled == len(moments)
        # The seconds in which nobody was read, but held, are spoken of as well.
        assert found.covered == pytest.approx(1.0)
        assert found.table[NEUTRAL, [NEUTRAL, FEAR, UNKNOWN_PLACE]] == pytest.approx([1 / 3] * 3)
        session.hand_labels.set(held[7].index, 2, FEAR)
        again = agreement(session)  # a label that was given in a held frame is not thrown away
        assert again.counts[FEAR, FEAR] == 1

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import groupby, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.errors import ExportError
from app.core.expressions import LABELS, UNKNOWN
from app.core.types import FrameResult
from app.session.episodes import Episode, Rules, episodes
from app.session.summary import frame_span, with_spans
from tests.session.builders import held_between, result

AWAY = "away"
TENTH = 0.1


def frames(text: str, step: float = TENTH, student: int = 1) -> list[FrameResult]:
    """A frame a letter: n neutral, h happiness, s sadness, ? can't tell, . out of sight."""
    words = {"n": "neutral", "h": "happiness", "s": "sadness", "?": None}
    return [
        result(index, index * step, {} if letter == "." else {student: words[letter]})
        for index, letter in enumerate(text)
    ]


def told(text: str, gap: float, minimum: float) -> list[tuple[str, float, float]]:
    """Behaviour, start and end in frames."""
    found = episodes(frames(text), TENTH, Rules(gap, minimum))
    return [(one.behaviour, round(10 * one.start, 3), round(10 * one.end, 3)) for one in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("nnnnn", [("neutral", 0, 5)]),
        ("nnhnn", [("neutral", 0, 5)]),  # a flicker of another expression
        ("nn??nn", [("neutral", 0, 6)]),
        ("nn..nn", [("neutral", 0, 6)]),
        ("nnn...nnn", [("neutral", 0, 3), ("neutral", 6, 9)]),  # as long as the gap: not bridged
        ("nnnhhhnnn", [("neutral", 0, 3), ("happiness", 3, 6), ("neutral", 6, 9)]),
        ("nnnhnhhhhh", [("neutral", 0, 5), ("happiness", 5, 10)]),  # who began first bridges
        ("nnn??????", [("neutral", 0, 3), ("can't tell", 3, 9)]),
        ("???n???", [("can't tell", 0, 3), ("can't tell", 4, 7)]),  # can't tell bridges no reading
        ("???..???", [("can't tell", 0, 8)]),
        ("nhnhn", [("neutral", 0, 5)]),  # bridged first, then long enough
        ("nh", []),
        ("", []),
    ],
)
def test_the_two_rules(text: str, expected: list[tuple[str, float, float]]) -> None:
    assert told(text, gap=0.3, minimum=0.3) == expected


def test_without_rules_every_run_is_an_episode() -> None:
    assert told("nn?h.hn", gap=0.0, minimum=0.0) == [
        ("neutral", 0, 2),
        ("can't tell", 2, 3),
        ("happiness", 3, 4),
        ("happiness", 5, 6),
        ("neutral", 6, 7),
    ]


def test_it_ends_with_its_last_frame_however_long_nobody_looks() -> None:
    times = [0.0, 0.1, 0.2, 9.0, 9.1]
    shown = [result(7 * k, time, {4: "fear"}) for k, time in enumerate(times)]
    first, second = episodes(shown, TENTH, Rules(0.5, 0.0))
    assert (first.start, first.end, first.first, first.last) == (0.0, pytest.approx(1.2), 0, 14)
    assert (second.start, second.end, second.last) == (9.0, pytest.approx(9.2), 28)
    assert {first.student, second.student} == {4}


def test_students_do_not_meet() -> None:
    both = [result(k, k * TENTH, {1: "fear", 2: "fear" if k < 5 else "anger"}) for k in range(10)]
    found = {(one.student, one.behaviour, one.last) for one in episodes(both, TENTH)}
    assert found == {(1, "fear", 9), (2, "fear", 4), (2, "anger", 9)}


@pytest.mark.parametrize("value", [-0.1, float("nan"), float("inf")])
def test_a_rule_must_be_a_length(value: float) -> None:
    with pytest.raises(ExportError, match=r"minimum .*: give 0 seconds or more"):
        Rules(minimum=value)
    with pytest.raises(ExportError, match=r"gap .*: give 0 seconds or more"):
        Rules(gap=value)


SHOWN = st.sampled_from([None, "neutral", "happiness", "fear", AWAY])
LESSON = st.lists(
    st.tuples(st.sampled_from([0.1, 0.2, 0.4, 3.0]), SHOWN, SHOWN), min_size=1, max_size=60
)
SECONDS = st.sampled_from([0.0, 0.1, 0.3, 0.5, 1.5])


def lesson(steps: list[tuple[float, str | None, str | None]]) -> list[FrameResult]:
    made, time = [], 0.0
    for index, (step, *shown) in enumerate(steps):
        students = {k: one for k, one in enumerate(shown, start=1) if one != AWAY}
        made.append(result(2 * index, round(time, 6), students))
        time += step
    return made


def spans(results: list[FrameResult], student: int) -> Iterator[tuple[int, int, float, float]]:
    """Frame, label, start and end of each frame that shows the student."""
    usual = frame_span((one.timestamp for one in results), 0.1)
    for one, seconds in with_spans(results, usual):
        for track, label in zip(one.faces.ids, one.expressions.labels, strict=True):
            if track == student:
                yield one.index, int(label), one.timestamp, one.timestamp + seconds


@settings(max_examples=150)
@given(steps=LESSON, gap=SECONDS, minimum=SECONDS)
def test_episodes_are_what_the_rules_say(
    steps: list[tuple[float, str | None, str | None]], gap: float, minimum: float
) -> None:
    results = lesson(steps)
    usual = frame_span((one.timestamp for one in results), 0.1)
    by_student: dict[int, list[Episode]] = defaultdict(list)
    for one in episodes(iter(results), usual, Rules(gap, minimum)):
        by_student[one.student].append(one)
    for student, found in by_student.items():
        seen = {frame: (label, start, end) for frame, label, start, end in spans(results, student)}
        for one, later in pairwise(found):
            assert one.end <= later.start + 1e-9
            assert one.last < later.first
        for one in found:
            assert one.duration >= minimum - 1e-6
            assert seen[one.first][:2] == (one.label, one.start)
            assert (seen[one.last][0], seen[one.last][2]) == (one.label, one.end)
            own = [at for frame, at in sorted(seen.items()) if one.first <= frame <= one.last]
            own = [at for at in own if at[0] == one.label]
            for (_, _, end), (_, start, _) in pairwise(own):
                assert start - end < max(gap, 1e-6)
            if one.label == UNKNOWN:
                between = {at[0] for frame, at in seen.items() if one.first <= frame <= one.last}
                assert between == {UNKNOWN}


@settings(max_examples=100)
@given(steps=LESSON)
def test_without_rules_nothing_is_lost(
    steps: list[tuple[float, str | None, str | None]],
) -> None:
    results = lesson(steps)
    usual = frame_span((one.timestamp for one in results), 0.1)
    found = list(episodes(results, usual, Rules(0.0, 0.0)))
    for student in (1, 2):
        expected = []
        for _, run in groupby(runs(list(spans(results, student))), key=lambda one: one[0]):
            same = [one[1] for one in run]
            expected.append((same[0][1], same[0][2], pytest.approx(same[-1][3])))
        got = [(one.label, one.start, one.end) for one in found if one.student == student]
        assert got == expected


def runs(
    seen: list[tuple[int, int, float, float]],
) -> Iterator[tuple[int, tuple[int, int, float, float]]]:
    """Each frame with the number of its run."""
    run = 0
    for k, one in enumerate(seen):
        before = seen[k - 1]
        if k and (before[1] != one[1] or one[2] - before[3] > 1e-6):
            run += 1
        yield run, one


def test_memory_is_flat() -> None:
    """What is held of a student does not grow with the lesson."""

    def hours() -> Iterator[FrameResult]:
        for index in range(6000):
            yield result(index, index / 10, {1: LABELS[index % 2], 2: LABELS[index // 50 % 3]})

    one = iter(episodes(hours(), TENTH, Rules(0.3, 0.0)))
    held = [len(one.gi_frame.f_locals["students"][1]._later) for _ in one]
    assert len(held) > 100
    assert max(held) <= 3


def test_a_held_reading_goes_on_with_its_episode() -> None:
    read = frames("nnhhnn??ssss", step=0.5)
    rules = Rules(0.0, 0.0)
    once = list(episodes(read, 0.5, rules))
    held = list(episodes(held_between(read, 5), 0.1, rules))
    assert len(once) == 5
    for one, other in zip(once, held, strict=True):
        assert (one.student, one.label) == (other.student, other.label)
        assert (one.start, one.end) == pytest.approx((other.start, other.end))

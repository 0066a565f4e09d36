from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from app.core.privacy import Privacy, Purpose
from app.session.bootstrap import share_estimates
from app.session.compare import _REASONS, Reason, compare_sessions, difference
from app.session.store import Session
from tests.session.builders import steady, write
from tests.session.classes import drifting, lesson_of
from tests.session.series_of_shares import classroom


def lessons(tmp_path: Path, **changes: object) -> tuple[Session, Session]:
    """Two lessons of six; in the second everyone is happier."""
    rng = np.random.default_rng(1)
    first, second = drifting(rng, 500, 6), drifting(rng, 500, 6)
    second[..., 1] += 0.5
    second /= second.sum(axis=2, keepdims=True)
    named = {"source_name": "b.mp4", "created": "2025-03-11T05:06:07Z", **changes}
    one = lesson_of(tmp_path / "a.roomread", first)
    other = lesson_of(tmp_path / "b.roomread", second, **named)
    return Session.open(one), Session.open(other)


def test_a_difference_and_its_interval(tmp_path: Path) -> None:
    first, second = lessons(tmp_path)
    with first, second:
        found = compare_sessions(first, second)
    assert found.reasons == ()
    assert found.warnings == ()
    assert found.of_students is not None
    for change in (found.of_faces, found.of_students):
        for kind in ("labels", "probabilities"):
            shares = getattr(change, kind)
            apart = getattr(change.second, kind).values - getattr(change.first, kind).values
            np.testing.assert_allclose(shares.values, apart)
            assert (shares.low < shares.values).all()
            assert (shares.values < shares.high).all()
        assert change.probabilities.low[1] > 0.2
        assert change.coverage.value == 0.0
    assert found.students == ()


def test_95_percent_of_the_intervals_hold_the_difference() -> None:
    rng = np.random.default_rng(2)
    hits = []
    for seed in range(120):
        one, other = (share_estimates(*classroom(rng, 500, 5.0), (seed, k), 199) for k in (0, 1))
        apart = difference(one, other)
        hits.append((apart.low <= 0) & (apart.high >= 0))
    assert 0.93 <= np.mean(hits) <= 0.995


def test_students_are_matched_by_name_only(tmp_path: Path) -> None:
    first, second = lessons(tmp_path)
    with first, second:
        first.set_name(1, "Ada")
        first.set_name(2, "Ben")
        first.set_name(3, "Cem")
        first.set_name(4, "Dora")
        second.set_name(5, "ada ")
        second.set_name(2, "Ben")
        second.set_name(3, "ben")
        second.set_name(4, "Eva")
        found = compare_sessions(first, second)
        seen = [one.name for one in found.students]
        change = found.students[0].change
    assert seen == ["Ada"]
    assert change.first is found.first.students[0].figures
    assert change.second is found.second.students[4].figures
    assert found.reasons == (Reason("names", "Ben"),)


def test_what_speaks_against_a_comparison(tmp_path: Path) -> None:
    purpose = Purpose("another study", "consent", "2025-01-01T00:00:00Z")
    first, second = lessons(
        tmp_path,
        model_sha256="cd" * 32,
        model_version="2",
        app_version="9.9",
        source_size=(1920, 1080),
        purpose=purpose,
        settings={"detector": {"tile": 320}, "appearance": {"theme": "dark"}},
    )
    with first, second:
        found = compare_sessions(first, second)
    assert [one.kind for one in found.reasons] == [
        "model", "version", "settings", "size", "purpose",
    ]  # fmt: skip
    lines = "\n".join(found.warnings)
    for part in ("base 1 and base 2", "9.9", "(detector)", "640 × 480 and 1920 × 1080", "another"):
        assert part in lines


def test_other_rates_coverage_and_numbers_are_told(tmp_path: Path) -> None:
    rng = np.random.default_rng(4)
    known = rng.random((600, 14)) < 0.6
    one = lesson_of(tmp_path / "a.roomread", drifting(rng, 300, 6))
    other = lesson_of(tmp_path / "b.roomread", drifting(rng, 600, 14), known, fps=2.0,
                      source_name="b.mp4")  # fmt: skip
    with Session.open(one) as first, Session.open(other) as second:
        found = compare_sessions(first, second)
    assert {one.kind for one in found.reasons} == {"rate", "coverage", "students"}
    assert found.of_faces.coverage.value == pytest.approx(-0.4, abs=0.02)


def test_a_class_only_session_is_compared_as_a_class(tmp_path: Path) -> None:
    rng = np.random.default_rng(5)
    told = drifting(rng, 200, 6)
    one = lesson_of(tmp_path / "a.roomread", told)
    private = Privacy(class_only=True)
    other = lesson_of(tmp_path / "b.roomread", told, privacy=private, source_name="b.mp4")
    with Session.open(one) as first, Session.open(other) as second:
        first.set_name(1, "Ada")
        found = compare_sessions(first, second)
    assert found.of_students is None
    assert found.students == ()
    assert "privacy" in {one.kind for one in found.reasons}
    np.testing.assert_allclose(found.of_faces.labels.values, 0.0, atol=1e-9)


def test_short_unfinished_and_the_same(tmp_path: Path) -> None:
    frames = steady([float(k) for k in range(30)], dict.fromkeys(range(1, 8), "neutral"))
    with Session.open(write(tmp_path / "s.roomread", frames)) as session:
        found = compare_sessions(session, session)
    assert {one.kind for one in found.reasons} == {"same", "unfinished", "short"}
    assert np.isnan(found.of_faces.labels.low).all()
    assert found.of_faces.labels.values.tolist() == [0.0] * 8


def test_the_same_recording_analysed_again(tmp_path: Path) -> None:
    frames = steady([0.0, 1.0], {1: "fear"})
    camera = {"source_live": True, "source_duration": None, "source_name": "Webcam"}
    later = "2025-03-04T09:00:00+00:00"
    for name, one, other, same in (
        ("a", {}, {"created": later, "source_name": r"C:\clips\lesson.mp4"}, True),
        ("b", {}, {"created": later, "source_duration": 40.0}, False),
        ("c", {}, {"created": later, "source_size": (320, 240)}, False),
        ("d", camera, camera | {"created": later}, False),
        ("e", camera, camera, True),
    ):
        paths = [write(tmp_path / f"{name}{k}.roomread", frames, **told)
                 for k, told in enumerate((one, other))]  # fmt: skip
        with Session.open(paths[0]) as first, Session.open(paths[1]) as second:
            kinds = {reason.kind for reason in compare_sessions(first, second).reasons}
        assert ("same" in kinds) is same, name


def test_a_recording_is_called_by_its_name(tmp_path: Path) -> None:
    frames = steady([0.0, 1.0], dict.fromkeys(range(1, 8), "fear"))
    path = write(tmp_path / "s.roomread", frames, source_name="/home/kim/lesson.mp4")
    with Session.open(path) as session:
        told = {one.kind: one.first for one in compare_sessions(session, session).reasons}
    assert {told["unfinished"], told["short"]} == {"lesson.mp4, lesson.mp4"}


def test_every_reason_has_words() -> None:
    for kind in _REASONS:
        words = Reason(kind, 1.0, 2.0).words
        assert words
        assert "{" not in words

from __future__ import annotations

import numpy as np
import pytest

from tests.training.reporting.conftest import make_report
from training.reporting.claims import (
    Better,
    DigitFigures,
    Reaches,
    ReadsDigits,
    Restores,
    Turns,
    Verdict,
)
from training.reporting.restored import Restored


def test_a_comparison_holds_fails_or_stays_open() -> None:
    good, bad = make_report("good", 0.8), make_report("bad", 0.7, seed=2)
    twin = make_report("twin", 0.8, seed=3)
    results = {"good": good, "bad": bad, "twin": twin}
    found = Better("A beats B.", "good", "bad").decide(results)
    assert found.verdict is Verdict.HOLDS
    assert found.sentence().startswith("**Holds.** A beats B. Ours at 48 px: 79.")
    assert "% against 69." in found.reason
    assert Better("B beats A.", "bad", "good").decide(results).verdict is Verdict.FAILS
    found = Better("A beats its twin.", "good", "twin").decide(results)
    assert found.verdict is Verdict.UNDECIDED
    assert found.reason.endswith("the interval holds zero.")


def test_a_comparison_looks_at_the_size_that_it_names() -> None:
    results = {"a": make_report("a", 0.8), "b": make_report("b", 0.8, sizes=(48,))}
    found = Better("A beats B.", "a", "b", 16).decide(results)
    assert found.verdict is Verdict.UNTESTED
    assert "same faces of 16 px" in found.reason


def test_what_was_not_measured_can_not_be_tested() -> None:
    results = {"a": make_report("a")}
    for claim, missing in (
        (Better("x.", "a", "b"), "b was not measured"),
        (Better("x.", "b", "a"), "b was not measured"),
        (Reaches("x.", "b", 50), "b was not measured"),
        (Reaches("x.", "a", 50, protocol="RAF-DB"), "a was not measured on RAF-DB"),
        (Reaches("x.", "a", 50, pixels=20), "not measured at 20 px"),
        (Turns("x.", "a", "b"), "b was not measured"),
        (Turns("x.", "a", "a", beyond=80), "same turned faces"),
        (Restores("x.", "a"), "a was not measured"),
        (ReadsDigits("x.", "digits", 99), "digits were not measured"),
    ):
        found = claim.decide(results)
        assert found.verdict is Verdict.UNTESTED
        assert missing in found.reason


@pytest.mark.parametrize("metric", ["wa", "ua", "f1"])
def test_a_figure_is_reached_unless_the_whole_interval_is_below(metric: str) -> None:
    results = {"a": make_report("a", 0.8)}
    for figure, verdict in ((70, Verdict.HOLDS), (80.5, Verdict.HOLDS), (86, Verdict.FAILS)):
        found = Reaches("It reads so many.", "a", figure, metric).decide(results)
        assert found.verdict is verdict
        assert f"against {figure:g}%" in found.reason


def test_turned_faces_are_paired_over_all_large_angles() -> None:
    results = {"a": make_report("a", 0.8), "b": make_report("b", 0.7, seed=2)}
    found = Turns("A turns better.", "a", "b").decide(results)
    assert found.verdict is Verdict.HOLDS
    assert "turned by 30° to 45°" in found.reason
    assert Turns("B turns better.", "b", "a").decide(results).verdict is Verdict.FAILS


def test_super_resolutions_are_paired_by_face() -> None:
    rng = np.random.default_rng(0)
    plain = rng.normal(30, 4, 300)
    one = Restored("one", (plain + 0.5).tolist(), plain.tolist(), None, {})
    two = Restored("two", (plain + rng.normal(0.3, 0.1, 300)).tolist(), plain.tolist(), None, {})
    results = {"one": one, "two": two}
    found = Restores("One is closer than two.", "one", "two").decide(results)
    assert found.verdict is Verdict.HOLDS
    assert "+0.20 (95% interval" in found.reason
    assert Restores("Two is closer.", "two", "one").decide(results).verdict is Verdict.FAILS
    assert Restores("Closer than bicubic.", "two").decide(results).verdict is Verdict.HOLDS
    short = Restored("short", [1.0], [1.0], None, {})
    found = Restores("x.", "one", "short").decide({"one": one, "short": short})
    assert found.verdict is Verdict.UNTESTED


def test_digits_are_counted_once_each() -> None:
    shares = {"with_stn": 0.98, "without_stn": 0.9, "without_stn_wider": 0.91}
    results = {"digits": DigitFigures(shares)}
    # 98% of 500 digits can't be told from 99%; of 2,000 independent ones it could.
    assert ReadsDigits("x.", "digits", 99).decide(results).verdict is Verdict.HOLDS
    many = {"digits": DigitFigures(shares, 20_000)}
    found = ReadsDigits("x.", "digits", 99).decide(many)
    assert found.verdict is Verdict.FAILS
    assert "without a transformer 90.0%" in found.reason

from __future__ import annotations

import numpy as np
import pytest

from tests.training.reporting.conftest import make_report
from training.figures import pack_answers
from training.reporting.claims import (
    Better,
    DigitFigures,
    FoldFigures,
    Reaches,
    ReachesByFolds,
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
    assert "the interval holds zero; without copies and near-copies" in found.reason


def test_a_comparison_is_given_without_near_copies_too() -> None:
    good, bad = make_report("good", 0.8), make_report("bad", 0.7, seed=2)
    results = {"good": good, "bad": bad}
    found = Better("A beats B.", "good", "bad").decide(results)
    ours, theirs = (r.main.scores[0].without_near_copies for r in (good, bad))
    assert ours is not None
    assert theirs is not None
    assert f"without copies and near-copies {ours.wa - theirs.wa:+.1f} (" in found.reason
    reached = Reaches("A reads so many.", "good", 70).decide(results)
    assert reached.reason.endswith(f"; without copies and near-copies {ours.wa:.1f}%.")
    turned = Turns("A turns better.", "good", "bad").decide(results)
    assert "; without copies and near-copies +" in turned.reason


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
        (ReachesByFolds("x.", "folds", 95), "folds of folds were not run"),
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
    near = pack_answers(np.zeros(300, np.bool_))
    one = Restored("one", "FER2013", (plain + 0.5).tolist(), plain.tolist(), near, None, {})
    closer = (plain + rng.normal(0.3, 0.1, 300)).tolist()
    two = Restored("two", "FER2013", closer, plain.tolist(), near, None, {})
    results = {"one": one, "two": two}
    found = Restores("One is closer than two.", "one", "two").decide(results)
    assert found.verdict is Verdict.HOLDS
    assert "+0.20 (95% interval" in found.reason
    assert Restores("Two is closer.", "two", "one").decide(results).verdict is Verdict.FAILS
    assert Restores("Closer than bicubic.", "two").decide(results).verdict is Verdict.HOLDS
    short = Restored("short", "FER2013", [1.0], [1.0], "AA==", None, {})
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


def test_folds_are_judged_by_their_spread() -> None:
    wa = [90.0, 94.0, 92.0, 96.0, 88.0, 92.0, 93.0, 91.0]
    found = FoldFigures("folds", "CK+", wa, 92.1, 85.0)
    low, high = found.interval()
    half = 2.3646 * np.std(wa, ddof=1) / np.sqrt(8)  # Student's t of 7 degrees of freedom
    assert (low, high) == pytest.approx((92 - half, 92 + half), abs=1e-3)
    for figure, verdict in ((93.5, Verdict.HOLDS), (95.5, Verdict.FAILS)):
        decided = ReachesByFolds("x.", "folds", figure).decide({"folds": found})
        assert decided.verdict is verdict
    assert "92.0%, mean over 8 folds" in decided.reason
    other = FoldFigures("folds", "JAFFE", wa, 92.1, 85.0)
    decided = ReachesByFolds("x.", "folds", 90).decide({"folds": other})
    assert decided.verdict is Verdict.UNTESTED

from __future__ import annotations

import string

import pytest

from app.core.privacy import BASES, FaceCover
from app.session import compare
from app.session.compare import Reason
from app.session.edits import PICTURE, TWO_WAY, USER
from app.session.kappa import Estimate
from app.session.report.legibility import REASONS
from app.session.report.wording import TEXTS, Language, Wording

ENGLISH, GERMAN = Wording("en"), Wording("de")


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_every_language_has_the_same_texts_with_the_same_places() -> None:
    german = {key for key in TEXTS["de"] if not key.startswith("compare.reason.")}
    assert german == TEXTS["en"].keys()
    for key, text in TEXTS["en"].items():
        assert places(TEXTS["de"][key]) == places(text), key


def test_no_reason_not_to_compare_lacks_its_german() -> None:
    for kind in compare._REASONS:
        reason = Reason(kind, 0.5, 2.0)
        assert places(TEXTS["de"][f"compare.reason.{kind}"]) == places(compare._REASONS[kind])
        assert GERMAN.reason(reason).endswith(".")
        assert ENGLISH.reason(reason) != GERMAN.reason(reason)


def test_reasons_have_the_numbers_of_their_language() -> None:
    coverage, rate = Reason("coverage", 0.868, 0.412), Reason("rate", 4.0, 12.04)
    assert coverage.words == "the app could read 87% of the faces in one and 41% in the other"
    assert ENGLISH.reason(rate).endswith("(4.0 and 12.0 frames a second).")
    assert "87\xa0%" in GERMAN.reason(coverage)
    assert "41\xa0%" in GERMAN.reason(coverage)
    assert "4,0 und 12,0" in GERMAN.reason(rate)
    assert "7 und 25" in GERMAN.reason(Reason("students", 7.2, 24.9))


def test_reasons_say_no_word_of_another_language() -> None:
    german = GERMAN.reason(Reason("settings", ", ".join(compare._READ_WITH)))
    assert not any(name in german for name in compare._READ_WITH)
    assert "nicht angegeben" in GERMAN.reason(Reason("purpose", "", "Pilot"))
    assert Reason("purpose", "", "Pilot").words.endswith("(none given; Pilot)")


def test_texts_say_expression_and_never_feel() -> None:
    for text in TEXTS["en"].values():
        assert "feels" not in text.replace("not what a person feels", "").replace(
            "what somebody feels", ""
        )


@pytest.mark.parametrize("language", TEXTS)
def test_there_are_words_for_all_that_a_session_can_say(language: Language) -> None:
    say = Wording(language)
    keys = [f"basis.{one}" for one in BASES] + [f"reason.{one}" for one in REASONS]
    keys += [f"recorded.faces.{one.value}" for one in FaceCover]
    keys += [f"by.{one}" for one in (USER, TWO_WAY, PICTURE)]
    assert all(say.has(key) for key in keys)


def test_shares_and_intervals() -> None:
    found = Estimate(0.621, 0.5701, 0.6699)
    nan = float("nan")
    assert ENGLISH.interval(found) == "62% (57–67%)"
    assert GERMAN.interval(found) == "62\xa0% (57–67\xa0%)"
    assert ENGLISH.interval(Estimate(0.62, nan, nan)) == "62%"
    assert ENGLISH.percent(0.004) == "<1%"
    assert ENGLISH.percent(0.0) == "0%"
    assert ENGLISH.percent(nan) == "–"
    assert ENGLISH.points_interval(Estimate(-0.034, -0.07, 0.002)) == "−3.4 (−7.0 to +0.2)"
    assert GERMAN.points(0.0) == "±0,0"
    assert GERMAN.points(-0.0004) == "±0,0"
    assert GERMAN.points(0.11, 0) == "+11"


def test_times() -> None:
    assert ENGLISH.clock(3725.2) == "1:02:05"
    assert ENGLISH.clock(65) == "1:05"
    assert [ENGLISH.length(one) for one in (18, 2700, 5400)] == ["18 s", "45 min", "1 h 30 min"]
    assert [ENGLISH.length(one) for one in (119.4, 119.75)] == ["119 s", "2 min"]
    assert ENGLISH.moment("long ago") == "long ago"
    assert "2025" in GERMAN.moment("2025-03-04T05:06:07Z")

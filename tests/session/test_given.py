from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from app.core.errors import SettingsError
from app.session import given


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        (5, 5.0),
        (np.float32(1.5), 1.5),
        ("90", 90.0),
        ("1:30.5", 90.5),
        ("1:0:1", 3601.0),
    ],
)
def test_times(value: object, seconds: float | None) -> None:
    assert given.time_given("start", value) == seconds


@pytest.mark.parametrize(
    ("value", "line"),
    [
        ("soon", "start 'soon': give seconds"),
        ("1:2:3:4", "start '1:2:3:4': give seconds"),
        ("-1", "start '-1' is below 0: give seconds"),
        ("inf", "start 'inf': give seconds"),
        ("", "start '': give seconds"),
        (True, "start True: give seconds"),
        (float("nan"), "start nan: give seconds"),
        ([5], r"start \[5\]: give seconds"),
    ],
)
def test_no_times(value: object, line: str) -> None:
    with pytest.raises(SettingsError, match=f"^{line}"):
        given.time_given("start", value)


def test_what_is_right_is_taken() -> None:
    assert given.number_given("fps", 2) == 2.0
    assert given.whole_given("every", np.int64(3)) == 3
    assert given.text_given("purpose", "x") == "x"
    assert given.yes_or_no_given("overwrite", True) is True
    assert given.path_given("out", "a/b") == given.path_given("out", Path("a/b")) == Path("a/b")


@pytest.mark.parametrize(
    ("check", "value", "line"),
    [
        (given.number_given, "5", "x '5': give a number"),
        (given.number_given, None, "x None: give a number"),
        (given.whole_given, 1.5, "x 1.5: give a whole number"),
        (given.whole_given, float("inf"), "x inf: give a whole number"),
        (given.text_given, 7, "x 7: give a text"),
        (given.yes_or_no_given, "no", "x 'no': give True or False"),
        (given.path_given, 7, "x 7: give the path"),
        (given.path_given, None, "x None: give the path"),
        (given.path_given, "", "x '': give the path"),
        (given.path_given, b"a", "x b'a': give the path"),
        (given.path_given, "a\0b", r"x 'a\\x00b': give the path"),
    ],
)
def test_what_is_wrong_is_one_line(
    check: Callable[[str, object], object], value: object, line: str
) -> None:
    with pytest.raises(SettingsError, match=f"^{line}"):
        check("x", value)

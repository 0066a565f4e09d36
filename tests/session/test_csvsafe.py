from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.session.csvsafe import line, number, safe_text

NASTY = [
    "plain",
    "",
    "Ann, the 1st",
    'Ann "Annie" B',
    "two\nlines",
    "two\r\nlines",
    "old\rmac",
    "Zoë 李 😀",
    "=1+1",
    "+49 30",
    "-2",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "   =HYPERLINK(\"http://x\",\"y\")",
    "\u00a0=1",
    "＝1+1",
    "O'Hara-Smith",
    "a=b",
    "a\u2028b",
]  # fmt: skip


@pytest.mark.parametrize("text", NASTY)
def test_a_name_is_one_cell_that_no_spreadsheet_runs(text: str) -> None:
    written = line(["S01", safe_text(text), "1.000"])
    ((first, cell, last),) = csv.reader(io.StringIO(written, newline=""))
    assert (first, last) == ("S01", "1.000")
    assert cell.removeprefix("'") == text
    assert cell.lstrip()[:1] not in {"=", "+", "-", "@", "＝"}
    assert cell[:1] not in {"\t", "\r", "\n"}


@pytest.mark.parametrize("text", ["plain", "O'Hara-Smith", "a=b", "Zoë", "'t Hooft", "1-2"])
def test_harmless_names_stay_as_they_are(text: str) -> None:
    assert safe_text(text) == text


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=2, max_size=5))
def test_any_text_comes_back_through_csv(cells: list[str]) -> None:
    assert list(csv.reader(io.StringIO(line(cells) * 2, newline=""))) == [cells, cells]


def test_numbers_have_a_dot_and_no_minus_zero() -> None:
    assert number(2.64, 3) == "2.640"
    assert number(-0.0001, 3) == "0.000"
    assert number(-0.01, 1) == "0.0"
    assert number(-1.25, 2) == "-1.25"
    assert number(-10.0, 1) == "-10.0"
    assert number(float("nan"), 4) == ""

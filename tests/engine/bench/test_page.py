from __future__ import annotations

from pathlib import Path

import pytest

from app.core.errors import ExportError
from app.engine.bench.analyze import Speed
from app.engine.bench.page import check_page, put_into, speed_words
from tests.conftest import ROOT


def test_it_says_what_was_measured() -> None:
    speed = Speed("demo.mp4", (1280, 720), 12.0, 180, 60, 840, 2.4, 3.3, {}, "CPU")
    words = speed_words(speed).replace("\n", " ")
    assert words.startswith("demo.mp4 (12 s, 1280 x 720, 14 faces at a time) takes 2.4 s on ")
    assert words.endswith(
        "5.0 times as fast as it plays: 75 frames and 350 readings of a face a second."
    )


def test_only_what_is_between_the_marks_changes(tmp_path: Path) -> None:
    page = tmp_path / "README.md"
    page.write_text("a\n<!-- roomread bench analyze -->\nold\nold\n<!-- end -->\nb\n")
    put_into(page, "analyze", r"new \1")
    put_into(page, "analyze", r"new \1")
    assert page.read_text() == ("a\n<!-- roomread bench analyze -->\nnew \\1\n<!-- end -->\nb\n")


@pytest.mark.parametrize("text", ["nothing", "<!-- roomread bench analyze -->\nno end\n"])
def test_a_page_without_marks_is_left_alone(tmp_path: Path, text: str) -> None:
    page = tmp_path / "README.md"
    page.write_text(text)
    with pytest.raises(ExportError, match="put these two lines into it"):
        put_into(page, "analyze", "new")
    assert page.read_text() == text
    with pytest.raises(ExportError, match="can't be put"):
        put_into(tmp_path / "none.md", "analyze", "new")


def test_a_page_that_is_no_text(tmp_path: Path) -> None:
    page = tmp_path / "picture.png"
    page.write_bytes(b"\x89PNG\xff")
    with pytest.raises(ExportError, match=r"no text in UTF-8: choose another file$"):
        check_page(page, "analyze")


def test_looking_at_a_page_leaves_it_alone(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_bytes(b"<!-- roomread bench live -->\r\nold\r\n<!-- end -->\r\n")
    before = page.stat().st_mtime_ns
    check_page(page, "live")
    assert b"old\r\n" in page.read_bytes()
    assert page.stat().st_mtime_ns == before


def test_the_readme_has_the_marks(tmp_path: Path) -> None:
    page = tmp_path / "README.md"
    page.write_text((ROOT / "README.md").read_text(encoding="utf-8"), encoding="utf-8")
    put_into(page, "analyze", "new")
    assert "new" in page.read_text(encoding="utf-8").splitlines()

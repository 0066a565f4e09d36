from __future__ import annotations

from pathlib import Path

import pytest

from app.core.errors import SessionError
from app.engine.analyse.analysed import analysed_sessions
from app.engine.review.rescue import free_name, rescue
from app.engine.review.review import Review
from app.session.edits import REPAIR
from app.session.repair import repairable
from tests.session.lessons import lesson

PAGE = 4096


@pytest.fixture
def damaged(tmp_path: Path) -> Path:
    """A session with torn pages in its middle."""
    path = lesson(tmp_path / "lesson.roomread")
    data = bytearray(path.read_bytes())
    half = len(data) // PAGE // 2 * PAGE
    data[half : half + 2 * PAGE] = b"\xff" * 2 * PAGE
    path.write_bytes(data)
    return path


def test_what_can_be_read_opens(damaged: Path, tmp_path: Path) -> None:
    before, listed = damaged.read_bytes(), tmp_path / "list" / "analysed.json"
    shares: list[float] = []
    with pytest.raises(SessionError, match="damaged"):
        Review.open(damaged)
    assert repairable(damaged)
    new = rescue(damaged, listed, shares.append)
    assert new == tmp_path / "lesson-repaired.roomread"
    assert shares[-1] == 1.0
    assert damaged.read_bytes() == before
    assert analysed_sessions(listed) == [new]
    with Review.open(new) as review:
        assert 0 < len(review.frame_times) < 200
        assert "repaired" in review.message
    assert not repairable(new)
    again = rescue(damaged)
    assert again == tmp_path / "lesson-repaired-2.roomread"
    assert free_name(damaged).name == "lesson-repaired-3.roomread"
    assert analysed_sessions(listed) == [new]


def test_it_can_be_stopped(damaged: Path) -> None:
    shares: list[float] = []
    there = set(damaged.parent.iterdir())
    assert rescue(damaged, None, shares.append, lambda: len(shares) > 2) is None
    assert len(shares) == 3
    assert set(damaged.parent.iterdir()) == there


@pytest.mark.parametrize("content", [b"", b"no session" * 400, b"\0" * 9000, b"SQLite format 3\0"])
def test_of_what_is_no_session_nothing_is_promised(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.roomread"
    path.write_bytes(content)
    assert not repairable(path)
    assert not repairable(tmp_path / "none.roomread")


def test_a_session_whose_first_page_is_gone_can_be_saved(tmp_path: Path) -> None:
    path = lesson(tmp_path / "lesson.roomread")
    assert not repairable(path), "it is whole"
    path.write_bytes(b"\0" * PAGE + path.read_bytes()[PAGE:])
    assert repairable(path)
    new = rescue(path)
    assert new is not None
    with Review.open(new) as review:
        assert len(review.frame_times) > 100


def test_where_edits_are_lost_nobody_is_seen_until_the_user_says_who(tmp_path: Path) -> None:
    path = lesson(tmp_path / "lesson.roomread")
    with Review.open(path) as review:
        review.exclude(2)
    data = path.read_bytes()
    at = data.index(b'{"student": 2}') // PAGE * PAGE
    path.write_bytes(data[:at] + b"\0" * PAGE + data[at + PAGE :])
    new = rescue(path)
    assert new is not None
    with Review.open(new) as review:
        assert "the repair left everyone out" in review.message
        assert {row.origin for row in review.log()} == {REPAIR}
        assert all(one.excluded for one in review.students())
        review.include(1, 3)
        assert [one.id for one in review.students() if not one.excluded] == [1, 3]

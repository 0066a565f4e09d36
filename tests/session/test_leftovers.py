from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.core.errors import SessionError
from app.core.privacy import Privacy
from app.session.leftovers import begun, free_path
from app.session.library import Library
from app.session.store import Session
from tests.session.builders import info, write

NOW = datetime(2025, 3, 14, 5, 6, 7, tzinfo=UTC)
OURS = (
    "2025-03-04T05-06-06Z.mp4",
    "2025-03-04T05-06-06Z-2.mp4",
    "2025-03-04T05-06-08Z-11.mp4",
    "2025-03-04T05-06-08Z.roomread-wal",
)
NOT_OURS = (
    "2025-03-04T05-06-06Z.MP4",
    "2025-03-04T05-06-06Z.mov",
    "2025-03-04T05-06-06Z.mp4.bak",
    "2025-03-04T05-06-06Z marked.mp4",
    "2025-03-04T05-06-06Z-1.mp4",
    "2025-03-04T05-06-06Z-02.mp4",
    "2025-03-04T05-06-06.mp4",
    "2025-13-04T05-06-06Z.mp4",
    "my 2025-03-04T05-06-06Z.mp4",
    "lesson.mp4",
    "lesson.roomread-wal",
    ".mp4",
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in (*OURS, *NOT_OURS):
        (tmp_path / name).write_bytes(b"12345")
    (tmp_path / "2025-03-04T05-06-07Z.mp4").mkdir()
    (tmp_path / "mine").write_bytes(b"a video of the user's")
    (tmp_path / "2025-03-04T05-06-09Z.mp4").symlink_to(tmp_path / "mine")
    return tmp_path


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


KEPT = {*NOT_OURS, "mine", "2025-03-04T05-06-07Z.mp4", "2025-03-04T05-06-09Z.mp4"}


def test_what_the_app_wrote_is_known_by_its_name(folder: Path) -> None:
    (folder / "2025-03-04T05-06-06Z.roomread-shm").write_bytes(b"1")
    library = Library([folder, folder / "nowhere"])
    found = {one.path.name: one for one in library.leftovers()}
    assert {name: one.size_bytes for name, one in found.items()} == {
        "2025-03-04T05-06-06Z.roomread": 6,
        "2025-03-04T05-06-06Z-2.roomread": 5,
        "2025-03-04T05-06-08Z-11.roomread": 5,
        "2025-03-04T05-06-08Z.roomread": 5,
    }
    assert found["2025-03-04T05-06-06Z-2.roomread"].created == datetime(
        2025, 3, 4, 5, 6, 6, tzinfo=UTC
    )
    assert library.entries() == []


def test_the_old_ones_go_and_the_users_stay(folder: Path) -> None:
    gone = Library([folder]).expire(10, NOW)
    assert {path.name for path in gone} == {
        "2025-03-04T05-06-06Z.roomread",
        "2025-03-04T05-06-06Z-2.roomread",
    }
    assert names(folder) == {*KEPT, *OURS[2:]}


def test_all_of_them_go_with_everything(folder: Path) -> None:
    done = Library([folder]).delete_all()
    assert (len(done.deleted), done.problems) == (4, ())
    assert names(folder) == KEPT


def test_a_video_whose_session_is_there_is_left_to_it(tmp_path: Path) -> None:
    library = Library([tmp_path])
    path = free_path(tmp_path)
    assert begun(path.stem) is not None
    with Session.create(path, info(source_live=True, privacy=Privacy(picture=True))):
        path.with_suffix(".mp4").write_bytes(b"faces")
        assert library.leftovers() == []
        assert begun(free_path(tmp_path).stem) is not None
    path.unlink()
    (left,) = library.leftovers()
    write(path, [])
    with pytest.raises(SessionError, match="is back"):
        left.delete()
    assert path.with_suffix(".mp4").exists()


def test_beside_recordings_nothing_is_taken_for_a_leftover(tmp_path: Path) -> None:
    write(tmp_path / "session.roomread", [])
    (tmp_path / OURS[0]).write_bytes(b"a camera that names its files so")
    library = Library([], [tmp_path / "session.roomread"])
    assert library.leftovers() == []
    library.delete_all()
    assert names(tmp_path) == {OURS[0]}


def test_one_that_cannot_be_deleted_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in OURS[:2]:
        (tmp_path / name).touch()
    unlink = Path.unlink

    def refuse(path: Path, missing_ok: bool = False) -> None:
        if path.name == OURS[0]:
            raise PermissionError(13, "Permission denied", str(path))
        unlink(path, missing_ok)

    monkeypatch.setattr(Path, "unlink", refuse)
    done = Library([tmp_path]).delete_all()
    assert len(done.deleted) == 1
    (problem,) = done.problems
    assert "Permission denied" in problem
    assert names(tmp_path) == {OURS[0]}

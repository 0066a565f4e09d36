from __future__ import annotations

from pathlib import Path

import pytest

from app.core.errors import SourceError
from app.engine.analyse.recordings import recordings_in


def made(folder: Path, *names: str) -> list[Path]:
    folder.mkdir(exist_ok=True)
    for name in names:
        (folder / name).touch()
    return [folder / name for name in names]


def test_a_folder_gives_its_videos_by_name(tmp_path: Path) -> None:
    made(tmp_path / "week", "b.MP4", "A.mov", ".hidden.mp4", "notes.txt")
    made(tmp_path / "week" / "c.mp4", "below.mp4")
    found = recordings_in([tmp_path / "week"])
    assert [path.name for path in found.videos] == ["A.mov", "b.MP4"]
    assert found.others == ()


def test_what_is_no_video_is_named(tmp_path: Path) -> None:
    video, text = made(tmp_path, "lesson.mkv", "plan.docx")
    made(tmp_path / "empty", "notes.txt")
    found = recordings_in([text, video, tmp_path / "empty"])
    assert found.videos == (video,)
    assert found.others == (text, tmp_path / "empty")


def test_the_same_video_comes_once(tmp_path: Path) -> None:
    (video,) = made(tmp_path / "week", "a.mp4")
    assert recordings_in([video, tmp_path / "week", video]).videos == (video,)


def test_results_are_no_recordings(tmp_path: Path) -> None:
    made(tmp_path / "lesson-roomread", "annotated.mp4")
    assert recordings_in([tmp_path / "lesson-roomread"]).videos == ()


def test_a_folder_that_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(_: Path) -> object:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "iterdir", denied)
    with pytest.raises(SourceError, match="can't be read"):
        recordings_in([tmp_path])

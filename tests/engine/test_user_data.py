from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.engine.analyse.analysed import analysed_sessions, list_session, on_the_list
from app.engine.analyse.queue_file import save_queue
from app.engine.consent import save_purpose
from app.engine.live.last_stream import keep_stream
from app.engine.settings import Settings, save_settings
from app.engine.user_data import UserData
from app.engine.window_state import Rect, WindowState, save_window_state
from tests.session.builders import write


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> UserData:
    """Everything that a user may have, in a folder of its own."""
    user = tmp_path / "user"
    monkeypatch.setattr("app.stages.fetch.models_folder", lambda: user / "models")
    window, stream = user / "window.json", user / "last_stream.txt"
    data = UserData(
        user / "sessions",
        user / "rooms",
        user / "queue.json",
        user / "analysed.json",
        user / "notice.json",
        (user / "settings.toml", user / "notice-said", window, stream),
        (tmp_path / "own.toml",),
    )
    look = Settings.model_validate({"appearance": {"theme": "dark"}})
    for path in (data.files[0], *data.own):
        save_settings(look, path)
    save_purpose("study", "self", data.consent)
    save_window_state(WindowState(Rect(0, 0, 1280, 800)), window)
    keep_stream("rtsp://10.0.0.5/live", stream)
    (user / "notice-said").touch()
    data.rooms.mkdir()
    (data.rooms / "front-camera-1234.toml").write_text("[regions]\n")
    save_queue(data.queue, [])
    data.models.mkdir()
    (data.models / "face.tflite").write_bytes(b"model")
    data.sessions.mkdir()
    (data.sessions / "mine.txt").write_text("a note of the user's")
    for number, days in enumerate((40, 2), 1):
        begin(data.sessions / f"2026-01-0{number}T08-00-00Z.roomread", days)
        beside = tmp_path / "videos" / f"lesson{number}-roomread"
        beside.mkdir(parents=True)
        begin(beside / "session.roomread", days)
        list_session(data.analysed, beside / "session.roomread")
        for name in ("class.csv", "annotated.mp4", "session.mp4"):
            (beside / name).write_text("the user's")
        (tmp_path / "videos" / f"lesson{number}.mp4").write_text("a recording")
    return data


def begin(path: Path, days: int) -> None:
    created = datetime.now(UTC) - timedelta(days=days)
    write(path, [], created=created.isoformat(timespec="seconds"))


def test_it_counts_what_is_kept(data: UserData) -> None:
    amount = data.measure()
    assert (amount.sessions, amount.rooms) == (4, 1)
    assert amount.size_bytes > 1000


def test_everything_goes_but_what_is_the_users_own(data: UserData, tmp_path: Path) -> None:
    wiped = data.delete_everything()
    assert not wiped.problems
    left = {p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*") if p.is_file()}
    assert left == {
        "user/models/face.tflite",
        "user/sessions/mine.txt",
        "own.toml",
        *(
            f"videos/lesson{number}{name}"
            for number in (1, 2)
            for name in (
                ".mp4",
                "-roomread/class.csv",
                "-roomread/annotated.mp4",
                "-roomread/session.mp4",
            )
        ),
    }
    folders = [tmp_path / "videos" / f"lesson{number}-roomread" for number in (1, 2)]
    assert wiped.left == tuple(sorted((data.models, *data.own, *folders)))
    assert wiped.deleted == 4 + 8
    again = data.delete_everything()
    assert (again.deleted, again.problems) == (0, ())


def test_a_list_that_cannot_be_read_does_not_keep_the_rest(data: UserData) -> None:
    data.analysed.write_text("{")
    data.queue.write_text("{")
    wiped = data.delete_everything()
    assert ["damaged" in line for line in wiped.problems] == [True]
    assert not data.consent.exists()
    assert data.analysed.read_text() == "{"  # what it names may still be found by hand
    assert not list(data.sessions.glob("*.roomread"))


def test_a_session_on_a_drive_that_is_away_is_named(data: UserData, tmp_path: Path) -> None:
    away = tmp_path / "drive" / "session.roomread"
    list_session(data.analysed, away)
    assert data.delete_everything().problems == (
        f"{away} is not there now: it may lie on another drive",
    )
    assert analysed_sessions(data.analysed) == [away]


def test_old_sessions_go_wherever_they_lie_and_young_ones_stay(
    data: UserData, tmp_path: Path
) -> None:
    old, young = sorted(data.sessions.glob("*.roomread"))
    videos = tmp_path / "videos"
    beside = [videos / f"lesson{number}-roomread" / "session.roomread" for number in (1, 2)]
    assert data.expire(365) == ([], ())
    gone, problems = data.expire(30)
    assert (set(gone), problems) == ({old, beside[0]}, ())
    assert [one.exists() for one in (old, young, *beside)] == [False, True, False, True]
    assert sorted(path.name for path in beside[0].parent.iterdir()) == [
        "annotated.mp4",
        "class.csv",
        "session.mp4",
    ]
    assert (videos / "lesson1.mp4").exists()
    assert analysed_sessions(data.analysed) == [beside[1]]


def test_what_lies_on_a_drive_that_is_away_stays_on_the_list(
    data: UserData, tmp_path: Path
) -> None:
    away = tmp_path / "drive" / "session.roomread"
    list_session(data.analysed, away)
    data.expire(30)
    assert away in analysed_sessions(data.analysed)
    away.parent.mkdir()
    begin(away, 40)
    assert data.expire(30)[0] == [away]


def test_one_that_is_made_while_the_old_ones_go_stays_on_the_list(
    data: UserData, tmp_path: Path
) -> None:
    new = tmp_path / "videos" / "lesson1-roomread" / "again.roomread"
    window = threading.Thread(target=data.expire, args=(365,))
    with on_the_list(data.analysed, new):
        window.start()
        time.sleep(0.3)  # it looks around, and waits for the list
        assert window.is_alive()
        new.write_bytes(b"")
    window.join()
    assert new in analysed_sessions(data.analysed)


def test_videos_that_were_left_alone_are_counted_and_go(data: UserData) -> None:
    old, young = sorted(data.sessions.glob("*.roomread"))
    for session in (old, young):
        session.unlink()
        session.with_suffix(".mp4").write_bytes(b"faces")
    mine = data.sessions / "my lesson.mp4"
    mine.write_bytes(b"the user's")
    amount = data.measure()
    assert (amount.sessions, amount.leftovers) == (2, 2)
    assert amount.size_bytes == 10 + sum(
        path.stat().st_size for path in analysed_sessions(data.analysed)
    )
    wiped = data.delete_everything()
    assert (wiped.problems, wiped.deleted) == ((), 4 + 8)
    assert sorted(path.name for path in data.sessions.iterdir()) == ["mine.txt", mine.name]


def test_half_written_files_go_with_the_rest(data: UserData) -> None:
    half = data.consent.with_name(data.consent.name + ".0123abcd.new")
    half.write_text("st")
    assert data.delete_everything().problems == ()
    assert not half.exists()

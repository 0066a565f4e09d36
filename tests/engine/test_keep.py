from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from app.core.errors import SettingsError
from app.engine import keep
from app.engine.analyse.analysed import list_session
from app.engine.analyse.queue_file import save_queue
from app.engine.consent import load_purpose, save_purpose
from app.engine.keep import check_can_keep, keep_text, lock_of
from app.engine.live.last_stream import keep_stream
from app.engine.settings import Settings, save_settings
from app.engine.window_state import Rect, WindowState, save_window_state


def test_it_is_written_into_folders_that_are_made(tmp_path: Path) -> None:
    file = tmp_path / "a" / "b.json"
    keep_text(file, "one", "a word")
    keep_text(file, "zwölf", "a word")
    assert file.read_text(encoding="utf-8") == "zwölf"
    assert list(file.parent.iterdir()) == [file]


def test_many_at_once_get_into_nobodys_way(tmp_path: Path) -> None:
    file = tmp_path / "kept"
    texts = [letter * 100_000 for letter in "abcd"]
    failed: list[SettingsError] = []

    def write(text: str) -> None:
        try:
            for _ in range(20):
                keep_text(file, text, "a word")
        except SettingsError as error:
            failed.append(error)

    threads = [threading.Thread(target=write, args=(text,)) for text in texts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    assert file.read_text() in texts
    assert list(tmp_path.iterdir()) == [file]


def test_what_was_begun_long_ago_goes_and_nothing_of_the_users(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    names = ("settings.toml.0123abcd.new", "settings.toml.new", "settings.toml.mine.new", "a.new")
    for name in (*names, "settings.toml.89abcdef.new"):
        (tmp_path / name).write_text("half")
    for name in names:
        os.utime(tmp_path / name, (time.time() - 7200,) * 2)
    keep_text(file, "one", "a word")
    left = {path.name for path in tmp_path.iterdir()}
    assert left == {file.name, *names[1:], "settings.toml.89abcdef.new"}


KEEPERS: dict[str, Callable[[Path], object]] = {
    "settings": lambda file: save_settings(Settings(), file),
    "queue": lambda file: save_queue(file, []),
    "window": lambda file: save_window_state(WindowState(Rect(0, 0, 9, 9)), file),
    "consent": lambda file: save_purpose("another", "self", file),
    "stream": lambda file: keep_stream("rtsp://10.0.0.5/live", file),
    "analysed": lambda file: list_session(file, file.with_name("s.roomread")),
}


@pytest.mark.parametrize("name", KEEPERS)
def test_a_full_disk_leaves_what_was_there(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "kept"
    if name == "consent":
        save_purpose("study", "self", file)
    elif name == "analysed":
        list_session(file, tmp_path / "old.roomread")
    before = file.read_bytes() if file.exists() else None
    real = Path.write_text

    def half(path: Path, text: str, **more: object) -> int:
        real(path, text[:3])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", half)
    with pytest.raises(SettingsError, match="No space left"):
        KEEPERS[name](file)
    assert (file.read_bytes() if file.exists() else None) == before
    left = [path for path in tmp_path.iterdir() if path != lock_of(file)]
    assert left == ([file] if before else []), "nothing half written is left"
    if name == "consent":
        said = load_purpose(file)
        assert said is not None
        assert said.purpose == "study"


def test_a_file_that_somebody_has_open_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on Windows, where it can't be replaced meanwhile."""
    file, refusals = tmp_path / "settings.toml", [PermissionError("open"), PermissionError("open")]
    replace = Path.replace

    def refuse(self: Path, target: Path) -> Path:
        if refusals:
            raise refusals.pop()
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", refuse)
    monkeypatch.setattr(keep, "_TRIES", 3)
    keep_text(file, "one", "a word")
    assert file.read_text() == "one"


@pytest.mark.parametrize("deep", [False, True])
def test_a_file_where_a_folder_should_be_is_not_a_matter_of_permissions(
    tmp_path: Path, deep: bool
) -> None:
    blocker = tmp_path / "roomread"
    blocker.touch()
    file = blocker / "deep" / "a.json" if deep else blocker / "a.json"
    for keeps in (lambda: keep_text(file, "one", "a word"), lambda: check_can_keep(file, "a word")):
        with pytest.raises(SettingsError) as caught:
            keeps()
        assert str(caught.value) == (
            f"a word can't be kept in {file} ({blocker} is a file and should be a folder): "
            "move it away"
        )


def test_a_folder_where_the_file_should_be(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"a folder is in its place\): move it away"):
        check_can_keep(tmp_path, "a word")


def test_a_full_disk_is_not_a_matter_of_permissions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(SettingsError, match="make room on the disk"):
        check_can_keep(tmp_path / "a.json", "a word")


def test_trying_leaves_nothing(tmp_path: Path) -> None:
    file = tmp_path / "new" / "a.json"
    check_can_keep(file, "a word")
    assert list(file.parent.iterdir()) == []
    file.write_text("kept")
    check_can_keep(file, "a word")
    assert file.read_text() == "kept"

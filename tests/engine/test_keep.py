from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from app.core.errors import SettingsError
from app.engine.analyse.analysed import list_session
from app.engine.analyse.queue_file import save_queue
from app.engine.consent import load_purpose, save_purpose
from app.engine.keep import keep_text
from app.engine.live.last_stream import keep_stream
from app.engine.settings import Settings, save_settings
from app.engine.window_state import Rect, WindowState, save_window_state


def test_it_is_written_into_folders_that_are_made(tmp_path: Path) -> None:
    file = tmp_path / "a" / "b.json"
    keep_text(file, "one", "a word")
    keep_text(file, "zwölf", "a word")
    assert file.read_text(encoding="utf-8") == "zwölf"
    assert list(file.parent.iterdir()) == [file]


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
    assert list(tmp_path.iterdir()) == ([file] if before else []), "nothing half written is left"
    if name == "consent":
        said = load_purpose(file)
        assert said is not None
        assert said.purpose == "study"

from __future__ import annotations

import json
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from app.core.errors import SettingsError
from app.core.privacy import Privacy
from app.engine import keep
from app.engine.analyse.analysed import (
    analysed_sessions,
    forget_sessions,
    list_session,
    on_the_list,
)
from app.engine.analyse.analyze import analyze_video
from app.engine.analyse.sampling import Sampling
from app.engine.settings import Settings
from tests.conftest import ROOT
from tests.fakes import fake_build, write_video


def test_the_list_comes_back(tmp_path: Path) -> None:
    file = tmp_path / "user" / "analysed.json"
    assert analysed_sessions(file) == []
    one, two = tmp_path / "a" / "session.roomread", tmp_path / "b" / "session.roomread"
    for path in (one, two, one):
        list_session(file, path)
    assert analysed_sessions(file) == [one, two]
    forget_sessions(file, lambda path: path == one)
    assert analysed_sessions(file) == [two]
    assert json.loads(file.read_text())["version"] == 1
    forget_sessions(file, lambda _: True)
    assert list(file.parent.iterdir()) == [], "neither list nor lock is left of an empty list"
    forget_sessions(file, lambda _: pytest.fail("there is no list"))


@pytest.mark.parametrize("text", ["{", "[]", '{"version": 2, "sessions": []}', '{"version": 1}'])
def test_a_damaged_list_is_said_and_not_written_over(text: str, tmp_path: Path) -> None:
    file = tmp_path / "analysed.json"
    file.write_text(text)
    with pytest.raises(SettingsError, match="analysed recordings"):
        list_session(file, tmp_path / "session.roomread")
    assert file.read_text() == text


def test_what_was_promised_to_be_deleted_is_listed_or_not_made(tmp_path: Path) -> None:
    write_video(tmp_path / "lesson.mp4", 5)
    file = tmp_path / "analysed.json"
    file.write_text("{")
    said: list[str] = []

    def analyze(settings: Settings) -> None:
        analyze_video(
            tmp_path / "lesson.mp4",
            tmp_path / "out",
            settings,
            Sampling(),
            say=said.append,
            build=fake_build(),
            listed=file,
        )

    with pytest.raises(SettingsError, match="analysed recordings"):
        analyze(Settings(privacy=Privacy(retention_days=30)))
    assert not (tmp_path / "out" / "session.roomread").exists()
    analyze(Settings())
    assert any("analysed recordings" in line for line in said)


WRITER = """
import sys
from pathlib import Path
from app.engine.analyse.analysed import forget_sessions, list_session
file, name, first = Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3])
print("ready", flush=True)
sys.stdin.readline()
for number in range(30):
    list_session(file, first / f"{name}{number}")
    list_session(file, first / f"{name}-passing")
    forget_sessions(file, lambda one: one.name == f"{name}-passing")
"""


def test_two_programs_at_once_lose_nothing(tmp_path: Path) -> None:
    file = tmp_path / "user" / "analysed.json"
    command = [sys.executable, "-c", WRITER, str(file)]
    writers = [
        subprocess.Popen(
            [*command, name, str(tmp_path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        for name in "ab"
    ]
    for writer in writers:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
    for writer in writers:
        assert writer.stdin is not None
        writer.stdin.write("go\n")
        writer.stdin.flush()
    for writer in writers:
        writer.communicate(timeout=30)
        assert writer.returncode == 0
    expected = {tmp_path / f"{name}{number}" for name in "ab" for number in range(30)}
    kept = analysed_sessions(file)
    assert (set(kept), len(kept)) == (expected, 60)
    assert {path.name for path in file.parent.iterdir()} == {"analysed.json", "analysed.json.lock"}


def test_a_list_that_somebody_holds_for_long_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keep, "WAIT_S", 0.1)
    file, said = tmp_path / "analysed.json", list[str]()

    def try_it() -> None:
        try:
            list_session(file, tmp_path / "other.roomread")
        except SettingsError as error:
            said.append(str(error))

    with on_the_list(file, tmp_path / "session.roomread"):
        other = threading.Thread(target=try_it)
        other.start()
        other.join()
    assert len(said) == 1
    assert "another Roomread" in said[0]
    assert analysed_sessions(file) == [tmp_path / "session.roomread"]

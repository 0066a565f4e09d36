from __future__ import annotations

import shlex
import sys
from pathlib import Path

import pytest

from app.core import commands
from app.core.commands import bundled, command_line, how_to_add, how_to_repair, roomread


def test_as_this_shell_reads_it(monkeypatch: pytest.MonkeyPatch) -> None:
    words = ["roomread", "session", "repair", "/my lessons/it's.roomread", "--out"]
    monkeypatch.setattr(commands, "_WINDOWS", False)
    assert shlex.split(command_line(*words)) == words


def test_windows_knows_double_quotes_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "_WINDOWS", True)
    assert command_line("roomread", "export", r"C:\lessons\a.roomread") == (
        r"roomread export C:\lessons\a.roomread"
    )
    assert command_line("roomread", "export", r"C:\my lessons\a.roomread") == (
        r'roomread export "C:\my lessons\a.roomread"'
    )


class TestFromAnInstaller:
    @pytest.fixture(autouse=True)
    def _bundled(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sys, "frozen", True, raising=False)
        monkeypatch.setattr(commands, "_WINDOWS", False)

    def test_by_its_name_where_the_shell_finds_it(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(commands.shutil, "which", lambda _: "/usr/bin/roomread")
        assert roomread("edit", "a b.roomread", "list") == "roomread edit 'a b.roomread' list"

    def test_else_by_its_path(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(commands.shutil, "which", lambda _: None)
        for own in ("roomread", "roomreadw.exe"):
            program = tmp_path / "Program Files" / own
            monkeypatch.setattr(sys, "executable", str(program))
            expected = program.with_name("roomread" + program.suffix)
            assert shlex.split(roomread("doctor")) == [str(expected), "doctor"]

    def test_nobody_is_sent_to_pip(self) -> None:
        assert "pip install" not in how_to_add("parquet")
        assert how_to_repair("av") == "install Roomread again"


def test_from_pip() -> None:
    assert not bundled()
    assert roomread("doctor") == "roomread doctor"
    assert how_to_add("parquet") == "pip install 'roomread[parquet]'"
    assert how_to_repair("av") == "install the package av again"

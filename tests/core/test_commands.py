from __future__ import annotations

import shlex

import pytest

from app.core import commands
from app.core.commands import command_line


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

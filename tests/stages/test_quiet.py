from __future__ import annotations

import os

import pytest

from app.stages import quiet
from app.stages.quiet import quiet_natives


def test_what_others_write_meanwhile_comes_through(capfd: pytest.CaptureFixture[str]) -> None:
    with quiet_natives():
        os.write(2, b"INFO: [environment.cc:36] Creating\nW0000 00:00:1 x.cc:1] hm\nhello\n")
    assert capfd.readouterr().err == "hello\n"


def test_a_window_application_without_stderr_works(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_stderr(_: int) -> int:
        raise OSError

    monkeypatch.setattr(quiet.os, "dup", no_stderr)
    with quiet_natives():
        ran = True
    assert ran

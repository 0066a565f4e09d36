from __future__ import annotations

import subprocess
import sys

import pytest

from app import __version__, cli
from tests.conftest import ROOT


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        cli.main(["--version"])
    assert caught.value.code == 0
    assert capsys.readouterr().out == f"roomread {__version__}\n"


def test_help_answers_without_loading_the_heavy_parts() -> None:
    code = (
        "import sys, app.cli\n"
        "heavy = {'numpy', 'cv2', 'av', 'mediapipe', 'onnxruntime', 'PySide6', 'tqdm'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("first", ["", "analyse"])
def test_what_is_no_command_is_said_plainly(first: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main([first])
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert f"{first!r} is no command: use one of open, analyze" in said
    assert "`roomread open VIDEO` opens a recording" in said


@pytest.mark.parametrize("words", [[], ["session"], ["edit"], ["bench"]])
def test_the_usage_has_no_holes(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main([*words, "--help"])
    said = capsys.readouterr().out
    usage, *rest = said.splitlines()
    assert "  " not in usage
    assert usage.endswith((" COMMAND ...", " ACTION ...", " KIND ..."))
    assert not [line for line in rest if line.startswith(" ") and not line.strip()]

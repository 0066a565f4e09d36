from __future__ import annotations

from pathlib import Path

import pytest

from app import cli
from app.engine import settings as settings_module
from tests.session.builders import steady, write

Out = pytest.CaptureFixture[str]


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(settings_module, "settings_path", lambda: tmp_path / "settings.toml")
    students = dict.fromkeys(range(1, 7), "happiness")
    frames = steady([k / 2 for k in range(60)], students)
    return write(tmp_path / "session.roomread", frames)


def test_the_report_lies_beside_the_session(path: Path, capsys: Out) -> None:
    assert cli.main(["report", str(path.parent)]) == 0
    out = path.with_name("session-report.html")
    assert str(out) in capsys.readouterr().out
    assert 'lang="en"' in out.read_text(encoding="utf-8")


def test_it_speaks_what_the_window_speaks(path: Path) -> None:
    settings_module.settings_path().write_text(
        'schema_version = 1\n[appearance]\nlanguage = "de"\n', encoding="utf-8"
    )
    out = path.with_name("r.html")
    assert cli.main(["report", str(path), "--out", str(out)]) == 0
    assert 'lang="de"' in out.read_text(encoding="utf-8")
    assert cli.main(["report", str(path), "--out", str(out), "--language", "en"]) == 0
    assert 'lang="en"' in out.read_text(encoding="utf-8")


def test_another_session_is_compared(path: Path) -> None:
    out = path.with_name("r.html")
    assert cli.main(["report", str(path), "--out", str(out), "--compare", str(path)]) == 0
    assert 'id="compare"' in out.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--out", "r.docx"], "end the report's name in .html or .pdf"),
        (["--compare", "nowhere.roomread"], "does not exist"),
    ],
)
def test_what_is_wrong_is_one_line(
    path: Path, arguments: list[str], said: str, capsys: Out
) -> None:
    assert cli.main(["report", str(path), *arguments]) == 1
    lines = capsys.readouterr().err.splitlines()
    assert said in lines[-1]
    assert "Traceback" not in " ".join(lines)

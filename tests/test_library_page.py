"""docs/library.md: every example runs, and ``app`` gives what it says."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import Any

import pytest

import app
from app.engine import settings as settings_module
from app.engine.analyse import analyze as use_case
from app.engine.analyse import scripting
from app.session.results import TABLES
from app.session.tables import EPISODES
from tests.conftest import ROOT
from tests.fakes import fake_build, write_video

PAGE = (ROOT / "docs" / "library.md").read_text(encoding="utf-8")


def test_every_example_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "config").mkdir()
    monkeypatch.setattr(
        settings_module, "settings_path", lambda: tmp_path / "config" / "settings.toml"
    )
    monkeypatch.setattr(scripting, "analysed_path", lambda: tmp_path / "config" / "analysed.json")
    monkeypatch.setattr(use_case, "build_pipeline", fake_build())
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    write_video(tmp_path / "lesson.mp4", 30)
    blocks = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    names: dict[str, Any] = {}
    for block in blocks:
        exec(block, names)  # one after the other, as in a notebook
        sys.stderr.flush()
    assert len(blocks) == PAGE.count("```python")
    told = capsys.readouterr().out
    for line in ("S01", "faces", "no-such-lesson.mp4", "100%", "could tell 100% of the faces"):
        assert line in told
    assert (tmp_path / "for-r" / "frames.jsonl").is_file()
    assert (tmp_path / "lesson.html").is_file()
    names.clear()


def test_it_shows_no_expression_as_a_mean_of_frames() -> None:
    """Its own section on statistics advises against that."""
    assert not re.findall(r"happ\S*\.mean\(", PAGE)
    assert "results.statistics" in re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)[0]


def test_it_names_every_table_and_column_of_episodes() -> None:
    titles = re.findall(r"^### `(\w+)`", PAGE, re.MULTILINE)
    assert titles == [*TABLES, "info"]
    rows = re.findall(r"^\| ([a-z_, ]+) \|", PAGE.split("### `episodes`")[1].split("###")[0], re.M)
    assert [name for row in rows for name in row.split(", ")] == list(EPISODES.names)


def test_a_script_that_takes_nothing_loads_nothing() -> None:
    code = (
        "import app, sys\n"
        "assert 'numpy' not in sys.modules\n"
        "assert set(app.__all__) <= set(dir(app))\n"
        "assert all(getattr(app, name) for name in app.__all__)\n"
        "from app import analyze, open_session\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)
    with pytest.raises(AttributeError, match="no attribute 'analyse'"):
        _ = app.analyse  # type: ignore[attr-defined]


def test_users_get_the_types() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert "py.typed" in project["tool"]["setuptools"]["package-data"]["app"]
    assert (ROOT / "app" / "py.typed").is_file()

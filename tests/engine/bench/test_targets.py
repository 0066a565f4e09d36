from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from app.core.errors import ExportError
from app.engine.bench.targets import check_file, check_folder


def test_what_can_be_written_is_not_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.svg").write_text("old")
    monkeypatch.chdir(tmp_path)
    check_file(Path("f.json"), "the figures")
    check_file(tmp_path / "new" / "deep" / "f.json", "the figures")
    check_folder(tmp_path / "new", ("a.svg",), "the chart")
    check_folder(tmp_path, ("a.svg",), "the chart")
    assert [path.name for path in tmp_path.iterdir()] == ["a.svg"]
    assert (tmp_path / "a.svg").read_text() == "old"


@pytest.mark.skipif(sys.platform == "win32", reason="folders are not read-only there")
def test_a_folder_that_nothing_can_be_put_into(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    locked = tmp_path / "locked"
    locked.mkdir()
    locked.chmod(0o500)
    if os.geteuid() == 0:  # whom no folder refuses
        locked = Path("/proc/self")
    for check in (
        lambda: check_file(locked / "f.json", "the figures"),
        lambda: check_folder(locked / "out", ("a.svg",), "the figures"),
    ):
        with pytest.raises(ExportError, match=r"^the figures can't be kept in .*: choose another"):
            check()


def test_a_name_that_no_system_takes(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="can't be kept in"):
        check_folder(tmp_path / ("x" * 5000), ("a.svg",), "the chart")

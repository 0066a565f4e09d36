from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from app.core.errors import ExportError
from app.engine.analyse import throwaway
from app.engine.analyse.throwaway import PREFIX, ThrowawayFolder, remove_leftovers


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The system's folder for temporary files."""
    folder = tmp_path / "tmp"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def test_it_goes_with_all_that_is_in_it(temporary: Path) -> None:
    one = ThrowawayFolder()
    (one.path / "deep").mkdir()
    (one.path / "deep" / "session.roomread").write_text("x")
    one.remove()
    one.remove()
    assert not list(temporary.iterdir())


def test_from_another_thread_too(temporary: Path) -> None:
    one = ThrowawayFolder()
    thread = threading.Thread(target=one.remove)
    thread.start()
    thread.join()
    assert not list(temporary.iterdir())


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other rights")
def test_nobody_else_may_look_into_it() -> None:
    one = ThrowawayFolder()
    assert one.path.parent.stat().st_mode & 0o077 == 0
    one.remove()


def test_one_in_use_stays(temporary: Path) -> None:
    one, other = ThrowawayFolder(), ThrowawayFolder()
    remove_leftovers()
    assert one.path.is_dir()
    assert other.path.is_dir()
    one.remove()
    assert other.path.is_dir()
    other.remove()


def test_what_a_killed_process_left_goes(temporary: Path) -> None:
    code = (
        "import os, signal, tempfile\n"
        f"tempfile.tempdir = {str(temporary)!r}\n"
        "from app.engine.analyse.throwaway import ThrowawayFolder\n"
        "one = ThrowawayFolder()\n"
        "(one.path / 'session.roomread').write_text('x')\n"
        "os._exit(9)"
    )
    subprocess.run([sys.executable, "-c", code], check=False)
    assert len(list(temporary.iterdir())) == 1
    ThrowawayFolder().remove()
    assert not list(temporary.iterdir())


@pytest.mark.parametrize("removed", [False, True])
def test_one_that_somebody_takes_for_a_leftover_is_made_anew(
    temporary: Path, monkeypatch: pytest.MonkeyPatch, removed: bool
) -> None:
    taken: list[FileLock] = []

    class Beaten(FileLock):
        """Somebody else is quicker to lock the first folder, and may have removed it again."""

        def acquire(self, *given: Any, **more: Any) -> Any:
            if not taken:
                taken.append(FileLock(self.lock_file))
                taken[0].acquire()
                if removed:
                    taken[0].release()
                    shutil.rmtree(Path(self.lock_file).parent)
            return super().acquire(*given, **more)

    monkeypatch.setattr(throwaway, "FileLock", Beaten)
    with ThrowawayFolder() as folder:
        assert folder.is_dir()
        assert (folder.parent / "in-use.lock").exists()
        remove_leftovers()
        assert folder.is_dir()
    taken[0].release()
    remove_leftovers()
    assert not list(temporary.iterdir())


def test_other_folders_are_not_looked_at(temporary: Path) -> None:
    own = temporary / f"{PREFIX}mine"
    (own / "results").mkdir(parents=True)
    remove_leftovers()
    assert (own / "results").is_dir()


def test_no_room_is_one_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "missing"))
    with pytest.raises(ExportError, match=r"can't keep results in .* give a folder"):
        ThrowawayFolder()

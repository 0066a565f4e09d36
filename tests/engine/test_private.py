from __future__ import annotations

import stat
import sys
from pathlib import Path

import platformdirs
import pytest

from app.engine.private import make_private_folders

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has other rights")


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    data, config = tmp_path / "share" / "roomread", tmp_path / "config" / "roomread"
    monkeypatch.setattr(platformdirs, "user_data_dir", lambda *_, **__: str(data))
    monkeypatch.setattr(platformdirs, "user_config_dir", lambda *_, **__: str(config))
    return data, config


def rights(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_nobody_else_looks_in(folders: tuple[Path, Path]) -> None:
    make_private_folders()
    assert [rights(one) for one in folders] == [0o700, 0o700]
    assert rights(folders[0].parent) & 0o055, "others' folders are not closed"


def test_what_the_user_shares_stays_shared(folders: tuple[Path, Path]) -> None:
    folders[0].mkdir(parents=True)
    folders[0].chmod(0o750)
    make_private_folders()
    assert [rights(one) for one in folders] == [0o750, 0o700]


def test_what_cant_be_made_stands_in_nobodys_way(folders: tuple[Path, Path]) -> None:
    folders[0].parent.write_text("a file")
    make_private_folders()
    assert folders[1].is_dir()

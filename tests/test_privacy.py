"""Nothing leaves the machine, and no picture reaches the disk unless the user asks."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from tests.privacy_probe import PLANTS, run


@pytest.fixture(scope="module")
def caught(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What Roomread opened while a class was read live, analysed, exported and looked at."""
    return run(tmp_path_factory.mktemp("probe"))


def test_no_socket_is_opened_once_the_models_are_there(caught: dict[str, Any]) -> None:
    assert caught["sockets"] == []


def test_no_picture_reaches_the_disk_by_default(caught: dict[str, Any]) -> None:
    assert caught["pictures"] == {}
    names = [Path(path).name for path in caught["written"]]
    assert "session.roomread" in names  # so writing is seen
    assert any(name.startswith("class.csv") for name in names)
    assert caught["files"] > 15


@pytest.mark.parametrize("plant", PLANTS)
def test_a_violation_is_caught(tmp_path: Path, plant: str) -> None:
    if plant == "native socket" and sys.platform != "linux":
        pytest.skip("the kernel's tables are read on Linux only")
    seen = run(tmp_path, plant)
    kind = "sockets" if "socket" in plant else "pictures"
    assert len(seen[kind]) > 0
    assert not seen["pictures" if kind == "sockets" else "sockets"]

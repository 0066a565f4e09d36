"""Nothing leaves the machine, and no picture reaches the disk unless the user asks."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.privacy.net import is_written
from tests.privacy.plants import PLANTS
from tests.privacy.probe import Caught, run


@pytest.fixture(scope="module")
def caught(tmp_path_factory: pytest.TempPathFactory) -> Caught:
    """What Roomread opened in a first day with its window: see ``tests.privacy.user``."""
    return run(tmp_path_factory.mktemp("day"))


@pytest.fixture(scope="module")
def violations(tmp_path_factory: pytest.TempPathFactory) -> Caught:
    """What was seen of each violation that was committed on purpose."""
    return run(tmp_path_factory.mktemp("plants"), "plants")


def test_no_socket_is_opened_once_the_models_are_there(caught: Caught) -> None:
    assert caught["sockets"] == []


def test_no_picture_reaches_the_disk_by_default(caught: Caught) -> None:
    assert caught["pictures"] == {}
    assert caught["runs"] > 500  # rows of pixels of the faces in the recording


def test_all_that_is_written_lies_where_it_should(caught: Caught) -> None:
    assert caught["elsewhere"] == []
    assert caught["left"] == []
    names = [Path(path).name for path in caught["files"]]
    for name in ("notice.json", "settings.toml", "window.json", "queue.json", "session.roomread"):
        assert name in names
    assert names.count("class.csv") == 3  # from Live, Analyse and Review
    assert len([name for name in names if name.endswith(".roomread")]) == 2
    assert any(Path(path).name == "session.roomread" for path in caught["written"])


@pytest.mark.parametrize("plant", PLANTS)
def test_a_violation_is_caught(violations: Caught, plant: str) -> None:
    if plant.startswith("native") and plant != "native picture" and sys.platform != "linux":
        pytest.skip("the kernel's tables are read on Linux only")
    kinds = ("sockets", "pictures", "elsewhere")
    assert [kind for kind in kinds if violations[plant][kind]] == [PLANTS[plant][1]]


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's tables are read on Linux only")
def test_a_file_that_was_read_is_not_taken_for_the_next_with_its_number(tmp_path: Path) -> None:
    with (tmp_path / "table.csv").open("w") as table:
        assert is_written(str(table.fileno()), str((tmp_path / "table.csv").resolve()))
        with pytest.raises(OSError, match="another file's"):
            is_written(str(table.fileno()), "/usr/lib/python3/module.py")

"""What every test may use, and how the tests share the machine."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from app.stages.fetch import models_folder
from tests.alone import Turns, limit_threads, workers

ROOT = Path(__file__).resolve().parent.parent
TURNS = pytest.StashKey[Turns]()
LOCKS = pytest.StashKey[tempfile.TemporaryDirectory[str]]()
HOME = pytest.StashKey[tempfile.TemporaryDirectory[str]]()

# Another worker's test may hold an example up for any time. The same examples each time, for no
# change is to fail by what it did not touch; ``--hypothesis-profile explore`` looks for others.
settings.register_profile("explore", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("same", settings.get_profile("explore"), derandomize=True)
settings.load_profile("same")


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> None:
    """Use the cores, where pytest-xdist is there and the command line does not say otherwise."""
    option = config.option
    is_worker = hasattr(config, "workerinput")
    if is_worker or not config.pluginmanager.hasplugin("xdist"):
        return
    if option.usepdb or option.capture == "no":  # somebody looks on
        return
    if option.numprocesses is None and not option.tx:
        option.numprocesses = workers(config.args) or None
    if option.numprocesses:
        limit_threads(os.environ)
        if option.dist == "no":
            option.dist = "loadfile"  # what a file's tests share is made once


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """What ``-n auto`` means."""
    return workers(config.args)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell a worker where the locks lie."""
    stash = node.config.stash
    if LOCKS not in stash:
        stash[LOCKS] = tempfile.TemporaryDirectory(prefix="roomread-tests-")
    node.workerinput["locks"] = stash[LOCKS].name


def pytest_unconfigure(config: pytest.Config) -> None:
    """Nobody takes turns any longer."""
    for key in (LOCKS, HOME):
        if key in config.stash:
            config.stash[key].cleanup()


def pytest_configure(config: pytest.Config) -> None:
    """Leave the user's own files alone, and take turns with the other workers."""
    given = getattr(config, "workerinput", None)
    if given is not None:
        config.stash[TURNS] = Turns(Path(given["locks"]), given["workerid"])
    elif sys.platform == "linux":  # elsewhere no variable says where they lie
        config.stash[HOME] = tempfile.TemporaryDirectory(prefix="roomread-home-")
        _move_home(Path(config.stash[HOME].name))


def _move_home(home: Path) -> None:
    """Settings, purpose, sessions and lists lie in ``home`` from here on; fetched models stay."""
    models = models_folder()
    models.mkdir(parents=True, exist_ok=True)
    (home / "data" / "roomread").mkdir(parents=True)
    (home / "data" / "roomread" / "models").symlink_to(models)
    os.environ.update(XDG_CONFIG_HOME=str(home / "config"), XDG_DATA_HOME=str(home / "data"))


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """A test that is marked ``alone`` runs while no other does."""
    turns = item.config.stash.get(TURNS, None)
    if turns is None:
        return (yield)
    marked = item.get_closest_marker("alone") is not None
    with turns.alone() if marked else turns.beside_others():
        return (yield)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real material beside the checkout; skips where it is absent."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("real material (../shared) is not on this machine")
    return folder

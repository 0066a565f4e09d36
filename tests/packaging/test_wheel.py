"""The wheel and the source archive hold the app, its models and its assets, and nothing else."""

from __future__ import annotations

import importlib.metadata
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from email.message import Message
from email.parser import Parser
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from app import __version__
from tests.conftest import ROOT

LEFT_OUT = ("assets/notices/", "assets/screenshots/")
NEVER = {"torch", "lightning", "torchvision", "tensorflow", "scikit-learn"}
"""What the app runs without; gigabytes."""
BUILD = """
import sys
from setuptools import build_meta
print(getattr(build_meta, "build_" + sys.argv[1])(sys.argv[2]))
"""


def build(kind: str, source: Path, out: Path) -> Path:
    """Build ``kind`` of the tree ``source`` as pip does, by the setuptools that is here."""
    done = subprocess.run(
        [sys.executable, "-c", BUILD, kind, str(out)],
        capture_output=True,
        text=True,
        check=False,
        cwd=source,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return out / done.stdout.splitlines()[-1]


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The source archive, of a copy: a build writes into its tree."""
    folder = tmp_path_factory.mktemp("checkout")
    unwanted = shutil.ignore_patterns("__pycache__", "*.egg-info", "*.pyc")
    for name in ("app", "assets", "docs", "models", "packaging", "tests"):
        shutil.copytree(ROOT / name, folder / name, ignore=unwanted)
    for name in ("CHANGELOG.md", "LICENSE", "MANIFEST.in", "README.md", "pyproject.toml"):
        shutil.copy(ROOT / name, folder)
    # What lies about after an installer was built.
    (folder / "assets" / "notices").mkdir(exist_ok=True)
    (folder / "assets" / "notices" / "THIRD-PARTY.txt").write_text("", encoding="utf-8")
    (folder / "models" / "detectors").mkdir(exist_ok=True)
    (folder / "models" / "detectors" / "short.tflite").write_bytes(b"")
    (folder / "app" / "__pycache__").mkdir()
    (folder / "app" / "__pycache__" / "cli.cpython-311.pyc").write_bytes(b"")
    return build("sdist", folder, tmp_path_factory.mktemp("sdist"))


@pytest.fixture(scope="module")
def wheel(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """The wheel that the source archive gives."""
    folder = tmp_path_factory.mktemp("unpacked")
    with tarfile.open(archive) as packed:
        packed.extractall(folder, filter="data")
    (tree,) = folder.iterdir()
    return zipfile.ZipFile(build("wheel", tree, tmp_path_factory.mktemp("wheel")))


def wanted() -> set[str]:
    """Files of the checkout that belong into the wheel."""
    found = [path for name in ("app", "models", "assets") for path in (ROOT / name).rglob("*")]
    names = {path.relative_to(ROOT).as_posix() for path in found if path.is_file()}
    return {
        name
        for name in names
        if "__pycache__" not in name
        and not name.startswith(LEFT_OUT)
        and not name.endswith((".pyc", ".tflite"))
    }


def metadata(wheel: zipfile.ZipFile) -> Message:
    text = wheel.read(f"roomread-{__version__}.dist-info/METADATA").decode()
    return Parser().parsestr(text)


def test_wheel_holds_the_app_and_nothing_else(wheel: zipfile.ZipFile) -> None:
    names = {name for name in wheel.namelist() if ".dist-info/" not in name}
    assert names == wanted()
    for name in ("models/base/half.onnx", "assets/demo.mp4", "assets/i18n/roomread_de.qm"):
        assert wheel.getinfo(name).file_size == (ROOT / name).stat().st_size


def test_archive_holds_what_a_wheel_is_built_from(archive: Path) -> None:
    with tarfile.open(archive) as packed:
        names = {one.name.partition("/")[2] for one in packed.getmembers() if one.isfile()}
    assert wanted() | {"CHANGELOG.md", "LICENSE", "docs/session-file.md"} <= names
    tops = {name.partition("/")[0] for name in names}
    assert not tops & {"tests", "training", "packaging", ".github"}


def test_wheel_says_what_it_is(wheel: zipfile.ZipFile) -> None:
    said = metadata(wheel)
    assert said["Version"] == __version__
    assert said["Requires-Python"] == ">=3.11"
    assert said["License-Expression"] == "Apache-2.0 AND CC-BY-NC-4.0"
    entries = wheel.read(f"roomread-{__version__}.dist-info/entry_points.txt").decode()
    assert re.search(r"^roomread = app\.cli:main$", entries, re.MULTILINE)
    licence = wheel.read(f"roomread-{__version__}.dist-info/licenses/LICENSE")
    assert licence == (ROOT / "LICENSE").read_bytes()


def test_the_app_needs_nothing_that_only_training_does(wheel: zipfile.ZipFile) -> None:
    needed = [Requirement(text) for text in metadata(wheel).get_all("Requires-Dist", [])]
    waiting = [one for one in needed if one.marker is None or one.marker.evaluate({"extra": ""})]
    seen: set[str] = set()
    while waiting:
        one = waiting.pop()
        name = one.name.lower().replace("_", "-")
        if name in seen:
            continue
        seen.add(name)
        for text in importlib.metadata.requires(name) or []:
            next_one = Requirement(text)
            extras = one.extras or {""}
            if next_one.marker is None or any(
                next_one.marker.evaluate({"extra": extra}) for extra in extras
            ):
                waiting.append(next_one)
    assert {"numpy", "av", "pydantic-core"} <= seen  # it was followed, and further than one step
    assert not seen & NEVER


def test_classifiers_name_the_pythons_it_is_checked_on() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    prefix = "Programming Language :: Python :: 3."
    named = sorted(text.removeprefix(prefix) for text in project["classifiers"] if prefix in text)
    checks = (ROOT / ".github" / "workflows" / "checks.yml").read_text(encoding="utf-8")
    for line in re.findall(r"python: \[(.*)\]", checks):
        assert sorted(re.findall(r'"3\.(\d+)"', line)) == named
    assert project["requires-python"] == f">=3.{named[0]}"

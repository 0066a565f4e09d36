"""The bundle's parts, and the bundle itself where ``ROOMREAD_BUNDLE`` names its folder."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from packaging.requirements import Requirement

from app import __version__
from tests.conftest import ROOT

FOLDER = ROOT / "packaging"
Step = Callable[[str], ModuleType]
LEFT_OUT = {"mediapipe", "onnxruntime-gpu"}
"""Dependencies that packaging/overrides.txt drops."""
LAZY = {"mediapipe", "pandas", "polars", "pyarrow", "ray"}
"""Left out of the bundle and asked for in a function, which says what to do without."""

OF_THE_SYSTEM = re.compile(
    r"lib(c|m|dl|pthread|rt|resolv|util)\.so|ld-linux|lib(GL|EGL|GLX|OpenGL|GLdispatch|gbm)\."
    r"|libxcb\.so|libwayland-(client|cursor|egl)\.so"
)
"""glibc, the graphics card's own, and the two that must be the running screen's."""


def lock(name: str = "requirements.txt") -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


def locked() -> dict[str, str]:
    return dict(re.findall(r"^([a-z][\w.-]*)==(\S+)", lock(), re.MULTILINE))


def test_the_lock_holds_what_the_app_depends_on() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    versions = locked()
    missing = set()
    for line in project["dependencies"]:
        asked = Requirement(line)
        name = asked.name.lower()
        if asked.marker is not None and not asked.marker.evaluate({"python_version": "3.12"}):
            continue
        if name not in versions:
            missing.add(name)
        else:
            assert asked.specifier.contains(versions[name]), line
    assert missing <= LEFT_OUT
    assert {"opencv-python-headless", "onnxruntime"} <= set(versions)
    assert not {"torch", "scipy", "mediapipe"} & set(versions)


LOCKS = ("requirements.txt", "requirements-build.txt", "requirements-opencv.txt")


@pytest.mark.parametrize("name", LOCKS)
def test_every_locked_version_has_its_checksums_and_no_address(name: str) -> None:
    text = lock(name)
    blocks = re.findall(r"^[a-z].*?(?=^[a-z]|\Z)", text, re.MULTILINE | re.DOTALL)
    assert len(blocks) > 5
    assert all(re.search(r"--hash=sha256:[0-9a-f]{64}", block) for block in blocks)
    assert "://" not in text


def test_nothing_that_the_app_imports_is_left_out_of_the_bundle() -> None:
    spec = ast.parse((FOLDER / "roomread.spec").read_text(encoding="utf-8"))
    (found,) = [
        node.value
        for node in spec.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "EXCLUDED_MODULES"
    ]
    excluded = set(ast.literal_eval(found))
    assert "mediapipe" in excluded
    imported = set()
    for path in (ROOT / "app").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                imported |= {one.name for one in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                imported |= {node.module, *(f"{node.module}.{one.name}" for one in node.names)}
    assert {one for one in imported if one in excluded or one.split(".")[0] in excluded} <= {
        one for one in imported if one.split(".")[0] in LAZY
    }


def test_a_distribution_without_a_licence_ends_the_build(
    step: Step, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    info = tmp_path / "nameless-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: nameless\nVersion: 1.0\n")
    (info / "RECORD").write_text("nameless-1.0.dist-info/METADATA,,\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    notices = step("notices")
    (tmp_path / "lock").write_text("nameless==1.0\n")
    monkeypatch.setattr(notices, "LOCK", tmp_path / "lock")
    monkeypatch.setattr(notices.locked, "__defaults__", (tmp_path / "lock",))
    with pytest.raises(step("bundle_parts").BuildError, match="nameless has no licence"):
        notices.parts()
    (tmp_path / "lock").write_text("not-there==1.0\n")
    with pytest.raises(step("bundle_parts").BuildError, match="not-there is not installed"):
        notices.parts()


def test_a_bundle_that_has_grown_too_large_ends_the_build(
    step: Step, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, size in (("roomread", 1), ("_internal/cv2/cv2.so", 3), ("_internal/av.libs/a", 2)):
        path = tmp_path / "bundle" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(bytes(size * 1_000_000))
    (tmp_path / "bundle/again").symlink_to(tmp_path / "bundle/roomread")
    size_step, target = step("size"), tmp_path / "size.json"
    size_step.report(tmp_path / "bundle", target, 6.5)
    assert '"MB": 6.0' in target.read_text()
    assert re.search(r"3\.0 MB  cv2", capsys.readouterr().out)
    with pytest.raises(step("bundle_parts").BuildError, match="6 MB installed, more than 5"):
        size_step.report(tmp_path / "bundle", target, 5)


@pytest.mark.parametrize(
    ("name", "stays"),
    [("de.res", True), ("curr/en_GB.res", True), ("curr/fr.res", False), ("zh_Hant_TW.res", False),
     ("root.res", True), ("zoneinfo64.res", True), ("supplementalData.res", True),
     ("ibm-949_P11A-1999.cnv", False), ("brkitr/cjdict.dict", True), ("coll/ucadata.icu", True),
     ("lang/pool.res", True), ("ksh.res", False)],
)  # fmt: skip
def test_icu_keeps_the_languages_of_the_window(step: Step, name: str, stays: bool) -> None:
    assert step("icu")._stays(name) is stays


@pytest.fixture
def bundle() -> Path:
    found = os.environ.get("ROOMREAD_BUNDLE")
    if not found:
        pytest.skip("no bundle: ROOMREAD_BUNDLE names the folder of one")
    return Path(found)


def run(bundle: Path, home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run the program as on a machine without Python, for a user who has nothing yet."""
    environment = {"HOME": str(home), "PATH": "/usr/bin:/bin"}
    if sys.platform == "win32":
        environment = {**os.environ, "USERPROFILE": str(home), "LOCALAPPDATA": str(home)}
    return subprocess.run(
        [bundle / "roomread", *words], env=environment, capture_output=True, text=True, check=False
    )


def test_the_bundle_passes_its_own_test_and_starts_fast(bundle: Path, tmp_path: Path) -> None:
    run(bundle, tmp_path, "--version")
    begin = time.monotonic()
    assert run(bundle, tmp_path, "--version").stdout == f"roomread {__version__}\n"
    assert time.monotonic() - begin < 3
    done = run(bundle, tmp_path, "--self-test")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[-1] == "self-test passed"
    took = {name: float(s) for name, s in re.findall(r"^(\w+) +([\d.]+) s  ", done.stdout, re.M)}
    assert took["loading"] + took["window"] < 3, "it starts fast, with a session and its recording"


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks at ELF libraries")
def test_the_bundle_takes_from_the_system_what_every_desktop_has(bundle: Path) -> None:
    libraries = [path for path in bundle.rglob("*.so*") if path.is_file()]
    assert len(libraries) > 100
    inside = str((bundle / "_internal").resolve())
    python = min(bundle.rglob("libpython3.[0-9]*.so*"))  # the program has loaded it before others
    environment = {**os.environ, "LD_LIBRARY_PATH": inside, "LD_PRELOAD": str(python)}
    missing, outside = set(), set()
    for path in libraries:
        done = subprocess.run(
            ["ldd", "-r", path], env=environment, capture_output=True, text=True, check=False
        )
        said = done.stdout + done.stderr
        missing |= set(re.findall(r"\S+ => not found|undefined symbol: \S+", said))
        if "printsupport" not in path.parts:  # CUPS comes with a printer, and with much else
            found = re.findall(r"(\S+) => (/\S+)", done.stdout)
            outside |= {name for name, where in found if not where.startswith(inside)}
    assert not missing
    assert not {name for name in outside if not OF_THE_SYSTEM.match(name)}


def test_the_bundle_holds_no_training_and_nothing_that_calls_home(bundle: Path) -> None:
    names = {path.name for path in bundle.rglob("*")}
    assert not {"torch", "mediapipe", "scipy", "training", "half.onnx"} & names
    assert "THIRD-PARTY.txt" in names
    # The modules' names stand in the program as they are, their code is packed.
    program = (bundle / ("roomread.exe" if sys.platform == "win32" else "roomread")).read_bytes()
    assert b"app.engine.self_test" in program
    for module in (b"torch.", b"training.", b"mediapipe.", b"scipy.", b"QtWebEngine", b"sentry_"):
        assert module not in program

"""The workflows name what exists, pin what they use, and release only what was tried."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from tests.conftest import ROOT

FOLDER = ROOT / ".github" / "workflows"
NAMES = ("checks.yml", "installers.yml")


def load(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((FOLDER / name).read_text(encoding="utf-8"))
    return loaded


def steps(name: str) -> list[dict[str, Any]]:
    return [step for job in load(name)["jobs"].values() for step in job["steps"]]


@pytest.mark.parametrize("name", NAMES)
def test_paths_exist(name: str) -> None:
    text = (FOLDER / name).read_text(encoding="utf-8").replace("\\", "/")
    code = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
    named = set(re.findall(r"(?<![\w/$.-])(?:app|assets|packaging)/[\w./-]+\w", code))
    missing = sorted(path for path in named if not (ROOT / path).is_file())
    assert not missing
    if name == "installers.yml":
        assert {"packaging/build.py", "packaging/windows/roomread.iss"} <= named


@pytest.mark.parametrize("name", NAMES)
def test_actions_are_pinned(name: str) -> None:
    text = (FOLDER / name).read_text(encoding="utf-8")
    used = re.findall(r"uses: (.+)", text)
    assert used
    for action in used:
        assert re.fullmatch(r"actions/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", action), action
    for step in steps(name):
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False


@pytest.mark.parametrize("name", NAMES)
def test_least_rights(name: str) -> None:
    workflow = load(name)
    assert workflow["permissions"] == {"contents": "read"}
    writing = {job for job, said in workflow["jobs"].items() if "permissions" in said}
    assert writing == ({"release"} if name == "installers.yml" else set())
    assert "secrets." not in (FOLDER / name).read_text(encoding="utf-8")
    assert all("timeout-minutes" in job for job in workflow["jobs"].values())


def test_checks_run_the_test_command_of_the_readme() -> None:
    job = load("checks.yml")["jobs"]["tests"]
    said = " && ".join(
        step["run"] for step in job["steps"] if step.get("name") in ("Install", "Test")
    )
    assert '-e ".[dev,train]" && pytest' in said
    assert '-e ".[dev,train]" && pytest' in (ROOT / "README.md").read_text(encoding="utf-8")
    systems = job["strategy"]["matrix"]["system"]
    assert [name.partition("-")[0] for name in systems] == ["ubuntu", "windows", "macos"]


def test_a_release_has_all_three_tried_as_installed() -> None:
    jobs = load("installers.yml")["jobs"]
    assert jobs["release"]["needs"] == "build"
    assert jobs["release"]["if"] == "github.ref_type == 'tag'"
    assert jobs["build"]["needs"] == "version"
    systems = [one["system"] for one in jobs["build"]["strategy"]["matrix"]["include"]]
    assert [name.partition("-")[0] for name in systems] == ["ubuntu", "windows", "macos"]
    runs = "\n".join(step.get("run", "") for step in jobs["build"]["steps"])
    tried = ("roomread --self-test", "check_setup.py dist", "check_dmg.sh dist")
    for what in ("--require-hashes", "packaging/build.py --out dist", *tried):
        assert what in runs
    for script in ("windows/check_setup.py", "macos/check_dmg.sh"):
        assert "--self-test" in (ROOT / "packaging" / script).read_text(encoding="utf-8")
    last = jobs["release"]["steps"][-1]["run"]
    assert "sha256sum" in last
    assert "gh release create" in last

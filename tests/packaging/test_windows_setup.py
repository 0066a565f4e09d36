"""The setup script for Windows says what the app and the bundle hold; Inno Setup is not here."""

from __future__ import annotations

import re
from pathlib import PureWindowsPath

import platformdirs.windows
import pytest

from app import __version__
from app.engine.analyse.recordings import SUFFIXES
from tests.conftest import ROOT

FOLDER = ROOT / "packaging" / "windows"
CONSTANTS = {"app", "autopf", "autoprograms", "autodesktop", "localappdata"}
"""Those of Inno Setup that the script uses."""


@pytest.fixture(scope="module")
def script() -> str:
    return (FOLDER / "roomread.iss").read_bytes().decode("utf-8-sig")


def section(script: str, name: str) -> list[str]:
    """Lines of a section without comments and directives of the preprocessor."""
    found = re.search(rf"^\[{name}\]\n(.*?)(?=^\[\w+\]$|\Z)", script, re.MULTILINE | re.DOTALL)
    assert found, name
    lines = [line for line in found[1].splitlines() if line.strip()]
    return [line for line in lines if not line.lstrip().startswith((";", "#"))]


def settings(script: str) -> dict[str, str]:
    pairs = (line.partition("=") for line in section(script, "Setup"))
    return {name: value for name, _, value in pairs}


def test_upgrades_find_what_is_installed(script: str) -> None:
    """Another id would install a second Roomread beside the first."""
    assert settings(script)["AppId"] == "{{D8B79060-390C-4A06-B3E1-9B6859ED0FB5}"


def test_no_administrator_and_64_bit(script: str) -> None:
    said = settings(script)
    assert said["PrivilegesRequired"] == "lowest"
    assert said["ArchitecturesAllowed"] == said["ArchitecturesInstallIn64BitMode"]
    assert said["ArchitecturesAllowed"] == "x64compatible"
    assert "HKLM" not in script
    assert "HKCU" not in script


def test_version_is_the_apps(script: str) -> None:
    """The script reads the line that begins so; no number stands in it."""
    lines = (ROOT / "app" / "__init__.py").read_text(encoding="utf-8").splitlines()
    begin = '__version__ = "'
    assert f"Pos('{begin}', Line) == 1" in script
    assert f"Copy(Line, {len(begin) + 1}, Len(Line) - {len(begin) + 1})" in script
    (line,) = [line for line in lines if line.startswith(begin)]
    assert line[len(begin) : -1] == __version__
    assert settings(script)["AppVersion"] == "{#Version}"
    assert __version__ not in script


def test_every_text_is_there_in_both_languages(script: str) -> None:
    pairs = [line.partition("=") for line in section(script, "CustomMessages")]
    texts = {name: value for name, _, value in pairs}
    names = {name.partition(".")[2] for name in texts}
    assert set(texts) == {f"{language}.{name}" for language in ("en", "de") for name in names}
    used = set(re.findall(r"\{cm:(\w+)", script)) | set(
        re.findall(r"CustomMessage\('(\w+)", script)
    )
    assert used == names
    for name in names:
        assert texts[f"en.{name}"].count("%1") == texts[f"de.{name}"].count("%1")
    for language in ("en", "de"):
        licence = (FOLDER / f"licence.{language}.txt").read_bytes()
        assert licence.startswith(b"\xef\xbb\xbf"), "Inno Setup takes it for the system's code page"
        assert f'LicenseFile: "licence.{language}.txt"' in script
        for said in ("Apache", "CC BY-NC 4.0", "LICENSE.txt"):
            assert said in licence.decode("utf-8-sig")


def test_constants_and_tasks_exist(script: str) -> None:
    outside_code = script.partition("[Code]")[0]
    comments_out = re.sub(r"^;.*$", "", outside_code, flags=re.MULTILINE)
    used = set(re.findall(r"(?<!\{)\{(\w+)\}", comments_out))
    used |= set(re.findall(r"ExpandConstant\('\{(\w+)\}", script))
    assert used == CONSTANTS
    tasks = {re.match(r'Name: "(\w+)"', line)[1] for line in section(script, "Tasks")}  # type: ignore[index]
    assert set(re.findall(r"Tasks: (\w+)", script)) | {"path"} == tasks
    check = (FOLDER / "check_setup.py").read_text(encoding="utf-8")
    assert set(re.findall(r'TASKS = "(.*)"', check)[0].split(",")) == tasks


def test_files_are_those_of_the_checkout_and_of_the_bundle(script: str) -> None:
    for name in re.findall(r"\{#Root\}\\([^\"\n]+)", script):
        assert (ROOT / name.replace("\\", "/")).is_file(), name
    sources = re.findall(r'Source: "([^"]+)"', script)
    assert sources == [r"{#Bundle}\*", r"{#Root}\LICENSE"]
    spec = (ROOT / "packaging" / "roomread.spec").read_text(encoding="utf-8")
    for program in set(re.findall(r"\\(\w+)\.exe", script.partition("[Code]")[0])) - {"ISCC"}:
        assert f'program("{program}"' in spec


def test_offered_for_the_recordings_that_the_app_knows(script: str) -> None:
    (named,) = re.findall(r'#define public Videos "(.+) "', script)
    assert set(named.split()) == SUFFIXES
    assert 'open ""%1"""' in script


def test_what_is_the_users_is_never_deleted(script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    (deleted,) = section(script, "InstallDelete")
    assert deleted.startswith(r'Type: filesandordirs; Name: "{app}\_internal"; Check: FileExists(')
    assert "[UninstallDelete]" not in script
    for forbidden in ("DelTree", "DeleteFile", "http:", "https:", "DownloadTemporaryFile"):
        assert forbidden not in script
    monkeypatch.setenv("LOCALAPPDATA", r"C:\Users\anna\AppData\Local")
    monkeypatch.setattr(
        platformdirs.windows, "get_win_folder", platformdirs.windows.get_win_folder_from_env_vars
    )
    where = platformdirs.windows.Windows("roomread", appauthor=False)
    for folder in (where.user_data_dir, where.user_config_dir):
        assert PureWindowsPath(folder.replace("/", "\\")).name == "roomread"
        assert "Local" in folder
    assert r"ExpandConstant('{localappdata}\roomread')" in script

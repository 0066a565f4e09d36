"""What makes the disk image: run with stand-ins for Apple's tools, which are on a Mac only."""

from __future__ import annotations

import os
import plistlib
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from app import __version__
from app.engine.analyse.recordings import SUFFIXES
from tests.conftest import ROOT

FOLDER = ROOT / "packaging" / "macos"
TOOL = """#!/bin/sh
echo "$(basename "$0") $*" >> "$CALLS"
if [ "$1" = create ]; then
    while [ "$1" != -srcfolder ]; do shift; done
    cp -R "$2" "$SEEN"
    for last; do :; done
    echo image > "$last"
fi
"""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="shell scripts of another system")


@pytest.fixture(scope="module")
def info() -> ModuleType:
    module = ModuleType("info")
    exec((FOLDER / "info.py").read_text(encoding="utf-8"), module.__dict__)
    return module


def strings(language: str) -> dict[str, str]:
    text = (FOLDER / f"{language}.lproj" / "InfoPlist.strings").read_text(encoding="utf-8")
    pairs = [re.fullmatch(r'"(.+)" = "(.+)";', line) for line in text.splitlines()]
    return {pair[1]: pair[2] for pair in pairs if pair is not None}


def test_plists_are_well_formed(info: ModuleType) -> None:
    said = plistlib.loads(plistlib.dumps(info.info_plist(__version__)))
    assert said["CFBundleShortVersionString"] == __version__
    assert said["LSBackgroundOnly"] is False
    (exported,) = said["UTExportedTypeDeclarations"]
    tags = exported["UTTypeTagSpecification"]
    assert tags["public.filename-extension"] == ["roomread"]
    assert tags["public.mime-type"] == ["application/x-roomread-session"]
    sessions, _, others = said["CFBundleDocumentTypes"]
    assert sessions["LSItemContentTypes"] == [exported["UTTypeIdentifier"]]
    assert {f".{name}" for name in others["CFBundleTypeExtensions"]} == SUFFIXES
    may = plistlib.loads((FOLDER / "entitlements.plist").read_bytes())
    assert may == {"com.apple.security.device.camera": True}


def test_texts_are_there_in_both_languages(info: ModuleType) -> None:
    said = info.info_plist(__version__)
    english, german = strings("en"), strings("de")
    lines = (FOLDER / "de.lproj" / "InfoPlist.strings").read_text(encoding="utf-8").splitlines()
    assert set(english) == set(german)
    assert len(german) == len(lines)
    assert english["NSCameraUsageDescription"] == said["NSCameraUsageDescription"]
    assert all(english[name] != german[name] for name in english)
    assert set(english) - {"NSCameraUsageDescription"} == {
        said["UTExportedTypeDeclarations"][0]["UTTypeDescription"]
    }
    assert said["CFBundleLocalizations"] == ["en", "de"]


def test_spec_uses_them() -> None:
    spec = (ROOT / "packaging" / "roomread.spec").read_text(encoding="utf-8")
    assert "from macos.info import info_plist" in spec
    assert "packaging/macos/entitlements.plist" in spec


@pytest.mark.parametrize("name", ["make_dmg.sh", "check_dmg.sh"])
def test_scripts_parse(name: str) -> None:
    assert os.access(FOLDER / name, os.X_OK)
    done = subprocess.run(["bash", "-n", FOLDER / name], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr


class Mac:
    """A folder with an app, and stand-ins for Apple's tools that note how they are called."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.app = folder / "dist" / "Roomread.app"
        self.out = folder / "out"
        self.seen = folder / "seen"
        self.calls = folder / "calls"
        self.calls.touch()
        (self.app / "Contents" / "MacOS").mkdir(parents=True)
        (self.app / "Contents" / "Resources").mkdir()
        (self.app / "Contents" / "MacOS" / "roomread").touch(mode=0o755)
        (folder / "bin").mkdir()
        for name in ("codesign", "hdiutil", "xcrun"):
            self.tool(name).write_text(TOOL, encoding="utf-8")
            self.tool(name).chmod(0o755)

    def tool(self, name: str) -> Path:
        return self.folder / "bin" / name

    def make(self, **environment: str) -> subprocess.CompletedProcess[str]:
        given = {"PATH": f"{self.folder / 'bin'}:/usr/bin:/bin", **environment}
        given |= {"CALLS": str(self.calls), "SEEN": str(self.seen)}
        return subprocess.run(
            [FOLDER / "make_dmg.sh", self.app, self.out],
            capture_output=True,
            text=True,
            check=False,
            env=given,
        )

    def called(self) -> list[str]:
        return self.calls.read_text(encoding="utf-8").splitlines()


@pytest.fixture
def mac(tmp_path: Path) -> Mac:
    return Mac(tmp_path)


def test_image_holds_the_app_in_both_languages(mac: Mac) -> None:
    done = mac.make()
    assert done.returncode == 0, done.stderr
    assert (mac.out / f"roomread-{__version__}-macos-arm64.dmg").is_file()
    resources = mac.seen / "Roomread.app" / "Contents" / "Resources"
    for language in ("en", "de"):
        assert (resources / f"{language}.lproj" / "InfoPlist.strings").is_file()
    assert (mac.seen / "Applications").readlink() == Path("/Applications")
    assert "Open Anyway" in (mac.seen / "Open me first.txt").read_text(encoding="utf-8")
    signing, verifying, making, checking = mac.called()
    assert signing.startswith(
        f"codesign --force --sign - --entitlements {FOLDER}/entitlements.plist"
    )
    assert verifying.startswith("codesign --verify --deep --strict")
    assert making.startswith(f"hdiutil create -volname Roomread {__version__} ")
    assert checking.startswith("hdiutil verify")
    assert not list((mac.app / "Contents" / "Resources").iterdir())  # the given app is left alone


def test_image_is_signed_and_notarised_where_asked_for(mac: Mac) -> None:
    done = mac.make(ROOMREAD_SIGN_IDENTITY="Developer ID: us", ROOMREAD_NOTARY_PROFILE="ours")
    assert done.returncode == 0, done.stderr
    called = mac.called()
    assert called[0].startswith(
        "codesign --force --options runtime --timestamp --sign Developer ID"
    )
    assert called[-2].startswith("xcrun notarytool submit")
    assert "--keychain-profile ours --wait" in called[-2]
    assert called[-1].startswith("xcrun stapler staple")
    assert not (mac.seen / "Open me first.txt").exists()


def test_without_an_app_one_line_says_what_to_do(mac: Mac) -> None:
    shutil.rmtree(mac.app)
    done = mac.make()
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "packaging/build.py" in done.stderr
    assert not mac.called()


@pytest.mark.skipif(sys.platform == "darwin", reason="Apple's tools are here")
def test_without_apples_tools_one_line_says_so(mac: Mac) -> None:
    mac.tool("hdiutil").unlink()
    done = mac.make()
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "hdiutil is missing" in done.stderr


def test_notarising_needs_an_identity(mac: Mac) -> None:
    done = mac.make(ROOMREAD_NOTARY_PROFILE="ours")
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "ROOMREAD_SIGN_IDENTITY" in done.stderr
    assert not mac.out.exists()


def test_a_failed_signature_makes_no_image(mac: Mac) -> None:
    mac.tool("codesign").write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    assert mac.make().returncode == 1
    assert not list(mac.out.iterdir())

"""What the Linux installers put into the desktop, and the scripts that make them."""

from __future__ import annotations

import configparser
import os
import shutil
import struct
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PySide6.QtGui import QImage

from app import __version__, cli
from app.engine.analyse.recordings import SUFFIXES
from app.session.store import SUFFIX, Session
from tests.conftest import ROOT
from tests.session.builders import info

FOLDER = ROOT / "packaging" / "linux"
ICONS = ROOT / "assets" / "icons"
SESSION_TYPE = "application/x-roomread-session"
MIME = "{http://www.freedesktop.org/standards/shared-mime-info}"
TYPES = {
    ".mp4": "video/mp4",
    ".m4v": "video/mp4",
    ".mov": "video/quicktime",
    ".mkv": "video/x-matroska",
    ".webm": "video/webm",
    ".avi": "video/x-msvideo",
    ".mpg": "video/mpeg",
    ".mpeg": "video/mpeg",
    ".wmv": "video/x-ms-wmv",
    ".flv": "video/x-flv",
    ".mts": "video/mp2t",
    ".m2ts": "video/mp2t",
    ".mxf": "application/mxf",
    ".ogv": "video/ogg",
    ".dv": "video/dv",
    ".3gp": "video/3gpp",
}
"""What shared-mime-info calls the recordings that Roomread reads."""
SHELL = pytest.mark.skipif(sys.platform != "linux", reason="scripts of Linux")


def entry() -> configparser.SectionProxy:
    parser = configparser.ConfigParser(interpolation=None, delimiters="=")
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read(FOLDER / "roomread.desktop", encoding="utf-8")
    return parser["Desktop Entry"]


def test_the_desktop_entry_starts_the_command_line() -> None:
    program, files = entry()["Exec"].split()
    assert (program, files) == ("roomread", "%F")
    parsed = cli._parser().parse_args(["open", "/home/a/1.mp4", "/home/a/2.roomread"])
    assert [path.name for path in parsed.files] == ["1.mp4", "2.roomread"]


def test_the_desktop_offers_it_for_what_it_reads() -> None:
    types = entry()["MimeType"].rstrip(";").split(";")
    assert len(set(types)) == len(types)
    assert set(TYPES) == SUFFIXES
    # Newer systems call .avi so.
    assert set(types) == {*TYPES.values(), "video/vnd.avi", SESSION_TYPE}


def test_german_stands_beside_english() -> None:
    said = entry()
    for key in ("GenericName", "Comment", "Keywords"):
        assert said[f"{key}[de]"] != said[key]


def test_metainfo_agrees_with_the_desktop_entry() -> None:
    text = (FOLDER / "roomread.metainfo.xml.in").read_text(encoding="utf-8")
    tree = ElementTree.fromstring(text.replace("@VERSION@", __version__))
    assert tree.findtext("launchable") == "roomread.desktop"
    assert tree.findtext("provides/mediatype") == SESSION_TYPE
    assert tree.findtext("name") == entry()["Name"]
    release = tree.find("releases/release")
    assert release is not None
    assert release.get("version") == __version__


def test_a_session_is_known_by_its_first_bytes(tmp_path: Path) -> None:
    path = tmp_path / f"lesson{SUFFIX}"
    Session.create(path, info()).close()
    tree = ElementTree.parse(FOLDER / "roomread.xml").getroot()
    kind = tree.find(f"{MIME}mime-type")
    assert kind is not None
    assert kind.get("type") == SESSION_TYPE
    glob = kind.find(f"{MIME}glob")
    assert glob is not None
    assert glob.get("pattern") == f"*{SUFFIX}"
    data = path.read_bytes()
    matches = list(kind.iter(f"{MIME}match"))
    assert len(matches) == 2
    for match in matches:
        value = match.attrib["value"].replace("\\000", "\0").encode()
        start = int(match.attrib["offset"])
        assert data[start : start + len(value)] == value


def test_icons_have_the_size_that_they_say() -> None:
    for size in (16, 24, 32, 48, 64, 128, 256, 512):
        image = QImage(str(ICONS / ("roomread.png" if size == 256 else f"roomread-{size}.png")))
        assert (image.width(), image.height()) == (size, size)
        assert image.pixelColor(0, 0).alpha() < 8
        assert image.pixelColor(size // 2, size // 2).name() == "#f0e442"
    head = (ICONS / "roomread.icns").read_bytes()
    assert head[:4] == b"icns"
    assert struct.unpack(">I", head[4:8])[0] == len(head)
    ico = (ICONS / "roomread.ico").read_bytes()
    count = struct.unpack("<HHH", ico[:6])[2]
    last = struct.unpack("<II", ico[6 + 16 * count - 8 : 6 + 16 * count])
    assert sum(last) == len(ico)


@SHELL
@pytest.mark.parametrize(
    "name",
    ["common.sh", "make_deb.sh", "make_run.sh", "install.sh.in", "postrm", "stop_if_open"],
)
def test_scripts_are_well_formed(name: str) -> None:
    shell = "bash" if name.endswith(".sh") else "sh"
    subprocess.run([shell, "-n", FOLDER / name], check=True)


PROGRAM = """#!/bin/sh
inside=$(dirname "$(readlink -f "$0")")/_internal
[ ! -e "$inside/broken" ] || { echo "too old" >&2; exit 1; }
echo "roomread $(cat "$inside/version")"
"""


class Installer:
    """A .run of a stand-in for the bundle, and a home to install it into."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.home = folder / "ho me"
        self.home.mkdir()
        self.share = self.home / ".local" / "share"
        self.command = self.home / ".local" / "bin" / "roomread"

    def make(self, version: str, broken: bool = False) -> Path:
        bundle = self.folder / f"bundle-{version}"
        (bundle / "_internal").mkdir(parents=True)
        (bundle / "_internal" / "version").write_text(version)
        if broken:
            (bundle / "_internal" / "broken").touch()
        (bundle / "roomread").write_text(PROGRAM)
        (bundle / "roomread").chmod(0o755)
        subprocess.run(
            [FOLDER / "make_run.sh", bundle, self.folder],
            env={**os.environ, "ROOMREAD_VERSION": version},
            check=True,
            capture_output=True,
        )
        (made,) = self.folder.glob(f"roomread-{version}-linux-*.run")
        return made

    def run(self, *argv: object) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["sh", *map(str, argv)],
            check=False,
            env={"HOME": str(self.home), "PATH": os.environ["PATH"]},
            capture_output=True,
            text=True,
        )

    def version(self) -> str:
        return subprocess.check_output([self.command, "--version"], text=True).strip()


@pytest.fixture
def installer(tmp_path: Path) -> Installer:
    return Installer(tmp_path)


@SHELL
def test_one_user_installs_upgrades_and_removes(installer: Installer) -> None:
    kept = installer.share / "roomread" / "sessions" / "lesson.roomread"
    kept.parent.mkdir(parents=True)
    kept.write_text("mine")
    first = installer.run(installer.make("0.1.0"))
    assert first.returncode == 0, first.stderr
    assert installer.version() == "roomread 0.1.0"
    second = installer.run(installer.make("0.2.0"))
    assert second.returncode == 0, second.stderr
    assert "of another program" not in second.stdout
    assert installer.version() == "roomread 0.2.0"
    app = installer.share / "roomread-app"
    assert len([path for path in app.iterdir() if path.is_dir() and not path.is_symlink()]) == 1
    desktop = (installer.share / "applications" / "roomread.desktop").read_text(encoding="utf-8")
    assert f'Exec="{app}/current/roomread" %F\n' in desktop
    if tool := shutil.which("desktop-file-validate"):
        subprocess.run([tool, installer.share / "applications" / "roomread.desktop"], check=True)

    removed = installer.run(app / "uninstall")
    assert removed.returncode == 0, removed.stderr
    assert str(installer.share / "roomread") in removed.stdout
    assert kept.read_text() == "mine"
    left = [path for path in installer.home.rglob("*roomread*") if path != kept]
    assert left == [installer.share / "roomread"]


@SHELL
def test_a_version_that_does_not_run_changes_nothing(installer: Installer) -> None:
    installer.run(installer.make("0.1.0"))
    failed = installer.run(installer.make("0.2.0", broken=True))
    assert failed.returncode == 1
    assert "nothing is changed" in failed.stderr
    assert installer.version() == "roomread 0.1.0"
    assert not list((installer.share / "roomread-app").glob("0.2.0*"))


@SHELL
def test_a_download_that_is_not_whole_changes_nothing(installer: Installer) -> None:
    made = installer.make("0.1.0")
    data = bytearray(made.read_bytes())
    data[-20] ^= 1
    made.write_bytes(data)
    failed = installer.run(made)
    assert failed.returncode == 1
    assert "download it again" in failed.stderr
    assert not installer.command.exists()


@SHELL
def test_an_open_program_is_not_replaced(installer: Installer) -> None:
    made = installer.make("0.1.0")
    installer.run(made)
    app = installer.share / "roomread-app"
    program = app / "current" / "sleeper"
    shutil.copy("/bin/sleep", program)
    with subprocess.Popen([program, "60"]) as running:
        try:
            for argv in ([made], [app / "uninstall"]):
                refused = installer.run(*argv)
                assert refused.returncode == 1
                assert f"process {running.pid}" in refused.stderr
        finally:
            running.kill()
    assert installer.version() == "roomread 0.1.0"


@SHELL
def test_the_command_of_another_program_stays(installer: Installer) -> None:
    installer.command.parent.mkdir(parents=True)
    installer.command.write_text("#!/bin/sh\necho pip")
    done = installer.run(installer.make("0.1.0"))
    assert done.returncode == 0
    assert "of another program" in done.stdout
    installer.run(installer.share / "roomread-app" / "uninstall")
    assert "pip" in installer.command.read_text()


@SHELL
def test_without_a_home_it_says_so(installer: Installer) -> None:
    made = installer.make("0.1.0")
    installer.home.rmdir()
    failed = installer.run(made)
    assert failed.returncode == 1
    assert "HOME names no folder" in failed.stderr

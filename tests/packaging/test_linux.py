"""What the Linux installers put into the desktop, and the scripts that make them."""

from __future__ import annotations

import configparser
import os
import re
import shutil
import struct
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PySide6.QtGui import QImage

from app import __version__, cli
from app.core.commands import FROM_MENU
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
    env, variable, program, files = entry()["Exec"].split()
    assert (env, variable) == ("env", f"{FROM_MENU}=1"), "nobody reads what is printed"
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


def open_program(path: Path) -> subprocess.Popen[bytes]:
    path.parent.mkdir(parents=True)
    shutil.copy("/bin/sleep", path)
    return subprocess.Popen([path, "60"])


@SHELL
def test_an_open_program_is_not_replaced_by_the_deb(tmp_path: Path) -> None:
    program = tmp_path / "usr" / "lib" / "roomread" / "roomread"
    text = (FOLDER / "stop_if_open").read_text(encoding="utf-8")
    assert text.count("/usr/lib/roomread/") == 1
    for name in ("roomread.preinst", "roomread.prerm"):
        (tmp_path / name).write_text(text.replace("/usr/lib/roomread", str(program.parent)))

    def asked(name: str, *words: str) -> tuple[int, str]:
        done = subprocess.run(
            ["sh", tmp_path / f"roomread.{name}", *words],
            check=False,
            capture_output=True,
            text=True,
        )
        return done.returncode, done.stderr

    with open_program(program) as running:
        try:
            refusal = f"Roomread is open (process {running.pid}): close it, then try again\n"
            assert asked("preinst", "upgrade", "0.1.0") == (1, refusal)
            assert asked("prerm", "remove") == (1, refusal)
            # Replaced or taken away on the disk, and still running.
            program.unlink()
            assert asked("prerm", "remove") == (1, refusal)
            for words in (
                ["preinst", "install"],
                ["preinst", "abort-upgrade"],
                ["prerm", "upgrade"],
            ):
                assert asked(*words) == (0, "")
            assert asked("prerm") == (0, "")
        finally:
            running.kill()
    assert asked("preinst", "upgrade", "0.1.0") == (0, "")
    assert asked("prerm", "remove") == (0, "")


@SHELL
def test_removing_the_deb_says_what_stays() -> None:
    def said(word: str) -> str:
        return subprocess.check_output(["sh", FOLDER / "postrm", word], text=True)

    assert "~/.local/share/roomread" in said("remove")
    assert "stay" in said("purge")
    assert said("upgrade") == said("abort-upgrade") == ""


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """A stand-in for the bundle: any program that names its glibc."""
    folder = tmp_path / "bundle"
    (folder / "_internal" / "data").mkdir(parents=True)
    shutil.copy("/bin/sleep", folder / "roomread")
    (folder / "_internal" / "data" / "names.txt").write_text("a" * 5000)
    (folder / "_internal" / "data" / "names.txt").chmod(0o600)
    return folder


def make(bundle: Path, out: Path, *before: object, **env: str) -> subprocess.CompletedProcess[str]:
    made = subprocess.run(
        [*map(str, before), str(FOLDER / "make_deb.sh"), str(bundle), str(out)],
        check=False,
        env={**os.environ, "ROOMREAD_LEVEL": "0", **env},
        capture_output=True,
        text=True,
    )
    return made


def deb(*argv: object) -> str:
    done = subprocess.run(["dpkg-deb", *map(str, argv)], check=True, capture_output=True, text=True)
    return done.stdout


DEB = pytest.mark.skipif(
    sys.platform != "linux" or not shutil.which("dpkg-deb") or not shutil.which("objdump"),
    reason="no dpkg-deb or objdump",
)


@DEB
def test_the_deb_holds_the_bundle_and_what_a_desktop_needs(bundle: Path, tmp_path: Path) -> None:
    made = make(bundle, tmp_path / "out")
    assert made.returncode == 0, made.stderr
    (package,) = (tmp_path / "out").glob(f"roomread_{__version__}_*.deb")
    listed = {}
    for line in deb("--contents", package).splitlines():
        mode, owner, _size, _day, _time, name = line.split(None, 5)
        assert owner == "root/root", line
        listed[name.removeprefix("./").rstrip("/")] = mode
    folders = {mode for mode in listed.values() if mode.startswith("d")}
    assert folders == {"drwxr-xr-x"}
    runs = {name for name, mode in listed.items() if mode == "-rwxr-xr-x"}
    assert runs == {"usr/lib/roomread/roomread"}
    assert listed["usr/lib/roomread/_internal/data/names.txt"] == "-rw-r--r--"
    assert "usr/bin/roomread -> ../lib/roomread/roomread" in listed
    for name in (
        "applications/roomread.desktop",
        "mime/packages/roomread.xml",
        "man/man1/roomread.1.gz",
    ):
        assert f"usr/share/{name}" in listed
    tree = tmp_path / "tree"
    deb("--raw-extract", package, tree)
    assert (
        tree / "usr" / "bin" / "roomread"
    ).resolve() == tree / "usr" / "lib" / "roomread" / "roomread"
    desktop = (tree / "usr" / "share" / "applications" / "roomread.desktop").read_text(
        encoding="utf-8"
    )
    assert "\nExec=env ROOMREAD_FROM_MENU=1 roomread %F\n" in desktop
    for name in ("preinst", "prerm", "postrm"):
        assert (tree / "DEBIAN" / name).stat().st_mode & 0o777 == 0o755
    subprocess.run(["md5sum", "--check", "--quiet", "DEBIAN/md5sums"], cwd=tree, check=True)


@DEB
def test_the_deb_says_what_it_needs(bundle: Path, tmp_path: Path) -> None:
    # As a library of the bundle would, one asks for a library of the system.
    asks = (bundle / "roomread").read_bytes().replace(b"libc.so.6\0", b"libz.so.1\0")
    (bundle / "_internal" / "asks.so").write_bytes(asks)
    assert make(bundle, tmp_path).returncode == 0
    (package,) = tmp_path.glob("*.deb")
    assert f"Version: {__version__}" in deb("--info", package)
    fields = dict(re.findall(r"^([\w-]+): (.*)$", deb("--field", package), re.MULTILINE))
    needs = fields["Depends"].split(", ")
    assert {"fontconfig-config", "xkb-data", "zlib1g"} < set(needs)
    (libc,) = (need for need in needs if need.startswith("libc6 "))
    assert re.fullmatch(r"libc6 \(>= 2\.\d+\)", libc)
    assert len(needs) == 4
    files = [path for path in bundle.rglob("*") if path.is_file()]
    least = sum(path.stat().st_size for path in files) // 1024
    assert least < int(fields["Installed-Size"]) < least + 2000
    assert fields["Package"] == "roomread"


@DEB
def test_a_library_that_no_package_is_known_for_stops_the_deb(bundle: Path, tmp_path: Path) -> None:
    asks = (bundle / "roomread").read_bytes().replace(b"libc.so.6\0", b"libq.so.6\0")
    (bundle / "_internal" / "asks.so").write_bytes(asks)
    made = make(bundle, tmp_path)
    assert made.returncode == 1
    assert "the bundle needs libq.so.6" in made.stderr
    assert not list(tmp_path.glob("*.deb"))


@DEB
def test_the_same_folder_gives_the_same_deb(bundle: Path, tmp_path: Path) -> None:
    make(bundle, tmp_path / "one")
    # Other threads, another file system, another language and another umask.
    umask = ["sh", "-c", 'umask 077; exec "$@"', "sh"]
    other = {"LC_ALL": "de_DE.UTF-8", "DPKG_DEB_THREADS_MAX": "1", "TMPDIR": memory(tmp_path)}
    make(bundle, tmp_path / "two", *umask, **other)
    (one,) = (tmp_path / "one").glob("*.deb")
    assert one.read_bytes() == (tmp_path / "two" / one.name).read_bytes()


def memory(otherwise: Path) -> str:
    """A folder of another file system, where there is one."""
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else str(otherwise)

"""The .run of Linux: one user installs, upgrades and removes."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
from pathlib import Path

import pytest

from tests.packaging.test_linux import FOLDER, SESSION_TYPE, SHELL, memory

pytestmark = SHELL

PROGRAM = """#!/bin/sh
inside=$(dirname "$(readlink -f "$0")")/_internal
[ ! -e "$inside/broken" ] || { echo "too old" >&2; exit 1; }
echo "roomread $(cat "$inside/version")"
"""


class Installer:
    """A .run of a stand-in for the bundle, and a home to install it into."""

    def __init__(self, folder: Path, home: str = "ho me") -> None:
        self.folder = folder
        self.home = folder / home
        self.home.mkdir()
        self.share = self.home / ".local" / "share"
        self.command = self.home / ".local" / "bin" / "roomread"
        self.app = self.share / "roomread-app"
        self.entry = self.share / "applications" / "roomread.desktop"
        self.env = {"HOME": str(self.home), "PATH": os.environ["PATH"]}

    def make(self, version: str, broken: bool = False, program: str = PROGRAM) -> Path:
        bundle = self.folder / f"bundle-{version}"
        (bundle / "_internal").mkdir(parents=True, exist_ok=True)
        (bundle / "_internal" / "version").write_text(version)
        if broken:
            (bundle / "_internal" / "broken").touch()
        (bundle / "roomread").write_text(program)
        (bundle / "roomread").chmod(0o755)
        subprocess.run(
            [FOLDER / "make_run.sh", bundle, self.folder],
            env={**os.environ, "ROOMREAD_VERSION": version, "ROOMREAD_LEVEL": "0"},
            check=True,
            capture_output=True,
        )
        (made,) = self.folder.glob(f"roomread-{version}-linux-*.run")
        return made

    def run(self, *argv: object) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["sh", *map(str, argv)],
            check=False,
            env=self.env,
            capture_output=True,
            text=True,
        )

    def version(self) -> str:
        return subprocess.check_output([self.command, "--version"], text=True).strip()

    def types(self) -> list[str]:
        (line,) = re.findall("^MimeType=(.*);$", self.entry.read_text("utf-8"), re.MULTILINE)
        return str(line).split(";")


@pytest.fixture
def installer(tmp_path: Path) -> Installer:
    return Installer(tmp_path)


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
    assert f'Exec=env ROOMREAD_FROM_MENU=1 "{app}/current/roomread" %F\n' in desktop
    if tool := shutil.which("desktop-file-validate"):
        subprocess.run([tool, installer.share / "applications" / "roomread.desktop"], check=True)

    removed = installer.run(app / "uninstall")
    assert removed.returncode == 0, removed.stderr
    assert str(installer.share / "roomread") in removed.stdout
    assert kept.read_text() == "mine"
    left = [path for path in installer.home.rglob("*roomread*") if path != kept]
    assert left == [installer.share / "roomread"]
    assert not (installer.share / "icons").exists()


def test_a_version_that_does_not_run_changes_nothing(installer: Installer) -> None:
    installer.run(installer.make("0.1.0"))
    failed = installer.run(installer.make("0.2.0", broken=True))
    assert failed.returncode == 1
    assert "nothing is changed" in failed.stderr
    assert installer.version() == "roomread 0.1.0"
    assert not list((installer.share / "roomread-app").glob("0.2.0*"))


def test_a_download_that_is_not_whole_changes_nothing(installer: Installer) -> None:
    made = installer.make("0.1.0")
    data = bytearray(made.read_bytes())
    data[-20] ^= 1
    made.write_bytes(data)
    failed = installer.run(made)
    assert failed.returncode == 1
    assert "download it again" in failed.stderr
    assert not installer.command.exists()


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


def test_the_command_of_another_program_stays(installer: Installer) -> None:
    installer.command.parent.mkdir(parents=True)
    installer.command.write_text("#!/bin/sh\necho pip")
    done = installer.run(installer.make("0.1.0"))
    assert done.returncode == 0
    assert "of another program" in done.stdout
    installer.run(installer.share / "roomread-app" / "uninstall")
    assert "pip" in installer.command.read_text()


def test_without_a_home_it_says_so(installer: Installer) -> None:
    made = installer.make("0.1.0")
    installer.home.rmdir()
    failed = installer.run(made)
    assert failed.returncode == 1
    assert "HOME names no folder" in failed.stderr


def without(folder: Path, *missing: str) -> str:
    """A PATH that has the system's tools, but for some."""
    folder.mkdir()
    for place in ("/usr/bin", "/bin"):
        for tool in Path(place).iterdir():
            if tool.name not in missing and not (folder / tool.name).is_symlink():
                (folder / tool.name).symlink_to(tool)
    return str(folder)


def test_without_xz_it_says_how_to_get_it(installer: Installer) -> None:
    made = installer.make("0.1.0")
    installer.env["PATH"] = without(installer.folder / "bin", "xz")
    failed = installer.run(made)
    assert failed.returncode == 1
    (line,) = failed.stderr.splitlines()
    assert "xz is missing, so nothing is changed" in line
    assert "Debian, Ubuntu: sudo apt install xz-utils; Fedora: sudo dnf install xz)" in line
    assert not list(installer.home.iterdir())


def test_the_same_folder_gives_the_same_run(installer: Installer) -> None:
    # More than one block of xz, and files that fill no block of a file system.
    data = installer.folder / "bundle-0.1.0" / "_internal" / "data"
    data.mkdir(parents=True)
    (data / "big").write_bytes(bytes(30 << 20))
    for number in range(20):
        (data / f"{number}").write_text("a" * number)
    one = installer.make("0.1.0").read_bytes()
    umask = ["sh", "-c", 'umask 077; exec "$@"', "sh"]
    one_core = (
        ["taskset", "-c", str(min(os.sched_getaffinity(0)))] if shutil.which("taskset") else []
    )
    subprocess.run(
        [*umask, *one_core, FOLDER / "make_run.sh", data.parent.parent, installer.folder / "two"],
        env={
            **os.environ,
            "ROOMREAD_VERSION": "0.1.0",
            "ROOMREAD_LEVEL": "0",
            "TMPDIR": memory(installer.folder),
            "XZ_DEFAULTS": "--threads=1",
            "TAR_OPTIONS": "--format=pax",
            "LC_ALL": "de_DE.UTF-8",
        },
        check=True,
        capture_output=True,
    )
    (two,) = (installer.folder / "two").glob("*.run")
    assert two.read_bytes() == one


def test_what_the_user_made_of_the_same_name_stays(installer: Installer) -> None:
    icon = installer.share / "icons" / "hicolor" / "16x16" / "apps" / "roomread.png"
    xml = installer.share / "mime" / "packages" / "roomread.xml"
    mine = {
        installer.entry: f'[Desktop Entry]\nExec=env A=1 "{installer.app}/current/roomread" %F\n',
        icon: "mine",
        xml: "<mine/>",
    }
    for path, text in mine.items():
        path.parent.mkdir(parents=True)
        path.write_text(text)
    first = installer.make("0.1.0")
    for done in (
        installer.run(first),
        installer.run(installer.make("0.2.0")),
        installer.run(installer.app / "uninstall"),
    ):
        assert done.returncode == 0, done.stderr
        for path, text in mine.items():
            assert sum(str(path) in line for line in done.stdout.splitlines()) == 1
            assert path.read_text() == text
    left = {path for path in installer.home.rglob("*roomread*") if path.is_file()}
    assert left == set(mine)


def test_what_an_older_version_wrote_is_replaced(installer: Installer) -> None:
    installer.run(installer.make("0.1.0"))
    icon = installer.share / "icons" / "hicolor" / "16x16" / "apps" / "roomread.png"
    ours = icon.read_bytes()
    # As an older version had another icon.
    (folder,) = installer.app.glob("0.1.0*")
    for path in (icon, folder / "share" / icon.relative_to(installer.share)):
        path.write_text("older")
    done = installer.run(installer.make("0.2.0"))
    assert "stays" not in done.stdout
    assert icon.read_bytes() == ours


def test_a_desktop_that_cannot_be_told_does_not_lose_the_program(installer: Installer) -> None:
    (installer.share).mkdir(parents=True)
    (installer.share / "icons").write_text("not a folder")
    made = installer.make("0.1.0")
    failed = installer.run(made)
    assert failed.returncode == 1
    (line,) = failed.stderr.splitlines()
    assert f'it is installed and starts with "{installer.app}/current/roomread"' in line
    assert f"{installer.share}/icons/hicolor/" in line
    assert "run this again" in line
    assert "Roomread is installed" not in failed.stdout
    assert installer.version() == "roomread 0.1.0"
    assert installer.types()
    (installer.share / "icons").unlink()
    done = installer.run(made)
    assert (done.returncode, done.stderr) == (0, "")
    assert installer.run(installer.app / "uninstall").returncode == 0
    assert not list(installer.home.rglob("*roomread*"))


class Desktop:
    """A system with a player, which is the default for some types of video and can open others."""

    def __init__(self, installer: Installer) -> None:
        self.folder = installer.folder / "system" / "applications"
        self.folder.mkdir(parents=True)
        (self.folder / "player.desktop").write_text(
            "[Desktop Entry]\nType=Application\nName=Player\nExec=true %F\n"
            "MimeType=video/mp4;video/webm;video/mpeg;\n"
        )
        (self.folder / "mimeapps.list").write_text(
            "[Default Applications]\nvideo/mp4=player.desktop\nvideo/ogg=gone.desktop\n"
        )
        config = installer.home / ".config"
        config.mkdir()
        self.choices = config / "mimeapps.list"
        self.choices.write_text("[Default Applications]\nvideo/mpeg=player.desktop\n")
        self.env = installer.env
        self.env["XDG_DATA_DIRS"] = str(self.folder.parent)
        self.env["XDG_CONFIG_DIRS"] = str(installer.folder / "etc")
        subprocess.run(["update-desktop-database", self.folder], check=True)

    def opens(self, kind: str) -> set[str]:
        asked = ["xdg-mime", "query", "default", kind]
        answer = subprocess.run(asked, env=self.env, check=False, capture_output=True, text=True)
        answers = {answer.stdout.strip()}
        if shutil.which("gio"):
            told = subprocess.check_output(["gio", "mime", kind], env=self.env, text=True)
            answers.add(told.splitlines()[0].rpartition(": ")[2] if ".desktop" in told else "")
        return answers - {""}


TOOLS = pytest.mark.skipif(
    not shutil.which("update-desktop-database") or not shutil.which("xdg-mime"),
    reason="no desktop-file-utils or xdg-utils",
)


@TOOLS
@pytest.mark.parametrize("home", ["home", "ho me"])
def test_who_opens_videos_stays_as_it_was(tmp_path: Path, home: str) -> None:
    if " " in home and not shutil.which("gio"):
        pytest.skip("xdg-mime alone does not see what lies in a home folder with a space")
    installer = Installer(tmp_path, home)
    desktop = Desktop(installer)
    kinds = ("video/mp4", "video/mpeg", "video/webm", "video/ogg", "video/x-matroska")
    before = {kind: desktop.opens(kind) for kind in kinds}
    choices = desktop.choices.read_bytes()
    made = installer.make("0.1.0")
    for _ in range(2):
        done = installer.run(made)
        assert done.returncode == 0, done.stderr
        assert {kind: desktop.opens(kind) for kind in kinds} == before
        assert desktop.opens(SESSION_TYPE) == {"roomread.desktop"}
        # Offered where a default is named; where none is, ours would come first.
        assert installer.types() == [SESSION_TYPE, "video/mp4", "video/mpeg"]
    assert installer.run(installer.app / "uninstall").returncode == 0
    assert {kind: desktop.opens(kind) for kind in kinds} == before
    assert desktop.choices.read_bytes() == choices


@TOOLS
@pytest.mark.parametrize("missing", [["gio", "xdg-mime"], ["gio"], ["update-desktop-database"]])
def test_a_desktop_that_cannot_be_asked_gets_no_videos(
    installer: Installer, missing: list[str]
) -> None:
    # xdg-mime alone does not see what lies in a home folder with a space.
    Desktop(installer)
    installer.env["PATH"] = without(installer.folder / "bin", *missing)
    done = installer.run(installer.make("0.1.0"))
    assert done.returncode == 0, done.stderr
    assert installer.types() == [SESSION_TYPE]


def test_one_that_is_started_meanwhile_keeps_its_program(installer: Installer) -> None:
    assert installer.run(installer.make("0.1.0")).returncode == 0
    program = installer.app / "current" / "roomread"
    # A program, not a script: it is the interpreter that a script's process shows.
    real = Path(os.path.realpath(program))
    shutil.copy("/bin/sleep", real)
    # While the new one is tried, the user starts the old one.
    started = installer.folder / "started"
    starts = f'#!/bin/sh\n"{real}" 60 >/dev/null 2>&1 &\necho $! > "{started}"\n'
    done = installer.run(installer.make("0.2.0", program=starts))
    os.kill(int(started.read_text()), signal.SIGKILL)
    assert done.returncode == 1
    assert "it is open (process" in done.stderr
    assert real.is_file()


def test_folders_that_are_no_whole_paths_do_not_count(installer: Installer) -> None:
    installer.env |= {"XDG_DATA_HOME": "data", "XDG_CONFIG_HOME": "config"}
    assert installer.run(installer.make("0.1.0")).returncode == 0
    assert installer.version() == "roomread 0.1.0"
    asked = installer.run(installer.app / "uninstall", "--version")
    assert asked.stdout == "Roomread 0.1.0\n"
    assert installer.app.is_dir(), "asking removes nothing"
    assert installer.run(installer.app / "uninstall").returncode == 0
    assert not installer.app.exists()

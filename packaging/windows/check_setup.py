"""Installs a setup, uses what it installed, upgrades it, removes it, and looks at what is left.

``python packaging/windows/check_setup.py SETUP.exe``: for one user, silently, on a Windows that has
no Roomread, as CI does. Elsewhere ``--wine`` runs it under Wine, in the prefix of ``WINEPREFIX``.
Not yet run on a real Windows.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

CLASSES = r"HKCU\Software\Classes"
KEPT = (Path("sessions") / "kept by check_setup.roomread", Path("kept by check_setup.toml"))
TASKS = "desktop,files,path"
PATIENCE = 300.0
"""Seconds that a program may take."""


class FailedError(Exception):
    """What is wrong with the setup, in one line."""


class Machine:
    """The Windows that is installed on: this one, or Wine's."""

    def __init__(self, wine: bool) -> None:
        self.before = ["wine"] if wine else []
        given = self.run("cmd", "/c", "echo %LOCALAPPDATA%").strip()
        self.local = given
        self.data = Path(self.unix(given + r"\roomread"))

    def run(self, *command: str, status: int = 0) -> str:
        """What a program prints; raises FailedError where it ends with another status."""
        done = subprocess.run(
            [*self.before, *command],
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            timeout=PATIENCE,
        )
        if done.returncode != status:
            said = " ".join((done.stdout + done.stderr).split())[-500:]
            raise FailedError(f"{command[0]} ended with {done.returncode}, not {status}: {said}")
        return done.stdout

    def unix(self, path: str) -> str:
        """Where Python finds a file that Windows calls ``path``."""
        if not self.before:
            return path
        done = subprocess.run(
            ["winepath", "-u", path], capture_output=True, text=True, check=True, timeout=PATIENCE
        )
        return done.stdout.strip()

    def registry(self, key: str, value: str | None = None) -> str | None:
        """A value's data (``value`` None: the key's own), or None."""
        asked = ["/ve"] if value is None else ["/v", value]
        done = subprocess.run(
            [*self.before, "reg", "query", key, *asked],
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            timeout=PATIENCE,
        )
        for line in done.stdout.splitlines():
            if "REG_" in line:
                return line.partition("REG_")[2].partition(" ")[2].strip()
        return None


def expect(right: bool, what: str) -> None:
    """Raise FailedError with ``what`` where something is not right."""
    if not right:
        raise FailedError(what)


def wait_until(done: Callable[[], bool], what: str) -> None:
    """The uninstaller goes on in a copy of itself after it has returned."""
    end = time.monotonic() + PATIENCE
    while not done():
        expect(time.monotonic() < end, what)
        time.sleep(0.5)


def install(machine: Machine, setup: str) -> Path:
    """Install silently; returns the folder."""
    begin = time.monotonic()
    quiet = (
        "/VERYSILENT",
        "/SUPPRESSMSGBOXES",
        "/NORESTART",
        "/CURRENTUSER",
        f"/TASKS={TASKS}",
    )
    where = machine.local + r"\Programs\Roomread"
    machine.run(setup, *quiet)
    folder = Path(machine.unix(where))
    for name in ("roomread.exe", "roomreadw.exe", "unins000.exe", "LICENSE.txt", "_internal"):
        expect((folder / name).exists(), f"{name} is not in {folder}")
    say(f"installed in {time.monotonic() - begin:.0f} s")
    return folder


def check_installed(machine: Machine) -> None:
    """Files open with it, and the command is found, once."""
    folder = machine.local + r"\Programs\Roomread"
    wanted = f'"{folder}\\roomreadw.exe" open "%1"'
    for kind in ("Roomread.Session", "Roomread.Video", r"Applications\roomreadw.exe"):
        found = machine.registry(rf"{CLASSES}\{kind}\shell\open\command")
        expect(found == wanted, f"{kind} opens with {found}, not with {wanted}")
    expect(machine.registry(rf"{CLASSES}\.roomread") == "Roomread.Session", "no session file type")
    offered = machine.registry(rf"{CLASSES}\.mp4\OpenWithProgids", "Roomread.Video")
    expect(offered is not None, "it is not offered for .mp4")
    path = machine.registry(r"HKCU\Environment", "Path") or ""
    expect(path.split(";").count(folder) == 1, f"PATH is {path}")
    say("files open with it, and the command is on PATH")


def check_it_works(machine: Machine, folder: Path) -> None:
    """The program that is installed passes its own test."""
    program = str(folder / "roomread.exe")
    expect(machine.run(program, "--version").startswith("roomread "), "it says no version")
    said = machine.run(program, "--self-test")
    expect("self-test passed" in said, f"its self-test said: {said[-500:]}")
    say("self-test passed")


def uninstall(machine: Machine, folder: Path) -> None:
    """Remove silently, and look for what is left."""
    machine.run(str(folder / "unins000.exe"), "/VERYSILENT", "/SUPPRESSMSGBOXES", "/NORESTART")
    wait_until(lambda: not (folder / "unins000.exe").exists(), "it is not removed")
    wait_until(lambda: not folder.exists(), f"something is left in {folder}")
    for kind in ("Roomread.Session", "Roomread.Video", r"Applications\roomreadw.exe", ".roomread"):
        left = machine.registry(rf"{CLASSES}\{kind}", None)
        expect(left is None, f"{kind} is left in the registry")
    offered = machine.registry(rf"{CLASSES}\.mp4\OpenWithProgids", "Roomread.Video")
    expect(offered is None, "it is still offered for .mp4")
    path = machine.registry(r"HKCU\Environment", "Path") or ""
    expect("Roomread" not in path, f"PATH is still {path}")
    say("removed")


def check(machine: Machine, setup: str) -> None:
    """All of it, in order."""
    before = machine.registry(r"HKCU\Environment", "Path")
    for name in KEPT:
        (machine.data / name).parent.mkdir(parents=True, exist_ok=True)
        (machine.data / name).write_text("the user's own", encoding="utf-8")
    try:
        folder = install(machine, setup)
        check_installed(machine)
        check_it_works(machine, folder)
        stale = folder / "_internal" / "of an older version.dll"
        stale.write_text("", encoding="utf-8")
        install(machine, setup)
        expect(not stale.exists(), "an upgrade leaves libraries of the older version")
        check_installed(machine)
        uninstall(machine, folder)
        after = machine.registry(r"HKCU\Environment", "Path")
        expect((after or "") == (before or ""), f"PATH was {before}, and is {after}")
        for name in KEPT:
            left = machine.data / name
            expect(
                left.is_file() and left.read_text(encoding="utf-8") == "the user's own",
                f"{name} is gone from {machine.data}",
            )
        say(f"what is the user's is still in {machine.data}")
    finally:
        for name in KEPT:
            (machine.data / name).unlink(missing_ok=True)


def say(line: str) -> None:
    """One step is done."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> int:
    """Exit status 0 where all is well; 1, with a line, where not."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("setup", type=lambda name: Path(name).resolve())
    parser.add_argument("--wine", action="store_true", help="run it under Wine")
    args = parser.parse_args()
    if not args.setup.is_file():
        parser.error(f"there is no {args.setup}")
    if os.name != "nt" and not args.wine:
        parser.error("this is no Windows: say --wine, or run it there")
    try:
        with tempfile.TemporaryDirectory() as elsewhere:  # not in the checkout, so nothing of it
            os.chdir(elsewhere)  # can stand in for what the setup forgot
            check(Machine(args.wine), str(args.setup))
            os.chdir(args.setup.parent)
    except (FailedError, OSError, subprocess.SubprocessError) as error:
        sys.stderr.write(f"check_setup: {error}\n")
        return 1
    say("the setup is well")
    return 0


if __name__ == "__main__":
    sys.exit(main())

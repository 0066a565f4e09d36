"""Notes every socket that a process opens and every file that it writes, while it runs.

Two nets are used, since each has holes. Python's audit events tell of every socket and file that
Python opens. Native code (Qt, FFmpeg, OpenCV, the models' runtimes) opens its own: so a thread
reads what the kernel knows of this process's handles all the time.
"""

from __future__ import annotations

import os
import socket
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

LOOK_EVERY = 0.002
"""Seconds between two looks at the kernel's tables."""
_TABLES = ("tcp", "tcp6", "udp", "udp6")
_MOVES = {"os.rename", "os.link", "os.symlink", "shutil.copyfile", "shutil.move"}
_NO_FILES = ("/dev/", "/proc/", "/memfd:", "/sys/")


class Net:
    """What was caught.

    Args:
        look_into: told of every file that is about to be deleted.
    """

    def __init__(self, look_into: Callable[[Path], None] = lambda _: None) -> None:
        self.sockets: set[str] = set()
        self.written: set[str] = set()
        self._look_into = look_into
        self._seen: set[tuple[str, str]] = set()
        self._over = threading.Event()
        self._watch = threading.Thread(target=self._look, daemon=True)

    def start(self) -> None:
        """From now on."""
        sys.addaudithook(self._heard)
        if Path("/proc/self/net/tcp").exists():
            self._watch.start()

    def stop(self) -> None:
        self._over.set()
        if self._watch.ident is not None:
            self._watch.join()

    def _heard(self, event: str, args: tuple[Any, ...]) -> None:
        if self._over.is_set():  # a hook can't be taken away
            return
        if event == "socket.__new__":
            family = args[1]
            if family != getattr(socket, "AF_UNIX", None):  # what desktops and processes talk by
                self.sockets.add(f"{event} family {family}")
        elif event.startswith("socket.") and event != "socket.gethostname":
            self.sockets.add(event)
        elif event == "open":
            path, mode, flags = args
            writes = flags & (os.O_WRONLY | os.O_RDWR) if isinstance(flags, int) else 0
            if writes or set(mode or "") & set("wax+"):
                self._note(path)
        elif event in _MOVES:
            self._note(args[1])
        elif event == "os.remove":
            self._gone(*args[:2])
        elif event == "sqlite3.connect":
            name = os.fsdecode(args[0])
            uri = urlsplit(name)
            if uri.scheme == "file" and "mode=ro" not in uri.query:
                self._note(unquote(uri.path))
            elif uri.scheme != "file":
                self._note(name)

    def _note(self, path: object) -> None:
        if isinstance(path, str | bytes | os.PathLike):
            real = os.path.realpath(os.fsdecode(path))
            if not real.startswith(_NO_FILES):
                self.written.add(real)

    def _gone(self, path: Any, folder: int) -> None:
        name = os.fsdecode(path)
        if folder not in {-1, None}:
            name = os.path.join(os.readlink(f"/proc/self/fd/{folder}"), name)
        real = os.path.realpath(name)
        if real in self.written and os.path.isfile(real):
            self._look_into(Path(real))

    def _look(self) -> None:
        while not self._over.wait(LOOK_EVERY):
            mine = set()
            for handle in os.listdir("/proc/self/fd"):
                try:
                    target = os.readlink(f"/proc/self/fd/{handle}")
                    if target.startswith("/") and (handle, target) not in self._seen:
                        if not target.startswith(_NO_FILES) and is_written(handle, target):
                            self.written.add(target.removesuffix(" (deleted)"))
                        self._seen.add((handle, target))
                except OSError:  # closed meanwhile
                    continue
                if target.startswith("socket:["):
                    mine.add(target[8:-1])
            for table in _TABLES if mine else ():
                with open(f"/proc/self/net/{table}", encoding="ascii") as lines:
                    for line in list(lines)[1:]:
                        if line.split()[9] in mine:
                            self.sockets.add(f"native {table} to {line.split()[2]}")


def is_written(handle: str, target: str) -> bool:
    """Whether a handle of this process is open for writing; OSError if it isn't ``target``'s.

    Python reads one of its files, closes it, and the next file that is opened gets its number:
    so a number is asked for its name once more after its flags.
    """
    with open(f"/proc/self/fdinfo/{handle}", encoding="ascii") as lines:
        flags = next(int(line.split()[1], 8) for line in lines if line.startswith("flags:"))
    if os.readlink(f"/proc/self/fd/{handle}") != target:
        raise FileNotFoundError(f"handle {handle} is another file's now")
    return bool(flags & (os.O_WRONLY | os.O_RDWR))

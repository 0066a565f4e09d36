"""Runs Roomread in a process of its own and notes what it opens; for ``tests.test_privacy``.

``python -m tests.privacy_probe FOLDER [PLANT]`` analyses the demo clip, live and as a recording,
exports and reviews it, all under FOLDER, and prints what was seen as JSON. PLANT is a violation
to commit on purpose, to show that it is seen: see ``PLANTS``.

Two nets are used, since each has holes. Python's audit events tell of every socket and file that
Python opens. Native code (FFmpeg, OpenCV, the models' runtimes) opens its own: so a thread reads
what the kernel knows of this process's sockets all the time, and in the end every file in the
folder is looked at, whoever wrote it.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

PICTURES = {
    "JPEG": b"\xff\xd8\xff",
    "PNG": b"\x89PNG\r\n\x1a\n",
    "GIF": b"GIF8",
    "WebP or AVI": b"RIFF",
    "Matroska": b"\x1a\x45\xdf\xa3",
    "MP4": b"ftyp",
    "TIFF": b"II*\0",
}
"""How files of pictures begin; MP4 at its fifth byte."""
EMBEDDED = ("JPEG", "PNG", "MP4")
"""Long enough a mark, with what follows it, to be looked for inside of other files."""
_JPEG_INSIDE = (b"\xff\xd8\xff\xe0", b"\xff\xd8\xff\xdb", b"\xff\xd8\xff\xe1")
_TABLES = ("tcp", "tcp6", "udp", "udp6")
LOOK_EVERY = 0.002
"""Seconds between two looks at the kernel's tables."""


class Net:
    """What was caught."""

    def __init__(self) -> None:
        self.sockets: set[str] = set()
        self.written: set[str] = set()
        self._over = threading.Event()
        self._watch = threading.Thread(target=self._look, daemon=True)

    def start(self) -> None:
        """From now on; audit hooks stay until the process ends."""
        sys.addaudithook(self._heard)
        if Path("/proc/self/net/tcp").exists():
            self._watch.start()

    def stop(self) -> None:
        self._over.set()
        if self._watch.ident is not None:
            self._watch.join()

    def _heard(self, event: str, args: tuple[Any, ...]) -> None:
        if event == "socket.__new__":
            family = args[1]
            if family != getattr(socket, "AF_UNIX", None):  # what desktops and processes talk by
                self.sockets.add(f"{event} family {family}")
        elif event.startswith("socket.") and event != "socket.gethostname":
            self.sockets.add(event)
        elif event == "open":
            path, mode, flags = args
            writes = flags & (os.O_WRONLY | os.O_RDWR) if isinstance(flags, int) else 0
            if isinstance(path, str | bytes | os.PathLike) and (
                writes or set(mode or "") & set("wax+")
            ):
                self.written.add(os.path.realpath(os.fsdecode(path)))
        elif event == "sqlite3.connect":
            name = os.fsdecode(args[0])
            uri = urlsplit(name)
            if uri.scheme == "file" and "mode=ro" not in uri.query:
                self.written.add(os.path.realpath(unquote(uri.path)))
            elif uri.scheme != "file":
                self.written.add(os.path.realpath(name))

    def _look(self) -> None:
        while not self._over.wait(LOOK_EVERY):
            mine = set()
            for handle in os.listdir("/proc/self/fd"):
                try:
                    target = os.readlink(f"/proc/self/fd/{handle}")
                except OSError:  # closed meanwhile
                    continue
                if target.startswith("socket:["):
                    mine.add(target[8:-1])
            for table in _TABLES if mine else ():
                with open(f"/proc/self/net/{table}", encoding="ascii") as lines:
                    for line in list(lines)[1:]:
                        if line.split()[9] in mine:
                            self.sockets.add(f"native {table} to {line.split()[2]}")


def looks_like_pictures(path: Path) -> str:
    """Which kind of pictures a file is or holds; "" where it is or holds none."""
    data = path.read_bytes()
    for kind, mark in PICTURES.items():
        if data[4:8] == mark if kind == "MP4" else data.startswith(mark):
            return kind
    inside = {"JPEG": _JPEG_INSIDE, "PNG": (PICTURES["PNG"],), "MP4": (b"ftypisom", b"moovlmvhd")}
    found = [kind for kind in EMBEDDED if any(mark in data for mark in inside[kind])]
    return f"{found[0]} inside" if found else ""


def use_roomread(folder: Path) -> None:
    """What a user does: live, a recording, tables, and looking back."""
    from app.engine.analyse.analyze import analyze_video
    from app.engine.analyse.batch import Sampling
    from app.engine.build import build_pipeline
    from app.engine.live.session import LiveSession
    from app.engine.review.review import Review
    from app.engine.settings import Settings
    from app.stages.video import VideoSource
    from tests.conftest import ROOT

    clip = ROOT / "assets" / "demo.mp4"
    settings = Settings()
    built = build_pipeline(settings, lambda _: None)
    live = LiveSession(VideoSource(clip), built, settings, folder / "sessions", realtime=False)
    live.start()
    while live.stats().analysed < 10:
        time.sleep(0.02)
    live.stop()
    live.export(folder / "live-tables")
    live.close()
    analyze_video(
        clip, folder / "out", settings, Sampling(fps=2.0, end=3.0), build=lambda *_: built
    )
    with Review.open(folder / "out" / "session.roomread") as review:
        if review.at(review.start) is None:
            raise AssertionError("nothing was analysed")
        review.students()
        review.moment_picture(review.moments(1)[0])
        review.export(folder / "review-tables")


def _plant_socket(_: Path) -> None:
    with socket.socket() as one:
        one.settimeout(0.2)
        one.connect_ex(("127.0.0.1", 9))


def _plant_native_socket(_: Path) -> None:
    """Python's audit events do not tell of it: the C library is called."""
    import ctypes

    libc = ctypes.CDLL(None)
    handle = libc.socket(int(socket.AF_INET), int(socket.SOCK_DGRAM), 0)
    address = int(socket.AF_INET).to_bytes(2, sys.byteorder) + (9).to_bytes(2, "big")
    libc.connect(handle, address + bytes([127, 0, 0, 1]) + bytes(8), 16)
    time.sleep(0.2)
    libc.close(handle)


def _plant_picture(folder: Path) -> None:
    (folder / "harmless.dat").write_bytes(PICTURES["PNG"] + b"pixels")


def _plant_native_picture(folder: Path) -> None:
    import cv2
    import numpy as np

    cv2.imwrite(str(folder / "face.jpg"), np.zeros((8, 8, 3), np.uint8))


def _plant_hidden_picture(folder: Path) -> None:
    import sqlite3

    with sqlite3.connect(folder / "more.roomread") as database:
        database.execute("CREATE TABLE faces (crop BLOB)")
        database.execute("INSERT INTO faces VALUES (?)", (_JPEG_INSIDE[0] + bytes(900),))


PLANTS: dict[str, Callable[[Path], None]] = {
    "socket": _plant_socket,
    "native socket": _plant_native_socket,
    "picture": _plant_picture,
    "native picture": _plant_native_picture,
    "hidden picture": _plant_hidden_picture,
}


def main(folder: Path, plant: str | None) -> None:
    """Run, and print what was caught."""
    os.chdir(folder)
    if plant is None:
        from app.stages.fetch import detector_models

        detector_models(kinds=("short", "full"))  # the one thing that may be fetched
    net = Net()
    net.start()
    (PLANTS[plant] if plant else use_roomread)(folder)
    net.stop()
    files = {path for path in folder.rglob("*") if path.is_file()}
    files |= {path for path in map(Path, net.written) if path.is_file()}
    pictures = {str(path): looks_like_pictures(path) for path in sorted(files)}
    caught = {
        "sockets": sorted(net.sockets),
        "files": len(files),
        "written": sorted(net.written),
        "pictures": {path: kind for path, kind in pictures.items() if kind},
    }
    sys.stdout.write(json.dumps(caught) + "\n")


def run(folder: Path, plant: str = "") -> dict[str, Any]:
    """What a probe of its own saw; whatever it keeps lies in ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    kept = {"XDG_CONFIG_HOME": str(folder), "TMPDIR": str(folder), "TEMP": str(folder)}
    command = [
        sys.executable,
        "-m",
        "tests.privacy_probe",
        str(folder),
        *([plant] if plant else []),
    ]
    root = Path(__file__).resolve().parents[1]
    environment = {**os.environ, **kept, "PYTHONPATH": str(root)}
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env=environment, cwd=root
    )
    if done.returncode:
        raise AssertionError(done.stderr)
    return dict(json.loads(done.stdout.splitlines()[-1]))


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), sys.argv[2] if len(sys.argv) > 2 else None)

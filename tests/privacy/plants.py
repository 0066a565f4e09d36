"""Violations that are committed on purpose, to show that they are seen."""

from __future__ import annotations

import ctypes
import os
import socket
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np

from app.core.types import Frame
from tests.privacy.pictures import JPEG_INSIDE, PICTURES

FACE = Frame(np.random.default_rng(1).integers(0, 255, (64, 64, 3), np.uint8), 0, 0.0)


def _socket(_: Path) -> None:
    with socket.socket() as one:
        one.settimeout(0.2)
        one.connect_ex(("127.0.0.1", 9))


def _native_socket(_: Path) -> None:
    """Python's audit events do not tell of it: the C library is called."""
    libc = ctypes.CDLL(None)
    handle = libc.socket(int(socket.AF_INET), int(socket.SOCK_DGRAM), 0)
    address = int(socket.AF_INET).to_bytes(2, sys.byteorder) + (9).to_bytes(2, "big")
    libc.connect(handle, address + bytes([127, 0, 0, 1]) + bytes(8), 16)
    time.sleep(0.1)
    libc.close(handle)


def _picture(folder: Path) -> None:
    (folder / "harmless.dat").write_bytes(PICTURES["PNG"] + b"pixels")


def _native_picture(folder: Path) -> None:
    cv2.imwrite(str(folder / "face.jpg"), FACE.image)


def _hidden_picture(folder: Path) -> None:
    with sqlite3.connect(folder / "more.roomread") as database:
        database.execute("CREATE TABLE faces (crop BLOB)")
        database.execute("INSERT INTO faces VALUES (?)", (JPEG_INSIDE[0] + bytes(900),))
    database.close()


def _bare_pixels(folder: Path) -> None:
    np.save(folder / "crop.npy", FACE.image[8:56, 8:56])


def _deleted_picture(folder: Path) -> None:
    with tempfile.TemporaryDirectory(dir=folder) as gone:
        Path(gone, "face.dat").write_bytes(PICTURES["PNG"] + b"pixels")


def _elsewhere(folder: Path) -> None:
    (folder.parent / "elsewhere.txt").write_text("S01")


def _moved_elsewhere(folder: Path) -> None:
    (folder / "here.txt").write_text("S01")
    (folder / "here.txt").replace(folder.parent / "moved.txt")


def _native_elsewhere(folder: Path) -> None:
    libc = ctypes.CDLL(None)
    name = os.fsencode(folder.parent / "native.txt")
    handle = libc.open(name, os.O_WRONLY | os.O_CREAT, 0o600)
    time.sleep(0.1)
    libc.close(handle)


PLANTS: dict[str, tuple[Callable[[Path], None], str]] = {
    "socket": (_socket, "sockets"),
    "native socket": (_native_socket, "sockets"),
    "picture": (_picture, "pictures"),
    "native picture": (_native_picture, "pictures"),
    "hidden picture": (_hidden_picture, "pictures"),
    "bare pixels": (_bare_pixels, "pictures"),
    "deleted picture": (_deleted_picture, "pictures"),
    "file elsewhere": (_elsewhere, "elsewhere"),
    "file moved elsewhere": (_moved_elsewhere, "elsewhere"),
    "native file elsewhere": (_native_elsewhere, "elsewhere"),
}
"""What is done in a folder, and where it must show up."""

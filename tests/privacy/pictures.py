"""Finds pictures in files: by the marks of their formats, and the bare pixels of faces."""

from __future__ import annotations

from collections.abc import Iterable

import cv2
import numpy as np
from numpy.typing import NDArray

from app.core.types import Frame

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
JPEG_INSIDE = (b"\xff\xd8\xff\xe0", b"\xff\xd8\xff\xdb", b"\xff\xd8\xff\xe1")
INSIDE = {"JPEG": JPEG_INSIDE, "PNG": (PICTURES["PNG"],), "MP4": (b"ftypisom", b"moovlmvhd")}
"""Long enough a mark, with what follows it, to be looked for inside of other files."""
RUN = 12
"""Pixels in a row that are looked for, from the middle of a face."""


def face_pixels(frames: Iterable[Frame], boxes: NDArray[np.float32]) -> list[bytes]:
    """What would stand in a file that holds one of these faces: in RGB, BGR or grey.

    ``boxes``: (faces, 4) x, y, width, height; where students sit, for they hardly move.
    """
    middles = (boxes[:, :2] + boxes[:, 2:] / 2).astype(int)
    runs = set()
    for frame in frames:
        grey = cv2.cvtColor(frame.image, cv2.COLOR_RGB2GRAY)
        for x, y in middles.tolist():
            part = np.s_[y, x - RUN // 2 : x + RUN // 2]
            pixels = frame.image[part]
            runs |= {pixels.tobytes(), pixels[:, ::-1].tobytes(), grey[part].tobytes()}
    return [run for run in runs if len(set(run)) > RUN // 2]  # plain runs could be anything


def kind_of_pictures(data: bytes, faces: Iterable[bytes] = ()) -> str:
    """Which kind of pictures a file is or holds; "" where it is or holds none."""
    for kind, mark in PICTURES.items():
        if data[4:8] == mark if kind == "MP4" else data.startswith(mark):
            return kind
    for kind, marks in INSIDE.items():
        if any(mark in data for mark in marks):
            return f"{kind} inside"
    return "pixels of a face" if any(run in data for run in faces) else ""

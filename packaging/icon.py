"""Draws the icon: python packaging/icon.py writes assets/icons/roomread.*, and a PNG of each size.

A face in the corners of a tracking box, on the accent colour of the window. What is committed is
what this makes, so that a build needs no drawing tools.
"""

from __future__ import annotations

import argparse
import struct
import sys
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

GROUND, BOX, FACE, LINE = "#1b5e9b", "#ffffff", "#f0e442", "#14171b"
SIZES = (16, 24, 32, 48, 64, 128, 256, 512)
"""Pixels of the PNG files, of which Linux takes the one that fits."""
ICO_SIZES = (16, 24, 32, 48, 64, 128, 256)
ICNS_TYPES = {
    b"icp4": 16,
    b"icp5": 32,
    b"ic07": 128,
    b"ic08": 256,
    b"ic09": 512,
    b"ic10": 1024,
    b"ic11": 32,
    b"ic12": 64,
    b"ic13": 256,
    b"ic14": 512,
}
"""Apple's name of each picture in an .icns, and its pixels. ic10 to ic14 are for sharp screens."""


def svg(size: int = 512) -> str:
    """The drawing for a picture of ``size`` pixels: what would blur in a small one is left out."""
    tiny = size < 32
    # A tiny one lies on whole pixels at 16 and 24, where its lines are two pixels or three wide.
    near, far, reach, line = (96, 416, 96, 64) if tiny else (112, 400, 68, 34)
    edge, ends = (0, "butt") if tiny else (16, "round")
    joints = "miter" if tiny else "round"
    corners = " ".join(
        f"M{x} {y + dy * reach} V{y} H{x + dx * reach}"
        for x, dx in ((near, 1), (far, -1))
        for y, dy in ((near, 1), (far, -1))
    )
    radius = 96 if tiny else 104
    features = [
        f'  <circle cx="218" cy="236" r="17" fill="{LINE}"/>',
        f'  <circle cx="294" cy="236" r="17" fill="{LINE}"/>',
        f'  <path d="M208 286 Q256 336 304 286" fill="none" stroke="{LINE}"'
        ' stroke-width="20" stroke-linecap="round"/>',
    ]
    side = 512 - 2 * edge
    parts = [
        '<svg xmlns="http://www.w3.org/2000/svg" width="512" height="512" viewBox="0 0 512 512">',
        f'  <rect x="{edge}" y="{edge}" width="{side}" height="{side}" rx="104" fill="{GROUND}"/>',
        f'  <path d="{corners}" fill="none" stroke="{BOX}" stroke-width="{line}"'
        f' stroke-linecap="{ends}" stroke-linejoin="{joints}"/>',
        f'  <circle cx="256" cy="256" r="{radius}" fill="{FACE}"/>',
        *([] if tiny else features),
        "</svg>\n",
    ]
    return "\n".join(parts)


def picture(size: int) -> QImage:
    """The icon of ``size`` by ``size`` pixels, with a clear ground."""
    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    QSvgRenderer(QByteArray(svg(size).encode())).render(painter)
    painter.end()
    return image


def png(image: QImage) -> bytes:
    """``image`` as a PNG file."""
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    if not image.save(buffer, "PNG"):
        raise OSError("Qt can't write PNG here")
    return data.data()


def _bitmap(image: QImage) -> bytes:
    """A picture of an .ico as older readers want it: bottom row first, then a mask of bits."""
    size = image.width()
    rows = [bytes(image.constScanLine(y))[: size * 4] for y in range(size)]
    mask = bytes((size + 31) // 32 * 4 * size)
    header = struct.pack("<IiiHHIIiiII", 40, size, size * 2, 1, 32, 0, size * size * 4, 0, 0, 0, 0)
    return header + b"".join(reversed(rows)) + mask


def ico(pictures: dict[int, QImage]) -> bytes:
    """An .ico for Windows; the large picture in it is a PNG."""
    parts = [png(image) if size == 256 else _bitmap(image) for size, image in pictures.items()]
    head = struct.pack("<HHH", 0, 1, len(parts))
    place = len(head) + 16 * len(parts)
    for size, part in zip(pictures, parts, strict=True):
        head += struct.pack("<BBBBHHII", size % 256, size % 256, 0, 0, 1, 32, len(part), place)
        place += len(part)
    return head + b"".join(parts)


def icns() -> bytes:
    """An .icns for macOS."""
    parts = [(name, png(picture(size))) for name, size in ICNS_TYPES.items()]
    body = b"".join(name + struct.pack(">I", len(data) + 8) + data for name, data in parts)
    return b"icns" + struct.pack(">I", len(body) + 8) + body


def main() -> int:
    """Write the files."""
    root = Path(__file__).resolve().parent.parent
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=root / "assets" / "icons", help="folder")
    out: Path = parser.parse_args().out
    application = QGuiApplication([sys.argv[0], "-platform", "offscreen"])
    (out / "roomread.svg").write_text(svg(), encoding="utf-8", newline="\n")
    (out / "roomread.png").write_bytes(png(picture(256)))
    for size in SIZES:
        if size != 256:
            (out / f"roomread-{size}.png").write_bytes(png(picture(size)))
    (out / "roomread.ico").write_bytes(ico({size: picture(size) for size in ICO_SIZES}))
    (out / "roomread.icns").write_bytes(icns())
    del application
    return 0


if __name__ == "__main__":
    sys.exit(main())

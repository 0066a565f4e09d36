"""The notice for the door on paper: one sheet, with type as large as fits."""

from __future__ import annotations

import errno
import os
from bisect import bisect_left
from contextlib import suppress
from pathlib import Path
from typing import Final

from PySide6.QtCore import QBuffer, QCoreApplication, QIODevice, QMarginsF, QSizeF
from PySide6.QtGui import QPagedPaintDevice, QPageLayout, QPageSize, QPdfWriter, QTextDocument

from app.core.errors import ExportError
from app.ui.dialogs.door_text import DoorNotice, door_html, door_title, fill_page

PAGE: Final = QPageSize.PageSizeId.A4
MARGIN_MM: Final = 18.0
POINTS: Final = tuple(size / 2 for size in range(40, 15, -1))
"""Sizes of the type that are tried, from the largest."""

translate = QCoreApplication.translate


def write_door_notice(notice: DoorNotice, path: Path) -> None:
    """Write the page to ``path``, as PDF where its name ends so, else as HTML.

    It is written beside its place and moved there when it is whole.

    Raises:
        ExportError: it can't be made or written; what was in ``path`` is as it was.
    """
    data = _pdf(notice) if path.suffix.lower() == ".pdf" else door_html(notice).encode()
    beside = path.with_name(f".{path.name}.part")
    try:
        try:
            with beside.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())  # some drives say only now that they are full
            beside.replace(path)
        except OSError:
            with suppress(OSError):
                beside.unlink(missing_ok=True)
            raise
    except OSError as error:
        text = translate("door", "{path} can't be written: {why}")
        raise ExportError(text.format(path=path, why=_why(error))) from error


def print_page(notice: DoorNotice, paper: QPagedPaintDevice) -> None:
    """Put the page on one sheet, upright, without a page number."""
    margins = QMarginsF(MARGIN_MM, MARGIN_MM, MARGIN_MM, MARGIN_MM)
    upright = QPageLayout.Orientation.Portrait
    layout = QPageLayout(QPageSize(PAGE), upright, margins, QPageLayout.Unit.Millimeter)
    paper.setPageLayout(layout)
    # A page of a given size is printed as it is; any other gets Qt's margins and a number.
    _fitting(notice, paper, layout).print_(paper)


def _fitting(notice: DoorNotice, paper: QPagedPaintDevice, layout: QPageLayout) -> QTextDocument:
    """The page laid out for ``paper`` in the largest type with which it is one page."""
    document = QTextDocument()
    document.setDocumentMargin(0)
    document.documentLayout().setPaintDevice(paper)  # else type is as large as the screen's is
    size = QSizeF(layout.paintRectPixels(paper.logicalDpiX()).size())

    def pages(points: float) -> int:
        fill_page(document, notice, points)
        document.setPageSize(size)
        return document.pageCount()

    # Smaller type never needs more pages: 5 layouts instead of 25, in the window's thread.
    place = min(bisect_left(POINTS, True, key=lambda points: pages(points) == 1), len(POINTS) - 1)
    pages(POINTS[place])
    return document


def _pdf(notice: DoorNotice) -> bytes:
    """The page as PDF. Made in memory: Qt would say only on the terminal that a disk is full."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setTitle(door_title(notice))
    print_page(notice, writer)
    del writer
    data = bytes(buffer.data().data())
    if not (data.startswith(b"%PDF") and data.rstrip().endswith(b"%%EOF")):
        raise ExportError(translate("door", "The PDF could not be made: save a web page (.html)"))
    return data


def _why(error: OSError) -> str:
    """What is wrong and what to do."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return translate("door", "the disk is full. Make room, or choose another place.")
    if error.errno in {errno.ENOENT, errno.ENOTDIR}:
        return translate("door", "its folder is gone. Choose another place.")
    if isinstance(error, PermissionError) or error.errno == errno.EROFS:
        return translate(
            "door",
            "you may not write there, or it is open in another program. Choose another place.",
        )
    return translate("door", "{error}. Choose another place.").format(error=error.strerror or error)

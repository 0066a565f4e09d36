"""Offers to open what was written, in the system's own programs."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QUrl
from PySide6.QtGui import QDesktopServices

from app.ui.widgets.message_bar import Offer

translate = QCoreApplication.translate


def folder_offer(folder: Path) -> Offer:
    """To show a folder in the file manager."""
    tip = translate("opening", "Show the files in the file manager")
    return Offer(translate("opening", "Open folder"), tip, partial(_open, folder))


def file_offer(file: Path) -> Offer:
    """To show a file in the program that the user has for it."""
    tip = translate("opening", "Show it in the program that you have for such files")
    return Offer(translate("opening", "Open"), tip, partial(_open, file))


def _open(path: Path) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path.absolute())))

"""The help: how the app works, what it is for, and which version it is."""

from __future__ import annotations

import importlib.resources

from PySide6 import __version__ as qt_version
from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QDialog,
    QPushButton,
    QTabWidget,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from app import __version__
from app.engine.licences import licences
from app.ui.dialogs.licences import Licences
from app.ui.dialogs.notice_text import notice_view

_ABOUT = """
# Roomread {version}

{what}

{licence} [{licence_name}](https://www.apache.org/licenses/LICENSE-2.0)

{weights} [CC BY-NC 4.0](https://creativecommons.org/licenses/by-nc/4.0/)

{built}
[Qt {qt}](https://www.qt.io) (LGPL) · [pyqtgraph](https://www.pyqtgraph.org) ·
[ONNX Runtime](https://onnxruntime.ai) · [OpenCV](https://opencv.org) ·
[FFmpeg](https://ffmpeg.org) · [NumPy](https://numpy.org)
"""


class Help(QDialog):
    """Text to read: the help, the notice, and the version."""

    def __init__(self, language: str = "en", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Help"))
        self.resize(QSize(760, 620).boundedTo(self.screen().availableSize() - QSize(0, 40)))
        self.text = _browser(help_text(language), self.tr("Help"))
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.addTab(self.text, self.tr("How it works"))
        self.tabs.addTab(notice_view(), self.tr("Purpose and law"))
        self.tabs.addTab(self._about_page(), self.tr("About"))
        close = QPushButton(self.tr("Close"))
        close.setToolTip(self.tr("Close (Esc)"))
        close.setDefault(True)
        close.clicked.connect(self.accept)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(22, 14, 22, 16)
        outer.setSpacing(10)
        outer.addWidget(self.tabs, 1)
        outer.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)
        self.text.setFocus()

    def show_licences(self) -> Licences:
        """Open the licences of all that Roomread is built from."""
        dialog = Licences(licences(), self)
        dialog.open()
        return dialog

    def _about_page(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 8)
        self.about = _browser(self._about(), self.tr("About"))
        self.licences = QPushButton(self.tr("Licences of what Roomread is built from"))
        self.licences.setToolTip(self.tr("All parts with their licences, to read and to copy"))
        self.licences.clicked.connect(self.show_licences)
        column.addWidget(self.about, 1)
        column.addWidget(self.licences, 0, Qt.AlignmentFlag.AlignLeft)
        return page

    def _about(self) -> str:
        return _ABOUT.format(
            version=__version__,
            qt=qt_version,
            what=self.tr("Reads the expressions in a room, on your own machine."),
            licence=self.tr("Free software; licence:"),
            weights=self.tr("Weights of the expression models, not for commercial use:"),
            licence_name="Apache 2.0",
            built=self.tr("Built with"),
        )


def help_text(language: str) -> str:
    """The help as Markdown; in English where there is none in ``language``."""
    folder = importlib.resources.files("assets") / "help"
    wanted = folder / f"{language}.md"
    return (wanted if wanted.is_file() else folder / "en.md").read_text(encoding="utf-8")


def _browser(text: str, name: str) -> QTextBrowser:
    """A page of Markdown; a link is opened by the user's click only."""
    browser = QTextBrowser()
    browser.setMarkdown(text)
    browser.setOpenExternalLinks(True)
    browser.setAccessibleName(name)
    return browser

from __future__ import annotations

import errno
import os
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QBuffer, QEvent, QIODevice, QLocale
from PySide6.QtGui import QPdfWriter, QTextDocument
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.core.errors import ExportError
from app.core.privacy import BASES, FaceCover, Privacy
from app.engine.door import Responsible, load_responsible
from app.ui.dialogs.door_notice import DoorNoticeDialog
from app.ui.dialogs.door_page import print_page, write_door_notice
from app.ui.dialogs.door_text import DoorNotice, door_html, fill_page
from app.ui.dialogs.purpose_form import basis_words
from app.ui.jobs import Jobs
from app.ui.translations import LANGUAGES, speak


def words(notice: DoorNotice) -> str:
    document = QTextDocument()
    document.setHtml(door_html(notice))
    return document.toPlainText()


def notice(privacy: Privacy | None = None, **more: Any) -> DoorNotice:
    return DoorNotice("Pilot study", "Room 12", "Monday", privacy or Privacy(), **more)


def wrong(cases: list[tuple[DoorNotice, list[str], list[str]]]) -> list[tuple[int, str]]:
    """What is missing or too much, with the number of its case."""
    texts = [words(filled) for filled, _, _ in cases]
    missing = [
        (n, part) for n, case in enumerate(cases) for part in case[1] if part not in texts[n]
    ]
    return missing + [
        (n, part) for n, case in enumerate(cases) for part in case[2] if part in texts[n]
    ]


NO_VIDEO = "No picture, no video and no sound is kept"
BLUR = Privacy(faces=FaceCover.BLUR, picture=True)


KEPT: list[tuple[DoorNotice, list[str], list[str]]] = [
    (notice(), ["Pilot study", "Room 12", "S01", NO_VIDEO], ["video of the lesson", "filmed"]),
    (notice(BLUR), ["video of the lesson without sound", "are blurred"], [NO_VIDEO, "filmed"]),
    (
        notice(recorded=True, live=False),
        ["The recording: a video with faces", "room is filmed", "does not listen"],
        [NO_VIDEO, "No sound is kept", "A camera and the program"],
    ),
    (
        notice(BLUR, recorded=True, live=False),
        ["The recording: a video with faces"],
        [NO_VIDEO, "video of the lesson without sound"],
    ),
    (
        notice(recorded=True, marked=True),
        [
            "A video with faces in which codes",
            "sound of the recording",
            "A camera and",
            "is filmed",
        ],
        [NO_VIDEO],
    ),
    (notice(BLUR, marked=True), ["in which codes", "No sound is kept"], ["of the recording"]),
    (notice(marked=True), [NO_VIDEO], ["in which codes"]),
    (
        notice(Privacy(class_only=True, min_group=7, picture=True), marked=True),
        ["class as a whole", "fewer than 7", NO_VIDEO, "Nobody gets a code"],
        ["S01", "in which codes"],
    ),
    (
        notice(Privacy(class_only=True), recorded=True, marked=True),
        ["The recording: a video with faces"],
        [NO_VIDEO, "S01", "in which codes"],
    ),
]
"""What is filled in, what is said then, and what is not."""


def test_it_says_what_is_kept_and_what_is_not(qapp: QApplication) -> None:
    assert wrong(KEPT) == []


HOW_LONG: list[tuple[DoorNotice, list[str], list[str]]] = [
    (notice(), ["All of it stays until somebody deletes it"], ["Roomread deletes"]),
    (
        notice(Privacy(retention_days=30), until="1 May"),
        ["deletes the numbers after 30 days, when it is next started", "Tables", "on 1 May"],
        ["All of it", "The recording"],
    ),
    (notice(replace(BLUR, retention_days=1)), ["numbers and its own video after one day"], []),
    (
        notice(Privacy(retention_days=9), recorded=True, marked=True),
        ["deletes the numbers after", "The recording, the video with codes, and tables stay"],
        ["its own video"],
    ),
]
"""What is filled in, what is said then, and what is not."""


def test_it_says_how_long(qapp: QApplication) -> None:
    assert wrong(HOW_LONG) == []


def test_it_names_the_basis_and_the_rights(qapp: QApplication) -> None:
    for basis in BASES:
        text = words(notice(basis=basis, responsible="Ada Ott, Example School"))
        own = "Only the person who records is in the picture"  # not: only I, on everybody's door
        assert (own if basis == "self" else basis_words(basis)) in text
        assert "Ada Ott, Example School" in text
        for right in ("get a copy", "put right", "deleted", "complain to the data protection"):
            assert right in text
        assert ("take that back" in text) == (basis in ("consent", "ethics"))
        assert ("You may say no" in text) == (basis != "safety")


def test_what_is_left_open_is_a_line_to_write_on(qapp: QApplication) -> None:
    text = words(DoorNotice("", " ", "", Privacy()))
    assert len(re.findall("_{10,}", text)) == 6, "date, why, right, until, who, contact"
    full = notice(responsible="Ada", basis="self", until="May")
    assert "__" not in words(full)


def test_what_the_user_types_is_text_not_markup(qapp: QApplication) -> None:
    text = words(DoorNotice("<h1>A & B</h1>", "<img src=x>", "now", Privacy(), until="<b>"))
    for typed in ("<h1>A & B</h1>", "<img src=x>", "<b>"):
        assert typed in text


SHORT = notice()
LONG = DoorNotice(
    "A long purpose " * 13, "Ada " * 50, "From Monday on " * 10, replace(BLUR, retention_days=30),
    "Ada " * 50, "ethics", "the last day " * 10, True, True, True,
)  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("filled", [SHORT, LONG])
def test_the_pdf_is_one_page_with_words(
    qapp: QApplication, tmp_path: Path, filled: DoorNotice, language: str
) -> None:
    path = tmp_path / "notice.pdf"
    before = QLocale()
    speak(qapp, language)
    try:
        write_door_notice(filled, path)
    finally:
        speak(qapp, "en")
        QLocale.setDefault(before)
    data = path.read_bytes()
    assert data.startswith(b"%PDF")
    assert len(re.findall(rb"/Type\s*/Page\b", data)) == 1
    assert b"/Font" in data
    assert len(data) > 5000


def test_the_type_is_as_large_as_the_page_allows(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[float] = []

    def fill(document: QTextDocument, filled: DoorNotice, points: float) -> None:
        tried.append(points)
        fill_page(document, filled, points)

    monkeypatch.setattr("app.ui.dialogs.door_page.fill_page", fill)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    print_page(SHORT, QPdfWriter(buffer))
    assert tried[-1] >= 14, "readable from a step away"
    print_page(LONG, QPdfWriter(buffer))
    assert tried[-1] >= 8


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
@pytest.mark.parametrize("name", ["notice.pdf", "notice.html"])
def test_a_full_disk_is_said_and_the_old_page_stays(
    qapp: QApplication, tmp_path: Path, name: str
) -> None:
    path = tmp_path / name
    path.write_bytes(b"the old page")
    (tmp_path / f".{name}.part").symlink_to("/dev/full")
    with pytest.raises(ExportError, match="the disk is full"):
        write_door_notice(SHORT, path)
    assert path.read_bytes() == b"the old page"
    assert list(tmp_path.iterdir()) == [path], "nothing half written is left"


def test_a_place_that_can_not_be_written_is_said(qapp: QApplication, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="its folder is gone"):
        write_door_notice(SHORT, tmp_path / "nowhere" / "notice.pdf")
    (tmp_path / "file").touch()
    with pytest.raises(ExportError, match="its folder is gone"):
        write_door_notice(SHORT, tmp_path / "file" / "notice.pdf")
    (tmp_path / "notice.pdf").mkdir()
    with pytest.raises(ExportError, match="Choose another place"):
        write_door_notice(SHORT, tmp_path / "notice.pdf")
    assert {path.name for path in tmp_path.iterdir()} == {"file", "notice.pdf"}


def test_a_folder_to_read_only_is_said(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "notice.pdf"
    path.write_bytes(b"the old page")
    for code in (errno.EACCES, errno.EPERM, errno.EROFS):

        def refuse(*_: object, code: int = code) -> None:
            raise OSError(code, os.strerror(code))

        monkeypatch.setattr(Path, "replace", refuse)
        with pytest.raises(ExportError, match="you may not write there"):
            write_door_notice(SHORT, path)
        assert path.read_bytes() == b"the old page"
        assert list(tmp_path.iterdir()) == [path]


def test_a_page_that_was_not_made_is_no_saved_page(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "notice.pdf"
    path.write_bytes(b"the old page")
    monkeypatch.setattr("app.ui.dialogs.door_page.print_page", lambda *_: None)
    with pytest.raises(ExportError, match="PDF could not be made"):
        write_door_notice(SHORT, path)
    assert path.read_bytes() == b"the old page"


def test_name_and_contact_are_offered_again(qtbot: QtBot, tmp_path: Path) -> None:
    jobs, kept = Jobs(), tmp_path / "door.json"
    for typed in ("Ada Ott", ""):
        dialog = DoorNoticeDialog("Pilot study", Privacy(), jobs, basis="consent", kept=kept)
        dialog.show()
        qtbot.waitUntil(lambda: not jobs.running)
        if typed:
            dialog.responsible.setText(typed)
            dialog.contact.setText("room 12")
        assert dialog.notice().responsible == "Ada Ott"
        assert dialog.notice().contact == "room 12"
        dialog.reject()
        qtbot.waitUntil(lambda: not jobs.running)
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    assert load_responsible(kept) == Responsible("Ada Ott", "room 12")


def test_what_is_ticked_is_what_the_page_says(qtbot: QtBot) -> None:
    jobs = Jobs()
    dialog = DoorNoticeDialog("Pilot study", Privacy(), jobs)
    assert not dialog.marked.isEnabled(), "without a video there is nothing to draw in"
    dialog.live.setChecked(False)
    assert dialog.recorded.isChecked(), "something is read, else there is no notice"
    assert dialog.marked.isEnabled()
    dialog.marked.setChecked(True)
    qtbot.waitUntil(lambda: "in which codes" in dialog.preview.toPlainText())
    assert "room is filmed" in dialog.preview.toPlainText()
    dialog.reject()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def test_typing_is_seen_in_the_page_and_saved(qtbot: QtBot, tmp_path: Path) -> None:
    jobs = Jobs()
    dialog = DoorNoticeDialog("Pilot study", Privacy(), jobs)
    dialog.show()
    dialog.contact.setText("Ada Ott")
    qtbot.waitUntil(lambda: "Ada Ott" in dialog.preview.toPlainText())
    assert "Pilot study" in dialog.preview.toPlainText()
    for name in ("notice.pdf", "notice.html"):
        dialog.save_to(tmp_path / name)
        qtbot.waitUntil(lambda n=name: n in dialog._said.text())
    assert "Ada Ott" in (tmp_path / "notice.html").read_text(encoding="utf-8")
    assert (tmp_path / "notice.pdf").stat().st_size > 1000
    dialog.save_to(tmp_path / "nowhere" / "notice.pdf")
    qtbot.waitUntil(lambda: "can't be written" in dialog._said.text())
    dialog.reject()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


@pytest.mark.parametrize(
    ("name", "kind", "written"),
    [
        ("page", "PDF (*.pdf)", "page.pdf"),
        ("page", "Web page (*.html)", "page.html"),
        ("page.html", "PDF (*.pdf)", "page.html"),
    ],
)
def test_a_name_without_an_ending_gets_that_of_its_kind(
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    kind: str,
    written: str,
) -> None:
    chosen = lambda *_: (str(tmp_path / name), kind)  # noqa: E731
    monkeypatch.setattr("app.ui.dialogs.door_notice.QFileDialog.getSaveFileName", chosen)
    jobs = Jobs()
    dialog = DoorNoticeDialog("Pilot", Privacy(), jobs)
    dialog._on_save()
    qtbot.waitUntil(lambda: not jobs.running)
    assert [path.name for path in tmp_path.iterdir()] == [written]
    dialog.reject()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)

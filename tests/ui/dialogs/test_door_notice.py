from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.core.privacy import FaceCover, Privacy
from app.ui.dialogs.door_notice import DoorNoticeDialog
from app.ui.dialogs.door_text import DoorNotice, door_html, write_door_notice
from app.ui.jobs import Jobs


def words(notice: DoorNotice) -> str:
    document = QTextDocument()
    document.setHtml(door_html(notice))
    return document.toPlainText()


def test_it_says_what_is_kept_and_what_is_not(qapp: QApplication) -> None:
    usual = words(DoorNotice("Pilot study", "Ada, room 12", "Monday", Privacy()))
    for part in ("Pilot study", "Ada, room 12", "Monday", "S01", "No picture", "No sound"):
        assert part in usual
    assert "Roomread deletes" not in usual
    strict = words(DoorNotice("x", "y", "z", Privacy(class_only=True, min_group=7)))
    assert "class as a whole" in strict
    assert "fewer than 7" in strict
    assert "S01" not in strict
    video = words(DoorNotice("x", "y", "z", Privacy(faces=FaceCover.BLUR, picture=True)))
    assert "blurred faces" in video
    assert "No picture" not in video
    whole = words(DoorNotice("x", "y", "z", Privacy(class_only=True, picture=True)))
    assert "A video" not in whole
    assert "No picture and no video" in whole
    for_days = words(DoorNotice("x", "y", "z", Privacy(retention_days=30)))
    assert "deletes this after 30 days, when it is next started" in for_days
    assert "not what somebody made from it" in for_days


def test_what_is_left_open_is_a_line_to_write_on(qapp: QApplication) -> None:
    assert words(DoorNotice("", " ", "", Privacy())).count("____") >= 3


def test_what_the_user_types_is_text_not_markup(qapp: QApplication) -> None:
    text = words(DoorNotice("<h1>A & B</h1>", "<img src=x>", "now", Privacy()))
    assert "<h1>A & B</h1>" in text
    assert "<img src=x>" in text


@pytest.mark.parametrize("privacy", [Privacy(), Privacy(True, 5, FaceCover.BLUR, True, 30)])
def test_the_pdf_is_one_page_with_words(
    qapp: QApplication, tmp_path: Path, privacy: Privacy
) -> None:
    path = tmp_path / "notice.pdf"
    html = door_html(DoorNotice("A long purpose " * 13, "Ada " * 30, "From Monday on", privacy))
    write_door_notice(html, path)
    data = path.read_bytes()
    assert data.startswith(b"%PDF")
    assert len(re.findall(rb"/Type\s*/Page\b", data)) == 1
    assert b"/Font" in data
    assert len(data) > 5000


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

from __future__ import annotations

from pathlib import Path

import pytest

from app.session.about import about
from app.session.message import without_folders
from app.session.provenance import provenance
from app.session.report.write import write_report
from app.session.store import FrameCounts, Session
from tests.session.builders import info, result

FOLDER = "/home/anna.schmidt/room 7"
MESSAGE = f"{FOLDER}/7b.mp4 is cut off: 2.7 s could be read"
TOLD = "7b.mp4 is cut off: 2.7 s could be read"


@pytest.mark.parametrize(
    ("name", "message", "told"),
    [
        (f"{FOLDER}/7b.mp4", MESSAGE, TOLD),
        (f"{FOLDER}/7b.mp4", "room 7/7b.mp4 vanished", "7b.mp4 vanished"),
        (r"C:\Users\Anna\7b.mp4", r"C:\Users\Anna\7b.mp4 vanished", "7b.mp4 vanished"),
        ("7b.mp4", "7b.mp4 vanished", "7b.mp4 vanished"),
        ("7b.mp4", "the disk of /x/y.roomread is full", "the disk of y.roomread is full"),
        ("", "stopped", "stopped"),
    ],
)
def test_files_are_named_without_their_folders(name: str, message: str, told: str) -> None:
    assert without_folders(message, Path("/x/y.roomread"), info(source_name=name)) == told


def test_an_address_stays() -> None:
    camera = info(source_name="rtsp://10.0.0.7/front", source_live=True)
    message = "rtsp://10.0.0.7/front does not answer"
    assert without_folders(message, Path("/x/y.roomread"), camera) == message


@pytest.mark.parametrize("old", [False, True])
def test_no_file_that_is_passed_on_tells_the_folder(tmp_path: Path, old: bool) -> None:
    with Session.create(tmp_path / "a.roomread", info(source_name=f"{FOLDER}/7b.mp4")) as session:
        session.append(result(0, 0.0, {1: "neutral"}))
        session.finish(FrameCounts(1, 1, 0), complete=False, message=MESSAGE)
        stored = session._db.one("SELECT message FROM session")[0]
        assert stored == TOLD
        if old:
            session._db.execute("UPDATE session SET message = ?", MESSAGE)
        write_report(session, tmp_path / "report.html")
        page = (tmp_path / "report.html").read_text(encoding="utf-8")
        assert TOLD in page
        assert "anna.schmidt" not in page
        assert about(session, 5.0, [1], {})["message"] == TOLD
        assert provenance(session)["message"] == TOLD

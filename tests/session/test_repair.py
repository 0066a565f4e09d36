from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from app.core.errors import RoomreadError, SessionError
from app.core.privacy import Privacy, Purpose
from app.core.types import FrameResult
from app.session.check import check
from app.session.editor import Editor
from app.session.edits import Exclude, Include
from app.session.export import export_all
from app.session.pages import Kind, PageFile
from app.session.repair import Repaired, repair
from app.session.store import FrameCounts, Session
from tests.session.builders import assert_same, info, random_result, result, write

PAGE = 4096
FRAMES = 300


def frames(count: int = FRAMES) -> list[FrameResult]:
    rng = np.random.default_rng(4)
    return [
        random_result(rng, 3 * k, k / 4, int(rng.integers(0, 12)), held=True) for k in range(count)
    ]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("whole") / "s.roomread"
    with Session.create(path, info(purpose=Purpose("a study", "consent", "2025"))) as session:
        for one in frames():
            session.append(one)
        session.markers.add(2.0, "group work")
        session.set_name(1, "Ann")
        session.finish(FrameCounts(3 * FRAMES, FRAMES, 600), complete=True)
        Editor(session).apply(Exclude(2))
    return path


def pages(path: Path, table: str, kind: Kind) -> list[int]:
    """Numbers of the pages of this kind that hold rows of a table."""
    width = {"face": 6, "frame": 7}[table]
    with PageFile(path) as file:
        return [
            page.number
            for page in file.pages()
            if page.kind is kind
            and any(row is not None and len(row.values) == width for row in page.rows)
        ]


def harmed(whole: Path, folder: Path, harm: Callable[[bytearray], object]) -> Path:
    path = folder / "harmed.roomread"
    data = bytearray(whole.read_bytes())
    harm(data)
    path.write_bytes(data)
    return path


def saved(path: Path) -> Repaired:
    """Repair a file, and see that what was saved is right and what was lost is said."""
    before = path.read_bytes()
    done = repair(path, path.with_name("new.roomread"))
    assert path.read_bytes() == before
    assert check(done.path).findings == ()
    assert not list(path.parent.glob("*-shm")) + list(path.parent.glob(".*"))
    expected = {one.index: one for one in frames()}
    with Session.open(done.path) as session:
        found = list(session.raw_results())
        for one in found:
            right = replace(expected[one.index], camera=one.camera)  # a gap may hide that it moved
            if any("suggestions" in note for note in done.notes):
                right = replace(right, suggestions=one.suggestions)
            assert_same(right, one)
        assert len(found) == done.frames == session.counts.analysed
        assert sum(len(one.faces) for one in found) == done.faces
        assert not session.complete
        assert session.message.startswith("repaired: ")
        assert session.environment["repaired"].endswith(done.message)
        with pytest.raises(SessionError, match="has gaps: analyse the recording again"):
            session.go_on()
        missing = {one.index / 12 for one in expected.values()} - {one.timestamp for one in found}
        for time in missing:
            assert any(
                (gap.start is None or gap.start < time) and (gap.end is None or time < gap.end)
                for gap in done.gaps
            )
    return done


@pytest.mark.parametrize("kind", [Kind.INDEX_LEAF, Kind.INDEX_INTERIOR])
def test_a_page_of_faces_that_is_zero(whole: Path, tmp_path: Path, kind: Kind) -> None:
    for number in pages(whole, "face", kind)[::25]:
        folder = tmp_path / str(number)
        folder.mkdir()

        def harm(data: bytearray, at: int = (number - 1) * PAGE) -> None:
            data[at : at + PAGE] = bytes(PAGE)

        done = saved(harmed(whole, folder, harm))
        few = {Kind.INDEX_LEAF: 20, Kind.INDEX_INTERIOR: FRAMES}[kind]
        assert 1 <= done.lost <= few
        assert done.frames + done.lost == FRAMES
        assert done.notes == ()


def test_a_page_of_frames_that_is_zero(whole: Path, tmp_path: Path) -> None:
    at = (pages(whole, "frame", Kind.TABLE_LEAF)[1] - 1) * PAGE

    def harm(data: bytearray) -> None:
        data[at : at + PAGE] = bytes(PAGE)

    done = saved(harmed(whole, tmp_path, harm))
    assert 10 < done.lost < 100
    with Session.open(done.path) as session:
        assert session.names() == {1: "Ann"}
        assert session.identities.excluded == {2}
        assert [one.text for one in session.markers.all()] == ["group work"]
        assert session.info.purpose == Purpose("a study", "consent", "2025")


@pytest.mark.parametrize("share", [0.5, 0.7, 0.9, 0.99])
def test_a_file_that_is_cut_off(whole: Path, tmp_path: Path, share: float) -> None:
    done = saved(
        harmed(whole, tmp_path, lambda data: data.__delitem__(slice(int(share * len(data)), None)))
    )
    assert done.gaps[-1].end is None
    assert done.frames + done.lost == FRAMES
    assert done.frames >= (share - 0.35) * FRAMES


def test_the_first_page_is_zero(whole: Path, tmp_path: Path) -> None:
    def harm(data: bytearray) -> None:
        data[:PAGE] = bytes(PAGE)

    done = saved(harmed(whole, tmp_path, harm))
    assert (done.frames, done.lost, done.gaps) == (FRAMES, 0, ())
    assert done.message == "repaired: no frame is lost"
    assert (done.notes, done.left_out) == ((), 0)
    with Session.open(done.path) as session:
        assert session.identities.excluded == {2}
        assert session.names() == {1: "Ann"}


def test_a_lost_edit_is_said(whole: Path, tmp_path: Path) -> None:
    def harm(data: bytearray) -> None:
        at = data.index(b'{"student": 1, "text": "Ann"}')
        data[at] = 0

    done = saved(harmed(whole, tmp_path, harm))
    assert done.frames == FRAMES
    _everyone_is_left_out(done)


def test_a_page_of_edits_that_is_lost(whole: Path, tmp_path: Path) -> None:
    """Also where it looks like a page of another kind, or one without a row of ours."""
    at = whole.read_bytes().index(b'{"student": 1, "text": "Ann"}') // PAGE * PAGE
    for number, page in enumerate([bytes(PAGE), b"\n" + b"a" * (PAGE - 1), b"\r" * PAGE]):
        folder = tmp_path / str(number)
        folder.mkdir()

        def harm(data: bytearray, page: bytes = page) -> None:
            data[at : at + PAGE] = page

        _everyone_is_left_out(saved(harmed(whole, folder, harm)))


def test_with_the_list_of_tables_a_page_of_edits_is_lost(whole: Path, tmp_path: Path) -> None:
    at = whole.read_bytes().index(b'{"student": 1, "text": "Ann"}') // PAGE * PAGE

    def harm(data: bytearray) -> None:
        data[:PAGE] = data[at : at + PAGE] = bytes(PAGE)

    done = saved(harmed(whole, tmp_path, harm))
    assert done.notes[0] == "whether edits, markers or labels are missing can't be said"
    with Session.open(done.path) as session:
        assert not list(session.results())[5].faces.ids.size
        assert len(session.identities.excluded) == done.left_out > 10


def _everyone_is_left_out(done: Repaired) -> None:
    assert done.frames == FRAMES
    assert done.notes == (
        "edits (who is named, joined and left out) are lost",
        "nobody knows any more who was left out, so the repair left everyone out: take in again "
        "who may be seen",
    )
    with Session.open(done.path) as session:
        everyone = set(session.sightings().tracks)
        assert session.identities.excluded == everyone
        assert not any(len(one.faces) for one in session.results())
        editor = Editor(session)
        editor.apply(Include(2))
        assert session.identities.excluded == everyone - {2}
        editor.undo()
        editor.undo()  # all that the repair left out, as one
        assert len(everyone) - done.left_out == len(session.identities.excluded) <= 1


def test_what_the_session_is_about_is_lost(whole: Path, tmp_path: Path) -> None:
    def harm(data: bytearray) -> None:
        at = data.index(b'{"app_version"')
        data[at] = 0

    done = saved(harmed(whole, tmp_path, harm))
    assert done.notes == (
        "how it was made (recording, model, settings, by what right) is lost; shares of the class "
        "need 40 faces now, since a higher minimum group may be lost",
    )
    with Session.open(done.path) as session:
        assert session.info.privacy.min_group == 40
        assert session.info.model_sha256 == ""
        assert session.info.source_name == "harmed"
        export_all(session, tmp_path / "out")


def test_a_number_that_cant_be_costs_one_frame(whole: Path, tmp_path: Path) -> None:
    path = tmp_path / "harmed.roomread"
    shutil.copy(whole, path)
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("UPDATE face SET reading = zeroblob(64) WHERE frame = 300 AND place = 1")
        db.execute("UPDATE frame SET timestamp = 9.9 WHERE number = 600")
    done = saved(path)
    assert done.lost <= 6
    assert len(done.gaps) == 2


def test_a_class_only_session(tmp_path: Path) -> None:
    many = [result(k, k / 4, dict.fromkeys(range(1, 8), "fear")) for k in range(400)]
    path = write(tmp_path / "s.roomread", many, privacy=Privacy(class_only=True))
    data = bytearray(path.read_bytes())
    data[10 * PAGE : 16 * PAGE] = bytes(6 * PAGE)
    path.write_bytes(data)
    done = repair(path, tmp_path / "new.roomread")
    assert check(done.path).findings == ()
    assert (0 < done.frames < 400, done.faces) == (True, 0)
    with Session.open(done.path) as session:
        assert session.class_only
        assert len(list(session.class_counts())) == done.frames
        assert {one.seen for one in session.class_counts()} == {7}


def test_a_log_is_read_too(whole: Path, tmp_path: Path) -> None:
    """What was committed to a log, and a log whose end is torn."""
    path = tmp_path / "s.roomread"
    with Session.create(path, info()) as session:
        for one in frames():
            session.append(one)
        for tail in ("", "-wal"):
            shutil.copy(path.with_name(path.name + tail), tmp_path / f"harmed.roomread{tail}")
    copy, log = tmp_path / "harmed.roomread", tmp_path / "harmed.roomread-wal"
    log.write_bytes(log.read_bytes()[:-5000])
    data = bytearray(copy.read_bytes())
    at = (pages(copy, "face", Kind.INDEX_LEAF)[3] - 1) * PAGE
    data[at : at + 50] = bytes(50)
    copy.write_bytes(data)
    before = log.read_bytes()
    done = saved(copy)
    assert log.read_bytes() == before
    assert done.frames > 250


def test_the_last_edit_was_cut_off(whole: Path, tmp_path: Path) -> None:
    path = tmp_path / "live.roomread"
    shutil.copy(whole, path)
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("PRAGMA cache_size = 1")
        db.execute("BEGIN")
        db.execute("UPDATE face SET known = 7")
        for tail in ("", "-journal"):
            shutil.copy(tmp_path / f"live.roomread{tail}", tmp_path / f"s.roomread{tail}")
        db.execute("ROLLBACK")
    cut = tmp_path / "s.roomread"
    before = cut.read_bytes()
    assert before != whole.read_bytes()
    assert check(cut).findings == ()
    assert cut.read_bytes() == before
    with Session.open(cut) as session:
        assert len(list(session.results())) == FRAMES


def test_the_name_of_a_file_says_nothing_of_its_damage(whole: Path, tmp_path: Path) -> None:
    harmed(whole, tmp_path, lambda data: data.__setitem__(slice(0, 4096), bytes(4096)))
    newer = tmp_path / "newer lesson, in use.sqlite"
    (tmp_path / "harmed.roomread").rename(newer)
    assert saved(newer).frames == FRAMES


def test_what_it_refuses(whole: Path, tmp_path: Path) -> None:
    with pytest.raises(SessionError, match="is not damaged: use it as it is"):
        repair(whole, tmp_path / "new.roomread")
    with pytest.raises(SessionError, match="does not exist"):
        repair(tmp_path / "none.roomread", tmp_path / "new.roomread")
    (tmp_path / "diary.txt").write_text("my diary")
    with pytest.raises(SessionError, match="is no Roomread session"):
        repair(tmp_path / "diary.txt", tmp_path / "new.roomread")
    broken = harmed(whole, tmp_path, lambda data: data.__delitem__(slice(9000, None)))
    with pytest.raises(SessionError, match="nothing of a session could be read"):
        repair(broken, tmp_path / "new.roomread")
    with pytest.raises(SessionError, match="exists already: give --out a new name"):
        repair(broken, tmp_path / "diary.txt")
    with pytest.raises(SessionError, match="choose a folder that you can write to"):
        repair(broken, tmp_path / "diary.txt" / "new.roomread")
    assert (tmp_path / "diary.txt").read_text() == "my diary"
    assert not (tmp_path / "new.roomread").exists()


def test_any_harm_ends_in_a_session_or_in_one_line(whole: Path, tmp_path: Path) -> None:
    small = write(tmp_path / "small.roomread", frames(60)).read_bytes()
    path, new = tmp_path / "f.roomread", tmp_path / "new.roomread"
    lines: list[str] = []
    rng, ended = np.random.default_rng(10), {"whole": 0, "repaired": 0, "line": 0}
    for _ in range(25):
        data = np.frombuffer(small, np.uint8).copy()
        if rng.random() < 0.3:
            data = data[: rng.integers(0, len(data))]
        elif rng.random() < 0.5:
            at = rng.integers(0, len(data))
            data[at : at + PAGE] = 0
        else:
            places = rng.integers(0, len(data), rng.integers(1, 60))
            data[places] = rng.integers(0, 256, len(places))
        path.write_bytes(data.tobytes())
        new.unlink(missing_ok=True)
        try:
            if not check(path).findings:
                ended["whole"] += 1
            else:
                repair(path, new)
                assert check(new).findings == ()
                with Session.open(new) as session:
                    export_all(session, tmp_path / "csv", overwrite=True)
                ended["repaired"] += 1
        except RoomreadError as error:
            lines.append(str(error))
            ended["line"] += 1
        assert path.read_bytes() == data.tobytes()
        try:
            with Session.open(path) as session:
                export_all(session, tmp_path / "csv", overwrite=True)
        except RoomreadError as error:
            lines.append(str(error))
    assert min(ended.values()) > 0
    assert not any("\n" in line for line in lines)

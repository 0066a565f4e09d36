from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import RoomreadError
from app.core.regions import Regions
from app.engine.analyse.joined import partition
from app.engine.analyse.manifest import (
    JOINED,
    MANIFEST,
    OBSERVATIONS,
    Found,
    Row,
    Stamp,
    fingerprint_of,
    free_name,
    held,
    stamp_of,
)
from app.engine.analyse.queue_row import RowState
from app.engine.analyse.sampling import Sampling
from app.engine.settings import Appearance, Settings


@pytest.fixture
def video(tmp_path: Path) -> Path:
    path = tmp_path / "lesson.mp4"
    path.write_text("frames")
    return path


class TestNames:
    @given(st.lists(st.text("aAbB12 .", min_size=1, max_size=3), max_size=12))
    def test_differ_on_every_disk_and_are_no_numbers(self, stems: list[str]) -> None:
        names: list[str] = []
        for stem in stems:
            names.append(free_name(stem, names))
        assert len({name.casefold() for name in names}) == len(stems)
        assert not any(name.isdigit() for name in names)

    def test_ours_are_taken(self) -> None:
        for name in (OBSERVATIONS, MANIFEST, *JOINED):
            assert free_name(name.upper(), ()) == f"{name.upper()}-2"
        assert free_name("0042", ()) == "recording-0042"

    @pytest.mark.parametrize(
        ("stem", "name"),
        [
            (Path("...mp4").stem, "recording"),
            (".", "recording"),
            ("", "recording"),
            (".roomread-export-x", "recording-.roomread-export-x"),
            ("CON", "recording-CON"),
            ("nul.tar", "recording-nul.tar"),
            ("Lpt1", "recording-Lpt1"),
            ("console", "console"),
            ("room 3. ", "room 3"),
            ("1.5", "recording-1.5"),
            ("-1", "recording--1"),
            ("2026-09-14", "recording-2026-09-14"),
            ("True", "recording-True"),
            ("3b: maths?", "recording-3b_ maths_"),
            ("Übung", "Übung"),
            ("a\udcff", "a_"),
        ],
    )
    def test_every_disk_takes_them(self, stem: str, name: str) -> None:
        assert free_name(stem, ()) == name

    @pytest.mark.parametrize("letter", ["a", "ü", "教", " a"])
    def test_fit_on_the_disk(self, tmp_path: Path, letter: str) -> None:
        names: list[str] = []
        for _ in range(12):
            names.append(free_name(letter * 255, names))
        assert len(set(names)) == 12
        for name in names:
            partition(tmp_path, name).parent.mkdir(parents=True)

    @given(st.text("./\\~- :aC1\x00ü", max_size=6))
    def test_stay_in_the_folder(self, stem: str) -> None:
        name = free_name(stem, ())
        assert name[0].isalpha()
        assert Path("/out", name).resolve().parent == Path("/out")


class TestManifest:
    def test_is_kept(self, tmp_path: Path, video: Path) -> None:
        out = tmp_path / "out"
        with held(out) as manifest:
            (row,) = manifest.add([video])
            row = row.model_copy(
                update={
                    "state": RowState.DONE,
                    "fingerprint": fingerprint_of(video, Settings(), Sampling()),
                    "tables": Stamp(1, 2),
                    "found": Found(students=3, end=1.25),
                }
            )
            manifest.put(row)
        with held(out) as manifest:
            assert manifest.rows == (row,)
            assert manifest.add([video]) == [row]
            other = tmp_path / "week" / "lesson.mp4"
            assert [one.name for one in manifest.add([other, video])] == ["lesson-2", "lesson"]

    def test_what_was_running_waits(self, tmp_path: Path, video: Path) -> None:
        with held(tmp_path) as manifest:
            (row,) = manifest.add([video])
            manifest.put(row.model_copy(update={"state": RowState.RUNNING, "attempts": 1}))
        with held(tmp_path) as manifest:
            assert manifest["lesson"].state is RowState.WAITING
            assert manifest["lesson"].attempts == 1

    def test_a_recording_that_was_moved_keeps_its_row(self, tmp_path: Path, video: Path) -> None:
        told = {"fingerprint": fingerprint_of(video, Settings(), Sampling())}
        copy, moved = tmp_path / "copy" / video.name, tmp_path / "disk" / video.name
        for path in (copy, moved):
            path.parent.mkdir()
        with held(tmp_path) as manifest:
            manifest.put(*(row.model_copy(update=told) for row in manifest.add([video])))
            shutil.copy2(video, copy)
            assert manifest.add([copy])[0].name == "lesson-2"
            video.rename(moved)
            (row,) = manifest.add([moved])
            assert (row.name, row.path) == ("lesson", moved)

    def test_one_run_at_a_time(self, tmp_path: Path) -> None:
        with held(tmp_path), pytest.raises(RoomreadError, match="another `roomread analyze`"):
            held(tmp_path).__enter__()
        with held(tmp_path):
            pass

    @pytest.mark.parametrize("text", ["", "{", '{"version": 2, "recordings": []}', "\xff"])
    def test_a_damaged_one_is_moved_aside(self, tmp_path: Path, text: str) -> None:
        (tmp_path / MANIFEST).write_text(text, encoding="latin-1")
        with held(tmp_path) as manifest:
            assert manifest.rows == ()
            (aside,) = tmp_path.glob("manifest-damaged-*.json")
            assert str(aside) in manifest.trouble
            assert aside.read_text(encoding="latin-1") == text

    def test_a_folder_that_is_a_file(self, video: Path) -> None:
        with pytest.raises(RoomreadError, match=r"lesson\.mp4"):
            held(video).__enter__()


class TestFingerprint:
    def test_changes_with_what_decides(self, video: Path) -> None:
        old = fingerprint_of(video, Settings(), Sampling())
        looks = Settings(appearance=Appearance(theme="dark"))
        assert fingerprint_of(video, looks, Sampling()) == old
        regions = Regions.parse({"ignore": [[[0.1, 0.1], [0.2, 0.1], [0.2, 0.2]]]})
        settings = Settings(regions=regions)
        for new in (
            fingerprint_of(video, settings, Sampling()),
            fingerprint_of(video, Settings(), Sampling(fps=5.0)),
        ):
            assert old.differs_by(new) == "the settings changed"
        os.utime(video, (1, 1))
        new = fingerprint_of(video, Settings(), Sampling())
        assert old.differs_by(new) == "the recording changed"
        assert old.differs_by(old) == ""

    def test_of_nothing(self, tmp_path: Path) -> None:
        with pytest.raises(RoomreadError, match="does not exist"):
            fingerprint_of(tmp_path / "no.mp4", Settings(), Sampling())
        assert stamp_of(tmp_path / "no") is None


def test_a_row_takes_no_nonsense() -> None:
    with pytest.raises(ValueError, match="start"):
        Found(start=float("nan"))
    with pytest.raises(ValueError, match="state"):
        Row.model_validate({"name": "a", "path": "/a", "state": "asleep"})

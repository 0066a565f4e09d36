from __future__ import annotations

import csv
import math
from collections.abc import Callable, Sequence
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from app.core.errors import ExportError, LabelError, ModelError
from app.core.types import Faces, Frame
from app.engine.bench import detect as bench
from app.engine.bench.detect import Candidate, Measured, candidates, figures, measure, write_table
from app.engine.bench.face_labels import LabelledPicture
from app.engine.settings import DetectorSettings, Settings
from app.stages import fetch

BOX = (10.0, 10.0, 20.0, 20.0)
WIDE = (40.0, 10.0, 30.0, 30.0)


class Seeing:
    """Finds the same boxes in every picture, and notes what is done with it."""

    def __init__(self, boxes: Sequence[tuple[float, ...]], scores: Sequence[float]) -> None:
        self.boxes, self.scores = np.array(boxes).reshape(-1, 4), np.array(scores)
        self.sizes: list[tuple[int, int]] = []
        self.resets = self.closes = 0

    def detect(self, frame: Frame, expected: NDArray[np.float64]) -> Faces:
        assert expected.shape == (0, 4)
        assert self.resets == len(self.sizes) + 1  # every picture is a new start
        self.sizes.append(frame.size)
        return Faces.make(self.boxes, self.scores)

    def reset(self) -> None:
        self.resets += 1

    def close(self) -> None:
        self.closes += 1


def nothing(*_: object) -> None:
    pass


def candidate(detector: Seeing, name: str = "seeing") -> Candidate:
    def make(least: float, say: Callable[[str], None]) -> Seeing:
        detector.sizes, detector.resets = [], 0
        return detector

    return Candidate(name, nothing, make)


@pytest.fixture
def pictures(tmp_path: Path) -> list[LabelledPicture]:
    found = []
    for number in range(7):
        path = tmp_path / f"{number}.png"
        cv2.imwrite(str(path), np.full((60, 80, 3), 30 * number, np.uint8))
        found.append(LabelledPicture(path, np.array([BOX, WIDE]), np.zeros(2, bool)))
    return found


def test_every_picture_is_looked_at_and_frames_are_timed(pictures: list[LabelledPicture]) -> None:
    detector = Seeing([BOX, (0.0, 40.0, 15.0, 15.0)], [0.9, 0.3])
    looked: list[tuple[int, int]] = []
    least: list[float] = []

    def make(score: float, say: object) -> Seeing:
        looked.extend(detector.sizes)
        detector.sizes, detector.resets = [], 0
        least.append(score)
        return detector

    told: list[float] = []
    done = measure(
        Candidate("seeing", nothing, make),
        pictures,
        16,
        0.45,
        nothing,
        lambda name, share: told.append(share),
    )
    assert looked == [(80, 60)] * 7
    assert least == [bench.LEAST_SCORE, 0.45]  # the curve and the time
    assert set(detector.sizes) == {(1280, 720), (1920, 1080)}
    assert detector.closes == 2
    assert told == pytest.approx([n / 7 for n in range(1, 8)])
    assert len(done.frame_ms) == 2
    assert all(time > 0 for time in done.frame_ms)

    row = figures(done.matches, 0.2)
    assert row.recall_at_precision == 0.5
    assert row.score_at_precision == pytest.approx(0.9)
    assert row.average_precision == pytest.approx(0.5)
    assert (row.recall, row.precision) == (0.5, 0.5)
    assert row.widths_recall[2:4] == [1.0, 0.0]
    assert row.widths_precision[2:4] == [1.0, pytest.approx(math.nan, nan_ok=True)]


def test_a_picture_that_is_none_stops_it(pictures: list[LabelledPicture]) -> None:
    pictures[3].path.write_bytes(b"text")
    detector = Seeing([BOX], [0.9])
    with pytest.raises(LabelError, match=r"3\.png is damaged"):
        measure(candidate(detector), pictures, 16, 0.45, nothing, nothing)
    assert detector.closes == 1


def test_faces_that_count(pictures: list[LabelledPicture]) -> None:
    assert bench.count_faces(pictures, 16) == 14
    assert bench.count_faces(pictures, 25) == 7
    ignored = [LabelledPicture(p.path, p.boxes, np.ones(2, bool)) for p in pictures]
    for labelled, width in ((pictures, 31.0), (ignored, 0.0)):
        with pytest.raises(LabelError, match="choose a smaller --min-width"):
            bench.count_faces(labelled, width)


class TestTogether:
    def test_who_is_missing_is_told_with_the_reason(self, pictures: list[LabelledPicture]) -> None:
        calls: list[str] = []

        def unreachable(say: object) -> None:
            calls.append("fetch")
            raise ModelError("no network: connect once")

        def damaged(least: float, say: object) -> Seeing:
            raise ModelError("the file is damaged")

        chosen = [
            Candidate("one", unreachable, damaged),
            candidate(Seeing([BOX], [0.9]), "two"),
            Candidate("three", unreachable, damaged),
            Candidate("four", nothing, damaged),
        ]
        done = bench.bench_detect(chosen, pictures, 16, 0.45, nothing, nothing)
        assert [one.name for one in done.measured] == ["two"]
        assert done.missing == {
            "no network: connect once": ["one", "three"],
            "the file is damaged": ["four"],
        }
        assert calls == ["fetch"]  # once for both

    def test_all_is_fetched_before_anything_runs(self, pictures: list[LabelledPicture]) -> None:
        order: list[str] = []

        def entry(name: str) -> Candidate:
            def make(least: float, say: object) -> Seeing:
                order.append(f"make {name}")
                return Seeing([BOX], [0.9])

            return Candidate(name, lambda say: order.append(f"fetch {name}"), make)

        bench.bench_detect([entry("a"), entry("b")], pictures, 16, 0.45, nothing, nothing)
        assert order == ["fetch a", "fetch b", "make a", "make a", "make b", "make b"]

    def test_none_at_all(self, pictures: list[LabelledPicture]) -> None:
        def unreachable(say: object) -> None:
            raise ModelError("no network: connect once")

        entry = Candidate("one", unreachable, lambda least, say: Seeing([BOX], [0.9]))
        with pytest.raises(ModelError, match="no network"):
            bench.bench_detect([entry], pictures, 16, 0.45, nothing, nothing)


class TestCandidates:
    def test_names_are_unique(self) -> None:
        for tile in (192, 224, 256):
            settings = Settings(detector=DetectorSettings(tile=tile))
            names = [one.name for one in candidates(settings)]
            assert len(names) == len(set(names))
            assert f"tiles-{tile}" in names
            assert {"full-range", "sweep", "whole", "yunet-0.75", "yunet-1", "yunet-1.5"} <= set(
                names
            )

    def test_yunet_is_not_fetched_unasked(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(bench, "models_folder", lambda: tmp_path)
        monkeypatch.setattr(fetch, "models_folder", lambda: tmp_path)
        net = next(one for one in candidates(Settings()) if one.name == "yunet-1")
        with pytest.raises(ModelError, match=r"--yunet, which fetches it .*MIT"):
            net.fetch(nothing)
        own = next(one for one in candidates(Settings(), tmp_path) if one.name == "yunet-1")
        assert own.fetch(nothing) == tmp_path


def test_table(tmp_path: Path, pictures: list[LabelledPicture]) -> None:
    detector = Seeing([BOX, (0.0, 40.0, 15.0, 15.0)], [0.9, 0.3])
    done = measure(candidate(detector), pictures, 16, 0.45, nothing, nothing)
    row = Measured("seeing", done.matches, [1.234, 5.0])
    write_table(tmp_path / "t.csv", [row, row], 16, 0.2)
    with (tmp_path / "t.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, strict=True))
    assert len(rows) == 2
    assert None not in rows[0]
    assert rows[0]["detector"] == "seeing"
    assert rows[0]["faces"] == "14"
    assert rows[0]["recall_at_90"] == "0.5000"
    assert rows[0]["recall_at_90_16_24"] == "1.0000"
    assert rows[0]["recall_8_12"] == ""
    assert rows[0]["faces_24_32"] == "7"
    assert rows[0]["ms_720p"] == "1.23"
    assert set(rows[0]) >= {"recall_64_up", "precision_12_16", "ms_1080p", "working_score"}
    with pytest.raises(ExportError, match="can't be written"):
        write_table(tmp_path, [row], 16, 0.2)


@pytest.mark.shared
def test_real_detectors_on_a_few_photographs(shared: Path) -> None:
    from app.engine.bench.face_labels import read_folder

    few = read_folder(shared / "faces").pictures[2:5]
    wanted = [
        one
        for one in candidates(Settings(), shared / "detectors" / fetch.YUNET.name)
        if one.name in {"full-range", "yunet-1"}
    ]
    done = bench.bench_detect(wanted, few, 24, 0.45, nothing, nothing)
    whole, net = (figures(one.matches, 0.68) for one in done.measured)
    assert not done.missing
    assert net.recall_at_precision > whole.recall_at_precision
    assert 0.3 < net.average_precision <= 1
    assert net.precision > 0.7

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from app.core.errors import ModelError
from app.core.geometry import iou_matrix
from app.core.types import Faces, Frame
from app.engine.settings import DetectorSettings
from app.stages.blazeface import BlazeFaceDetector
from app.stages.fetch import blazeface_model

DEFAULTS = DetectorSettings()


@pytest.fixture(scope="module")
def model() -> Path:
    return blazeface_model()


@pytest.fixture(scope="module")
def detector(model: Path) -> Iterator[BlazeFaceDetector]:
    made = BlazeFaceDetector(model, DEFAULTS.tile, DEFAULTS.overlap, DEFAULTS.min_score)
    yield made
    made.close()


def frame(image: NDArray[np.uint8]) -> Frame:
    return Frame(image, 0, 0.0)


def photo(path: Path) -> NDArray[np.uint8]:
    return np.ascontiguousarray(cv2.imread(str(path))[:, :, ::-1])


@pytest.mark.parametrize("size", [(720, 1280), (9, 5), (1, 1), (100, 700), (230, 224)])
def test_an_empty_room_has_no_faces(detector: BlazeFaceDetector, size: tuple[int, int]) -> None:
    assert len(detector.detect(frame(np.full((*size, 3), 90, np.uint8)))) == 0


@pytest.mark.parametrize("content", [b"text", b"", b"\x1c\x00\x00\x00TFL3" + b"\0" * 500])
def test_a_file_that_is_no_detector_is_one_line(tmp_path: Path, content: bytes) -> None:
    bad = tmp_path / "bad.tflite"
    bad.write_bytes(content)
    with pytest.raises(ModelError, match="damaged") as caught:
        BlazeFaceDetector(bad, 224, 0.2, 0.45)
    assert "\n" not in str(caught.value)


def test_a_missing_file_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="can't be read"):
        BlazeFaceDetector(tmp_path / "none.tflite", 224, 0.2, 0.45)


def test_closing_twice_is_fine_and_detecting_after_it_is_refused(model: Path) -> None:
    closed = BlazeFaceDetector(model, 224, 0.2, 0.45, threads=2)
    closed.close()
    closed.close()
    with pytest.raises(ValueError, match="closed"):
        closed.detect(frame(np.zeros((10, 10, 3), np.uint8)))


def test_nothing_is_logged_by_the_native_side(model: Path) -> None:
    code = (
        "import numpy as np, sys; from pathlib import Path; from app.core.types import Frame;"
        "from app.stages.blazeface import BlazeFaceDetector;"
        "d = BlazeFaceDetector(Path(sys.argv[1]), 224, 0.2, 0.45);"
        "d.detect(Frame(np.zeros((300, 500, 3), np.uint8), 0, 0.0)); d.close()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(model)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


RESTORES_SIGNALS = """
import signal, sys
from pathlib import Path
import numpy as np
from app.core.types import Frame
from app.stages.blazeface import BlazeFaceDetector
detector = BlazeFaceDetector(Path(sys.argv[1]), 224, 0.2, 0.45)
for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
    if (handler := signal.getsignal(number)) is not None:
        signal.signal(number, handler)
for _ in range(4):
    detector.detect(Frame(np.zeros((720, 1280, 3), np.uint8), 0, 0.0))
"""


@pytest.mark.skipif(not hasattr(signal, "SIGPROF"), reason="this system has no SIGPROF")
def test_signals_may_be_set_back_while_it_runs(model: Path) -> None:
    """As Lightning does after training: Python knows nothing of what native code had set."""
    environment = dict(os.environ)
    environment.pop("CPUPROFILE_FREQUENCY", None)
    command = [sys.executable, "-c", RESTORES_SIGNALS, str(model)]
    assert subprocess.run(command, env=environment, check=False).returncode == 0


@pytest.mark.shared
class TestRealPictures:
    def test_boxes_and_key_points_lie_as_a_person_would_draw_them(
        self, detector: BlazeFaceDetector, shared: Path
    ) -> None:
        """Large clear faces: median offset of every side small, key points in their order."""
        offsets, levels = [], []
        for name, boxes in _photos(shared, every=4):
            found = detector.detect(frame(photo(shared / "faces" / "images" / name)))
            overlap = iou_matrix(found.boxes, boxes)
            for i in np.flatnonzero(overlap.max(axis=1, initial=0) > 0.4):
                drawn, box = boxes[overlap[i].argmax()], found.boxes[i]
                ends = np.concatenate([box[:2] - drawn[:2], (box - drawn)[:2] + (box - drawn)[2:]])
                offsets.append(ends / np.tile(drawn[2:], 2))
                if found.scores[i] > 0.75:
                    levels.append(found.keypoints[i])
        assert len(offsets) > 40
        assert np.abs(np.median(offsets, axis=0)).max() < 0.06
        right_eye, left_eye, nose, mouth, right_ear, left_ear = np.median(
            np.array(levels) - np.array(levels).mean(axis=1, keepdims=True), axis=0
        )
        assert right_ear[0] < right_eye[0] < nose[0] < left_eye[0] < left_ear[0]
        assert max(right_eye[1], left_eye[1]) < nose[1] < mouth[1]

    def test_recall_at_precision_of_nine_tenths(
        self, detector: BlazeFaceDetector, shared: Path
    ) -> None:
        """All defaults, a third of the photographs, faces of 16 pixels and more."""
        sets = [
            (detector.detect(frame(photo(shared / "faces" / "images" / name))), boxes, ignored)
            for name, boxes, ignored in _photos_to_measure(shared, every=3)
        ]
        assert _recall(sets, precision=0.9) > RECALL_FLOOR

    def test_threads_change_nothing(self, model: Path, shared: Path) -> None:
        name, _ = next(_photos(shared, every=1))
        image = photo(shared / "faces" / "images" / name)
        seen = []
        for threads in (1, 3):
            one = BlazeFaceDetector(model, 224, 0.2, 0.3, threads)
            seen.append(one.detect(frame(image)))
            one.close()
        a, b = (s.select(np.lexsort(s.boxes.T)) for s in seen)
        assert len(a) > 5
        np.testing.assert_allclose(a.boxes, b.boxes, atol=1e-3)

    @pytest.mark.parametrize("scale", [1.0, 2.0, 4.0])
    def test_four_students_at_every_size_and_no_fifth(
        self, detector: BlazeFaceDetector, shared: Path, scale: float
    ) -> None:
        """Seen small, and enlarged so that only the coarser levels see the faces whole."""
        with av.open(str(shared / "clips" / "classroom.mp4")) as clip:
            for i, picture in enumerate(clip.decode(video=0)):
                if i % 15 == 0:
                    image = cv2.resize(picture.to_ndarray(format="rgb24"), None, fx=scale, fy=scale)
                    found = detector.detect(frame(np.asarray(image, np.uint8)))
                    sure = found.boxes[found.scores > 0.6] / scale
                    assert len(sure) == 4, i
                    middles = np.sort(sure[:, 0] + sure[:, 2] / 2)
                    np.testing.assert_allclose(middles, [75, 135, 237, 317], atol=6)


RECALL_FLOOR = 0.31
"""Measured 0.342 with the defaults."""


def _photos(shared: Path, every: int) -> Iterator[tuple[str, NDArray[np.float64]]]:
    """Name and boxes (n, 4) of clear faces of 24 pixels and more."""
    labels = json.loads((shared / "faces" / "boxes.json").read_text(encoding="utf-8"))
    for name in sorted(labels)[::every]:
        clear = [
            face["box"]
            for face in labels[name]
            if face["box"][2] >= 24 and face["blur"] < 2 and face["occlusion"] == 0
        ]
        if clear:
            yield name, np.array(clear, float)


def _photos_to_measure(
    shared: Path, every: int
) -> Iterator[tuple[str, NDArray[np.float64], NDArray[np.bool_]]]:
    """Name, all boxes (n, 4), and which of them neither count nor count against."""
    labels = json.loads((shared / "faces" / "boxes.json").read_text(encoding="utf-8"))
    for name in sorted(labels)[::every]:
        boxes = np.array([face["box"] for face in labels[name]], float)
        invalid = np.array([bool(face["invalid"]) for face in labels[name]])
        yield name, boxes, invalid | (boxes[:, 2] < 16)


def _recall(
    sets: list[tuple[Faces, NDArray[np.float64], NDArray[np.bool_]]], precision: float
) -> float:
    """Largest share of faces found (IoU 0.5) at a threshold with at least this precision."""
    rows, total = [], 0
    for found, boxes, ignored in sets:
        total += int((~ignored).sum())
        overlap = iou_matrix(found.boxes, boxes)
        for i in np.argsort(-found.scores):
            j = int(np.where(ignored, 0, overlap[i]).argmax())
            if not ignored[j] and overlap[i, j] >= 0.5:
                rows.append((found.scores[i], True))
                overlap[:, j] = 0
            elif overlap[i][ignored].max(initial=0) < 0.35 and found.boxes[i, 2] >= 12:
                rows.append((found.scores[i], False))
    rows.sort(key=lambda row: -row[0])
    hits = np.cumsum([hit for _, hit in rows])
    good = np.flatnonzero(hits / np.arange(1, len(rows) + 1) >= precision)
    return float(hits[good[-1]] / total) if len(good) else 0.0

"""The CSVs of OpenFace and py-feat."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.core.expressions import LABELS
from app.session.formats import openface, pyfeat
from tests.session.builders import steady, write
from tests.session.formats.readers import busy_lesson, export, header, measured_face, table

OPENFACE_FIRST = ["frame", "face_id", "timestamp", "confidence", "success"]
"""The first columns of OpenFace 2.2's RecorderCSV for a sequence."""
PYFEAT_FACEBOX = ["FaceRectX", "FaceRectY", "FaceRectWidth", "FaceRectHeight", "FaceScore"]
PYFEAT_EMOTIONS = ["anger", "disgust", "fear", "happiness", "sadness", "surprise", "neutral"]
"""py-feat 2.1.5: feat.utils.FEAT_FACEBOX_COLUMNS and FEAT_EMOTION_COLUMNS."""
PYFEAT_DETECTOR_2 = {"valence", "arousal"}
"""Columns by which py-feat's read_feat takes a file for one of its Detectorv2."""


def test_openface(tmp_path: Path) -> None:
    out = export(measured_face(tmp_path / "s.roomread"), tmp_path, "openface")
    assert header(out / "openface.csv")[:5] == OPENFACE_FIRST
    found, lost = table(out / "openface.csv")
    first = ["42", "3", "61.235", "0.99", "1", "104.0", "105.0"]
    assert [found[name] for name in (*OPENFACE_FIRST, "x_30", "y_30")] == first
    assert (found["left_ear_x"], found["left_ear_y"]) == ("110.0", "111.0")
    assert found["yaw_deg"] == "-12.3"
    assert (found["expression"], found["neutral"], found["contempt"]) == (
        "neutral", "0.5000", "0.0200",
    )  # fmt: skip
    assert (lost["face_id"], lost["success"], lost["x_30"], lost["expression"]) == (
        "120", "0", "", "",
    )  # fmt: skip
    assert lost["face_x"] == "-3.0"


def test_openface_makes_nothing_up() -> None:
    names = openface.TABLE.names
    assert not [name for name in names if name.startswith(("AU", "gaze", "pose", "eye_lmk"))]
    assert [name for name in names if name.startswith("x_")] == ["x_30"]


def test_openface_is_what_the_observations_say(tmp_path: Path) -> None:
    out = export(busy_lesson(tmp_path / "s.roomread"), tmp_path / "out", "csv", "openface")
    ours, theirs = table(out / "observations.csv"), table(out / "openface.csv")
    assert len(ours) == len(theirs) > 500
    for one, other in zip(ours, theirs, strict=True):
        assert int(other["frame"]) == int(one["frame"]) + 1
        assert f"S{int(other['face_id']):02d}" == one["student"]
        for name in ("timestamp", "face_x", "face_width", "expression", *LABELS):
            assert one[name] == other[name]


def test_pyfeat(tmp_path: Path) -> None:
    out = export(measured_face(tmp_path / "s.roomread"), tmp_path, "pyfeat")
    names = header(out / "pyfeat.csv")
    assert names[:12] == PYFEAT_FACEBOX + PYFEAT_EMOTIONS
    assert not PYFEAT_DETECTOR_2 & set(names)
    assert not [name for name in names if "AU" in name or name.startswith("mesh_x_")]
    known, unknown = table(out / "pyfeat.csv")
    assert (known["frame"], known["approx_time"], known["Identity"]) == ("41", "01:01", "S03")
    assert (known["input"], known["FrameHeight"], known["FrameWidth"]) == (
        "lesson.mp4", "480", "640",
    )  # fmt: skip
    assert (known["neutral"], known["contempt"]) == ("0.5000", "0.0200")
    assert [unknown[name] for name in (*pyfeat.EMOTIONS, "contempt")] == [""] * 8
    assert unknown["FaceRectX"] == "-3.0"


def test_pyfeat_reads_it(tmp_path: Path) -> None:
    reader = pytest.importorskip("feat.utils.io", reason="needs py-feat")
    path = write(tmp_path / "s.roomread", steady([0.0, 0.1], {1: "fear", 2: None}))
    fex = reader.read_feat(str(export(path, tmp_path, "pyfeat") / "pyfeat.csv"))
    assert list(fex.emotions.columns) == PYFEAT_EMOTIONS
    assert fex.emotions["fear"].tolist()[0] == pytest.approx(0.65)
    assert fex.emotions.isna().all(axis=1).tolist() == [False, True, False, True]
    assert list(fex.faceboxes.columns) == PYFEAT_FACEBOX


def test_a_source_that_a_spreadsheet_would_run(tmp_path: Path) -> None:
    path = write(
        tmp_path / "s.roomread", steady([0.0], {1: "fear"}), source_name="=1+1\udcff, a.mp4"
    )
    (row,) = table(export(path, tmp_path, "pyfeat") / "pyfeat.csv")
    assert row["input"] == "'=1+1?, a.mp4"

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from app.core.expressions import LABELS
from app.core.privacy import Privacy
from app.session.formats.jsonl import FACES, HEADER
from tests.session.builders import result, write
from tests.session.formats.readers import busy_lesson, export, measured_face, table


def lines(out: Path) -> list[dict[str, Any]]:
    text = (out / "frames.jsonl").read_text(encoding="utf-8")
    return [json.loads(line, parse_constant=pytest.fail) for line in text.splitlines()]


def test_header_and_frames(tmp_path: Path) -> None:
    header, full, empty = lines(export(measured_face(tmp_path / "s.roomread"), tmp_path, "jsonl"))
    assert header["type"] == "session"
    assert header["labels"] == list(LABELS)
    assert header["session"]["source"]["name"] == "lesson.mp4"
    assert (full["type"], full["frame"], full["timestamp"]) == ("frame", 41, 61.235)
    known, unknown = full["faces"]
    assert known == {
        "student": "S03", "box": [10.0, 20.1, 30.0, 40.0], "confidence": 0.987,
        "keypoints": [[100.0 + k, 101.0 + k] for k in range(0, 12, 2)],
        "expression": "neutral", "probabilities": [0.5, 0.1, 0.1, 0.1, 0.1, 0.05, 0.03, 0.02],
        "sharpness": 0.8, "yaw_deg": -12.3, "exposure": 0.9, "reading_age": 0.0,
    }  # fmt: skip
    assert unknown == {
        "student": "S120", "box": [-3.0, 5.0, 20.0, 21.0], "confidence": 0.5,
        "keypoints": [None] * 6, "expression": None, "probabilities": None,
        "sharpness": None, "yaw_deg": None, "exposure": None, "reading_age": None,
    }  # fmt: skip
    assert empty["faces"] == []


def test_every_field_is_in_the_dictionary(tmp_path: Path) -> None:
    read = lines(export(measured_face(tmp_path / "s.roomread"), tmp_path, "jsonl"))
    assert {name for line in read for name in line} <= set(HEADER.names)
    assert {name for line in read[1:] for face in line["faces"] for name in face} == (
        set(FACES.names)
    )


def test_it_says_what_the_observations_say(tmp_path: Path) -> None:
    out = export(busy_lesson(tmp_path / "s.roomread"), tmp_path / "out", "csv", "jsonl")
    faces = [(line["frame"], face) for line in lines(out)[1:] for face in line["faces"]]
    rows = table(out / "observations.csv")
    for (frame, face), row in zip(faces, rows, strict=True):
        assert (str(frame), face["student"]) == (row["frame"], row["student"])
        assert (face["expression"] or "") == row["expression"]
        if face["probabilities"]:
            assert face["probabilities"] == [float(row[label]) for label in LABELS]


def test_of_a_class_only_session_small_groups_stay_unsaid(tmp_path: Path) -> None:
    frames = [result(0, 0.0, {1: "fear", 2: "fear", 3: None}), result(1, 0.5, {1: "fear"})]
    private = Privacy(class_only=True, min_group=2)
    path = write(tmp_path / "s.roomread", frames, privacy=private)
    _, enough, few = lines(export(path, tmp_path / "out", "jsonl"))
    assert (enough["type"], enough["seen"], enough["read"]) == ("class", 3, 2)
    assert enough["counts"][LABELS.index("fear")] == 2
    assert enough["sums"][LABELS.index("fear")] == pytest.approx(1.3)
    assert (few["seen"], few["read"], few["counts"], few["sums"]) == (1, 1, None, None)
    assert set(enough) == set(few) <= set(HEADER.names)

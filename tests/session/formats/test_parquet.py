from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from app.core.expressions import LABELS
from app.core.privacy import Privacy, Purpose
from app.session.formats import parquet as module
from app.session.store import Session
from tests.session.builders import steady, write
from tests.session.formats.readers import busy_lesson, export, measured_face, table

pandas = pytest.importorskip("pandas")
polars = pytest.importorskip("polars")
parquet = pytest.importorskip("pyarrow.parquet")


def test_numbers_are_as_stored_and_null_where_not_known(tmp_path: Path) -> None:
    out = export(measured_face(tmp_path / "s.roomread"), tmp_path, "parquet")
    known, unknown = parquet.read_table(out / "observations.parquet").to_pylist()
    assert (known["frame"], known["timestamp"], known["student"]) == (41, 61.23456, "S03")
    assert known["face_x"] == float(np.float32(10.04))
    assert (known["expression"], known["confidence"]) == ("neutral", 0.5)
    assert [known[label] for label in LABELS][-1] == float(np.float32(0.02))
    assert known["yaw_deg"] == float(np.float32(-12.34))
    assert unknown["student"] == "S120"
    assert unknown["face_x"] == -3.0
    assert known["reading_age"] == 0.0
    measured = ("sharpness", "yaw_deg", "exposure", "reading_age")
    nothing = ("expression", "confidence", *LABELS, *measured)
    assert [unknown[name] for name in nothing] == [None] * len(nothing)


def test_pandas_and_polars_read_what_the_csvs_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "GROUP", 100)
    path = busy_lesson(tmp_path / "s.roomread")
    out = export(path, tmp_path / "out", "csv", "parquet", interval=7.0)
    for name in ("observations", "students", "class"):
        typed = pandas.read_parquet(out / f"{name}.parquet")
        text = pandas.read_csv(out / f"{name}.csv", dtype={"student": str, "expression": str})
        assert list(typed.columns) == list(text.columns)
        assert len(typed) == len(text)
        for column in text:
            if text[column].dtype.kind in "fi":
                np.testing.assert_allclose(
                    typed[column].astype(float), text[column].astype(float), atol=0.051
                )
            elif column != "name":
                assert typed[column].astype(object).fillna("").tolist() == (
                    text[column].fillna("").tolist()
                )
        assert polars.read_parquet(out / f"{name}.parquet").shape == typed.shape
    observations = pandas.read_parquet(out / "observations.parquet")
    assert observations["student"].dtype == "category"
    assert observations["expression"].dtype == "category"
    file = parquet.ParquetFile(out / "observations.parquet")
    groups = [file.metadata.row_group(k).num_rows for k in range(file.num_row_groups)]
    assert max(groups) <= 105  # a frame is not torn
    assert len(groups) > 5
    named = parquet.read_table(out / "students.parquet").column("name").to_pylist()
    assert named[0] == '=HYPERLINK("http://x")'  # no spreadsheet runs a Parquet file
    assert named[1] is None


def test_it_says_how_it_was_made(tmp_path: Path) -> None:
    purpose = Purpose("pilot ü", "consent", "2025-01-01T00:00:00Z")
    path = write(tmp_path / "s.roomread", steady([0.0, 1.0], {1: "fear"}), purpose=purpose)
    out = export(path, tmp_path, "parquet")
    for name in ("observations", "students", "class"):
        told = json.loads(parquet.read_metadata(out / f"{name}.parquet").metadata[b"roomread"])
        assert told["purpose"]["purpose"] == "pilot ü"
        assert told["model"]["sha256"] == "ab" * 32


def test_of_a_class_only_session(tmp_path: Path) -> None:
    private = Privacy(class_only=True, min_group=3)
    frames = steady([0.0, 1.0], {1: "fear", 2: "fear", 3: "anger"})
    frames += [one for one in steady([0.0, 1.0, 2.0], {1: "fear"}) if one.index == 2]
    path = write(tmp_path / "s.roomread", frames, privacy=private)
    with Session.open(path) as session:
        assert session.class_only
    out = export(path, tmp_path / "out", "csv", "parquet", interval=2.0)
    assert not (out / "observations.parquet").exists()
    assert not (out / "students.parquet").exists()
    first, last = parquet.read_table(out / "class.parquet").to_pylist()
    assert first["fear"] == pytest.approx(2 / 3)
    assert last["fear"] is None
    assert (first["faces_withheld"], last["faces_withheld"]) == (0, 1)
    assert list(first) == list(table(out / "class.csv")[0])

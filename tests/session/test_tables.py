"""Tables in memory hold what the CSVs do."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from app.core.expressions import LABELS
from app.core.privacy import Privacy
from app.session.editor import Editor
from app.session.edits import Exclude
from app.session.episodes import Rules
from app.session.formats import ExportOptions, export_formats
from app.session.store import Session
from app.session.tables import (
    agreement_table,
    change_table,
    class_table,
    episodes_table,
    markers_table,
    observations_table,
    resting_table,
    statistics_table,
    students_table,
)
from tests.session.builders import random_result, result, steady, write
from tests.session.classes import drifting, lesson_of
from tests.session.csv_tables import assert_as_csv
from tests.session.lessons import lesson


def edited(tmp_path: Path) -> Session:
    """A lesson that somebody worked on."""
    session = Session.open(lesson(tmp_path / "a.roomread"))
    Editor(session).apply(Exclude(4))
    session.set_name(2, 'Ada, "A." O\'Neil')
    session.markers.add(3.5, "group work, loud")
    session.markers.add(1.0, "start")
    return session


def compare(session: Session, out: Path, interval: float = 5.0) -> None:
    """Every table of the CSV export."""
    export_formats(session, out, ["csv"], ExportOptions(interval))
    assert_as_csv(class_table(session, interval), out / "class.csv")
    assert_as_csv(statistics_table(session), out / "statistics.csv")
    assert_as_csv(markers_table(session), out / "markers.csv")
    if not session.class_only:
        assert_as_csv(observations_table(session), out / "observations.csv")
        assert_as_csv(students_table(session), out / "students.csv")
        assert_as_csv(resting_table(session), out / "resting.csv")
        assert_as_csv(change_table(session, interval), out / "change.csv")


def test_of_an_edited_lesson(tmp_path: Path) -> None:
    with edited(tmp_path) as session:
        compare(session, tmp_path / "out", 0.9)
        assert "S04" not in observations_table(session)["student"]


def test_with_every_kind_of_value(tmp_path: Path) -> None:
    rng = np.random.default_rng(8)
    results = [random_result(rng, k, 0.3 * k, int(rng.integers(0, 9))) for k in range(40)]
    with Session.open(write(tmp_path / "a.roomread", results)) as session:
        compare(session, tmp_path / "out")


def test_of_a_lesson_with_intervals_of_the_statistics(tmp_path: Path) -> None:
    told = drifting(np.random.default_rng(1), 120, 5)
    with Session.open(lesson_of(tmp_path / "a.roomread", told)) as session:
        compare(session, tmp_path / "out")
        shares = statistics_table(session)
        sure = (shares["figure"] == "labels") & (shares["of"] == "class")
        assert np.isfinite(shares["low"][sure]).all()
        assert (shares["low"][sure] <= shares["high"][sure]).all()


def test_with_a_gap_in_the_recording(tmp_path: Path) -> None:
    results = [*steady([0.0, 1.0], {1: "fear"}), result(2, 17.0, {1: None})]
    with Session.open(write(tmp_path / "a.roomread", results)) as session:
        compare(session, tmp_path / "out")
        table = class_table(session, 5.0)
        np.testing.assert_array_equal(table["students_seen"], [1, np.nan, np.nan, 1])
        assert table.to_pandas()["students_seen"].isna().sum() == 2


def test_of_the_class_as_a_whole(tmp_path: Path) -> None:
    results = [
        result(0, 0.0, {1: "fear", 2: "fear", 3: "anger"}),
        result(1, 1.0, {1: "fear", 2: "fear"}),
    ]
    privacy = Privacy(class_only=True, min_group=3)
    with Session.open(write(tmp_path / "a.roomread", results, privacy=privacy)) as session:
        compare(session, tmp_path / "out")
        assert class_table(session, 5.0)["faces_withheld"].tolist() == [2.0]


@pytest.mark.parametrize("results", [[], steady([0.0, 0.1], {})], ids=["no frame", "nobody"])
def test_of_nothing(tmp_path: Path, results: list[object]) -> None:
    with Session.open(write(tmp_path / "a.roomread", results)) as session:  # type: ignore[arg-type]
        compare(session, tmp_path / "out")
        assert len(observations_table(session)) == len(episodes_table(session, Rules())) == 0
        assert observations_table(session)["student"].dtype.kind == "U"


def test_of_faces_that_people_labelled(tmp_path: Path) -> None:
    with edited(tmp_path) as session:
        assert len(agreement_table(session)) == 0
        for frame in range(1, 60, 3):
            session.hand_labels.set(frame, 1, frame % 9 - 1)
        compare(session, tmp_path / "out")
        table = agreement_table(session)
        assert_as_csv(table, tmp_path / "out" / "agreement.csv")
        assert table["labelled"][-1] == 20


def test_as_pandas_it_is_what_parquet_gives(tmp_path: Path) -> None:
    with edited(tmp_path) as session:
        export_formats(session, tmp_path / "out", ["parquet"])
        tables = {
            "observations": observations_table(session),
            "students": students_table(session),
            "class": class_table(session, 5.0),
        }
    for name, table in tables.items():
        read = pd.read_parquet(tmp_path / "out" / f"{name}.parquet")
        ours = table.to_pandas()
        for column in read:
            assert ours[column].isna().tolist() == read[column].isna().tolist(), column
            if read[column].dtype.kind in "if":
                np.testing.assert_allclose(ours[column], read[column], rtol=1e-6)
            else:
                assert ours[column].dropna().tolist() == read[column].dropna().tolist()


def test_episodes_come_in_order_and_by_their_rules(tmp_path: Path) -> None:
    times = np.arange(20) / 10
    told = ["happiness"] * 8 + [None] * 2 + ["happiness"] * 5 + ["fear"] * 5
    results = [
        result(k, time, {2: expression, 1: "neutral"})
        for k, (time, expression) in enumerate(zip(times.tolist(), told, strict=True))
    ]
    with Session.open(write(tmp_path / "a.roomread", results)) as session:
        table = episodes_table(session, Rules(gap=0.3, minimum=0.2))
        assert table["student"].tolist() == ["S01", "S02", "S02"]
        assert table["expression"].tolist() == ["neutral", "happiness", "fear"]
        np.testing.assert_allclose(table["start"], [0.0, 0.0, 1.5])
        np.testing.assert_allclose(table["duration"], table["end"] - table["start"])
        assert table["last_frame"].tolist() == [19, 14, 19]
        every = episodes_table(session, Rules(0.0, 0.0))
        assert "can't tell" in every["expression"]


def test_observations_of_what_can_not_be_told(tmp_path: Path) -> None:
    results = steady([0.0], {1: "fear", 2: None})
    with Session.open(write(tmp_path / "a.roomread", results)) as session:
        table = observations_table(session)
    assert table["expression"].tolist() == ["fear", ""]
    for label in (*LABELS, "confidence"):
        assert np.isnan(table[label]).tolist() == [False, True]

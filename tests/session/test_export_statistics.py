from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from app.core.expressions import LABELS
from app.core.privacy import Privacy
from app.core.types import FrameResult
from app.session.agreement import agreement
from app.session.dictionary import AGREEMENT, CHANGE, RESTING, SHARES
from app.session.editor import Editor
from app.session.edits import Exclude, Merge
from app.session.export import export_all
from app.session.export_statistics import (
    STATISTICS,
)
from app.session.resting import resting_of
from app.session.statistics import session_statistics
from app.session.store import Session
from tests.session.builders import result, steady, write
from tests.session.classes import drifting, lesson_of

FEAR = LABELS.index("fear")


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def numbers(row: dict[str, str]) -> list[float]:
    return [float(row[label]) for label in LABELS]


def forty_seconds() -> list[FrameResult]:
    """S01 is afraid for the last 5 of 40 s; S02 and S03, one after the other, are one student;
    S04 is never legible; nobody is looked at from 20 to 27 s."""
    frames = []
    for index in range(80):
        time = index / 2
        if 20 <= time < 27:
            continue
        other = 2 if time < 15 else 3
        calm = "fear" if time >= 35 else "neutral"
        frames.append(result(index, time, {1: calm, other: "happiness", 4: None}))
    return frames


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return write(tmp_path / "s.roomread", forty_seconds())


def test_resting_and_change_of_everyone(tmp_path: Path) -> None:
    path = write(tmp_path / "s.roomread", forty_seconds(), privacy=Privacy(min_group=2))
    with Session.open(path) as session:
        Editor(session).apply(Merge(2, 3))
        export_all(session, tmp_path / "out")
        rests = resting_of(session)
    found = rows(tmp_path / "out" / "resting.csv")
    assert tuple(found[0]) == RESTING.names
    assert [(row["student"], row["seconds_learnt"]) for row in found] == [
        ("S01", "32"), ("S02", "32"), ("S04", "0"),
    ]  # fmt: skip
    for row, student in zip(found[:2], (1, 2), strict=True):
        rest = rests.resting(student)
        assert rest is not None
        assert numbers(row) == pytest.approx(rest.tolist(), abs=6e-5)
    assert [found[2][label] for label in LABELS] == [""] * 8

    changes = rows(tmp_path / "out" / "change.csv")
    assert tuple(changes[0]) == CHANGE.names
    classes = rows(tmp_path / "out" / "class.csv")
    ends = [(row["start"], row["end"]) for row in changes if row["student"] == "class"]
    assert ends == [(row["start"], row["end"]) for row in classes]
    assert {row["student"] for row in changes} == {"class", "S01", "S02"}
    last = {row["student"]: row for row in changes if row["start"] == classes[-1]["start"]}
    # From the first frame on; at rest by definition, then 0.6 of the probability moves.
    assert numbers(changes[0]) == pytest.approx([0] * 8, abs=0.001)
    assert float(last["S01"]["fear"]) == pytest.approx(0.6, abs=0.001)
    assert float(last["S01"]["neutral"]) == pytest.approx(-0.6, abs=0.001)
    assert numbers(last["S02"]) == pytest.approx([0] * 8, abs=0.001)
    assert float(last["class"]["fear"]) == pytest.approx(0.3, abs=0.001)
    gap = [row for row in changes if row["start"] == "20.000"]
    assert [row["student"] for row in gap] == ["class"]
    assert gap[0]["fear"] == ""


def test_the_mean_change_is_that_of_the_frames(tmp_path: Path) -> None:
    rng = np.random.default_rng(4)
    shown = [*LABELS[:3], None]
    frames = [result(k, k / 5, {s: shown[rng.integers(4)] for s in (1, 2)}) for k in range(300)]
    two = write(tmp_path / "s.roomread", frames, privacy=Privacy(min_group=2))
    with Session.open(two) as session:
        export_all(session, tmp_path, interval=7.0)
        rests = resting_of(session)
        changes = [rests.change(one) for one in frames]
    for row in rows(tmp_path / "change.csv"):
        start, end = float(row["start"]), float(row["end"])
        part = np.array([changes[k] for k in range(300) if start <= k / 5 < end])
        means = np.nanmean(part, axis=0)
        who = {"S01": means[0], "S02": means[1], "class": means.mean(axis=0)}
        mean = who[row["student"]]
        assert numbers(row) == pytest.approx(mean.tolist(), abs=6e-5)


@pytest.mark.parametrize(("smallest", "said"), [(2, True), (3, False), (4, False)])
def test_the_change_of_a_small_group_is_that_of_students_only(
    smallest: int, said: bool, tmp_path: Path
) -> None:
    # Three are read at once; of S03, who comes late, rest is not known.
    students: dict[int, str | None] = {1: "neutral", 2: "neutral"}
    frames = [result(k, k / 2, students | ({3: "fear"} if k > 75 else {})) for k in range(80)]
    path = write(tmp_path / "s.roomread", frames, privacy=Privacy(min_group=smallest))
    with Session.open(path) as session:
        export_all(session, tmp_path / "out")
    last = rows(tmp_path / "out" / "change.csv")[-3:]
    assert [row["student"] for row in last] == ["class", "S01", "S02"]
    assert [row["fear"] != "" for row in last] == [said, True, True]
    assert (rows(tmp_path / "out" / "class.csv")[-1]["fear"] != "") is (smallest < 4)


def test_agreement_where_faces_were_labelled(path: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with Session.open(path) as session:
        export_all(session, out)
        assert not (out / "agreement.csv").exists()
        assert "agreement" not in json.loads((out / "session.json").read_text())
        for frame, track, label in ((0, 1, 0), (75, 1, FEAR), (2, 2, 0), (4, 4, -1), (6, 4, FEAR)):
            session.hand_labels.set(frame, track, label)
        export_all(session, out)
        found = agreement(session)
        table = rows(out / "agreement.csv")
        assert tuple(table[0]) == AGREEMENT.names
        assert [row["hand"] for row in table] == [*LABELS, "can't tell", "all"]
        assert [row["labelled"] for row in table] == [*"2000002015"]
        cells = [[float(row[name]) for name in AGREEMENT.names[5:]] for row in table]
        np.testing.assert_allclose(cells[:9], found.table, atol=6e-5)
        np.testing.assert_allclose(cells[9], found.table.sum(axis=0), atol=6e-5)
        assert float(table[-1]["kappa"]) == pytest.approx(found.kappa.value, abs=6e-5)
        assert float(table[FEAR]["kappa_low"]) == pytest.approx(found.kappas[FEAR].low, abs=6e-5)
        assert table[8]["kappa"] == ""
        told = json.loads((out / "session.json").read_text())["agreement"]
        assert (told["labelled"], told["both_tell"]) == (5, 3)
        assert told["kappa"]["value"] == pytest.approx(found.kappa.value, abs=6e-5)
        assert told["kappa_by_expression"]["disgust"]["value"] is None
        session.hand_labels.set(0, 1, None)
        for frame, track in ((75, 1), (2, 2), (4, 4), (6, 4)):
            session.hand_labels.set(frame, track, None)
        export_all(session, out)
    assert not (out / "agreement.csv").exists()


def test_whoever_is_left_out_is_in_none_of_them(path: Path, tmp_path: Path) -> None:
    with Session.open(path) as session:
        session.hand_labels.set(0, 1, 0)
        Editor(session).apply(Exclude(1))
        export_all(session, tmp_path / "out")
    for name in ("resting.csv", "change.csv"):
        assert "S01" not in (tmp_path / "out" / name).read_text()
    assert rows(tmp_path / "out" / "agreement.csv")[-1]["labelled"] == "0"


def test_a_class_only_session_has_none_and_takes_old_ones_away(path: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with Session.open(path) as session:
        session.hand_labels.set(0, 1, 0)
        export_all(session, out)
    assert all((out / name).exists() for name in STATISTICS)
    private = Privacy(class_only=True)
    frames = steady([float(k) for k in range(40)], {1: "fear"})
    with Session.open(write(tmp_path / "c.roomread", frames, privacy=private)) as session:
        export_all(session, out, overwrite=True)
    assert not any((out / name).exists() for name in STATISTICS)


def test_the_columns_are_explained(path: Path, tmp_path: Path) -> None:
    with Session.open(path) as session:
        export_all(session, tmp_path / "out")
    explained = json.loads((tmp_path / "out" / "session.json").read_text())["columns"]
    assert set(STATISTICS) <= explained.keys()


def test_an_empty_session(tmp_path: Path) -> None:
    with Session.open(write(tmp_path / "s.roomread", [])) as session:
        export_all(session, tmp_path / "out")
    assert rows(tmp_path / "out" / "resting.csv") == rows(tmp_path / "out" / "change.csv") == []


def test_statistics_of_the_class_and_of_everyone(tmp_path: Path) -> None:
    told = drifting(np.random.default_rng(6), 300, 5)
    known = np.random.default_rng(7).random((300, 5)) < 0.8
    with Session.open(lesson_of(tmp_path / "s.roomread", told, known)) as session:
        export_all(session, tmp_path / "out")
        found = session_statistics(session)
    table = rows(tmp_path / "out" / "statistics.csv")
    assert tuple(table[0]) == SHARES.names
    assert [row["of"] for row in table] == [
        who for who in ("class", "mean_of_students", "S01", "S02", "S03", "S04", "S05")
        for _ in range(18)
    ]  # fmt: skip
    assert [row["expression"] for row in table[:18]] == [*LABELS, *LABELS, "", ""]
    assert found.of_students is not None
    everyone = (found.of_faces, found.of_students, *(one.figures for one in found.students))
    for k, figures in enumerate(everyone):
        part = table[18 * k : 18 * (k + 1)]
        for name, shares in (("labels", figures.labels), ("probabilities", figures.probabilities)):
            lines = [row for row in part if row["figure"] == name]
            for column, values in (
                ("share", shares.values),
                ("low", shares.low),
                ("high", shares.high),
            ):
                got = [float(row[column]) for row in lines]
                np.testing.assert_allclose(got, values, atol=6e-5)
            assert float(lines[0]["effective_n"]) == pytest.approx(shares.effective_n, abs=0.06)
            assert float(lines[0]["block_seconds"]) == shares.block
        coverage, cant_tell = part[16:]
        assert (coverage["figure"], cant_tell["figure"]) == ("coverage", "cant_tell")
        assert float(coverage["low"]) == pytest.approx(figures.coverage.low, abs=6e-5)
        assert float(cant_tell["low"]) == pytest.approx(1 - figures.coverage.high, abs=6e-5)
        assert {row["faces_read"] for row in part} == {str(figures.faces_read)}


def test_statistics_that_are_not_known_are_empty(path: Path, tmp_path: Path) -> None:
    """Three students for 40 s: too few for a class, too short for an interval."""
    with Session.open(path) as session:
        export_all(session, tmp_path)
    table = rows(tmp_path / "statistics.csv")
    assert [row["share"] for row in table if row["of"] == "class"][:16] == [""] * 16
    first = next(row for row in table if row["of"] == "S01")
    assert float(first["share"]) == pytest.approx(0.87, abs=0.03)
    assert [first[name] for name in ("low", "high", "effective_n", "block_seconds")] == [""] * 4


def test_statistics_of_a_class_only_session_are_of_the_class(tmp_path: Path) -> None:
    told = drifting(np.random.default_rng(8), 200, 6)
    private = Privacy(class_only=True)
    with Session.open(lesson_of(tmp_path / "c.roomread", told, privacy=private)) as session:
        export_all(session, tmp_path)
    table = rows(tmp_path / "statistics.csv")
    assert {row["of"] for row in table} == {"class"}
    assert len(table) == 18
    assert float(table[0]["low"]) < float(table[0]["share"]) < float(table[0]["high"])

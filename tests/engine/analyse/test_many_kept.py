"""Of many: what can't be read, and who opted out since, with everything else as it was."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from app.core.regions import Regions
from app.engine.analyse.manifest import MANIFEST
from app.engine.analyse.sampling import Sampling
from app.engine.settings import Settings
from app.session.editor import Editor
from app.session.edits import Exclude
from app.session.store import Session
from tests.engine.analyse.harm import HARMS, no_list, seat_of
from tests.engine.analyse.test_many import DONE, FAILED, Lab


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    return Lab(tmp_path)


def edited(lab: Lab) -> Path:
    """The session of a, which has a name in it."""
    session = lab.out / "a" / "session.roomread"
    with Session.open(session) as opened:
        Editor(opened).name(1, "Ada")
    return session


@pytest.mark.parametrize("harm", HARMS)
def test_one_that_cannot_be_read_fails_alone(lab: Lab, harm: Callable[[Path], object]) -> None:
    lab.run(sampling=Sampling(end=5.0))
    session = edited(lab)
    harm(session)
    harmed = session.read_bytes()
    runs = [Sampling(), Sampling(), Sampling(end=5.0)]  # the last: as it was, to be gone on with
    for sampling in runs:
        if sampling.end:
            (lab.out / MANIFEST).unlink()
        report = lab.run(sampling=sampling)
        assert [row.state for row in report.rows] == [FAILED, DONE]
        assert "; nothing is replaced: " in report.rows[0].message
        assert session.read_bytes() == harmed
        assert {one["recording"] for one in lab.table("students.csv")} == {"b"}
    assert [row.state for row in lab.run(overwrite=True).rows] == [DONE, DONE]
    with Session.open(session) as opened:
        assert opened.complete


def test_one_that_was_done_and_cannot_be_read(lab: Lab) -> None:
    lab.run()
    session = edited(lab)
    no_list(session)
    report = lab.run()
    assert [row.state for row in report.rows] == [FAILED, DONE]
    assert f"roomread session repair {session} --out NEW" in report.rows[0].message
    assert [row.state for row in lab.run(overwrite=True).rows] == [DONE, DONE]
    no_list(session)
    assert [row.state for row in lab.run(overwrite=True).rows] == [DONE, DONE]
    assert lab.done == ["a"]


def test_who_opted_out_since_is_not_kept_unmentioned(lab: Lab) -> None:
    lab.run()
    session = edited(lab)
    settings = Settings(regions=Regions(opt_out=(seat_of(2),)))
    for _ in range(2):
        report = lab.run(settings=settings)
        assert [kept.by_hand for kept in report.kept.values()] == [False]
        line = report.kept["a"].reason
        assert "S02 in a seat that opted out since" in line
        assert f"`roomread edit {session} exclude S02`" in line
        assert any(line in said for said in lab.said)
    with Session.open(session) as opened:
        Editor(opened).apply(Exclude(2))
    report = lab.run(settings=settings)
    assert [kept.by_hand for kept in report.kept.values()] == [True]
    assert [one["student"] for one in lab.table("students.csv") if one["recording"] == "a"] == [
        "S01",
        "S03",
    ]

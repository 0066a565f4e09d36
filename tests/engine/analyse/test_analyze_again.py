from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.core.errors import ExportError
from app.engine.analyse.analyze import AnalysisReport, analyze_video
from app.engine.analyse.sampling import Sampling
from app.engine.build import Built
from app.engine.settings import Settings
from app.session.store import Session
from tests.fakes import CARD, fake_build, fake_pipeline, write_video


@pytest.fixture
def video(tmp_path: Path) -> Path:
    write_video(tmp_path / "lesson.mp4", 30)
    return tmp_path / "lesson.mp4"


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "lesson"


def run(video: Path, out: Path, **more: Any) -> AnalysisReport:
    more.setdefault("build", fake_build())
    return analyze_video(video, out, Settings(), Sampling(), **more)


def test_what_a_person_did_by_hand_is_not_destroyed(video: Path, out: Path) -> None:
    session = run(video, out).session
    with Session.open(session) as opened:
        opened.set_name(1, "Ada")
        opened.markers.add(0.1, "group work")
    with pytest.raises(ExportError) as refused:
        run(video, out)
    message = str(refused.value)
    assert "1 name and 1 marker" in message
    assert "--overwrite" in message
    with Session.open(session) as opened:
        assert opened.names() == {1: "Ada"}
    run(video, out, overwrite=True)
    with Session.open(session) as opened:
        assert opened.names() == {}


@pytest.mark.parametrize("cut_off", [False, True])
def test_nor_where_it_was_to_be_gone_on_with_and_does_not_fit(
    video: Path, out: Path, cut_off: bool
) -> None:
    session = run(video, out, annotate=True).session
    with Session.open(session) as opened:
        if cut_off:
            opened.finish(opened.counts, complete=False, message="cut off", cut_off=True)
        opened.set_name(1, "Ada")
        opened.markers.add(0.1, "group work")

    def other_model(*_: object) -> Built:
        return Built(fake_pipeline(), "CPU", replace(CARD, version="2"))

    with pytest.raises(ExportError, match="1 name and 1 marker") as refused:
        run(video, out, resume=True, build=other_model)
    assert "--overwrite" in str(refused.value)
    assert (out / "annotated.mp4").is_file()
    with Session.open(session) as opened:
        assert opened.names() == {1: "Ada"}
    run(video, out, resume=True, build=other_model, overwrite=True)
    with Session.open(session) as opened:
        assert (opened.names(), opened.info.model_version) == ({}, "2")


def test_a_recording_is_read_by_the_same_model_on_every_computer(video: Path, out: Path) -> None:
    asked: list[Settings] = []

    def build(settings: Settings, say: object) -> Built:
        asked.append(settings)
        return fake_build()(settings, say)

    report = run(video, out, build=build)
    assert [one.recognizer.shipped for one in asked] == ["base"]
    assert report.model == "fake 1"

"""The stand-in for the detector behaves as the real one does on drawn frames."""

from __future__ import annotations

from functools import cache

import numpy as np

from app.core.geometry import iou_matrix
from tests.bench.clips import scene_text
from tests.bench.ground_truth import GroundTruth, of_scene
from tests.bench.score import counted
from tests.bench.simulate import DRAWN, HARD, Noise, Simulation, Sweep
from tests.classroom.text import parse_scene

NOBODY = np.zeros((0, 4))


@cache
def lesson() -> GroundTruth:
    return of_scene(parse_scene(scene_text("seated_30", seconds=20)), "lesson")


def found(stand_in: Simulation) -> float:
    """Share of the faces that count which the whole look finds."""
    truth, seen = lesson(), 0
    asked, offsets = counted(truth), truth.faces.offsets(truth.frames)
    for frame in stand_in.frames():
        rows = slice(offsets[frame.index], offsets[frame.index + 1])
        faces = stand_in.detect(frame, NOBODY)
        overlap = iou_matrix(truth.faces.boxes[rows][asked[rows]], faces.boxes)
        seen += int((overlap.max(axis=1, initial=0.0) >= 0.5).sum())
    return seen / asked.sum()


def test_drawn_faces_are_found_and_hard_ones_often_missed() -> None:
    assert found(Simulation(lesson(), DRAWN)) > 0.97
    assert 0.8 < found(Simulation(lesson(), HARD)) < 0.95


def test_hidden_faces_are_not_found() -> None:
    truth = lesson()
    offsets = truth.faces.offsets(truth.frames)
    stand_in = Simulation(truth, Noise(false_rate=0.0))
    for frame in stand_in.frames():
        rows = slice(offsets[frame.index], offsets[frame.index + 1])
        hidden = truth.visible[rows] < 0.05
        count = len(stand_in.detect(frame, NOBODY))
        assert count <= (~hidden).sum()


def test_the_same_seed_says_the_same() -> None:
    one, same, other = (Simulation(lesson(), HARD, Sweep(), seed=s) for s in (1, 1, 2))
    frame = next(one.frames())
    assert np.array_equal(one.detect(frame, NOBODY).boxes, same.detect(frame, NOBODY).boxes)
    assert not np.array_equal(one.detect(frame, NOBODY).boxes, other.detect(frame, NOBODY).boxes)


def test_the_sweep_finds_new_faces_within_its_period_and_known_ones_at_once() -> None:
    truth = lesson()
    stand_in = Simulation(truth, Noise(false_rate=0.0, ghosts=0.0), Sweep(period=2.0))
    frames = list(stand_in.frames())
    everyone = len(stand_in.detect(frames[0], NOBODY))
    assert everyone >= 25  # the first look is at the whole picture
    swept = [stand_in.detect(frame, NOBODY).boxes for frame in frames[1:11]]
    assert max(map(len, swept)) < everyone
    assert sum(map(len, swept)) >= 0.9 * everyone
    passed_over = Simulation(truth, Noise(false_rate=0.0, ghosts=0.0), Sweep(period=2.0))
    looks = [passed_over.detect(frame, NOBODY).boxes for frame in frames[0:11:3]]
    assert sum(map(len, looks[1:])) >= 0.8 * everyone
    rows = truth.faces.frame == 11
    held = stand_in.detect(frames[11], truth.faces.boxes[rows])
    assert len(held) >= 0.95 * counted(truth)[rows].sum()


def test_colours_are_nearer_to_their_own_than_to_others() -> None:
    truth = lesson()
    stand_in, frames = Simulation(truth), list(Simulation(truth).frames())
    rows = (truth.faces.frame == 0) & (truth.visible > 0.9)
    ids = truth.faces.ids[rows]
    early = stand_in.cue.measure(frames[0], truth.faces.boxes[rows])
    later = (truth.faces.frame == 50) & np.isin(truth.faces.ids, ids) & (truth.visible > 0.9)
    late = stand_in.cue.measure(frames[50], truth.faces.boxes[later])
    apart = ((early[:, None] - late[None]) ** 2).sum(axis=2)
    own = ids[:, None] == truth.faces.ids[later][None]
    assert np.median(apart[own]) < 0.5 * np.median(apart[~own])

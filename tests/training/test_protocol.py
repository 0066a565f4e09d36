from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from tests.training.toys import save_faces
from training import data, protocol
from training.config import DataConfig

OFFICIAL, RANDOM = DataConfig(), DataConfig(split="random")


def keys(faces: data.FacesSet) -> set[bytes]:
    return {image.tobytes() for image in faces.images}


def test_official_training_faces_are_no_copies_of_held_out_ones(
    toy_faces: data.FacesSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    images = toy_faces.images.copy()
    images[3] = images[toy_faces.usage == data.TEST][0]
    images[4] = images[toy_faces.usage == data.VALIDATION][0]
    leaky = dataclasses.replace(toy_faces, images=images)
    training = protocol.training_faces(OFFICIAL, leaky, tmp_path)
    assert (training.usage == data.TRAIN).all()
    assert 140 < len(training) < 159
    held = leaky.select(leaky.usage != data.TRAIN)
    assert not keys(training) & keys(held)
    # Kept, and not looked for again; without a folder it is the same.
    assert keys(protocol.training_faces(OFFICIAL, leaky)) == keys(training)
    monkeypatch.setattr(data, "is_training", lambda faces: pytest.fail("looked again"))
    assert keys(protocol.training_faces(OFFICIAL, leaky, tmp_path)) == keys(training)
    with pytest.raises(pytest.fail.Exception):
        protocol.training_faces(OFFICIAL, toy_faces, tmp_path)  # other faces


def test_random_split_is_four_fifths_and_the_rest(toy_faces: data.FacesSet) -> None:
    training = protocol.training_faces(RANDOM, toy_faces)
    held, labels = protocol.held_out(RANDOM, toy_faces, data.VALIDATION)
    again, _ = protocol.held_out(RANDOM, toy_faces, data.TEST)
    assert keys(held) == keys(again)
    assert (held.usage == data.VALIDATION).all()
    assert len(held) == len(labels)
    assert not keys(training) & keys(held)
    assert keys(training) | keys(held) == keys(toy_faces)
    assert len(training) / len(toy_faces) == pytest.approx(0.8, abs=0.05)
    assert set(training.usage.tolist()) == {0, 1, 2}


def test_held_out_faces_have_labels(toy_faces: data.FacesSet) -> None:
    faces, labels = protocol.held_out(OFFICIAL, toy_faces, data.VALIDATION)
    assert (faces.usage == data.VALIDATION).all()
    assert labels.tolist() == data.majority(faces.votes).tolist()
    seven, _ = protocol.held_out(DataConfig(labels="fer2013"), toy_faces, data.VALIDATION)
    assert len(seven) == len(faces) - 20  # FER2013 has no contempt


def test_soft_hard_and_fer2013_targets() -> None:
    votes = np.zeros((3, 10), np.uint8)
    votes[0, :2] = 6, 4
    votes[1, :2] = 5, 5
    votes[2, 9] = 10
    faces = data.FacesSet(
        np.zeros((3, 48, 48), np.uint8), votes, np.zeros(3, np.uint8), np.array([3, -1, 6], np.int8)
    )
    soft, usable = protocol.targets(OFFICIAL, False, faces)
    assert soft[0, :2] == pytest.approx([0.6, 0.4])
    assert usable.tolist() == [True, True, False]
    hard, usable = protocol.targets(OFFICIAL, True, faces)
    assert hard[0].tolist() == [1, 0, 0, 0, 0, 0, 0, 0]
    assert usable.tolist() == [True, False, False]  # half is no majority
    for hardness in (True, False):
        seven, usable = protocol.targets(DataConfig(labels="fer2013"), hardness, faces)
        assert usable.tolist() == [True, False, True]
        assert seven.shape == (3, 7)
        assert seven[[0, 2]].argmax(axis=1).tolist() == [1, 0]  # happiness, neutral


def test_faces_are_levelled_where_asked(
    toy_faces: data.FacesSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from training.data import eyes

    source = save_faces(toy_faces, tmp_path)
    assert keys(protocol.load(OFFICIAL, source, tmp_path)) == keys(toy_faces)
    asked = []

    def levelled(faces: data.FacesSet, detector: Path, cache: Path) -> data.FacesSet:
        asked.append((detector, cache))
        return faces.select(faces.usage == data.TEST)

    monkeypatch.setattr(eyes, "levelled", levelled)
    found = protocol.load(DataConfig(align_eyes="yunet.onnx"), source, tmp_path)
    assert (found.usage == data.TEST).all()
    assert asked == [(Path("yunet.onnx"), tmp_path / "level.npz")]

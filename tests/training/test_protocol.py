from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from tests.training.toys import save_faces
from training import data, measure, protocol
from training.config import DataConfig

OFFICIAL, RANDOM = DataConfig(), DataConfig(split="random")


def keys(faces: data.FacesSet) -> set[bytes]:
    return {image.tobytes() for image in faces.images}


def leaky_faces(faces: data.FacesSet) -> data.FacesSet:
    """Two training faces and a validation face are held-out ones, too."""
    images = faces.images.copy()
    test, validation = (np.flatnonzero(faces.usage == p) for p in (data.TEST, data.VALIDATION))
    images[3] = images[test[0]]
    images[4] = images[validation[0]]
    images[validation[1]] = images[test[1], :, ::-1]
    return dataclasses.replace(faces, images=images)


def test_copies_of_held_out_faces_are_neither_learned_from_nor_chosen_by(
    toy_faces: data.FacesSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    leaky = leaky_faces(toy_faces)
    source = save_faces(leaky, tmp_path)
    faces = protocol.load(OFFICIAL, source, tmp_path / "runs" / "one")
    training = protocol.training_faces(OFFICIAL, faces)
    held, _ = protocol.held_out(OFFICIAL, faces, data.VALIDATION)
    test, _ = protocol.held_out(OFFICIAL, faces, data.TEST)
    assert (len(training), len(held), len(test)) == (158, 159, 160)
    assert not keys(training) & (keys(held) | keys(test))
    mirrored = {image[:, ::-1].tobytes() for image in held.images}
    assert not mirrored & keys(test)
    # Kept for all runs, and not looked for again.
    monkeypatch.setattr(data, "fair_usage", lambda faces: pytest.fail("looked again"))
    again = protocol.load(OFFICIAL, source, tmp_path / "runs" / "two")
    np.testing.assert_array_equal(again.usage, faces.usage)
    with pytest.raises(pytest.fail.Exception):
        protocol.load(OFFICIAL, save_faces(toy_faces, tmp_path), tmp_path / "runs" / "two")
    monkeypatch.undo()
    save_faces(leaky, tmp_path)
    for kept in (tmp_path / "runs").glob("parts-*.npy"):
        kept.write_bytes(kept.read_bytes()[:60])  # cut off
    again = protocol.load(OFFICIAL, source, tmp_path / "runs" / "two")
    np.testing.assert_array_equal(again.usage, faces.usage)


@pytest.mark.parametrize("labels", ["ferplus", "fer2013"])
def test_a_part_without_labels_is_refused(
    toy_faces: data.FacesSet, tmp_path: Path, labels: str
) -> None:
    test = toy_faces.usage == data.TEST
    votes, numbers = toy_faces.votes.copy(), toy_faces.fer2013.copy()
    votes[test], numbers[test] = 0, -1
    source = save_faces(dataclasses.replace(toy_faces, votes=votes, fer2013=numbers), tmp_path)
    with pytest.raises(data.DataError, match=f"no test face has a label .*{labels}"):
        protocol.load(DataConfig(labels=labels), source, tmp_path / "run")
    protocol.load(DataConfig(labels=labels, split="random"), source, tmp_path / "run")
    none = np.full(len(numbers), -1, np.int8)
    source = save_faces(dataclasses.replace(toy_faces, fer2013=none), tmp_path)
    with pytest.raises(data.DataError, match="no face has a label"):
        protocol.load(DataConfig(labels="fer2013", split="random"), source, tmp_path / "run")


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


def test_faces_are_levelled_after_they_are_split(
    toy_faces: data.FacesSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from training.data import eyes

    source = save_faces(leaky_faces(toy_faces), tmp_path)
    plain = protocol.load(OFFICIAL, source, tmp_path / "run")
    asked = []

    def levelled(faces: data.FacesSet, detector: Path, cache: Path) -> data.FacesSet:
        """Copies are none any more."""
        asked.append((detector, cache))
        noise = np.random.default_rng(0).integers(0, 255, faces.images.shape, np.uint8)
        return dataclasses.replace(faces, images=noise)

    monkeypatch.setattr(eyes, "levelled", levelled)
    (tmp_path / "run").mkdir()
    found = protocol.load(DataConfig(align_eyes="yunet.onnx"), source, tmp_path / "level" / "run")
    assert asked == [(Path("yunet.onnx"), tmp_path / "level" / "run" / "level.npz")]
    np.testing.assert_array_equal(found.usage, plain.usage)
    np.testing.assert_array_equal(found.published, plain.images)
    assert not keys(found) & keys(plain)
    config = DataConfig(align_eyes="yunet.onnx")
    exams = [
        measure.make_exam(c, faces, near=True) for c, faces in ((OFFICIAL, plain), (config, found))
    ]
    assert exams[0].near is not None
    assert exams[0].near.sum() == 2
    np.testing.assert_array_equal(exams[0].near, exams[1].near)
    np.testing.assert_array_equal(exams[0].copies, exams[1].copies)

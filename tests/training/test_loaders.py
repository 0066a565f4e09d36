from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch

from tests.training.toys import save_faces, toy_config
from training import data, protocol
from training.augment import at_size
from training.config import ClassifyConfig
from training.loaders import FaceData, SizedFaces, TrainingFaces


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory, toy_faces: data.FacesSet) -> Path:
    return save_faces(toy_faces, tmp_path_factory.mktemp("faces"))


def loaded(config: ClassifyConfig, source: Path) -> FaceData:
    return FaceData(config, protocol.load(config.data, source, source.parent / "run"))


def batches(source: Path, epoch: int = 0, **sections: Any) -> list[tuple[torch.Tensor, ...]]:
    config = toy_config(augment={"kind": "classroom"}, **sections)
    faces = loaded(config, source)
    faces.trainer = SimpleNamespace(current_epoch=epoch)
    loader = faces.train_dataloader()
    found = list(loader)
    assert all(torch.equal(a[0], b[0]) for a, b in zip(found, loader, strict=True))  # twice alike
    return found


def test_batches_depend_on_seed_and_epoch_only(source: Path) -> None:
    first = batches(source)
    for again, same in (
        (batches(source), True),
        (batches(source, epoch=1), False),
        (batches(source, schedule={"seed": 2}), False),
    ):
        assert torch.equal(first[0][0], again[0][0]) == same
        # Other epochs and seeds see the faces in another order, too.
        assert torch.equal(first[0][2].argmax(1), again[0][2].argmax(1)) == same


def test_a_batch_is_degraded_sharp_shares_and_answers(source: Path) -> None:
    (degraded, sharp, shares, answers), *others = batches(source, schedule={"batch": 64})
    assert degraded.shape == sharp.shape == (64, 1, 48, 48)
    assert degraded.dtype == sharp.dtype == shares.dtype == torch.float32
    assert sharp.max() > 150  # grey 0..255
    assert (degraded != sharp).any()
    torch.testing.assert_close(shares.sum(dim=1), torch.ones(64))
    assert answers.shape == (64, 0)
    assert len(others) == 1  # what fills no batch is left out


def test_an_epoch_shows_a_face_at_most_once_and_poses_it_anew(source: Path) -> None:
    config = toy_config(augment={"kind": "classroom"})
    faces = TrainingFaces(config, loaded(config, source).training)
    first = faces.__getitems__([3, 5])
    again = faces.__getitems__([5])
    torch.testing.assert_close(first[0][1], again[0][0])  # whatever the batch
    faces.epoch = 1
    assert not torch.equal(faces.__getitems__([5])[0], again[0])
    rows = loaded(config, source).train_dataloader().sampler
    assert sorted(rows) == list(range(len(faces)))


def test_teachers_answers_stay_with_their_faces(source: Path) -> None:
    config = toy_config()
    training = loaded(config, source).training
    labels = data.majority(training.votes)
    answers = np.eye(8, dtype=np.float32)[labels]
    batch = TrainingFaces(config, training, answers).__getitems__([7, 60, 130])
    assert batch[3].argmax(1).tolist() == labels[[7, 60, 130]].tolist()


def test_hard_labels_are_majorities_and_fer2013_has_seven(source: Path) -> None:
    soft, hard, seven = (
        batches(source, **sections)[0][2]
        for sections in (
            {},
            {"loss": {"kind": "cross_entropy"}},
            {"data": {"labels": "fer2013"}},
        )
    )
    assert soft.max() == pytest.approx(0.8)
    assert hard.max(dim=1).values.eq(1).all()
    assert seven.shape[1] == 7
    assert seven.sum(dim=1).eq(1).all()


def test_validation_faces_are_seen_at_each_size(source: Path) -> None:
    config = toy_config(schedule={"sizes": [48, 12]})
    whole = protocol.load(config.data, source, source.parent / "run")
    faces = FaceData(config, whole)
    loaders = faces.val_dataloader()
    assert len(loaders) == 2
    held, labels = data.protocol_split(whole, data.VALIDATION)
    for pixels, loader in zip((48, 12), loaders, strict=True):
        images, found = next(iter(loader))
        expected = at_size(held.images, pixels, 48)
        np.testing.assert_array_equal(images[:, 0].numpy(), expected)
        assert found.tolist() == labels.tolist()
    assert len(SizedFaces(held.images, labels, 12, 64)[0][0][0]) == 64

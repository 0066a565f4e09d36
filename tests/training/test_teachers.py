from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from app.core.errors import ModelError, SettingsError
from tests.training.toys import QUIET, save_checkpoint, save_faces, toy_config
from training import data, recipe, record
from training.config import load_config
from training.networks.reading import Reading
from training.teachers import answers

pytestmark = QUIET
TURNED = {"kind": "classroom", "low_resolution": 1.0, "smallest": 8, "noise": 30.0, "erase": 1.0}


class Teacher(nn.Module):
    """Reads the grey of a few pixels, and remembers what it was asked and what it said."""

    def __init__(self, gain: float) -> None:
        super().__init__()
        self.gain = gain
        self.seen: list[Tensor] = []
        self.said: list[Tensor] = []

    def forward(self, crops: Tensor) -> Reading:
        logits = self.gain * crops.flatten(1)[:, ::300] / 255
        self.seen.append(crops)
        self.said.append(logits)
        return Reading(logits)


def distilling(**changes: Any) -> Any:
    changes = {"poses": 1, "temperature": 2.0, **changes}
    return toy_config(distill=changes, augment=TURNED)


def test_answers_are_means_over_teachers_and_poses(
    tmp_path: Path, toy_faces: data.FacesSet
) -> None:
    images = toy_faces.images[:300]
    teachers = [Teacher(1.0), Teacher(6.0)]
    found = answers(distilling(poses=3), teachers, images, tmp_path)
    assert found.shape == (300, 8)
    assert found.dtype == np.float32
    total = torch.zeros(300, 8)
    for teacher in teachers:
        assert len(teacher.said) == 6  # three poses of two chunks
        for first, second in zip(teacher.said[::2], teacher.said[1::2], strict=True):
            total += torch.softmax(torch.cat([first, second]) / 2.0, dim=1)
    np.testing.assert_allclose(found, total.numpy() / 6, atol=1e-6)
    # Both see the same three poses, each another.
    poses = [torch.cat(teachers[0].seen[i : i + 2]) for i in (0, 2, 4)]
    assert torch.equal(poses[0], torch.cat(teachers[1].seen[:2]))
    assert not torch.equal(poses[0], poses[1])


def test_teachers_see_sharp_faces(tmp_path: Path, toy_faces: data.FacesSet) -> None:
    teacher = Teacher(1.0)
    config = distilling()
    answers(config, [teacher], toy_faces.images[:4], tmp_path)
    pose = config.augment.build(48)
    for row, seen in enumerate(teacher.seen[0]):
        damaged, sharp = pose(toy_faces.images[row], np.random.default_rng((1, 1_000_000, row)))
        np.testing.assert_array_equal(seen[0].numpy(), sharp)
        assert (damaged != sharp).any()


def test_temperature_softens(tmp_path: Path, toy_faces: data.FacesSet) -> None:
    teacher, images = Teacher(20.0), toy_faces.images[:8]
    cold = answers(distilling(temperature=1.0), [teacher], images, _new(tmp_path / "a"))
    warm = answers(distilling(temperature=8.0), [teacher], images, _new(tmp_path / "b"))
    assert (warm.max(axis=1) < cold.max(axis=1)).all()


def _new(folder: Path) -> Path:
    folder.mkdir()
    return folder


def test_answers_are_kept_and_not_asked_for_again(tmp_path: Path, toy_faces: data.FacesSet) -> None:
    images, teacher = toy_faces.images[:6], Teacher(1.0)
    first = answers(distilling(), [teacher], images, tmp_path)
    again = answers(distilling(), [teacher], images, tmp_path)
    assert len(teacher.said) == 1
    np.testing.assert_array_equal(first, again)
    with pytest.raises(SettingsError, match="made for other faces: add --restart"):
        answers(distilling(), [teacher], images[:5], tmp_path)


CONFIG = """
name = "{name}"
[data]
labels = "{labels}"
[network]
kind = "roomread"
stem = 8
widths = [8, 16]
depths = [1, 1]
dropout = 0.0
sr_features = 4
sr_blocks = 1
[schedule]
epochs = 1
"""


@pytest.fixture
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, toy_faces: data.FacesSet) -> Path:
    """A folder with the faces, and the config and run of a teacher that says "fear" of all."""
    for name, labels in (("timid", "ferplus"), ("seven", "fer2013")):
        (tmp_path / f"{name}.toml").write_text(CONFIG.format(name=name, labels=labels))
    (tmp_path / "sr.toml").write_text(
        'recipe = "restore"\nname = "sr"\n[restore]\n[schedule]\nepochs = 1\n'
    )
    monkeypatch.setattr(recipe, "CONFIGS", tmp_path)
    torch.manual_seed(0)
    network = recipe.build_network(toy_config())
    with torch.no_grad():
        network.classifier.head.bias[6] = 9.0
    record.prepare(load_config(tmp_path / "timid.toml"), tmp_path / "timid", resume=False)
    save_checkpoint(network, tmp_path / "timid" / "best.ckpt")
    record.write_cost(tmp_path / "timid", record.Cost())
    save_faces(toy_faces, tmp_path)
    return tmp_path


def test_student_moves_to_its_teacher(runs: Path) -> None:
    def share_of_fear(name: str, weight: float) -> float:
        config = toy_config(
            distill={"teachers": ["timid"], "poses": 1, "weight": weight},
            optimiser={"learning_rate": 0.05},
            loss={"restore_weight": 0.0},
            schedule={"epochs": 2, "batch": 16},
        )
        best = recipe.train(config, runs / "toy.npz", runs / name, resume=False)
        assert np.load(runs / name / "answers.npy").shape[1] == 8
        network = recipe.load_network(config, best)
        faces = data.load_ferplus(runs / "toy.npz").images[-80:, None].astype(np.float32)
        with torch.inference_mode():
            logits = network(torch.from_numpy(faces)).logits
        return float(torch.softmax(logits, dim=1)[:, 6].mean())

    assert share_of_fear("obedient", 1.0) > 0.5
    assert share_of_fear("deaf", 0.0) < 0.3


def test_a_run_that_goes_on_asks_nobody_again(runs: Path) -> None:
    config = toy_config(distill={"teachers": ["timid"], "poses": 1}, schedule={"epochs": 1})
    recipe.train(config, runs / "toy.npz", runs / "run", resume=False)
    record.write_cost(runs / "run", record.Cost(epochs=1, finished=False))
    (runs / "timid" / "best.ckpt").unlink()
    recipe.train(config, runs / "toy.npz", runs / "run", resume=True)
    assert record.finished(runs / "run")
    (runs / "run" / "answers.npy").unlink()
    record.write_cost(runs / "run", record.Cost(epochs=1, finished=False))
    with pytest.raises(ModelError, match="run timid is missing"):
        recipe.train(config, runs / "toy.npz", runs / "run", resume=True)


def test_a_teacher_that_still_learns_is_not_asked(runs: Path) -> None:
    record.write_cost(runs / "timid", record.Cost(epochs=1, finished=False))
    config = toy_config(distill={"teachers": ["timid"]})
    with pytest.raises(ModelError, match=r"run timid is missing in .* or not finished"):
        recipe.train(config, runs / "toy.npz", runs / "run", resume=False)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("nobody", "nobody.toml can't be read"),
        ("sr", "sr is no classifier: it can't teach"),
        ("seven", "seven knows fer2013 labels: it can't teach others"),
    ],
)
def test_who_can_not_teach_is_named(runs: Path, name: str, words: str) -> None:
    config = toy_config(distill={"teachers": [name]})
    with pytest.raises(SettingsError, match=words):
        recipe.train(config, runs / "toy.npz", runs / "run", resume=False)

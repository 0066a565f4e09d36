from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from app.core.expressions import LABELS
from tests.training.conftest import texture
from tests.training.toys import save_checkpoint
from training import data, folds, record
from training.config import ClassifyConfig, DataConfig, StartConfig, load_config
from training.recipe import build_network

CONFIGS = Path(folds.__file__).parent / "configs"


def people(count: int = 16, seed: int = 0) -> data.LabelledFaces:
    """Each person shows three expressions; its place in the picture tells which."""
    rng = np.random.default_rng(seed)
    labels = np.tile([1, 2, 4], count)
    images = np.stack([60 + texture(rng) for _ in labels])
    for image, label in zip(images, labels, strict=True):
        image[10 * label - 8 : 10 * label, 8:40] += 150
    images = np.clip(images, 0, 255).astype(np.uint8)
    subjects = np.repeat([f"S{n:03}" for n in range(count)], 3)
    return data.LabelledFaces(images, labels, subjects, np.zeros(len(labels), np.uint8))


def config(**changes: object) -> ClassifyConfig:
    loaded = load_config(CONFIGS / "stn_cnn_folds.toml")
    assert isinstance(loaded, ClassifyConfig)
    return loaded.model_copy(update=changes)


class Recorder:
    """Stands in for the recipe: learns nothing, answers by the place of the bright bar."""

    def __init__(self, wrong_fold: int | None = None, classes: int = len(LABELS)) -> None:
        self.classes = classes
        self.sources: list[Path] = []
        self.folders: list[Path] = []
        self.wrong_fold = wrong_fold

    def __call__(
        self, config: ClassifyConfig, source: Path, folder: Path
    ) -> Callable[[np.ndarray], np.ndarray]:
        self.sources.append(source)
        self.folders.append(folder)
        wrong = len(self.sources) - 1 == self.wrong_fold

        def predict(crops: np.ndarray) -> np.ndarray:
            shares = np.zeros((len(crops), self.classes), np.float32)
            for label in (1, 2, 4):
                shares[:, label] = crops[:, 0, 10 * label - 8 : 10 * label, 8:40].mean((1, 2))
            return -shares if wrong else shares

        return predict


def test_each_person_is_tested_once_by_a_network_that_never_saw_them(tmp_path: Path) -> None:
    faces, fit = people(), Recorder()
    found = folds.cross_validate(config(), faces, tmp_path, k=4, fit=fit)
    tested: list[bytes] = []
    who = {image.tobytes(): s for image, s in zip(faces.images, faces.subjects, strict=True)}
    for source in fit.sources:
        packed = data.load_ferplus(source)
        parts = [
            {who[image.tobytes()] for image in packed.images[packed.usage == usage]}
            for usage in (data.TRAIN, data.VALIDATION, data.TEST)
        ]
        assert not parts[0] & parts[1]
        assert not parts[0] & parts[2]
        assert not parts[1] & parts[2]
        assert all(parts)
        tested += [image.tobytes() for image in packed.images[packed.usage == data.TEST]]
        labels = dict(zip([i.tobytes() for i in faces.images], faces.labels, strict=True))
        expected = [labels[image.tobytes()] for image in packed.images]
        np.testing.assert_array_equal(data.majority(packed.votes), expected)
    assert len(tested) == len(set(tested)), "nobody is tested twice"
    assert found.confusions.sum() == len(tested)
    assert len(set(fit.folders)) == 4
    assert found.pooled() == 100


def test_figures_of_folds_and_of_another_data_set(tmp_path: Path) -> None:
    foreign = people(4, seed=1)
    found = folds.cross_validate(
        config(), people(), tmp_path, k=4, foreign=foreign, fit=Recorder(wrong_fold=2)
    )
    assert found.wa().tolist() == [100, 100, 0, 100]
    assert found.foreign is not None
    assert found.foreign.sum(axis=(1, 2)).tolist() == [12] * 4
    assert folds.accuracies(found.foreign).tolist() == [100, 100, 0, 100]
    stored = json.loads((tmp_path / "folds.json").read_text(encoding="utf-8"))
    assert stored["wa"] == [100, 100, 0, 100]
    assert stored["data"] == found.data == people().name
    assert stored["wa_pooled"] == pytest.approx(found.pooled(), abs=0.01)
    text = (tmp_path / "folds.md").read_text(encoding="utf-8")
    assert "75.0 ± 50.0" in text
    assert "other data set" in text


def test_classes_that_do_not_occur_do_not_count() -> None:
    counts = np.zeros((8, 8), np.int64)
    counts[1, 1], counts[2, 2], counts[2, 1] = 3, 1, 3
    assert folds.mean_recall(counts) == pytest.approx((100 + 25) / 2)
    assert folds.accuracies(counts[None]).tolist() == [pytest.approx(400 / 7)]


def test_seven_classes_leave_contempt_out(tmp_path: Path) -> None:
    faces = people()
    faces.labels[faces.labels == 4] = 7
    seven = config(data=DataConfig(labels="fer2013"))
    fit = Recorder(classes=7)
    found = folds.cross_validate(seven, faces, tmp_path, k=4, foreign=faces, fit=fit)
    assert found.classes == data.class_names("fer2013")
    assert found.confusions.shape == (4, 7, 7)
    assert found.confusions.sum() == 32
    assert found.foreign is not None
    assert found.foreign.sum(axis=(1, 2)).tolist() == [32] * 4
    packed = data.load_ferplus(fit.sources[0])
    assert set(data.labels_of(packed, "fer2013").tolist()) == {1, 2}
    stored = json.loads((tmp_path / "folds.json").read_text(encoding="utf-8"))
    assert stored["labels"] == list(found.classes)


def test_a_random_split_is_refused(tmp_path: Path) -> None:
    with pytest.raises(data.DataError, match=r"need data\.split = 'official'"):
        folds.cross_validate(config(data=DataConfig(split="random")), people(), tmp_path)


def start_of_all(run: ClassifyConfig, runs: Path) -> ClassifyConfig:
    """The config, to begin with the weights of a run that lies among all runs."""
    save_checkpoint(build_network(run), runs / "earlier" / "best.ckpt")
    (runs / "earlier" / "config.json").write_text(run.model_dump_json())
    record.write_cost(runs / "earlier", record.Cost())
    return run.model_copy(update={"start": (StartConfig(run="earlier"),)})


@pytest.mark.filterwarnings("ignore")  # Lightning and torch warn about their own insides.
def test_the_recipe_trains_every_fold(tmp_path: Path) -> None:
    small = {"side": 16, "widths": (8,) * 5, "inception": (8, 8), "hidden": 16, "localisation": 4}
    run = config()
    run = run.model_copy(
        update={
            "network": run.network.model_copy(update=small),
            "schedule": run.schedule.model_copy(update={"epochs": 1, "batch": 8, "patience": 0}),
        }
    )
    run = start_of_all(run, tmp_path)
    found = folds.cross_validate(run, people(12), tmp_path / "lab", k=2)
    assert found.confusions.shape == (2, 8, 8)
    assert (tmp_path / "lab_fold1" / "best.ckpt").is_file()

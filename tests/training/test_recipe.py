"""The road: train, resume, evaluate, export, on blobs instead of faces."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from app.core.card import load_card
from training import data, measure
from training.__main__ import main
from training.config import load_config
from training.recipe import FerPlusData

CONFIG = """
name = "toy"
version = "1"
[network]
size = 48
stem = 16
widths = [16, 32, 32]
depths = [1, 1, 1]
excite = true
dropout = 0.0
sr_features = 8
sr_blocks = 1
align = true
[augment]
flip = 0.0
angle = 3.0
shift = 0.02
scale = [0.95, 1.05]
low_resolution = 0.5
smallest = 12
compress = 0.1
blur = 0.1
noise = 4.0
erase = 0.0
[schedule]
epochs = 6
batch = 32
learning_rate = 0.005
weight_decay = 0.01
warm_up = 0.2
sr_weight = 0.1
ema = 0.5
validate_every = 2
seed = 1
[crop]
scale = 1.0
shift = [0.0, 0.0]
upright = true
"""

# Lightning and torch warn about their own insides and about a machine this small.
pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
    pytest.mark.filterwarnings("ignore:.*does not have many workers.*"),
    pytest.mark.filterwarnings("ignore:.*logging interval.*"),
    pytest.mark.filterwarnings("ignore:Checkpoint directory.*"),
    pytest.mark.filterwarnings("ignore:.*treespec.*"),
]


@pytest.fixture(scope="module")
def road(tmp_path_factory: pytest.TempPathFactory, toy_faces: data.FacesSet) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("road")
    config, packed = folder / "toy.toml", folder / "toy.npz"
    config.write_text(CONFIG)
    np.savez(packed, images=toy_faces.images, votes=toy_faces.votes, usage=toy_faces.usage)
    return {"config": config, "data": packed, "run": folder / "run", "out": folder / "model"}


def command(name: str, road: dict[str, Path], *more: str) -> int:
    return main(
        [name, str(road["config"]), "--data", str(road["data"]), "--run", str(road["run"]), *more]
    )


def test_train_resume_evaluate_export(
    road: dict[str, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert command("train", road) == 0
    assert (road["run"] / "best.ckpt").is_file()
    finished = (road["run"] / "last.ckpt").stat().st_mtime_ns
    assert command("train", road) == 0  # nothing left to do: goes on from the last epoch
    assert (road["run"] / "last.ckpt").stat().st_mtime_ns == finished

    assert command("export", road, "--out", str(road["out"])) == 0
    card, model = load_card(road["out"])
    at_48 = card.raw["figures"][0]
    assert at_48["wa"] > 80  # chance is 12.5: it did learn
    assert card.raw["largest_difference_to_torch"] < 1e-4
    assert b"training/networks" not in model.read_bytes()  # no traces of this computer's folders

    predict = measure.onnx_predict(model, threads=1)
    faces = data.load_ferplus(road["data"])
    again = measure.score(predict, faces, data.TEST, 48, 48)
    assert again.wa == pytest.approx(at_48["wa"], abs=0.01)
    for batch in (1, 3, 40):
        rows = predict(np.zeros((batch, 1, 48, 48), np.float32))
        assert rows.shape == (batch, 8)
        np.testing.assert_allclose(rows.sum(axis=1), 1, atol=1e-5)

    capsys.readouterr()
    assert command("evaluate", road, "--model", str(road["out"])) == 0
    printed = capsys.readouterr().out
    assert f"{at_48['wa']:.2f}" in printed
    assert "ms a face" in printed


def test_a_run_is_not_resumed_with_another_config(
    road: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "other.toml"
    other.write_text(CONFIG.replace("epochs = 6", "epochs = 7"))
    arguments = ["train", str(other), "--data", str(road["data"]), "--run", str(road["run"])]
    assert main(arguments) == 1
    assert "add --restart" in capsys.readouterr().err


def test_batches_depend_on_seed_and_epoch_only(road: dict[str, Path]) -> None:
    config = load_config(road["config"])

    def first_batch() -> np.ndarray:
        return next(iter(FerPlusData(config, road["data"]).train_dataloader()))[0].numpy()

    np.testing.assert_array_equal(first_batch(), first_batch())


def test_all_shipped_configs_are_valid() -> None:
    paths = sorted(Path("training/configs").glob("*.toml"))
    assert paths
    for path in paths:
        assert load_config(path).name == path.stem


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("epochs = 6", "epochs = 0"), "schedule.epochs"),
        (("seed = 1", "seeed = 1"), "schedule.seed"),
        (("[crop]", "[crop"), "no valid TOML"),
        (("size = 48", "size = 50"), "network.size"),
    ],
)
def test_bad_configs_are_one_line(
    tmp_path: Path, change: tuple[str, str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "bad.toml"
    path.write_text(CONFIG.replace(*change))
    assert main(["train", str(path), "--data", str(tmp_path)]) == 1
    message = capsys.readouterr().err
    assert words in message
    assert message.count("\n") == 1


def test_missing_checkpoint_is_one_line(
    road: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(
        ["export", str(road["config"]), "--data", str(road["data"]), "--run", str(tmp_path)]
    )
    assert code == 1
    assert "no checkpoint" in capsys.readouterr().err


def test_shipped_card_belongs_to_its_config() -> None:
    config = load_config(Path("training/configs/base.toml"))
    raw = json.loads(Path("models/base/card.json").read_text())
    assert raw["network"] == config.network.model_dump(mode="json")
    assert raw["crop"] == config.crop.model_dump(mode="json")

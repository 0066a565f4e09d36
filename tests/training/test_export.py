from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import onnx
import pytest
import torch

from app.core.card import load_card, load_half
from app.core.errors import ModelError, SettingsError
from app.core.expressions import LABELS
from tests.training.toys import save_checkpoint, save_faces, toy_config
from training import card as cards
from training import data, export, measure
from training.networks.reading import BySharpness, Calibrated
from training.recipe import build_network, load_network
from training.reporting.report import ReportError

pytestmark = pytest.mark.filterwarnings("ignore:.*treespec.*:FutureWarning")
SEVEN = toy_config(
    data={"labels": "fer2013"},
    network={"align": False, "sr_of": "features"},
    export={"storage": "half", "bias": True, "by_sharpness": True},
)


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory, toy_faces: data.FacesSet) -> Path:
    return save_faces(toy_faces, tmp_path_factory.mktemp("faces"))


@pytest.fixture(scope="module")
def checkpoint(source: Path) -> Path:
    torch.manual_seed(0)
    return save_checkpoint(build_network(SEVEN), source.parent / "run" / "best.ckpt")


@pytest.fixture(scope="module")
def exported(source: Path, checkpoint: Path) -> Path:
    folder = source.parent / "model"
    with pytest.MonkeyPatch.context() as patch:
        # Timing takes seconds, and is tested with the reports.
        patch.setattr(cards, "measure_cost", lambda *call: SimpleNamespace(onnx={}))
        export.export(SEVEN, source, checkpoint, folder)
    return folder


def test_card_of_a_seven_class_network(exported: Path) -> None:
    card, model = load_card(exported)
    assert {path.name for path in exported.iterdir()} == {"model.onnx", "half.onnx", "card.json"}
    assert card.labels == LABELS
    assert 0 < card.min_confidence < 1
    assert card.calibration.startswith("temperature that depends on the sharpness of the crop and")
    assert len(card.raw["calibration"]["bias"]) == 7
    assert card.raw["network"] == SEVEN.network.model_dump(mode="json")
    assert card.raw["pretraining"] == "none"
    assert card.raw["largest_difference_to_torch"] < export.TOLERANCE
    assert card.raw["largest_difference_as_stored"] < 1e-2
    assert [row["pixels"] for row in card.raw["figures"]] == list(measure.SIZES)
    assert card.raw["figures"][0]["by_class"]["contempt"] == 0
    assert card.raw["fer2013"]["faces"] == 140
    for figures in (*card.raw["figures"], card.raw["fer2013"]):
        assert figures["without_copies_and_near_copies"]["faces"] <= figures["faces"]
    assert "with their own labels, one a face; training part only" in card.raw["data"]
    assert "without the 0 of its faces that are copies or near-copies" in card.raw["data"]
    assert "models chosen on PublicTest; calibrated on it without the 0" in card.raw["protocol"]
    assert "vote distributions" not in card.calibration
    assert card.raw["min_confidence_is"].startswith("the confidence that 80% of the validation")
    assert b"_half" in model.read_bytes()
    half = load_half(exported, card)
    assert half == exported / "half.onnx"
    assert card.raw["half"]["largest_difference_to_torch"] < 1e-2
    assert [row["pixels"] for row in card.raw["half"]["figures"]] == list(measure.SIZES)


@pytest.mark.parametrize(
    ("section", "words"),
    [({"split": "random"}, "a random split"), ({"align_eyes": "yunet.onnx"}, "data.align_eyes")],
)
def test_what_the_app_can_not_do_is_not_exported(
    section: dict[str, str], words: str, tmp_path: Path
) -> None:
    with pytest.raises(SettingsError, match=words):
        export.export(toy_config(data=section), tmp_path, tmp_path / "best.ckpt", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_folder_that_is_none_is_refused_before_calibrating(tmp_path: Path) -> None:
    (tmp_path / "out").touch()
    with pytest.raises(ReportError, match="can't be a folder"):
        export.export(toy_config(), tmp_path, tmp_path / "best.ckpt", tmp_path / "out")


def test_the_majority_calibrates_where_the_config_says_so(source: Path, tmp_path: Path) -> None:
    faces, graph = data.load_ferplus(source), tmp_path / "model.onnx"
    torch.manual_seed(0)
    export.write_graph(Calibrated(build_network(toy_config()).eval(), 1.0).eval(), 48, graph)
    told = {
        target: export._calibrate(toy_config(export={"fit_to": target}), graph, faces, 48)
        for target in ("votes", "majority")
    }
    assert told["votes"].temperature != told["majority"].temperature
    assert told["majority"].target == "majority"


def test_graph_says_what_torch_says_in_any_batch(
    exported: Path, checkpoint: Path, source: Path
) -> None:
    card, file = load_card(exported)
    told = card.raw["calibration"]
    bias = torch.tensor(told["bias"])
    sharp = BySharpness(**told["sharpness"])
    network = load_network(SEVEN, checkpoint)
    module = Calibrated(network, told["temperature"], bias, 8, sharp=sharp).eval()
    predict = measure.onnx_predict(file)
    faces = data.load_ferplus(source).images[::13, None].astype(np.float32)
    for batch in (1, 3, 30):
        with torch.inference_mode():
            expected = module(torch.from_numpy(faces[:batch])).numpy()
        actual = predict(faces[:batch])
        assert actual.shape == (batch, 8)
        np.testing.assert_allclose(actual, expected, atol=5e-3)
        assert (actual[:, 7] == 0).all()


def test_no_traces_of_the_computer(exported: Path) -> None:
    content = (exported / "model.onnx").read_bytes()
    assert b"training/networks" not in content
    assert str(Path.cwd()).encode() not in content
    model = onnx.load(str(exported / "model.onnx"))
    assert [opset.version for opset in model.opset_import if opset.domain in ("", "ai.onnx")] == [
        export.OPSET
    ]


def test_disagreeing_graph_is_not_written(
    source: Path, exported: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    torch.manual_seed(1)
    other = save_checkpoint(build_network(SEVEN), tmp_path / "run" / "best.ckpt")
    wrong = (exported / "model.onnx").read_bytes()
    monkeypatch.setattr(export, "write_graph", lambda module, side, path: path.write_bytes(wrong))
    with pytest.raises(ModelError, match=r"torch and ONNX Runtime differ by .*, over 1e-04"):
        export.export(SEVEN, source, other, tmp_path / "model")
    assert list((tmp_path / "model").iterdir()) == []


def test_comparison_sees_a_difference(
    exported: Path, checkpoint: Path, toy_faces: data.FacesSet
) -> None:
    network = load_network(SEVEN, checkpoint)
    with torch.no_grad():
        network.classifier.head.bias[2] += 1
    module = Calibrated(network, 1.0, columns=8).eval()
    found = export.compare(module, exported / "model.onnx", toy_faces, 48)
    assert found > 0.05


def test_quantiser_is_shown_training_faces_of_every_size(toy_faces: data.FacesSet) -> None:
    shown = export._shown(SEVEN, toy_faces, 48)
    assert shown.shape[1:] == (1, 48, 48)
    assert shown.dtype == np.float32
    assert 140 < len(shown) <= 160
    detail = np.abs(np.diff(shown[:, 0], axis=2)).mean((1, 2))
    quarters = [part.mean() for part in np.array_split(detail, len(measure.SIZES))]
    assert quarters == sorted(quarters, reverse=True)  # fewer and fewer pixels

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import torch

from app.core.card import load_card
from app.core.errors import ModelError, SettingsError
from tests.training.toys import save_faces
from training import data, evaluate, measure, protocol
from training.config import ClassifyConfig, DataConfig, ScheduleConfig
from training.networks.stn_cnn import StnCnnConfig
from training.recipe import build_network
from training.recipes.restore import RestoreConfig, RestoreSection
from training.record import Cost, digest
from training.reporting import page
from training.reporting import report as reporting
from training.reporting.claims import Reaches, Verdict
from training.reporting.cost import measure_cost
from training.reporting.papers import PAPERS
from training.reporting.report import ReportError
from training.rotation import ANGLES

ROOT = Path(__file__).resolve().parents[2]
SMALL = StnCnnConfig(
    side=16, widths=(4, 4, 4, 4, 8), inception=(8, 8), hidden=8, localisation=4, align=False
)


def make_config(**sections: object) -> ClassifyConfig:
    return ClassifyConfig(
        name="stn_toy", network=SMALL, schedule=ScheduleConfig(epochs=1), **sections
    )


@pytest.fixture
def source(tmp_path: Path, toy_faces: data.FacesSet) -> Path:
    path = tmp_path / "toy.npz"
    np.savez(
        path,
        images=toy_faces.images,
        votes=toy_faces.votes,
        usage=toy_faces.usage,
        fer2013=(np.arange(len(toy_faces)) % 7).astype(np.int8),
        row=np.arange(len(toy_faces), dtype=np.int32),
    )
    return path


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A run folder with a checkpoint of random weights."""
    torch.manual_seed(0)
    weights = build_network(make_config()).state_dict()
    folder = tmp_path / "run"
    folder.mkdir()
    state = {"state_dict": {f"network.{name}": value for name, value in weights.items()}}
    torch.save(state, folder / "best.ckpt")
    (folder / "run.json").write_text('{"seconds": 60, "threads": 1, "epochs": 1, "faces": 160}')
    return folder


@pytest.mark.filterwarnings("ignore:.*treespec.*:FutureWarning")
def test_a_checkpoint_becomes_a_report(
    tmp_path: Path, source: Path, run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evaluate, "measure_cost", partial(measure_cost, seconds=0.02))
    folder = tmp_path / "report"
    table = evaluate.evaluate_command(make_config(), source, run, None, folder)
    found = reporting.read_report(folder)
    assert set(found.protocols) == {"ferplus", "fer2013"}
    assert [s.pixels for s in found.main.scores] == list(measure.SIZES)
    assert f"| 48 px | 160 | {found.main.scores[0].wa:.2f}" in table
    assert found.protocols["fer2013"].scores[0].classes == data.class_names("fer2013")
    assert set(found.main.by_angle) == {-45, -30, -15, 0, 15, 30, 45}
    assert found.main.by_angle[0].wa == pytest.approx(found.main.scores[0].wa, abs=1e-3)
    assert found.cost.multiply_adds
    assert found.compute == Cost(seconds=60, threads=1, epochs=1, faces=160)
    assert found.final
    assert found.data == data.FER
    assert found.digest == digest(protocol.load(make_config().data, source, run))
    assert "models chosen on PublicTest. 160 faces" in found.main.protocol
    assert found.main.threshold is not None
    sure = [c.coverage for c in found.main.at_threshold]
    assert all(0 <= share <= 100 for share in sure)
    assert "160 faces, 0 of them byte-identical" in found.main.protocol
    assert found.main.threshold_from.startswith("the confidence that 80% of the validation faces")
    assert ClassifyConfig.model_validate(found.config) == make_config()


def fake_subject(answer: int, classes: int = 8) -> evaluate.Subject:
    """Always says the same, and something else with test-time augmentation."""

    def saying(column: int) -> measure.Predict:
        row = np.full(classes, 0.05, np.float32)
        row[column] = 0.65
        return lambda crops: np.tile(row, (len(crops), 1))

    return evaluate.Subject(saying(answer), None, None, 48, "fake", saying(answer + 1))


@pytest.fixture
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither checkpoints nor timings."""
    monkeypatch.setattr(evaluate, "checkpoint_subject", lambda config, path: fake_subject(1))
    monkeypatch.setattr(evaluate, "_exported", lambda subject, path: path)
    nothing = reporting.Cost(None, None, 0, {}, {})
    monkeypatch.setattr(evaluate, "measure_cost", lambda module, file, side: nothing)
    paper_of(monkeypatch, sizes=(48,))


def paper_of(monkeypatch: pytest.MonkeyPatch, **fields: object) -> None:
    """A paper of the toy's system that asks for less."""
    paper = replace(PAPERS["stn_cnn"], **({"angles": False} | fields))
    monkeypatch.setattr(evaluate, "PAPERS", {"stn_cnn": paper})


@pytest.mark.usefixtures("cheap")
def test_test_time_augmentation_is_a_protocol_of_its_own(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paper_of(monkeypatch, sizes=(48, 16), tta=True)
    found = evaluate.evaluate(make_config(), source, tmp_path)
    assert found.main.scores[0].whole.by_class["happiness"] == 100
    posed = found.protocols["ferplus+tta"]
    assert posed.scores[0].whole.by_class["surprise"] == 100
    assert [s.pixels for s in posed.scores] == [48]
    assert "reach at 16 px" in found.main.threshold_from
    assert "reach at 48 px" in posed.threshold_from
    assert "the mean over 8 random poses" in posed.protocol
    assert "Test-time augmentation: none" in found.main.protocol
    assert "(16 px)" in found.main.protocol


@pytest.mark.usefixtures("cheap")
def test_the_paper_says_whether_faces_are_turned_not_the_name(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = make_config().model_copy(update={"name": "any_name"})
    assert evaluate.evaluate(config, source, tmp_path).main.by_angle == {}
    paper_of(monkeypatch, sizes=(48,), angles=True)
    assert set(evaluate.evaluate(config, source, tmp_path).main.by_angle) == set(ANGLES)


@pytest.mark.usefixtures("cheap")
def test_figures_on_another_data_set_have_its_name(
    tmp_path: Path, toy_faces: data.FacesSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    paper_of(monkeypatch, sizes=(48,), tta=True)
    source = save_faces(replace(toy_faces, name="RAF-DB"), tmp_path)
    found = evaluate.evaluate(make_config(), source, tmp_path)
    assert found.data == found.labels == "RAF-DB"
    assert set(found.protocols) == {"RAF-DB", "RAF-DB+tta"}
    assert found.main.faces.startswith("RAF-DB-official-")
    text = page.markdown(found, [])
    assert "## RAF-DB, with test-time augmentation" in text
    assert "FER" not in text
    results = {"toy": found}
    on_fer = Reaches("It reads FER+.", "toy", 50, protocol="ferplus+tta")
    assert on_fer.decide(results).verdict is Verdict.UNTESTED
    on_raf = Reaches("It reads RAF-DB.", "toy", 50, protocol="RAF-DB")
    assert on_raf.decide(results).verdict is Verdict.FAILS


@pytest.mark.usefixtures("cheap")
def test_a_random_split_has_no_other_protocol(source: Path, tmp_path: Path) -> None:
    config = make_config(data=DataConfig(split="random"))
    found = evaluate.evaluate(config, source, tmp_path)
    assert set(found.protocols) == {"ferplus"}
    assert "a random fifth of all faces" in found.main.protocol
    assert found.main.threshold is None
    assert found.main.at_threshold == []


@pytest.mark.usefixtures("cheap")
def test_faces_of_different_splits_have_different_names(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = evaluate.evaluate(make_config(), source, tmp_path)
    drawn = make_config(data=DataConfig(split="random"))
    other = evaluate.evaluate(drawn, source, tmp_path)
    paper_of(monkeypatch, sizes=(24,))
    again = evaluate.evaluate(make_config(), source, tmp_path)
    assert one.main.faces == again.main.faces
    assert one.main.faces != other.main.faces
    assert one.main.faces != one.protocols["fer2013"].faces


def test_a_shipped_model_is_measured_by_its_card() -> None:
    folder = next(iter(sorted((ROOT / "models").glob("*/card.json")))).parent
    card, _ = load_card(folder)
    same = {"name": card.name, "version": card.version}
    subject = evaluate.exported_subject(make_config().model_copy(update=same), folder)
    shares = subject.predict(np.zeros((2, 1, subject.side, subject.side), np.float32))
    assert shares.shape == (2, 8)
    assert shares.sum(axis=1) == pytest.approx(1, abs=1e-4)
    assert subject.module is None
    assert "calibrated" in subject.words
    assert subject.bar is not None
    for part in same:
        other = make_config().model_copy(update=same | {part: "other"})
        with pytest.raises(SettingsError, match=f"holds {card.name}, version {card.version}, and"):
            evaluate.exported_subject(other, folder)


@pytest.mark.usefixtures("cheap")
def test_an_exported_model_is_measured_at_the_bar_of_its_card(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    subject = replace(fake_subject(1), bar=0.6, bar_words="found so", model=tmp_path / "m.onnx")
    monkeypatch.setattr(evaluate, "exported_subject", lambda config, folder: subject)
    found = evaluate.evaluate(make_config(), source, tmp_path, Path("models/toy"))
    assert found.main.threshold == 0.6
    assert found.main.threshold_from == "found so"
    assert found.main.at_threshold[0].coverage == 100
    assert found.command.endswith("--model models/toy")
    assert found.kind == "model"


def test_posed_answers_are_probabilities(run: Path) -> None:
    subject = evaluate.checkpoint_subject(make_config(), run / "best.ckpt")
    crops = np.random.default_rng(0).uniform(0, 255, (3, 1, 48, 48)).astype(np.float32)
    assert subject.posed is not None
    posed, plain = subject.posed(crops), subject.predict(crops)
    assert posed.sum(axis=1) == pytest.approx(1, abs=1e-5)
    assert not np.allclose(posed, plain)


def test_what_can_not_be_measured_is_one_clear_line(source: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no checkpoint"):
        evaluate.evaluate(make_config(), source, tmp_path)
    restore = RestoreConfig(
        recipe="restore", name="sr", schedule=ScheduleConfig(epochs=1), restore=RestoreSection()
    )
    with pytest.raises(SettingsError, match="makes no model that reads faces"):
        evaluate.evaluate_command(restore, source, tmp_path, None, tmp_path)


def test_a_place_for_the_report_that_is_none_is_refused_before_measuring(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ReportError, match="can't be a folder"):
        evaluate.evaluate_command(make_config(), tmp_path, tmp_path, None, tmp_path / "file")


@pytest.mark.usefixtures("cheap")
def test_the_threshold_comes_from_validation_faces(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    make_exam = measure.make_exam

    def spy(config: DataConfig, faces: data.FacesSet, usage: int = data.TEST, near: bool = False):
        asked.append(usage)
        return make_exam(config, faces, usage, near)

    monkeypatch.setattr(measure, "make_exam", spy)
    monkeypatch.setattr(measure, "threshold", lambda predict, exam, side, pixels: len(asked))
    found = evaluate.evaluate(make_config(), source, tmp_path)
    assert asked[:2] == [data.TEST, data.VALIDATION]
    assert found.main.threshold == 2

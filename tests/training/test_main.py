"""The command line, and the whole road: train, evaluate, export, on blobs instead of faces."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from app.core.card import load_card
from app.core.errors import RoomreadError
from tests.training.toys import QUIET, save_checkpoint, save_faces
from training import __main__ as cli
from training import data, evaluate, measure, record
from training.__main__ import main
from training.config import ClassifyConfig, load_config
from training.recipe import build_network
from training.reporting.cost import measure_cost
from training.reporting.report import read_report

pytestmark = [*QUIET, pytest.mark.filterwarnings("ignore:.*treespec.*:FutureWarning")]
ROOT = Path(__file__).resolve().parents[2]
CONFIG = """
name = "toy"
[network]
kind = "roomread"
stem = 8
widths = [8, 16, 32, 32]
depths = [1, 1, 1, 1]
excite = false
dropout = 0.0
sr_features = 4
sr_blocks = 1
[augment]
kind = "classroom"
flip = 0.0
angle = 4.0
shift = 0.02
scale = [0.95, 1.05]
low_resolution = 0.3
erase = 0.0
[loss]
restore_weight = 0.05
[optimiser]
learning_rate = 0.01
[schedule]
epochs = 4
batch = 16
ema = 0.5
"""
COMMANDS = {
    "train": ["c.toml", "--data", "d", "--run", "r", "--restart"],
    "evaluate": ["c.toml", "--data", "d", "--run", "r", "--model", "m", "--report", "o"],
    "export": ["c.toml", "--data", "d", "--run", "r", "--out", "o"],
    "compare": ["one", "two", "--out", "o"],
    "reproduce": ["psr", "--data", "d", "--runs", "r"],
    "copies": ["--data", "d"],
    "peers": ["model", "peer.tflite"],
    "digits": ["--out", "o"],
    "folds": ["c.toml", "--data", "CK+48", "--foreign", "j", "--detector", "y", "--run", "r"],
}


@pytest.fixture(scope="module")
def road(tmp_path_factory: pytest.TempPathFactory, toy_faces: data.FacesSet) -> Path:
    """A folder with a config and faces."""
    folder = tmp_path_factory.mktemp("road")
    (folder / "toy.toml").write_text(CONFIG)
    save_faces(toy_faces, folder)
    return folder


def command(name: str, road: Path, *more: str) -> int:
    given = [str(road / "toy.toml"), "--data", str(road / "toy.npz"), "--run", str(road / "run")]
    return main([name, *given, *more])


def test_train_evaluate_export(
    road: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evaluate, "measure_cost", partial(measure_cost, seconds=0.02))
    assert command("train", road) == 0
    assert f"best checkpoint: {road / 'run' / 'best.ckpt'}" in capsys.readouterr().out

    report = road / "report"
    assert command("evaluate", road, "--report", str(report)) == 0
    printed = capsys.readouterr().out
    found = read_report(report)
    assert found.main.scores[0].wa > 60  # chance is 12.5: it did learn
    assert f"| {found.main.scores[0].wa:.2f}" in printed.replace(" (", " | (")
    assert f"wrote {report}/report.md" in printed
    assert f"{found.main.scores[0].wa:.2f}" in (report / "report.md").read_text()
    assert {path.suffix for path in report.iterdir()} >= {".md", ".json", ".png"}

    out = road / "model"
    assert command("export", road, "--out", str(out)) == 0
    assert f"wrote {out}/model.onnx and card.json" in capsys.readouterr().out
    card, model = load_card(out)
    assert card.raw["figures"][0]["wa"] == pytest.approx(found.main.scores[0].wa, abs=1.0)
    assert card.raw["largest_difference_to_torch"] < 1e-4
    assert card.raw["pretraining"] == "none"
    predict = measure.onnx_predict(model, threads=1)
    faces = data.load_ferplus(road / "toy.npz")
    exam = measure.make_exam(load_config(road / "toy.toml").data, faces)
    again = measure.score(predict, exam, 48, 48)
    assert again.wa == pytest.approx(card.raw["figures"][0]["wa"], abs=0.01)


@pytest.mark.parametrize("name", ["evaluate", "export"])
def test_a_run_is_measured_with_its_own_config_and_data(
    name: str, road: Path, tmp_path: Path, toy_faces: data.FacesSet,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    config, run = load_config(road / "toy.toml", ClassifyConfig), tmp_path / "run"
    record.prepare(config, run, resume=False)
    save_checkpoint(build_network(config), run / "best.ckpt")
    record.load_faces(config.data, road / "toy.npz", run, learn=True)
    fewer = save_faces(toy_faces.select(np.arange(len(toy_faces)) > 0), tmp_path)
    (tmp_path / "other.toml").write_text(CONFIG.replace("epochs = 4", "epochs = 5"))
    for toml, faces, words in (
        (tmp_path / "other.toml", road / "toy.npz", "of another config (not the same schedule)"),
        (road / "toy.toml", fewer, "holds a run of other faces"),
    ):
        out = ["--out" if name == "export" else "--report", str(tmp_path / "out")]
        given = [name, str(toml), "--data", str(faces), "--run", str(run)]
        assert main([*given, *out]) == 1
        message = capsys.readouterr().err
        assert words in message
        assert message.count("\n") == 1


def test_a_finished_run_says_so(
    road: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = tmp_path / "run"
    (tmp_path / "toy.toml").write_text(CONFIG.replace("epochs = 4", "epochs = 1"))
    train = ["train", str(tmp_path / "toy.toml"), "--data", str(road / "toy.npz")]
    for words in ("finished\n", "finished before; --restart trains it anew\n"):
        assert main([*train, "--run", str(run)]) == 0
        assert f"{words}best checkpoint: {run / 'best.ckpt'}\n" in capsys.readouterr().out


@pytest.mark.parametrize("name", COMMANDS)
def test_commands_parse_and_run_what_they_name(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr(cli, f"_{name}", asked.append)
    assert main([name, *COMMANDS[name]]) == 0
    (given,) = asked
    paths = [value for value in vars(given).values() if isinstance(value, Path)]
    assert paths or given.command == "compare"
    if name == "train":
        assert given.restart is True
        assert given.data == Path("d")


def test_every_command_is_in_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    printed = capsys.readouterr().out
    known = printed[printed.index("{") + 1 : printed.index("}")].split(",")
    assert set(known) == set(COMMANDS)


def test_help_does_not_load_torch() -> None:
    code = "import sys, training.__main__ as m; m._parser(); print('torch' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"


@pytest.mark.parametrize("name", COMMANDS)
def test_errors_are_one_line_and_exit_1(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails(args: object) -> None:
        raise RoomreadError("the cat sat on it")

    monkeypatch.setattr(cli, f"_{name}", fails)
    assert main([name, *COMMANDS[name]]) == 1
    written = capsys.readouterr()
    assert written.err == "training: the cat sat on it\n"
    assert written.out == ""


def test_stopping_says_how_to_go_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stopped(args: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "_train", stopped)
    assert main(["train", *COMMANDS["train"]]) == 1
    assert "the same command goes on" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["train", "{no}.toml", "--data", "{data}"], "can't be read: No such file"),
        (["train", "{config}", "--data", "{no}", "--run", "{no}"], "no data set at"),
        (["train", "{config}", "--data", "{jaffe}", "--run", "{no}"], "has no published split"),
        (["export", "{config}", "--data", "{data}", "--run", "{no}"], "no checkpoint at"),
        (["evaluate", "{config}", "--data", "{data}", "--run", "{no}"], "no checkpoint at"),
        (["evaluate", "{config}", "--data", "{data}", "--model", "{no}"], "is missing"),
        (["export", "{restore}", "--data", "{data}"], "expected classify or feature_sr"),
        (["evaluate", "{restore}", "--data", "{data}"], "makes no model that reads faces"),
        (["compare", "{no}", "--out", "{no}"], ""),
        (["reproduce", "the_bible", "--data", "{data}"], "the_bible"),
        (["copies", "--data", "{no}"], "no data set at"),
        (["peers", "{no}", "{no}.tflite"], ""),
        (["folds", "{config}", "--data", "{no}"], "no CK+ and no JAFFE at"),
        (["folds", "{config}", "--data", "{data}"], "no CK+ and no JAFFE at"),
        (["folds", "{config}", "--data", "{jaffe}"], "--detector needs the path of a YuNet file"),
        (["folds", "{restore}", "--data", "{no}"], "expected classify"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(
    arguments: list[str], words: str, road: Path, tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    jaffe = tmp_path / "jaffe"
    jaffe.mkdir()
    (jaffe / "KA.AN1.39.tiff").write_bytes(b"")
    places = {
        "jaffe": jaffe,
        "no": tmp_path / "nowhere",
        "data": road / "toy.npz",
        "config": road / "toy.toml",
        "restore": ROOT / "training" / "configs" / "stn_sr_restore_x2.toml",
    }
    assert main([part.format(**places) for part in arguments]) == 1
    message = capsys.readouterr().err
    assert message.startswith("training: ")
    assert words in message
    assert message.count("\n") == 1


@pytest.mark.parametrize("arguments", [[], ["bake"], ["train"], ["train", "c.toml"]])
def test_bad_usage_is_refused(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert "usage: python -m training" in capsys.readouterr().err


def test_shipped_cards_belong_to_their_configs() -> None:
    for path in sorted((ROOT / "models").glob("*/card.json")):
        raw = json.loads(path.read_text())
        config = load_config(ROOT / "training" / "configs" / f"{path.parent.name}.toml")
        assert raw["crop"] == config.crop.model_dump(mode="json")
        assert type(config.network).model_validate(raw["network"]) == config.network

"""``python -m training``: train, measure, export and compare expression networks."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from app.core.errors import RoomreadError
from training.reporting import REPORTS

# Every command imports its own modules: torch takes seconds to load, and --help should not.
# ruff: noqa: PLC0415

_DATA_HELP = (
    "folder with fer2013.csv and fer2013new.csv, of RAF-DB or of AffectNet, or a packed ferplus.npz"
)
_PAPERS = "stn_sr, stn_cnn, resnet_transfer, fsr, psr, or roomread for our own ablation"


def main(argv: list[str] | None = None) -> int:
    """Run a command; 0, or 1 after one line about what is wrong."""
    args = _parser().parse_args(argv)
    try:
        command: Callable[[argparse.Namespace], None] = args.run_command
        command(args)
    except RoomreadError as error:
        print(f"training: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("training: stopped; the same command goes on from the last epoch", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)

    def add(name: str, words: str, run: Callable[[argparse.Namespace], None]) -> _Command:
        command = commands.add_parser(name, help=words, description=words)
        command.set_defaults(run_command=run)
        return _Command(command)

    add("train", "train a network; resumes where a run was cut off", _train).of_a_run().flag(
        "--restart", "forget the checkpoints of an earlier run"
    )
    add(
        "evaluate", "measure a checkpoint or an exported model; writes a report", _evaluate
    ).of_a_run().path(
        "--model", "folder of an exported model, instead of the run's checkpoint"
    ).path("--report", "folder of the report (default training/reports/NAME)")
    add(
        "export", "write model.onnx and card.json, checked against the run", _export
    ).of_a_run().path("--out", "folder of the model (default models/NAME)")
    compare = add("compare", "several reports side by side", _compare).parser
    compare.add_argument("reports", type=Path, nargs="+", help="folders of reports")
    compare.add_argument("--out", type=Path, required=True, help="folder of the comparison")
    reproduce = add("reproduce", "a paper's comparison: trains and measures what is missing",
                    _reproduce)  # fmt: skip
    reproduce.parser.add_argument("paper", help=_PAPERS)
    reproduce.data().path("--runs", "folder of the runs (default runs)")
    folds = add("folds", "train a config on subject-independent folds of CK+ or JAFFE", _folds)
    folds.parser.add_argument("config", type=Path, help="a file of training/configs")
    folds.parser.add_argument("--data", type=Path, required=True, help="folder of CK+48 or JAFFE")
    folds.path("--foreign", "folder of the other one, on which every fold is tested too").path(
        "--detector", "YuNet file, with which the pictures of JAFFE are cut to the faces"
    ).path("--run", "folder of the folds (default runs/NAME)")
    add("copies", "count the copies of faces that the official split holds", _copies).data()
    peers = add("peers", "time a model of ours beside another tool's network", _peers).parser
    peers.add_argument("model", type=Path, help="folder of an exported model")
    peers.add_argument("peer", type=Path, help="the other's .tflite or .onnx file")
    digits = add("digits", "the spatial transformer alone, on distorted digits", _digits)
    digits.parser.add_argument("--out", type=Path, default=REPORTS / "digits")
    return parser


class _Command:
    """A command's options, added one after the other."""

    def __init__(self, parser: argparse.ArgumentParser) -> None:
        self.parser = parser

    def of_a_run(self) -> _Command:
        self.parser.add_argument("config", type=Path, help="a file of training/configs")
        return self.data().path("--run", "folder of the run (default runs/NAME)")

    def data(self) -> _Command:
        self.parser.add_argument("--data", type=Path, required=True, help=_DATA_HELP)
        return self

    def path(self, name: str, words: str) -> _Command:
        self.parser.add_argument(name, type=Path, help=words)
        return self

    def flag(self, name: str, words: str) -> _Command:
        self.parser.add_argument(name, action="store_true", help=words)
        return self


def _train(args: argparse.Namespace) -> None:
    from training.config import load_config
    from training.record import finished
    from training.runs import run

    config = load_config(args.config)
    folder = args.run or Path("runs") / config.name
    before = not args.restart and finished(folder)
    best = run(config, args.data, folder, not args.restart)
    print("finished before; --restart trains it anew" if before else "finished")
    print(f"best checkpoint: {best}")


def _evaluate(args: argparse.Namespace) -> None:
    from training.config import load_config
    from training.evaluate import evaluate_command

    config = load_config(args.config)
    run = args.run or Path("runs") / config.name
    folder = args.report or REPORTS / config.name
    print(evaluate_command(config, args.data, run, args.model, folder))
    print(f"\nwrote {folder}/report.md")


def _export(args: argparse.Namespace) -> None:
    from training.config import ModelConfig, load_config
    from training.export import export

    config = load_config(args.config, ModelConfig)
    folder = args.out or Path("models") / config.name
    export(config, args.data, (args.run or Path("runs") / config.name) / "best.ckpt", folder)
    print(f"wrote {folder}/model.onnx and card.json")


def _compare(args: argparse.Namespace) -> None:
    from training.reporting.compare import compare

    print(compare(args.reports, args.out))


def _reproduce(args: argparse.Namespace) -> None:
    from training.reporting.reproduce import reproduce

    runs = args.runs or Path("runs")
    print(reproduce(args.paper, args.data, runs, tell=print))


def _folds(args: argparse.Namespace) -> None:
    from training import data
    from training.config import ClassifyConfig, load_config
    from training.folds import cross_validate, write
    from training.reporting.report import check_folder, make_folder

    config = load_config(args.config, ClassifyConfig)
    faces = data.open_people(args.data, args.detector)
    foreign = data.open_people(args.foreign, args.detector) if args.foreign else None
    folder = args.run or Path("runs") / config.name
    report = REPORTS / config.name
    check_folder(report)
    found = cross_validate(config, faces, folder, foreign=foreign)
    make_folder(report)
    write(config.name, found, report)
    print(f"WA {found.pooled():.1f}, UA {found.ua():.1f}; wrote {report}/folds.md")


def _peers(args: argparse.Namespace) -> None:
    from training.reporting.peers import measure_beside, words

    print(words(measure_beside(args.model, args.peer), args.model.name, args.peer.name))


def _copies(args: argparse.Namespace) -> None:
    from training import data

    for name, count in data.count_copies(data.open_faces(args.data)).items():
        print(f"{name}: {count}")


def _digits(args: argparse.Namespace) -> None:
    from training.digits import run

    for name, value in run(args.out).items():
        print(f"{name}: {value}")


if __name__ == "__main__":
    sys.exit(main())

"""``python -m training train|evaluate|export``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from app.core.errors import RoomreadError
from training.config import load_config


def main(argv: list[str] | None = None) -> int:
    """Run a command; 0, or 1 after one line about what is wrong."""
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, words in (
        ("train", "train a network; resumes where a run was cut off"),
        ("evaluate", "measure a checkpoint or a shipped model on the test protocol"),
        ("export", "write model.onnx and card.json, checked against the checkpoint"),
    ):
        command = commands.add_parser(name, help=words, description=words)
        command.add_argument("config", type=Path, help="a file of training/configs")
        command.add_argument("--data", type=Path, required=True, help="folder with fer2013.csv and "
                             "fer2013new.csv, or a packed ferplus.npz")  # fmt: skip
        command.add_argument("--run", type=Path, help="folder of the run (default runs/NAME)")
    commands.choices["train"].add_argument(
        "--restart", action="store_true", help="forget the checkpoints of an earlier run"
    )
    commands.choices["evaluate"].add_argument(
        "--model", type=Path, help="folder of an exported model, instead of the run's checkpoint"
    )
    commands.choices["export"].add_argument(
        "--out", type=Path, help="folder of the model (default models/NAME)"
    )
    args = parser.parse_args(argv)
    try:
        return _run(args)
    except RoomreadError as error:
        print(f"training: {error}", file=sys.stderr)
        return 1


def _run(args: argparse.Namespace) -> int:
    config = load_config(args.config)
    run = args.run or Path("runs") / config.name
    if args.command == "train":
        from training.recipe import train  # noqa: PLC0415 - torch takes seconds to import

        best = train(config, args.data, run, resume=not args.restart)
        print(f"best checkpoint: {best}")
    elif args.command == "evaluate":
        from training.evaluate import evaluate_command  # noqa: PLC0415

        evaluate_command(config, args.data, run / "best.ckpt", args.model)
    else:
        from training.export import export  # noqa: PLC0415

        folder = args.out or Path("models") / config.name
        export(config, args.data, run / "best.ckpt", folder)
        print(f"wrote {folder}/model.onnx and card.json")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""``roomread doctor``: what this machine has, and how it reads best."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from app import __version__
from app.arguments import add_settings
from app.cli_exit import EXIT_ERROR, EXIT_OK

if TYPE_CHECKING:
    from app.engine.doctor import Check
    from app.engine.settings import Settings
    from app.engine.tune import Trial


def add_doctor(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """``roomread doctor``."""
    doctor = commands.add_parser("doctor", help="check that this machine has what it needs")
    add_settings(doctor)
    again = "measure anew which model Live reads with"
    doctor.add_argument("--measure", action="store_true", help=again)
    doctor.add_argument(
        "--tune",
        nargs="?",
        const="on",
        choices=("on", "off"),
        help="try for half a minute how the expression model runs best here, and keep that; "
        "'off' forgets it",
    )
    doctor.set_defaults(run=_doctor)


def _doctor(args: argparse.Namespace) -> int:
    from app.engine.doctor import examine, examine_settings  # noqa: PLC0415

    settings, first = examine_settings(args.settings)
    print(f"Roomread {__version__}")
    if args.tune == "on":
        _tune(settings)
    elif args.tune == "off":
        _forget()
    checks = [first, *examine(settings, args.measure or args.tune is not None)]
    broken = _show(checks)
    print(f"Needs repair: {', '.join(broken)}" if broken else "Roomread can do its work here.")
    return EXIT_ERROR if broken else EXIT_OK


def _show(checks: list[Check]) -> list[str]:
    """Print the checks; gives the names of what keeps Roomread from its work."""
    width = max(len(check.name) for check in checks)
    for check in checks:
        mark = "ok" if check.ok else "!!" if check.needed else "--"
        print(f"{mark}  {check.name:<{width}}  {check.detail}")
        if check.advice:
            print(f"    {'':<{width}}  → {check.advice}")
    return [check.name for check in checks if check.needed and not check.ok]


def _tune(settings: Settings) -> None:
    from app.engine.kept_model import choice_path  # noqa: PLC0415
    from app.engine.tune import FACES, tune, words  # noqa: PLC0415

    def say(line: str) -> None:
        print(f"{line} …", file=sys.stderr)

    trials = tune(settings.recognizer, say=say)
    best = trials[-1].running
    print(f"Milliseconds a face in batches of {FACES}: processor time, and until the answer")
    for line in _table(trials):
        print(line)
    print(
        f"Kept in {choice_path()}, and used from now on: {words(best)}. "
        "`roomread doctor --tune off` forgets it."
    )


def _table(trials: list[Trial]) -> list[str]:
    """What was tried and what it cost, the best with a star."""
    from app.engine.tune import words  # noqa: PLC0415

    names = [words(trial.running) for trial in trials]
    width = max(map(len, names))
    lines = [f"  {'':<{width}}   alone         beside other work"]
    for name, trial in zip(names, trials, strict=True):
        mark = "*" if trial is trials[-1] else " "
        cost = trial.cost
        if cost is None:
            lines.append(f"{mark} {name:<{width}}   {trial.problem}")
            continue
        alone = f"{cost.alone_cpu:5.2f} {cost.alone_wall:5.2f}"
        beside = f"{cost.beside_cpu:5.2f} {cost.beside_wall:5.2f}"
        lines.append(f"{mark} {name:<{width}}   {alone}   {beside}")
    return lines


def _forget() -> None:
    from app.engine.how_to_run import keep_tuned  # noqa: PLC0415

    keep_tuned(None)
    print("What `--tune` found is forgotten: the expression model runs as it usually does.")

"""``roomread doctor``: what this machine has, and how it reads best."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from app import __version__
from app.arguments import add_settings
from app.cli_exit import EXIT_ERROR, EXIT_OK, sorry
from app.core.commands import roomread
from app.core.errors import SettingsError

if TYPE_CHECKING:
    from app.engine.doctor import Check
    from app.engine.settings import Settings
    from app.engine.tune import Trial, Tuning


def add_doctor(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """``roomread doctor``."""
    doctor = commands.add_parser(
        "doctor",
        help="check that this machine has what it needs",
        description="Says of each thing that Roomread needs whether it is there and works (ok), is "
        "not there and not needed (--), or keeps Roomread from its work (!!, exit status 1).",
    )
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
    changed, problem = False, ""
    try:
        if args.tune == "on":
            changed = _tune(settings)
        elif args.tune == "off":
            changed = _forget()
    except SettingsError as error:
        problem = str(error)
    checks = [first, *examine(settings, args.measure or changed)]
    _show(checks)
    well = _judge(checks)
    if problem:
        sorry(f"{'not forgotten' if args.tune == 'off' else 'not kept'}, because {problem}")
    return EXIT_OK if well and not problem else EXIT_ERROR


def _show(checks: list[Check]) -> None:
    width = max(len(check.name) for check in checks)
    for check in checks:
        mark = "--" if check.absent else "ok" if check.ok else "!!" if check.needed else "--"
        print(f"{mark}  {check.name:<{width}}  {check.detail}")
        if check.advice:
            print(f"    {'':<{width}}  → {check.advice}")


def _judge(checks: list[Check]) -> bool:
    """Say what the checks come to; gives whether Roomread can do its work."""
    lacking = [check for check in checks if check.needed and not check.ok]
    broken = [check.name for check in lacking if not check.to_fetch]
    if broken:
        print(f"Needs repair: {', '.join(broken)}")
        return False
    for check in lacking:
        what = f"{check.name[0].lower()}{check.name[1:]}"
        print(f"Roomread can do its work here once the {what} is fetched: {check.advice}.")
    if not lacking:
        print("Roomread can do its work here.")
    return not lacking


def _tune(settings: Settings) -> bool:
    """Try, show and keep; True: it may run in another way from now on.

    Raises:
        SettingsError: what is found can't be kept; then nothing was tried, or it was shown.
    """
    from app.engine.how_to_run import keep_tuned  # noqa: PLC0415
    from app.engine.keep import check_can_keep  # noqa: PLC0415
    from app.engine.kept_model import TUNED, choice_path  # noqa: PLC0415
    from app.engine.tune import tune  # noqa: PLC0415

    def say(line: str) -> None:
        print(f"{line} …", file=sys.stderr)

    file = choice_path()
    check_can_keep(file, TUNED)  # before half a minute is spent on it
    tuning = tune(settings.recognizer, say=say)
    for line in _table(tuning):
        print(line)
    keep_tuned(tuning.found, settings=settings.recognizer)
    off = f"`{roomread('doctor', '--tune', 'off')}` forgets it"
    print(f"Kept in {file}; {off}." if tuning.gain else f"Noted in {file}; {off}.")
    return True


def _table(tuning: Tuning) -> list[str]:
    """What was tried and what it cost, the chosen one first and with a star; and why it is."""
    from app.engine.bench.live_report import BUSY  # noqa: PLC0415
    from app.engine.running_cost import FACES  # noqa: PLC0415
    from app.engine.tune import reason, words  # noqa: PLC0415

    best = tuning.best
    trials = [best, *(one for one in tuning.trials if one is not best)]
    names = [words(one.running) + (" (as usual)" if one is tuning.usual else "") for one in trials]
    width = max(map(len, names))
    return [
        f"Milliseconds a face, {FACES} faces at a time: of processor time, and until the answer",
        f"  {'':<{width}}  {'alone':^17}  beside other work",
        f"  {'':<{width}}  {'processor  answer':>17}  {'processor  answer':>17}",
        *(
            f"{'*' if one is best else ' '} {name:<{width}}  {_figures(one)}"
            for name, one in zip(names, trials, strict=True)
        ),
        reason(tuning),
        *([f"Don't rely on this: {BUSY[0].lower()}{BUSY[1:]}"] if tuning.busy else []),
    ]


def _figures(trial: Trial) -> str:
    cost = trial.cost
    if cost is None:
        return trial.problem
    return (
        f"{cost.alone_cpu:9.2f}  {cost.alone_wall:6.2f}  "
        f"{cost.beside_cpu:9.2f}  {cost.beside_wall:6.2f}"
    )


def _forget() -> bool:
    """Forget what tuning found; False where there is nothing."""
    from app.engine.how_to_run import forget_tuned  # noqa: PLC0415

    if not forget_tuned():
        print("Nothing is tuned here, so there is nothing to forget.")
        return False
    print("What `--tune` found is forgotten: the expression model runs as it usually does.")
    return True

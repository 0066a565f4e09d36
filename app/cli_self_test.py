"""``roomread --self-test``: whether this installation works, from the models to the window."""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
import time
from collections.abc import Iterator
from typing import Final

from app import __version__
from app.cli_exit import EXIT_ERROR, EXIT_OK, sorry
from app.core.errors import RoomreadError

_PROCESS_S: Final = 120.0


def add_self_test(parser: argparse.ArgumentParser) -> None:
    """Add the options to the parser itself: they stand in place of a command."""
    parser.add_argument(
        "--self-test",
        action="store_const",
        const=_self_test,
        dest="run",
        help="analyse the demo clip, write reports, tables and video of it, open the window off "
        "screen, and say whether all is well",
    )
    # How `doctor` tries the window where there is no Python to ask.
    parser.add_argument(
        "--try-window",
        action="store_const",
        const=_try_window,
        dest="run",
        help=argparse.SUPPRESS,
    )


def _self_test(_: argparse.Namespace) -> int:
    begin = time.monotonic()
    _say(f"Roomread {__version__}, {sys.executable}")
    try:
        _run()
    except RoomreadError as error:
        return _failed(str(error))
    except ImportError as error:
        return _failed(f"a part of Roomread can't be loaded ({error})")
    except OSError as error:
        return _failed(" ".join(str(error).split()))
    _say(f"all in {time.monotonic() - begin:.1f} s")
    _say("self-test passed")
    return EXIT_OK


def _failed(why: str) -> int:
    _say("self-test failed")
    return sorry(f"self-test failed: {why}", EXIT_ERROR)


def _run() -> None:
    with _step("loading") as notes:
        from app.engine import self_test  # noqa: PLC0415

        notes.append("all parts are there")
    with self_test.apart() as folder:
        with _step("face detector") as notes:
            self_test.check_detector()
            notes.append("it computes")
        with _step("analysis") as notes:
            report = self_test.analyse_demo(folder)
            notes.append(
                f"{report.counts.analysed} frames with model {report.model} on {report.provider}"
            )
        with _step("files") as notes:
            notes.append(f"{self_test.check_files(report)} tables and the session are whole")
        with _step("comparison") as notes:
            found = self_test.compare(report, self_test.demo_truth())
            notes.append(
                f"{found.students} students kept apart, {found.found:.0%} of the faces found, "
                f"{found.right} of {found.compared} expressions as drawn"
            )
        with _step("reports") as notes:
            # Not sooner: Matplotlib settles where it keeps its fonts' list as it is loaded.
            from app.engine import self_test_outputs  # noqa: PLC0415

            notes.append(self_test_outputs.check_reports(report))
        with _step("formats") as notes:
            notes.append(self_test_outputs.check_formats(report))
        with _step("video") as notes:
            notes.append(self_test_outputs.check_video(report))
        with _step("window") as notes:
            from app.ui.self_test import qt_version, show_session  # noqa: PLC0415

            notes.append(show_session(report.session, found.students))
        with _step("process") as notes:
            from app.engine.bench.apart import in_own_process  # noqa: PLC0415

            in_own_process(qt_version, limit=_PROCESS_S, advice="install Roomread again")
            notes.append("another one loads everything, too")


@contextlib.contextmanager
def _step(name: str) -> Iterator[list[str]]:
    """Say how long a step took and what came of it."""
    begin, notes = time.monotonic(), list[str]()
    yield notes
    _say(f"{name:<14} {time.monotonic() - begin:6.1f} s  {', '.join(notes)}")


def _say(text: str) -> None:
    """Print a line; where that can't be done, the exit status alone must tell."""
    try:
        print(text, flush=True)
    except (OSError, ValueError):  # nobody reads, the disk is full, or it is closed
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115


def _try_window(_: argparse.Namespace) -> int:
    from app.ui.self_test import qt_version  # noqa: PLC0415

    _say(qt_version())
    return EXIT_OK

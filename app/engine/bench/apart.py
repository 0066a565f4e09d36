"""Runs a part of a bench in a process of its own: memory and caches of the last one are gone."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Any, TypeVar

from app.core.errors import RoomreadError
from app.engine.analyse.processes import deaf_to_ctrl_c
from app.engine.analyse.throwaway import remove_leftovers

T = TypeVar("T")


def in_own_process(
    work: Callable[..., T],
    *arguments: Any,
    limit: float,
    advice: str = "free some memory, or ask for fewer faces or seconds",
) -> T:
    """Call ``work`` in its main thread; both it and what it is given can be pickled.

    Args:
        work: what to call.
        arguments: for it.
        limit: seconds after which it is ended.
        advice: what to do where it ends without a word, or does not end.

    Raises:
        RoomreadError: what ``work`` raised of this kind, or that it ended without an answer.
    """
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_answer, args=(theirs,), name="roomread apart", daemon=True)
    with deaf_to_ctrl_c():
        process.start()
    theirs.close()  # so that the end of the process is the end of the pipe
    try:
        # Not as arguments of the process: if it ended at once, starting it would wait for ever.
        ours.send((work, arguments))
        if not ours.poll(limit):
            raise RoomreadError(f"a process took longer than {limit:.0f} s: {advice}")
        good, said = ours.recv()
        process.join(limit)
    except (EOFError, ConnectionError):
        process.join(limit)
        raise RoomreadError(
            f"a process ended with status {process.exitcode} and no word: {advice}"
        ) from None
    finally:
        process.kill()
        process.join()
        ours.close()
        remove_leftovers()  # of one that was killed
    if not good:
        raise RoomreadError(said)
    answer: T = said
    return answer


def _answer(pipe: Connection) -> None:
    work, arguments = pipe.recv()
    try:
        answer: tuple[bool, Any] = True, work(*arguments)
    except RoomreadError as error:
        answer = False, str(error)
    with suppress(OSError):  # whoever asked has gone
        pipe.send(answer)
    pipe.close()

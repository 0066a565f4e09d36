"""Subtitles of the class: SubRip (.srt) and WebVTT (.vtt), to watch a recording with.

They speak of the class and of nobody in it, with the shares of class.csv, and only where that has
some: a subtitle is read by whoever sees the recording.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from app.session.csvsafe import open_csv
from app.session.dictionary import Column, Table
from app.session.formats.class_text import LEAST, MOST, class_intervals, class_text
from app.session.formats.format import OF_CLASS, ExportOptions, Format
from app.session.store import Session
from app.session.summary import ClassInterval
from app.session.watch import Watch


def _table(file: str) -> Table:
    return Table(
        file,
        "one subtitle, of one interval",
        (
            Column("start", "s", "0 upwards", "when it appears, rounded to milliseconds"),
            Column("end", "s", "0 upwards", "when it goes, rounded to milliseconds"),
            Column("text", "", "text", "how many faces were read at a time of how many seen, and "
                   f"the share of up to {MOST} expressions of {LEAST:.0%} or more among those "
                   "read; \"too few faces\" where fewer than privacy.min_group were read in every "
                   "frame"),
        ),
    )  # fmt: skip


def _write(
    name: str,
    header: str,
    clock: Callable[[float], str],
    session: Session,
    folder: Path,
    options: ExportOptions,
    watch: Watch,
) -> None:
    with open_csv(folder / name) as file:
        file.write(header)
        parts = filter(_shown, class_intervals(session, options.interval, watch))
        for number, part in enumerate(parts, start=1):
            times = f"{clock(part.start)} --> {clock(part.end)}"
            file.write(f"{number}\n{times}\n{class_text(part)}\n\n")


def _shown(part: ClassInterval) -> bool:
    return _milliseconds(part.end) > _milliseconds(part.start)


def _milliseconds(seconds: float) -> int:
    return round(seconds * 1000)


def _clock(seconds: float, dot: str) -> str:
    rest, thousandths = divmod(_milliseconds(seconds), 1000)
    minutes, whole = divmod(rest, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02d}:{minutes:02d}:{whole:02d}{dot}{thousandths:03d}"


SRT: Final = Format(
    "srt",
    "SubRip subtitles",
    "subtitles of the class for video players",
    of_students=False,
    write=partial(_write, "class.srt", "", partial(_clock, dot=",")),
    tables=(_table("class.srt"),),
    takes=OF_CLASS,
)
VTT: Final = Format(
    "vtt",
    "WebVTT subtitles",
    "subtitles of the class for web pages",
    of_students=False,
    write=partial(_write, "class.vtt", "WEBVTT\n\n", partial(_clock, dot=".")),
    tables=(_table("class.vtt"),),
    takes=OF_CLASS,
)

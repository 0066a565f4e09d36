"""Does this installation work? It analyses the demo clip and compares with what that was made from.

Everything goes into a folder that is thrown away; nothing of the user's is read or written, and
nothing is fetched. The clip is drawn, so who is where and what each face shows is known in every
frame (``assets/demo.json``). The tolerances are wide enough for another processor's rounding, and
far from what a part that is missing or wrong leaves.
"""

from __future__ import annotations

import contextlib
import csv
import importlib.resources
import json
import os
import shutil
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from app.core.commands import bundled
from app.core.errors import RoomreadError, SessionError
from app.core.geometry import iou_matrix
from app.engine.analyse.analyze import AnalysisReport, analyze_video
from app.engine.analyse.recordings import demo_clip
from app.engine.analyse.sampling import Sampling
from app.engine.detectors import build_sweep
from app.engine.settings import Settings
from app.session.store import Session
from app.stages.fetch import DETECTORS, Model, models_folder, place_of, shipped_folder

LEAST_OVERLAP: Final = 0.4
"""IoU from which on a face that was found is the one that was drawn."""
LEAST_FOUND: Final = 0.9
"""Share of the faces drawn in the frames read, wholly visible, that must be found."""
LEAST_KEPT: Final = 0.95
"""Share of a student's rows that must be under the same id, which no other student has."""
MOST_WRONG: Final = 0.2
"""Share of (student, expression) that may be read as something else for most of the time."""
FEWEST_COMPARED: Final = 20
"""Pairs of (student, expression) that there must be to compare."""

_KINDS: Final = ("short", "full")
_CLEAR: Final = ("neutral", "happiness", "surprise", "anger")  # what a drawn face shows well
_SETTLED: Final = 1.0  # seconds after a change until the smoother has followed
_ENOUGH: Final = 5  # rows of a pair that make a majority
_TABLES: Final = ("observations.csv", "students.csv", "class.csv", "statistics.csv")
_VARIABLES: Final = {
    # Linux and macOS, then Windows: what platformdirs heeds.
    "XDG_CONFIG_HOME": "config",
    "XDG_DATA_HOME": "data",
    "XDG_CACHE_HOME": "cache",
    "XDG_STATE_HOME": "state",
    "WIN_PD_OVERRIDE_LOCAL_APPDATA": "data",
    "WIN_PD_OVERRIDE_APPDATA": "data",
    "MPLCONFIGDIR": "cache",
}

Row = Mapping[str, str]
Truth = Mapping[str, Any]


class SelfTestError(RoomreadError):
    """What does not work in this installation."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """How well an analysis agrees with what was drawn.

    Attributes:
        students: that are in the clip, each found and kept apart.
        found: share of the faces drawn that were found.
        right, compared: (student, expression) read rightly for most of the time, and all of them.
    """

    students: int
    found: float
    right: int
    compared: int


@contextlib.contextmanager
def apart() -> Iterator[Path]:
    """A folder for everything, deleted at the end; what is the user's lies in it meanwhile.

    Its name has letters that not every program can cope with, as users' folders have. Raises
    SelfTestError: a model of the face detector is not on this machine.
    """
    needed = [_on_this_machine(DETECTORS[kind]) for kind in _KINDS]
    before = {name: os.environ.get(name) for name in _VARIABLES}
    with tempfile.TemporaryDirectory(prefix="roomread-", ignore_cleanup_errors=True) as name:
        folder = Path(name) / "Prüfung – 教室 7b"
        try:
            for variable, part in _VARIABLES.items():
                os.environ[variable] = str(folder / part)
                (folder / part).mkdir(parents=True, exist_ok=True)
            for model in needed:
                if model.parent != shipped_folder():
                    models_folder().mkdir(parents=True, exist_ok=True)
                    shutil.copy(model, models_folder())
            yield folder
        finally:
            for variable, value in before.items():
                if value is None:
                    os.environ.pop(variable, None)
                else:
                    os.environ[variable] = value


def _on_this_machine(model: Model) -> Path:
    path = place_of(model)
    if not path.is_file():
        advice = "install Roomread again"
        if not bundled():
            advice = "connect to the internet and run `roomread demo` once, which fetches it"
        raise SelfTestError(f"the face detector model {model.name} is missing: {advice}")
    return path


def check_detector() -> None:
    """Load the usual face detector. Raises RoomreadError, also where that would fetch something."""
    build_sweep(Settings().detector, _refuse).close()


def _refuse(said: str) -> None:
    raise SelfTestError(f"nothing may be fetched now ({said}): install Roomread again")


def analyse_demo(folder: Path) -> AnalysisReport:
    """Analyse the demo clip with the usual settings. Raises RoomreadError."""
    with demo_clip() as clip:
        return analyze_video(
            clip,
            folder / "results",
            Settings(),
            Sampling.asked(),
            listed=folder / "analysed.json",
            consent=folder / "purpose.toml",
        )


def demo_truth() -> Truth:
    """What the demo clip was made from. Raises SelfTestError."""
    try:
        text = (importlib.resources.files("assets") / "demo.json").read_text(encoding="utf-8")
        return dict(json.loads(text))
    except (OSError, ValueError) as error:
        raise SelfTestError(f"assets/demo.json can't be read ({error})") from error


def check_files(report: AnalysisReport) -> int:
    """Read every table, and the session; how many tables. Raises SelfTestError."""
    tables = [path for path in report.files if path.suffix == ".csv"]
    for name in _TABLES:
        if not any(path.name == name and len(_read(path)) > 1 for path in tables):
            raise SelfTestError(f"{name} was not written, or is empty")
    for path in tables:
        header, *rows = _read(path) or [[]]
        if not header or any(len(row) != len(header) for row in rows):
            raise SelfTestError(f"{path.name} is not whole")
    try:
        with Session.open(report.session) as session:
            if not session.complete:
                raise SelfTestError("the session file is not complete")
    except SessionError as error:
        raise SelfTestError(f"the session file can't be read: {error}") from error
    return len(tables)


def compare(report: AnalysisReport, truth: Truth) -> Agreement:
    """Compare what the tables say with what was drawn. Raises SelfTestError."""
    rows = read_rows(report.out / "observations.csv")
    try:
        found = agreement(rows, truth)
    except (KeyError, IndexError, ValueError) as error:
        raise SelfTestError(f"observations.csv does not fit the demo clip ({error})") from error
    empty = report.counts.analysed - len({row["frame"] for row in rows})
    if empty:
        raise SelfTestError(f"in {empty} frames nobody was found")
    return found


def read_rows(path: Path) -> list[Row]:
    """Rows of a table by column. Raises SelfTestError."""
    header, *rows = _read(path) or [[]]
    return [dict(zip(header, row, strict=False)) for row in rows]


def agreement(rows: Sequence[Row], truth: Truth) -> Agreement:
    """``compare``, of rows of observations.csv. Raises SelfTestError: it is too little."""
    by_frame = defaultdict[int, list[Row]](list)
    for row in rows:
        by_frame[int(row["frame"])].append(row)
    pairs = list[tuple[Row, Mapping[str, Any]]]()
    drawn = hits = 0
    for frame, seen in by_frame.items():
        faces = truth["frames"][frame]["faces"]
        overlap = iou_matrix(_boxes(seen), np.array([face["box"] for face in faces]))
        pairs += [
            (row, faces[int(overlaps.argmax())])
            for row, overlaps in zip(seen, overlap, strict=True)
            if overlaps.max() > LEAST_OVERLAP
        ]
        visible = [number for number, face in enumerate(faces) if face["visible"] > 0.9]
        drawn += len(visible)
        hits += int((overlap[:, visible].max(axis=0) > LEAST_OVERLAP).sum())
    found = hits / drawn if drawn else 0.0
    if found < LEAST_FOUND:
        raise SelfTestError(
            f"{found:.0%} of the faces were found, {LEAST_FOUND:.0%} or more are expected"
        )
    _check_students(pairs, len({row["student"] for row in rows}), truth)
    right, compared = _check_expressions(pairs, truth)
    return Agreement(len(truth["students"]), found, right, compared)


def _check_students(pairs: Sequence[tuple[Row, Mapping[str, Any]]], ids: int, truth: Truth) -> None:
    ids_of = defaultdict[int, Counter[str]](Counter)
    for row, face in pairs:
        ids_of[face["id"]][row["student"]] += 1
    there = len(truth["students"])
    if len(ids_of) != there:
        raise SelfTestError(f"{len(ids_of)} students were found, {there} are in the clip")
    main = {student: counts.most_common(1)[0] for student, counts in ids_of.items()}
    shared = there - len({name for name, _ in main.values()})
    torn = sum(count < LEAST_KEPT * ids_of[one].total() for one, (_, count) in main.items())
    if shared or torn or ids > there + 1:
        raise SelfTestError(
            f"students were mixed up: {ids} ids for {there} students, {shared} shared, "
            f"{torn} torn apart"
        )


def _check_expressions(
    pairs: Sequence[tuple[Row, Mapping[str, Any]]], truth: Truth
) -> tuple[int, int]:
    changes = {one["id"]: [phase[0] for phase in one["phases"]] for one in truth["students"]}
    read = defaultdict[tuple[int, str], Counter[str]](Counter)
    for row, face in pairs:
        at = float(row["timestamp"])
        since = min((at - change for change in changes[face["id"]] if change <= at), default=0.0)
        clear = face["visible"] > 0.9 and abs(face["yaw"]) < 25 and abs(face["pitch"]) < 15
        if face["label"] in _CLEAR and clear and face["strength"] > 0.8 and since > _SETTLED:
            read[face["id"], face["label"]][row["expression"]] += 1
    enough = {pair: counts for pair, counts in read.items() if counts.total() >= _ENOUGH}
    right = sum(counts.most_common(1)[0][0] == pair[1] for pair, counts in enough.items())
    if len(enough) < FEWEST_COMPARED or len(enough) - right > MOST_WRONG * len(enough):
        raise SelfTestError(
            f"{right} of {len(enough)} expressions were read as drawn, "
            f"{1 - MOST_WRONG:.0%} of {FEWEST_COMPARED} or more are expected"
        )
    return right, len(enough)


def _boxes(rows: Sequence[Row]) -> np.ndarray[Any, np.dtype[np.float64]]:
    sides = ("face_x", "face_y", "face_width", "face_height")
    return np.array([[float(row[side]) for side in sides] for row in rows])


def _read(path: Path) -> list[list[str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return list(csv.reader(file, strict=True))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise SelfTestError(f"{path.name} can't be read ({error})") from error

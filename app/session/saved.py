"""Which frames and edits of a damaged session can be kept, of what was found in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.core.errors import EditError
from app.session.edits import USER, Edit, Name, replay, unpack
from app.session.salvage import Run, Salvage, holes, in_order, rising
from app.session.shapes import PLACES


class Gap(NamedTuple):
    """Frames were lost between these, seconds; None: there is no frame before, or after."""

    start: float | None
    end: float | None

    @property
    def words(self) -> str:
        """From when to when, for people."""
        if self.start is None:
            return "all" if self.end is None else f"before {self.end:.1f} s"
        if self.end is None:
            return f"after {self.start:.1f} s"
        return f"between {self.start:.1f} and {self.end:.1f} s"


@dataclass(frozen=True, slots=True, eq=False)
class SavedFrames:
    """What is kept of table ``frame``.

    Attributes:
        numbers: (f,) int64, increasing.
        rows: (f) rows of the table.
        lost: frames that are known to be lost.
        gaps: where.
        wrong_faces: the how-manyth faces found that lie at a place they can't be at.
    """

    numbers: NDArray[np.int64]
    rows: list[tuple[Any, ...]]
    lost: int
    gaps: tuple[Gap, ...]
    wrong_faces: list[int]


def saved_frames(
    found: Salvage, class_only: bool, analysed: int | None, cut_off: bool
) -> SavedFrames:
    """The frames of which all was found.

    Args:
        found: in the damaged file.
        class_only: the frames have counts of the class, and no faces.
        analysed: how many frames there were; None where nobody knows.
        cut_off: the end of the file is missing.
    """
    by_number: dict[Any, Any] = {row[0]: row for row in reversed(found.tables.get("frame", []))}
    rows: list[Any] = [(*by_number[one], None)[:7] for one in sorted(by_number)]
    times = np.array([row[1] for row in rows], np.float64)
    good = rising(times)
    numbers = np.array([row[0] for row in rows], np.int64)
    known = set(numbers.tolist())
    wrong: list[int] = []
    if class_only:
        counted = {row[0] for row in found.tables.get("class_frame", [])}
        known |= counted
        good &= np.array([one in counted for one in numbers.tolist()], bool)
    else:
        seen = [np.unique(run.keys // PLACES) for run in found.runs]
        known |= {one for frames in seen for one in frames.tolist()}
        whole, wrong = _whole(found, numbers[good])
        good[good] = whole
    _keep_cameras(rows, good)
    kept = numbers[good]
    missing = np.array(sorted(known - set(kept.tolist())), np.int64)
    gaps = _gaps(kept, times[good], missing)
    lost = len(missing)
    if analysed is not None and analysed - len(kept) > lost:
        lost = analysed - len(kept)
    if cut_off and len(kept) and (not gaps or gaps[-1].end is not None):
        gaps.append(Gap(float(times[good][-1]), None))
    saved = [row for row, keep in zip(rows, good.tolist(), strict=True) if keep]
    return SavedFrames(kept, saved, lost, tuple(gaps), wrong)


def saved_edits(found: Salvage, version: int | None) -> tuple[list[Edit], bool]:
    """The edits that were found and fit one another, and whether these seem to be all.

    Args:
        found: in the damaged file.
        version: of its tables; in version 1 there were names only.
    """
    rows: dict[Any, Any] = {row[0]: row for row in reversed(found.tables.get("edit", []))}
    edits = [
        Edit(number, time, unpack(kind, payload), origin, undone)
        for number, time, kind, payload, origin, undone in (rows[one] for one in sorted(rows))
    ]
    if version == 1 and not edits:
        names: dict[Any, Any] = dict(found.tables.get("student", []))  # type: ignore[arg-type]
        edits = [
            Edit(number, "", Name(track, names[track]), USER)
            for number, track in enumerate(sorted(names), start=1)
        ]
    fitting = _fitting(edits)
    complete = [edit.number for edit in fitting] == list(range(1, len(fitting) + 1))
    renumbered = [
        Edit(number, edit.time, edit.change, edit.origin, edit.undone)
        for number, edit in enumerate(fitting, start=1)
    ]
    return renumbered, complete and len(fitting) == len(edits) and not found.lost["edit"]


def _fitting(edits: Sequence[Edit]) -> list[Edit]:
    """Those that can be replayed after those before them."""
    try:
        replay(edits)
        return list(edits)
    except EditError:
        pass
    fitting: list[Edit] = []
    for edit in edits:
        try:
            replay([*fitting, edit])
            fitting.append(edit)
        except EditError:
            continue
    return fitting


def _whole(found: Salvage, numbers: NDArray[np.int64]) -> tuple[NDArray[np.bool_], list[int]]:
    """(f,) which of these frames have all their faces; and the faces that are out of place."""
    runs: list[Run] = []
    for run in found.runs:
        runs += run.only(np.isin(run.keys // PLACES, numbers))
    ordered = in_order(runs)
    whole = np.ones(len(numbers), bool)
    if not ordered and (found.lost["face"] or found.lost["root"]):
        whole[:] = False
    for start, end in holes(ordered, found.edges):
        first = np.searchsorted(numbers, start // PLACES)
        # A face in place 0 is the first of its frame: what is missing came before.
        side = np.searchsorted(
            numbers, end // PLACES, side="left" if end % PLACES == 0 else "right"
        )
        whole[first:side] = False
    count = max((int(run.rows[-1]) + 1 for run in found.runs), default=0)
    placed = np.zeros(count, bool)
    for run in ordered:
        placed[run.rows] = True
    return whole, np.flatnonzero(~placed).tolist()


def _keep_cameras(rows: list[Any], good: NDArray[np.bool_]) -> None:
    """Say where the camera stood in the first frame after a lost one that still says so."""
    camera, lost = None, False
    for place, (row, kept) in enumerate(zip(rows, good.tolist(), strict=True)):
        camera = row[6] if row[6] is not None else camera
        if kept and lost and row[6] is None and camera is not None:
            rows[place] = (*row[:6], camera)
        lost = not kept


def _gaps(
    kept: NDArray[np.int64], times: NDArray[np.float64], missing: NDArray[np.int64]
) -> list[Gap]:
    """Between which of the kept frames the missing ones were."""
    ends = np.unique(np.searchsorted(kept, missing)).tolist()
    return [
        Gap(
            float(times[end - 1]) if end else None,
            float(times[end]) if end < len(kept) else None,
        )
        for end in ends
    ]

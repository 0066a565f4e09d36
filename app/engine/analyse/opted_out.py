"""Who sits in a seat that opted out since a session was made: its tables still have them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

import numpy as np

from app.core.regions import Polygon, Regions
from app.core.types import Frame
from app.session.hiding import opted_out
from app.session.store import Session
from app.stages.protocols import Tracked
from app.stages.regions import RegionFilter

_SITS: Final = 0.1
"""Share of a student's faces from which the student sits there; who passes by has fewer."""


def opted_out_since(session: Session, seats: Sequence[Polygon]) -> list[int]:
    """The students in ``seats``, in order, whom the session shows and a new one would not.

    Whoever was left out by an edit is not shown. Takes a pass over the session where any of the
    seats is new to it.

    Args:
        session: see there.
        seats: those that are opted out now, as ``Regions.opt_out``.

    Raises:
        SessionError: it is damaged.
    """
    try:
        before = opted_out(session.info.settings, session.regions.changes())
    except ValueError:  # regions of another Roomread
        before = ()
    new = tuple(seat for seat in seats if seat not in before)
    if not new or session.class_only:
        return []
    regions, seen, withheld = RegionFilter(Regions(opt_out=new)), Counter[int](), Counter[int]()
    for one in session.results():
        width, height = one.size
        blank = np.broadcast_to(np.zeros(3, np.uint8), (height, width, 3))
        regions.begin(Frame(blank, one.index, one.timestamp), one.camera)
        left = set(regions.withhold(Tracked(one.faces)).faces.ids.tolist())
        everyone = one.faces.ids.tolist()
        seen.update(everyone)
        withheld.update(set(everyone) - left)
    return sorted(one for one, faces in withheld.items() if faces >= _SITS * seen[one])

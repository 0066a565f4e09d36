"""What may be shown and kept of the people in the picture, and why it is looked at."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Final

MIN_GROUP: Final = 5
"""Fewer people than this could be told apart in a share."""


class FaceCover(StrEnum):
    """How faces are drawn, on the screen and in every picture that is written."""

    SHOW = "show"
    BLUR = "blur"
    BLOCK = "block"

    def hides_more(self, other: FaceCover) -> bool:
        """Whether less of a face is left than under ``other``."""
        order = list(FaceCover)
        return order.index(self) > order.index(other)


@dataclass(frozen=True, slots=True)
class Privacy:
    """What the user chose.

    Attributes:
        class_only: no boxes, no ids, nothing of a single student on the screen, in the session
            file or in an export; the class as a whole only.
        min_group: what is written of the class over some time has no shares, in any session, where
            never so many faces were read in one frame of that time: so many people are behind each
            share, however often a track broke. A class-only session keeps no expressions of
            smaller frames at all. Only faces that the app could read count, not all that it saw. A
            printed face on the wall counts as well, and is in the shares, for its first half
            minute in view: it takes so long to prove that it is none (``stages.pictures``). Until
            then a smaller group may pass for one of this size; where posters hang, draw them as
            regions to ignore, or choose a number larger by as many.
        faces: how faces are drawn.
        picture: keep a video beside a live session, drawn as ``faces`` says; else numbers only.
            Nothing is kept of a class-only session, see ``keeps_picture``.
        retention_days: sessions older than this are deleted at the start; None: never.

    Raises:
        ValueError: a number is out of range, in words for the user.
    """

    __pydantic_config__: ClassVar = {"extra": "forbid"}  # a misspelt name is said, not swallowed

    class_only: bool = False
    min_group: int = MIN_GROUP
    faces: FaceCover = FaceCover.SHOW
    picture: bool = False
    retention_days: int | None = None

    def __post_init__(self) -> None:
        if self.min_group < 2:
            raise ValueError(f"min_group {self.min_group}: give a number of 2 or more")
        if self.retention_days is not None and self.retention_days < 1:
            raise ValueError(f"retention_days {self.retention_days}: give days, 1 or more")

    @property
    def keeps_picture(self) -> bool:
        """Whether a video is kept of a live session: never of one of the class as a whole, in
        which nobody may be told apart."""
        return self.picture and not self.class_only


@dataclass(frozen=True, slots=True)
class Purpose:
    """Why a class is looked at and by what right; written into every session.

    Attributes:
        purpose: in the user's words, "pilot study on group work".
        basis: key of ``BASES``.
        agreed: when the user agreed to the notice, ISO 8601, UTC.
    """

    purpose: str
    basis: str
    agreed: str


BASES: Final = {
    "consent": "Everyone in the picture agreed, and parents where students are under age",
    "ethics": "Research approved by an ethics board, with consent as it asks for",
    "self": "Only I am in the picture",
    "safety": "A medical or safety reason that the law allows",
    "demo": "No real people: drawn or published material",
}
"""By what right people are looked at: key in the session file, and what the user reads."""

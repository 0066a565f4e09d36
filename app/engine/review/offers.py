"""Which formats a session can be exported in, and what stands in the way of the others."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from enum import StrEnum

from app.session.formats import FORMATS, Format
from app.session.formats.parquet import PARQUET


class Hindrance(StrEnum):
    """Why a format can't be had."""

    STUDENTS = "students"  # it is about single students, whom a class-only session does not know
    PACKAGE = "package"  # pyarrow is not installed


@dataclass(frozen=True, slots=True)
class FormatOffer:
    """A format, and what stands in its way; None: nothing."""

    format: Format
    hindrance: Hindrance | None


def format_offers(class_only: bool) -> tuple[FormatOffer, ...]:
    """Every format, in the order in which people are shown them."""
    return tuple(FormatOffer(one, _hindrance(one, class_only)) for one in FORMATS.values())


def _hindrance(one: Format, class_only: bool) -> Hindrance | None:
    if one.of_students and class_only:
        return Hindrance.STUDENTS
    if one is PARQUET and importlib.util.find_spec("pyarrow") is None:
        return Hindrance.PACKAGE
    return None

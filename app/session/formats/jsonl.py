"""JSON Lines: a header object, then one object a frame.

``jsonlines.org``: UTF-8, one JSON value a line, lines end with \\n. What is not known is null.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from app.core.expressions import LABELS
from app.core.types import KEYPOINTS, ClassCounts, FrameResult, student_code
from app.session.csvsafe import open_csv
from app.session.dictionary import (
    FRAME,
    OF_AGE,
    PART_OF,
    READING_AGE,
    STUDENT,
    TIMESTAMP,
    Column,
    Table,
)
from app.session.formats.format import ExportOptions, Format
from app.session.provenance import provenance
from app.session.store import Session
from app.session.watch import Watch

FILE: Final = "frames.jsonl"

HEADER: Final = Table(
    FILE,
    "an object: the first is the header, every other one is a frame",
    (
        Column("type", "", "session, frame or class", "what the line is: the header is session; a "
               "class-only session has class in place of frame"),
        Column("session", "", "object", "header only: how it was made, as in session.json"),
        Column("labels", "", "list", "header only: the expressions, in the order of every list of "
               "eight numbers"),
        FRAME,
        TIMESTAMP,
        Column("faces", "", "list of objects", "frames only: one for each student in it, see faces "
               f"in {FILE}"),
        Column("seen", "faces", "0 upwards", "class only: faces found"),
        Column("read", "faces", "0 upwards", "class only: of these, whose expression the app could "
               "tell"),
        Column("counts", "faces", "list of 8", "class only: faces of each expression; null where "
               "fewer than privacy.min_group were read"),
        Column("sums", "", "list of 8", "class only: probabilities of each expression, summed over "
               "the same faces; null where fewer than privacy.min_group were read"),
    ),
)  # fmt: skip
FACES: Final = Table(
    f"faces{PART_OF}{FILE}",
    "an object",
    (
        STUDENT,
        Column("box", "px", "list of 4", "left, top, width, height in the original frame"),
        Column("confidence", "", "0 to 1", "of the face detector"),
        Column("keypoints", "px", "list of 6 pairs", f"x and y of {', '.join(KEYPOINTS)}; null "
               "where the detector gives none"),
        Column("expression", "", ", ".join(LABELS), "null where the app can't tell"),
        Column("probabilities", "probability", "list of 8", "smoothed over time, sum 1; null where "
               "the app can't tell"),
        Column("sharpness", "", "0 upwards", "0 flat or blurred, about 1 sharp; null where not "
               "measured"),
        Column("yaw_deg", "degrees", "-90 to 90", "by which the head is turned, to the image's "
               "right above 0; null where not measured"),
        Column("exposure", "share", "0 to 1", "of the face that is neither black nor burnt out; "
               "null where not measured"),
        Column(READING_AGE, "s", "0 upwards", f"{OF_AGE}; null where not read"),
    ),
)  # fmt: skip


def _write(session: Session, folder: Path, options: ExportOptions, watch: Watch) -> None:
    with open_csv(folder / FILE) as file:
        header = {"type": "session", "session": provenance(session), "labels": list(LABELS)}
        file.write(_line(header))
        if session.class_only:
            for counts in watch(session.class_counts()):
                file.write(_line(_class(counts)))
        else:
            for result in watch(session.results()):
                file.write(_line(_frame(result)))


def _line(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")) + "\n"


def _frame(result: FrameResult) -> dict[str, Any]:
    return {
        "type": "frame",
        "frame": result.index,
        "timestamp": round(result.timestamp, 3),
        "faces": list(_faces(result)),
    }


def _faces(result: FrameResult) -> Iterator[dict[str, Any]]:
    faces, expressions = result.faces, result.expressions
    quality = expressions.quality
    for row, label in enumerate(expressions.labels.tolist()):
        known = label >= 0
        points = [_numbers(point.tolist(), 1) for point in faces.keypoints[row]]
        yield {
            "student": student_code(int(faces.ids[row])),
            "box": _numbers(faces.boxes[row].tolist(), 1),
            "confidence": _number(float(faces.scores[row]), 4),
            "keypoints": [None if None in point else point for point in points],
            "expression": LABELS[label] if known else None,
            "probabilities": _numbers(expressions.probabilities[row].tolist(), 4)
            if known
            else None,
            "sharpness": _number(float(quality.sharpness[row]), 3),
            "yaw_deg": _number(float(quality.yaw[row]), 1),
            "exposure": _number(float(quality.exposure[row]), 3),
            READING_AGE: _number(float(expressions.age[row]), 3),
        }


def _class(counts: ClassCounts) -> dict[str, Any]:
    said = not counts.withheld
    return {
        "type": "class",
        "frame": counts.index,
        "timestamp": round(counts.timestamp, 3),
        "seen": counts.seen,
        "read": counts.read,
        "counts": counts.labels.tolist() if said else None,
        "sums": _numbers(counts.sums.tolist(), 4) if said else None,
    }


def _numbers(values: list[float], digits: int) -> list[float | None]:
    return [_number(value, digits) for value in values]


def _number(value: float, digits: int) -> float | None:
    return None if math.isnan(value) else round(value, digits) + 0.0


JSONL: Final = Format(
    "jsonl",
    "JSON Lines",
    "one file with a line of JSON a frame, for programs",
    of_students=False,
    write=_write,
    tables=(HEADER, FACES),
)

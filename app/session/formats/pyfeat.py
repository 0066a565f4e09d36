"""A Fex CSV, which py-feat's ``read_feat`` opens.

Column names and order are those of py-feat 2's Detectorv1 (Cheong et al., 2023, "Py-Feat: Python
Facial Expression Analysis Toolbox"). Action units, poses and its 68 landmarks are left out, not
made up. py-feat knows seven expressions; contempt, the eighth, is a column beside them, so that the
eight sum to 1. For py-feat's seven alone, divide each by (1 - contempt).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from app.core.expressions import LABELS
from app.core.types import FrameResult, student_code
from app.session.csvsafe import line, number, open_csv, safe_text
from app.session.dictionary import STUDENT, TIMESTAMP, Column, Table
from app.session.formats.format import UNTOLD, ExportOptions, Format
from app.session.store import Session
from app.session.watch import Watch

FILE: Final = "pyfeat.csv"
EMOTIONS: Final = ("anger", "disgust", "fear", "happiness", "sadness", "surprise", "neutral")
"""py-feat's order."""
_ORDER: Final = tuple(LABELS.index(name) for name in (*EMOTIONS, "contempt"))

TABLE: Final = Table(
    FILE,
    "one face in one analysed frame",
    (
        Column("FaceRectX", "px", "may hang over the edge", "left edge, of the original frame"),
        Column("FaceRectY", "px", "may hang over the edge", "top edge, of the original frame"),
        Column("FaceRectWidth", "px", "above 0", "of the original frame"),
        Column("FaceRectHeight", "px", "above 0", "of the original frame"),
        Column("FaceScore", "", "0 to 1", "of the face detector"),
        *(Column(name, "probability", "0 to 1", f"smoothed over time; {UNTOLD}")
          for name in EMOTIONS),
        Column("contempt", "probability", "0 to 1", f"no py-feat column: the eight sum to 1; "
               f"{UNTOLD}"),
        Column("FrameHeight", "px", "above 0", "of the original frame"),
        Column("FrameWidth", "px", "above 0", "of the original frame"),
        Column("input", "", "text", "the recording, without its folder, or the camera"),
        Column("frame", "", "0 upwards", "number in the source"),
        Column("approx_time", "minutes:seconds", "00:00 upwards", "the timestamp, cut to seconds "
               "as py-feat does"),
        Column("Identity", "", STUDENT.range, "the student's pseudonym"),
        Column("timestamp", "s", "0 upwards", f"no py-feat column; {TIMESTAMP.meaning}"),
    ),
)  # fmt: skip


def _write(session: Session, folder: Path, options: ExportOptions, watch: Watch) -> None:
    source = safe_text(session.info.recording)
    with open_csv(folder / FILE) as file:
        file.write(line(TABLE.names))
        for result in watch(session.results()):
            file.writelines(_lines(result, source))


def _lines(result: FrameResult, source: str) -> Iterator[str]:
    faces, expressions = result.faces, result.expressions
    minutes, seconds = divmod(int(result.timestamp), 60)
    width, height = result.size
    when = (str(result.index), f"{minutes:02d}:{seconds:02d}")
    for row, track in enumerate(faces.ids.tolist()):
        told = expressions.probabilities[row].tolist()
        known = bool(expressions.known[row])
        yield line(
            [
                *(number(x, 1) for x in faces.boxes[row].tolist()),
                number(float(faces.scores[row]), 4),
                *(number(told[place], 4) if known else "" for place in _ORDER),
                str(height),
                str(width),
                source,
                *when,
                student_code(track),
                number(result.timestamp, 3),
            ]
        )


PYFEAT: Final = Format(
    "pyfeat",
    "py-feat",
    "one Fex CSV for py-feat's read_feat",
    of_students=True,
    write=_write,
    tables=(TABLE,),
)

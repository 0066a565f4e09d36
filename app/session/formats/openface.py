"""A CSV as OpenFace 2.2 writes it, of what Roomread has.

Column names, order, decimals and the count of frames from 1 are those of OpenFace's
FeatureExtraction and FaceLandmarkVidMulti (Baltrušaitis et al., 2018, "OpenFace 2.0: Facial
Behavior Analysis Toolkit"). Gaze, pose, action units and the other 67 landmarks are left out, not
made up: of the 68 points Roomread has the nose tip. Its other points and its readings follow under
names that OpenFace does not have.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from app.core.expressions import LABELS
from app.core.types import KEYPOINTS, FrameResult
from app.session.csvsafe import line, number, open_csv
from app.session.dictionary import Column, Table, of_each_label
from app.session.formats.format import UNTOLD, ExportOptions, Format
from app.session.store import Session
from app.session.watch import Watch

FILE: Final = "openface.csv"
NOSE: Final = KEYPOINTS.index("nose_tip")
OTHERS: Final = tuple(place for place in range(len(KEYPOINTS)) if place != NOSE)

_EDGE: Final = "may hang over the edge"
_POINT: Final = "of the original frame; empty where the face detector gives none"
TABLE: Final = Table(
    FILE,
    "one face in one analysed frame",
    (
        Column("frame", "", "1 upwards", "number in the source, counted from 1 as OpenFace does: "
               "one more than in the other files"),
        Column("face_id", "", "1 upwards", "the student's number: 3 is S03"),
        Column("timestamp", "s", "0 upwards", "since the source's first frame"),
        Column("confidence", "", "0 to 1", "of the face detector"),
        Column("success", "", "0 or 1", "1: the face's landmarks were found"),
        Column("x_30", "px", _EDGE, f"tip of the nose, {_POINT}"),
        Column("y_30", "px", _EDGE, f"tip of the nose, {_POINT}"),
        *(
            Column(f"{KEYPOINTS[place]}_{axis}", "px", _EDGE, f"no OpenFace column; {_POINT}")
            for place in OTHERS
            for axis in "xy"
        ),
        Column("face_x", "px", _EDGE, "no OpenFace column; left edge of the face"),
        Column("face_y", "px", _EDGE, "no OpenFace column; top edge of the face"),
        Column("face_width", "px", "above 0", "no OpenFace column"),
        Column("face_height", "px", "above 0", "no OpenFace column"),
        Column("yaw_deg", "degrees", "-90 to 90", "no OpenFace column; by which the head is "
               "turned, to the image's right above 0; not OpenFace's pose_Ry; empty where not "
               "measured"),
        Column("expression", "", ", ".join(LABELS), f"no OpenFace column; {UNTOLD}"),
        *of_each_label("probability", "0 to 1", f"no OpenFace column; sum 1; {UNTOLD}"),
    ),
)  # fmt: skip


def _write(session: Session, folder: Path, options: ExportOptions, watch: Watch) -> None:
    with open_csv(folder / FILE) as file:
        file.write(line(TABLE.names))
        for result in watch(session.results()):
            file.writelines(_lines(result))


def _lines(result: FrameResult) -> Iterator[str]:
    faces, expressions = result.faces, result.expressions
    labels, yaw = expressions.labels.tolist(), expressions.quality.yaw.tolist()
    when = number(result.timestamp, 3)
    for row, track in enumerate(faces.ids.tolist()):
        points = faces.keypoints[row].tolist()
        found = not any(math.isnan(x) for point in points for x in point)
        label = labels[row]
        told = expressions.probabilities[row].tolist()
        yield line(
            (
                str(result.index + 1),
                str(track),
                when,
                number(float(faces.scores[row]), 2),
                str(int(found)),
                *(number(x, 1) for place in (NOSE, *OTHERS) for x in points[place]),
                *(number(x, 1) for x in faces.boxes[row].tolist()),
                number(yaw[row], 1),
                LABELS[label] if label >= 0 else "",
                *((number(p, 4) for p in told) if label >= 0 else [""] * len(LABELS)),
            )
        )


OPENFACE: Final = Format(
    "openface",
    "OpenFace",
    "one CSV with the columns of OpenFace 2 that Roomread has",
    of_students=True,
    write=_write,
    tables=(TABLE,),
)

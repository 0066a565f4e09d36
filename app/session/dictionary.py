"""The data dictionary: what every column of every file that an export writes means.

Files take their headers from here, so that no column can be without its words. The tables of
``formats`` are declared beside their writers in the same terms.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from app.core.expressions import CANT_TELL, LABELS

PART_OF: Final = " in "
"""Between the name of a part and that of its file."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table, or one field of an object.

    Attributes:
        name: as the header has it.
        unit: "s", "px", "share", ...; empty where it has none.
        range: what values there can be, in words.
        meaning: what it says, and when it is empty.
    """

    name: str
    unit: str
    range: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Table:
    """One kind of file.

    Attributes:
        file: its name, or a pattern of it; ``PART_OF`` in it: of a part of a file, of students.
        rows: what one row is.
        columns: in the order of the file.
    """

    file: str
    rows: str
    columns: tuple[Column, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The header."""
        return tuple(column.name for column in self.columns)

    def groups(self) -> Iterator[tuple[str, Column]]:
        """The columns, where neighbours that say the same are one: its names, its first column."""
        for _, same in groupby(self.columns, lambda one: (one.unit, one.range, one.meaning)):
            together = list(same)
            yield ", ".join(column.name for column in together), together[0]


def of_each_label(unit: str, range_: str, meaning: str, prefix: str = "") -> tuple[Column, ...]:
    """A column of every expression."""
    return tuple(Column(prefix + label, unit, range_, meaning) for label in LABELS)


def definitions(tables: Iterable[Table]) -> dict[str, dict[str, str]]:
    """File to column to its words, as session.json tells them."""
    return {
        table.file: {names: words(column) for names, column in table.groups()} for table in tables
    }


def words(column: Column) -> str:
    """All that is known of a column in one line."""
    return "; ".join(part for part in (column.meaning, column.unit, column.range) if part)


_TIME: Final = "0 upwards"
_CODE: Final = "S01, S02 ..."
_SHARE: Final = "0 to 1"
_READ: Final = "share of each expression among faces_read, sum 1; empty where no face was read"

FRAME: Final = Column(
    "frame", "", "0 upwards", "number in the source; frames that were not analysed keep theirs"
)
TIMESTAMP: Final = Column("timestamp", "s", _TIME, "since the source's first frame")
STUDENT: Final = Column(
    "student", "", _CODE, "the pseudonym in every table, after all edits; names are in students.csv"
)

READING_AGE: Final = "reading_age"
OF_AGE: Final = (
    "since this face was really read: 0: in this frame; above 0 (live only): the expression and "
    "the quality of the picture are held from then, until the face is read again"
)

OBSERVATIONS: Final = Table(
    "observations.csv and students/*.csv",
    "one face in one analysed frame",
    (
        FRAME,
        TIMESTAMP,
        STUDENT,
        Column("face_x", "px", "may hang over the edge", "left edge, of the original frame"),
        Column("face_y", "px", "may hang over the edge", "top edge, of the original frame"),
        Column("face_width", "px", "above 0", "of the original frame"),
        Column("face_height", "px", "above 0", "of the original frame"),
        Column("face_confidence", "", _SHARE, "of the face detector"),
        Column(
            "expression", "", ", ".join(LABELS), "the most probable one; empty where the app "
            "can't tell",
        ),
        Column(
            "confidence", "probability", _SHARE, "of that expression; empty where the app can't "
            "tell",
        ),
        *of_each_label(
            "probability", _SHARE, "smoothed over time, sum 1; empty where the app can't tell"
        ),
        Column(
            "sharpness", "", "0 upwards", "of the picture of the face: 0 flat or blurred, about 1 "
            "sharp; empty where not measured",
        ),
        Column(
            "yaw_deg", "degrees", "-90 to 90", "by which the head is turned, to the image's right "
            "above 0; empty where not measured",
        ),
        Column(
            "exposure", "share", _SHARE, "of the face that is neither black nor burnt out; empty "
            "where not measured",
        ),
        Column(READING_AGE, "s", _TIME, f"{OF_AGE}; empty where not read"),
    ),
)  # fmt: skip

INTERPOLATED: Final = Table(
    "observations.csv with --every-frame",
    "one face in one frame; one more column, the last",
    (
        Column(
            "interpolated", "", "0 or 1", "1: a frame between two analysed ones; a student found "
            "in both is taken to have moved evenly from one place to the other, within a second; "
            "face_confidence is the lower of the two, expression and probabilities are those of "
            "the analysed frame before, and reading_age says how long ago that was",
        ),
    ),
)  # fmt: skip

STUDENTS: Final = Table(
    "students.csv",
    "one student",
    (
        STUDENT,
        Column("name", "", "text", "as the user gave it; empty where there is none"),
        Column("seen_from", "s", _TIME, "timestamp of the first frame with this student"),
        Column("seen_to", "s", _TIME, "timestamp of the last frame with this student"),
        Column(
            "seconds_seen", "s", _TIME, "time in view: each frame counts until the next analysed "
            "one, but no longer than one second or three usual frames, whichever is longer",
        ),
        Column(
            "faces_read", "frames", "0 upwards", "in which the app could tell this student's "
            "expression, also by a reading that is held (reading_age in observations.csv)",
        ),
        Column("median_face_width", "px", "above 0", "over all frames with this student"),
        *of_each_label("share", _SHARE, _READ),
    ),
)  # fmt: skip

_CLASS: Final = (
    Column("start", "s", _TIME, "of the interval; the first one may be short"),
    Column("end", "s", _TIME, "of the interval; the last one may be short"),
    Column(
        "students_seen", "students", "0 upwards", "different ones, in a class-only session the "
        "most at a time; empty where no frame was analysed",
    ),
    Column(
        "faces_read", "faces", "0 upwards", "over all frames of the interval; empty where no frame "
        "was analysed",
    ),
    Column("share_read", "share", _SHARE, "faces read / faces seen; empty where none was seen"),
    *of_each_label(
        "share", _SHARE, "share of each expression among faces_read without faces_withheld, sum 1; "
        "empty where there is none"
    ),
)  # fmt: skip
WITHHELD: Final = Column(
    "faces_withheld",
    "faces",
    "0 upwards",
    "those of faces_read that are in no share, since the group was too small: all of them where "
    "never privacy.min_group faces (5, if you did not change it) were read in one frame of the "
    "interval; in a class-only session those in all smaller frames; empty where no frame was "
    "analysed",
)
CLASS: Final = Table("class.csv", "one interval", (*_CLASS, WITHHELD))

MARKERS: Final = Table(
    "markers.csv",
    "one marker",
    (TIMESTAMP, Column("marker", "", "text", "what the user said begins here")),
)

RESTING: Final = Table(
    "resting.csv",
    "one student",
    (
        STUDENT,
        Column(
            "seconds_learnt", "s", "0 to 120", "in which the app could tell this student's "
            "expression that rest was learnt from: the first two minutes of them at most; under "
            "20 it is not known, so on a recording shorter than that every cell of the "
            "expressions is empty",
        ),
        *of_each_label(
            "probability", _SHARE, "what this face usually shows: the geometric median of its mean "
            "probabilities in each of these seconds, sum 1; empty where not known",
        ),
    ),
)  # fmt: skip

CHANGE: Final = Table(
    "change.csv",
    "one student, or the class, in one interval",
    (
        Column("start", "s", _TIME, "that of class.csv"),
        Column("end", "s", _TIME, "that of class.csv"),
        Column(
            "student", "", f"{_CODE} or class", "class: the mean of the students who follow, each "
            "of whom counts the same; empty where fewer than privacy.min_group follow, and where "
            "class.csv has no shares for so small a group",
        ),
        *of_each_label(
            "probability", "-1 to 1", "mean of the probabilities less those at rest (resting.csv), "
            "over the frames in which the app could tell, sum 0; empty where rest is not known: it "
            "takes 20 s in which the app could tell a student's expression; who has fewer has no "
            "row",
        ),
    ),
)  # fmt: skip

_INTERVAL: Final = (
    "its 95% interval by block bootstrap over time, for these students in lessons like this one, "
    "not for other classes; empty where the recording is too short to say"
)
SHARES: Final = Table(
    "statistics.csv",
    "one share of one student, or of the class, over the whole session",
    (
        Column(
            "of", "", "class, mean_of_students, or a student's pseudonym", "class: every face read "
            "counts the same; mean_of_students: every student read for 20 s or more does",
        ),
        Column(
            "figure", "", "labels, probabilities, coverage, cant_tell", "labels: of the time read, "
            "by the most probable expression; probabilities: the same by summed probabilities; "
            "coverage: of the time in view, that in which the app could tell; cant_tell: the rest",
        ),
        Column("expression", "", ", ".join(LABELS), "empty for coverage and cant_tell"),
        Column(
            "share", "share", _SHARE, "each frame counts with the seconds that it stands for; "
            "empty where nothing was read, and where fewer students than privacy.min_group were "
            "ever read together",
        ),
        Column("low", "share", _SHARE, _INTERVAL),
        Column("high", "share", _SHARE, _INTERVAL),
        Column(
            "seconds_seen", "s", _TIME, "time in view; of the class: in which anyone was; of "
            "mean_of_students: the mean of theirs",
        ),
        Column("faces_read", "faces", "0 upwards", "in which the app could tell an expression"),
        Column(
            "effective_n", "readings", "0 upwards", "independent readings that would tell as much "
            "as all of these, which are much alike; empty where it is too short to say",
        ),
        Column(
            "block_seconds", "s", "above 0", "length of the blocks of the bootstrap; empty where "
            "it is too short to say",
        ),
    ),
)  # fmt: skip

_MACHINE: Final = (
    "share",
    _SHARE,
    "what the app says of the same faces, as shares of all seconds of all students (not of the "
    "faces labelled: rare expressions are asked about more often); rows and columns of the table "
    "sum to 1 together",
)
_KAPPA: Final = (
    "its 95% interval, for this session; not for another room or class. It rests on the faces "
    "labelled, not on the number of students"
)
AGREEMENT: Final = Table(
    "agreement.csv",
    "one answer that a person can give",
    (
        Column(
            "hand", "", f"{', '.join((*LABELS, CANT_TELL))}, all", "what a person said of a face; "
            "all: whatever was said",
        ),
        Column("labelled", "faces", "0 upwards", "of which a person said so"),
        Column(
            "kappa", "", "-1 to 1", "Cohen's kappa of this expression against all others, or over "
            "all expressions, where both say an expression; 1: perfect, 0: no better than chance; "
            "empty where unknown",
        ),
        Column("kappa_low", "", "-1 to 1", _KAPPA),
        Column("kappa_high", "", "-1 to 1", _KAPPA),
        *of_each_label(*_MACHINE, prefix="machine_"),
        Column("machine_cant_tell", *_MACHINE),
    ),
)  # fmt: skip

TOLD: Final = (
    Table(
        "agreement in session.json",
        "one session",
        (
            Column(
                "both_tell", "faces", "0 upwards", "labelled, of which the app and the person both "
                "say an expression",
            ),
            Column("covered", "share", _SHARE, "of the seconds of students that labels speak of"),
            Column(
                "share", "share", _SHARE, "of the seconds of which both say an expression, those "
                "where it is the same",
            ),
        ),
    ),
    Table(
        "region_changes in session.json",
        "one change while the session ran",
        (
            Column(
                "from", "s", _TIME, "timestamp of the first frame for which these regions held; "
                "until the first change those in the settings held",
            ),
            Column("look", "share", _SHARE, "polygons: x and y of the first frame's size"),
            Column("ignore", "share", _SHARE, "polygons: x and y of the first frame's size"),
            Column("opt_out", "share", _SHARE, "polygons: x and y of the first frame's size"),
        ),
    ),
    Table(
        "settings.sampling in session.json",
        "which frames were read",
        (
            Column("every", "", "1 upwards", "every n-th frame of the recording; else null"),
            Column("fps", "1/s", "above 0", "at most so many frames a second; null, with every "
                   "null too: all"),
            Column("start", "s", _TIME, "of the recording; null: its beginning"),
            Column("end", "s", _TIME, "of the recording; null: its end"),
            Column("adaptive", "", "true or false", "faces were followed in frames between as "
                   "well where much moved; these are in no table"),
        ),
    ),
    Table(
        "identities in session.json",
        "one student",
        (
            STUDENT,
            Column(
                "tracks", "s", _TIME, "what the tracker followed as one, and from when to when it "
                "is this student; null: from its beginning, to its end",
            ),
        ),
    ),
)  # fmt: skip
"""Parts of session.json that need words."""

TABLES: Final = (
    OBSERVATIONS,
    INTERPOLATED,
    STUDENTS,
    CLASS,
    SHARES,
    RESTING,
    CHANGE,
    AGREEMENT,
    MARKERS,
    *TOLD,
)
"""Those of the CSV export."""
CLASS_ONLY: Final = (CLASS, SHARES, MARKERS, TOLD[1])
"""Those of a class-only session."""

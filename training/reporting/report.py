"""A report: what one model is worth and costs."""

from __future__ import annotations

import csv
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import TypeAdapter, ValidationError

from app.core.errors import RoomreadError
from training import measure, record
from training.figures import Coverage, paired_interval, unpack_answers, unseen_faces
from training.reporting.cost import Cost


class ReportError(RoomreadError):
    """A report that is missing, damaged or does not fit its purpose."""


@dataclass(frozen=True)
class Turned:
    """Faces turned by some angle: accuracy (percent), and ``measure.Score.answers`` of them."""

    wa: float
    answers: str


@dataclass(frozen=True)
class Measured:
    """One protocol's figures.

    Attributes:
        protocol: what was measured, in words.
        faces: names the test faces and their order by a digest of their labels; figures of the
            same name may be paired, face by face.
        scores: by size.
        threshold: confidence below which nothing is read. Of an exported model it is the card's,
            else ``measure.threshold``; None where the split has no validation part of its own.
        threshold_from: which of the two, in words.
        at_threshold: what that threshold makes of the test faces, in the order of ``scores``.
        at_threshold_without: the same without copies and near-copies; empty where none is left.
        near: which faces are copies or near-copies of a published training or validation face, as
            ``figures.pack_answers`` packs them.
        by_angle: figures of faces of full size turned by so many degrees, if measured.
    """

    protocol: str
    faces: str
    scores: list[measure.Score]
    threshold: float | None
    threshold_from: str
    at_threshold: list[Coverage]
    at_threshold_without: list[Coverage]
    near: str
    by_angle: dict[int, Turned]

    def at(self, pixels: int) -> measure.Score | None:
        """The figures of one size."""
        return next((s for s in self.scores if s.pixels == pixels), None)

    def unseen(self) -> NDArray[np.bool_]:
        """(n,) see ``figures.unseen_faces``."""
        return unseen_faces(self.near, self.scores[0].faces)

    def beside(
        self, other: Measured, pixels: int, whole: bool = True
    ) -> tuple[float, float, float] | None:
        """Our accuracy less the other's on the same faces, in points, and its 95% interval.

        None where one was not measured at that size, or on other faces.

        Args:
            other: held against this.
            pixels: size of the faces.
            whole: False leaves copies and near-copies out.
        """
        ours, theirs = self.at(pixels), other.at(pixels)
        if ours is None or theirs is None or self.faces != other.faces:
            return None
        kept = np.ones(ours.faces, np.bool_) if whole else self.unseen()
        return paired_interval(
            unpack_answers(ours.answers, ours.faces)[kept],
            unpack_answers(theirs.answers, theirs.faces)[kept],
        )

    def turned(self, whole: bool = True) -> dict[int, float]:
        """WA by angle, percent; ``whole`` as of ``beside``."""
        if whole:
            return {angle: turned.wa for angle, turned in self.by_angle.items()}
        kept, faces = self.unseen(), self.scores[0].faces
        return {
            angle: 100 * float(unpack_answers(turned.answers, faces)[kept].mean())
            for angle, turned in self.by_angle.items()
        }


@dataclass(frozen=True)
class Report:
    """Everything that was measured of one model.

    Attributes:
        name: of the config.
        created: day, ISO 8601.
        command: that made the report.
        subject: which file was measured, and how.
        kind: of that file: a run's checkpoint, or an exported model.
        data: name of the data set.
        digest: of its faces, see ``record.digest``.
        labels: the protocol that the model was trained for, a key of ``protocols``.
        protocols: figures by ``ferplus`` and ``fer2013``, or by the name of another data set;
            with ``+tta`` added, under test-time augmentation.
        cost: of a face.
        compute: of the training, and whether it had come to its end; None where it was not noted.
        left_out: training faces that were not learned from, see ``FacesSet.left_out``.
        config: of the run, as read.
    """

    name: str
    created: str
    command: str
    subject: str
    kind: Literal["checkpoint", "model"]
    data: str
    digest: str
    labels: str
    protocols: dict[str, Measured]
    cost: Cost
    compute: record.Cost | None
    left_out: int
    config: dict[str, Any]

    @property
    def main(self) -> Measured:
        """Figures by the labels that the model was trained for."""
        return self.protocols[self.labels]

    @property
    def final(self) -> bool:
        """Whether it is of the checkpoint of a run that had come to its end."""
        done = self.compute is not None and self.compute.finished
        return self.kind == "checkpoint" and done


_ADAPTER: Final = TypeAdapter(Report)


def read_report(folder: Path) -> Report:
    """Read ``folder/report.json``.

    Raises:
        ReportError: it is missing or damaged.
    """
    path = folder / "report.json"
    try:
        return _ADAPTER.validate_json(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ReportError(f"no report at {path}: run 'python -m training evaluate'") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise ReportError(f"report {path} can't be understood: {where}: {first['msg']}") from error


def read_history(run: Path) -> dict[str, list[tuple[float, float]]]:
    """Losses and validation accuracies by epoch that a run logged, sittings put together.

    Args:
        run: folder of the run; Lightning logs to ``logs/version_N/metrics.csv`` in it, a new N
            for every sitting.
    """
    columns: dict[str, dict[float, float]] = {}
    files = (run / "logs").glob("version_*/metrics.csv")
    for path in sorted(files, key=lambda p: int(p.parent.name.removeprefix("version_"))):
        with path.open(newline="", encoding="utf-8") as file:
            for row in csv.DictReader(file):
                for name, value in row.items():
                    if value and row["epoch"] and (name.endswith("_epoch") or name[:3] == "val"):
                        # A later sitting repeats the epoch that an earlier one did not finish.
                        columns.setdefault(name, {})[float(row["epoch"]) + 1] = float(value)
    return {name: sorted(points.items()) for name, points in columns.items()}


def check_folder(folder: Path) -> None:
    """See that a folder is there, or can be made, and can be written to.

    Raises:
        ReportError: it can't.
    """
    there = next(place for place in (folder, *folder.parents) if place.exists())
    if not there.is_dir():
        raise ReportError(f"{folder} can't be a folder: {there} is a file")
    if not os.access(there, os.W_OK):
        raise ReportError(f"{folder} can't be written: {there} can't be written to")


def make_folder(folder: Path) -> None:
    """Make a folder where it is missing.

    Raises:
        ReportError: see ``check_folder``.
    """
    check_folder(folder)
    folder.mkdir(parents=True, exist_ok=True)


def save_figures(folder: Path, report: Report) -> None:
    """Write ``report.json`` alone."""
    make_folder(folder)
    # The config stays as it is: a rounded learning rate would be another run's.
    whole = {**_rounded(_ADAPTER.dump_python(report)), "config": report.config}
    text = json.dumps(whole, ensure_ascii=False, allow_nan=False)
    record.write_whole(folder / "report.json", text + "\n")


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 4)
    if isinstance(value, dict):
        return {str(k): _rounded(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(v) for v in value]
    return value

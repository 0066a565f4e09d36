"""Subject-independent cross-validation, for data sets too small for one split (CK+, JAFFE).

As in the STN-CNN paper (its section 5.1): eight groups of people, no person in two, each group
tested once. The people for validation are taken from the other groups (``data.splits``), so that
every face counts in the figures; the paper takes them from the tested group.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from training import data, measure, recipe, tables
from training.config import ClassifyConfig
from training.data import splits
from training.evaluate import torch_predict
from training.networks.reading import Calibrated

Fit = Callable[[ClassifyConfig, Path, Path], measure.Predict]
"""Config, packed faces and run folder to the trained network's answers."""


@dataclass(frozen=True)
class Validated:
    """Figures of a cross-validation.

    Attributes:
        classes: names, in the order of rows and columns.
        confusions: (k, c, c) faces of every fold's test part; rows are labels, columns answers.
        foreign: (k, c, c) the same on faces of another data set; None without one.
        data: name of the data set; empty where it is not known.
    """

    classes: tuple[str, ...]
    confusions: NDArray[np.int64]
    foreign: NDArray[np.int64] | None = None
    data: str = ""

    def wa(self) -> NDArray[np.float64]:
        """(k,) percent read right in every fold."""
        return accuracies(self.confusions)

    def pooled(self) -> float:
        """Percent read right over all test parts: every person counts once."""
        return float(accuracies(self.confusions.sum(axis=0)[None])[0])

    def ua(self) -> float:
        """Mean over the classes that occur of the percentage read right, all test parts."""
        return mean_recall(self.confusions.sum(axis=0))


def cross_validate(
    config: ClassifyConfig,
    faces: data.LabelledFaces,
    folder: Path,
    k: int = 8,
    seed: int = 0,
    foreign: data.LabelledFaces | None = None,
    fit: Fit | None = None,
) -> Validated:
    """Train a config once a fold and test each network on people whom it has never seen.

    A call that was cut off goes on where it stopped.

    Args:
        config: of every fold; with FER2013's labels (seven classes), contempt is left out.
        faces: to train and test on.
        folder: for the folds' packed faces, ``folds.json`` and ``folds.md``. The folds' runs lie
            beside it, as the runs do that the config may begin with.
        k: folds.
        seed: of the split.
        foreign: another data set, never trained on, which every fold's network reads as well.
        fit: trains one fold; the classifying recipe where it is left out.

    Raises:
        DataError: the split can't be made, or the config has a random one.
    """
    if config.data.split != "official":
        raise data.DataError(f"{config.name}: folds need data.split = 'official'")
    classes = data.class_names(config.data.labels)
    faces = faces.select(faces.labels < len(classes))
    confusions, others = [], []
    parts = splits.subject_folds(faces.labels, faces.subjects, k=k, seed=seed)
    for number, fold in enumerate(parts):
        source = folder / f"fold{number}.npz"
        pack(faces, fold, source)
        run = folder.with_name(f"{folder.name}_fold{number}")
        predict = (fit or _fit)(config, source, run)
        confusions.append(_read(predict, faces.select(fold.test), len(classes)))
        if foreign is not None:
            known = foreign.select(foreign.labels < len(classes))
            others.append(_read(predict, known, len(classes)))
    found = Validated(
        classes, np.stack(confusions), np.stack(others) if others else None, faces.name
    )
    write(config.name, found, folder)
    return found


def pack(faces: data.LabelledFaces, fold: splits.Fold, path: Path) -> None:
    """Write a fold in the packed format of FER+, which every recipe reads (``unanimous``)."""
    usage = np.empty(len(faces), np.uint8)
    for part, rows in zip((data.TRAIN, data.VALIDATION, data.TEST), fold, strict=True):
        usage[rows] = part
    packed = data.unanimous(faces.images, faces.labels, usage, "a fold")
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez(
        path,
        images=packed.images,
        votes=packed.votes,
        usage=packed.usage,
        fer2013=packed.fer2013,
        name=packed.name,
    )


def _read(predict: measure.Predict, faces: data.LabelledFaces, classes: int) -> NDArray[np.int64]:
    """(c, c) faces by label (row) and answer (column)."""
    answers = measure.probabilities_of(predict, faces.images, classes).argmax(axis=1)
    counts = np.zeros((classes, classes), np.int64)
    np.add.at(counts, (faces.labels, answers), 1)
    return counts


def accuracies(confusions: NDArray[np.int64]) -> NDArray[np.float64]:
    """(k, c, c) to (k,) percent read right."""
    right = np.trace(confusions, axis1=1, axis2=2)
    return np.asarray(100 * right / confusions.sum(axis=(1, 2)), np.float64)


def mean_recall(counts: NDArray[np.int64]) -> float:
    """Mean over the classes that occur of the percentage read right, of a (c, c) confusion."""
    occurring = counts.sum(axis=1) > 0
    recalls = counts.diagonal()[occurring] / counts.sum(axis=1)[occurring]
    return 100 * float(recalls.mean())


def write(name: str, found: Validated, folder: Path) -> None:
    """Write ``folds.json`` and ``folds.md`` into a folder."""
    whole = {
        "config": name,
        "data": found.data,
        "labels": found.classes,
        "confusions": found.confusions.tolist(),
        "wa": [round(value, 2) for value in found.wa().tolist()],
        "wa_pooled": round(found.pooled(), 2),
        "ua_pooled": round(found.ua(), 2),
        "foreign": None if found.foreign is None else found.foreign.tolist(),
    }
    (folder / "folds.json").write_text(json.dumps(whole, indent=2) + "\n", encoding="utf-8")
    (folder / "folds.md").write_text(_table(name, found), encoding="utf-8")


def _table(name: str, found: Validated) -> str:
    own = found.wa()
    head, row = ["part", *(f"fold {n}" for n in range(1, len(own) + 1))], ["own test part"]
    rows: list[list[str]] = [[*head, "mean ± sd"], ["---"] + ["---:"] * (len(own) + 1)]
    rows.append([*row, *(f"{wa:.1f}" for wa in own), f"{own.mean():.1f} ± {own.std(ddof=1):.1f}"])
    if found.foreign is not None:
        others = accuracies(found.foreign)
        spread = f"{others.mean():.1f} ± {others.std(ddof=1):.1f}"
        rows.append(["other data set", *(f"{wa:.1f}" for wa in others), spread])
    lines = "\n".join(tables.line(*cells) for cells in rows)
    faces = int(found.confusions.sum())
    return (
        f"# {name}: {len(own)} subject-independent folds\n\n{lines}\n\nWA in percent. All "
        f"{faces:,} test faces together: WA {found.pooled():.1f}, UA {found.ua():.1f}.\n"
    )


def _fit(config: ClassifyConfig, source: Path, folder: Path) -> measure.Predict:
    """By the classifying recipe; a fold that was cut off goes on."""
    checkpoint = recipe.train(config, source, folder, resume=True)
    network = recipe.load_network(config, checkpoint)
    return torch_predict(Calibrated(network, 1.0).eval())

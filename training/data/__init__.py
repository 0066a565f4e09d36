"""Data sets: one file a set, and what keeps their splits fair."""

from __future__ import annotations

from training.data.affectnet import read_affectnet
from training.data.ckplus import read_ckplus
from training.data.copies import RULE, copies_of_training, near_copies
from training.data.ferplus import (
    FER,
    LEFT_OUT,
    TEST,
    TRAIN,
    VALIDATION,
    DataError,
    FacesSet,
    Labels,
    class_names,
    distributions,
    labels_of,
    load_ferplus,
    majority,
    protocol_split,
    targets,
    unanimous,
)
from training.data.jaffe import read_jaffe
from training.data.labelled import LabelledFaces
from training.data.rafdb import read_rafdb
from training.data.sources import open_faces, open_people
from training.data.splits import count_copies, fair_usage

__all__ = [
    "FER",
    "LEFT_OUT",
    "RULE",
    "TEST",
    "TRAIN",
    "VALIDATION",
    "DataError",
    "FacesSet",
    "LabelledFaces",
    "Labels",
    "class_names",
    "copies_of_training",
    "count_copies",
    "distributions",
    "fair_usage",
    "labels_of",
    "load_ferplus",
    "majority",
    "near_copies",
    "open_faces",
    "open_people",
    "protocol_split",
    "read_affectnet",
    "read_ckplus",
    "read_jaffe",
    "read_rafdb",
    "targets",
    "unanimous",
]

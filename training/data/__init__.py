"""Data sets: one file a set, and what keeps their splits fair."""

from __future__ import annotations

from training.data.affectnet import read_affectnet
from training.data.ckplus import read_ckplus
from training.data.copies import (
    RULE,
    copies_of_training,
    count_copies,
    is_training,
    near_copies,
    training_split,
)
from training.data.ferplus import (
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
)
from training.data.jaffe import read_jaffe
from training.data.labelled import LabelledFaces
from training.data.rafdb import read_rafdb

__all__ = [
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
    "is_training",
    "labels_of",
    "load_ferplus",
    "majority",
    "near_copies",
    "protocol_split",
    "read_affectnet",
    "read_ckplus",
    "read_jaffe",
    "read_rafdb",
    "targets",
    "training_split",
]

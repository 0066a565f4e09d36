"""Data sets: one file a set, and what keeps their splits fair."""

from __future__ import annotations

from training.data.copies import copies_of_training, count_copies, is_training, training_split
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

__all__ = [
    "TEST",
    "TRAIN",
    "VALIDATION",
    "DataError",
    "FacesSet",
    "Labels",
    "class_names",
    "copies_of_training",
    "count_copies",
    "distributions",
    "is_training",
    "labels_of",
    "load_ferplus",
    "majority",
    "protocol_split",
    "targets",
    "training_split",
]

from __future__ import annotations

from itertools import combinations

import numpy as np

from app.core.expressions import CANT_TELL_COLOUR, LABELS, MARKS

# Viénot, Brettel & Mollon (1999): how a linear RGB colour looks to a person without the red,
# the green cones.
PROTANOPE = np.array([[0.11238, 0.88762, 0.0], [0.11238, 0.88762, 0.0], [0.00401, -0.00401, 1.0]])
DEUTERANOPE = np.array([[0.29275, 0.70725, 0.0], [0.29275, 0.70725, 0.0], [-0.02234, 0.02234, 1.0]])


def linear(colour: tuple[int, int, int]) -> np.ndarray:
    return (np.array(colour) / 255.0) ** 2.2


def test_labels_are_those_of_ferplus_in_its_order() -> None:
    assert LABELS == (
        "neutral", "happiness", "surprise", "sadness", "anger", "disgust", "fear", "contempt",
    )  # fmt: skip


def test_every_label_has_its_own_shape_and_colour() -> None:
    assert len(MARKS) == len(LABELS)
    assert len({mark.shape for mark in MARKS}) == len(MARKS)
    assert len({mark.colour for mark in MARKS} | {CANT_TELL_COLOUR}) == len(MARKS) + 1


def test_shapes_fill_the_unit_square() -> None:
    for mark in MARKS:
        if mark.shape == "circle":
            assert mark.points == ()
            continue
        points = np.array(mark.points)
        assert (points >= 0).all()
        assert (points <= 1).all()
        assert (np.ptp(points, axis=0) > 0.8).all(), mark.shape
        x, y = points.T
        area = abs(np.dot(x, np.roll(y, 1)) - np.dot(y, np.roll(x, 1))) / 2
        assert area > 0.25, mark.shape


def test_colours_differ_for_colour_blind_people() -> None:
    for sight in (np.eye(3), PROTANOPE, DEUTERANOPE):
        seen = [np.clip(sight @ linear(mark.colour), 0, 1) ** (1 / 2.2) for mark in MARKS]
        for (i, one), (j, other) in combinations(enumerate(seen), 2):
            assert np.abs(one - other).max() > 0.05, (LABELS[i], LABELS[j])


def test_colours_stand_out_from_a_dark_plate() -> None:
    """Contrast as WCAG 2 defines it, 3:1 for graphics, against the plate behind marks."""
    weights = np.array([0.2126, 0.7152, 0.0722])
    plate = weights @ linear((20, 20, 20))
    for mark in MARKS:
        contrast = (weights @ linear(mark.colour) + 0.05) / (plate + 0.05)
        assert contrast >= 3, mark.shape

"""The rotation test of the STN-CNN paper (its section 5.3): accuracy by the angle of the face.

Every face is turned by the same angles, and every contestant reads the same turned faces. One that
prepares its faces (eyes made level) prepares the turned ones, as it would in use.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.core.expressions import LABELS
from training import measure
from training.augment_paper import turned
from training.reporting import plots

ANGLES: Final = (-45, -30, -15, 0, 15, 30, 45)
"""Degrees, counter-clockwise. The paper turns each face of JAFFE both ways and names no angle."""

Images = NDArray[np.uint8]


@dataclass(frozen=True)
class Contestant:
    """A system under test.

    Attributes:
        predict: see ``measure.Predict``; seven or eight columns.
        prepare: (n, s, s) uint8 faces to those that ``predict`` gets; None for the faces as they
            are.
    """

    predict: measure.Predict
    prepare: Callable[[Images], Images] | None = None


@dataclass(frozen=True)
class Rotations:
    """What was measured.

    Attributes:
        labels: (n,) of the faces.
        right: by name and angle, (n,) whether a face was read right.
    """

    labels: NDArray[np.int64]
    right: dict[str, dict[int, NDArray[np.bool_]]]

    def wa(self, name: str) -> dict[int, float]:
        """Percent of the faces read right, by angle."""
        return {angle: 100 * float(right.mean()) for angle, right in self.right[name].items()}

    def ua(self, name: str) -> dict[int, float]:
        """Mean over the classes that occur of the percentage read right, by angle."""
        classes = np.unique(self.labels)
        return {
            angle: 100 * float(np.mean([right[self.labels == c].mean() for c in classes]))
            for angle, right in self.right[name].items()
        }

    def lost(self, name: str) -> float:
        """Points of WA lost by turning: upright less the mean over the other angles."""
        shares = self.wa(name)
        return shares[0] - float(np.mean([wa for angle, wa in shares.items() if angle]))


def rotation_test(
    contestants: Mapping[str, Contestant],
    images: Images,
    labels: NDArray[np.int64],
    angles: Sequence[int] = ANGLES,
) -> Rotations:
    """Turn every face by every angle and let every contestant read them.

    Args:
        contestants: by name.
        images: (n, s, s) uint8 faces, upright.
        labels: (n,) columns of ``LABELS``; contempt is never the answer of a system of seven.
        angles: degrees; borders are reflected.

    Raises:
        ValueError: the upright faces (angle 0) are not among the angles, or there is no face.
    """
    if 0 not in angles:
        raise ValueError("the rotation test compares with angle 0")
    if not len(images):
        raise ValueError("the rotation test needs faces")
    right: dict[str, dict[int, NDArray[np.bool_]]] = {name: {} for name in contestants}
    for angle in angles:
        faces = np.stack([turned(image, angle) for image in images]) if angle else images
        for name, contestant in contestants.items():
            seen = faces if contestant.prepare is None else contestant.prepare(faces)
            shares = measure.probabilities_of(contestant.predict, seen, len(LABELS))
            right[name][angle] = shares.argmax(axis=1) == labels
    return Rotations(np.asarray(labels, np.int64), right)


def table(found: Rotations) -> str:
    """Markdown: a row a contestant, a column an angle, WA in percent."""
    names = list(found.right)
    angles = list(found.wa(names[0]))
    head = ["system", *(f"{angle}°" for angle in angles), "lost by turning"]
    rows = [head, ["---", *["---:"] * (len(angles) + 1)]]
    for name in names:
        shares = found.wa(name)
        rows.append([name, *(f"{shares[a]:.1f}" for a in angles), f"{found.lost(name):.1f}"])
    return "\n".join("| " + " | ".join(row) + " |" for row in rows) + "\n"


def write(found: Rotations, folder: Path) -> None:
    """Write ``rotation.md``, ``rotation.json`` and ``rotation.png`` into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    figures = {
        name: {
            "wa": {str(angle): round(wa, 2) for angle, wa in found.wa(name).items()},
            "ua": {str(angle): round(ua, 2) for angle, ua in found.ua(name).items()},
            "lost": round(found.lost(name), 2),
        }
        for name in found.right
    }
    whole = {"faces": len(found.labels), "systems": figures}
    (folder / "rotation.json").write_text(json.dumps(whole, indent=2) + "\n", encoding="utf-8")
    note = f"WA in percent; {len(found.labels):,} faces, each turned by every angle.\n"
    (folder / "rotation.md").write_text(f"{table(found)}\n{note}", encoding="utf-8")
    plots.by_angle({name: found.wa(name) for name in found.right}, folder / "rotation.png")

"""The augmentation of the STN-CNN paper (Ding; see ``networks.stn_cnn``).

Each has the signature of ``augment.Augment``: one 48x48 face and a generator to (degraded, sharp),
which are the same picture here, because the paper damages none.
"""

from __future__ import annotations

import zlib
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from training.section import Section

Image = NDArray[np.uint8]


class UntouchedConfig(Section):
    """No augmentation: the paper's "raw data"."""

    kind: Literal["none"] = "none"

    def build(self, side: int) -> Untouched:
        """For faces of ``side`` pixels."""
        return Untouched(side)


class CropsConfig(Section):
    """See ``Crops``."""

    kind: Literal["crops"] = "crops"
    crops: int = Field(default=10, ge=1, le=1000)
    pixels: int = Field(default=32, ge=8, le=48)

    def build(self, side: int) -> Crops:
        """For faces of ``side`` pixels."""
        return Crops(side, self.crops, self.pixels)


class NineConfig(Section):
    """See ``Nine``; degrees and grey levels."""

    kind: Literal["nine"] = "nine"
    angle: float = Field(default=15.0, ge=0, le=90)
    noise: float = Field(default=8.0, ge=0, le=255)

    def build(self, side: int) -> Nine:
        """For faces of ``side`` pixels."""
        return Nine(side, self.angle, self.noise)


class Untouched:
    """The face as it is.

    Args:
        side: of the result, in pixels.
    """

    def __init__(self, side: int) -> None:
        self.side = side

    def __call__(self, image: Image, rng: np.random.Generator) -> tuple[Image, Image]:
        """One face to (side, side), twice."""
        same = _resized(image, self.side)
        return same, same


class Crops:
    """FER2013: ten random 32x32 pieces of a face, each also mirrored, and the face itself.

    That makes 21 of every training face, as in the paper (28,709 to 602,889). A draw is one of the
    21, and near-copies of held-out faces are left out, so 23 epochs here are about one of its. The
    pieces of a face are the same in every epoch: the paper cut them once. "Vertical flip" is taken
    as about the vertical axis.

    Args:
        side: of the result, in pixels; a piece is enlarged to it.
        crops: pieces of a face.
        pixels: side of a piece.
    """

    def __init__(self, side: int, crops: int = 10, pixels: int = 32) -> None:
        self.side = side
        self.crops = crops
        self.pixels = pixels

    def __call__(self, image: Image, rng: np.random.Generator) -> tuple[Image, Image]:
        """One face to (side, side), twice."""
        drawn = int(rng.integers(2 * self.crops + 1))
        piece = image
        if drawn < 2 * self.crops:
            x, y = self.places(image)[drawn // 2]
            piece = image[y : y + self.pixels, x : x + self.pixels]
            if drawn % 2:
                piece = piece[:, ::-1]
        same = _resized(piece, self.side)
        return same, same

    def places(self, image: Image) -> NDArray[np.int64]:
        """(crops, 2) left and top of the pieces of a face, drawn from its own bytes."""
        own = np.random.default_rng(zlib.crc32(image.tobytes()))
        return own.integers(0, image.shape[0] - self.pixels + 1, (self.crops, 2))


class Nine:
    """CK+: nine views of a face, of which a draw is one.

    The paper names a region of interest around eyes, nose and mouth, flipping, centring, rotating
    and noise, and nine times the data, but no more. Taken as: the face; mirrored; its region of
    interest; that mirrored; centred; turned left; turned right; with noise; mirrored with noise.

    Args:
        side: of the result, in pixels.
        angle: of the turned views, in degrees.
        noise: standard deviation, in grey levels.
    """

    views = 9

    def __init__(self, side: int, angle: float = 15.0, noise: float = 8.0) -> None:
        self.side = side
        self.angle = angle
        self.noise = noise

    def __call__(self, image: Image, rng: np.random.Generator) -> tuple[Image, Image]:
        """One face to (side, side), twice."""
        same = self.view(image, int(rng.integers(self.views)), rng)
        return same, same

    def view(self, image: Image, number: int, rng: np.random.Generator) -> Image:
        """View 0..8 of a face, (side, side), in the order of the class's description."""
        if number in (2, 3):
            image = _region(image)
        elif number == 4:
            image = centred(image)
        elif number in (5, 6):
            image = turned(image, self.angle if number == 5 else -self.angle)
        elif number in (7, 8):
            noisy = image + rng.normal(0, self.noise, image.shape)
            image = np.clip(noisy, 0, 255).astype(np.uint8)
        if number in (1, 3, 8):
            image = image[:, ::-1]
        return _resized(image, self.side)


def turned(image: Image, angle: float) -> Image:
    """A picture turned counter-clockwise about its centre, in degrees; borders reflected."""
    rows, columns = image.shape[:2]
    centre = ((columns - 1) / 2, (rows - 1) / 2)
    matrix = cv2.getRotationMatrix2D(centre, angle, 1.0)
    result = cv2.warpAffine(
        image, matrix, (columns, rows), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101
    )
    return np.asarray(result, np.uint8)


def centred(image: Image) -> Image:
    """A face moved until its left and right halves are about equally bright, as faces are.

    The picture is compared with its mirror image at every shift of up to an eighth of its width;
    where they agree best, the middle of the face lies in the middle. Borders are repeated.
    """
    side = image.shape[1]
    mirrored = image[:, ::-1].astype(np.float32)
    plain = image.astype(np.float32)
    reach = side // 8
    best, least = 0, np.inf
    for shift in range(-2 * reach, 2 * reach + 1):
        start, end = max(0, shift), side + min(0, shift)
        apart = plain[:, start:end] - mirrored[:, start - shift : end - shift]
        distance = float(np.abs(apart).mean())
        if distance < least:
            best, least = shift, distance
    move = np.array([[1.0, 0, -best / 2], [0, 1.0, 0]])
    moved = cv2.warpAffine(
        image, move, image.shape[::-1], flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(moved, np.uint8)


def _region(image: Image) -> Image:
    """Eyes, nose and mouth of a tight face crop: forehead, chin and ears are cut away."""
    side = image.shape[0]
    margin = side // 8
    return image[margin : side - margin // 2, margin : side - margin]


def _resized(image: Image, side: int) -> Image:
    """To (side, side), contiguous: bicubic to enlarge, areas to shrink."""
    if image.shape == (side, side):
        return np.ascontiguousarray(image)
    method = cv2.INTER_CUBIC if image.shape[0] < side else cv2.INTER_AREA
    resized = cv2.resize(np.ascontiguousarray(image), (side, side), interpolation=method)
    return np.asarray(resized, np.uint8)

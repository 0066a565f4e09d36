"""Degrading faces: the low-resolution protocol, and the augmentation made of it.

A face in a classroom has 12 to 50 pixels. Shrinking averages areas, as a sensor does, and
enlarging is bicubic, exactly as ``app.stages.crops`` brings a small face to the input size.
"""

from __future__ import annotations

from typing import Annotated, Literal

import cv2
import numpy as np
from numpy.typing import NDArray
from pydantic import Field, field_validator

from training.section import Section

Image = NDArray[np.uint8]


def shrink(image: Image, side: int) -> Image:
    """A square picture to ``side`` pixels by area averaging."""
    return np.asarray(cv2.resize(image, (side, side), interpolation=cv2.INTER_AREA), np.uint8)


def enlarge(image: Image, side: int) -> Image:
    """A square picture to ``side`` pixels, bicubic."""
    return np.asarray(cv2.resize(image, (side, side), interpolation=cv2.INTER_CUBIC), np.uint8)


def at_size(images: NDArray[np.uint8], pixels: int, side: int) -> NDArray[np.uint8]:
    """(n, 48, 48) faces as if seen at ``pixels``, then brought to ``side``."""
    if pixels < images.shape[1]:
        return np.stack([enlarge(shrink(image, pixels), side) for image in images])
    if images.shape[1] == side:
        return images
    return np.stack([enlarge(image, side) for image in images])


_Scale = Annotated[float, Field(ge=0.1, le=10)]


class ClassroomConfig(Section):
    """See ``Augment``; angles in degrees, shifts and scales as shares of the side.

    ``relight`` is the strength of random contrast (up to 1.3 times) and brightness (up to 25).
    """

    kind: Literal["classroom"] = "classroom"
    flip: float = Field(default=0.5, ge=0, le=1)
    angle: float = Field(default=14.0, ge=0, le=180)
    shift: float = Field(default=0.07, ge=0, le=1)
    scale: tuple[_Scale, _Scale] = (0.85, 1.18)
    relight: float = Field(default=1.0, ge=0, le=1)
    low_resolution: float = Field(default=0.6, ge=0, le=1)
    smallest: int = Field(default=8, ge=4, le=48)
    compress: float = Field(default=0.2, ge=0, le=1)
    blur: float = Field(default=0.1, ge=0, le=1)
    noise: float = Field(default=6.0, ge=0, le=255)
    erase: float = Field(default=0.25, ge=0, le=1)

    @field_validator("scale")
    @classmethod
    def _rises(cls, scale: tuple[float, float]) -> tuple[float, float]:
        if scale[0] > scale[1]:
            raise ValueError("the smaller one comes first")
        return scale

    def build(self, side: int) -> Augment:
        """For faces of ``side`` pixels."""
        return Augment(self, side)


class Augment:
    """Random pose, then random damage.

    Args:
        config: probabilities and ranges.
        side: of the network's input.
    """

    def __init__(self, config: ClassroomConfig, side: int) -> None:
        self.config = config
        self.side = side

    def __call__(self, image: Image, rng: np.random.Generator) -> tuple[Image, Image]:
        """One 48x48 face to (degraded, sharp), both (side, side), in the same pose and light."""
        sharp = self._relight(self._pose(image, rng), rng)
        return self._damage(sharp, rng), sharp

    def _pose(self, image: Image, rng: np.random.Generator) -> Image:
        c = self.config
        half = image.shape[0] / 2
        angle = rng.uniform(-c.angle, c.angle)
        zoom = np.exp(rng.uniform(*np.log(c.scale))) * self.side / image.shape[0]
        matrix = cv2.getRotationMatrix2D((half - 0.5, half - 0.5), angle, zoom)
        if rng.random() < c.flip:
            matrix[:, 2] += matrix[:, 0] * (image.shape[1] - 1)
            matrix[:, 0] *= -1
        offset = rng.uniform(-c.shift, c.shift, 2) * self.side
        matrix[:, 2] += offset + self.side / 2 - half
        posed = cv2.warpAffine(
            image, matrix, (self.side, self.side), flags=cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REFLECT_101,
        )  # fmt: skip
        return np.asarray(posed, np.uint8)

    def _relight(self, image: Image, rng: np.random.Generator) -> Image:
        strength = self.config.relight
        contrast = 1 + strength * rng.uniform(-0.3, 0.3)
        relit = contrast * (image.astype(np.float32) - 128) + 128
        return np.clip(relit + strength * rng.uniform(-25, 25), 0, 255).astype(np.uint8)

    def _damage(self, image: Image, rng: np.random.Generator) -> Image:
        c = self.config
        if rng.random() < c.blur:
            image = _motion_blur(image, rng)
        side = self.side
        if rng.random() < c.low_resolution:
            side = round(float(np.exp(rng.uniform(np.log(c.smallest), np.log(self.side)))))
            image = shrink(image, side)
        spread = rng.uniform(0, c.noise)
        noisy = image + rng.normal(0, spread, image.shape)
        image = np.clip(noisy, 0, 255).astype(np.uint8)
        if rng.random() < c.compress:
            image = _compress(image, int(rng.integers(30, 90)))
        if side < self.side:
            image = enlarge(image, self.side)
        if rng.random() < c.erase:
            _erase(image, rng)
        return image


def _motion_blur(image: Image, rng: np.random.Generator) -> Image:
    """A short straight smear in a random direction."""
    length = int(rng.integers(3, 8))
    kernel = np.zeros((length, length), np.float32)
    centre = (length - 1) / 2
    angle = rng.uniform(0, np.pi)
    reach = centre * np.array([np.cos(angle), np.sin(angle)])
    start, end = np.rint(centre - reach).astype(int), np.rint(centre + reach).astype(int)
    cv2.line(kernel, (int(start[0]), int(start[1])), (int(end[0]), int(end[1])), (1.0,), 1)
    return np.asarray(cv2.filter2D(image, -1, kernel / kernel.sum()), np.uint8)


def _compress(image: Image, quality: int) -> Image:
    """JPEG and back: video codecs leave the same blocks."""
    done, data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])
    if not done:
        raise RuntimeError("OpenCV could not encode a JPEG")
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_GRAYSCALE), np.uint8)


def _erase(image: Image, rng: np.random.Generator) -> None:
    """Paint over a random rectangle, in place: a hand, a neighbour, a book."""
    side = image.shape[0]
    w, h = rng.integers(side // 8, side // 2, 2)
    x, y = rng.integers(0, side - w), rng.integers(0, side - h)
    image[y : y + h, x : x + w] = rng.integers(0, 256)

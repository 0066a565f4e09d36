from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from app.stages.stillness import CHANGE, LEAST_SIDE, MARGIN, SHIFT, SIDE, cut, stillness
from tests.bench.clips import scene_text
from tests.classroom.film import Film
from tests.classroom.text import parse_scene

N = 61
RNG = np.random.default_rng(3)
WALL = cv2.GaussianBlur(RNG.uniform(0, 255, (200, 200)).astype(np.float32), (0, 0), 12)
WALL = (WALL - WALL.mean()) * (35.0 / WALL.std()) + 120.0


def place(side: int, shift: tuple[float, float] = (0.0, 0.0)) -> NDArray[np.float32]:
    """(side, side) of a wall with bumps of a fifth of it, moved by ``shift`` pixels."""
    # Shifted while it is large, as OpenCV shifts by whole 32nds of a pixel.
    scale = 160.0 / side
    take = np.array([[1, 0, 20 - scale * shift[0]], [0, 1, 20 - scale * shift[1]]])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    large = cv2.warpAffine(WALL, take, (160, 160), flags=flags)
    return np.asarray(cv2.resize(large, (side, side), interpolation=cv2.INTER_AREA), np.float32)


def seen(clean: list[NDArray[np.float32]], noise: float, seed: int = 0) -> NDArray[np.float32]:
    """As a camera keeps it: with noise, in whole grey levels."""
    rng = np.random.default_rng(seed)
    return np.stack([np.round(one + rng.normal(0, noise, one.shape)) for one in clean]).astype("f4")


def sway(side: int, rms: float) -> list[NDArray[np.float32]]:
    """A face that moves by ``rms`` face widths, slowly, to and fro."""
    size = rms * np.sqrt(2) * side / MARGIN
    return [place(side, (size * np.sin(0.4 * i), 0.0)) for i in range(N)]


@pytest.mark.parametrize("side", [14, 24])
def test_what_never_changes_but_for_noise_is_still(side: int) -> None:
    found = stillness(seen([place(side)] * N, 1.0))
    assert found.proven
    assert found.shift < SHIFT / 1.5
    assert found.fresh == 1.0


def test_exposure_and_light_move_nothing() -> None:
    lights = [1.0] * 20 + [0.7] * 20 + [1.15] * 21
    steps = [place(24) * light + 30 * (light < 1) for light in lights]
    assert stillness(seen(steps, 1.5)).proven


@pytest.mark.parametrize("side", [14, 24])
def test_a_head_that_moves_by_half_a_millimetre_is_alive(side: int) -> None:
    found = stillness(seen(sway(side, 0.0035), 1.5))
    assert not found.proven
    assert found.shift == pytest.approx(0.0035, rel=0.25)
    assert found.change < CHANGE


def test_slow_drift_is_seen() -> None:
    drift = [place(24, (0.25 * i / N, 0.0)) for i in range(N)]
    assert not stillness(seen(drift, 1.5)).proven


def test_a_blink_is_seen_though_nothing_moves() -> None:
    blink = [place(24).copy() for _ in range(N)]
    blink[30][8:12, 5:10] -= 30.0
    found = stillness(seen(blink, 1.5))
    assert found.shift < SHIFT
    assert not found.proven


def test_a_single_twitch_is_seen() -> None:
    still = [place(24)] * N
    still[40] = place(24, (0.009 * 24 / MARGIN, 0.0))
    found = stillness(seen(still, 1.0))
    assert found.shift < SHIFT
    assert found.change < CHANGE
    assert not found.proven


@pytest.mark.parametrize("kept", [1, 2, 60])
def test_what_a_codec_repeats_proves_nothing(kept: int) -> None:
    samples = seen([place(24)] * N, 1.5)
    frozen = samples[np.arange(N) // kept * kept]
    found = stillness(frozen)
    assert found.shift < SHIFT
    assert found.proven == (kept == 1)


def test_small_faces_that_move_are_never_still_whatever_the_noise() -> None:
    for noise in (0.5, 2.0, 5.0, 10.0):
        for seed in range(8):
            assert not stillness(seen(sway(13, 0.004), noise, seed)).proven


def test_where_noise_rules_nothing_is_proven() -> None:
    for seed in range(8):
        assert not stillness(seen([place(13)] * N, 8.0, seed)).proven
        assert not stillness(seen([np.full((13, 13), 120.0, np.float32)] * N, 2.0, seed)).proven


def test_drawn_students_who_hold_still_are_told_from_posters() -> None:
    """Heads that sway a tenth as far as drawn ones do, with no blink, no word and no glance.

    One of them does not sway at all.
    """
    scene = parse_scene(scene_text("still", seconds=31))
    calm = [replace(s, blinks=(), turns=(), phases=s.phases[:1]) for s in scene.students]
    scene = replace(scene, students=tuple(calm[:3]), posters=())
    frozen = replace(calm[3], idle=0.0)
    scene = replace(scene, students=(*scene.students, frozen))
    samples: dict[int, list[NDArray[np.float32]]] = {}
    first: dict[int, NDArray[np.float64]] = {}
    for shot in Film(scene).shots():
        for face in shot.faces:
            box = first.setdefault(face.id, np.array(face.box, np.float64))
            sample = cut(shot.image, box)
            assert sample is not None
            samples.setdefault(face.id, []).append(sample)
    found = {who: stillness(np.stack(some)) for who, some in samples.items()}
    assert found.pop(frozen.id).proven
    assert len(found) == 3
    assert min(one.shift for one in found.values()) > 1.5 * SHIFT


def test_cut_follows_the_place_to_a_part_of_a_pixel() -> None:
    image = np.repeat(WALL[..., None], 3, axis=2).clip(0, 255).astype(np.uint8)
    whole = cut(image, np.array([40.0, 40.0, 20.0, 16.0]))
    half = cut(image, np.array([40.5, 40.0, 20.0, 16.0]))
    assert whole is not None
    assert half is not None
    assert whole.shape == (22, 22)
    assert np.abs(whole - image[37:59, 39:61, 0]).max() == 0
    assert np.abs(half[:, :-1] - (whole[:, 1:] + whole[:, :-1]) / 2).max() <= 1.0
    large = cut(image, np.array([40.0, 40.0, 60.0, 60.0]))
    assert large is not None
    assert large.shape == (SIDE, SIDE)


@pytest.mark.parametrize("box", [(0, 40, 20, 20), (185, 40, 20, 20), (40, 0, 20, 20),
                                 (40, 40, LEAST_SIDE - 2, 4)])  # fmt: skip
def test_nothing_is_cut_over_the_edge_or_too_small(box: tuple[float, ...]) -> None:
    image = np.zeros((200, 200, 3), np.uint8)
    assert cut(image, np.array(box, float)) is None

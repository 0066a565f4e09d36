from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from app.core.types import STILL, Faces, Frame
from app.stages.pictures import OTHERWISE_S, PROOF_S, PictureFilter
from app.stages.protocols import Expectation, Tracked
from app.stages.video import VideoSource
from tests.bench.real import CLIP, LABELS, read_labels

POSTER = (40.0, 30.0, 30.0, 36.0)
STUDENT = (140.0, 60.0, 28.0, 34.0)
VISITOR = (39.0, 29.0, 33.0, 38.0)
IDS = {30.0: 1, 28.0: 2, 33.0: 3}
"""The tracker below goes by widths."""


class ByWidth:
    """A tracker that knows everyone by the width of the box; the camera is told to it."""

    def __init__(self) -> None:
        self.camera: NDArray[np.float64] = STILL
        self.given: list[int] = []
        self.resets = 0

    def expect(self, frame: Frame) -> Expectation:
        return Expectation(np.zeros((0, 4)), self.camera)

    def update(self, faces: Faces, frame: Frame) -> Tracked:
        self.given = [IDS[float(width)] for width in faces.boxes[:, 2]]
        ids = np.array(self.given, np.int32)
        return Tracked(Faces.make(faces.boxes, faces.scores, faces.keypoints, ids))

    def reset(self) -> None:
        self.resets += 1


class Room:
    """A wall with a poster, a student who sways, and whoever stands before the poster."""

    def __init__(self) -> None:
        rng = np.random.default_rng(5)
        wall = cv2.GaussianBlur(rng.uniform(0, 255, (180, 240)).astype(np.float32), (0, 0), 3)
        self._wall = (wall - wall.mean()) * (30.0 / wall.std()) + 120.0
        self._rng = rng
        self.tracker = ByWidth()
        self.filter = PictureFilter(self.tracker)
        self.index = 0
        self.sway = 0.4
        self.push = (0, 0)

    def step(
        self,
        *boxes: tuple[float, ...],
        visitor: bool = False,
        veil: float = 0.0,
        every: float = 0.5,
    ) -> Tracked:
        """The next picture; which faces the detector finds in it.

        ``visitor``: somebody is before the poster; ``veil``: contrast of checks before it.
        """
        picture = self._wall.copy()
        x, y, width, height = (int(value) for value in STUDENT)
        shift = self.sway * np.sin(self.index)
        take = np.array([[1, 0, x - 4 + shift], [0, 1, y - 4]], float)
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        head = cv2.warpAffine(self._wall, take, (width + 8, height + 8), flags=flags)
        picture[y - 4 : y + height + 4, x - 4 : x + width + 4] = head
        if visitor:
            x, y, width, height = (int(value) for value in VISITOR)
            picture[y : y + height, x : x + width] = self._wall[100 : 100 + height, 5 : 5 + width]
        x, y, width, height = (int(value) for value in POSTER)
        checks = np.kron(np.indices((9, 8)).sum(axis=0) % 2, np.ones((4, 4))) - 0.5
        picture[y : y + height, x : x + width] += veil * checks[:height, :width]
        right, down = self.push
        picture = np.roll(picture, (down, right), axis=(0, 1))
        noisy = picture + self._rng.normal(0, 1.5, picture.shape)
        image = np.repeat(noisy.round().clip(0, 255).astype(np.uint8)[..., None], 3, axis=2)
        frame = Frame(image, self.index, self.index * every)
        self.index += 1
        self.filter.expect(frame)
        found = np.array(boxes).reshape(-1, 4) + np.array([right, down, 0, 0])
        return self.filter.update(Faces.make(found, np.full(len(found), 0.9)), frame)

    def prove(self) -> None:
        """Until the poster is known."""
        for _ in range(int(PROOF_S / 0.5) + 1):
            told = self.step(POSTER, STUDENT)
        assert told.pictures == (1,)


def ids(tracked: Tracked) -> list[int]:
    found: list[int] = tracked.faces.ids.tolist()
    return found


def test_a_poster_is_left_out_after_the_proof_and_not_before() -> None:
    room = Room()
    for _ in range(int(PROOF_S / 0.5)):
        told = room.step(POSTER, STUDENT)
        assert ids(told) == [1, 2]
        assert told.pictures == ()
    for _ in range(20):
        told = room.step(POSTER, STUDENT)
        assert ids(told) == [2]
        assert told.pictures == (1,)
    assert room.tracker.given == [2]


def test_a_swaying_student_is_kept_for_ever() -> None:
    room = Room()
    for _ in range(200):
        assert 2 in ids(room.step(POSTER, STUDENT))


def test_frames_that_come_seldom_take_more_time() -> None:
    room = Room()
    told = [room.step(POSTER, STUDENT, every=10.0).pictures for _ in range(31)]
    assert told[:29] == [()] * 29
    assert told[-1] == (1,)


def test_who_stands_before_the_poster_is_seen_in_the_same_frame() -> None:
    room = Room()
    room.prove()
    for _ in range(3):
        told = room.step(VISITOR, STUDENT, visitor=True)
        assert ids(told) == [3, 2]
        assert told.pictures == (1,)
    for _ in range(5):
        assert ids(room.step(POSTER, STUDENT)) == [2]


def test_a_picture_that_stirs_was_a_student_and_is_back_at_once() -> None:
    room = Room()
    room.sway = 0.0
    for _ in range(int(PROOF_S / 0.5) + 1):
        told = room.step(POSTER, STUDENT)
    assert told.pictures == (1, 2)
    room.sway = 2.0
    told = room.step(STUDENT)
    assert ids(told) == [2]
    assert told.pictures == (1,)


def test_a_place_where_somebody_else_stays_is_doubted() -> None:
    room = Room()
    room.prove()
    for _ in range(int(OTHERWISE_S / 0.5) + 1):
        told = room.step(VISITOR, STUDENT, visitor=True)
        assert ids(told) == [3, 2]
    assert told.pictures == ()
    assert ids(room.step(POSTER, STUDENT)) == [1, 2]


def test_a_nudge_of_the_camera_brings_no_poster_back() -> None:
    room = Room()
    room.prove()
    room.push = (13, -7)
    room.tracker.camera = np.array([[1, 0, -13.7], [0, 1, 7.2]])
    for _ in range(5):
        assert ids(room.step(POSTER, STUDENT)) == [2]
    # As if the camera had not been followed: the place shows something else now.
    room.tracker.camera = np.array([[1, 0, -10.0], [0, 1, 7.2]])
    assert 1 in ids(room.step(POSTER, STUDENT))


def test_a_face_behind_a_veil_is_not_the_picture() -> None:
    room = Room()
    room.prove()
    assert 1 in ids(room.step(POSTER, STUDENT, veil=100.0))


def test_reset_forgets_the_pictures() -> None:
    room = Room()
    room.prove()
    room.filter.reset()
    assert room.tracker.resets == 1
    assert ids(room.step(POSTER, STUDENT)) == [1, 2]


def test_frames_without_faces_pass() -> None:
    room = Room()
    room.prove()
    told = room.step()
    assert ids(told) == []
    assert told.pictures == (1,)


class ByPlace(ByWidth):
    """The four men of the real clip, in the order of the labels."""

    def update(self, faces: Faces, frame: Frame) -> Tracked:
        ids = np.arange(1, len(faces) + 1, dtype=np.int32)
        return Tracked(Faces.make(faces.boxes, faces.scores, faces.keypoints, ids))


@pytest.mark.shared
@pytest.mark.parametrize(("slower", "shrink"), [(1, 1.0), (8, 1.0), (8, 1.5)])
def test_real_students_are_kept_however_slow(shared: Path, slower: int, shrink: float) -> None:
    """The clip to and fro for a minute, also eight times slower and with faces of 9 px."""
    source = VideoSource(shared / CLIP)
    images = [frame.image for frame in source.frames()]
    source.close()
    size = round(images[0].shape[1] / shrink), round(images[0].shape[0] / shrink)
    images = [cv2.resize(image, size, interpolation=cv2.INTER_AREA) for image in images]
    labels = read_labels(LABELS, len(images))
    boxes = [labels.boxes[labels.frame == i] / shrink for i in range(len(images))]
    there_and_back = [*range(len(images)), *range(len(images))[::-1]]
    watch, rng = PictureFilter(ByPlace()), np.random.default_rng(0)
    for index in range(130):
        number = there_and_back[int(index * 0.5 * 16.667 / slower) % len(there_and_back)]
        noisy = images[number] + rng.normal(0, 1.0, images[number].shape)
        image = noisy.round().clip(0, 255).astype(np.uint8)
        frame = Frame(image, index, index * 0.5)
        watch.expect(frame)
        told = watch.update(Faces.make(boxes[number], np.full(4, 0.9)), frame)
        assert ids(told) == [1, 2, 3, 4]
        assert told.pictures == ()

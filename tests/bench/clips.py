"""Clips with their truth and what detector and tracker make of them: drawn, simulated or real.

With a cache folder, clips and results are kept under a checksum of the scene's text and of all
code that they come from, so the cache never changes a result.
"""

from __future__ import annotations

import ast
import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from app.core.regions import Regions
from app.core.types import Faces, Frame
from app.engine.analyse.sampling import Chooser, Sampling
from app.engine.analyse.steps import chosen, followed
from app.engine.analyse.unrest import Unrest
from app.engine.detectors import build_detector
from app.engine.pipeline import Pipeline
from app.engine.settings import Settings
from app.stages.protocols import Detector, Expectation, Source, Tracked, Tracker
from app.stages.video import VideoSource
from tests.bench.ground_truth import Boxes, Floats, GroundTruth, Ints, of_scene
from tests.bench.real import CLIP, LABELS, real_truth
from tests.bench.simulate import Noise, Simulation, Sweep
from tests.bench.stages import build_tracker
from tests.classroom.scene import Scene
from tests.classroom.text import parse_scene
from tests.classroom.write import write_clip
from tests.fakes import FakeRecognizer, FakeSmoother

ROOT = Path(__file__).resolve().parents[2]
SCENES = Path(__file__).parent / "scenes"
EVERY = Sampling()
CODE = ("app/core", "app/stages", "app/engine", "tests/bench")


@dataclass(frozen=True, eq=False)
class Clip:
    """What came of one clip.

    Attributes:
        truth: who is there, at the frames of which there is a result.
        said: the students' boxes with their ids.
        found: (n, 6) every detection before tracking: frame, score, x, y, width, height.
        read: (f,) numbers of those frames in the clip.
        looked: frames in which faces were looked for and followed, with or without a result.
        pictures: tracks that were taken for pictures on the wall at the end.
    """

    truth: GroundTruth
    said: Boxes
    found: Floats
    read: Ints
    looked: int
    pictures: tuple[int, ...] = ()

    def recorded(self) -> Clip:
        """What a recording's tables have: without those tracks, from the start."""
        said = self.said.select(~np.isin(self.said.ids, self.pictures))
        return replace(self, said=said)


class Noting:
    """A tracker that notes which faces it is given in each frame."""

    def __init__(self, tracker: Tracker) -> None:
        self._tracker = tracker
        self.given: dict[int, Faces] = {}
        self.pictures: tuple[int, ...] = ()

    def expect(self, frame: Frame) -> Expectation:
        """See ``protocols.Tracker``."""
        return self._tracker.expect(frame)

    def update(self, faces: Faces, frame: Frame) -> Tracked:
        """See ``protocols.Tracker``."""
        told = self._tracker.update(faces, frame)
        self.given[frame.index], self.pictures = faces, told.pictures
        return told

    def reset(self) -> None:
        """See ``protocols.Tracker``."""
        self._tracker.reset()


def follow(
    source: Source,
    detector: Detector,
    tracker: Tracker,
    truth: GroundTruth,
    regions: Regions | None = None,
    sampling: Sampling = EVERY,
) -> Clip:
    """Detect and track as ``BatchRun`` does, within the ``regions``.

    Frames that are only followed have no result: they count in ``looked`` alone.
    """
    noting = Noting(tracker)
    pipeline = Pipeline(detector, noting, FakeRecognizer(), FakeSmoother(), regions=regions)
    seen, read, said = 0, [], []
    for step in followed(chosen(source, sampling, Chooser(sampling)), pipeline, Unrest()):
        seen += 1
        if step.followed is not None:
            faces = step.followed.tracked.faces
            read.append(step.index)
            said.append((faces.ids.astype(np.int64), faces.boxes.astype(np.float64)))
    if seen != truth.frames:
        raise ValueError(f"{truth.name}: expected {truth.frames} frames, got {seen}")
    found = [
        np.column_stack([np.full(len(faces), number), faces.scores, faces.boxes])
        for number, faces in enumerate(noting.given[index] for index in read)
    ]
    frames, looked = np.array(read), len(noting.given)
    there, boxes = truth.at(frames), Boxes.stack(said)
    return Clip(there, boxes, np.concatenate(found), frames, looked, noting.pictures)


def scene_text(
    name: str, seed: int | None = None, seconds: float | None = None, fps: float | None = None
) -> str:
    """The text of a scene of ``SCENES``, with another seed, length or frames a second."""
    text = (SCENES / f"{name}.toml").read_text(encoding="utf-8")
    for word, value in (("seed", seed), ("seconds", seconds), ("fps", fps)):
        if value is not None:
            # The first: tables that follow have words of the same name.
            text, count = re.subn(rf"(?m)^{word} = .*$", f"{word} = {value:g}", text, count=1)
            if not count:
                raise ValueError(f"{name}: expected a line with {word}")
    return text


def simulated(
    text: str,
    name: str,
    noise: Noise,
    seed: int,
    folder: Path | None,
    sweep: bool = True,
    sampling: Sampling = EVERY,
) -> Clip:
    """Track the simulated detections of a scene."""
    key = _key(text, repr((noise, seed, sweep, sampling)), *CODE, "tests/classroom")
    truth = of_scene(parse_scene(text), name)
    kept = _kept(folder, key, truth)
    if kept is None:
        stand_in = Simulation(truth, noise, Sweep() if sweep else None, seed=seed)
        tracker = build_tracker(Settings(), stand_in.motion, stand_in.cue)
        kept = follow(stand_in, stand_in, tracker, truth, sampling=sampling)
        _keep(folder, key, kept)
    return kept


def drawn(
    text: str,
    name: str,
    folder: Path | None,
    ignore: bool = False,
    sampling: Sampling = EVERY,
) -> Clip:
    """Draw a scene, then detect and track as the app does.

    ``ignore``: the user has drawn a region to ignore around each portrait on the wall.
    """
    scene = parse_scene(text)
    regions = around_portraits(scene) if ignore else None
    with film(text, folder) as path:
        key, truth = _film_key(text), of_scene(scene, name)
        return _watched(path, key, truth, folder, sampling, regions)


def around_portraits(scene: Scene) -> Regions:
    """A region to ignore around each portrait on the wall."""
    width, height = scene.size
    corners = [
        ((p.x / width, p.y / height), ((p.x + p.width) / width, (p.y + p.height) / height))
        for p in scene.posters
        if p.kind == "portrait"
    ]
    return Regions(
        ignore=tuple(((x, y), (far, y), (far, low), (x, low)) for (x, y), (far, low) in corners)
    )


@contextmanager
def film(text: str, folder: Path | None) -> Iterator[Path]:
    """The clip of a scene, drawn unless it is in the cache."""
    with TemporaryDirectory() as here:
        path = Path(folder or here) / f"{_film_key(text)}.mp4"
        if not path.exists():
            part = path.with_suffix(".part.mp4")
            write_clip(parse_scene(text), part)
            part.with_suffix(".json").unlink()
            part.replace(path)
        yield path


def real(shared: Path, folder: Path | None, sampling: Sampling = EVERY) -> Clip:
    """Detect and track on the real clip."""
    key = _key(LABELS.read_text(encoding="utf-8"), "")
    return _watched(shared / CLIP, key, real_truth(shared), folder, sampling)


def watch(path: Path) -> Iterator[Frame]:
    """The frames of a file."""
    source = VideoSource(path)
    yield from source.frames()
    source.close()


def _quiet(_: str) -> None:
    """Say nothing."""


def _watched(
    path: Path,
    film_key: str,
    truth: GroundTruth,
    folder: Path | None,
    sampling: Sampling,
    regions: Regions | None = None,
) -> Clip:
    key = _key(film_key, repr((regions, sampling)), *CODE)
    kept = _kept(folder, key, truth)
    if kept is None:
        detector = build_detector(Settings().detector, _quiet)
        source, tracker = VideoSource(path), build_tracker(Settings())
        kept = follow(source, detector, tracker, truth, regions, sampling)
        source.close()
        detector.close()
        _keep(folder, key, kept)
    return kept


def _film_key(text: str) -> str:
    return _key(text, "", "tests/classroom")


def _key(text: str, how: str, *folders: str) -> str:
    digest = hashlib.sha256(f"{text}\0{how}".encode())
    for folder in folders:
        digest.update(_sources(folder))
    return digest.hexdigest()[:20]


@cache
def _sources(folder: str) -> bytes:
    """Checksum of the code in a folder of the repository."""
    digest = hashlib.sha256()
    for path in sorted((ROOT / folder).rglob("*.py")):
        if not path.name.startswith("test_"):
            # The tree and not the text: what only looks different makes no other clip.
            digest.update(ast.dump(ast.parse(path.read_text(encoding="utf-8"))).encode())
    return digest.digest()


def _kept(folder: Path | None, key: str, truth: GroundTruth) -> Clip | None:
    if folder is None or not (folder / f"{key}.npz").exists():
        return None
    with np.load(folder / f"{key}.npz") as arrays:
        said = Boxes(arrays["frame"], arrays["ids"], arrays["boxes"])
        read, pictures = arrays["read"], tuple(arrays["pictures"].tolist())
        there, looked = truth.at(read), int(arrays["looked"])
        return Clip(there, said, arrays["found"], read, looked, pictures)


def _keep(folder: Path | None, key: str, clip: Clip) -> None:
    if folder is not None:
        said = vars(clip.said)
        pictures = np.array(clip.pictures, np.int64)
        arrays = {"found": clip.found, "read": clip.read, "pictures": pictures, **said}
        np.savez_compressed(folder / f"{key}.npz", looked=clip.looked, **arrays)

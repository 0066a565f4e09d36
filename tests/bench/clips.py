"""Clips with their truth and what detector and tracker make of them: drawn, simulated or real.

With a cache folder, clips and results are kept under a checksum of the scene's text and of all
code that they come from, so the cache never changes a result.
"""

from __future__ import annotations

import ast
import hashlib
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from app.core.regions import Regions
from app.core.types import Frame
from app.engine.detectors import build_detector
from app.engine.settings import Settings
from app.stages.protocols import Detector, Tracker
from app.stages.regions import RegionFilter
from app.stages.video import VideoSource
from tests.bench.ground_truth import Boxes, Floats, GroundTruth, of_scene
from tests.bench.real import CLIP, LABELS, real_truth
from tests.bench.simulate import Noise, Simulation, Sweep
from tests.bench.stages import build_tracker
from tests.classroom.scene import Scene
from tests.classroom.text import parse_scene
from tests.classroom.write import write_clip

ROOT = Path(__file__).resolve().parents[2]
SCENES = Path(__file__).parent / "scenes"


@dataclass(frozen=True, eq=False)
class Clip:
    """What came of one clip.

    Attributes:
        truth: who is there.
        said: the students' boxes with their ids.
        found: (n, 6) every detection before tracking: frame, score, x, y, width, height.
        pictures: tracks that were taken for pictures on the wall at the end.
    """

    truth: GroundTruth
    said: Boxes
    found: Floats
    pictures: tuple[int, ...] = ()

    def recorded(self) -> Clip:
        """What a recording's tables have: without those tracks, from the start."""
        said = self.said.select(~np.isin(self.said.ids, self.pictures))
        return replace(self, said=said)


def follow(
    frames: Iterable[Frame],
    detector: Detector,
    tracker: Tracker,
    truth: GroundTruth,
    regions: Regions | None = None,
) -> Clip:
    """Detect and track frame by frame, as ``Pipeline`` does, within the ``regions``."""
    said, found, pictures = [], [np.zeros((0, 6))], ()
    keep = RegionFilter(regions)
    for number, frame in enumerate(frames):
        expected = tracker.expect(frame)
        keep.begin(frame, expected.camera)
        faces = detector.detect(frame, expected.boxes[keep.wanted(expected.boxes)])
        faces = faces.select(keep.wanted(faces.boxes))
        told = tracker.update(faces, frame)
        tracked, pictures = told.faces, told.pictures
        found.append(np.column_stack([np.full(len(faces), number), faces.scores, faces.boxes]))
        said.append((tracked.ids.astype(np.int64), tracked.boxes.astype(np.float64)))
    if len(said) != truth.frames:
        raise ValueError(f"{truth.name}: expected {truth.frames} frames, got {len(said)}")
    return Clip(truth, Boxes.stack(said), np.concatenate(found), pictures)


def scene_text(name: str, seed: int | None = None, seconds: float | None = None) -> str:
    """The text of a scene of ``SCENES``, with another seed or length."""
    text = (SCENES / f"{name}.toml").read_text(encoding="utf-8")
    for word, value in (("seed", seed), ("seconds", seconds)):
        if value is not None:
            # The first: tables that follow have words of the same name.
            text, count = re.subn(rf"(?m)^{word} = .*$", f"{word} = {value:g}", text, count=1)
            if not count:
                raise ValueError(f"{name}: expected a line with {word}")
    return text


def simulated(
    text: str, name: str, noise: Noise, seed: int, folder: Path | None, sweep: bool = True
) -> Clip:
    """Track the simulated detections of a scene."""
    code = ("app/core", "app/stages", "tests/classroom", "tests/bench")
    key = _key(text, repr((noise, seed, sweep)), *code)
    truth = of_scene(parse_scene(text), name)
    kept = _kept(folder, key, truth)
    if kept is None:
        stand_in = Simulation(truth, noise, Sweep() if sweep else None, seed=seed)
        tracker = build_tracker(Settings(), stand_in.motion, stand_in.cue)
        kept = follow(stand_in.frames(), stand_in, tracker, truth)
        _keep(folder, key, kept)
    return kept


def drawn(text: str, name: str, folder: Path | None, ignore: bool = False) -> Clip:
    """Draw a scene, then detect and track as the app does.

    ``ignore``: the user has drawn a region to ignore around each portrait on the wall.
    """
    scene = parse_scene(text)
    regions = around_portraits(scene) if ignore else None
    with film(text, folder) as path:
        return _watched(path, _film_key(text), of_scene(scene, name), folder, regions)


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


def real(shared: Path, folder: Path | None) -> Clip:
    """Detect and track on the real clip."""
    key = _key(LABELS.read_text(encoding="utf-8"), "")
    return _watched(shared / CLIP, key, real_truth(shared), folder)


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
    regions: Regions | None = None,
) -> Clip:
    key = _key(film_key, repr(regions), "app/core", "app/stages", "app/engine", "tests/bench")
    kept = _kept(folder, key, truth)
    if kept is None:
        detector = build_detector(Settings().detector, _quiet)
        kept = follow(watch(path), detector, build_tracker(Settings()), truth, regions)
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
        return Clip(truth, said, arrays["found"], tuple(arrays["pictures"].tolist()))


def _keep(folder: Path | None, key: str, clip: Clip) -> None:
    if folder is not None:
        said = vars(clip.said)
        pictures = np.array(clip.pictures, np.int64)
        np.savez_compressed(folder / f"{key}.npz", found=clip.found, pictures=pictures, **said)

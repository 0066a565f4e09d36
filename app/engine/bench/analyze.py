"""How fast a recording is analysed on this computer."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from app.core.types import Frame, FrameResult
from app.engine.analyse.batch import BatchRun, Progress
from app.engine.analyse.sampling import Sampling
from app.engine.analyse.throwaway import ThrowawayFolder
from app.engine.build import build_pipeline, session_info, share_cores
from app.engine.kept_model import for_recording
from app.engine.settings import Settings
from app.session.store import SUFFIX, Session
from app.stages.protocols import Picture, SourceInfo
from app.stages.video import VideoSource


@dataclass(frozen=True, slots=True)
class Speed:
    """What was measured.

    Attributes:
        name: of the recording.
        size: (width, height) of its pictures.
        seconds: of it that were analysed.
        frames: in these.
        read: those of them that were read.
        faces: in these, all together.
        elapsed: seconds that it took, without loading the models.
        processor: seconds of processor time, of all cores together.
        stages: mean seconds by part: "decode" of every frame, "convert" of every one that was
            looked at, the others of every one that was read.
        provider: where the model ran.
    """

    name: str
    size: tuple[int, int]
    seconds: float
    frames: int
    read: int
    faces: int
    elapsed: float
    processor: float
    stages: Mapping[str, float]
    provider: str


def bench_analyze(
    video: Path,
    settings: Settings,
    sampling: Sampling,
    say: Callable[[str], None],
    progress: Callable[[Progress], None] | None = None,
) -> Speed:
    """Analyse ``video`` as ``analyze_video`` does, into a session in a temporary folder.

    Args:
        video: the recording.
        settings: of the stages.
        sampling: which frames to analyse.
        say: told in one line each what goes on.
        progress: told after every frame.

    Raises:
        RoomreadError: one line for the user.
    """
    source = _Timed(VideoSource(video))
    built = build_pipeline(share_cores(for_recording(settings)), say)
    info = session_info(source, built, settings, sampling=asdict(sampling))
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(ThrowawayFolder())
        stack.enter_context(contextlib.closing(built.pipeline))
        session = stack.enter_context(Session.create(folder / f"bench{SUFFIX}", info))
        store = _Store(session)
        begin, worked = time.perf_counter(), time.process_time()
        counts = BatchRun(source, built.pipeline, store, sampling, progress).run()
        elapsed, processor = time.perf_counter() - begin, time.process_time() - worked
    return Speed(
        name=video.name,
        size=info.source_size,
        seconds=counts.read / info.source_fps,
        frames=counts.read,
        read=counts.analysed,
        faces=store.faces,
        elapsed=elapsed,
        processor=processor,
        stages={
            "decode": source.decoding / max(counts.read, 1),
            "convert": source.converting / max(source.converted, 1),
            **{name: took / max(counts.analysed, 1) for name, took in store.stages.items()},
        },
        provider=built.provider,
    )


class _Timed:
    """A source that notes how long its frames take; implements ``PictureSource``."""

    def __init__(self, source: VideoSource) -> None:
        self._source = source
        self.decoding = self.converting = 0.0
        self.converted = 0

    @property
    def info(self) -> SourceInfo:
        return self._source.info

    def frames(self) -> Iterator[Frame]:
        return (picture.frame() for picture in self.pictures())

    def pictures(self) -> Iterator[Picture]:
        pictures = self._source.pictures()
        while True:
            begin = time.perf_counter()
            picture = next(pictures, None)
            self.decoding += time.perf_counter() - begin
            if picture is None:
                return
            yield _TimedPicture(picture, self)

    def close(self) -> None:
        self._source.close()


@dataclass(frozen=True, slots=True)
class _TimedPicture:
    """Implements ``Picture``."""

    _picture: Picture
    _source: _Timed

    @property
    def index(self) -> int:
        return self._picture.index

    @property
    def timestamp(self) -> float:
        return self._picture.timestamp

    def frame(self) -> Frame:
        begin = time.perf_counter()
        frame = self._picture.frame()
        self._source.converting += time.perf_counter() - begin
        self._source.converted += 1
        return frame


class _Store:
    """Stores results and adds up how long each stage took."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.faces = 0
        self.stages: dict[str, float] = {}

    def __call__(self, result: FrameResult) -> None:
        begin = time.perf_counter()
        self._session.append(result)
        took = {**result.timings, "store": time.perf_counter() - begin}
        self.faces += len(result.faces)
        for name, seconds in took.items():
            self.stages[name] = self.stages.get(name, 0.0) + seconds

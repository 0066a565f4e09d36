"""How Live does on this computer with classes of several sizes, in front of a synthetic camera."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from app.core.errors import SettingsError
from app.engine.analyse.throwaway import ThrowawayFolder
from app.engine.bench.crowd import seats_for
from app.engine.bench.cut_outs import cast_of
from app.engine.bench.film import Film, clip_film, crowd_film
from app.engine.bench.live_case import WARM_UP, LiveCase, LiveFigures
from app.engine.build import share_cores
from app.engine.choose import choose_recognizer
from app.engine.kept_model import chooses
from app.engine.settings import Settings, checked_settings
from app.stages.video import VideoSource

FACES: Final = (10, 20, 30, 40, 50)
SIZES: Final = ((1280, 720), (1920, 1080))
MOST: Final = 200
"""Faces of a case: more have no room at sizes that can be told apart."""
_ASIDE_S: Final = 5.0
"""Seconds that a case takes to start and to end, about."""
_DRAWN_S: Final = 5.0
"""Seconds that each megapixel of its film takes to be drawn, about."""

Say = Callable[[str], None]
Run = Callable[[LiveCase], LiveFigures]
Working = Callable[[str, float], None]


@dataclass(frozen=True, slots=True)
class Asked:
    """What to measure.

    Attributes:
        video: whose students are cut out.
        faces: of each case; empty for the video as it is.
        sizes: (width, height) of each case; empty, for a video as it is, for its own.
        seconds: that count, of each case.
    """

    video: Path
    faces: tuple[int, ...]
    sizes: tuple[tuple[int, int], ...]
    seconds: float


def bench_live(
    asked: Asked, settings: Settings, run: Run, say: Say, working: Working
) -> list[LiveFigures]:
    """Measure every case, one after the other: all sizes, and in each all numbers of faces.

    Args:
        asked: what.
        settings: of the app.
        run: measures one.
        say: told in one line each what goes on.
        working: told after each case how many of all are done, 0..1.

    Raises:
        RoomreadError: the video can't be used, or a case failed.
    """
    count = len(asked.sizes or (None,)) * len(asked.faces or (None,))
    with ThrowawayFolder() as folder:
        path = folder / "film.mjpeg"
        films = _crowds(asked, settings, path, say) if asked.faces else (
            clip_film(asked.video, settings, size, path, say) for size in asked.sizes or (None,)
        )  # fmt: skip
        figures = []
        for number, film in enumerate(films, 1):
            width, height = film.size
            say(f"Case {number} of {count}: {film.faces} faces in {width} x {height} ...")
            figures.append(run(LiveCase(film, settings, asked.seconds)))
            working("Measured", number / count)
        return figures


def _crowds(asked: Asked, settings: Settings, path: Path, say: Say) -> Iterator[Film]:
    """Each film takes the place of the last one."""
    cast = cast_of(asked.video, settings, say)
    cases = [(size, faces) for size in asked.sizes for faces in asked.faces]
    for size, faces in cases:
        seats_for(cast, faces, size)  # says before the first case that the last one has no room
    for size, faces in cases:
        yield crowd_film(cast, faces, size, path)


def beforehand(asked: Asked) -> str:
    """How many cases there are, and about how many minutes they take, in words."""
    count = len(asked.sizes or (None,)) * len(asked.faces or (None,))
    took = count * (asked.seconds + WARM_UP + _ASIDE_S)
    took += len(asked.faces) * sum(_DRAWN_S * width * height / 1e6 for width, height in asked.sizes)
    return f"{plural(count, 'case')} of {asked.seconds:g} s, together {about(took)}."


def about(seconds: float) -> str:
    """A time in whole minutes, in words."""
    return f"about {plural(max(1, round(seconds / 60)), 'minute')}, longer on a busy computer"


def plural(count: int, word: str) -> str:
    """So many of them."""
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


def check_video(video: Path) -> None:
    """That a recording is there and has a picture, before models are loaded.

    Raises:
        SourceError: it can't be read.
    """
    VideoSource(video).close()


def with_choices(settings: Settings, provider: str | None, share: float | None) -> Settings:
    """The settings with a provider and a share of the cores that were asked for on the way.

    Raises:
        SettingsError: there is no such provider, or the share is off.
    """
    raw: dict[str, Any] = settings.model_dump(mode="json", exclude={"schema_version"})
    if provider is not None:
        raw["recognizer"]["provider"] = provider
    if share is not None:
        raw["live"]["share"] = share
    try:
        return checked_settings(raw, "the options")
    except SettingsError as error:
        raise SettingsError(f"{error} (see --provider and --share)") from error


def with_its_model(settings: Settings) -> Settings:
    """The settings with the model named that Live chooses here: all cases are read by one.

    Raises:
        ModelError: it can't be loaded.
    """
    if not chooses(settings.recognizer):
        return settings
    chosen = choose_recognizer(share_cores(settings).recognizer).card.name
    reader = settings.recognizer.model_copy(update={"shipped": chosen})
    return settings.model_copy(update={"recognizer": reader})

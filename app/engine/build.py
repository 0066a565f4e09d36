"""Puts the stages together from the settings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from app import __version__
from app.core.card import ModelCard
from app.core.machine import usable_cores
from app.core.privacy import Purpose
from app.engine.choose import choose_recognizer
from app.engine.detectors import MAX_THREADS, build_detector
from app.engine.how_to_run import tuned
from app.engine.pipeline import Pipeline
from app.engine.settings import Settings
from app.session.store import SessionInfo
from app.stages.bytetrack import ByteTracker
from app.stages.camera_motion import CameraMotion
from app.stages.colour_cue import ColourCue
from app.stages.pictures import PictureFilter
from app.stages.protocols import Source, Tracker
from app.stages.smoother import ExpressionSmoother


@dataclass(frozen=True, slots=True)
class Built:
    """A pipeline that is ready to run, and what it runs on.

    Attributes:
        pipeline: the owner closes it.
        provider: where the expression model really runs, "CPU", "CUDA" ...
        card: of the expression model.
    """

    pipeline: Pipeline
    provider: str
    card: ModelCard


def build_pipeline(settings: Settings, say: Callable[[str], None]) -> Built:
    """Load the models, fetching the face detector's on first use, and join the stages.

    Args:
        settings: parameters of every stage.
        say: told in one line each what is fetched and where the model runs.

    Raises:
        ModelError: a model is missing, damaged, or can't be fetched.
    """
    recognizer = choose_recognizer(settings.recognizer)
    card = recognizer.card
    detector = build_detector(settings.detector, say)
    tracker: Tracker = ByteTracker(
        high_score=settings.tracker.high_score,
        max_gap=settings.tracker.max_gap,
        motion=CameraMotion(),
        cue=ColourCue(),
    )
    if settings.tracker.pictures:
        tracker = PictureFilter(tracker)
    steady = settings.smoother
    smoother = ExpressionSmoother(
        steady.time_constant,
        steady.min_face_width,
        steady.min_sharpness,
        min_confidence(settings, card),
        max_yaw=steady.max_yaw,
        min_exposure=steady.min_exposure,
    )
    say(f"Reading expressions with model {card.name} {card.version} on {recognizer.provider}")
    pipeline = Pipeline(detector, tracker, recognizer, smoother, regions=settings.regions)
    return Built(pipeline, recognizer.provider, card)


def share_cores(settings: Settings) -> Settings:
    """``settings`` for a pipeline whose halves run side by side (``Pipeline.follow``, ``read``).

    Where nobody chose the recognizer's threads it gets those that ``roomread doctor --tune`` found
    best beside other work, else half of the cores.
    """
    if settings.recognizer.threads:
        return settings
    found = tuned(settings.recognizer)
    threads = found.threads if found else max(1, min(MAX_THREADS, usable_cores() // 2))
    reader = settings.recognizer.model_copy(update={"threads": threads})
    return settings.model_copy(update={"recognizer": reader})


def session_info(
    source: Source,
    built: Built,
    settings: Settings,
    purpose: Purpose | None = None,
    sampling: Mapping[str, Any] | None = None,
) -> SessionInfo:
    """What a new session of ``source`` notes about how it was made, and why.

    ``sampling``: which frames of a recording are analysed, as JSON can hold it.
    """
    info = source.info
    used = settings.smoother.model_copy(
        update={"min_confidence": min_confidence(settings, built.card)}
    )
    noted = settings.model_copy(update={"smoother": used}).model_dump(mode="json")
    if sampling is not None:
        noted["sampling"] = dict(sampling)
    return SessionInfo(
        app_version=__version__,
        created=datetime.now(UTC).isoformat(timespec="milliseconds"),
        source_name=info.name,
        source_size=info.size,
        source_fps=info.fps,
        source_duration=info.duration,
        source_live=info.live,
        model_name=built.card.name,
        model_version=built.card.version,
        model_sha256=built.card.sha256,
        provider=built.provider,
        settings=noted,
        purpose=purpose,
        privacy=settings.privacy,
    )


def min_confidence(settings: Settings, card: ModelCard) -> float:
    """Smoothed probability from which on an expression is told: the user's, or the model's own."""
    chosen = settings.smoother.min_confidence
    return card.min_confidence if chosen is None else chosen

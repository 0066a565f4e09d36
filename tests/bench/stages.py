"""The tracker as the app builds it, with stand-ins where given."""

from __future__ import annotations

from app.engine.settings import Settings
from app.stages.bytetrack import ByteTracker, Cue, Motion
from app.stages.camera_motion import CameraMotion
from app.stages.colour_cue import ColourCue
from app.stages.pictures import PictureFilter
from app.stages.protocols import Tracker


def build_tracker(
    settings: Settings, motion: Motion | None = None, cue: Cue | None = None
) -> Tracker:
    """The app's tracker, with stand-ins where given; pictures can be told in pictures only."""
    tracker = ByteTracker(
        high_score=settings.tracker.high_score,
        motion=motion or CameraMotion(),
        cue=cue or ColourCue(),
    )
    return tracker if motion else PictureFilter(tracker)

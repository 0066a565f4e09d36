"""Plays the session under review and shows what is known of each picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from app.core.types import Frame, FrameResult
from app.engine.review.player import Player
from app.ui.threads import Newest

if TYPE_CHECKING:  # importing it loads OpenCV and the video library
    from app.engine.review.review import Review

POLL_MS: Final = 33
"""Pause between two looks at the player; a screen shows no more."""


class Playback(QObject):
    """What ``ReviewController`` does with the player; that one opens and closes it.

    Attributes:
        review: the session, None where none is open.
        player: of its recording.
        lookups: asks the session what is shown of it.

    Signals:
        picture: newest ``Frame`` and its ``FrameResult``, each or None.
        moved: the playhead's seconds.
        player_changed: whether it plays.
        message: a line for the user, and whether it is an error.
    """

    picture = Signal(object, object)
    moved = Signal(float)
    player_changed = Signal(bool)
    message = Signal(str, bool)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.lookups = Newest("review-lookup", self)
        self.review: Review | None = None
        self.player: Player | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(POLL_MS)
        self._timer.timeout.connect(self._poll)
        self._ground: Frame | None = None
        self._frame: Frame | None = None
        self._position = float("nan")
        self._playing, self._trouble = False, ""
        self._shown = False

    @property
    def position(self) -> float:
        """Seconds, of the playhead."""
        return 0.0 if self.player is None else self.player.position

    def show(self, shown: bool) -> None:
        """Whether the workspace is on the screen; playing stops where it is not."""
        self._shown = shown
        if shown and self.player is not None:
            self._timer.start()
        elif not shown:
            self.pause()
            self._timer.stop()

    def play_or_pause(self) -> None:
        """Play, or stop here."""
        if self.player is not None:
            (self.player.pause if self.player.playing else self.player.play)()

    def pause(self) -> None:
        """Stop here, if it plays."""
        if self.player is not None and self.player.playing:
            self.player.pause()

    def step(self, frames: int) -> None:
        """So many frames on, or back where negative."""
        if self.player is not None:
            self.player.step(frames)

    def seek(self, seconds: float) -> None:
        """Go to a moment."""
        if self.player is not None:
            self.player.seek(seconds)

    def set_speed(self, speed: float) -> None:
        """Seconds of the lesson that pass in a second."""
        if self.player is not None:
            self.player.speed = speed

    def _poll(self) -> None:
        player, review = self.player, self.review
        if player is None or review is None:
            return
        if player.playing != self._playing:
            self._playing = player.playing
            self.player_changed.emit(self._playing)
        if player.error != self._trouble:
            self._trouble = player.error
            if self._trouble:
                self._say_problem(self._trouble)
        frame, position = player.frame(), player.position
        if position != self._position:
            self.moved.emit(position)
        if frame is self._frame and position == self._position:
            return
        self._frame, self._position = frame, position
        self._look_up()

    def _look_up(self) -> None:
        """Show the picture with what is known of it; both together, so that boxes fit faces."""
        review, frame, position = self.review, self._frame, self._position
        if review is None or review.class_only:
            return
        at = position if frame is None else frame.timestamp
        shown = frame or self._ground

        def done(result: FrameResult | None) -> None:
            self.picture.emit(shown, result)

        self.lookups.ask("at", lambda: review.moved_to(at), done, self._say_problem)

    def _make_player(self, at: float | None = None) -> None:
        review = self.review
        if review is None:
            return
        plays = review.video is not None and not review.class_only
        times = review.frame_times
        step = float(np.median(np.diff(times))) if len(times) > 1 else 0.04
        open_at = review.open_at if plays else None
        self.player = Player(open_at, review.start, review.end, step, review.covered)
        if at is not None:
            self.player.seek(at)
        self._frame, self._position = None, float("nan")
        self._playing, self._trouble = False, ""
        self.player_changed.emit(False)
        if self._shown:
            self._timer.start()

    def _say_problem(self, text: str) -> None:
        self.message.emit(text, True)

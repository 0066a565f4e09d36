"""Who is who: ids that stay with a student from frame to frame, over occlusions and absences.

The base is ByteTrack (Zhang et al., 2022): unsure detections carry on those who are followed,
only sure ones start a track, each step an assignment behind a gate around the prediction of
``app.stages.kalman``. Boxes of small faces often do not overlap from one analysed frame to the
next, so distances in face sizes stand for ByteTrack's overlap. A class room adds that people sit
(``seat_map``), in clothes of some colour (``colour_cue``), before a camera that stands still but
for a nudge (``camera_motion``): everything here is in pixels of the first frame, "the room".
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from app.core.geometry import centres, iou_matrix
from app.core.similarity import invert, move_boxes
from app.core.types import STILL, Faces, Frame, Suggestion
from app.stages.association import Found, Gate, assign, doubtful, leave_costs, pair_costs
from app.stages.looks import LOOK_S, SURE_COUNT, Looks, squared_distances
from app.stages.protocols import Expectation, Tracked
from app.stages.returns import Candidate, Weighed, weigh
from app.stages.track import Track

SAME_FACE_IOU: Final = 0.3

RECENT_S: Final = 2.0
"""Seconds out of sight for which a student's face is expected in every frame."""

LOOK_BACK: Final = 4
"""Students out of sight for longer whose seats are looked at in each frame, in turn."""

WAIT_S: Final = 1.5
"""Seconds that a face at the seat of a lost student may take to show who it is."""

LONG_WAIT_S: Final = 6.0
"""The same for one who most likely is a lost student, maybe on the way to the seat."""

NEW_LOOK_S: Final = 1.0
"""Time constant in seconds of the look of a face without id: it often comes out from behind a hand
or a neighbour, whose colours are soon forgotten."""

CLEAR: Final = 1.1
"""Face sizes to the next face from which on colours around a face are its own."""

MENTION: Final = 0.02
MENTION_ELSEWHERE: Final = 0.3
"""Probability from which on a possible return to the own seat, or to any other, is suggested."""

SHARED: Final = 0.1
"""Probability from which on a student counts among those one of whom is back at the seat."""

LIKELY: Final = 0.6
"""Probability from which on a new id at the seat takes the place of the old one: the student is
not looked for any more under the old. Elsewhere it takes certainty."""


class Motion(Protocol):
    """Follows the camera."""

    def update(self, frame: Frame, boxes: NDArray[np.floating]) -> NDArray[np.float64]:
        """(2, 3) similarity from pixels of ``frame`` to those of the first one.

        ``boxes`` (n, 4) are about where faces are in ``frame``.
        """

    def reset(self) -> None:
        """Forget the room."""


class Cue(Protocol):
    """Tells people apart for a short while by something that is no face."""

    def measure(self, frame: Frame, boxes: NDArray[np.floating]) -> NDArray[np.float32]:
        """(n, k) for the faces in ``boxes`` (n, 4); NaN where nothing can be said."""


class ByteTracker:
    """Gives each student one id; implements ``protocols.Tracker``.

    A student who was out of sight gets the id back where it is certain who it is: near the seat,
    with the same colours. Where it is not, the face gets a new id and the tracker suggests who it
    may be: a student in two pieces can be joined later, two in one can't be told apart again. Ids
    count from 1 without holes; only a trusted face takes one. Whoever is there in the very first
    frame is trusted at once.

    Args:
        high_score: detections from here on may start a track or bring a student back; those
            below only carry on a track that is being followed.
        max_gap: seconds out of sight after which a student is forgotten; sooner who was seen
            only briefly.
        max_distance: farthest that a face may be from where it is expected, in face sizes
            (geometric mean of width and height). The gate is narrower right after a sighting.
        max_size_ratio: largest change of size against the track's own, above 1; narrower right
            after a sighting, too.
        confirm_hits: sightings before a new face is trusted.
        confirm_time: seconds from the first to the last of them, at least.
        patience: seconds for which an unseen track still counts as followed.
        certainty: probability from which on a return is believed.
        motion: follows the camera; None: it stands still.
        cue: measures colours; None: places alone decide.

    Raises:
        ValueError: an argument is out of range.
    """

    def __init__(
        self,
        high_score: float = 0.68,
        max_gap: float = 3600.0,
        max_distance: float = 0.8,
        max_size_ratio: float = 1.7,
        confirm_hits: int = 3,
        confirm_time: float = 0.3,
        patience: float = 0.5,
        certainty: float = 0.95,
        motion: Motion | None = None,
        cue: Cue | None = None,
    ) -> None:
        if not (0 <= high_score <= 1 and max_gap > 0 and max_distance > 0):
            raise ValueError(f"out of range: {high_score=} {max_gap=} {max_distance=}")
        if not (max_size_ratio > 1 and confirm_hits > 0 and confirm_time >= 0 and patience >= 0):
            raise ValueError(
                f"out of range: {max_size_ratio=} {confirm_hits=} {confirm_time=} {patience=}"
            )
        if not 0.5 < certainty < 1:
            raise ValueError(f"out of range: {certainty=}")
        self._max_gap = max_gap
        self._gate = Gate(max_distance, math.log(max_size_ratio), high_score)
        self._confirm_hits = confirm_hits
        self._confirm_time = confirm_time
        self._patience = patience
        self._certainty = certainty
        self._motion = motion
        self._cue = cue
        self._forget()

    def reset(self) -> None:
        """Forget everyone, their seats and colours, and the room; the next id is 1 again."""
        self._forget()
        if self._motion is not None:
            self._motion.reset()

    def _forget(self) -> None:
        self._tracks: list[Track] = []
        self._looks = Looks()
        self._camera: NDArray[np.float64] = STILL
        self._next_id = 1
        self._turn = 0
        self._began = self._now = -math.inf
        self._first = True
        self._interval: float | None = None
        self._compared = -math.inf

    def expect(self, frame: Frame) -> Expectation:
        """See ``Tracker``.

        Raises:
            ValueError: ``frame.timestamp`` is not later than the last one.
        """
        now, self._first = frame.timestamp, self._now == -math.inf
        if now <= self._now:
            raise ValueError(f"time must increase, got {now} after {self._now}")
        if self._first:
            self._began = now
        else:
            self._advance(now, now - self._now)
        self._now = now
        boxes = np.array([box for t in self._expected() for box in t.boxes]).reshape(-1, 4)
        if self._motion is not None:
            about = move_boxes(invert(self._camera), boxes)
            self._camera = self._motion.update(frame, about)
        return Expectation(move_boxes(invert(self._camera), boxes), self._camera)

    def update(self, faces: Faces, frame: Frame) -> Tracked:
        """The faces of trusted students, each with its id, in order of id.

        Raises:
            ValueError: ``expect`` was not called with this frame.
        """
        if frame.timestamp != self._now:
            raise ValueError(f"expect comes first: got {frame.timestamp} after {self._now}")
        order = np.lexsort((*faces.boxes.T, faces.scores))  # the detector's order must not matter
        found = self._look_at(faces.select(order), frame)

        rows = list(range(len(found.boxes)))
        students = [t for t in self._tracks if t.id and t.followed]
        rows = self._carry_on(students, rows, found, rivals=self._lost())
        rows = self._carry_on([t for t in self._tracks if not t.id], rows, found)
        rows = [row for row in rows if found.scores[row] >= self._gate.high_score]
        rows = self._bring_back(rows, found)
        self._start(rows, found)
        self._learn_colours(found)
        suggestions = self._confirm(at_once=self._first)
        return Tracked(self._seen(faces.select(order)), suggestions)

    def _advance(self, now: float, dt: float) -> None:
        """Move every track to ``now`` and let go of those that were out of sight for too long."""
        # Where frames come more than max_gap apart as a rule, whoever was in the last one stays.
        usual = self._interval is None or dt <= 1.5 * self._interval
        self._interval = dt
        kept = []
        for track in self._tracks:
            track.fresh = track.row >= 0
            track.row = -1
            limit = min(self._max_gap, track.memory) if track.id else self._patience
            if now - track.seen <= limit or (track.fresh and (usual or dt <= limit)):
                track.motion.predict(dt)
                track.unseen = now - track.seen
                track.followed = track.fresh or now - track.seen <= self._patience
                kept.append(track)
        self._tracks = kept

    def _expected(self) -> list[Track]:
        """Whose faces to look for: of those long out of sight, some in turn."""
        gone = [t for t in self._tracks if self._now - t.seen > RECENT_S and not t.fresh]
        here = [t for t in self._tracks if t not in gone]
        self._turn += LOOK_BACK
        turn = [gone[(self._turn + i) % len(gone)] for i in range(min(LOOK_BACK, len(gone)))]
        return here + turn

    def _look_at(self, faces: Faces, frame: Frame) -> Found:
        """Place in the room, score and colours of the detections."""
        boxes = move_boxes(self._camera, faces.boxes)
        if self._cue is None or not len(faces):
            colours = np.zeros((len(faces), 0), np.float32)
        else:
            colours = self._cue.measure(frame, faces.boxes)
        return Found(boxes, faces.scores, colours)

    def _lost(self) -> list[Track]:
        return [t for t in self._tracks if t.id and t.row < 0 and not t.followed]

    def _unseen(self) -> list[Track]:
        return [t for t in self._tracks if t.id and t.row < 0]

    def _students(self) -> list[Track]:
        return [t for t in self._tracks if t.id]

    def _carry_on(
        self, tracks: Sequence[Track], rows: list[int], found: Found, rivals: Sequence[Track] = ()
    ) -> list[int]:
        """Assign detections to followed tracks; returns the rows left over.

        ``rivals`` are out of sight: a detection that fits one of them better is left over too.
        """
        if not tracks or not rows:
            return rows
        people, dt = [*tracks, *rivals], self._interval or 0.0
        some = found.select(rows)
        pairs = pair_costs(people, some, self._looks, self._gate, dt)
        assigned = assign(pairs.cost, leave_costs(people, some))
        undecided = doubtful(people, pairs, assigned, self._now)
        for i, j in assigned:
            if j not in undecided and (i < len(tracks) or pairs.leans[i, j]):
                self._sight(people[i], rows[j], found)
                people[i].clear = bool(pairs.clear[i, j])
        return _without([row for j, row in enumerate(rows) if j not in undecided], people)

    def _sight(self, track: Track, row: int, found: Found) -> None:
        track.sight(found.boxes[row], self._now, row)
        track.hits += int(found.scores[row] >= self._gate.high_score)

    def _bring_back(self, rows: list[int], found: Found) -> list[int]:
        """Assign detections to students out of sight, where it is certain who it is."""
        lost = self._unseen()
        if not lost or not rows:
            return rows
        middles, sizes = found.middles, found.sizes
        places = [(float(x), float(y)) for x, y in middles]
        candidates = [
            Candidate(places[r], float(sizes[r]), found.colours[r], self._now, places[r])
            for r in rows
        ]
        weighed = self._weigh(lost, candidates)
        for i, j in self._certain(weighed):
            self._sight(lost[i], rows[j], found)
        return _without(rows, lost)

    def _weigh(self, lost: Sequence[Track], candidates: Sequence[Candidate]) -> Weighed:
        reach = self._gate.distance, self._gate.log_ratio
        return weigh(lost, candidates, self._looks, self._now - self._began, reach)

    def _certain(self, weighed: Weighed) -> list[tuple[int, int]]:
        """Pairs (lost student, candidate) that are certain, and that no other disputes."""
        sure = weighed.near & (np.minimum(weighed.probability, weighed.share) >= self._certainty)
        return [(int(i), int(j)) for i, j in np.argwhere(sure)]

    def _start(self, rows: list[int], found: Found) -> None:
        """Begin a track for each detection that shows nobody who is followed already."""
        for row in rows:
            taken = [t.row for t in self._tracks if t.row >= 0]
            overlap = iou_matrix(found.boxes[[row]], found.boxes[taken])
            if overlap.max(initial=0.0) <= SAME_FACE_IOU:
                self._tracks.append(Track.start(found.boxes[row], self._now, row))

    def _learn_colours(self, found: Found) -> None:
        """Remember the colours of whoever is clearly seen with nobody close by."""
        if not found.colours.size:
            return
        middles, sizes = centres(found.boxes), found.sizes
        gap = np.linalg.norm(middles[:, None] - middles[None], axis=2) / sizes[:, None]
        np.fill_diagonal(gap, np.inf)
        clear = (gap.min(axis=1) > CLEAR) & (found.scores >= self._gate.high_score)
        here = [t for t in self._tracks if t.row >= 0 and t.look.due(self._now)]
        seen = [t for t in here if clear[t.row] or not t.look.count]
        known = [t for t in seen if t.id and t.look.count > SURE_COUNT]
        if known:
            colours = found.colours[[t.row for t in known]]
            self._looks.stray(np.diag(squared_distances([t.look.mean for t in known], colours)))
        for track in seen:
            lasting = LOOK_S if track.id else NEW_LOOK_S
            track.look.learn(found.colours[track.row], self._now, lasting)
        if self._now - self._compared >= 1.0:
            self._looks.differ([t.look for t in self._students()])
            self._compared = self._now

    def _confirm(self, at_once: bool) -> tuple[Suggestion, ...]:
        """Trust those seen often enough: a student who came back unrecognised, or a new one."""
        ready = [t for t in self._tracks if not t.id and t.row >= 0 and self._ripe(t, at_once)]
        lost = self._unseen()
        if not ready:
            return ()
        candidates = [self._candidate(t) for t in ready]
        weighed = self._weigh(lost, candidates)
        for i, j in self._certain(weighed):
            lost[i].go_on(ready[j])
            self._tracks.remove(ready[j])
            ready[j] = lost[i]
        suggestions = []
        for j, track in sorted(enumerate(ready), key=lambda pair: pair[1].motion.centre):
            if track.id or self._unclear(track, weighed, j):
                continue
            track.id = self._next_id
            self._next_id += 1
            suggestions += self._suggest(track, lost, weighed, j)
        return tuple(suggestions)

    def _candidate(self, face: Track) -> Candidate:
        place, size, on_foot = face.motion.centre, face.motion.size, face.on_foot(self._now)
        return Candidate(place, size, face.look.mean, face.born, face.birthplace, on_foot)

    def _unclear(self, track: Track, weighed: Weighed, j: int) -> bool:
        """Whether to wait: it may be a student who is back, and a second look may tell."""
        waited = self._now - track.born
        at_seat = float(weighed.home[weighed.near[:, j], j].max(initial=0.0))
        anywhere = float(weighed.probability[:, j].max(initial=0.0))
        on_foot = track.on_foot(self._now)
        likely = anywhere >= LIKELY
        # Even where the place leaves no doubt: one who looks strange may yet come out of a hood.
        if (on_foot and anywhere > 1 - self._certainty) or (likely and track.look.count):
            return waited < LONG_WAIT_S
        maybe = at_seat > 1 - self._certainty or likely
        return maybe and self._now - max(track.born, track.walked) < WAIT_S

    def _suggest(
        self, track: Track, lost: Sequence[Track], weighed: Weighed, j: int
    ) -> list[Suggestion]:
        """Who of ``lost`` the newly trusted track, candidate j, most likely is."""
        likely = [
            (float(weighed.probability[i, j]), t.id, bool(weighed.near[i, j]))
            for i, t in enumerate(lost)
            if t.row < 0
        ]
        best, earlier, near = max(likely, default=(0.0, 0, False))
        if best < (MENTION if near else MENTION_ELSEWHERE):
            return []
        gone = {earlier} if not near and best >= self._certainty else set()
        at_seat = [(probability, one) for probability, one, here in likely if here]
        if sum(probability for probability, _ in at_seat) >= LIKELY:
            # Several may be one student in pieces, none of whom is likely alone.
            gone |= {one for probability, one in at_seat if probability >= SHARED}
        self._tracks = [t for t in self._tracks if t.id not in gone]
        return [Suggestion(earlier, track.id, self._now, min(best, 1.0))]

    def _ripe(self, track: Track, at_once: bool) -> bool:
        lasted = track.seen - track.born >= self._confirm_time
        return at_once or (track.hits >= self._confirm_hits and lasted)

    def _seen(self, faces: Faces) -> Faces:
        here = sorted((t for t in self._tracks if t.id and t.row >= 0), key=lambda t: t.id)
        rows = np.array([t.row for t in here], np.int64)
        ids = np.array([t.id for t in here], np.int32)
        return Faces(faces.boxes[rows], faces.scores[rows], faces.keypoints[rows], ids)


def _without(rows: Sequence[int], tracks: Sequence[Track]) -> list[int]:
    taken = {t.row for t in tracks}
    return [row for row in rows if row not in taken]

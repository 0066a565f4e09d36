from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from app.core.errors import ExportError, SourceError
from app.core.expressions import CANT_TELL_COLOUR, LABELS, MARKS
from app.core.geometry import iou_matrix
from app.core.privacy import FaceCover, Privacy
from app.core.types import Frame, FrameResult
from app.session import drawing
from app.session.annotate import HOLD, annotate_video, needs_finding
from app.session.drawing import draw_result
from app.session.editor import Editor
from app.session.edits import Exclude
from app.session.searching import SEARCH
from app.session.store import Session
from app.stages.scout import Sighting
from tests.fakes import write_video
from tests.session.builders import result, write

TIMES = [0.0, 0.04, 0.08, 0.2, 0.24, 0.9, 0.94, 1.0, 1.7, 1.74]
"""A variable frame rate."""
SIZE = (321, 241)


def nobody(_: Frame, __: np.ndarray) -> Sighting:
    """A search that finds no face."""
    return Sighting(np.zeros((0, 4), np.float32), np.zeros(0))


def video(path: Path, times: list[float] = TIMES, size: tuple[int, int] = SIZE) -> Path:
    """A grey video with these presentation times."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264rgb", rate=25, options={"crf": "0"})
        stream.width, stream.height = size
        stream.pix_fmt = "rgb24"
        stream.time_base = stream.codec_context.time_base = Fraction(1, 1000)
        for index, time in enumerate(times):
            image = np.full((size[1], size[0], 3), 90 + index, np.uint8)
            frame = av.VideoFrame.from_ndarray(image, format="rgb24")
            frame.pts, frame.time_base = round(time * 1000), Fraction(1, 1000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def decoded(path: Path) -> tuple[list[float], list[np.ndarray]]:
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        assert stream.codec_context.name == "h264"
        assert stream.codec_context.pix_fmt == "yuv420p"
        frames = list(container.decode(stream))
        return [frame.time for frame in frames], [f.to_ndarray(format="rgb24") for f in frames]


def marked(image: np.ndarray, grey: int) -> bool:
    """Whether something was drawn on a plain picture."""
    return bool((np.abs(image.astype(int) - grey) > 30).mean() > 0.002)


def annotated(tmp_path: Path, results: list[FrameResult]) -> tuple[list[float], list[np.ndarray]]:
    source = video(tmp_path / "in.mp4")
    with Session.open(write(tmp_path / "s.roomread", results)) as session:
        annotate_video(source, session, tmp_path / "deep" / "out.mp4")
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["out.mp4"]
    return decoded(tmp_path / "deep" / "out.mp4")


def test_every_frame_keeps_its_time_and_gets_its_faces(tmp_path: Path) -> None:
    results = [
        result(k, time, {1: "fear", 2: None} if k % 2 else {}) for k, time in enumerate(TIMES)
    ]
    times, images = annotated(tmp_path, results)
    assert times == pytest.approx(TIMES, abs=1e-4)
    assert images[0].shape == (242, 322, 3)
    assert [marked(image, 90 + k) for k, image in enumerate(images)] == [False, True] * 5


def test_a_result_is_held_for_a_moment_where_the_next_one_is_far(tmp_path: Path) -> None:
    results = [result(k, TIMES[k], {1: "fear"}) for k in (1, 8, 9)]
    times, images = annotated(tmp_path, results)
    stretch = TIMES[1:]
    assert times == pytest.approx([time - stretch[0] for time in stretch], abs=1e-4)
    since = [time - max(TIMES[k] for k in (1, 8, 9) if TIMES[k] <= time) for time in stretch]
    assert [marked(image, 91 + k) for k, image in enumerate(images)] == [t <= HOLD for t in since]
    assert {t <= HOLD for t in since} == {True, False}


def test_only_the_analysed_stretch_is_written(tmp_path: Path) -> None:
    times, images = annotated(tmp_path, [result(k, TIMES[k], {1: "fear"}) for k in (5, 6, 7)])
    assert times == pytest.approx([0.0, 0.04, 0.1], abs=1e-4)
    assert abs(int(np.median(images[0])) - 95) <= 2
    assert abs(int(np.median(images[2])) - 97) <= 2


def test_an_opted_out_seat_is_covered_in_every_frame(tmp_path: Path) -> None:
    source = tmp_path / "in.mp4"
    with av.open(str(source), "w") as container:
        stream = container.add_stream("libx264rgb", rate=25, options={"crf": "0"})
        stream.width, stream.height, stream.pix_fmt = 320, 240, "rgb24"
        stripes = np.tile(np.repeat(np.array([[60], [200]], np.uint8), 4, axis=0), (30, 320))
        for _ in range(3):
            picture = np.ascontiguousarray(np.repeat(stripes[..., None], 3, axis=2))
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode(None))
    seat = ((0.25, 0.25), (0.5, 0.25), (0.5, 0.5), (0.25, 0.5))
    path = write(
        tmp_path / "s.roomread",
        [replace(result(k, k / 25, {}), size=(320, 240)) for k in range(3)],
        settings={"regions": {"opt_out": [seat]}},
    )
    with Session.open(path) as session:
        annotate_video(source, session, tmp_path / "out.mp4", find=nobody)
    for image in decoded(tmp_path / "out.mp4")[1]:
        assert image[64:116, 84:156].std() < 5
        assert image[64:116, 200:300].std() > 40


def test_progress_goes_up_to_one(tmp_path: Path) -> None:
    source = video(tmp_path / "in.mp4")
    results = [result(k, time, {}) for k, time in enumerate(TIMES)]
    shares: list[float] = []
    with Session.open(write(tmp_path / "s.roomread", results)) as session:
        annotate_video(source, session, tmp_path / "out.mp4", shares.append)
    assert shares == sorted(shares)
    assert shares[0] == 0.0
    assert shares[-1] == 1.0
    assert len(shares) >= len(TIMES)


def test_a_video_cut_off_in_the_middle_is_annotated_as_far_as_it_goes(tmp_path: Path) -> None:
    source = tmp_path / "in.mkv"
    times = [k / 25 for k in range(100)]
    video(source, times)
    whole = source.read_bytes()
    results = [result(k, time, {1: "fear"}) for k, time in enumerate(times)]
    source.write_bytes(whole[: len(whole) // 2])
    with Session.open(write(tmp_path / "s.roomread", results)) as session:
        annotate_video(source, session, tmp_path / "out.mp4")
    kept, _ = decoded(tmp_path / "out.mp4")
    assert 5 < len(kept) < 95


def test_a_video_that_is_gone(tmp_path: Path) -> None:
    with (
        Session.open(write(tmp_path / "s.roomread", [result(0, 0.0, {})])) as session,
        pytest.raises(SourceError),
    ):
        annotate_video(tmp_path / "gone.mp4", session, tmp_path / "out.mp4")
    assert not (tmp_path / "out.mp4").exists()


def test_nothing_analysed_nothing_to_annotate(tmp_path: Path) -> None:
    with (
        Session.open(write(tmp_path / "s.roomread", [])) as session,
        pytest.raises(ExportError, match="nothing to annotate"),
    ):
        annotate_video(video(tmp_path / "in.mp4"), session, tmp_path / "out.mp4")


def test_a_place_that_cant_be_written(tmp_path: Path) -> None:
    source = video(tmp_path / "in.mp4")
    with Session.open(write(tmp_path / "s.roomread", [result(0, 0.0, {})])) as session:
        (tmp_path / "file").write_text("")
        with pytest.raises(ExportError, match="there is a file of that name"):
            annotate_video(source, session, tmp_path / "file" / "out.mp4")
        (tmp_path / "out.mp4").mkdir()
        with pytest.raises(ExportError, match="can't export to"):
            annotate_video(source, session, tmp_path / "out.mp4")
    assert not list(tmp_path.glob(".*"))


def test_it_shows_the_students_after_all_edits(tmp_path: Path) -> None:
    source = video(tmp_path / "in.mp4", TIMES, SIZE)
    results = [result(index, time, {1: "fear"}) for index, time in enumerate(TIMES)]
    with Session.open(write(tmp_path / "s.roomread", results)) as session:
        Editor(session).split(1, 0.9)
        Editor(session).apply(Exclude(1))
        annotate_video(source, session, tmp_path / "out.mp4")
    _, images = decoded(tmp_path / "out.mp4")
    drawn = [marked(image, 90 + index) for index, image in enumerate(images)]
    assert drawn == [time >= 0.9 for time in TIMES]


@pytest.mark.parametrize("label", [*LABELS, None])
def test_a_face_is_drawn_in_its_colour_and_stays_visible(label: str | None) -> None:
    image = np.full((240, 320, 3), 90, np.uint8)
    draw_result(image, result(0, 0.0, {1: label}, width=24.0))
    colour = MARKS[LABELS.index(label)].colour if label else CANT_TELL_COLOUR
    assert (image == colour).all(axis=2).sum() > 80
    assert (image[100:124, 10:34] == 90).all()
    held = np.full((240, 320, 3), 90, np.uint8)
    draw_result(held, result(0, 0.0, {1: label}, width=24.0, age=0.7))
    np.testing.assert_array_equal(held, image)  # a reading that is held keeps its label


def crowd(step: tuple[float, float]) -> FrameResult:
    """Forty faces of 20 x 24 pixels, so many pixels apart."""
    n = 40
    one = result(0, 0.0, {k: None if k % 4 == 0 else LABELS[k % 8] for k in range(1, n + 1)})
    boxes = one.faces.boxes.copy()
    boxes[:, 0] = 20.3 + step[0] * (np.arange(n) % 8)
    boxes[:, 1] = 20.6 + step[1] * (np.arange(n) // 8)
    faces = type(one.faces).make(boxes, one.faces.scores, ids=one.faces.ids)
    return FrameResult(0, 0.0, (640, 480), faces, one.expressions)


@pytest.mark.parametrize("step", [(21.0, 25.0), (38.5, 41.5), (60.0, 60.0)])
def test_no_label_lies_on_a_neighbour(step: tuple[float, float]) -> None:
    tags = drawing._lay_out(crowd(step), (640, 480))
    plates = np.array([(*tag.spot, *tag.size) for tag in tags if tag.spot is not None])
    owners = [row for row, tag in enumerate(tags) if tag.spot is not None]
    on_face = iou_matrix(plates, crowd(step).faces.boxes) > 0
    on_face[np.arange(len(owners)), owners] = False
    assert len(owners) >= 20
    assert not on_face.any()
    on_label = iou_matrix(plates, plates) > 0
    assert not (on_label & ~np.eye(len(owners), dtype=bool)).any()


def test_where_there_is_room_every_face_has_its_word_and_stays_whole() -> None:
    one = crowd((76.0, 60.0))
    tags = drawing._lay_out(one, (640, 480))
    assert all(" " in tag.text and tag.spot is not None for tag in tags)
    image = np.full((480, 640, 3), 90, np.uint8)
    draw_result(image, one)
    for x, y, width, height in one.faces.boxes:
        inside = image[int(y) : int(y + height), int(x) : int(x + width)]
        assert (inside == 90).all()


def test_nobody_in_view_changes_nothing() -> None:
    image = np.full((240, 320, 3), 90, np.uint8)
    draw_result(image, result(0, 0.0, {}))
    assert (image == 90).all()


def test_faces_over_the_edge_and_tiny_frames_are_drawn() -> None:
    one = result(0, 0.0, {1: "fear", 2: None})
    boxes = np.array([[-15, -10, 30, 30], [300, 230, 50, 50]], np.float32)
    faces = type(one.faces).make(boxes, one.faces.scores, ids=one.faces.ids)
    for size in ((320, 240), (16, 12)):
        image = np.full((size[1], size[0], 3), 90, np.uint8)
        draw_result(image, FrameResult(0, 0.0, size, faces, one.expressions))
        assert (image != 90).any()


STRIPES = np.ascontiguousarray(
    np.repeat(np.tile(np.repeat(np.array([[60], [200]], np.uint8), 4, axis=0), (30, 320)), 3)
).reshape(240, 320, 3)


def striped(path: Path, count: int) -> Path:
    write_video(path, count, fps=25.0, size=(320, 240), draw=lambda _: STRIPES)
    return path


def at(index: int, places: dict[int, tuple[float, float]]) -> FrameResult:
    """Students of 24 by 24 pixels at these places, none of whom can be told."""
    one = result(index, index / 25, dict.fromkeys(places))
    boxes = np.array([(x, y, 24, 24) for x, y in places.values()], np.float32).reshape(-1, 4)
    return replace(one, size=(320, 240), faces=replace(one.faces, boxes=boxes))


def bare(image: np.ndarray, x: int, y: int) -> bool:
    """Whether the pattern is still there where a face of ``at`` would be."""
    return bool(image[y + 4 : y + 20, x + 4 : x + 20].std() > 40)


@pytest.mark.parametrize("how", list(FaceCover))
def test_faces_are_covered_as_the_session_says_before_anything_is_drawn(
    tmp_path: Path, how: FaceCover
) -> None:
    source = striped(tmp_path / "in.mp4", 3)
    results = [at(k, {1: (40, 60), 2: (200, 100)}) for k in range(3)]
    path = write(tmp_path / "s.roomread", results, privacy=Privacy(faces=how))
    with Session.open(path) as session:
        Editor(session).apply(Exclude(2))
        annotate_video(source, session, tmp_path / "out.mp4", find=nobody)
        annotate_video(source, session, tmp_path / "block.mp4", faces=FaceCover.BLOCK, find=nobody)
    for image in decoded(tmp_path / "out.mp4")[1]:
        # Whoever is left out of the tables has no mark and is covered all the same.
        assert bare(image, 40, 60) == bare(image, 200, 100) == (how is FaceCover.SHOW)
        assert bare(image, 120, 180)
        assert (image[57:60, 40:64].max(axis=2) < 60).any()
    assert not bare(decoded(tmp_path / "block.mp4")[1][1], 200, 100)


def test_a_face_is_covered_all_along_its_way_between_two_results(tmp_path: Path) -> None:
    source = striped(tmp_path / "in.mp4", 41)
    results = [at(0, {1: (40, 60), 2: (40, 180)}), at(40, {1: (120, 60), 3: (260, 180)})]
    path = write(tmp_path / "s.roomread", results, privacy=Privacy(faces=FaceCover.BLOCK))
    with Session.open(path) as session:
        annotate_video(source, session, tmp_path / "out.mp4", find=nobody)
    images = decoded(tmp_path / "out.mp4")[1]
    assert len(images) == 41
    for image in images[1:40]:
        assert not any(bare(image, *place) for place in ((40, 60), (80, 60), (120, 60)))
        assert not any(bare(image, *place) for place in ((40, 180), (260, 180)))
        assert bare(image, 150, 180)
    assert bare(images[0], 120, 60)
    assert bare(images[40], 40, 60)
    assert not bare(images[40], 40, 180)  # who is not found any more may still be there


def annotate_with(
    folder: Path,
    results: list[FrameResult],
    found: dict[int, list[tuple[float, float]]],
    how: FaceCover = FaceCover.BLOCK,
    **changes: object,
) -> list[np.ndarray]:
    """The annotated pictures, where a detector finds faces at these places in these frames."""

    def find(frame: Frame, _: np.ndarray) -> Sighting:
        places = found.get(frame.index, [])
        boxes = np.array([(x, y, 24, 24) for x, y in places], np.float32).reshape(-1, 4)
        return Sighting(boxes, np.full(len(boxes), frame.timestamp - SEARCH))

    source = striped(folder / "in.mp4", len(results))
    path = write(folder / "s.roomread", results, privacy=Privacy(faces=how), **changes)
    with Session.open(path) as session:
        annotate_video(source, session, folder / "out.mp4", find=find)
    return decoded(folder / "out.mp4")[1]


@pytest.mark.parametrize("how", [FaceCover.BLUR, FaceCover.BLOCK])
def test_a_face_that_is_lost_for_some_frames_stays_covered(tmp_path: Path, how: FaceCover) -> None:
    results = [at(k, {} if k in {4, 5} else {1: (100, 80)}) for k in range(10)]
    assert not any(bare(image, 100, 80) for image in annotate_with(tmp_path, results, {}, how))


def test_whoever_a_detector_finds_is_covered_too(tmp_path: Path) -> None:
    """A newcomer before the tracker trusts them, an opted-out student on the way."""
    found = {0: [(40.0, 60.0)], 10: [(200.0, 100.0)]}
    images = annotate_with(tmp_path, [at(k, {}) for k in range(60)], found)
    assert not any(bare(image, 40, 60) for image in images[:50])
    assert bare(images[59], 40, 60)
    # Searched in frames 0, 5 and 10: who is found in 10 may have come right after 5.
    assert bare(images[4], 200, 100)
    assert not any(bare(image, 200, 100) for image in images[5:])


def test_with_faces_shown_those_of_no_student_are_covered_where_a_seat_is_opted_out(
    tmp_path: Path,
) -> None:
    seat = ((0.8, 0.75), (0.95, 0.75), (0.95, 0.95), (0.8, 0.95))
    results = [at(k, {1: (40, 60)} if k != 2 else {}) for k in range(4)]
    found = {k: [(41.0, 61.0), (150.0, 100.0)] for k in range(4)}
    settings = {"regions": {"opt_out": [seat]}}
    images = annotate_with(tmp_path, results, found, FaceCover.SHOW, settings=settings)
    for image in images:
        assert bare(image, 40, 60)
        assert not bare(image, 150, 100)


def test_nobody_is_hidden_without_a_detector(tmp_path: Path) -> None:
    source = striped(tmp_path / "in.mp4", 2)
    path = write(tmp_path / "s.roomread", [at(0, {1: (40, 60)})])
    with Session.open(path) as session:
        assert not needs_finding(session)
        with pytest.raises(ValueError, match="detector is needed"):
            annotate_video(source, session, tmp_path / "out.mp4", faces=FaceCover.BLUR)
    assert not (tmp_path / "out.mp4").exists()


def test_a_class_only_session_has_no_annotated_video(tmp_path: Path) -> None:
    source = striped(tmp_path / "in.mp4", 2)
    path = write(tmp_path / "s.roomread", [at(0, {1: (40, 60)})], privacy=Privacy(class_only=True))
    with Session.open(path) as session, pytest.raises(ExportError, match="class-only"):
        annotate_video(source, session, tmp_path / "out.mp4")
    assert not (tmp_path / "out.mp4").exists()

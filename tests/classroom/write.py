"""Writes a rendered scene: the clip as H.264 and its truth as JSON beside it.

Truth, version 1, is an object of ``version``, ``size`` [w, h], ``fps``, ``seed``, ``students`` and
``frames``. A student has ``id`` (from 1), ``row`` and ``seat`` (from 0, row 0 is the farthest),
``face_width`` (pixels) and ``phases``, a list of [start in seconds, label, strength]. A frame has
``index``, ``timestamp`` (seconds) and ``faces``, where every student who is in the room has,
hidden or not:

- ``id``, and ``box`` [x, y, w, h] in pixels, from ear to ear and hairline to chin;
- ``label``, the scripted expression that is shown most, and its ``strength`` 0..1;
- ``yaw``, ``pitch``, ``roll`` in degrees: to the image's right, down, clockwise;
- ``visible``, the share of the face that is seen (``truth.FaceTruth``); ``occluded``: less than
  half of it.

Where the camera of the scene moves, a frame also has ``camera``: the two rows of the matrix from
its pixels to those of the first frame. ``row``, ``seat`` and ``face_width`` are those of the start.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from av.video.reformatter import ColorRange, Colorspace

from tests.classroom.film import FaceTruth, Film, Shot
from tests.classroom.scene import Scene

VERSION = 1
OCCLUDED = 0.5

MILLISECONDS = 1000
"""Ticks a second of clips whose frames are unevenly spaced."""


def write_clip(
    scene: Scene, out: Path, quality: int = 21, progress: Callable[[int], object] | None = None
) -> Path:
    """Render ``scene`` to ``out`` (.mp4) and return the path of its truth (.json).

    ``quality`` is x264's constant rate factor where the scene has none of its own. ``progress`` is
    called with 1 after every frame.
    """
    frames = []
    how = scene.recording
    even = not (how.jitter or how.lost or how.gaps)
    tick = Fraction(1, scene.fps if even else MILLISECONDS)
    quality = quality if how.crf is None else how.crf
    pan = bool(scene.nudges or scene.zooms)
    with av.open(str(out), "w", options={"movflags": "+faststart"}) as container:
        stream = container.add_stream("libx264", rate=scene.fps)
        stream.width, stream.height = scene.size
        stream.pix_fmt = "yuv420p"
        stream.time_base = stream.codec_context.time_base = tick
        preset = "veryfast" if scene.fast else "slow"
        stream.options = {"crf": str(quality), "preset": preset, "threads": "1"}
        stream.codec_context.colorspace = Colorspace.ITU709
        stream.codec_context.color_range = ColorRange.MPEG
        for index, shot in enumerate(Film(scene).shots()):
            frame = av.VideoFrame.from_ndarray(shot.image, format="rgb24").reformat(
                format="yuv420p", dst_colorspace=Colorspace.ITU709, dst_color_range=ColorRange.MPEG
            )
            frame.pts, frame.time_base = round(shot.timestamp / tick), tick
            container.mux(stream.encode(frame))
            frames.append(_frame(index, shot, pan))
            if progress is not None:
                progress(1)
        container.mux(stream.encode(None))
    return _write_truth(scene, frames, out.with_suffix(".json"))


def _write_truth(scene: Scene, frames: list[dict[str, Any]], path: Path) -> Path:
    head = {
        "version": VERSION,
        "size": list(scene.size),
        "fps": scene.fps,
        "seed": scene.seed,
        "students": [
            {
                "id": s.id, "row": s.row, "seat": s.seat, "face_width": round(s.face_width, 1),
                "phases": [[p.start, p.label, p.strength] for p in s.phases],
            }
            for s in scene.students
        ],
    }  # fmt: skip
    # One frame a line: small, and a change of one frame is a change of one line.
    lines = ",\n".join(json.dumps(f, separators=(",", ":")) for f in frames)
    text = json.dumps(head, separators=(",", ":"))[:-1] + ',"frames":[\n' + lines + "\n]}\n"
    path.write_text(text, encoding="utf-8")
    return path


def _frame(index: int, shot: Shot, pan: bool) -> dict[str, Any]:
    camera = {"camera": [[round(v, 5) for v in row] for row in shot.camera.tolist()]}
    return {
        "index": index,
        "timestamp": round(shot.timestamp, 4),
        **(camera if pan else {}),
        "faces": [_face(face) for face in shot.faces],
    }


def _face(face: FaceTruth) -> dict[str, Any]:
    return {
        "id": face.id,
        "box": [round(v, 1) for v in face.box],
        "label": face.label,
        "strength": round(face.strength, 2),
        "yaw": round(face.yaw, 1),
        "pitch": round(face.pitch, 1),
        "roll": round(face.roll, 1),
        "visible": round(face.visible, 2),
        "occluded": face.visible < OCCLUDED,
    }

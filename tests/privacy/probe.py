"""Runs Roomread in a process of its own and notes what it opens; for ``tests.test_privacy``.

``python -m tests.privacy.probe FOLDER`` uses the real window with the models that ship, as
``tests.privacy.user`` does, with everything under FOLDER; ``… FOLDER plants`` commits the
violations of ``tests.privacy.plants`` instead. Prints what was seen as JSON.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import av
import numpy as np
import platformdirs

from app.session.store import Session
from app.stages.fetch import detector_models
from app.stages.video import VideoSource
from tests.conftest import ROOT
from tests.privacy.net import Net
from tests.privacy.pictures import face_pixels, kind_of_pictures
from tests.privacy.plants import FACE, PLANTS

SECONDS = 2.5
"""Of the demo clip, for it is read three times."""
Caught = dict[str, Any]


def caught(folder: Path, act: Callable[[], object], faces: Callable[[], Iterable[bytes]]) -> Caught:
    """What ``act`` opened, and which files that it wrote hold pictures or lie elsewhere.

    Only what is new in ``folder`` counts. ``faces`` are asked for when ``act`` is over.
    """
    deleted: dict[str, bytes] = {}
    net = Net(lambda path: deleted.__setitem__(str(path), path.read_bytes()))
    before = {path for path in folder.rglob("*") if path.is_file()}
    net.start()
    act()
    net.stop()
    files = {path for path in folder.rglob("*") if path.is_file()} - before
    files |= {path for path in map(Path, net.written) if path.is_file()}
    runs = list(faces())
    contents = {**deleted, **{str(path): path.read_bytes() for path in files}}
    kinds = {path: kind_of_pictures(data, runs) for path, data in contents.items()}
    everywhere = net.written | set(map(str, files))
    return {
        "sockets": sorted(net.sockets),
        "files": sorted(map(str, files)),
        "written": sorted(net.written),
        "pictures": {path: kind for path, kind in kinds.items() if kind},
        "elsewhere": sorted(one for one in everywhere if not Path(one).is_relative_to(folder)),
        "runs": len(runs),
    }


def first_day(folder: Path) -> Caught:
    """The real window, used."""
    from tests.privacy.user import User

    clip = folder / "recordings" / "lesson.mp4"
    clip.parent.mkdir()
    _cut(ROOT / "assets" / "demo.mp4", clip)
    for name in ("live", "review"):
        (folder / "tables" / name).mkdir(parents=True)
    user = User(clip, folder / "tables")

    def faces() -> list[bytes]:
        (session,) = clip.parent.rglob("session.roomread")
        with Session.open(session) as kept:
            boxes = np.concatenate([one.faces.boxes for one in kept.raw_results()])
        return face_pixels(VideoSource(clip).frames(), boxes[:: max(1, len(boxes) // 40)])

    found = caught(folder, user.use, faces)
    return {**found, "left": sorted(map(str, Path(os.environ["TMPDIR"]).rglob("*")))}


def violations(folder: Path) -> dict[str, Caught]:
    """What is caught of each violation."""
    seen = {}
    pixels = face_pixels([FACE], np.array([[8, 8, 48, 48]], np.float32))
    for name, (plant, _) in PLANTS.items():
        own = folder / name
        own.mkdir()
        seen[name] = caught(own, lambda plant=plant, own=own: plant(own), lambda: pixels)
    return seen


def _cut(clip: Path, out: Path) -> None:
    """The beginning of a recording, as it is encoded."""
    with av.open(str(clip)) as whole, av.open(str(out), "w") as part:
        stream = whole.streams.video[0]
        copy = part.add_stream_from_template(stream)
        for packet in whole.demux(stream):
            if packet.pts is not None and packet.pts * packet.time_base < SECONDS:
                packet.stream = copy
                part.mux(packet)


def run(folder: Path, *options: str) -> Caught:
    """What a probe of its own saw; whatever it keeps lies in ``folder``, and its home too."""
    root = Path(__file__).resolve().parents[2]
    home, temporary = folder / "home", folder / "temporary"
    for one in (home, home / "run", temporary):
        one.mkdir(parents=True, exist_ok=True, mode=0o700)
    names = ("CONFIG", "DATA", "CACHE", "STATE")
    environment = {
        **os.environ,
        **{f"XDG_{name}_HOME": str(home / name.lower()) for name in names},
        **dict.fromkeys(("HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA"), str(home)),
        **dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(temporary)),
        "XDG_RUNTIME_DIR": str(home / "run"),
        "QT_QPA_PLATFORM": "offscreen",
        "PYTHONPATH": str(root),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    models = home / "data" / "roomread" / "models"
    models.mkdir(parents=True)
    if not options:
        for model in detector_models().values():  # the one thing that may be fetched
            shutil.copy(model, models)
        fonts = Path(
            "~/.cache/matplotlib"
        ).expanduser()  # MediaPipe loads it: listing takes seconds
        if fonts.is_dir():
            shutil.copytree(fonts, home / "cache" / "matplotlib")
    command = [sys.executable, "-m", "tests.privacy.probe", str(folder), *options]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env=environment, cwd=root, timeout=120
    )
    if done.returncode:
        raise AssertionError(done.stderr)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def main() -> None:
    """Run, and print what was caught."""
    folder = Path(sys.argv[1]).resolve()
    os.chdir(folder)
    home = folder / "home"
    platformdirs.user_config_dir = lambda *_, **__: str(home / "config" / "roomread")
    platformdirs.user_data_dir = lambda *_, **__: str(home / "data" / "roomread")
    found = violations(folder) if sys.argv[2:] else first_day(folder)
    sys.stdout.write(json.dumps(found) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()

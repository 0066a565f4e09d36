"""Command line: ``python -m tests.classroom [SCENE.toml] --out clip.mp4``."""

from __future__ import annotations

import argparse
from pathlib import Path

from tqdm import tqdm

from tests.classroom.script import classroom
from tests.classroom.text import load_scene
from tests.classroom.write import write_clip


def main() -> None:
    """Render a scene from text, or a class from the options, to a clip and its truth."""
    parser = argparse.ArgumentParser(prog="python -m tests.classroom", description=main.__doc__)
    parser.add_argument("scene", type=Path, nargs="?", help="text of the scene, .toml")
    parser.add_argument("--out", type=Path, required=True, help="the clip, .mp4; truth beside it")
    parser.add_argument("--seconds", type=float, default=12.0)
    parser.add_argument("--students", type=int, default=16)
    parser.add_argument("--size", default="1280x720", help="width x height in pixels, both even")
    parser.add_argument("--fps", type=int, default=15)
    parser.add_argument("--seed", type=int, default=6)
    parser.add_argument("--quality", type=int, default=21, help="x264 rate factor, lower is finer")
    given = parser.parse_args()
    try:
        if given.scene:
            scene = load_scene(given.scene)
        else:
            width, height = (int(v) for v in given.size.split("x"))
            scene = classroom(given.students, given.seconds, (width, height), given.seed, given.fps)
    except (ValueError, OSError) as error:
        parser.error(str(error))
    with tqdm(total=scene.frames, unit="frame") as bar:
        write_clip(scene, given.out, given.quality, bar.update)


if __name__ == "__main__":
    main()

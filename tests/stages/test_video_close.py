from __future__ import annotations

import subprocess
import sys

from tests.conftest import ROOT


def test_closing_half_read_recordings_never_hangs() -> None:
    """Led through Python, FFmpeg's log deadlocks when a half-read clip is closed.

    A test that hangs can't fail, so it runs in a process of its own, which can.
    """
    code = (
        "import sys; from pathlib import Path; from app.stages.video import VideoSource\n"
        "for _ in range(12):\n"
        "    source = VideoSource(Path(sys.argv[1])); next(source.frames()); source.close()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(ROOT / "assets" / "demo.mp4")],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")

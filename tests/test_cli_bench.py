from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from app import cli
from app.core.errors import ModelError
from app.core.types import Faces, Frame
from app.engine import settings
from app.engine.analyse.sampling import Sampling
from app.engine.bench import analyze as bench_speed
from app.engine.bench import detect as bench_detect
from app.engine.bench.analyze import Speed
from app.engine.bench.detect import Candidate
from app.stages import fetch, yunet

Out = pytest.CaptureFixture[str]


class Seeing:
    """Finds the one box of every picture, and one where nobody is."""

    def detect(self, frame: Frame, expected: NDArray[np.float64]) -> Faces:
        return Faces.make(np.array([[10, 10, 20, 20], [50, 40, 12, 12]]), np.array([0.9, 0.5]))

    def reset(self) -> None:
        pass

    def close(self) -> None:
        pass


def seeing(least: float, say: Callable[[str], None]) -> Seeing:
    return Seeing()


def unreachable(say: Callable[[str], None]) -> None:
    say("Fetching a model")
    raise ModelError("no network: connect once")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(settings, "settings_path", lambda: tmp_path / "settings.toml")
    monkeypatch.setattr(
        bench_detect,
        "candidates",
        lambda settings, yunet: [
            Candidate("good", lambda say: say("Fetching a model"), seeing),
            Candidate("far", unreachable, seeing),
            Candidate("also", lambda say: None, seeing),
        ],
    )
    folder = tmp_path / "photos"
    folder.mkdir()
    rows = ["file,x,y,width,height"]
    for number in range(3):
        cv2.imwrite(str(folder / f"{number}.png"), np.full((60, 80, 3), 99, np.uint8))
        rows += [f"{number}.png,10,10,20,20", f"{number}.png,60,0,9,9"]
    cv2.imwrite(str(folder / "other.png"), np.full((60, 80, 3), 99, np.uint8))
    (folder / "boxes.csv").write_text("\n".join(rows))
    return folder


def call(*arguments: object) -> int:
    return cli.main([str(argument) for argument in ("bench", "detect", *arguments)])


def test_a_part_of_the_pictures(folder: Path, capsys: Out) -> None:
    for name in ("0.png", "2.png"):
        (folder / name).unlink()
    assert call(folder) == 0
    said = capsys.readouterr().out.splitlines()
    assert "Pictures with boxes that are not in the folder: 2." in said
    assert "with 2 marked faces" in said[0]


def test_side_by_side(folder: Path, tmp_path: Path, capsys: Out) -> None:
    assert call(folder, "--csv", tmp_path / "out.csv") == 0
    said = capsys.readouterr()
    assert "3 pictures with 6 marked faces" in said.out
    assert "3 faces of 16 pixels and wider count" in said.out
    assert "left out as they have no boxes: 1." in said.out
    assert "not in the folder" not in said.out
    rows = [line.split() for line in said.out.splitlines()]
    good = [row for row in rows if row[:1] == ["good"]]
    assert good[0][1:9] == ["100.0", "100.0", "0.0", "-", "100.0", "-", "-", "-"]
    assert good[0][9] == "0.90"
    assert good[1][1:] == ["100.0", "0.0", "-", "100.0", "-", "-", "-"]
    assert good[2][1:] == ["100.0", "-", "-", "100.0", "-", "-", "-"]
    assert ["faces", "3", "3", "0", "3", "0", "0", "0"] in rows
    assert [row[0] for row in rows if len(row) > 7].count("also") == 3
    assert "Not measured: far: no network: connect once" in said.out
    assert (tmp_path / "out.csv").read_text().startswith("detector,")
    progress = said.err.splitlines()
    assert progress.count("Fetching a model") == 1
    assert "good: 100%" in progress


def test_other_widths_scores_and_detectors(folder: Path, tmp_path: Path, capsys: Out) -> None:
    (tmp_path / "s.toml").write_text("[tracker]\nhigh_score = 0.4\n")
    options = ["--min-width", 8, "--detectors", "also,", "--settings", tmp_path / "s.toml"]
    assert call(folder, *options) == 0
    said = capsys.readouterr().out
    assert "6 faces of 8 pixels" in said
    rows = [line.split() for line in said.splitlines()]
    assert ["also", "50.0", "0.0", "-", "100.0", "-", "-", "-"] in rows  # precision, 12 px wrong
    assert not [row for row in rows if row[:1] == ["good"]]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--detectors", "best"], "choose from good, far, also"),
        (["--detectors", ","], "choose from good, far, also"),
        (["--min-width", "-1"], "give pixels, 0 or more"),
        (["--min-width", "wide"], "give pixels, 0 or more"),
    ],
)
def test_wrong_use(folder: Path, arguments: list[str], words: str, capsys: Out) -> None:
    with pytest.raises(SystemExit) as caught:
        call(folder, *arguments)
    assert caught.value.code == 2
    assert words in capsys.readouterr().err


def test_one_clear_line(folder: Path, tmp_path: Path, capsys: Out) -> None:
    for arguments, words in (
        ([tmp_path / "no"], "is no folder"),
        ([folder, "--boxes", tmp_path / "no.csv"], "can't be read"),
        ([folder, "--min-width", 50], "choose a smaller --min-width"),
        ([folder, "--yunet", tmp_path / "no.onnx"], "can't be read"),
    ):
        assert call(*arguments) == 1
        lines = capsys.readouterr().err.splitlines()
        assert len(lines) == 1, lines
        assert lines[0].startswith("roomread: ")
        assert words in lines[0]


def test_no_detector_at_all(folder: Path, capsys: Out) -> None:
    assert call(folder, "--detectors", "far") == 1
    assert capsys.readouterr().err.splitlines()[-1] == "roomread: no network: connect once"


def test_figures_are_said_before_a_table_that_cannot_be_written(folder: Path, capsys: Out) -> None:
    assert call(folder, "--csv", folder) == 1
    said = capsys.readouterr()
    assert "also" in said.out
    assert "can't be written" in said.err


def test_yunet_alone_fetches_it(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Out
) -> None:
    loaded: list[Path] = []

    class Net(Seeing):
        def __init__(self, model: Path, say: object) -> None:
            loaded.append(model)

    monkeypatch.setattr(fetch, "yunet_model", lambda say: tmp_path / "fetched.onnx")
    monkeypatch.setattr(yunet, "YuNetDetector", Net)
    assert call(folder, "--yunet") == 0
    assert loaded == [tmp_path / "fetched.onnx"]


def test_analyze_says_how_fast(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Out
) -> None:
    monkeypatch.setattr(settings, "settings_path", lambda: tmp_path / "settings.toml")
    asked: list[tuple[Path, Sampling]] = []

    def measured(video: Path, _: object, sampling: Sampling, *__: object) -> Speed:
        asked.append((video, sampling))
        stages = {"decode": 0.0042, "recognizer": 0.0125}
        return Speed("a.mp4", (640, 360), 12.0, 180, 60, 840, 2.5, 4.0, stages, "CPU")

    monkeypatch.setattr(bench_speed, "bench_analyze", measured)
    assert cli.main(["bench", "analyze"]) == 0
    assert cli.main(["bench", "analyze", "b.mp4", "--every", "1", "--end", "1:00"]) == 0
    assert asked[0][0].name == "demo.mp4"
    assert asked[0][1] == Sampling.asked()
    assert asked[1] == (Path("b.mp4"), Sampling(every=1, end=60.0))
    said = capsys.readouterr().out
    assert "a.mp4: 12.0 s, 640 x 360, 180 frames, of which 60 were read, with 14.0 faces" in said
    lines = {line.rsplit(None, 1)[0]: line.rsplit(None, 1)[-1] for line in said.splitlines()[1:8]}
    assert lines["x real time"] == "4.80"
    assert lines["faces read/s"] == "336.0"
    assert lines["ms decode"] == "4.2"
    assert lines["ms recognizer"] == "12.5"


def test_analyze_looks_at_the_page_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Out
) -> None:
    monkeypatch.setattr(settings, "settings_path", lambda: tmp_path / "settings.toml")
    monkeypatch.setattr(bench_speed, "bench_analyze", lambda *_: pytest.fail("was measured"))
    assert cli.main(["bench", "analyze", "--into", str(tmp_path / "none.md")]) == 1
    said = capsys.readouterr().err
    assert "make the file and put these two lines into it" in said
    assert said.count("none.md") == 1

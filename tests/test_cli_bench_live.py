from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from app import cli
from app.core.errors import SourceError
from app.engine import settings
from app.engine.bench import growth, live
from app.engine.bench.growth import GROWTH_S, growth_of
from app.engine.bench.live import Asked, about, beforehand
from app.engine.bench.live_report import BUSY, NOTES, legend
from app.engine.settings import Settings
from tests.conftest import ROOT
from tests.engine.bench.live_runs import figures

Out = pytest.CaptureFixture[str]


@pytest.fixture
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[tuple[Asked, Settings]]:
    """What was to be measured; nothing is."""
    given: list[tuple[Asked, Settings]] = []

    def measured(asked: Asked, settings: Settings, *_: object) -> list[object]:
        given.append((asked, settings))
        return [
            figures(faces, size)
            for size in asked.sizes or ((480, 270),)
            for faces in asked.faces or (4,)
        ]

    monkeypatch.setattr(settings, "settings_path", lambda: tmp_path / "settings.toml")
    monkeypatch.setattr(live, "bench_live", measured)
    monkeypatch.setattr(live, "with_its_model", lambda settings: settings)
    monkeypatch.chdir(tmp_path)
    shutil.copyfile(ROOT / "assets" / "demo.mp4", tmp_path / "c.mp4")
    return given


def call(*arguments: object) -> int:
    return cli.main([str(argument) for argument in ("bench", "live", *arguments)])


def test_the_usual_cases(asked: list[tuple[Asked, Settings]], capsys: Out) -> None:
    assert call() == 0
    [(cases, used)] = asked
    assert cases.video.name == "demo.mp4"
    assert cases.faces == (10, 20, 30, 40, 50)
    assert cases.sizes == ((1280, 720), (1920, 1080))
    assert cases.seconds == 20
    assert used == Settings()
    said = capsys.readouterr()
    lines = [line.split() for line in said.out.splitlines()]
    assert lines[0][:3] == ["picture", "faces", "found"]
    assert lines[10][:3] == ["1920x1080", "50", "49.0/49.5"]
    assert ["1280x720", "30", "4.0", "20.1", "2.50", "2.50"] in lines
    assert "Model small on CPU, 2 cores of " in said.out
    assert "Painted out of sight, on no screen." in said.out
    assert BUSY not in said.out
    assert max(map(len, said.out.splitlines())) < 130
    assert said.err == ("10 cases of 20 s, together about 6 minutes, longer on a busy computer.\n")


def test_help_says_how_long_it_takes_and_that_a_window_opens(capsys: Out) -> None:
    with pytest.raises(SystemExit):
        call("--help")
    said = " ".join(capsys.readouterr().out.split())
    usual = Asked(Path("c.mp4"), (10, 20, 30, 40, 50), ((1280, 720), (1920, 1080)), 20.0)
    assert "The usual 10 cases take about 6 minutes" in said
    assert "about 6 minutes" in beforehand(usual)
    assert f"--growth {about(GROWTH_S).split(',')[0]}." in said
    assert "the window opens on it" in said
    assert "QT_QPA_PLATFORM=offscreen" in said
    assert "auto, cpu, cuda, tensorrt, coreml, directml, openvino" in said


def test_the_legend_is_short_and_there_once(asked: list[object], capsys: Out) -> None:
    assert call("--faces", 5, "--size", "720p") == 0
    said = capsys.readouterr().out
    words = " ".join(said.split())
    assert words.count("faces found, of those that can be seen") == 1
    assert NOTES not in words
    assert words.count("never: searched pictures whose boxes were not shown; lost: ") == 1
    start = said.index("found: ")
    assert said[start : said.index("Model small")].count("\n") < 8
    assert "never" not in legend([figures(unpainted=0, lost=0)]).replace("is never found", "")


def test_the_last_line_says_whether_it_keeps_up(asked: list[object], capsys: Out) -> None:
    assert call("--faces", "5,60", "--size", "720p") == 0
    last = " ".join(capsys.readouterr().out.splitlines()[-2:])
    assert last.startswith("This computer keeps up in 1280 x 720 with up to 60 faces: 15 or more")


def test_other_cases(asked: list[tuple[Asked, Settings]]) -> None:
    options = ["--faces", "5, 60", "--size", "720p,640x480", "--seconds", 3, "--share", 0.4]
    assert call("c.mp4", *options, "--provider", "CPU") == 0
    assert call("c.mp4", "--faces", "as-is") == 0
    (first, used), (second, _) = asked
    assert first == Asked(Path("c.mp4"), (5, 60), ((1280, 720), (640, 480)), 3.0)
    assert (used.live.share, used.recognizer.provider) == (0.4, "cpu")
    assert (second.faces, second.sizes) == ((), ())


def test_figures_chart_and_page(asked: list[object], tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "a\n<!-- roomread bench live -->\nold\n<!-- end -->\n"
        "<!-- roomread bench live c.mp4 -->\n<!-- end -->\n"
    )
    out = ["--out", tmp_path / "out", "--json", tmp_path / "f.json", "--into", page]
    assert call(*out) == 0
    assert call("c.mp4", "--faces", "5", *out) == 0
    text = page.read_text()
    assert "old" not in text
    assert text.index("demo.mp4, 20 s a case") < text.index("live c.mp4") < text.index("c.mp4, 20")
    kept = json.loads((tmp_path / "f.json").read_text())
    assert kept["asked"]["video"] == "c.mp4"
    assert [case["faces"] for case in kept["cases"]] == [5, 5]
    names = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert names == ["live-c.png", "live-c.svg", "live.png", "live.svg"]


def test_growth(
    asked: list[object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Out
) -> None:
    grown = [
        growth_of("faces", (0.0, 50.0, 100.0), (0.03, 0.07, 0.11), (10**8,) * 3),
        growth_of("minutes", (1.0, 2.0, 3.0, 4.0), (0.1, 0.4, 0.9, 1.6), (2 * 10**8,) * 4),
    ]
    monkeypatch.setattr(growth, "bench_growth", lambda *_: grown)
    assert call("--growth", "--out", tmp_path, "--json", tmp_path / "g.json") == 0
    said = capsys.readouterr().out
    assert ["100", "110.0", "100"] in [line.split() for line in said.splitlines()]
    assert "At most linear" in said
    assert "Grows faster than linear" in said
    assert (tmp_path / "growth.svg").read_text().startswith("<svg")
    assert len(json.loads((tmp_path / "g.json").read_text())["cases"]) == 2
    assert not asked


def test_growth_has_cases_of_its_own(asked: list[object], tmp_path: Path, capsys: Out) -> None:
    with pytest.raises(SystemExit):
        call("--growth", "--into", tmp_path / "p.md", "--faces", 5)
    said = capsys.readouterr().err
    assert "--growth has cases of its own: leave --faces and --into away" in said


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--faces", "ten"], "'ten': give a whole number of 1 or more, several as 10,20,"),
        (["--faces", "0"], "'0': give a whole number of 1 or more, several as 10,20,30,40,50, or "),
        (["--faces", "as-is,8"], "'as-is,8': as-is stands alone"),
        (["--provider", "foo"], "'foo' is none of: auto, cpu, cuda, tensorrt, coreml, directml, "),
        (["--faces", "10,500"], "500: give 200 faces or fewer"),
        (["--size", "big"], "give sizes as 720p or 1280x720"),
        (["--size", "100p"], "give 200 pixels or more"),
        (["--seconds", "0"], "give a number from 1 to 3600"),
        (["--share", "2"], "give a number from 0.1 to 1"),
    ],
)
def test_wrong_use(asked: list[object], arguments: list[str], words: str, capsys: Out) -> None:
    with pytest.raises(SystemExit) as caught:
        call(*arguments)
    assert caught.value.code == 2
    assert words in capsys.readouterr().err


def test_one_clear_line(asked: list[object], monkeypatch: pytest.MonkeyPatch, capsys: Out) -> None:
    def failing(*_: object) -> None:
        raise SourceError("nobody can be followed")

    monkeypatch.setattr(live, "bench_live", failing)
    assert call() == 1
    assert capsys.readouterr().err.splitlines()[1:] == ["roomread: nobody can be followed"]


MARKS = "`<!-- roomread bench live -->` and `<!-- end -->`"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--into", "no.md"], f"make the file and put these two lines into it: {MARKS}"),
        (["--into", "bare.md"], f"put these two lines into it, one after the other: {MARKS}"),
        (["--into", "folder"], "can't be put into folder"),
        (["c.mp4", "--into", "bare.md"], "`<!-- roomread bench live c.mp4 -->`"),
        (["--json", "folder"], "it is a folder; name a file in it"),
        (["--json", "bare.md/f.json"], "can't be kept in bare.md: it is no folder"),
        (["--out", "bare.md"], "can't be kept in bare.md: it is no folder"),
        (["--out", "full"], "can't be kept in full/live.svg"),
        (["--growth", "--json", "folder"], "it is a folder; name a file in it"),
        (["--growth", "--out", "bare.md/out"], "can't be kept in bare.md: it is no folder"),
        (["none.mp4"], "none.mp4"),
        (["bare.md"], "bare.md"),
        (["none.mp4", "--growth"], "none.mp4"),
    ],
)
def test_places_and_video_are_looked_at_before_anything_is_measured(
    asked: list[object],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    words: str,
    capsys: Out,
) -> None:
    (tmp_path / "bare.md").write_text("nothing\n")
    (tmp_path / "folder").mkdir()
    (tmp_path / "full" / "live.svg").mkdir(parents=True)
    monkeypatch.setattr(growth, "bench_growth", lambda *given: asked.append(given))
    before = sorted(tmp_path.rglob("*"))
    assert call(*arguments) == 1
    said = capsys.readouterr()
    assert words.replace("/", os.sep) in said.err.replace("/", os.sep)
    assert said.err.count("\n") == 1
    assert "Errno" not in said.err
    assert not asked
    assert not said.out
    assert sorted(tmp_path.rglob("*")) == before

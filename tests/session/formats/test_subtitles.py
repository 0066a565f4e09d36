from __future__ import annotations

import re
from pathlib import Path

import pytest

from app.core.privacy import Privacy
from tests.session.builders import result, write
from tests.session.formats.readers import export

SIX: dict[int, str | None] = {
    1: "neutral", 2: "neutral", 3: "neutral", 4: "happiness", 5: "happiness", 6: "fear", 7: None,
}  # fmt: skip
CUE = re.compile(
    r"(\d+)\n(\d\d):([0-5]\d):([0-5]\d)([,.])(\d{3}) --> "
    r"(\d\d):([0-5]\d):([0-5]\d)[,.](\d{3})\n(.+)\n"
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Ten seconds of six read, five of four, then nobody, at the end of the first hour."""
    start = 3590.0
    few = dict(list(SIX.items())[:4])
    shown = [SIX] * 20 + [few] * 10 + [{}] * 4
    frames = [result(k, start + k / 2, one) for k, one in enumerate(shown)]
    return write(tmp_path / "s.roomread", frames, source_fps=2.0)


def test_srt(path: Path, tmp_path: Path) -> None:
    text = (export(path, tmp_path, "srt") / "class.srt").read_text(encoding="utf-8")
    assert text == (
        "1\n00:59:50,000 --> 00:59:55,000\n6 of 7 read: 50% neutral, 33% happiness, 17% fear\n\n"
        "2\n00:59:55,000 --> 01:00:00,000\n6 of 7 read: 50% neutral, 33% happiness, 17% fear\n\n"
        "3\n01:00:00,000 --> 01:00:05,000\ntoo few faces\n\n"
        "4\n01:00:05,000 --> 01:00:07,000\nnobody in view\n\n"
    )


def test_vtt_says_the_same(path: Path, tmp_path: Path) -> None:
    out = export(path, tmp_path, "srt", "vtt", interval=3.0)
    srt, vtt = (out / "class.srt").read_text(), (out / "class.vtt").read_text()
    assert vtt.startswith("WEBVTT\n\n1\n")
    cues = CUE.findall(srt)
    assert len(cues) == 7
    assert {cue[4] for cue in cues} == {","}
    assert CUE.findall(vtt) == [(*cue[:4], ".", *cue[5:]) for cue in cues]


@pytest.mark.parametrize("class_only", [False, True])
def test_the_smallest_group_is_respected_in_every_session(class_only: bool, tmp_path: Path) -> None:
    privacy = Privacy(class_only=class_only, min_group=7)
    path = write(tmp_path / "s.roomread", [result(0, 0.0, SIX)], privacy=privacy)
    assert "too few faces" in (export(path, tmp_path, "srt") / "class.srt").read_text()


def test_no_more_than_three_and_none_that_is_rare(tmp_path: Path) -> None:
    shown: dict[int, str | None] = dict.fromkeys(range(1, 40), "neutral")
    shown |= {40: "fear", 41: "happiness", 42: "happiness", 43: "happiness"}
    path = write(tmp_path / "s.roomread", [result(0, 0.0, shown)])
    text = (export(path, tmp_path, "vtt") / "class.vtt").read_text()
    assert "43 of 43 read: 91% neutral, 7% happiness\n" in text


def test_readers_take_them(path: Path, tmp_path: Path) -> None:
    pysrt, webvtt = pytest.importorskip("pysrt"), pytest.importorskip("webvtt")
    out = export(path, tmp_path, "srt", "vtt")
    one, other = pysrt.open(str(out / "class.srt")), webvtt.read(str(out / "class.vtt"))
    assert [cue.text for cue in one] == [cue.text for cue in other]

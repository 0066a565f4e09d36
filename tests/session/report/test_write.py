from __future__ import annotations

import base64
import re
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from app.core.errors import ExportError
from app.core.expressions import CANT_TELL
from app.core.privacy import Privacy
from app.session.report.wording import LANGUAGES, Language
from app.session.report.write import report_path, write_report
from app.session.store import Session
from app.session.watch import Stopped
from tests.session.builders import result, write
from tests.session.classes import drifting, lesson_of
from tests.session.report.conftest import HOSTILE


class Page(HTMLParser):
    """What a browser would find."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for one, attributes in self.tags if one == tag]


def page(path: Path, out: Path, language: Language = "en", compare: Path | None = None) -> Page:
    with Session.open(path) as session:
        if compare is None:
            write_report(session, out, language=language)
        else:
            with Session.open(compare) as other:
                write_report(session, out, other, language)
    return Page(out.read_text(encoding="utf-8"))


def chart(picture: dict[str, str | None]) -> str:
    """The SVG in a picture."""
    return base64.b64decode((picture["src"] or "").split(",", 1)[1]).decode()


def test_a_page_loads_nothing_and_shows_names_as_they_are(path: Path, tmp_path: Path) -> None:
    found = page(path, tmp_path / "r.html")
    policy = next(one for one in found.all("meta") if one.get("http-equiv"))["content"] or ""
    assert policy.startswith("default-src 'none'")
    assert not {"script", "link", "iframe", "object", "b", "i"} & {tag for tag, _ in found.tags}
    for tag, attributes in found.tags:
        for name in ("src", "href", "srcset", "action", "style"):
            value = attributes.get(name)
            assert value is None or (tag == "img" and value.startswith("data:image/svg+xml"))
        assert not any(name.startswith("on") for name in attributes)
    assert found.text.count(HOSTILE) >= 3  # the marker, the student, the edit
    assert "Maths <b>8b & c.mp4" in found.text
    assert "pilot <i>study</i>" in found.text
    assert "S02 山田 😀" in found.text


def test_charts_load_nothing_either(path: Path, tmp_path: Path) -> None:
    for picture in page(path, tmp_path / "r.html").all("img"):
        drawn = Page(chart(picture))
        assert not {"script", "image", "foreignobject"} & {tag for tag, _ in drawn.tags}
        for _, attributes in drawn.tags:
            for name, value in attributes.items():
                if "href" in name:
                    assert (value or "").startswith("#")
                assert all(one.startswith("#") for one in re.findall(r"url\(([^)]*)", value or ""))
        assert "@import" not in drawn.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_numbers_are_written_as_the_language_does(
    path: Path, tmp_path: Path, language: Language
) -> None:
    frames = [result(k, k / 2, dict.fromkeys(range(1, 12), "sadness")) for k in range(240)]
    other = write(tmp_path / "o.roomread", frames, source_name="other.mp4", source_size=(9, 9))
    page(path, tmp_path / "r.html", language, other)
    found = Page((tmp_path / "r.html").read_text(encoding="utf-8").partition("<body>")[2])
    texts = [found.text, *((one["alt"] or "") + Page(chart(one)).text for one in found.all("img"))]
    text = re.sub(r"\d+\.\d+\.\d+", "", "".join(texts))  # versions
    assert "%" in text
    if language == "de":
        assert not re.search(r"\d%|\d %|\d\.\d", text)
    else:
        assert not re.search(r"\d\s%|\d,\d\d?\b", text)


def test_every_chart_has_its_numbers_in_words_and_a_table(path: Path, tmp_path: Path) -> None:
    found = page(path, tmp_path / "r.html")
    pictures = found.all("img")
    assert len(pictures) == 5
    for picture in pictures:
        assert re.search(r"\d", picture["alt"] or "")
    assert len(found.all("details")) == len(pictures)


@pytest.mark.parametrize("language", LANGUAGES)
def test_sections_come_in_order_and_in_the_language(
    path: Path, tmp_path: Path, language: Language
) -> None:
    found = page(path, tmp_path / "r.html", language)
    assert found.all("html") == [{"lang": language}]
    keys = [attributes["id"] for attributes in found.all("h2")]
    assert keys == ["recorded", "quality", "class", "students", "markers", "together", "limits"]
    assert ("Everyone in the picture agreed" in found.text) == (language == "en")
    assert ("90 Tage" in found.text) == (language == "de")


def test_who_is_left_out_is_not_in_the_report(path: Path, tmp_path: Path) -> None:
    found = page(path, tmp_path / "r.html")
    assert found.text.count("S05") == 1  # the edit that says so
    assert "S06" in found.text


def test_a_class_only_session_has_no_students_in_its_report(tmp_path: Path) -> None:
    students = dict.fromkeys(range(1, 7), "happiness")
    frames = [result(k, k / 2, {**students, 7: None}) for k in range(60)]
    path = write(tmp_path / "c.roomread", frames, privacy=Privacy(class_only=True))
    found = page(path, tmp_path / "r.html")
    assert not re.search(r"S0\d", found.text)
    assert "happiness" in found.text


def test_a_small_group_gives_no_figures_of_the_class(tmp_path: Path) -> None:
    frames = [result(k, k / 2, {1: "happiness", 2: "fear"}) for k in range(60)]
    found = page(write(tmp_path / "c.roomread", frames), tmp_path / "r.html")
    opening = found.text[: found.text.index("What was recorded")]
    assert "nothing is said of the class" in opening
    assert "happiness" not in opening
    assert "withheld (100% to 100%)" not in opening
    assert any("withheld 100%" in (one["alt"] or "") for one in found.all("img"))


@pytest.mark.parametrize("students", [{}, {1: None}, {1: "fear"}])
@pytest.mark.parametrize("ending", ["html", "pdf"])
def test_hardly_anything_makes_a_report_too(
    tmp_path: Path, students: dict[int, str | None], ending: str
) -> None:
    path = write(tmp_path / "a.roomread", [result(0, 0.0, students)])
    with Session.open(path) as session:
        assert write_report(session, tmp_path / f"r.{ending}").stat().st_size > 1000


def test_a_session_without_frames_makes_a_report(tmp_path: Path) -> None:
    found = page(write(tmp_path / "a.roomread", []), tmp_path / "r.html")
    assert "No faces were found" in found.text


def test_two_sessions_are_compared(path: Path, tmp_path: Path) -> None:
    frames = [result(k, k / 2, dict.fromkeys(range(1, 6), "sadness")) for k in range(240)]
    later = write(
        tmp_path / "later.roomread",
        frames,
        created="2025-03-11T05:06:07Z",
        privacy=Privacy(min_group=3),
    )
    found = page(path, tmp_path / "r.html", compare=later)
    assert "compare" in [attributes["id"] for attributes in found.all("h2")]
    assert "different models" in found.text or "settings differ" in found.text
    german = page(path, tmp_path / "r.html", "de", later)
    assert "Ihre Einstellungen unterscheiden sich" in german.text


def test_sessions_too_short_to_compare_say_so(path: Path, tmp_path: Path) -> None:
    long = lesson_of(tmp_path / "l.roomread", drifting(np.random.default_rng(4), 300, 5))
    found = page(path, tmp_path / "r.html", compare=long)
    assert "Too short to tell whether any of these differences is more than chance" in found.text
    assert "No difference is larger" not in found.text
    assert "Zu kurz, um zu sagen, ob" in page(path, tmp_path / "r.html", "de", long).text
    told = page(long, tmp_path / "r.html", compare=long).text
    assert "No difference is larger than chance" in told
    assert "Too short to tell" not in told


def test_a_pdf_has_the_same_in_it(path: Path, tmp_path: Path) -> None:
    out = tmp_path / "deep" / "r.PDF"
    with Session.open(path) as session:
        write_report(session, out, language="de")
    content = out.read_bytes()
    assert content.startswith(b"%PDF-")
    assert b"/Lang (de)" in content
    assert content.count(b"/Subtype /Image") >= 5
    assert b"/Alt" in content


def test_progress_ends_at_the_end(path: Path, tmp_path: Path) -> None:
    shares: list[float] = []
    with Session.open(path) as session:
        write_report(session, tmp_path / "r.html", progress=shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert len(shares) > 10


def test_what_was_there_stays_when_it_is_stopped(path: Path, tmp_path: Path) -> None:
    out = tmp_path / "r.html"
    with Session.open(path) as session:
        write_report(session, out)
        earlier = out.read_bytes()
        with pytest.raises(Stopped):
            write_report(session, out, cancelled=lambda: True)
    assert out.read_bytes() == earlier
    assert not list(tmp_path.glob("*.new"))


@pytest.mark.parametrize("name", ["r.html", "r.pdf"])
def test_only_a_report_is_replaced(path: Path, tmp_path: Path, name: str) -> None:
    out = tmp_path / name
    with Session.open(path) as session:
        write_report(session, out)
        write_report(session, out)
        out.write_text("my notes on Roomread")
        with pytest.raises(ExportError, match="choose another name"):
            write_report(session, out)
    assert out.read_text() == "my notes on Roomread"


@pytest.mark.parametrize("name", ["r.docx", "r", "r.html.gz"])
def test_another_ending_is_refused(path: Path, tmp_path: Path, name: str) -> None:
    with Session.open(path) as session, pytest.raises(ExportError, match=r"\.html or \.pdf"):
        write_report(session, tmp_path / name)


def test_a_folder_in_the_way_is_said(path: Path, tmp_path: Path) -> None:
    (tmp_path / "r.html").mkdir()
    with Session.open(path) as session, pytest.raises(ExportError, match="is a folder"):
        write_report(session, tmp_path / "r.html")
    (tmp_path / "file").write_text("")
    with Session.open(path) as session, pytest.raises(ExportError, match="can't export to"):
        write_report(session, tmp_path / "file" / "r.html")


def test_the_usual_place_is_beside_the_session() -> None:
    assert report_path(Path("a/session.roomread")) == Path("a/session-report.html")


def test_cant_tell_is_said_as_everywhere(path: Path, tmp_path: Path) -> None:
    assert CANT_TELL in page(path, tmp_path / "r.html").text

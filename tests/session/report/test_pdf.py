"""How the pages of a report are filled."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from matplotlib.figure import Figure
from PIL import Image

from app.core.privacy import Privacy
from app.session.report import pdf
from app.session.report.data import gather
from app.session.report.document import Document, Paragraph, Picture, Section, Table
from app.session.report.sections import write_document
from app.session.report.wording import LANGUAGES, Language, Wording
from app.session.store import Session
from tests.session.builders import result, write
from tests.session.lessons import long_lesson


class Layout:
    """Where titles and blocks were put: (kind, page, top, bottom), millimetres."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(pdf, "png", blank)
        self.found: list[tuple[str, int, float, float]] = []
        for name in ("_heading", "_paragraph", "_picture", "_facts", "_bullets", "_table"):
            monkeypatch.setattr(pdf._Pages, name, self._told(name, getattr(pdf._Pages, name)))

    def _told(self, name: str, draw: Any) -> Any:
        def drawn(pages: Any, *args: Any) -> None:
            asked: list[tuple[int, float]] = []

            def keep(height: float) -> None:
                type(pages)._keep(pages, height)
                asked.append((pages.page_no(), pages.get_y()))

            pages._keep = keep
            first = (pages.page_no(), pages.get_y())
            draw(pages, *args)
            del pages._keep
            page, top = asked[0] if asked else first
            self.found.append((name, page, top, pages.get_y()))

        return drawn

    def check(self) -> None:
        """No title is alone, and no chart goes over the foot of its page."""
        kinds = [one[0] for one in self.found]
        assert {"_heading", "_picture", "_bullets", "_table"} <= set(kinds)
        for one, following in zip(self.found, self.found[1:], strict=False):
            if one[0] == "_heading":
                assert following[1] == one[1], one
        for kind, _, top, bottom in self.found:
            if kind == "_picture":
                assert top < bottom < 297 - 16 + 3.6


def blank(figure: Figure) -> io.BytesIO:
    """Nothing, as large as a chart: drawing charts takes most of the time of a report."""
    wide, high = figure.get_size_inches()
    buffer = io.BytesIO()
    Image.new("L", (round(100 * wide), round(100 * high)), 255).save(buffer, "png")
    buffer.seek(0)
    return buffer


def told(path: Path, language: Language = "en") -> tuple[Document, Wording]:
    say = Wording(language)
    with Session.open(path) as session:
        return write_document(gather(session), say, path.name), say


def pages_of(content: bytes) -> int:
    return len(re.findall(rb"/Type /Page\b", content))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_short_session_takes_four_pages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: Language
) -> None:
    names: list[str | None] = ["neutral", "happiness", "surprise", None]
    frames = [
        result(k, k / 15, {student: names[(student + k // 30) % 4] for student in range(1, 17)})
        for k in range(180)
    ]
    document, say = told(write(tmp_path / "s.roomread", frames), language)
    layout = Layout(monkeypatch)
    assert pages_of(pdf.to_pdf(document, say)) <= 4
    layout.check()


def test_titles_and_charts_of_a_lesson_of_thirty_stay_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    document, say = told(long_lesson(tmp_path / "s.roomread", 0.05, 1.0))
    layout = Layout(monkeypatch)
    pdf.to_pdf(document, say)
    layout.check()


def test_class_only_pages_are_filled_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    students = dict.fromkeys(range(1, 7), "happiness")
    frames = [result(k, k / 2, {**students, 7: None}) for k in range(60)]
    path = write(tmp_path / "c.roomread", frames, privacy=Privacy(class_only=True))
    document, say = told(path, "de")
    layout = Layout(monkeypatch)
    assert pages_of(pdf.to_pdf(document, say)) <= 4
    layout.check()


def test_a_title_goes_to_the_next_page_with_its_chart(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    document, say = told(path)
    picture = next(
        block
        for section in document.sections
        for block in section.blocks
        if isinstance(block, Picture)
    )
    for lines in (20, 25, 29, 32):
        filler = Section("a", "First", tuple(Paragraph("A line.") for _ in range(lines)))
        charted = Section("b", "Second", (Paragraph("Of this:"), picture))
        with monkeypatch.context() as patched:
            layout = Layout(patched)
            pdf.to_pdf(replace(document, opening=(), sections=(filler, charted)), say)
        (*_, title, lead, chart) = layout.found
        assert title[1] == lead[1] == chart[1]
        assert chart[3] < 297 - 16 + 3.6


def test_a_long_table_as_wide_as_the_page_is_drawn() -> None:
    rows = tuple((f"row {k}", "words " * 30, "end") for k in range(40))
    wide = Section("w", "Wide", (Table("All of it", ("a", "b", "c"), rows),))
    document = Document("en", "T", "T", "", (), (wide,), "Made.", "Numbers")
    assert pages_of(pdf.to_pdf(document, Wording("en"))) > 1

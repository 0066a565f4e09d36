from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QLocale

from app.ui.wording import percent


@pytest.fixture(autouse=True)
def own_locale() -> Iterator[None]:
    before = QLocale()
    yield
    QLocale.setDefault(before)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en_US", ["89%", "0%", "100%", "-7%", "+7%"]),
        ("de_AT", ["89 %", "0 %", "100 %", "-7 %", "+7 %"]),
    ],
)
def test_percent_is_written_as_the_language_does(language: str, said: list[str]) -> None:
    QLocale.setDefault(QLocale(language))
    words = [percent(0.894), percent(0.0), percent(1.0), percent(-0.07), percent(0.07, signed=True)]
    assert [word.replace("\N{NO-BREAK SPACE}", " ") for word in words] == said
    assert not any(" " in word for word in words), "a line never breaks before the sign"

"""A report as one web page that loads nothing, from anywhere."""

from __future__ import annotations

import base64
import importlib.resources
from typing import Final

from jinja2 import Environment, StrictUndefined

from app.core.palette import DARK, LIGHT, Colours
from app.session.report.charts import svg
from app.session.report.document import Document, Picture

_FOLDER: Final = importlib.resources.files("assets") / "report"


def to_html(document: Document) -> bytes:
    """The page in UTF-8; every text in it is escaped."""
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    environment.filters["kind"] = lambda block: type(block).__name__
    environment.filters["data_uri"] = data_uri
    template = environment.from_string((_FOLDER / "report.html.j2").read_text(encoding="utf-8"))
    style = (_FOLDER / "report.css").read_text(encoding="utf-8")
    schemes = {
        "light": _variables(LIGHT, ground=LIGHT.card, card=LIGHT.window),
        "dark": _variables(DARK, ground=DARK.window, card=DARK.card),
    }
    return template.render(document=document, style=style, schemes=schemes).encode()


def _variables(scheme: Colours, ground: str, card: str) -> str:
    """The colours of a scheme as the style sheet names them."""
    named = {
        "ground": ground,
        "card": card,
        "text": scheme.text,
        "muted": scheme.muted,
        "rule": scheme.border,
        "accent": scheme.accent,
        "note": scheme.note,
        "note-ground": scheme.note_ground,
    }
    return " ".join(f"--{name}: {colour};" for name, colour in named.items())


def data_uri(picture: Picture) -> str:
    """A chart as the address of a picture that carries itself."""
    return "data:image/svg+xml;base64," + base64.b64encode(svg(picture.figure).encode()).decode()

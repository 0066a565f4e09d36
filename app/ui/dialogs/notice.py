"""What a user must have read before the first start: purpose, limits and law."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.engine.settings import settings_path

VERSION: Final = 1
"""Raise it when the text changes in substance, and everyone is asked again."""

SECTIONS: Final = (
    (
        "What Roomread is for",
        "It shows which facial expressions can be seen in a classroom, for research that the "
        "people in the picture have consented to, and for teachers who look back on their own "
        "lesson, where the law allows it.",
    ),
    (
        "Expressions are not feelings",
        "A smile may be joy, courtesy or nerves. Roomread reads what a face shows for a moment, "
        "and is often wrong, most of all with small, dark, turned or covered faces. It says "
        "“can't tell” where it should not guess. It is no measure of attention, learning, "
        "health or character.",
    ),
    (
        "What it must not be used for",
        "No grades, no discipline, no ranking or selecting, no watching of single students or "
        "staff, and no decision about anyone.",
    ),
    (
        "The law",
        "In the European Union, AI systems that infer emotions of people in schools and other "
        "places of education or at work are prohibited since 2 February 2025, except for "
        "medical or safety reasons (AI Act, Regulation (EU) 2024/1689, Article 5(1)(f)). Other "
        "places have their own rules, and data protection law holds as well. You are responsible "
        "for a lawful use: ask your data protection officer or ethics board first, and get "
        "consent, from parents too where students are under age.",
    ),
    (
        "Your data stays here",
        "Pictures are analysed on this computer and never sent anywhere. Roomread keeps numbers "
        "and pseudonyms (S01, S02 …), no pictures, unless you ask for an annotated video. The "
        "face finder is downloaded once, the first time it is needed.",
    ),
)
"""Heading and text of each part."""

CONSENT: Final = "I have read this, and I will use Roomread only with consent and within the law."


def notice_path() -> Path:
    """Where it is kept that the user has agreed."""
    return settings_path().parent / "notice.json"


def agreed_on(path: Path) -> str | None:
    """The date (ISO 8601, UTC) on which this version was agreed to; None where it was not."""
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if not isinstance(kept, dict) or kept.get("version") != VERSION:
        return None
    date = kept.get("agreed")
    return date if isinstance(date, str) else None


def remember(path: Path) -> None:
    """Keep that the user agreed now. Raises OSError where the folder can't be written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    now = datetime.now(UTC).isoformat(timespec="seconds")
    path.write_text(json.dumps({"version": VERSION, "agreed": now}) + "\n", encoding="utf-8")


class Notice(QDialog):
    """The notice. With ``ask`` it must be agreed to; without, it is there to be read again."""

    def __init__(self, ask: bool, agreed: str | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Before you start" if ask else "About Roomread")
        self.resize(700, 640)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(24, 20, 24, 18)
        outer.setSpacing(12)
        heading = QLabel("Before you start" if ask else "About Roomread")
        heading.setProperty("role", "heading")
        outer.addWidget(heading)
        outer.addWidget(_text(), 1)
        self.consent = QCheckBox(CONSENT)
        self.go_on = QPushButton("Continue" if ask else "Close")
        self.go_on.setProperty("primary", True)
        self.go_on.setDefault(True)
        self.go_on.clicked.connect(self.accept)
        row = QHBoxLayout()
        if ask:
            outer.addWidget(self.consent)
            self.go_on.setEnabled(False)
            self.consent.toggled.connect(self.go_on.setEnabled)
            leave = QPushButton("Quit")
            leave.clicked.connect(self.reject)
            row.addStretch(1)
            row.addWidget(leave)
        else:
            if agreed:
                said = QLabel(f"Agreed to on {agreed[:10]}.")
                said.setProperty("role", "muted")
                row.addWidget(said)
            row.addStretch(1)
        row.addWidget(self.go_on)
        outer.addLayout(row)


def _text() -> QScrollArea:
    body = QWidget()
    layout = QVBoxLayout(body)
    layout.setContentsMargins(0, 0, 12, 0)
    layout.setSpacing(4)
    for title, words in SECTIONS:
        head = QLabel(title)
        head.setStyleSheet("font-weight: 600;")
        text = QLabel(words)
        text.setWordWrap(True)
        text.setTextFormat(Qt.TextFormat.PlainText)
        text.setContentsMargins(0, 0, 0, 10)
        layout.addWidget(head)
        layout.addWidget(text)
    layout.addStretch(1)
    area = QScrollArea()
    area.setWidget(body)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setAccessibleName("Purpose, limits and law")
    return area

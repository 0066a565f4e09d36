"""What a user must have read: purpose, limits and law, in the words of the window's language."""

from __future__ import annotations

from typing import Final, NamedTuple

from PySide6.QtCore import QCoreApplication, QSize, Qt
from PySide6.QtWidgets import QDialog, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from app.ui.translations import QT_TRANSLATE_NOOP

AI_ACT: Final = "https://eur-lex.europa.eu/eli/reg/2024/1689/oj"
GDPR: Final = "https://eur-lex.europa.eu/eli/reg/2016/679/oj"
FERPA: Final = "https://www.ecfr.gov/current/title-34/subtitle-A/part-99"


class Section(NamedTuple):
    """One part of the notice: heading, Markdown without links, then link text and address."""

    title: str
    text: str
    link: str = ""
    address: str = ""


SECTIONS: Final = (
    Section(
        QT_TRANSLATE_NOOP("notice", "What Roomread is for"),
        QT_TRANSLATE_NOOP(
            "notice",
            "It shows which facial expressions can be seen in a classroom, for research that the "
            "people in the picture have consented to, and for teachers who look back on their own "
            "lesson, where the law allows it.",
        ),
    ),
    Section(
        QT_TRANSLATE_NOOP("notice", "Expressions are not feelings"),
        QT_TRANSLATE_NOOP(
            "notice",
            "A smile may be joy, courtesy or nerves. Roomread reads what a face shows for a "
            "moment, and is often wrong, most of all with small, dark, turned or covered faces. "
            "It says “can't tell” where it should not guess. It is no measure of attention, "
            "learning, health or character.",
        ),
    ),
    Section(
        QT_TRANSLATE_NOOP("notice", "What it must not be used for"),
        QT_TRANSLATE_NOOP(
            "notice",
            "No grades, no discipline, no ranking or selecting, no watching of single students or "
            "staff, and no decision about anyone.",
        ),
    ),
    Section(
        QT_TRANSLATE_NOOP("notice", "European Union: the AI Act"),
        QT_TRANSLATE_NOOP(
            "notice",
            "AI systems that infer emotions of people in schools and other places of education, "
            "or at work, are **prohibited since 2 February 2025**, except for medical or safety "
            "reasons (Article 5(1)(f)). Consent does not lift this ban. The Act leaves out systems "
            "made and put into service "
            "for scientific research alone (Article 2(6)); whether yours is one, your ethics "
            "board or data protection officer can say.",
        ),
        QT_TRANSLATE_NOOP("notice", "AI Act, Regulation (EU) 2024/1689"),
        AI_ACT,
    ),
    Section(
        QT_TRANSLATE_NOOP("notice", "European Union: data protection"),
        QT_TRANSLATE_NOOP(
            "notice",
            "Pictures of people, and what is read from them, are personal data. You need a legal "
            "basis (GDPR Article 6), a stronger one where health, belief or identity can be read "
            "from a face (special categories, Article 9), and, since children are looked at in a "
            "systematic way, most likely a data protection impact assessment before you begin "
            "(Article 35). People must be told, and consent must be free: nobody may lose "
            "anything by saying no.",
        ),
        QT_TRANSLATE_NOOP("notice", "GDPR, Regulation (EU) 2016/679"),
        GDPR,
    ),
    Section(
        QT_TRANSLATE_NOOP("notice", "United States: FERPA"),
        QT_TRANSLATE_NOOP(
            "notice",
            "At schools with federal funding, a recording or a table that can be tied to a "
            "student may be an education record: parents, or students from 18 on or at a college, "
            "may see it, and with few exceptions it is passed on only with their written consent. "
            "States and districts may ask for more.",
        ),
        QT_TRANSLATE_NOOP("notice", "FERPA rules, 34 CFR Part 99"),
        FERPA,
    ),
    Section(
        QT_TRANSLATE_NOOP("notice", "Your responsibility"),
        QT_TRANSLATE_NOOP(
            "notice",
            "Other places have rules of their own. You are responsible for a lawful use: ask your "
            "data protection officer or ethics board first, and get consent, from parents too "
            "where students are under age. This page is a summary and **not legal advice**.",
        ),
    ),
    Section(
        QT_TRANSLATE_NOOP("notice", "Your data stays here"),
        QT_TRANSLATE_NOOP(
            "notice",
            "Pictures are analysed on this computer and never sent anywhere. Roomread keeps "
            "numbers and pseudonyms (S01, S02 …), and no pictures unless you ask for them. The "
            "face finder is downloaded once, the first time it is needed.",
        ),
    ),
)


def notice_view() -> QScrollArea:
    """The notice to scroll through; a link is opened by the user's click only."""
    body = QWidget()
    layout = QVBoxLayout(body)
    layout.setContentsMargins(8, 6, 14, 6)
    layout.setSpacing(4)
    for section in SECTIONS:
        head = QLabel(QCoreApplication.translate("notice", section.title))
        head.setProperty("role", "section")
        text = QCoreApplication.translate("notice", section.text)
        layout.addWidget(head)
        layout.addWidget(prose(text))
        if section.link:
            words = QCoreApplication.translate("notice", section.link)
            layout.addWidget(link(words, section.address))
        layout.addSpacing(10)
    layout.addStretch(1)
    area = QScrollArea()
    area.setWidget(body)
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # so that arrow keys scroll it
    area.setAccessibleName(QCoreApplication.translate("notice", "Purpose, limits and law"))
    return area


def prose(text: str) -> QLabel:
    """A paragraph of Markdown that wraps."""
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.MarkdownText)
    label.setWordWrap(True)
    return label


def link(words: str, address: str) -> QLabel:
    """A link that says where it leads, opened in the browser."""
    label = QLabel(f"[{words}]({address})")
    label.setTextFormat(Qt.TextFormat.MarkdownText)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextBrowserInteraction)
    label.setOpenExternalLinks(True)
    label.setToolTip(address)
    label.setAccessibleName(words)
    return label


class NoticeDialog(QDialog):
    """The notice, to be read again."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Purpose, limits and law"))
        self.resize(QSize(700, 580).boundedTo(self.screen().availableSize() - QSize(0, 40)))
        close = QPushButton(self.tr("Close"))
        close.setToolTip(self.tr("Close (Esc)"))
        close.setDefault(True)
        close.clicked.connect(self.accept)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(22, 18, 22, 16)
        outer.addWidget(notice_view(), 1)
        outer.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)

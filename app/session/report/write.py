"""Writing a report: one file, whole or not at all."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Final

from app.core.errors import ExportError
from app.session.report.data import gather
from app.session.report.html import to_html
from app.session.report.pdf import to_pdf
from app.session.report.sections import write_document
from app.session.report.wording import Language, Wording
from app.session.staging import export_error
from app.session.store import Session

KINDS: Final = (".html", ".pdf")
"""How the name of a report ends."""
_GATHERED: Final = 0.8
"""Share of the work after which all is read."""


def report_path(session: Path) -> Path:
    """Where the report of a session goes unless the user says: beside it."""
    return session.with_name(f"{session.stem}-report.html")


_OURS: Final = (b'<meta name="generator" content="Roomread">', b"/Creator (Roomread)")


def check_report_path(out: Path) -> None:
    """Raise ExportError where ``out`` does not end as a report does, or is something else."""
    if out.suffix.lower() not in KINDS:
        raise ExportError(f"{out}: end the report's name in {' or '.join(KINDS)}")
    if out.is_dir():
        raise ExportError(f"{out} is a folder: give the report a name in it")
    try:
        there = out.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return
    except OSError as error:
        raise export_error(error, out) from error
    if not any(mark in there for mark in _OURS):
        raise ExportError(f"{out} is no report of Roomread's: choose another name")


def write_report(
    session: Session,
    out: Path,
    compare: Session | None = None,
    language: Language = "en",
    progress: Callable[[float], None] | None = None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Path:
    """Write the report of a session, a web page or a PDF by the end of its name.

    It is one file that loads nothing from anywhere. An earlier one stays until the new one is
    whole. Class figures keep to the smallest group, and a class-only session has no students.

    Args:
        session: any; may still be running, then what it has so far is told.
        out: ".html" or ".pdf"; missing folders are made.
        compare: another session of the same class, to compare it with.
        language: of all texts but what users typed.
        progress: told the share done, 0..1.
        cancelled: asked now and then; where it says yes, ``watch.Stopped`` is raised.

    Returns:
        ``out``.

    Raises:
        ExportError: ``out`` has another ending, can't be written, or the disk is full.
        SessionError: a session can't be read.
        Stopped: as asked for; ``out`` is as it was.
    """
    check_report_path(out)
    tell = progress or (lambda _: None)
    say = Wording(language)
    data = gather(session, compare, lambda share: tell(_GATHERED * share), cancelled)
    document = write_document(data, say, session.path.name)
    content = to_pdf(document, say) if out.suffix.lower() == ".pdf" else to_html(document)
    _keep(out, content)
    tell(1.0)
    return out


def _keep(out: Path, content: bytes) -> None:
    """Write beside ``out``, then replace it."""
    beside = out.with_name(f".{out.name}.{secrets.token_hex(4)}.new")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        try:
            beside.write_bytes(content)
            beside.replace(out)
        except OSError:
            beside.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise export_error(error, out) from error

"""Does this installation write everything that it can: reports, every format, annotated video?

Each of them needs libraries that nothing else does, so that an installation can analyse and still
lack them. What is written is looked at for being whole; what it says is the suite's business.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from app.engine.analyse.analyze import AnalysisReport
from app.engine.review.offers import format_offers
from app.engine.self_test import SelfTestError
from app.session.annotate import annotate_video
from app.session.formats import ExportOptions, export_formats
from app.session.report.write import write_report
from app.session.store import Session
from app.stages.video import VideoSource

_LEAST_CHARTS: Final = 3
_LEAST_PAGES: Final = 2
_ENCODED: Final = 0.2  # seconds that a video may be longer or shorter


def check_reports(report: AnalysisReport) -> str:
    """Write the report as a web page and a PDF, in both languages; what they hold, in a few words.

    Raises RoomreadError.
    """
    folder = report.out.parent / "reports"
    with Session.open(report.session) as session:
        page = write_report(session, folder / "report.html", language="en").read_text("utf-8")
        paper = write_report(session, folder / "report.pdf", language="de").read_bytes()
    charts, pages = page.count("data:image/svg+xml;"), paper.count(b"/Type /Page\n")
    if charts < _LEAST_CHARTS or not page.rstrip().endswith("</html>"):
        raise SelfTestError(f"the report as a web page is not whole ({charts} charts)")
    if pages < _LEAST_PAGES or not paper.rstrip().endswith(b"%%EOF"):
        raise SelfTestError(f"the report as a PDF is not whole ({pages} pages)")
    return f"{charts} charts in the web page, {pages} pages in the PDF"


def check_formats(report: AnalysisReport) -> str:
    """Export in every format that can be had here; which ones. Raises RoomreadError."""
    folder = report.out.parent / "formats"
    with Session.open(report.session) as session:
        offers = format_offers(session.class_only)
        names = [offer.format.name for offer in offers if offer.hindrance is None]
        files = export_formats(session, folder, names, ExportOptions())
    empty = [path.name for path in files if not path.is_file() or not path.stat().st_size]
    if empty:
        raise SelfTestError(f"{empty[0]} is empty or was not written")
    return f"{len(files)} files as {', '.join(names)}"


def check_video(report: AnalysisReport) -> str:
    """Write the annotated video and read it again; how long it is. Raises RoomreadError."""
    out = report.out.parent / "annotated.mp4"
    with Session.open(report.session) as session:
        annotate_video(Path(session.info.source_name), session, out)
        times = list(session.timestamps())
    shown = [frame.timestamp for frame in VideoSource(out).frames()]
    there, expected = shown[-1] if shown else 0.0, times[-1] - times[0]
    if abs(there - expected) > _ENCODED:
        raise SelfTestError(f"the annotated video has {there:.1f} s instead of {expected:.1f}")
    return f"{len(shown)} frames, {there:.1f} s"

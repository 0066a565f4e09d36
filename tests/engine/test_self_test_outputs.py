from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.core.errors import ExportError
from app.engine import self_test_outputs
from app.engine.analyse.analyze import AnalysisReport
from app.engine.self_test import SelfTestError, analyse_demo, apart, check_detector
from app.engine.self_test_outputs import check_formats, check_reports, check_video


@pytest.fixture(scope="module")
def report() -> Iterator[AnalysisReport]:
    with apart() as folder:
        check_detector()
        yield analyse_demo(folder)


def test_here_everything_is_written(report: AnalysisReport) -> None:
    assert check_reports(report) == "4 charts in the web page, 4 pages in the PDF"
    assert " files as csv, " in check_formats(report)
    assert "178 frames, 11.8 s" in check_video(report)


Write = Callable[..., Path]


@pytest.mark.parametrize(
    ("kind", "content", "match"),
    [
        (".html", b"<html><p>nothing drawn</p></html>", r"web page is not whole \(0 charts\)"),
        (".pdf", b"%PDF-1.4\n", r"PDF is not whole \(0 pages\)"),
    ],
)
def test_half_a_report(
    report: AnalysisReport, monkeypatch: pytest.MonkeyPatch, kind: str, content: bytes, match: str
) -> None:
    write: Write = self_test_outputs.write_report

    def half(session: object, out: Path, *rest: object, **more: object) -> Path:
        write(session, out, *rest, **more)
        if out.suffix == kind:
            out.write_bytes(content)
        return out

    monkeypatch.setattr(self_test_outputs, "write_report", half)
    with pytest.raises(SelfTestError, match=match):
        check_reports(report)
    for path in (report.out.parent / "reports").iterdir():
        path.unlink()  # what is no report is never replaced


def test_an_empty_file(report: AnalysisReport, monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(_: object, folder: Path, *__: object) -> list[Path]:
        folder.mkdir(exist_ok=True)
        (folder / "other.srt").touch()
        return [folder / "other.srt"]

    monkeypatch.setattr(self_test_outputs, "export_formats", nothing)
    with pytest.raises(SelfTestError, match=r"other\.srt is empty"):
        check_formats(report)


def test_a_format_whose_library_is_missing(
    report: AnalysisReport, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(*_: object) -> list[Path]:
        raise ExportError("lxml can't be loaded")

    monkeypatch.setattr(self_test_outputs, "export_formats", missing)
    with pytest.raises(ExportError, match="can't be loaded"):
        check_formats(report)


def test_a_video_that_ends_too_soon(
    report: AnalysisReport, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Short(self_test_outputs.VideoSource):
        def frames(self):  # type: ignore[no-untyped-def]
            for frame in super().frames():
                if frame.timestamp < 5:
                    yield frame

    monkeypatch.setattr(self_test_outputs, "VideoSource", Short)
    with pytest.raises(SelfTestError, match=r"has 4\.\d s instead of 11\.8"):
        check_video(report)

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import cv2
import pytest

from tests.training.reporting.conftest import make_report
from training import measure
from training.reporting import page
from training.reporting import report as reporting
from training.reporting.report import Report, ReportError

PICTURES = ("confusion", "reliability", "risk_coverage", "size", "angle", "history")


def history() -> dict[str, list[tuple[float, float]]]:
    epochs = range(1, 7)
    return {
        "votes_epoch": [(e, 2 / e) for e in epochs],
        "val_48": [(e, 60 + 3 * e) for e in epochs],
        "val_16": [(e, 50 + 3 * e) for e in epochs],
    }


def test_a_report_is_written_and_read_back(tmp_path: Path, report: Report) -> None:
    page.write_report(tmp_path, report, {})
    assert not (tmp_path / "history.png").exists()
    again = reporting.read_report(tmp_path)
    assert again.config == report.config
    assert again.compute == report.compute
    assert again.final
    assert (again.kind, again.data, again.digest) == (report.kind, report.data, report.digest)
    assert again.main.at(16) is not None
    for ours, theirs in zip(again.main.scores, report.main.scores, strict=True):
        assert ours.wa == pytest.approx(theirs.wa, abs=1e-3)
        assert (ours.confusion, ours.answers) == (theirs.confusion, theirs.answers)
    assert set(again.main.by_angle) == set(report.main.by_angle)
    assert not list(tmp_path.glob("*.part"))


def test_pictures_are_small_and_can_be_opened(tmp_path: Path, report: Report) -> None:
    page.write_report(tmp_path, report, history())
    text = (tmp_path / "report.md").read_text()
    for name in PICTURES:
        path = tmp_path / f"{name}.png"
        picture = cv2.imread(str(path))
        assert picture is not None
        assert min(picture.shape[:2]) > 250
        assert path.stat().st_size < 60_000
        assert f"({name}.png)" in text


def test_the_text_has_what_a_reader_needs(report: Report) -> None:
    text = page.markdown(report, ["size"])
    top = report.main.scores[0]
    low, high = top.whole.wa_interval
    assert f"| 48 px | 800 | {top.wa:.2f} ({low:.1f} to {high:.1f})" in text
    assert report.command in text
    assert "A protocol." in text
    assert "Faces: FER2013, SHA-256 000000000000." in text
    assert "1.500 M parameters, 9.0 M multiply-adds" in text
    assert "6 epochs, 100,000 faces seen, 60 minutes on 2 threads." in text
    assert "| ONNX Runtime, CPU: best (median) | 0.50 (0.60)" in text
    assert 'The "can\'t tell" threshold is 0.500: a guess.' in text
    small = report.main.at(16)
    assert small is not None
    assert f"At 80% coverage, accuracy at 16 px is {small.whole.at_coverage.wa:.1f}%." in text
    assert "321 faces of the training part were left out" in text
    assert "size.png" in text
    assert "history.png" not in text


def test_every_figure_is_given_without_near_copies_too(report: Report) -> None:
    main = report.main
    unseen = main.scores[0].without_near_copies
    assert unseen is not None
    assert unseen.faces == 720
    text = page.markdown(report, [])
    rows = [line for line in text.splitlines() if "without copies and near-copies" in line]
    starts = [f"| {pixels} px, without copies and near-copies |" for pixels in measure.SIZES]
    for start in starts:  # figures, classes, confidences, coverage
        assert sum(row.startswith(start) for row in rows) == 4
    assert f"| 720 | {unseen.wa:.2f} (" in rows[0]
    turned = main.turned(whole=False)
    assert turned != main.turned()
    assert f"| WA, without copies and near-copies | {turned[-45]:.1f} |" in rows[-1]


def test_a_report_that_can_not_be_written_is_one_clear_line(tmp_path: Path, report: Report) -> None:
    (tmp_path / "file").touch()
    for folder in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(ReportError, match="can't be a folder"):
            page.write_report(folder, report, {})


def test_an_exported_model_without_a_run_has_a_report(tmp_path: Path, report: Report) -> None:
    cost = replace(report.cost, parameters=None, multiply_adds=None, torch={})
    config = {"export": {"storage": "float"}}
    without = replace(report, cost=cost, compute=None, kind="model", config=config)
    text = page.markdown(without, [])
    assert "The ONNX file has 6.00 MB." in text
    assert "What the training cost was not noted." in text
    assert "torch, CPU" not in text
    reporting.save_figures(tmp_path, without)
    assert reporting.read_report(tmp_path).compute is None


def test_what_a_graph_computes_in_is_said_of_it(report: Report) -> None:
    head = "| ms a face, one thread, {} | batch 1"
    assert head.format("float32") in page.markdown(report, [])
    for storage, words in (
        ("float", "float32"),
        ("half", "float32, weights stored in 16 bits"),
        ("int8", "float32, classifier in 8 bits"),
    ):
        config = {"export": {"storage": storage}}
        assert head.format(words) in page.markdown(replace(report, kind="model", config=config), [])
        # A checkpoint is timed before anything is stored smaller.
        assert head.format("float32") in page.markdown(replace(report, config=config), [])


def test_only_the_checkpoint_of_a_finished_run_is_final(report: Report) -> None:
    assert report.final
    assert report.compute is not None
    cut_off = replace(report, compute=report.compute.model_copy(update={"finished": False}))
    for other in (cut_off, replace(report, compute=None), replace(report, kind="model")):
        assert not other.final
    assert "on 2 threads; cut off." in page.markdown(cut_off, [])


def test_a_small_rate_in_the_config_is_kept(tmp_path: Path, report: Report) -> None:
    reporting.save_figures(tmp_path, report)
    assert json.loads((tmp_path / "report.json").read_text())["config"]["rate"] == 0.00003


def test_bad_reports_are_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match=r"no report at .*report\.json"):
        reporting.read_report(tmp_path)
    for text in ("{", '{"name": 3}', "[]", ""):
        (tmp_path / "report.json").write_text(text)
        with pytest.raises(ReportError, match="can't be understood") as caught:
            reporting.read_report(tmp_path)
        assert "\n" not in str(caught.value)


def test_history_puts_sittings_together(tmp_path: Path) -> None:
    head = "epoch,step,votes_step,votes_epoch,val_48\n"
    rows = {
        0: "0,50,2.0,,\n0,99,,1.5,\n0,99,,,61\n1,199,,1.2,\n",
        1: "1,199,,1.1,\n1,199,,,66\n",
        10: "2,299,,0.9,\n",
    }
    for version, text in rows.items():
        folder = tmp_path / "logs" / f"version_{version}"
        folder.mkdir(parents=True)
        (folder / "metrics.csv").write_text(head + text)
    assert reporting.read_history(tmp_path) == {
        "votes_epoch": [(1, 1.5), (2, 1.1), (3, 0.9)],
        "val_48": [(1, 61), (2, 66)],
    }
    assert reporting.read_history(tmp_path / "nowhere") == {}


def test_figures_of_other_faces_are_not_paired() -> None:
    one, other = make_report(right=0.8).main, make_report(right=0.7, seed=2).main
    found = one.beside(other, 48)
    assert found is not None
    assert found[0] == pytest.approx(one.scores[0].wa - other.scores[0].wa)
    assert 0 < found[1] < found[0] < found[2]
    assert one.beside(make_report(faces="others").main, 48) is None
    assert one.beside(make_report(sizes=(24,)).main, 48) is None
    assert one.at(measure.SIZES[-1]) is not None

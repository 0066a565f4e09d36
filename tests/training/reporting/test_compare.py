from __future__ import annotations

from pathlib import Path

import cv2
import pytest

from tests.training.reporting.conftest import make_report
from training.reporting.compare import compare
from training.reporting.report import Report, ReportError, read_report, save_figures


def written(folder: Path, *reports: Report) -> list[Path]:
    folders = []
    for place, report in enumerate(reports):
        folders.append(folder / f"{place}_{report.name}")
        save_figures(folders[-1], report)
    return folders


def test_reports_side_by_side(tmp_path: Path) -> None:
    folders = written(tmp_path, make_report("base", 0.7), make_report("better", 0.8, seed=2))
    text = compare(folders, tmp_path / "out")
    assert (tmp_path / "out" / "compare.md").read_text() == text
    assert cv2.imread(str(tmp_path / "out" / "compare.png")) is not None
    assert (tmp_path / "out" / "compare.png").stat().st_size < 60_000
    row = next(line for line in text.splitlines() if line.startswith("| better | 79.75"))
    assert "| 1.500 | 9.0 | 0.50 / 0.50 / 0.50 | 100,000 | 60 |" in row
    against = [line for line in text.splitlines() if line.startswith("| better | +")]
    assert len(against) == 2  # with and without copies and near-copies
    assert all(line.count("(+") == 5 for line in against)  # every interval is above zero
    unseen = read_report(folders[1]).main.scores[0].without_near_copies
    assert unseen is not None
    assert text.count(f"| better | {unseen.wa:.2f} ") == 1
    assert "Mind" not in text


def test_other_budgets_are_warned_of(tmp_path: Path) -> None:
    folders = written(tmp_path, make_report("one", seen=100_000), make_report("two", seen=150_000))
    assert "budgets differ**: from 100,000 to 150,000" in compare(folders, tmp_path)
    folders = written(tmp_path, make_report("one"), make_report("two", seen=None))
    assert "was not noted" in compare(folders, tmp_path)


def test_other_protocols_are_warned_of_and_not_paired(tmp_path: Path) -> None:
    folders = written(tmp_path, make_report("one"), make_report("two", faces="a random fifth"))
    text = compare(folders, tmp_path)
    assert "the protocols differ" in text
    assert "| two | – | – | – | – | – |" in text


def test_the_same_config_twice_is_told_apart_by_folder(tmp_path: Path) -> None:
    text = compare(written(tmp_path, make_report("one"), make_report("one")), tmp_path)
    assert "| 0_one |" in text
    assert "| 1_one |" in text


def test_what_can_not_be_compared_is_refused(tmp_path: Path) -> None:
    folders = written(tmp_path / "two", make_report("one"), make_report("two"))
    (tmp_path / "file").touch()
    with pytest.raises(ReportError, match="can't be a folder"):
        compare(folders, tmp_path / "file")
    (folder,) = written(tmp_path, make_report("one"))
    with pytest.raises(ReportError, match="two reports or more"):
        compare([folder], tmp_path)
    with pytest.raises(ReportError, match="the same name"):
        compare([folder, folder], tmp_path)
    with pytest.raises(ReportError, match="no report"):
        compare([folder, tmp_path / "nowhere"], tmp_path)

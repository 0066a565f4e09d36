from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from app.core.errors import SettingsError
from app.core.expressions import LABELS
from tests.training.reporting.conftest import make_report
from tests.training.toys import save_faces
from training import data, folds, record
from training.config import DataConfig, ModelConfig, RunConfig, ScheduleConfig
from training.recipes.restore import RestoreConfig, RestoreSection
from training.reporting import reproduce as module
from training.reporting import sections
from training.reporting.claims import (
    Better,
    Reaches,
    ReachesByFolds,
    ReadsDigits,
    Restores,
)
from training.reporting.paper import DIGITS, Paper, Variant
from training.reporting.papers import PAPERS
from training.reporting.report import ReportError, read_report, save_figures
from training.reporting.reproduce import Workshop, needs, work_through
from training.reporting.restored import Restored, write_restored

PAPER = Paper(
    title="A paper",
    source="its table 1",
    variants=(
        Variant("toy", "Base", {"FER2013": 60.0, "CK+": 87.2}),
        Variant("toy_better", "Base+STN", {"FER2013": 70.0}),
        Variant("toy_sr", "EDSR", {}),
        Variant("toy_absent", "Levelled", {"FER2013": 65.0}),
        Variant(DIGITS, "Digits", {}),
    ),
    claims=(
        Better("STN helps (table 1).", "toy_better", "toy"),
        Better("Levelling helps (table 1).", "toy_absent", "toy"),
        Reaches("It reaches 99% (table 1).", "toy_better", 99),
        Reaches("It reaches 87.2% on CK+ (table 1).", "toy", 87.2, protocol="CK+"),
        Restores("EDSR beats bicubic.", "toy_sr"),
        ReadsDigits("Digits are read.", DIGITS, 99),
    ),
    mind=("It has an oddity.",),
)
RIGHT = {"toy": 0.7, "toy_better": 0.8}


def restoring(name: str, start: str = "") -> RestoreConfig:
    return RestoreConfig(
        recipe="restore",
        name=name,
        schedule=ScheduleConfig(epochs=1),
        restore=RestoreSection(start=start),
    )


class FakeWorkshop(Workshop):
    """Notes what it is asked to do; a run that it trained is finished."""

    def __init__(self, folder: Path, stop_at: str = "") -> None:
        super().__init__(folder, folder)
        self.asked: list[str] = []
        self.done: set[str] = set()
        self.stop_at = stop_at
        self.epochs = {"toy": 3, "toy_better": 3}
        self.version = "1"
        self.data_set = data.FER
        self.starts: Mapping[str, str] = {"toy_sr": "toy_sr_lower"}

    def load(self, name: str) -> RunConfig:
        if name.startswith("toy_sr"):
            return restoring(name, self.starts.get(name, ""))
        # Nothing lies at the path of toy_absent's YuNet file.
        eyes = DataConfig(align_eyes=str(self.folder / "yunet") if name == "toy_absent" else "")
        schedule = ScheduleConfig(epochs=self.epochs.get(name, 3))
        return RunConfig(
            recipe="classify", name=name, version=self.version, data=eyes, schedule=schedule
        )

    def trained(self, name: str) -> bool:
        return name in self.done

    def train(self, config: RunConfig) -> None:
        if config.name == self.stop_at:
            raise KeyboardInterrupt
        self.asked.append(f"train {config.name}")
        self.done.add(config.name)

    def prior(self) -> str:
        raise data.DataError("no votes")

    def measure(self, config: RunConfig, folder: Path) -> None:
        self.asked.append(f"measure {config.name}")
        whole = config.model_dump(mode="json")
        if config.name.startswith("toy_sr"):
            found = Restored(
                config.name,
                self.data_set,
                [31.0, 33.0, 30.0],
                [30.0, 31.5, 29.5],
                "AA==",
                None,
                whole,
            )
            write_restored(folder, found)
            return
        seed = len(config.name)
        report = make_report(config.name, RIGHT[config.name], seed=seed, config=whole)
        save_figures(folder, replace(report, data=self.data_set))

    def digits(self, folder: Path) -> None:
        self.asked.append("digits")
        folder.mkdir(parents=True)
        shares = {"with_stn": 0.99, "without_stn": 0.9, "without_stn_wider": 0.9}
        (folder / "digits.json").write_text(json.dumps({"accuracy": shares, "epochs": 60}))


ALL = [
    "train toy", "measure toy", "train toy_better", "measure toy_better",
    "train toy_sr_lower", "train toy_sr", "measure toy_sr", "digits",
]  # fmt: skip


@pytest.fixture(autouse=True)
def one_paper(monkeypatch: pytest.MonkeyPatch) -> None:
    papers = {"toy": PAPER, "psr": PAPERS["psr"]}
    monkeypatch.setattr(module, "PAPERS", papers)
    monkeypatch.setattr(sections, "PAPERS", papers)


def test_everything_missing_is_done_once(tmp_path: Path) -> None:
    workshop, told = FakeWorkshop(tmp_path), list[str]()
    text = work_through("toy", workshop, tmp_path / "reports", told.append)
    assert workshop.asked == ALL
    assert f"toy_absent: left out: no YuNet file at {tmp_path / 'yunet'}" in told
    assert work_through("toy", workshop, tmp_path / "reports", told.append) == text
    assert workshop.asked == ALL


def test_a_reproduction_that_was_cut_off_goes_on(tmp_path: Path) -> None:
    reports = tmp_path / "reports"
    first = FakeWorkshop(tmp_path, stop_at="toy_sr")
    with pytest.raises(KeyboardInterrupt):
        work_through("toy", first, reports, lambda line: None)
    assert first.asked == ALL[:5]
    second = FakeWorkshop(tmp_path)
    second.done = {"toy_sr_lower"}
    work_through("toy", second, reports, lambda line: None)
    assert second.asked == ALL[5:]


def test_what_a_finished_run_began_with_is_not_needed(tmp_path: Path) -> None:
    workshop = FakeWorkshop(tmp_path)
    workshop.done = {"toy_sr"}
    work_through("toy", workshop, tmp_path, lambda line: None)
    assert workshop.asked == [word for word in ALL if not word.startswith("train toy_sr")]


def test_a_run_that_two_build_on_is_trained_once(tmp_path: Path) -> None:
    workshop, kstep = FakeWorkshop(tmp_path), Workshop(tmp_path, tmp_path)
    config = kstep.load("psr_compact_kstep2")
    workshop.load = kstep.load  # type: ignore[method-assign]
    found = [run.name for run in module._untrained(config, workshop)]
    assert found == ["stn_sr_restore_x2", "stn_sr_restore_x4", "psr_compact_kstep2"]


def test_a_report_of_another_config_is_not_taken(tmp_path: Path) -> None:
    workshop = FakeWorkshop(tmp_path)
    work_through("toy", workshop, tmp_path, lambda line: None)
    workshop.epochs["toy"] = 4
    with pytest.raises(ReportError, match=r"another config than toy\.toml"):
        work_through("toy", workshop, tmp_path, lambda line: None)


def test_reports_of_late_variants_are_looked_at_before_anything_is_trained(tmp_path: Path) -> None:
    workshop = FakeWorkshop(tmp_path)
    workshop.measure(workshop.load("toy_better"), tmp_path / "toy_better")
    workshop.epochs["toy_better"] = 4
    workshop.asked.clear()
    with pytest.raises(ReportError, match=r"another config than toy_better\.toml"):
        work_through("toy", workshop, tmp_path, lambda line: None)
    assert workshop.asked == []


def test_a_report_of_another_version_is_taken(tmp_path: Path) -> None:
    workshop = FakeWorkshop(tmp_path)
    work_through("toy", workshop, tmp_path, lambda line: None)
    workshop.version = "2"
    work_through("toy", workshop, tmp_path, lambda line: None)
    assert workshop.asked == ALL


def test_a_section_is_not_written_without_a_variant_whose_data_are_wrong(tmp_path: Path) -> None:
    class Other(FakeWorkshop):
        def train(self, config: RunConfig) -> None:
            if config.name == "toy_better":
                raise data.DataError("toy_better holds a run of other faces")
            super().train(config)

    with pytest.raises(data.DataError, match="other faces"):
        work_through("toy", Other(tmp_path), tmp_path, lambda line: None)
    assert not (tmp_path / "REPRODUCTION.md").exists()


def test_data_are_opened_first(tmp_path: Path) -> None:
    with pytest.raises(data.DataError, match="no data set at"):
        work_through("psr", Workshop(tmp_path / "typo", tmp_path), tmp_path, lambda line: None)


@pytest.mark.parametrize("name", ["toy", "toy_sr"])
def test_a_report_on_another_data_set_is_not_taken(tmp_path: Path, name: str) -> None:
    workshop = FakeWorkshop(tmp_path)
    work_through("toy", workshop, tmp_path, lambda line: None)
    workshop.data_set = "RAF-DB"
    for other in {"toy", "toy_better", "toy_sr"} - {name}:
        workshop.measure(workshop.load(other), tmp_path / other)
    with pytest.raises(ReportError, match=rf"{name} is not of a finished run on RAF-DB: delete"):
        work_through("toy", workshop, tmp_path, lambda line: None)


def test_a_data_set_has_a_name(tmp_path: Path, toy_faces: data.FacesSet) -> None:
    raf = replace(toy_faces, name="RAF-DB")
    assert Workshop(save_faces(raf, tmp_path), tmp_path).data_set == "RAF-DB"


def test_a_report_of_an_unfinished_run_or_of_a_model_is_not_taken(tmp_path: Path) -> None:
    workshop = FakeWorkshop(tmp_path)
    work_through("toy", workshop, tmp_path, lambda line: None)
    kept = read_report(tmp_path / "toy")
    assert kept.compute is not None
    cut_off = replace(kept, compute=kept.compute.model_copy(update={"finished": False}))
    for other in (cut_off, replace(kept, kind="model")):
        save_figures(tmp_path / "toy", other)
        with pytest.raises(ReportError, match="not of a finished run on FER2013"):
            work_through("toy", workshop, tmp_path, lambda line: None)


def test_the_section_has_both_tables_and_a_sentence_a_claim(tmp_path: Path) -> None:
    text = work_through("toy", FakeWorkshop(tmp_path), tmp_path, lambda line: None)
    row = next(line for line in text.splitlines() if line.startswith("| Base+STN | 70 | –"))
    assert "| `toy_better` |" in row
    assert "80.5 (77.8 to 83.2)" in row
    assert "**Holds.** STN helps (table 1). Ours at 48 px: 80.5%" in text
    assert "**Does not hold here.** It reaches 99% (table 1)." in text
    assert "**Can't be tested here.** It reaches 87.2% on CK+" in text
    assert "toy was not measured on CK+." in text
    assert "**Can't be tested here.** Levelling helps" in text
    assert "| Levelled | 65 | – | – |" in text
    assert "**Holds.** EDSR beats bicubic. Ours (PSNR): 31.33 dB against 30.33 dB" in text
    assert "| EDSR | 31.33 / 31.33 | 30.33 / 30.33 |" in text
    assert "**Holds.** Digits are read." in text
    assert "- It has an oddity." in text
    assert "| `toy` | 1.500 | 9.0 | 6 | 100,000 | 60 | 2 |" in text
    whole = (tmp_path / "REPRODUCTION.md").read_text()
    assert text in whole
    assert "Not run yet: `python -m training reproduce psr --data DATA`." in whole
    assert sections.assemble(tmp_path) == whole


def test_folds_and_the_prior_are_quoted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    claim = ReachesByFolds("It reads 95% of CK+.", "toy_folds", 95)
    paper = replace(PAPER, folds="toy_folds", prior=True, claims=(claim,), source="")
    for place in (module, sections):
        monkeypatch.setattr(place, "PAPERS", {"toy": paper})
    without = FakeWorkshop(tmp_path)
    with pytest.raises(data.DataError, match="no votes"):
        work_through("toy", without, tmp_path, lambda line: None)
    assert without.asked == []

    monkeypatch.setattr(FakeWorkshop, "prior", lambda self: "| label | a table |")
    text = work_through("toy", FakeWorkshop(tmp_path), tmp_path, lambda line: None)
    assert "The folds of toy_folds were not run on CK+." in text
    assert "by people, in" not in text
    assert "The paper's figures are from" not in text

    confusions = np.stack([np.diag([10 + k] * 8) for k in range(8)])
    confusions[:, 0, 1] = 8
    (tmp_path / "toy_folds").mkdir()
    folds.write(
        "toy_folds", folds.Validated(LABELS, confusions, data="CK+"), tmp_path / "toy_folds"
    )
    text = work_through("toy", FakeWorkshop(tmp_path), tmp_path, lambda line: None)
    assert "CK+ by people, in 8 folds ([`toy_folds`](toy_folds/folds.md)): WA 90.9" in text
    assert "mean over 8 folds" in text
    assert "\n| label | a table |\n" in text
    assert text in (tmp_path / "REPRODUCTION.md").read_text()


def test_the_prior_is_that_of_the_training_votes(tmp_path: Path, toy_faces: data.FacesSet) -> None:
    table = Workshop(save_faces(toy_faces, tmp_path), tmp_path).prior()
    # Eight of ten votes of every toy face are for its label, two for the next.
    assert "| neutral | 0.800 (0.778) | 0.200 (0.033) |" in table


def test_figures_are_given_without_near_copies_and_by_angle(tmp_path: Path) -> None:
    text = work_through("toy", FakeWorkshop(tmp_path), tmp_path, lambda line: None)
    report = make_report("toy", 0.7, seed=3)
    unseen = report.main.scores[0].without_near_copies
    assert unseen is not None
    assert "Ours without copies and near-copies of a published training" in text
    assert f"\n| Base | {unseen.wa:.1f} (" in text
    whole, without = report.main.turned(), report.main.turned(whole=False)
    assert f"| Base | {whole[-45]:.1f} / {without[-45]:.1f} |" in text


def test_damaged_files_are_one_clear_line(tmp_path: Path) -> None:
    workshop = FakeWorkshop(tmp_path)
    work_through("toy", workshop, tmp_path, lambda line: None)
    (tmp_path / "digits" / "digits.json").write_text("{}")
    with pytest.raises(ReportError, match=r"digits\.json can't be understood"):
        work_through("toy", workshop, tmp_path, lambda line: None)
    (tmp_path / "sections" / "toy.json").write_text("{}")
    with pytest.raises(ReportError, match=r"toy\.json can't be understood"):
        sections.assemble(tmp_path)


def test_unknown_papers_and_circles_are_refused(tmp_path: Path) -> None:
    workshop = FakeWorkshop(tmp_path)
    with pytest.raises(SettingsError, match="no paper moon: choose one of toy, psr"):
        work_through("moon", workshop, tmp_path, lambda line: None)
    workshop.starts = {"toy_sr": "toy_sr_lower", "toy_sr_lower": "toy_sr"}
    with pytest.raises(SettingsError, match="build on each other in a circle"):
        work_through("toy", workshop, tmp_path, lambda line: None)


@pytest.mark.parametrize("key", PAPERS)
def test_every_variant_has_a_config_and_every_claim_a_variant(key: str, tmp_path: Path) -> None:
    paper, workshop = PAPERS[key], Workshop(tmp_path, tmp_path)
    names = {variant.config for variant in paper.variants}
    assert len(names) == len(paper.variants)
    names |= {paper.folds} - {""}
    for name in names - {DIGITS}:
        config = workshop.load(name)
        if isinstance(config, ModelConfig):  # by which ``evaluate`` finds the paper
            assert config.network.kind == key
        for other in needs(config):
            workshop.load(other)
    for claim in paper.claims:
        words = [getattr(claim, field, None) for field in ("better", "worse", "variant")]
        assert {word for word in words if word and word != "bicubic"} <= names
        assert claim.text.endswith(".")
        assert getattr(claim, "pixels", 48) in paper.sizes


def test_a_run_is_finished_when_it_says_so(tmp_path: Path) -> None:
    workshop = Workshop(tmp_path, tmp_path)
    (tmp_path / "toy").mkdir()
    (tmp_path / "toy" / "best.ckpt").touch()
    assert not workshop.trained("toy")
    for noted, done in (("{}", True), ('{"finished": false}', False), ('{"finished": true}', True)):
        (tmp_path / "toy" / "run.json").write_text(noted)
        assert workshop.trained("toy") == done


def test_a_run_of_another_config_is_not_built_on(tmp_path: Path) -> None:
    workshop, name = Workshop(tmp_path, tmp_path), "stn_sr_restore_x2"
    config = workshop.load(name)
    record.prepare(config, tmp_path / name, resume=False)
    assert workshop.load(name) == config
    longer = config.schedule.model_copy(update={"epochs": 99})
    other = config.model_copy(update={"schedule": longer})
    record.prepare(other, tmp_path / name, resume=False)
    with pytest.raises(SettingsError, match="not the same schedule"):
        workshop.load(name)


def test_all_runs_that_a_run_begins_with_are_needed(tmp_path: Path) -> None:
    config = Workshop(tmp_path, tmp_path).load("psr_compact_kstep2")
    assert needs(config) == ("stn_sr_restore_x2", "stn_sr_restore_x4")


def test_a_config_must_have_the_name_of_its_file(tmp_path: Path) -> None:
    text = (module.CONFIGS / "stn_sr_restore_x2.toml").read_text()
    (tmp_path / "other.toml").write_text(text)
    with pytest.raises(SettingsError, match="calls itself stn_sr_restore_x2"):
        Workshop(tmp_path, tmp_path, tmp_path).load("other")

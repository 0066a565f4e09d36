"""``python -m training reproduce``: a paper's comparison, trained, measured and judged.

Every variant's report is kept, so a reproduction that was cut off goes on where it was. Each
paper's section is kept as JSON beside the reports; ``REPRODUCTION.md`` is made of all of them.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from app.core.errors import SettingsError
from training import data, evaluate, pdls, protocol, record, runs
from training.config import (
    CONFIGS,
    ClassifyConfig,
    DataConfig,
    ModelConfig,
    RunConfig,
    load_config,
)
from training.recipes.feature_sr import FeatureSrConfig
from training.recipes.restore import RestoreConfig
from training.reporting import REPORTS, sections
from training.reporting.claims import DigitFigures, FoldFigures, Found
from training.reporting.page import write_report
from training.reporting.paper import DIGITS, Paper
from training.reporting.papers import PAPERS
from training.reporting.report import Report, ReportError, read_history, read_report
from training.reporting.restored import measure_restored, read_restored, write_restored

_Figures = TypeVar("_Figures", DigitFigures, FoldFigures)

Tell = Callable[[str], None]
"""Takes one line about what is going on."""


class Workshop:
    """Trains and measures the variants of papers.

    Args:
        source: data, see ``data.open_faces``.
        folder: of the runs, one folder each.
        configs: folder of the configs.
    """

    def __init__(self, source: Path, folder: Path, configs: Path = CONFIGS) -> None:
        self.source = source
        self.folder = folder
        self.configs = configs

    @cached_property
    def data_set(self) -> str:
        """Its name.

        Raises:
            DataError: see ``data.open_faces``.
        """
        return data.open_faces(self.source).name

    def load(self, name: str) -> RunConfig:
        """The config of a name.

        Raises:
            SettingsError: there is none, it is not valid, it has another name, or its run was
                begun with another config.
        """
        config = load_config(self.configs / f"{name}.toml")
        if config.name != name:
            raise SettingsError(f"config {name}.toml calls itself {config.name}: make them agree")
        record.check_config(config, self.folder / name)
        return config

    def trained(self, name: str) -> bool:
        """Whether a run is finished."""
        return record.finished(self.folder / name)

    def train(self, config: RunConfig) -> None:
        """Train a run, going on where an earlier sitting was cut off."""
        runs.run(config, self.source, self.folder / config.name, resume=True)

    def measure(self, config: RunConfig, folder: Path) -> None:
        """Measure a finished run and write its report to ``folder``."""
        run = self.folder / config.name
        if isinstance(config, RestoreConfig):
            write_restored(folder, measure_restored(config, self.source, run))
            return
        assert isinstance(config, ModelConfig)
        report = evaluate.evaluate(config, self.source, run)
        write_report(folder, report, read_history(run))

    def prior(self) -> str:
        """Table of the prior of PDLS, from the votes on our training faces, beside the paper's.

        Raises:
            DataError: there are no votes.
        """
        faces = protocol.load(DataConfig(), self.source, self.folder / "any")
        if faces.name != data.FER:
            raise data.DataError(f"{faces.name} has no votes")
        learned = protocol.training_faces(DataConfig(), faces)
        prior = pdls.prior_from_votes(learned.votes, data.majority(learned.votes))
        return pdls.compare_with_table_2(prior).table()

    def digits(self, folder: Path) -> None:
        """Train and measure the readers of distorted digits; writes ``folder/digits.json``."""
        from training import digits  # noqa: PLC0415 - scikit-learn, for this alone

        digits.run(folder)


def needs(config: RunConfig) -> tuple[str, ...]:
    """Names of the runs that a run builds on."""
    if isinstance(config, ClassifyConfig):
        names = (*(start.run for start in config.start), *config.distill.teachers)
    elif isinstance(config, RestoreConfig):
        names = (config.restore.start,)
    elif isinstance(config, FeatureSrConfig):
        names = (config.baseline,)
    else:
        names = ()
    return tuple(name for name in names if name)


def reproduce(
    key: str,
    source: Path,
    folder: Path,
    reports: Path = REPORTS,
    tell: Tell = lambda line: None,
) -> str:
    """Train and measure what is missing of a paper, judge its claims, write its section.

    Args:
        key: of ``PAPERS``.
        source: data, see ``data.open_faces``.
        folder: of the runs, one folder each.
        reports, tell: see ``work_through``, which this is with the real workshop.

    Returns:
        The section, Markdown.
    """
    return work_through(key, Workshop(source, folder), reports, tell)


def work_through(key: str, workshop: Workshop, reports: Path, tell: Tell) -> str:
    """Train and measure what is missing of a paper, judge its claims, write its section.

    All configs, and all runs and reports that are kept, are checked before anything is trained. A
    variant whose faces are to be levelled is left out where the YuNet file is absent, and ``tell``
    is told so.

    Args:
        key: of ``PAPERS``.
        workshop: trains and measures.
        reports: folder of the reports, one folder each.
        tell: is told what begins.

    Returns:
        The section, Markdown.

    Raises:
        SettingsError: an unknown paper, or a config that is missing or not valid.
        ReportError: a report that is damaged, or of another config than today's.
        DataError: the data are absent, or not those of the runs.
    """
    if key not in PAPERS:
        raise SettingsError(f"no paper {key}: choose one of {', '.join(PAPERS)}")
    paper = PAPERS[key]
    results, lacking = _look(paper, workshop, reports, tell)
    prior = workshop.prior() if paper.prior else ""
    for config in lacking:
        folder = reports / config.name
        for run in _untrained(config, workshop):
            tell(f"{run.name}: training")
            workshop.train(run)
        tell(f"{config.name}: measuring")
        workshop.measure(config, folder)
        results[config.name] = _read(config, folder, workshop.data_set)
    if DIGITS not in results and any(variant.config == DIGITS for variant in paper.variants):
        tell("distorted digits: training and measuring")
        workshop.digits(reports / DIGITS)
        if found := read_digits(reports / DIGITS):
            results[DIGITS] = found
    section = sections.make_section(key, paper, results, prior)
    sections.write(reports, section)
    return sections.markdown(section)


def _look(
    paper: Paper, workshop: Workshop, reports: Path, tell: Tell
) -> tuple[dict[str, Found], list[RunConfig]]:
    """The figures that are there, and the variants that have none; all is checked."""
    data_set = workshop.data_set
    results: dict[str, Found] = {}
    lacking = []
    for name in (variant.config for variant in paper.variants):
        if name == DIGITS:
            if digits := read_digits(reports / DIGITS):
                results[DIGITS] = digits
            continue
        config = workshop.load(name)
        if _measured(config, reports / name):
            results[name] = _read(config, reports / name, data_set)
        elif (detector := config.data.align_eyes) and not Path(detector).is_file():
            tell(f"{name}: left out: no YuNet file at {detector}")
        else:
            _untrained(config, workshop)
            lacking.append(config)
    if paper.folds and (folds := read_folds(reports / paper.folds)):
        results[paper.folds] = folds
    return results, lacking


def _measured(config: RunConfig, folder: Path) -> bool:
    file = "restored.json" if isinstance(config, RestoreConfig) else "report.json"
    return (folder / file).is_file()


def _untrained(
    config: RunConfig, workshop: Workshop, above: tuple[str, ...] = ()
) -> list[RunConfig]:
    """A run, after those that it builds on, as far as they are not finished; none comes twice."""
    if config.name in above:
        raise SettingsError(f"configs {', '.join(above)} build on each other in a circle")
    if workshop.trained(config.name):
        return []
    found: list[RunConfig] = []
    for name in needs(config):
        under = _untrained(workshop.load(name), workshop, (*above, config.name))
        found += [run for run in under if run not in found]
    return [*found, config]


def _read(config: RunConfig, folder: Path, data_set: str) -> Found:
    """A kept report, if it is of a finished run of today's config on this data set."""
    restoring = isinstance(config, RestoreConfig)
    found = read_restored(folder) if restoring else read_report(folder)
    try:
        # Fields that a config has gained since then have their defaults on both sides.
        same = not record.differences(type(config).model_validate(found.config), config)
    except ValidationError:
        same = False
    if not same:
        raise ReportError(
            f"the report in {folder} is of another config than {config.name}.toml: delete the "
            "folder to measure it again"
        )
    if found.data != data_set or (isinstance(found, Report) and not found.final):
        raise ReportError(
            f"the report in {folder} is not of a finished run on {data_set}: delete the folder to "
            "measure it again"
        )
    return found


def read_digits(folder: Path) -> DigitFigures | None:
    """What ``training.digits`` has written, if it has.

    Raises:
        ReportError: it can't be understood.
    """
    return _figures(DigitFigures, folder / "digits.json")


def read_folds(folder: Path) -> FoldFigures | None:
    """What ``training.folds`` has written, if it has.

    Raises:
        ReportError: it can't be understood.
    """
    return _figures(FoldFigures, folder / "folds.json")


def _figures(kind: type[_Figures], path: Path) -> _Figures | None:
    if not path.is_file():
        return None
    try:
        return TypeAdapter(kind).validate_json(path.read_text(encoding="utf-8"))
    except ValidationError as error:
        raise ReportError(f"{path} can't be understood: {error.errors()[0]['msg']}") from error

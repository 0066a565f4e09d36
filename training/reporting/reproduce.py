"""``python -m training reproduce``: a paper's comparison, trained, measured and judged.

Every variant's report is kept, so a reproduction that was cut off goes on where it was. Each
paper's section is kept as JSON beside the reports; ``REPRODUCTION.md`` is made of all of them.
"""

from __future__ import annotations

from collections.abc import Callable
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
from training.reporting.paper import DIGITS
from training.reporting.papers import PAPERS
from training.reporting.report import ReportError, read_history, read_report
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
    training: bool = True,
) -> str:
    """Train and measure what is missing of a paper, judge its claims, write its section.

    Args:
        key: of ``PAPERS``.
        source: data, see ``data.open_faces``.
        folder: of the runs, one folder each.
        reports, tell, training: see ``work_through``, which this is with the real workshop.

    Returns:
        The section, Markdown.
    """
    return work_through(key, Workshop(source, folder), reports, tell, training)


def work_through(
    key: str, workshop: Workshop, reports: Path, tell: Tell, training: bool = True
) -> str:
    """Train and measure what is missing of a paper, judge its claims, write its section.

    A variant whose data is absent is left out, and ``tell`` is told why.

    Args:
        key: of ``PAPERS``.
        workshop: trains and measures.
        reports: folder of the reports, one folder each.
        tell: is told what begins.
        training: False measures runs that are finished and judges by what is there.

    Returns:
        The section, Markdown.

    Raises:
        SettingsError: an unknown paper, or a config that is missing or not valid.
        ReportError: a report that is damaged, or of another config than today's.
        DataError: the data of every variant is absent.
    """
    if key not in PAPERS:
        raise SettingsError(f"no paper {key}: choose one of {', '.join(PAPERS)}")
    paper = PAPERS[key]
    results: dict[str, Found] = {}
    absent: data.DataError | None = None
    for variant in paper.variants:
        folder = reports / variant.config
        try:
            found = _result(variant.config, workshop, folder, tell, training)
        except data.DataError as error:
            tell(f"{variant.config}: left out: {error}")
            absent = error
            continue
        if found is not None:
            results[variant.config] = found
    if absent is not None and not any(name != DIGITS for name in results):
        raise absent
    if paper.folds and (folds := read_folds(reports / paper.folds)):
        results[paper.folds] = folds
    section = sections.make_section(
        key, paper, results, _prior(workshop, tell) if paper.prior else ""
    )
    sections.write(reports, section)
    return sections.markdown(section)


def _prior(workshop: Workshop, tell: Tell) -> str:
    try:
        return workshop.prior()
    except data.DataError as error:
        tell(f"prior of PDLS: left out: {error}")
        return ""


def _result(
    name: str, workshop: Workshop, folder: Path, tell: Tell, training: bool
) -> Found | None:
    if name == DIGITS:
        if training and not (folder / "digits.json").is_file():
            tell("distorted digits: training and measuring")
            workshop.digits(folder)
        return read_digits(folder)
    config = workshop.load(name)
    if not _measured(config, folder):
        if training:
            _train(config, workshop, tell, ())
        if not workshop.trained(name):
            return None
        tell(f"{name}: measuring")
        workshop.measure(config, folder)
    return _read(config, folder)


def _measured(config: RunConfig, folder: Path) -> bool:
    file = "restored.json" if isinstance(config, RestoreConfig) else "report.json"
    return (folder / file).is_file()


def _train(config: RunConfig, workshop: Workshop, tell: Tell, above: tuple[str, ...]) -> None:
    """Train a run, after those that it builds on."""
    if config.name in above:
        raise SettingsError(f"configs {', '.join(above)} build on each other in a circle")
    for name in needs(config):
        _train(workshop.load(name), workshop, tell, (*above, config.name))
    if not workshop.trained(config.name):
        tell(f"{config.name}: training")
        workshop.train(config)


def _read(config: RunConfig, folder: Path) -> Found:
    """A kept report, if it is of today's config."""
    if isinstance(config, RestoreConfig):
        found: Found = read_restored(folder)
    else:
        found = read_report(folder)
    try:
        # Fields that a config has gained since then have their defaults on both sides.
        same = type(config).model_validate(found.config) == config
    except ValidationError:
        same = False
    if not same:
        raise ReportError(
            f"the report in {folder} is of another config than {config.name}.toml: delete the "
            "folder to measure it again"
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

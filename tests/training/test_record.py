from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.core.errors import ModelError, SettingsError
from tests.training.toys import save_faces, toy_config
from training import data, record
from training.config import RunConfig
from training.recipes.restore import RestoreConfig
from training.record import Cost


def restoring(**section: Any) -> RestoreConfig:
    whole = {"name": "sr", "restore": section, "schedule": {"epochs": 1}}
    return RestoreConfig.model_validate({"recipe": "restore", **whole})


def kept(run: Path, config: RunConfig) -> dict[str, Any]:
    """What the run keeps of its config."""
    record.prepare(config, run, resume=False)
    found: dict[str, Any] = json.loads((run / "config.json").read_text())
    return found


@pytest.mark.parametrize("config", [toy_config(), restoring(factor=4, start="x2")])
def test_the_config_of_a_run_is_its_own(tmp_path: Path, config: RunConfig) -> None:
    record.check_config(config, tmp_path / "none")
    kept(tmp_path, config)
    record.check_config(config, tmp_path)
    record.check_config(config.model_copy(update={"name": "other", "version": "2"}), tmp_path)
    labels = config.data.model_copy(update={"labels": "fer2013"})
    seed = config.schedule.model_copy(update={"seed": 2})
    changed = config.model_copy(update={"data": labels, "schedule": seed})
    with pytest.raises(SettingsError, match=r"of another config \(not the same data, schedule\)"):
        record.check_config(changed, tmp_path)
    other = restoring() if config.recipe == "classify" else toy_config()
    with pytest.raises(SettingsError, match="not the same"):
        record.check_config(other, tmp_path)


def test_crop_and_export_are_not_trained(tmp_path: Path) -> None:
    kept(tmp_path, toy_config())
    changes = toy_config(export={"storage": "half", "bias": True}, crop={"scale": 1.1})
    record.check_config(changes, tmp_path)


def test_a_config_that_has_gained_fields_since_is_still_the_same(tmp_path: Path) -> None:
    config = toy_config(loss={"kind": "pdls"})
    whole = kept(tmp_path, config)
    del whole["loss"]["prior"], whole["distill"], whole["network"]["backbone"]
    whole["start"] = {"run": "", "parts": {"": ""}}  # as it was before there could be several
    (tmp_path / "config.json").write_text(json.dumps(whole))
    record.check_config(config, tmp_path)
    record.prepare(config, tmp_path, resume=True)
    assert json.loads((tmp_path / "config.json").read_text()) == whole
    whole["start"] = {"run": "x2", "parts": {"sr": "sr"}}
    (tmp_path / "config.json").write_text(json.dumps(whole))
    started = toy_config(loss={"kind": "pdls"}, start=[{"run": "x2", "parts": {"sr": "sr"}}])
    record.check_config(started, tmp_path)
    with pytest.raises(SettingsError, match="not the same start"):
        record.check_config(config, tmp_path)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "no valid JSON"),
        ("[]", "holds no fields"),
        ("{}", "name: is missing"),
        ('{"recipe": "bake"}', "recipe must be one of"),
    ],
)
def test_kept_config_that_is_damaged_is_one_line(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "config.json").write_text(text)
    with pytest.raises(SettingsError, match=words) as caught:
        record.check_config(toy_config(), tmp_path)
    assert str(tmp_path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_folders_that_the_system_refuses_are_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="can't be used for a run: File name too long"):
        record.check_config(toy_config(), tmp_path / ("x" * 300))


def test_a_digest_tells_faces_apart(toy_faces: data.FacesSet) -> None:
    found = {record.digest(toy_faces)}
    for field in ("images", "votes", "usage", "fer2013"):
        array = getattr(toy_faces, field).copy()
        array.flat[0] += 1
        found.add(record.digest(dataclasses.replace(toy_faces, **{field: array})))
    found.add(record.digest(toy_faces.select(np.arange(len(toy_faces)) > 0)))
    assert len(found) == 6
    wide = dataclasses.replace(toy_faces, fer2013=toy_faces.fer2013.astype(np.int64))
    assert record.digest(wide) in found  # one data set, however it was read


def test_a_run_knows_its_faces_again(tmp_path: Path, toy_faces: data.FacesSet) -> None:
    source, run, config = save_faces(toy_faces, tmp_path), tmp_path / "run", toy_config().data
    record.load_faces(config, source, run)
    assert not (run / "data.sha256").exists()  # nothing was learned
    record.load_faces(config, source, run, learn=True)
    record.load_faces(config, source, run)
    fewer = toy_faces.select(np.arange(len(toy_faces)) > 0)
    with pytest.raises(data.DataError, match="holds a run of other faces than those of"):
        record.load_faces(config, save_faces(fewer, tmp_path), run)


def test_only_finished_runs_of_the_same_split_are_built_on(tmp_path: Path) -> None:
    config, run = toy_config(), tmp_path / "below"
    with pytest.raises(ModelError, match=r"run below is missing in .* or not finished"):
        record.built_on("below", config, tmp_path)
    record.prepare(config, run, resume=False)
    (run / "best.ckpt").touch()
    record.write_cost(run, Cost(epochs=1, finished=False))
    with pytest.raises(ModelError, match="not finished: train it first"):
        record.built_on("below", config, tmp_path)
    # As runs were noted before they said whether they were finished.
    (run / "run.json").write_text('{"seconds": 60, "threads": 1, "epochs": 2, "faces": 9}')
    assert record.built_on("below", config, tmp_path) == run
    with pytest.raises(SettingsError, match=r"run below, whose data\.split is 'official'"):
        record.built_on("below", toy_config(data={"split": "random"}), tmp_path)
    (run / "config.json").unlink()
    with pytest.raises(SettingsError, match=r"config\.json can't be read"):
        record.built_on("below", config, tmp_path)


def test_cost_is_written_and_read(tmp_path: Path) -> None:
    assert record.read_cost(tmp_path) is None
    assert not record.finished(tmp_path)
    cost = Cost(seconds=1.5, threads=2, epochs=3, faces=4, finished=False)
    record.write_cost(tmp_path, cost)
    assert record.read_cost(tmp_path) == cost
    (tmp_path / "best.ckpt").touch()
    assert not record.finished(tmp_path)
    # Earlier versions wrote it at the end alone.
    (tmp_path / "run.json").write_text('{"seconds": 60, "threads": 1, "epochs": 2, "faces": 9}')
    assert record.finished(tmp_path)
    (tmp_path / "best.ckpt").unlink()
    assert not record.finished(tmp_path)
    (tmp_path / "run.json").write_text('{"seconds": 6')
    with pytest.raises(SettingsError, match=r"run\.json can't be understood"):
        record.read_cost(tmp_path)

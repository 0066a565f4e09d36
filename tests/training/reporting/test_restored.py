from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from training import data
from training.config import ScheduleConfig
from training.figures import pack_answers, unpack_answers
from training.recipes.restore import RestoreConfig, RestoreSection
from training.record import Cost
from training.reporting.report import ReportError
from training.reporting.restored import (
    Restored,
    measure_restored,
    psnr,
    read_restored,
    write_restored,
)

NONE = pack_answers(np.zeros(2, np.bool_))


def test_psnr_of_each_face() -> None:
    sharp = torch.full((3, 1, 8, 8), 100.0)
    restored = sharp + torch.tensor([0.0, 5.0, 10.0])[:, None, None, None]
    found = psnr(restored, sharp)
    assert found[0] == 60  # nothing is wrong
    assert found[1:] == pytest.approx(20 * np.log10(255 / np.array([5, 10])), abs=1e-3)


def test_figures_are_written_and_read_back(tmp_path: Path) -> None:
    compute = Cost(seconds=60, threads=1, epochs=1, faces=10)
    found = Restored("sr", "FER2013", [30.123, 31.0], [29.0, 30.0], NONE, compute, {"name": "sr"})
    write_restored(tmp_path / "new", found)
    again = read_restored(tmp_path / "new")
    assert again.psnr == [30.12, 31.0]
    assert again.compute == found.compute
    with pytest.raises(ReportError, match="no figures"):
        read_restored(tmp_path)
    (tmp_path / "restored.json").write_text("[]")
    with pytest.raises(ReportError, match="can't be understood"):
        read_restored(tmp_path)


def test_a_run_is_measured_on_test_faces(tmp_path: Path, toy_faces: data.FacesSet) -> None:
    config = RestoreConfig(
        recipe="restore",
        name="sr",
        schedule=ScheduleConfig(epochs=1),
        restore=RestoreSection(features=4, blocks=1, skip=True),
    )
    source, run = tmp_path / "toy.npz", tmp_path / "run"
    count = len(toy_faces)
    np.savez(
        source,
        images=toy_faces.images,
        votes=toy_faces.votes,
        usage=toy_faces.usage,
        fer2013=np.zeros(count, np.int8),
        row=np.arange(count, dtype=np.int32),
    )
    run.mkdir()
    (run / "config.json").write_text(config.model_dump_json())
    network = config.restore.build()
    state = {f"network.sr.{name}": value for name, value in network.state_dict().items()}
    torch.save({"state_dict": state}, run / "best.ckpt")
    found = measure_restored(config, source, run)
    assert len(found.psnr) == len(found.bicubic) == 160
    assert min(found.psnr) > 5
    assert not unpack_answers(found.near, 160).any()
    assert np.mean(found.bicubic) > 20
    assert found.compute is None
    assert found.data == data.FER

"""How a run begins, goes on and is validated."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import Tensor
from torchmetrics.functional.classification import multiclass_accuracy

from app.core.errors import ModelError, SettingsError
from tests.training.toys import save_faces, toy_config
from training import data, record, running


@pytest.mark.parametrize("name", ["file", "file/run", "x" * 300])
@pytest.mark.parametrize("resume", [True, False])
def test_folders_that_can_hold_no_run_are_named(tmp_path: Path, name: str, resume: bool) -> None:
    (tmp_path / "file").write_text("I am no folder")
    with pytest.raises(SettingsError, match="can't be used for a run: ") as caught:
        running.open_run(toy_config(), tmp_path, tmp_path / name, resume)
    assert "\n" not in str(caught.value)


def test_a_damaged_checkpoint_is_not_gone_on_from(tmp_path: Path, toy_faces: data.FacesSet) -> None:
    source = save_faces(toy_faces, tmp_path)
    torch.save({"state_dict": {"network.weight": torch.zeros(9999)}}, tmp_path / "last.ckpt")
    whole = (tmp_path / "last.ckpt").read_bytes()
    for content in (whole[: len(whole) // 2], b"", b"no checkpoint"):
        (tmp_path / "last.ckpt").write_bytes(content)
        with pytest.raises(ModelError, match=r"last\.ckpt is damaged: add --restart"):
            running.open_run(toy_config(), source, tmp_path, resume=True)
        assert (tmp_path / "last.ckpt").read_bytes() == content
    faces, last = running.open_run(toy_config(), source, tmp_path, resume=False)
    assert last is None
    assert (tmp_path / "last.ckpt").read_bytes() == content  # opening leaves all as it is
    running.begin(toy_config(), tmp_path, last, faces)
    assert not (tmp_path / "last.ckpt").exists()


def test_a_finished_run_needs_no_last_checkpoint(tmp_path: Path, toy_faces: data.FacesSet) -> None:
    source, run = save_faces(toy_faces, tmp_path), tmp_path / "run"
    record.prepare(toy_config(), run, resume=False)
    record.write_cost(run, record.Cost())
    (run / "best.ckpt").write_bytes(b"learned")
    assert running.open_run(toy_config(), source, run, resume=True)[1] == run / "best.ckpt"
    with pytest.raises(SettingsError, match="not the same schedule"):
        running.open_run(toy_config(schedule={"epochs": 9}), source, run, resume=True)
    assert running.open_run(toy_config(), source, run, resume=False)[1] is None
    # Cut off between the two checkpoints of its first epoch.
    record.write_cost(run, record.Cost(finished=False))
    assert running.open_run(toy_config(), source, run, resume=True)[1] is None
    assert (run / "best.ckpt").read_bytes() == b"learned"


def test_checkpoints_that_are_no_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no checkpoint at"):
        running.read_checkpoint(tmp_path / "none.ckpt")
    with pytest.raises(ModelError, match="can't be read: Is a directory"):
        running.read_checkpoint(tmp_path)


class Echo(running.ValidatedBySet):
    """Its inputs are the logits."""

    def __init__(self) -> None:
        super().__init__(["one", "other"], 3)
        self.logged: dict[str, float] = {}

    def answer(self, inputs: Tensor) -> Tensor:
        return inputs

    def log(self, name: str, value: Tensor, **how: object) -> None:  # type: ignore[override]
        self.logged[name] = float(value)


def test_devices_count_their_answers_together() -> None:
    torch.manual_seed(0)
    logits, labels = torch.randn(2, 2, 40, 3), torch.randint(0, 3, (2, 2, 40))
    ranks = [Echo(), Echo()]
    for rank, module in enumerate(ranks):
        for number in range(2):
            for part in (slice(0, 25), slice(25, 40)):
                batch = logits[rank, number, part], labels[rank, number, part]
                module.validation_step(batch, 0, number)
    for number, right in enumerate(ranks[0].right):
        others = iter([t.clone() for t in ranks[1].right[number].metric_state.values()])
        right.distributed_available_fn = lambda: True
        right.dist_sync_fn = lambda value, group, others=others: [value, next(others)]
    ranks[0].on_validation_epoch_end()
    both = zip(logits.transpose(0, 1).flatten(1, 2), labels.transpose(0, 1).flatten(1), strict=True)
    expected = [100 * float(multiclass_accuracy(*each, 3, "micro")) for each in both]
    found = ranks[0].logged
    assert [found["one"], found["other"]] == pytest.approx(expected)
    assert found["val"] == pytest.approx(sum(expected) / 2)
    alone = 100 * float(multiclass_accuracy(logits[0, 0], labels[0, 0], 3, "micro"))
    assert found["one"] != pytest.approx(alone)


def test_each_validation_counts_afresh() -> None:
    module = Echo()
    for right in (True, False):
        for number in range(2):
            labels = torch.tensor([0 if right else 1])
            module.validation_step((torch.tensor([[1.0, 0.0, 0.0]]), labels), 0, number)
        module.on_validation_epoch_end()
        assert module.logged["val"] == (100 if right else 0)

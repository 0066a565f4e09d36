"""The restoring recipe on faces that are a few smooth waves: more detail than bicubic keeps."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
import torch

from app.core.errors import ModelError, SettingsError
from tests.training.toys import QUIET
from training import data, protocol, record
from training.config import ClassifyConfig, load_config
from training.networks.edsr import EDSR
from training.networks.stn_sr import StnSrConfig
from training.recipes import restore
from training.running import weights_of

CONFIGS = Path("training/configs")

pytestmark = QUIET


def config_of(name: str, **changes: object) -> restore.RestoreConfig:
    section = {"factor": 2, "features": 8, "blocks": 1, "skip": True, **changes}
    return restore.RestoreConfig.model_validate(
        {
            "recipe": "restore",
            "name": name,
            "restore": section,
            "optimiser": {"kind": "adam", "learning_rate": 0.01, "weight_decay": 0.0},
            "schedule": {"epochs": 3, "batch": 16, "ema": 0.0},
        }
    )


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory, toy_faces: data.FacesSet) -> Path:
    """A folder of runs with the packed faces and a finished run ``x2`` in it."""
    folder = tmp_path_factory.mktemp("runs")
    rng = np.random.default_rng(0)
    y, x = np.mgrid[:48, :48]
    images = []
    for _ in range(len(toy_faces)):
        waves = rng.uniform(0.1, 1.2, (4, 2)), rng.uniform(0, 6, 4)
        picture = sum(np.sin(a * x + b * y + c) for (a, b), c in zip(*waves, strict=True))
        images.append(np.clip(128 + 30 * picture, 0, 255).astype(np.uint8))
    faces = dataclasses.replace(toy_faces, images=np.stack(images))
    np.savez(folder / "faces.npz", **dataclasses.asdict(faces))
    restore.train(config_of("x2"), folder / "faces.npz", folder / "x2", resume=False)
    return folder


def test_it_learns_more_than_bicubic_knows(runs: Path) -> None:
    faces = protocol.load(config_of("x2").data, runs / "faces.npz", runs / "x2")
    held = restore.RestoreData(config_of("x2"), faces).held
    sharp = torch.from_numpy(held[:, None].astype(np.float32))
    small = restore.shrunk(sharp, 2)
    torch.manual_seed(1)
    networks = restore.load_sr(runs / "x2"), config_of("x2").restore.build()
    with torch.inference_mode():
        pictures = [*(network.eval()(small) for network in networks), restore.bicubic(small, 2)]
    learned, begun, bicubic = (float(restore.psnr(p.round(), sharp).mean()) for p in pictures)
    assert learned > begun + 1
    assert learned > bicubic + 1


def test_higher_factor_begins_with_the_run_of_the_lower(runs: Path) -> None:
    x4 = config_of("x4", factor=4, start="x2", loss="l2")
    begun: dict[str, torch.Tensor] = {}

    class StopError(Exception):
        pass

    def caught(module: restore.Restoration, batch: object, batch_idx: int) -> None:
        begun.update({k: v.clone() for k, v in module.network["sr"].state_dict().items()})
        raise StopError

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(restore.Restoration, "training_step", caught)
        with pytest.raises(StopError):
            restore.train(x4, runs / "faces.npz", runs / "x4", resume=False)
    lower = restore.load_sr(runs / "x2").state_dict()
    assert all(torch.equal(begun[name], value) for name, value in lower.items())
    assert set(begun) - set(lower) == {"upsample.1.0.weight", "upsample.1.0.bias"}


def test_interrupted_run_ends_where_the_uninterrupted_one_does(
    runs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class StopError(Exception):
        pass

    step = restore.Restoration.training_step

    def stops(module: restore.Restoration, batch: list[torch.Tensor], number: int) -> torch.Tensor:
        if (module.current_epoch, number) == (1, 2):
            raise StopError
        return step(module, batch, number)

    again = runs / "again"
    with monkeypatch.context() as patch:
        patch.setattr(restore.Restoration, "training_step", stops)
        with pytest.raises(StopError):
            restore.train(config_of("x2"), runs / "faces.npz", again, resume=True)
    restore.train(config_of("x2"), runs / "faces.npz", again, resume=True)
    for name in ("last.ckpt", "best.ckpt"):
        one, other = (weights_of(folder / name) for folder in (again, runs / "x2"))
        assert all(torch.equal(one[key], other[key]) for key in other), name


def test_a_classifying_run_can_take_the_weights_over(runs: Path) -> None:
    state = torch.load(runs / "x2" / "best.ckpt", weights_only=False)["state_dict"]
    prefix = "network.sr."
    learned = {k.removeprefix(prefix): v for k, v in state.items() if k.startswith(prefix)}
    network = StnSrConfig(sr_features=8, sr_blocks=1, sr_skip=True, stem=4, widths=(4,),
                          depths=(1,)).build(7)  # fmt: skip
    network.get_submodule("sr").load_state_dict(learned)
    small = torch.rand(1, 1, 24, 24) * 255
    with torch.inference_mode():
        torch.testing.assert_close(network.sr(small), restore.load_sr(runs / "x2")(small))


def test_a_finished_run_is_not_trained_again_nor_with_another_config(runs: Path) -> None:
    faces, folder = runs / "faces.npz", runs / "x2"
    before = (folder / "last.ckpt").stat().st_mtime_ns
    restore.train(config_of("x2"), faces, folder, resume=True)
    assert (folder / "last.ckpt").stat().st_mtime_ns == before
    with pytest.raises(SettingsError, match="another config"):
        restore.train(config_of("x2", loss="l2"), faces, folder, resume=True)


def test_bad_starts_are_named(runs: Path) -> None:
    faces = runs / "faces.npz"
    learned = (runs / "x2" / "best.ckpt").read_bytes()
    with pytest.raises(ModelError, match="run nowhere is missing"):
        restore.train(config_of("x2", start="nowhere"), faces, runs / "x2", resume=False)
    with pytest.raises(data.DataError, match="no data set at"):
        restore.train(config_of("x2"), runs / "typo", runs / "x2", resume=False)
    assert (runs / "x2" / "best.ckpt").read_bytes() == learned
    record.prepare(config_of("half"), runs / "half", resume=False)
    (runs / "half" / "best.ckpt").write_bytes(learned)
    with pytest.raises(ModelError, match=r"run half is missing in .* or not finished"):
        restore.train(config_of("a", factor=4, start="half"), faces, runs / "a", resume=False)
    with pytest.raises(ModelError, match="nowhere"):
        restore.train(config_of("a", factor=4, start="nowhere"), faces, runs / "a", resume=False)
    with pytest.raises(ModelError, match="lower factor"):
        restore.train(config_of("b", start="x2"), faces, runs / "b", resume=False)


def test_shrinking_is_the_protocols() -> None:
    from training.augment import shrink

    face = np.random.default_rng(0).integers(0, 256, (48, 48)).astype(np.uint8)
    ours = restore.shrunk(torch.from_numpy(face[None, None].astype(np.float32)), 2)[0, 0].numpy()
    assert np.abs(ours - shrink(face, 24)).max() <= 1  # halves may round either way


def test_l2_is_the_squared_distance() -> None:
    module = restore.Restoration(config_of("x", loss="l2"))
    module.log = lambda *_, **__: None  # type: ignore[method-assign]
    sharp = torch.randint(0, 256, (2, 1, 48, 48), dtype=torch.uint8)
    with torch.no_grad():
        restored = module.network["sr"](restore.shrunk(sharp.float(), 2))
        expected = ((restored - sharp) / 64).square().mean()
        torch.testing.assert_close(module.training_step([sharp], 0), expected)


def test_shipped_runs_fit_the_runs_they_begin_with() -> None:
    """Scaling and skip are no weights, so a mismatch would pass unseen."""
    checked = []
    for path in sorted(CONFIGS.glob("*.toml")):
        config = load_config(path)
        if isinstance(config, restore.RestoreConfig) and config.restore.start:
            lower = load_config(CONFIGS / f"{config.restore.start}.toml", restore.RestoreConfig)
            config.restore.build().take_over(lower.restore.build())
            assert shape(config.restore.build())[1:] == shape(lower.restore.build())[1:]
            checked.append(config.name)
        for start in config.start if isinstance(config, ClassifyConfig) else ():
            begun = load_config(CONFIGS / f"{start.run}.toml")
            if isinstance(begun, restore.RestoreConfig):
                with torch.device("meta"):
                    network, theirs = config.network.build(7), begun.restore.build()
                (here,) = start.parts
                assert start.parts[here] == "sr"
                ours = network.get_submodule(here)
                assert shape(ours) == shape(theirs)
                ours.load_state_dict(theirs.state_dict())
                checked.append(config.name)
    assert {"stn_sr_restore_x4", "stn_sr", "stn_sr_compact", "psr", "psr_compact"} <= set(checked)
    assert checked.count("psr_compact_kstep2") == 2


def shape(network: EDSR) -> tuple[int, bool, list[float]]:
    return network.factor, network.skip, [block.scaling for block in network.body[:-1]]

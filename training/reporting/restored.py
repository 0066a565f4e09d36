"""How close super-resolution comes to the sharp faces, face by face, so that runs can be paired."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import TypeAdapter, ValidationError

from training import measure
from training.figures import pack_answers
from training.recipes import restore
from training.record import Cost, check_config, load_faces, read_cost, write_whole
from training.reporting.report import ReportError, make_folder

_FILE: Final = "restored.json"
_BATCH: Final = 256


@dataclass(frozen=True)
class Restored:
    """Figures of one run of the recipe ``restore``.

    Attributes:
        name: of the config.
        data: name of the data set.
        psnr: dB of every test face after the network, whole greys.
        bicubic: the same after bicubic enlargement.
        near: which faces are copies or near-copies of a published training or validation face, as
            ``figures.pack_answers`` packs them.
        compute: of the training.
        config: of the run, as read.
    """

    name: str
    data: str
    psnr: list[float]
    bicubic: list[float]
    near: str
    compute: Cost | None
    config: dict[str, Any]


_ADAPTER: Final = TypeAdapter(Restored)


def measure_restored(config: restore.RestoreConfig, source: Path, run: Path) -> Restored:
    """Measure a run's best checkpoint on the test faces.

    Args:
        config: of the run.
        source: data, see ``data.open_faces``.
        run: its folder.
    """
    check_config(config, run)
    faces = load_faces(config.data, source, run)
    exam = measure.make_exam(config.data, faces, near=True)
    assert exam.near is not None
    images = exam.images
    network = restore.load_sr(run).eval()
    ours: list[float] = []
    plain: list[float] = []
    for start in range(0, len(images), _BATCH):
        sharp = torch.from_numpy(images[start : start + _BATCH, None].astype(np.float32))
        small = restore.shrunk(sharp, config.restore.factor)
        with torch.inference_mode():
            ours += psnr(network(small), sharp).tolist()
        plain += psnr(restore.bicubic(small, config.restore.factor), sharp).tolist()
    return Restored(
        name=config.name,
        data=faces.name,
        psnr=ours,
        bicubic=plain,
        near=pack_answers(exam.near),
        compute=read_cost(run),
        config=config.model_dump(mode="json"),
    )


def psnr(restored: torch.Tensor, sharp: torch.Tensor) -> NDArray[np.float64]:
    """(n,) dB of each face, whole greys; a perfect one counts as 60."""
    each = restore.psnr(restored.float().round(), sharp)
    return np.asarray(each.clamp(max=60).numpy(), np.float64)


def write_restored(folder: Path, found: Restored) -> None:
    """Write ``folder/restored.json``."""
    make_folder(folder)
    whole = _ADAPTER.dump_python(found)
    for key in ("psnr", "bicubic"):
        whole[key] = [round(value, 2) for value in whole[key]]
    write_whole(folder / _FILE, json.dumps(whole, allow_nan=False) + "\n")


def read_restored(folder: Path) -> Restored:
    """Read ``folder/restored.json``.

    Raises:
        ReportError: it is missing or damaged.
    """
    path = folder / _FILE
    try:
        return _ADAPTER.validate_json(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ReportError(f"no figures at {path}: run 'python -m training reproduce'") from error
    except ValidationError as error:
        raise ReportError(f"{path} can't be understood: {error.errors()[0]['msg']}") from error

"""Data sets told apart, on the small folders of ``test_readers``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import cv2
import numpy as np
import pytest

from tests.training.conftest import texture
from tests.training.data.test_ferplus import write_csvs, write_packed
from tests.training.data.test_readers import (
    make_affectnet,
    make_affectnet_classes,
    make_ckplus,
    make_jaffe,
    make_rafdb,
    save,
)
from training import data, protocol
from training.config import DataConfig
from training.data import jaffe


def write_ferplus(folder: Path, faces: data.FacesSet) -> None:
    some = faces.select(faces.fer2013 >= 0)
    write_csvs(folder, some.select(np.arange(len(some)) % 20 == 0))


@pytest.mark.parametrize(
    ("make", "name", "count"),
    [
        (make_rafdb, "RAF-DB", 14),
        (make_affectnet, "AffectNet", 16),
        (make_affectnet_classes, "AffectNet", 16),
        (None, "FER2013", 21),
    ],
)
def test_a_folder_is_known_by_what_lies_in_it(
    tmp_path: Path, toy_faces: data.FacesSet, make: Callable[[Path], None] | None, name: str,
    count: int,
) -> None:  # fmt: skip
    if make:
        make(tmp_path)
    else:
        write_ferplus(tmp_path, toy_faces)
    faces = data.open_faces(tmp_path)
    assert (faces.name, len(faces)) == (name, count)
    assert {data.TRAIN, data.TEST} <= set(faces.usage.tolist())
    with pytest.raises(data.DataError, match=r"no CK\+ and no JAFFE at"):
        data.open_people(tmp_path)


def test_a_packed_file_keeps_its_name(tmp_path: Path, toy_faces: data.FacesSet) -> None:
    path = tmp_path / "faces.npz"
    write_packed(path, toy_faces)
    assert data.open_faces(path).name == data.FER
    write_packed(path, toy_faces, name=np.array("a fold"))
    assert data.open_faces(path).name == "a fold"


def test_sets_of_people_are_for_folds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, make in (("CK+", make_ckplus), ("JAFFE", make_jaffe)):
        folder = tmp_path / name
        folder.mkdir()
        make(folder)
        with pytest.raises(data.DataError, match="no published split: 'python -m training folds'"):
            data.open_faces(folder)
    assert len(data.open_people(tmp_path / "CK+")) == 14
    assert len(data.open_people(tmp_path / "CK+" / "CK+48")) == 14
    with pytest.raises(data.DataError, match="--detector needs the path of a YuNet file"):
        data.open_people(tmp_path / "JAFFE")
    rows = np.array([[64, 64, 128, 128, *[0] * 10, 0.9]], np.float32)
    seen = SimpleNamespace(setInputSize=lambda size: None, detect=lambda image: (1, rows))
    monkeypatch.setattr(jaffe, "open_yunet", lambda path: seen)
    assert len(data.open_people(tmp_path / "JAFFE", tmp_path / "yunet.onnx")) == 7


@pytest.mark.parametrize("read", [data.open_faces, data.open_people])
def test_what_is_no_data_set_is_named(
    tmp_path: Path, read: Callable[[Path], data.FacesSet | data.LabelledFaces]
) -> None:
    (tmp_path / "text.txt").write_text("not a face")
    save(tmp_path / "holiday.png")
    for path in (tmp_path, tmp_path / "nowhere", tmp_path / "text.txt"):
        with pytest.raises(data.DataError, match=r"^no (data set|CK\+ and|FER\+ data)") as caught:
            read(path)
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize("labels", ["ferplus", "fer2013"])
def test_affectnet_is_split_and_labelled_as_the_config_says(tmp_path: Path, labels: str) -> None:
    """Three parts, near-copies of test faces left out; seven classes leave contempt out."""
    rng = np.random.default_rng(0)
    for part, each in (("train_class", 12), ("val_class", 2)):
        for number in range(1, 9):
            for place in range(each):
                path = tmp_path / part / f"class{number:03}" / f"{place}.png"
                path.parent.mkdir(parents=True, exist_ok=True)
                picture = np.clip(110 + texture(rng), 0, 255).astype(np.uint8)
                path.write_bytes(cv2.imencode(".png", picture)[1].tobytes())
    leak = tmp_path / "train_class" / "class001" / "0.png"
    leak.write_bytes((tmp_path / "val_class" / "class001" / "0.png").read_bytes())
    config = DataConfig(labels=labels)
    faces = protocol.load(config, tmp_path, tmp_path / "runs" / "one")
    classes = len(data.class_names(config.labels))
    assert faces.left_out(data.TRAIN) == 1
    held, known = protocol.held_out(config, faces, data.VALIDATION)
    assert 7 <= len(held) <= 12
    assert known.max() < classes
    test, known = protocol.held_out(config, faces, data.TEST)
    assert np.bincount(known).tolist() == [2] * classes
    training = protocol.training_faces(config, faces)
    assert len(training) + (faces.usage == data.VALIDATION).sum() == 95
    shares, usable = protocol.targets(config, True, training)
    assert shares[usable].argmax(axis=1).max() == classes - 1
    assert not {i.tobytes() for i in training.images} & {i.tobytes() for i in test.images}

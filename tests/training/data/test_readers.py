"""Readers of data sets with one label a face, on small folders laid out as the real ones."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import cv2
import numpy as np
import pytest

from app.core.expressions import LABELS
from training import data
from training.data import jaffe, yunet

YUNET = "face_detection_yunet_2026may.onnx"


def save(path: Path, value: int = 100, side: int = 48, colour: bool = False) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    shape = (side, side, 3) if colour else (side, side)
    done, packed = cv2.imencode(path.suffix, np.full(shape, value, np.uint8))
    assert done
    path.write_bytes(packed.tobytes())


def names(faces: data.LabelledFaces) -> list[str]:
    return [LABELS[label] for label in faces.labels]


CK = {"anger": "anger", "contempt": "contempt", "disgust": "disgust", "fear": "fear",
      "happy": "happiness", "sadness": "sadness", "surprise": "surprise"}  # fmt: skip


def make_ckplus(folder: Path) -> None:
    for number, name in enumerate(CK):
        for frame in (14, 15):
            save(folder / "CK+48" / name / f"S{number:03}_004_{frame:08}.png", 10 * number)


def make_jaffe(folder: Path) -> None:
    for value, name in enumerate(("KA.AN1.39", "KA.DI2.43", "KM.FE3.13", "MK.HA1.116", "NA.NE1.1",
                                  "NM.SA2.5", "TM.SU1.190")):  # fmt: skip
        save(folder / f"{name}.tiff", 20 * value, side=256)


def make_rafdb(folder: Path, suffix: str = "_aligned") -> None:
    lines = []
    for number in range(1, 8):
        for part in ("train", "test"):
            lines.append(f"{part}_{number:05}.jpg {number}")
            path = folder / "Image" / "aligned" / f"{part}_{number:05}{suffix}.jpg"
            save(path, 20 * number, side=100, colour=True)
    (folder / "EmoLabel").mkdir()
    (folder / "EmoLabel" / "list_patition_label.txt").write_text("\n".join(lines) + "\n")


def make_affectnet(folder: Path) -> None:
    for part in ("train_set", "val_set"):
        (folder / part / "annotations").mkdir(parents=True)
        for code in range(9):
            save(folder / part / "images" / f"{code}.jpg", 20 * code, side=224, colour=True)
            annotation = folder / part / "annotations" / f"{code}_exp.npy"
            np.save(annotation, np.array(str(code)))
            np.save(folder / part / "annotations" / f"{code}_val.npy", np.array("0.5"))


def make_affectnet_classes(folder: Path) -> None:
    for part in ("train_class", "val_class"):
        for number in range(1, 9):
            save(folder / part / f"class{number:03}" / f"image{number:07}.jpg", side=224)


AFFECTNET = ["neutral", "happiness", "sadness", "surprise", "fear", "disgust", "anger", "contempt"]
RAFDB = ["surprise", "fear", "disgust", "happiness", "sadness", "anger", "neutral"]


@pytest.mark.parametrize("inside", ["", "CK+48"])
def test_ckplus(tmp_path: Path, inside: str) -> None:
    make_ckplus(tmp_path)
    faces = data.read_ckplus(tmp_path / inside)
    assert names(faces) == [expression for expression in CK.values() for _ in range(2)]
    assert faces.subjects.tolist() == [f"S{number:03}" for number in range(7) for _ in range(2)]
    assert faces.images[:, 0, 0].tolist() == [10 * number for number in range(7) for _ in range(2)]
    assert (faces.part == data.TRAIN).all()


def test_jaffe(tmp_path: Path) -> None:
    make_jaffe(tmp_path)
    faces = data.read_jaffe(tmp_path)
    assert sorted(names(faces)) == sorted(name for name in LABELS if name != "contempt")
    assert names(faces)[:3] == ["anger", "disgust", "fear"]
    assert faces.subjects.tolist() == ["KA", "KA", "KM", "MK", "NA", "NM", "TM"]
    assert faces.images[:, 20, 20].tolist() == [20 * value for value in range(7)]


def test_jaffe_is_cut_to_the_face(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_jaffe(tmp_path)
    picture = np.full((256, 256), 50, np.uint8)
    picture[80:180, 80:180] = 200
    path = tmp_path / "KA.AN1.39.tiff"
    path.write_bytes(cv2.imencode(".tiff", picture)[1].tobytes())
    rows = np.array([[70, 130 - 50 / 0.92, 120, 100 / 0.92, *[0] * 10, 0.9]], np.float32)
    seen = SimpleNamespace(setInputSize=lambda size: None, detect=lambda image: (1, rows))
    monkeypatch.setattr(jaffe, "open_yunet", lambda path: seen)
    faces = data.read_jaffe(tmp_path, tmp_path / "yunet.onnx")
    assert faces.images.shape == (7, 48, 48)
    assert (faces.images[0] == 200).all()
    seen.detect = lambda image: (0, None)
    with pytest.raises(data.DataError, match=r"finds no face in .*KA\.AN1"):
        data.read_jaffe(tmp_path, tmp_path / "yunet.onnx")
    monkeypatch.undo()
    with pytest.raises(data.DataError, match="no YuNet file"):
        data.read_jaffe(tmp_path, tmp_path / "yunet.onnx")


@pytest.mark.shared
def test_a_real_face_is_cut_as_tight_as_fer2013(shared: Path) -> None:
    images = data.load_ferplus(shared / "data" / "ferplus.npz").images[:20]
    detector = yunet.open_yunet(shared / "detectors" / YUNET)
    sides = []
    for image in images:
        scene = np.full((256, 256), 128, np.uint8)
        scene[60:180, 70:190] = cv2.resize(image, (120, 120), interpolation=cv2.INTER_CUBIC)
        face = yunet.cut_face(scene, detector)
        if face is not None:
            sides.append(len(face))
    assert len(sides) >= 16
    assert np.median(sides) == pytest.approx(120, rel=0.1)


@pytest.mark.parametrize(("suffix", "inside"), [("_aligned", ""), ("", "basic")])
def test_rafdb(tmp_path: Path, suffix: str, inside: str) -> None:
    (tmp_path / inside).mkdir(exist_ok=True)
    make_rafdb(tmp_path / inside, suffix)
    faces = data.read_rafdb(tmp_path)
    assert names(faces) == [name for name in RAFDB for _ in range(2)]
    assert faces.part.tolist() == [data.TRAIN, data.TEST] * 7
    assert faces.subjects.tolist() == [""] * 14
    wanted = [20 * number for number in range(1, 8) for _ in range(2)]
    np.testing.assert_allclose(faces.images[:, 9, 9], wanted, atol=2)


@pytest.mark.parametrize("make", [make_affectnet, make_affectnet_classes])
def test_affectnet(tmp_path: Path, make: Callable[[Path], None]) -> None:
    make(tmp_path)
    faces = data.read_affectnet(tmp_path)
    assert names(faces) == AFFECTNET * 2
    assert faces.part.tolist() == [data.TRAIN] * 8 + [data.TEST] * 8
    assert faces.images.shape == (16, 48, 48)
    assert faces.images.dtype == np.uint8
    assert faces.labels.dtype == np.int64
    few = faces.select(faces.part == data.TEST)
    assert names(few) == AFFECTNET


@pytest.mark.parametrize(
    ("read", "words"),
    [
        (data.read_ckplus, r"no CK\+ at .*expected CK\+48/EXPRESSION/S"),
        (data.read_jaffe, r"no JAFFE pictures at .*KA\.AN1\.39\.tiff"),
        (data.read_rafdb, r"no RAF-DB at .*list_patition_label\.txt"),
        (data.read_affectnet, r"no AffectNet at .*train_set/images.*train_class/class001"),
    ],
)
def test_absent_data_sets_are_named_with_their_layout(
    tmp_path: Path, read: Callable[[Path], data.LabelledFaces], words: str
) -> None:
    for folder in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(data.DataError, match=words) as caught:
            read(folder)
        assert "\n" not in str(caught.value)


def test_malformed_laboratory_sets_are_named(tmp_path: Path) -> None:
    make_ckplus(tmp_path)
    make_jaffe(tmp_path)
    save(tmp_path / "CK+48" / "fear" / "person1.png")
    with pytest.raises(data.DataError, match=r"person1\.png has no CK\+ name"):
        data.read_ckplus(tmp_path)
    save(tmp_path / "portrait.tiff")
    with pytest.raises(data.DataError, match=r"portrait\.tiff has no JAFFE name"):
        data.read_jaffe(tmp_path)
    (tmp_path / "portrait.tiff").unlink()
    (tmp_path / "KA.AN1.39.tiff").write_bytes(b"")
    with pytest.raises(data.DataError, match=r"KA\.AN1\.39\.tiff can't be read"):
        data.read_jaffe(tmp_path)
    (tmp_path / "KA.AN1.39.tiff").write_bytes(b"no picture")
    with pytest.raises(data.DataError, match=r"KA\.AN1\.39\.tiff can't be read"):
        data.read_jaffe(tmp_path)


def test_malformed_rafdb_is_named(tmp_path: Path) -> None:
    make_rafdb(tmp_path)
    (tmp_path / "Image" / "aligned" / "test_00003_aligned.jpg").unlink()
    with pytest.raises(data.DataError, match=r"no picture test_00003_aligned\.jpg"):
        data.read_rafdb(tmp_path)
    lines = tmp_path / "EmoLabel" / "list_patition_label.txt"
    for line in ("train_00001.jpg 8", "train_00001.jpg", "picture.jpg 3"):
        lines.write_text(line + "\n")
        with pytest.raises(data.DataError, match="line 1: expected a line such as"):
            data.read_rafdb(tmp_path)
    lines.write_text("\n")
    with pytest.raises(data.DataError, match="is empty"):
        data.read_rafdb(tmp_path)


def test_malformed_affectnet_is_named(tmp_path: Path) -> None:
    make_affectnet(tmp_path)
    annotation = tmp_path / "train_set" / "annotations" / "4_exp.npy"
    np.save(annotation, np.array("11"))
    with pytest.raises(data.DataError, match="holds 11"):
        data.read_affectnet(tmp_path)
    annotation.write_bytes(b"cut off")
    with pytest.raises(data.DataError, match=r"4_exp\.npy holds no expression's number"):
        data.read_affectnet(tmp_path)
    annotation.unlink()
    with pytest.raises(data.DataError, match=r"no annotation .*4_exp\.npy"):
        data.read_affectnet(tmp_path)

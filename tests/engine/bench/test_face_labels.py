from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from app.core.errors import LabelError
from app.engine.bench.face_labels import read_folder, read_picture

JSON = json.dumps(
    {
        "a.png": [
            {"box": [1, 2, 3, 4], "blur": 2},
            {"box": [5, 6, 7, 8.5], "invalid": 1},
            {"box": [5, 6, 0, 8]},
        ],
        "b/ü.png": [],
    }
)
WIDER = """a.png
3
1 2 3 4 2 0 0 0 0 0
5 6 7 8.5 0 0 0 1 0 0
5 6 0 8 0 0 0 0 0 0
b/ü.png
0
0 0 0 0 0 0 0 0 0 0
"""
CSV = """file,x,y,width,height,ignore
a.png,1,2,3,4,0
a.png,5,6,7,8.5,yes
a.png,5,6,0,8,
b/ü.png,,,,,
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    (folder / "b").mkdir(parents=True)
    image = np.zeros((20, 30, 3), np.uint8)
    image[:, :, 2] = 200  # red, as OpenCV orders colours
    data = cv2.imencode(".png", image)[1].tobytes()
    for name in ("a.png", "b/ü.png", "b/c.PNG"):
        (folder / name).write_bytes(data)
    return folder


@pytest.mark.parametrize(
    ("name", "text"),
    [("boxes.json", JSON), ("wider_face_val_bbx_gt.txt", WIDER), ("boxes.csv", CSV)],
)
@pytest.mark.parametrize("beside", [False, True])
def test_every_form_says_the_same(folder: Path, name: str, text: str, beside: bool) -> None:
    labels = (folder.parent if beside else folder) / name
    labels.write_text(text, encoding="utf-8")
    found = read_folder(folder)
    assert found.labels.resolve() == labels
    assert [one.path for one in found.pictures] == [folder / "a.png", folder / "b/ü.png"]
    assert found.pictures[0].boxes.tolist() == [[1, 2, 3, 4], [5, 6, 7, 8.5], [5, 6, 0, 8]]
    assert found.pictures[0].ignored.tolist() == [False, True, True]
    assert found.pictures[1].boxes.shape == (0, 4)
    assert (found.absent, found.unlabelled) == (0, 1)


def test_pictures_in_a_folder_of_their_own(folder: Path, tmp_path: Path) -> None:
    folder.rename(tmp_path / "images")
    (tmp_path / "boxes.json").write_text(JSON, encoding="utf-8")
    found = read_folder(tmp_path)
    assert found.pictures[0].path == tmp_path / "images" / "a.png"
    assert found.unlabelled == 1


def test_some_of_the_pictures_with_boxes_are_enough(folder: Path) -> None:
    text = '{"gone.png": [{"box": [1, 2, 3, 4]}], "a.png": [{"box": [5, 6, 7, 8]}], "z.png": []}'
    (folder / "boxes.json").write_text(text, encoding="utf-8")
    found = read_folder(folder)
    assert [one.path for one in found.pictures] == [folder / "a.png"]
    assert found.pictures[0].boxes.tolist() == [[5, 6, 7, 8]]
    assert (found.absent, found.unlabelled) == (2, 2)


def test_a_picture_is_rgb(folder: Path) -> None:
    image = read_picture(folder / "b/ü.png")
    assert image.shape == (20, 30, 3)
    assert image[0, 0].tolist() == [200, 0, 0]


def no_folder(folder: Path) -> None:
    folder.rename(folder.parent / "moved")


def no_pictures(folder: Path) -> None:
    for path in list(folder.rglob("*.*")):
        path.unlink()


def two_files(folder: Path) -> None:
    for part in ("train", "val"):
        (folder / f"{part}_bbx_gt.txt").write_text(WIDER, encoding="utf-8")


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (no_folder, "is no folder"),
        (no_pictures, "has no pictures"),
        (lambda folder: None, "name the file with the boxes"),
        (two_files, "choose one with --boxes"),
    ],
)
def test_a_folder_that_says_nothing(
    folder: Path, spoil: Callable[[Path], None], words: str
) -> None:
    spoil(folder)
    with pytest.raises(LabelError, match=words) as caught:
        read_folder(folder)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("boxes.xml", "", "give boxes as"),
        ("boxes.json", "{", "can't be understood"),
        ("boxes.json", "[]", "picture names"),
        ("boxes.json", "{}", "names no picture"),
        ("boxes.json", '{"a.png": [[1, 2, 3, 4]]}', "list of faces with a box"),
        ("boxes.json", '{"a.png": [{"box": [1, 2, 3]}]}', "x, y, width and height"),
        ("boxes.json", '{"a.png": [{"box": [1, 2, 3, NaN]}]}', "x, y, width and height"),
        ("boxes.json", '{"y.png": [], "z.png": []}', "2 pictures, and none .* first is y.png"),
        ("boxes.csv", "file,x,y\na.png,1,2\n", "expected the columns"),
        ("boxes.csv", CSV + "a.png,one,2,3,4,\n", "x, y, width and height"),
        ("boxes.csv", "file,x,y,width,height\n,1,2,3,4\n", "none of them is in"),
        ("boxes.txt", "a.png\nmany\n", "number of faces"),
        ("boxes.txt", "a.png\n2\n1 2 3 4\n", "x, y, width and height"),
    ],
)
def test_boxes_that_make_no_sense(folder: Path, name: str, text: str, words: str) -> None:
    labels = folder / name
    labels.write_text(text, encoding="utf-8")
    with pytest.raises(LabelError, match=words) as caught:
        read_folder(folder, labels)
    assert "\n" not in str(caught.value)


def test_files_that_are_none(folder: Path) -> None:
    with pytest.raises(LabelError, match="can't be read"):
        read_folder(folder, folder / "no.json")
    (folder / "latin.csv").write_bytes("file,x,y,width,height\nü.png,1,2,3,4\n".encode("latin-1"))
    with pytest.raises(LabelError, match="can't be understood"):
        read_folder(folder, folder / "latin.csv")
    (folder / "a.png").write_bytes(b"")
    with pytest.raises(LabelError, match="damaged or no picture"):
        read_picture(folder / "a.png")
    (folder / "a.png").write_bytes(b"\x89PNG text")
    with pytest.raises(LabelError, match="damaged or no picture"):
        read_picture(folder / "a.png")
    with pytest.raises(LabelError, match="can't be read"):
        read_picture(folder / "z.png")

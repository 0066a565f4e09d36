from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from app.core.expressions import LABELS
from training import data


def write_csvs(folder: Path, faces: data.FacesSet) -> None:
    """The two published files, with one non-face that has to be left out."""
    names = ("Training", "PublicTest", "PrivateTest")
    columns = ",".join((*LABELS, "unknown", "NF"))
    pixel_rows, vote_rows = ["emotion,pixels,Usage"], [f"Usage,Image name,{columns}"]
    pixel_rows.append(f"0,{' '.join(['0'] * 2304)},Training")
    vote_rows.append("Training,," + ",".join(["0"] * 9 + ["10"]))
    for i in range(len(faces)):
        split = names[faces.usage[i]]
        pixels = " ".join(map(str, faces.images[i].ravel()))
        pixel_rows.append(f"{faces.fer2013[i]},{pixels},{split}")
        vote_rows.append(f"{split},fer{i:07d}.png,{','.join(map(str, faces.votes[i]))}")
    (folder / "fer2013.csv").write_text("\n".join(pixel_rows) + "\n")
    (folder / "fer2013new.csv").write_text("\n".join(vote_rows) + "\n")


def write_packed(path: Path, faces: data.FacesSet, **changes: np.ndarray | None) -> None:
    arrays = vars(faces) | changes
    np.savez(path, **{name: array for name, array in arrays.items() if array is not None})


@pytest.fixture
def few(toy_faces: data.FacesSet) -> data.FacesSet:
    """Faces that all have both sets of labels."""
    faces = toy_faces.select(np.arange(len(toy_faces)) % 10 == 0)
    return replace(faces, fer2013=(np.arange(len(faces)) % 7).astype(np.int8))


def test_published_files_and_packed_file_agree(tmp_path: Path, few: data.FacesSet) -> None:
    write_csvs(tmp_path, few)
    packed = tmp_path / "ferplus.npz"
    write_packed(packed, few)
    for path in (tmp_path, packed):
        read = data.load_ferplus(path)
        for name, array in vars(few).items():
            np.testing.assert_array_equal(getattr(read, name), array, err_msg=name)
            assert np.asarray(getattr(read, name)).dtype == np.asarray(array).dtype


def test_packed_file_without_the_older_labels(tmp_path: Path, few: data.FacesSet) -> None:
    path = tmp_path / "faces.npz"
    write_packed(path, few, fer2013=None)
    assert data.load_ferplus(path).fer2013.tolist() == [-1] * len(few)


def test_absent_and_mixed_up_data_are_named(tmp_path: Path, few: data.FacesSet) -> None:
    with pytest.raises(data.DataError, match="fer2013new"):
        data.load_ferplus(tmp_path / "nowhere")
    write_csvs(tmp_path, few)
    lines = (tmp_path / "fer2013new.csv").read_text().splitlines()
    (tmp_path / "fer2013new.csv").write_text("\n".join([lines[0], *reversed(lines[1:])]) + "\n")
    with pytest.raises(data.DataError, match="does not belong"):
        data.load_ferplus(tmp_path)
    (tmp_path / "fer2013new.csv").write_text("\n".join(lines[:-1]) + "\n")
    with pytest.raises(data.DataError, match="one ends at line"):
        data.load_ferplus(tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("emotion,", "feeling,", "no column 'emotion'"),
        ("\n3,", "\n7,", "line 6 of .* not as published"),
        (" 0 0,Training", " 0 256,Training", "line 3 of .* not as published"),
        (" 0 0,Training", " 0,Training", "line 3 of .* not as published"),
    ],
)
def test_damaged_files_are_named(
    tmp_path: Path, few: data.FacesSet, old: str, new: str, words: str
) -> None:
    images = few.images.copy()
    images[0] = 0
    write_csvs(tmp_path, replace(few, images=images))
    text = (tmp_path / "fer2013.csv").read_text()
    head, non_face, *rows = text.splitlines(keepends=True)
    damaged = "".join([head, *rows]).replace(old, new, 1).splitlines(keepends=True)
    (tmp_path / "fer2013.csv").write_text("".join([damaged[0], non_face, *damaged[1:]]))
    with pytest.raises(data.DataError, match=words):
        data.load_ferplus(tmp_path)


def test_files_that_are_no_packed_faces_are_named(tmp_path: Path, few: data.FacesSet) -> None:
    path = tmp_path / "faces.npz"
    write_packed(path, few, votes=None)
    with pytest.raises(data.DataError, match="needs the arrays"):
        data.load_ferplus(path)
    write_packed(path, few, usage=few.usage[:-1])
    with pytest.raises(data.DataError, match="belong together"):
        data.load_ferplus(path)
    for changes in (
        {"usage": few.usage + 5},
        {"images": few.images.astype(np.float32)},
        {"fer2013": np.full(len(few), 7, np.int8)},
    ):
        write_packed(path, few, **changes)
        with pytest.raises(data.DataError, match="must be uint8, usage at most 4"):
            data.load_ferplus(path)
    write_packed(path, few)
    whole = path.read_bytes()
    with path.open("wb") as file:
        np.save(file, few.images)  # a bare array under the name of a pack
    damaged = [path.read_bytes(), b"", b"cut off", whole[: len(whole) // 2]]
    for content in damaged:
        path.write_bytes(content)
        with pytest.raises(data.DataError, match="needs the arrays") as caught:
            data.load_ferplus(path)
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (b"fer0000000", b"f\xe9r0000000", "can't be read"),
        (b",8,2,0", b",800,2,0", "line 3 of .* not as published"),
        (b",8,2,0", b",-8,2,0", "line 3 of .* not as published"),
        (b"fer0000000.png", b"x" * 200_000, "can't be read"),
    ],
)
def test_votes_that_are_no_votes_are_named(
    tmp_path: Path, few: data.FacesSet, old: bytes, new: bytes, words: str
) -> None:
    write_csvs(tmp_path, few)
    votes = tmp_path / "fer2013new.csv"
    content = votes.read_bytes()
    assert old in content
    votes.write_bytes(content.replace(old, new, 1))
    with pytest.raises(data.DataError, match=words) as caught:
        data.load_ferplus(tmp_path)
    assert "\n" not in str(caught.value)


def test_one_label_a_face_becomes_votes_and_fer2013_numbers() -> None:
    images = np.zeros((8, 48, 48), np.uint8)
    faces = data.unanimous(images, np.arange(8), np.zeros(8, np.uint8), "AffectNet")
    assert faces.name == "AffectNet"
    assert data.labels_of(faces, "ferplus").tolist() == list(range(8))
    assert data.labels_of(faces, "fer2013").tolist() == [*range(7), -1]  # contempt is no class


def test_majority_rule() -> None:
    votes = np.zeros((4, 10), np.uint8)
    votes[0, :3] = 5, 4, 1  # the single vote is a slip: 5 of 9
    votes[1, :2] = 5, 5  # half is not more than half
    votes[2, 1], votes[2, 8] = 4, 6  # unknown wins
    votes[3, 7] = 10
    assert data.majority(votes).tolist() == [0, -1, -1, 7]


def test_distributions_leave_out_slips_and_unknowns() -> None:
    votes = np.zeros((3, 10), np.uint8)
    votes[0, :3] = 6, 3, 1
    votes[1, 9] = 10
    votes[2, 0], votes[2, 8] = 3, 7
    shares, usable = data.distributions(votes)
    assert usable.tolist() == [True, False, False]
    assert shares[0] == pytest.approx([2 / 3, 1 / 3, 0, 0, 0, 0, 0, 0])


def test_seven_classes_of_fer2013(few: data.FacesSet) -> None:
    codes = np.array([0, 1, 2, 3, 4, 5, 6, -1], np.int8)
    faces = replace(few.select(np.arange(len(few)) < 8), fer2013=codes)
    names = data.class_names("fer2013")
    assert names == tuple(name for name in LABELS if name != "contempt")
    known = data.labels_of(faces, "fer2013")
    words = [names[label] for label in known[:-1]]
    assert words == ["anger", "disgust", "fear", "happiness", "sadness", "surprise", "neutral"]
    assert known[-1] == -1
    shares, usable = data.targets(faces, "fer2013")
    assert shares.shape == (8, 7)
    assert shares.dtype == np.float32
    assert usable.tolist() == [True] * 7 + [False]
    np.testing.assert_array_equal(shares[:7].argmax(axis=1), known[:7])
    np.testing.assert_array_equal(shares.sum(axis=1), 1)


def test_a_switch_between_the_labels(few: data.FacesSet) -> None:
    faces = replace(few, fer2013=np.where(np.arange(len(few)) % 2, few.fer2013, np.int8(-1)))
    test = faces.usage == data.TEST
    chosen, labels = data.protocol_split(faces, data.TEST, labels="fer2013")
    assert len(chosen) == len(labels) == (test & (faces.fer2013 >= 0)).sum()
    np.testing.assert_array_equal(labels, data.labels_of(chosen, "fer2013"))
    chosen, labels = data.protocol_split(faces, data.TEST)
    assert len(chosen) == test.sum()
    np.testing.assert_array_equal(labels, data.majority(chosen.votes))
    shares, usable = data.targets(faces, "ferplus")
    assert shares.shape == (len(faces), 8)
    assert usable.all()


@pytest.mark.shared
def test_protocol_counts_are_the_published_ones(shared: Path) -> None:
    faces = data.load_ferplus(shared / "data" / "ferplus.npz")
    assert np.bincount(faces.usage).tolist() == [28561, 3579, 3574]
    _, labels = data.protocol_split(faces, data.TEST)
    assert len(labels) == 3153
    assert np.bincount(labels).tolist() == [1090, 893, 396, 384, 273, 18, 83, 16]
    _, labels = data.protocol_split(faces, data.VALIDATION)
    assert len(labels) == 3199
    _, labels = data.protocol_split(faces, data.TEST, labels="fer2013")
    assert len(labels) == 3573
    # angry, disgust, fear, happy, sad, surprise and neutral of the published 3,589:
    published = np.array([491, 55, 528, 879, 594, 416, 626])
    counted = np.bincount(labels)[[LABELS.index(name) for name in (
        "anger", "disgust", "fear", "happiness", "sadness", "surprise", "neutral")]]  # fmt: skip
    assert (counted <= published).all()
    assert (published - counted).sum() == 16

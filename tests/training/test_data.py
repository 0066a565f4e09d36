from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from training import data


def write_csvs(folder: Path, faces: data.FacesSet) -> None:
    """The two published files, with one non-face that has to be left out."""
    names = ("Training", "PublicTest", "PrivateTest")
    pixel_rows, vote_rows = ["emotion,pixels,Usage"], ["Usage,Image name," + ",".join(
        (*data.LABELS, "unknown", "NF"))]  # fmt: skip
    pixel_rows.append(f"0,{' '.join(['0'] * 2304)},Training")
    vote_rows.append("Training,," + ",".join(["0"] * 9 + ["10"]))
    for i in range(len(faces)):
        split = names[faces.usage[i]]
        pixel_rows.append(f"0,{' '.join(map(str, faces.images[i].ravel()))},{split}")
        vote_rows.append(f"{split},fer{i:07d}.png,{','.join(map(str, faces.votes[i]))}")
    (folder / "fer2013.csv").write_text("\n".join(pixel_rows) + "\n")
    (folder / "fer2013new.csv").write_text("\n".join(vote_rows) + "\n")


def test_published_files_and_packed_file_agree(tmp_path: Path, toy_faces: data.FacesSet) -> None:
    write_csvs(tmp_path, toy_faces)
    packed = tmp_path / "ferplus.npz"
    np.savez(packed, images=toy_faces.images, votes=toy_faces.votes, usage=toy_faces.usage)
    for path in (tmp_path, packed):
        read = data.load_ferplus(path)
        np.testing.assert_array_equal(read.images, toy_faces.images)
        np.testing.assert_array_equal(read.votes, toy_faces.votes)
        np.testing.assert_array_equal(read.usage, toy_faces.usage)


def test_absent_and_mixed_up_data_are_named(tmp_path: Path, toy_faces: data.FacesSet) -> None:
    with pytest.raises(data.DataError, match="fer2013new"):
        data.load_ferplus(tmp_path / "nowhere")
    write_csvs(tmp_path, toy_faces)
    lines = (tmp_path / "fer2013new.csv").read_text().splitlines()
    (tmp_path / "fer2013new.csv").write_text("\n".join([lines[0], *reversed(lines[1:])]) + "\n")
    with pytest.raises(data.DataError, match="does not belong"):
        data.load_ferplus(tmp_path)


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


def test_no_held_out_face_is_trained_on(toy_faces: data.FacesSet) -> None:
    images = toy_faces.images.copy()
    test_rows = np.flatnonzero(toy_faces.usage == data.TEST)
    images[0] = images[test_rows[0]]
    leaky = data.FacesSet(images, toy_faces.votes, toy_faces.usage)
    train = data.training_split(leaky)
    assert len(train) == (toy_faces.usage == data.TRAIN).sum() - 1
    test, _ = data.protocol_split(leaky, data.TEST)
    assert data.copies_of_training(leaky, test).sum() == 1


@pytest.mark.shared
def test_protocol_counts_are_the_published_ones(shared: Path) -> None:
    faces = data.load_ferplus(shared / "data" / "ferplus.npz")
    _, labels = data.protocol_split(faces, data.TEST)
    assert np.bincount(labels).tolist() == [1090, 893, 396, 384, 273, 18, 83, 16]
    _, labels = data.protocol_split(faces, data.VALIDATION)
    assert len(labels) == 3199
    assert data.copies_of_training(faces, faces.select(faces.usage == data.TEST)).sum() == 314

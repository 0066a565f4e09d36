from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.core.errors import SettingsError
from app.engine.consent import VERSION, load_purpose, purpose_now, save_purpose


def test_what_was_said_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "notice.json"
    assert load_purpose(path) is None
    said = save_purpose("  a pilot\nstudy ", "ethics", path)
    assert (said.purpose, said.basis) == ("a pilot study", "ethics")
    assert load_purpose(path) == said


def test_a_basis_must_be_one_of_those_offered(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="basis"):
        save_purpose("study", "because", tmp_path / "notice.json")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        json.dumps({"version": 1, "agreed": "2026-01-01"}),
        json.dumps({"version": VERSION, "agreed": "2026-01-01", "purpose": "x", "basis": "y"}),
    ],
)
def test_any_other_file_means_nobody_agreed(tmp_path: Path, text: str) -> None:
    path = tmp_path / "notice.json"
    path.write_text(text)
    assert load_purpose(path) is None


def test_a_folder_that_can_not_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match="asked again"):
        save_purpose("study", "self", tmp_path / "file" / "notice.json")


def test_a_purpose_for_now_alone(tmp_path: Path) -> None:
    said = purpose_now(" pilot\n study ", "ethics")
    assert (said.purpose, said.basis) == ("pilot study", "ethics")
    for text, basis, line in (
        (" ", "ethics", "in a few words"),
        ("x" * 201, "ethics", "200 characters"),
        ("study", "law", "give one of consent, ethics"),
    ):
        with pytest.raises(SettingsError, match=line):
            purpose_now(text, basis)

"""docs/session-file.md says what the session file is."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import numpy as np

from app.core.expressions import LABELS
from app.session import schema
from tests.conftest import ROOT
from tests.session.builders import result, steady, write

PAGE = (ROOT / "docs" / "session-file.md").read_text(encoding="utf-8")


def test_it_names_every_table_and_column_and_no_other() -> None:
    tables = re.split(r"^### ", PAGE.split("## Versions")[0], flags=re.MULTILINE)[1:]
    said = {
        text.split("\n", 1)[0]: re.findall(
            r"^\| (\w+) \| (?:INTEGER|REAL|TEXT|BLOB) \|", text, re.M
        )
        for text in tables
    }
    assert said == schema.columns_of(schema.VERSION)


def test_its_types_are_those_of_the_tables() -> None:
    said = re.findall(r"^\| (\w+) \| (INTEGER|REAL|TEXT|BLOB) \|", PAGE, re.M)
    told = [
        pair
        for statement in schema.TABLES
        for pair in re.findall(r"(\w+) (INTEGER|REAL|TEXT|BLOB)", re.sub("--.*", "", statement))
    ]
    assert sorted(said) == sorted(told)


def test_its_layout_of_a_reading_is_the_one() -> None:
    said = re.findall(r"^\| (\d+) to (\d+) \| (\w+) \|", PAGE, re.M)
    fields = schema.READING.fields
    assert fields is not None
    assert [(int(first), int(last) + 1, name) for first, last, name in said] == [
        (fields[name][1], fields[name][1] + fields[name][0].itemsize, name)
        for name in schema.READING.names or ()
    ]
    assert f"{', '.join(LABELS)}; sum 1" in PAGE
    for layout in (schema.READING_1, schema.READING_2):
        assert f"`reading` has {layout.itemsize} bytes" in PAGE


def test_its_reader_reads(tmp_path: Path) -> None:
    write(tmp_path / "session.roomread", steady([0.0, 0.5], {1: "fear", 7: None}))
    (code,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    one = result(0, 0.0, {1: "fear", 7: None})
    lines = [
        f"{time} {track} {one.faces.boxes[row]} {one.expressions.probabilities[row]}"
        for time in (0.0, 0.5)
        for row, track in enumerate((1, 7))
    ]
    with np.printoptions():
        assert done.stdout.splitlines() == "\n".join(lines).splitlines()
    assert [path.name for path in tmp_path.iterdir()] == ["session.roomread"]


def test_its_other_examples_name_what_there_is() -> None:
    assert f"0x{schema.APPLICATION_ID:X}".lower() in PAGE.lower()
    assert f"**{schema.VERSION}** (now)" in PAGE

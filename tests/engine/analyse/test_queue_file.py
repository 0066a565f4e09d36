from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from app.core.errors import SettingsError
from app.engine.analyse.plans import Plan
from app.engine.analyse.queue_file import load_queue, save_queue
from app.engine.analyse.queue_row import INTERRUPTED, QueueRow, RowState


def row(number: int = 1, **more: object) -> QueueRow:
    path = Path(f"/lessons/{number}.mp4")
    return QueueRow(number, path, path.with_suffix(""), **{"plan": Plan(), **more})  # type: ignore[arg-type]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "data" / "queue.json"


def test_rows_come_back(file: Path) -> None:
    rows = [
        row(1, state=RowState.DONE, session=Path("/s"), students=3, elapsed=1.5, progress=1.0),
        row(2, plan=Plan(None, True, 10.0), owned=True, length=12.5),
        row(3, state=RowState.FAILED, refused=True, message="no"),
    ]
    save_queue(file, rows)
    assert load_queue(file) == (rows, "")
    assert [path.name for path in file.parent.iterdir()] == ["queue.json"]


def test_no_file_is_an_empty_list(file: Path) -> None:
    assert load_queue(file) == ([], "")


@pytest.mark.skipif(os.name == "nt", reason="names are text there")
def test_names_that_are_no_text(file: Path) -> None:
    odd = row(1)
    odd = QueueRow(1, Path("/lessons/caf\udce9.mp4"), odd.out, Plan())
    save_queue(file, [odd])
    assert load_queue(file)[0] == [odd]


@pytest.mark.parametrize("state", [RowState.RUNNING, RowState.PAUSED])
def test_what_was_running_waits_again(file: Path, state: RowState) -> None:
    save_queue(file, [row(1, state=state, owned=True, progress=0.5)])
    (back,), _ = load_queue(file)
    assert (back.state, back.message, back.progress) == (RowState.WAITING, INTERRUPTED, 0.0)
    assert back.owned, "its own results may be replaced"


def damage(name: str, text: str) -> str:
    kept = json.loads(text)
    match name:
        case "cut off":
            return text[: len(text) // 2]
        case "newer":
            kept["version"] = 2
        case "unknown state":
            kept["rows"][0]["state"] = "asleep"
        case "plan out of range":
            kept["rows"][0]["plan"]["fps"] = -1
        case "not a number":
            kept["rows"][0]["length"] = float("nan")
        case "no rows":
            del kept["rows"]
        case "no object":
            return "[]"
        case "deep":
            return "[" * 100_000
    return json.dumps(kept)


@pytest.mark.parametrize(
    "name",
    [
        *("cut off", "newer", "unknown state", "plan out of range"),
        *("not a number", "no rows", "no object", "deep"),
    ],
)
def test_a_damaged_file_is_moved_aside_and_said(file: Path, name: str) -> None:
    save_queue(file, [row()])
    damaged = damage(name, file.read_text(encoding="utf-8"))
    file.write_text(damaged, encoding="utf-8")
    rows, trouble = load_queue(file)
    assert rows == []
    assert "damaged" in trouble
    (aside,) = file.parent.glob("queue-damaged-*.json")
    assert str(aside) in trouble
    assert aside.read_text(encoding="utf-8") == damaged
    assert not file.exists()


def test_bytes_that_are_no_text(file: Path) -> None:
    file.parent.mkdir()
    file.write_bytes(b"\xff\xfe\x00")
    assert "damaged" in load_queue(file)[1]


def test_a_file_that_cannot_be_read_is_left_alone(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def denied(*_: object, **__: object) -> str:
        raise PermissionError(13, "Permission denied")

    save_queue(file, [row()])
    monkeypatch.setattr(Path, "read_text", denied)
    with pytest.raises(SettingsError, match="check its permissions"):
        load_queue(file)
    assert file.exists()


def test_a_folder_that_cannot_be_written(file: Path) -> None:
    file.parent.touch()
    with pytest.raises(SettingsError, match="can't be kept"):
        save_queue(file, [row()])

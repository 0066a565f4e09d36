"""``roomread``, ``roomread open`` and ``roomread FILE``: what the window is opened on."""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from app.core.commands import FROM_MENU
from app.core.errors import RoomreadError
from app.engine import settings as settings_module
from app.stages import camera as camera_module
from tests.test_cli import Out, call, config, one_line

__all__ = ["config"]  # a fixture for every test here


class TestWindow:
    @pytest.mark.parametrize(
        ("arguments", "files", "camera", "stream"),
        [
            ([], (), None, None),
            (["open", "a b.mp4"], ("a b.mp4",), None, None),
            (["open", "a.mp4", "b.mp4"], ("a.mp4", "b.mp4"), None, None),
            (["lesson.roomread"], ("lesson.roomread",), None, None),
            (["a b.mp4", "b.mp4"], ("a b.mp4", "b.mp4"), None, None),
            (["./lesson"], ("lesson",), None, None),
            (["open", "--camera"], (), "", None),
            (["open", "--camera", "front"], (), "front", None),
            (["open", "--stream", "rtsp://room/1"], (), None, "rtsp://room/1"),
        ],
    )
    def test_opens(
        self,
        monkeypatch: pytest.MonkeyPatch,
        arguments: list[str],
        files: tuple[str, ...],
        camera: str | None,
        stream: str | None,
    ) -> None:
        opened: list[Any] = []

        def run(*given: object, **named: object) -> int:
            opened.append((*given, named))
            return 7

        monkeypatch.setattr(camera_module, "find_camera", lambda name: ("camera", name))
        monkeypatch.setitem(sys.modules, "app.ui.app", SimpleNamespace(run=run))
        assert call(*arguments) == 7
        found = None if camera is None else ("camera", camera)
        named = {"settings_file": None, "stream": stream}
        paths = tuple(Path(file) for file in files)
        assert opened == [(paths, settings_module.Settings(), found, None, named)]

    @pytest.mark.parametrize(
        "arguments", [["open"], ["open", "a.mp4", "--camera"], ["open", "--camera", "--stream"]]
    )
    def test_opens_one_thing(self, arguments: list[str]) -> None:
        with pytest.raises(SystemExit) as ended:
            call(*arguments)
        assert ended.value.code == 2

    def test_a_file_that_is_there_needs_no_ending(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        opened: list[Any] = []
        monkeypatch.setitem(
            sys.modules, "app.ui.app", SimpleNamespace(run=lambda *a, **_: opened.append(a) or 0)
        )
        monkeypatch.chdir(tmp_path)
        (tmp_path / "lesson").touch()
        assert call("lesson", "--regions", tmp_path / "none.toml") == 1, "options go with it"
        assert call("lesson") == 0
        assert opened[0][0] == (Path("lesson"),)

    def test_a_file_that_is_not_there(self, tmp_path: Path, capsys: Out) -> None:
        missing = tmp_path / "lesson.mp4"
        assert call(missing) == 1
        assert one_line(capsys) == (
            f"roomread: {missing} does not exist or is no file: check the path"
        )

    def test_without_a_terminal_it_is_said_in_a_dialog(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def run(*_: object, **__: object) -> int:
            raise RoomreadError("there is no such file")

        said: list[str] = []
        monkeypatch.setitem(
            sys.modules, "app.ui.app", SimpleNamespace(run=run, show_problem=said.append)
        )
        monkeypatch.setattr(sys, "stderr", None)
        monkeypatch.setattr(sys, "stdout", None)
        assert call("lesson.mp4") == 1
        assert said == ["there is no such file"]
        monkeypatch.setitem(sys.modules, "app.ui.app", SimpleNamespace(run=lambda *_, **__: 0))
        assert call() == 0, "there is nothing to flush"

    def test_from_a_menu_it_is_said_in_a_dialog_too(
        self, monkeypatch: pytest.MonkeyPatch, capsys: Out
    ) -> None:
        said: list[str] = []
        own = SimpleNamespace(run=lambda *_, **__: 0, show_problem=said.append)
        monkeypatch.setitem(sys.modules, "app.ui.app", own)
        with pytest.raises(SystemExit):
            call("lesson")
        assert not said, "in a terminal the line is enough"
        monkeypatch.setenv(FROM_MENU, "1")
        with pytest.raises(SystemExit):
            call("lesson")
        assert call("open", "a.mp4", "--regions", "none.toml") == 1
        assert [line.split(":")[0] for line in said] == [
            "'lesson' is no command",
            "regions file none.toml does not exist",
        ]
        capsys.readouterr()

    def test_opens_no_file_as_a_stream(self, capsys: Out) -> None:
        assert call("open", "--stream", "file:///secret") == 1
        assert one_line(capsys).startswith("roomread: a stream's address begins with rtsp://")

    def test_opens_with_regions(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Out
    ) -> None:
        opened: list[Any] = []
        monkeypatch.setitem(
            sys.modules, "app.ui.app", SimpleNamespace(run=lambda *given, **_: opened.append(given))
        )
        room = tmp_path / "room.toml"
        assert call("open", "a.mp4", "--regions", room) == 1
        assert f"regions file {room} does not exist" in one_line(capsys)
        room.write_text("")
        call("open", "a.mp4", "--regions", room)
        assert opened == [((Path("a.mp4"),), settings_module.Settings(), None, room)]

    def test_no_camera(self, monkeypatch: pytest.MonkeyPatch, capsys: Out) -> None:
        monkeypatch.setattr(camera_module, "list_cameras", list)
        assert call("open", "--camera") == 1
        assert "no camera was found: plug one in" in one_line(capsys)

    def test_that_cannot_load(self, monkeypatch: pytest.MonkeyPatch, capsys: Out) -> None:
        monkeypatch.setitem(sys.modules, "app.ui.app", None)
        assert call() == 1
        assert "run `roomread doctor`" in one_line(capsys)

    def test_no_screen(self, monkeypatch: pytest.MonkeyPatch, capsys: Out) -> None:
        def run(*_: object, **__: object) -> int:
            raise RoomreadError("there is no screen")

        monkeypatch.setitem(sys.modules, "app.ui.app", SimpleNamespace(run=run))
        assert call() == 1
        assert one_line(capsys) == "roomread: there is no screen"

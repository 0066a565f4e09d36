from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import cv2
import numpy as np
import pytest

from app.core.errors import SourceError
from app.stages.stream import StreamSource, open_stream
from tests.fakes import SIZE, picture, read_picture, write_video


def jpeg(index: int) -> bytes:
    good, data = cv2.imencode(".jpg", np.ascontiguousarray(picture(index)[..., ::-1]))
    assert good
    return data.tobytes()


class Server(ThreadingHTTPServer):
    """A network camera on this machine; ``files`` are what else it has."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Camera)
        self.files: dict[str, bytes] = {}
        self.pictures = 12
        self.pause = 0.02
        self.asked: list[str] = []
        self.ended = threading.Event()

    def address(self, path: str, user: str = "") -> str:
        return f"http://{user}127.0.0.1:{self.server_port}{path}"


class Camera(BaseHTTPRequestHandler):
    server: Server

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        if self.path.startswith("/mjpeg"):
            self.stream()
        elif self.path == "/silent":
            self.server.ended.wait(5.0)
        elif self.path.lstrip("/").isdigit():
            self.send_error(int(self.path[1:]))
        elif self.path in self.server.files:
            content = self.server.files[self.path]
            self.start("application/octet-stream", len(content))
            self.wfile.write(content)
        else:
            self.send_error(404)

    def start(self, kind: str, length: int | None = None) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        if length is not None:
            self.send_header("Content-Length", str(length))
        self.end_headers()

    def stream(self) -> None:
        self.start("multipart/x-mixed-replace; boundary=frame")
        try:
            for index in range(self.server.pictures):
                data = jpeg(index)
                head = f"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: {len(data)}\r\n\r\n"
                self.wfile.write(head.encode() + data + b"\r\n")
                if self.server.ended.wait(self.server.pause):
                    return
            if self.path == "/mjpeg-silent":
                self.server.ended.wait(5.0)
        except OSError:  # whoever watched went away
            pass


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.ended.set()
        server.shutdown()
        thread.join()


def line(address: str, timeout: float = 2.0) -> str:
    """What is said where the address can't be opened."""
    with pytest.raises(SourceError) as caught:
        StreamSource(address, timeout)
    text = str(caught.value)
    assert "\n" not in text
    assert "secret" not in text
    assert caught.value.__cause__ is None, "the cause repeats the password"
    return text


def test_pictures_of_a_network_camera(server: Server) -> None:
    source = StreamSource(server.address("/mjpeg?pw=secret", "user:secret@"))
    assert source.info.name == server.address("/mjpeg")
    assert source.info.live
    assert source.info.size == SIZE
    assert source.info.duration is None
    source.close()
    assert list(source.frames()) == []


def test_a_stream_that_breaks_off(server: Server) -> None:
    source = StreamSource(server.address("/mjpeg"))
    numbers, stamps = [], []
    frames = source.frames()
    for index in range(12):
        frame = next(frames)
        assert frame.index == index
        numbers.append(read_picture(frame.image))
        stamps.append(frame.timestamp)
    with pytest.raises(SourceError, match="broke off: check the camera and the network"):
        next(frames)
    assert numbers == list(range(12))
    assert stamps[0] < 0.01
    assert (np.diff(stamps) > 0).all()
    assert stamps[-1] >= 5 * server.pause  # the clock is ours: the stream has none


def test_a_stream_that_falls_silent(server: Server) -> None:
    source = StreamSource(server.address("/mjpeg-silent"), timeout=0.5)
    with pytest.raises(SourceError, match="does not answer"):
        list(source.frames())


def test_it_is_waited_for(server: Server) -> None:
    source = open_stream(server.address("/mjpeg"))
    source._backoff = (0.0,)
    numbers, stamps = [], []
    for frame in source.frames():
        numbers.append(read_picture(frame.image))
        stamps.append(frame.timestamp)
        if len(numbers) == 30:
            source.close()
    assert numbers == [*range(12), *range(12), *range(6)]
    assert (np.diff(stamps) > 0).all()
    assert server.asked == ["/mjpeg"] * 3


def test_close_ends_it(server: Server) -> None:
    server.pictures = 10_000
    source = StreamSource(server.address("/mjpeg"))
    count = 0
    for _ in source.frames():
        count += 1
        if count == 3:
            source.close()
    assert count == 3
    source.close()


def test_a_file_behind_an_address_plays_at_its_pace(server: Server, tmp_path: Path) -> None:
    times = write_video(tmp_path / "a.mp4", 8, fps=20.0, faststart=True)
    server.files["/a.mp4"] = (tmp_path / "a.mp4").read_bytes()
    source = StreamSource(server.address("/a.mp4"))
    begin = time.monotonic()
    frames = list(source.frames())
    assert time.monotonic() - begin >= times[-1]
    assert [read_picture(frame.image) for frame in frames] == list(range(8))
    np.testing.assert_allclose([frame.timestamp for frame in frames], times, atol=1e-3)


def test_what_goes_wrong_is_said_in_one_line(server: Server) -> None:
    server.files["/page"] = b"<html><body>Camera 3</body></html>"
    user = "user:secret@"
    assert "another user or password" in line(server.address("/401", user))
    assert "another user or password" in line(server.address("/403", user))
    assert "is not there" in line(server.address("/404?pw=secret", user))
    assert "refuses to send" in line(server.address("/500", user))
    assert "no video that can be read" in line(server.address("/page", user))
    assert "does not answer" in line(server.address("/silent", user), timeout=0.3)


@pytest.mark.parametrize("scheme", ["http", "rtsp"])
def test_nobody_there(scheme: str) -> None:
    with socket.socket() as free:  # bound, and nobody listens
        free.bind(("127.0.0.1", 0))
        said = line(f"{scheme}://user:secret@127.0.0.1:{free.getsockname()[1]}/1")
    assert "refuses the connection" in said


@pytest.mark.parametrize("address", ["file:///etc/hostname", "lesson.mp4", "concat:a|b", "pipe:0"])
def test_what_is_no_stream(address: str) -> None:
    assert "begins with rtsp://" in line(address)


def test_a_play_list_reaches_no_file_of_this_machine(server: Server, tmp_path: Path) -> None:
    write_video(tmp_path / "a.ts", 8)
    head = "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n"
    whole = (tmp_path / "a.ts").read_bytes()
    server.files["/a.ts"] = whole
    for name, part in (("good", "a.ts"), ("bad", (tmp_path / "a.ts").as_uri())):
        server.files[f"/{name}.m3u8"] = f"{head}{part}\n#EXT-X-ENDLIST\n".encode()
    frames = list(StreamSource(server.address("/good.m3u8")).frames())
    assert [read_picture(frame.image) for frame in frames] == list(range(8))
    assert "no video that can be read" in line(server.address("/bad.m3u8"))

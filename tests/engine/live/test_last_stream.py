from __future__ import annotations

from pathlib import Path

import pytest

from app.core.errors import SettingsError
from app.engine.live.last_stream import keep_stream, last_stream


def test_the_address_comes_back_without_the_password(tmp_path: Path) -> None:
    path = tmp_path / "new" / "last_stream.txt"
    assert last_stream(path) == ""
    keep_stream("rtsp://ann:secret@10.0.0.7:554/stream1?token=hidden", path)
    assert last_stream(path) == "rtsp://10.0.0.7:554/stream1"
    text = path.read_text(encoding="utf-8")
    assert not any(word in text for word in ("ann", "secret", "hidden"))


@pytest.mark.parametrize(
    "address",
    [
        "http://10.0.0.7/video.cgi?user=ann&password=secret&token=hidden",
        "rtsp://10.0.0.7/user=ann_password=secret_channel=1_stream=0.sdp?hidden",
        "rtsp://ann:secret@10.0.0.7/live;token=hidden",
        "rtsp://10.0.0.7/live/token=hidden/password=secret/user=ann#ann",
    ],
)
def test_user_and_password_are_kept_nowhere(tmp_path: Path, address: str) -> None:
    path = tmp_path / "last_stream.txt"
    keep_stream(address, path)
    text = path.read_text(encoding="utf-8")
    assert "10.0.0.7" in text
    assert not any(word in text for word in ("ann", "secret", "hidden", "token", "password"))
    assert last_stream(path) == text.strip()


def test_nothing_is_kept_where_the_password_hides_the_host(tmp_path: Path) -> None:
    path = tmp_path / "last_stream.txt"
    keep_stream("rtsp://ann:12/3@10.0.0.7/live", path)
    assert not path.exists()


@pytest.mark.parametrize("content", [b"file:///etc/passwd", b"\xff\xfe\x00", b"", b"rtsp://"])
def test_a_damaged_file_is_as_none(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "last_stream.txt"
    path.write_bytes(content)
    assert last_stream(path) == ""


def test_a_file_that_can_not_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(SettingsError, match="can't be kept"):
        keep_stream("http://10.0.0.7/", tmp_path / "file" / "last_stream.txt")

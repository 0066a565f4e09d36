from __future__ import annotations

import pytest

from app.core.address import check_address, without_password
from app.core.errors import SourceError


@pytest.mark.parametrize(
    "address",
    ["rtsp://10.0.0.5/stream1", "https://room.example:8443/live.m3u8", "RTSP://u:p@ss@cam/1"],
)
def test_an_address_of_a_stream(address: str) -> None:
    assert check_address(f"  {address}\n") == address


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "type the address"),
        ("file:///home/me/secret.mp4", "begins with rtsp://"),
        ("/home/me/lesson.mp4", "begins with rtsp://"),
        ("C:\\lesson.mp4", "begins with rtsp://"),
        ("concat:a|b", "begins with rtsp://"),
        ("http://", "no host"),
        ("http://a b/c", "blanks within"),
        ("http://u:secret@cam:port/", "check host and port"),
        ("http://u:secret@cam:99999/", "check host and port"),
        ("http://[::1/", "check host and port"),
    ],
)
def test_what_is_no_address_is_said_without_repeating_it(text: str, said: str) -> None:
    with pytest.raises(SourceError, match=said) as caught:
        check_address(text)
    assert "secret" not in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("rtsp://cam/1", "rtsp://cam/1"),
        ("rtsp://user:pw@cam:554/1", "rtsp://cam:554/1"),
        ("rtsp://user:p@w@cam/1", "rtsp://cam/1"),
        ("http://cam/video.cgi?user=a&pwd=b#c", "http://cam/video.cgi"),
        ("rtsp://cam:554/user=ann_password=pw_channel=1_stream=0.sdp?real", "rtsp://cam:554"),
        ("rtsp://cam/live/user%3Dann&password%3Dpw/1", "rtsp://cam/live"),
        ("rtsp://cam/live;token=abc/1", "rtsp://cam"),
        ("rtsp://cam/u=ann/p=pw/1", "rtsp://cam"),
        ("http://cam/ann=pw&channel=1", "http://cam"),
        ("rtsp://cam/channel=1/stream=0", "rtsp://cam/channel=1/stream=0"),
        ("rtsp://cam/Streaming/Channels/101", "rtsp://cam/Streaming/Channels/101"),
        ("rtsp://ann:12/3@cam/1", "rtsp://…"),
        ("rtsp://ann:12?3@cam/1", "rtsp://…"),
        ("rtsp://ann:12#3@cam/1", "rtsp://…"),
        ("http://cam/video.cgi?user=ann@school&pwd=b", "http://cam/video.cgi"),
    ],
)
def test_no_password_is_shown(address: str, shown: str) -> None:
    assert without_password(address) == shown

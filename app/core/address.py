"""Addresses of network cameras."""

from __future__ import annotations

from typing import Final
from urllib.parse import SplitResult, urlsplit

from app.core.errors import SourceError

SCHEMES: Final = ("rtsp", "rtsps", "http", "https")


def check_address(text: str) -> str:
    """The address without blanks around it.

    Raises:
        SourceError: it is none, in words for the user; what was typed is not repeated, since it
            may hold a password.
    """
    address = text.strip()
    if not address:
        raise SourceError("type the address of the stream, such as rtsp://192.168.1.20/stream1")
    parts = _split(address)
    if parts.scheme.lower() not in SCHEMES:
        raise SourceError("a stream's address begins with rtsp://, http:// or https://")
    if not parts.hostname or any(c.isspace() for c in address):
        raise SourceError(
            "this address has no host, or blanks within: compare it with what the camera's "
            "manual says"
        )
    return address


def without_password(address: str) -> str:
    """The address to be shown or kept: without user, password, and what follows a "?".

    Many cameras take the password there.
    """
    parts = _split(address)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def _split(address: str) -> SplitResult:
    try:
        parts = urlsplit(address)
        _ = parts.port  # read now: a port that is no number is found only when it is asked for
    except ValueError:
        # The error itself repeats what was typed.
        raise SourceError("this is no address of a stream: check host and port") from None
    return parts

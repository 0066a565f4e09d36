"""Addresses of network cameras."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import SplitResult, unquote, urlsplit

from app.core.errors import SourceError

SCHEMES: Final = ("rtsp", "rtsps", "http", "https")
NOTHING: Final = "…"
"""What stands for a host that can't be told from a password."""
_SECRET: Final = re.compile(
    r"(user|usr|login|account|admin|pass|pwd|psw|pw|pin|auth|token|key|secret|session|sid|sign?"
    r"|credential)[a-z0-9]*[=:]"
    r"|\b[up]="
    r"|[=:].*[&;]",
    re.IGNORECASE,
)
"""In a part of a path: what comes after it is nobody's business, or may not be."""


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

    Many cameras take the password there. Some take it in the path, as in
    "/user=admin_password=x_channel=1": that part of the path and all behind it are left out. Where
    a password with a "/", "?" or "#" in it hides where the host is, ``NOTHING`` stands for it all.
    """
    parts = _split(address)
    host = parts.netloc.rpartition("@")[2]
    behind = address.partition("://")[2][len(parts.netloc) :]
    if host == parts.netloc and "@" in (behind if parts.path in {"", "/"} else parts.path):
        return f"{parts.scheme}://{NOTHING}"
    path = ""
    for part in re.findall(r"/[^/]*", parts.path):
        if _SECRET.search(unquote(part)):
            break
        path += part
    return f"{parts.scheme}://{host}{path}"


def _split(address: str) -> SplitResult:
    try:
        parts = urlsplit(address)
        _ = parts.port  # read now: a port that is no number is found only when it is asked for
    except ValueError:
        # The error itself repeats what was typed.
        raise SourceError("this is no address of a stream: check host and port") from None
    return parts

"""Nothing leaves the machine: keep MediaPipe's native code from calling home.

MediaPipe's wheels since 0.10.3x send usage data to their maker through a built-in libcurl and
have no switch for it (google-ai-edge/mediapipe issue 6291). libcurl obeys the proxy variables of
the environment, and gives up on a proxy of an unknown scheme before it looks up a name or opens
a connection. (ONNX Runtime's usage events have a switch, which ``app/__init__.py`` sets.)
"""

from __future__ import annotations

import os
from typing import Final

_NO_WAY_OUT: Final = {"https_proxy": "blocked://nothing-leaves-this-machine"}
_LOOPHOLES: Final = ("no_proxy", "NO_PROXY")

_before: dict[str, str] | None = None


def block_uploads() -> None:
    """Shut the way out for this process's native code, for good; call before MediaPipe starts.

    HTTPS through Python's own ``urllib`` ends too, which Roomread uses only to fetch the face
    detector's model before that.
    """
    global _before  # noqa: PLW0603 - the environment is the process's, so is this
    if _before is None:
        _before = dict(os.environ)
    os.environ.update(_NO_WAY_OUT)
    for name in _LOOPHOLES:
        os.environ.pop(name, None)


def users_environment() -> dict[str, str]:
    """The environment as the user set it, for programs that may reach out."""
    return dict(os.environ) if _before is None else dict(_before)

"""The library ``deepface``, without downloading anything.

Options: ``detector``, one of its backends. Where its expression weights are not on the disk, faces
are found and not read, and the note says why.
"""

from __future__ import annotations

import socket
from typing import Any, NoReturn

import numpy as np
from harness import Look, best, face, serve

_BLANK = np.zeros((64, 64, 3), np.uint8)


class DeepFaceLook:
    """Looks at pictures with one detector.

    Attributes:
        note: why it can't read, else empty.
    """

    def __init__(self, detector: str) -> None:
        from deepface import DeepFace

        self._library, self._detector, self.note = DeepFace, detector, ""
        try:
            self._analyze(_BLANK)
        except ValueError as error:
            self.note = f"finds faces and, without a download, can't read them: {error}"

    def __call__(self, image: Any, at: int, seconds: float) -> list[dict[str, Any]]:
        """The faces of a picture; where there is none the library gives the whole picture."""
        if self.note:
            seen = self._library.extract_faces(
                image, detector_backend=self._detector, enforce_detection=False
            )
            found = [(one["facial_area"], None) for one in seen if one["confidence"]]
        else:
            seen = [one for one in self._analyze(image) if one["face_confidence"]]
            found = [(one["region"], best(one["emotion"])) for one in seen]
        return [
            face([area["x"], area["y"], area["w"], area["h"]], label, read=label is not None)
            for area, label in found
        ]

    def _analyze(self, image: Any) -> list[dict[str, Any]]:
        return self._library.analyze(
            image,
            actions=["emotion"],
            detector_backend=self._detector,
            enforce_detection=False,
            silent=True,
        )


def load(options: dict[str, Any]) -> Look:
    """See the module."""
    _stay_offline()
    return DeepFaceLook(options["detector"])


def _stay_offline() -> None:
    """What was not installed is not there: no figure may depend on what can be downloaded."""

    def refuse(*_: object, **__: object) -> NoReturn:
        raise OSError("nothing is downloaded here")

    socket.getaddrinfo = refuse


if __name__ == "__main__":
    serve(load, ("deepface", "tensorflow", "opencv-contrib-python"))

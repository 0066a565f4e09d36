"""Roomread: reads the expressions in a room, on the user's own machine.

In a script or a notebook (docs/library.md)::

    from app import analyze

    results = analyze("lesson.mp4")
    faces = results.observations.to_pandas()
"""

import os
from typing import TYPE_CHECKING

# ONNX Runtime keeps a queue of usage events for its maker unless told not to before its import.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
# MediaPipe's threads get a profiling signal every 10 ms, to be ignored. It ends the process once
# anything sets the signals back to what Python knows of them, as Lightning does after training.
os.environ.setdefault("CPUPROFILE_FREQUENCY", "0")

__version__ = "0.1.0"

__all__ = ["DataTable", "Results", "RoomreadError", "__version__", "analyze", "open_session"]

if TYPE_CHECKING:
    from app.core.errors import RoomreadError
    from app.engine.analyse.scripting import analyze
    from app.session.data_table import DataTable
    from app.session.results import Results, open_session
else:
    _PLACES = {
        "DataTable": "app.session.data_table",
        "Results": "app.session.results",
        "RoomreadError": "app.core.errors",
        "analyze": "app.engine.analyse.scripting",
        "open_session": "app.session.results",
    }

    def __getattr__(name: str) -> object:
        """Load what a script asks for only then: ``roomread --help`` needs none of it."""
        if name not in _PLACES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib import import_module  # noqa: PLC0415

        return getattr(import_module(_PLACES[name]), name)

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})

"""The bundle's only program: the command line, which opens the window where nothing is asked."""

import multiprocessing
import os
import sys
import types

# The starter has it name the bundle's libraries. Whatever this program starts, such as the file
# manager, needs the system's own. What it starts of itself, such as a worker, must have them named
# anew, which the starter leaves out where it finds another of its kind above it.
if "LD_LIBRARY_PATH" in os.environ:
    before = os.environ.pop("LD_LIBRARY_PATH_ORIG", None)
    del os.environ["LD_LIBRARY_PATH"]
    if before:
        os.environ["LD_LIBRARY_PATH"] = before
    os.environ["PYINSTALLER_RESET_ENVIRONMENT"] = "1"

# pyqtgraph asks whether it draws on an OpenGL widget, which Roomread never has: 9 MB for a "no".
for name in ("QtOpenGL", "QtOpenGLWidgets"):
    absent = types.ModuleType(f"PySide6.{name}")
    absent.QOpenGLWidget = type("QOpenGLWidget", (), {})
    sys.modules[absent.__name__] = absent

# A worker is this program started again: it must not do anything but what follows from here.
multiprocessing.freeze_support()

from app.cli import main  # noqa: E402

sys.exit(main())

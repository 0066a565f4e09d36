"""The bundle's only program: the command line, which opens the window where nothing is asked."""

import multiprocessing
import sys
import types

# First of all: a worker is this program started again, and must not do anything else.
multiprocessing.freeze_support()

# pyqtgraph asks whether it draws on an OpenGL widget, which Roomread never has: 9 MB for a "no".
for name in ("QtOpenGL", "QtOpenGLWidgets"):
    absent = types.ModuleType(f"PySide6.{name}")
    absent.QOpenGLWidget = type("QOpenGLWidget", (), {})
    sys.modules[absent.__name__] = absent

from app.cli import main  # noqa: E402

sys.exit(main())

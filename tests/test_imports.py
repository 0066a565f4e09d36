"""The layers stay apart, and the lower ones work where Qt is not installed."""

from __future__ import annotations

import json
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT


def test_one_direction_of_imports() -> None:
    done = subprocess.run(
        [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("layer", ["core", "stages", "session", "engine"])
def test_works_without_qt(layer: str) -> None:
    folder = ROOT / "app" / layer
    modules = [f"app.{layer}.{module.name}" for module in pkgutil.iter_modules([str(folder)])]
    assert modules
    code = "import sys\nfor name in ('PySide6', 'shiboken6', 'pyqtgraph'): sys.modules[name] = None"
    code += "".join(f"\nimport {module}" for module in (*modules, "app.cli"))
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert done.returncode == 0, done.stderr


def test_core_loads_numpy_and_nothing_else() -> None:
    modules = [m.name for m in pkgutil.iter_modules([str(ROOT / "app" / "core")])]
    code = "import sys" + "".join(f"\nimport app.core.{name}" for name in modules)
    code += "\nimport json\nprint(json.dumps([m.partition('.')[0] for m in sys.modules]))"
    done = subprocess.run(
        [sys.executable, "-S", "-c", f"import sys; sys.path += {sys.path!r}\n{code}"],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    found = set(json.loads(done.stdout)) - sys.stdlib_module_names - {"app"}
    assert {name for name in found if not name.startswith("_")} == {"numpy"}

from __future__ import annotations

import io
import sys
from types import SimpleNamespace

import pytest

from app.engine.analyse.bar import Bar, in_notebook
from app.engine.analyse.batch import Progress


def at(done: float, end: float | None) -> Progress:
    return Progress(1, 1, done, done, 0.0, end, faces=7, total_faces=7)


@pytest.mark.parametrize(("end", "told"), [(4.0, "50%|"), (None, "2.0 s")])
def test_it_shows_how_far(end: float | None, told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = io.StringIO()
    monkeypatch.setattr(sys, "stderr", shown)
    with Bar() as bar:
        bar.tell(at(0.0, end))
        bar.tell(at(2.0, end))
    last = shown.getvalue().strip().split("\r")[-1]
    assert last.startswith("Analysing")
    assert told in last
    assert "7 faces" in last


def test_without_a_frame_it_shows_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with Bar():
        pass
    assert capsys.readouterr().err == ""


def test_a_notebook_is_known_by_its_kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    for config, expected in (({"IPKernelApp": {}}, True), ({"TerminalIPythonApp": {}}, False)):
        ipython = SimpleNamespace(get_ipython=lambda c=config: SimpleNamespace(config=c))
        monkeypatch.setitem(sys.modules, "IPython", ipython)  # type: ignore[arg-type]
        assert in_notebook() is expected
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: None))  # type: ignore[arg-type]
    assert not in_notebook()
    monkeypatch.delitem(sys.modules, "IPython")
    assert not in_notebook()

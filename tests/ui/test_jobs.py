from __future__ import annotations

from pytestqt.qtbot import QtBot

from app.ui.jobs import Jobs, nothing


def test_idle_comes_even_where_an_answer_fails(qtbot: QtBot) -> None:
    jobs = Jobs()

    def fail(_: object) -> None:
        raise RuntimeError("the dialog is gone")

    with qtbot.captureExceptions() as caught, qtbot.waitSignal(jobs.idle):
        jobs.start("answer", lambda: 1, fail, nothing)
    assert [str(error) for _, error, _ in caught] == ["the dialog is gone"]
    assert not jobs.running

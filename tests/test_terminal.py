from __future__ import annotations

import io

from app.engine.analyse.batch import Progress
from app.engine.analyse.many import ManyView
from app.terminal import ProgressLine


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def step(done: float, end: float | None = 10.0) -> Progress:
    return Progress(int(done), int(done), done, done, 0.0, end, 5, 50)


class TestProgress:
    def test_a_bar_on_a_terminal(self) -> None:
        stream = Terminal()
        with ProgressLine(stream) as line:
            for i in range(11):
                line.analysing(step(float(i)))
            line.say("between")
            line.annotating(0.5)
            line.annotating(1.0)
        text = stream.getvalue()
        assert "10.0/10.0 s" in text
        assert "between\n" in text
        assert "Drawing" in text
        assert text.endswith("\n")

    def test_a_line_now_and_then_elsewhere(self) -> None:
        stream = io.StringIO()
        with ProgressLine(stream) as line:
            for i in range(101):
                line.analysing(step(i / 10))
            line.annotating(1.0)
        lines = stream.getvalue().splitlines()
        assert lines[0] == "Analysing: 10%, 1.0 s, 5 faces"
        assert len(lines) == 11
        assert lines[-1] == "Drawing: 100%"

    def test_where_nobody_knows_the_end(self) -> None:
        stream, terminal = io.StringIO(), Terminal()
        with ProgressLine(stream) as line, ProgressLine(terminal) as bar:
            for i in range(1001):
                line.analysing(step(float(i), None))
                bar.analysing(step(float(i), None))
        assert len(stream.getvalue().splitlines()) == 2
        assert "1000.0 s" in terminal.getvalue()

    def test_stages_of_any_name(self) -> None:
        stream = io.StringIO()
        with ProgressLine(stream) as line:
            for stage in ("first", "second"):
                for i in range(1, 21):
                    line.working(stage, i / 20)
        assert stream.getvalue().splitlines()[8:11] == ["first: 90%", "first: 100%", "second: 10%"]

    def test_a_log_that_cannot_be_written_stops_nothing(self) -> None:
        class Full(io.StringIO):
            def write(self, _: str) -> int:
                raise OSError(28, "No space left on device")

        with ProgressLine(Full()) as line:
            line.say("hello")
            line.analysing(step(10.0))


class TestMany:
    VIEW = ManyView(12, 3, 1, (("a" * 20, 0.5), ("b", None)), 3700.0)

    def test_a_bar_with_those_in_work(self) -> None:
        stream = Terminal()
        with ProgressLine(stream) as line:
            line.many(self.VIEW)
        text = stream.getvalue()
        assert "3/12 recordings, 1 failed" in text
        assert f"1:01:40 left; {'a' * 15}… 50%, b" in text

    def test_quiet_elsewhere(self) -> None:
        stream = io.StringIO()
        with ProgressLine(stream) as line:
            line.many(self.VIEW)
        assert stream.getvalue() == ""

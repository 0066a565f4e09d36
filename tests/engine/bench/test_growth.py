from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from app.engine.bench import growth
from app.engine.bench.growth import Growth, Point, bench_growth, growth_of, write_growth
from app.engine.bench.growth_chart import chart
from app.engine.bench.play import play
from app.engine.build import Built
from app.engine.settings import Settings
from tests.engine.bench import crowds
from tests.fakes import CARD, fake_pipeline

FACES = (0.0, 10.0, 25.0, 50.0, 75.0, 100.0)
NOISE = np.array([1.01, 0.98, 1.0, 1.02, 0.99, 1.01])


def grown(cost: Sequence[float]) -> Growth:
    return growth_of("faces", FACES, list(np.array(cost) * NOISE), [1] * len(FACES))


def test_a_straight_line_and_less_are_at_most_linear() -> None:
    assert grown([0.03 + 0.001 * n for n in FACES]).linear
    assert grown([0.03] * 6).linear
    assert grown([0.03 + 0.01 * math.sqrt(n) for n in FACES]).linear
    exact = growth_of("faces", (1.0, 2.0, 4.0), (0.1, 0.2, 0.4), (1, 1, 1))
    assert exact.slope == pytest.approx(1.0)
    assert exact.verdict.startswith("At most linear: slope of the logarithms 1.00,")


def test_more_than_linear_is_said() -> None:
    square = grown([0.03 + 0.00001 * n * n for n in FACES])
    assert square.bend > 0.5
    assert not square.linear
    assert square.verdict.startswith("Grows faster than linear")
    assert "of the cost at 100." in square.verdict
    steep = growth_of("faces", (1.0, 2.0, 4.0), (0.1, 0.3, 0.9), (1, 1, 1))
    assert not steep.linear


def test_a_small_bend_is_chance_or_does_not_matter() -> None:
    assert grown([0.03 + 0.001 * n + 0.0000002 * n * n for n in FACES]).linear


def test_all_three_are_measured(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    asked: list[tuple[int, tuple[int, int]]] = []

    def measured(work, film, settings, *more, limit):
        if work is growth.minutes_of:
            return [Point(0.02, 10)] * more[0]
        asked.append((film.faces, film.size))
        return Point(0.01 + 0.001 * film.faces + film.size[0] * film.size[1] * 1e-8, 5)

    monkeypatch.setattr(growth, "cast_of", lambda *_: crowds.cast())
    monkeypatch.setattr(growth, "in_own_process", measured)
    monkeypatch.setattr(growth, "_LENGTH", 0.05)
    monkeypatch.setattr(growth, "FACES", (0, 2, 4, 8))
    monkeypatch.setattr(growth, "SIZES", ((320, 180), (640, 360)))
    monkeypatch.setattr(growth, "_SIZE", (640, 360))
    told: list[tuple[str, float]] = []
    found = bench_growth(
        Path("v.mp4"), Settings(), lambda _: None, lambda *given: told.append(given), minutes=4
    )
    assert [one.over for one in found] == ["faces", "megapixels", "minutes"]
    assert [faces for faces, _ in asked] == [0, 2, 4, 8, 30, 30]
    assert found[0].at == (0, 2, 4, 8)
    assert found[1].at == (0.06, 0.23)
    assert found[2].at == (1, 2, 3, 4)
    assert all(one.linear for one in found)
    assert [stage for stage, _ in told] == ["Faces and pixels"] * 6  # the minutes have no part
    assert [share for _, share in told] == pytest.approx([number / 6 for number in range(1, 7)])
    write_growth(tmp_path / "g.json", found)
    kept = json.loads((tmp_path / "g.json").read_text())
    assert [case["linear"] for case in kept["cases"]] == [True] * 3
    drawn = chart(found)
    assert [one.get_title() for one in drawn.axes] == [
        f"Over {one.over}: at most linear" for one in found
    ]
    assert list(drawn.axes[2].lines[0].get_ydata()) == pytest.approx([20.0] * 4)


def test_a_film_is_played_at_a_rate_of_its_own(tmp_path: Path) -> None:
    film = crowds.film(tmp_path)
    played = list(play(film, fake_pipeline(2), 5, rate=10.0))
    assert [one.result.index for one in played] == [0, 1, 2, 3, 4]
    assert [one.result.timestamp for one in played] == pytest.approx([0, 0.1, 0.2, 0.3, 0.4])
    assert [one.place for one in played] == [0, 3, 6, 9, 12]
    assert all(one.cost >= 0 and len(one.result.faces) == 2 for one in played)


def test_each_minute_has_its_cost_and_is_stored(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(growth, "_LONG_RATE", 0.1)  # six pictures a minute
    built = Built(fake_pipeline(2), "CPU", CARD)
    film = crowds.film(tmp_path)
    points = list(growth.each_minute(film, built, Settings(), 3, tmp_path))
    assert len(points) == 3
    assert all(one.memory > 1e6 for one in points)
    [session] = tmp_path.glob("*.roomread")
    assert session.stat().st_size > 0


def test_the_quantiles_are_students() -> None:
    freedom = np.arange(1, len(growth.STUDENT_T) + 1)
    np.testing.assert_allclose(growth.STUDENT_T, stats.t.ppf(0.95, freedom), atol=6e-4)

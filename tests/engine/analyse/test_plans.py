from __future__ import annotations

import pytest

from app.core.errors import RoomreadError
from app.engine.analyse.plans import Plan, Preset
from app.engine.analyse.sampling import Sampling


def test_presets_have_names() -> None:
    assert Plan().preset is Preset.STANDARD
    assert Plan(2.0, annotate=True).preset is Preset.QUICK
    assert Plan(None).preset is Preset.EVERY
    assert Plan(3.0).preset is Preset.CUSTOM
    assert Plan(5.0, interval=1.0).preset is Preset.CUSTOM


def test_sampling() -> None:
    assert Plan(2.0).sampling == Sampling(fps=2.0)
    assert Plan(None).sampling == Sampling()
    assert Plan().sampling == Sampling.asked(), "the queue and the command do the same"


@pytest.mark.parametrize("fps", [0.0, -1.0, 121.0, float("nan"), float("inf")])
def test_frames_a_second_out_of_range(fps: float) -> None:
    with pytest.raises(RoomreadError, match="frames a second"):
        Plan(fps)


def test_interval_out_of_range() -> None:
    with pytest.raises(RoomreadError, match="interval"):
        Plan(5.0, interval=0.01)

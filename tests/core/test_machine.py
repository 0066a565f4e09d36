from __future__ import annotations

import os

import pytest

from app.core.machine import SHARE, processor, share_of_cores, usable_cores


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="no such call on this platform")
def test_cores_that_are_forbidden_do_not_count() -> None:
    cores = os.sched_getaffinity(0)
    try:
        os.sched_setaffinity(0, {min(cores)})
        assert usable_cores() == 1
    finally:
        os.sched_setaffinity(0, cores)
    assert usable_cores() == len(cores)


def test_without_affinity_every_core_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: 7)
    assert usable_cores() == 7
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert usable_cores() == 1


def test_a_share_of_the_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: 7)
    told = share_of_cores(3)
    assert {SHARE, "OMP_NUM_THREADS"} <= set(told)
    for share, cores in ((told[SHARE], 3), ("99", 7), ("0", 1), ("many", 7)):
        monkeypatch.setenv(SHARE, share)
        assert usable_cores() == cores


def test_the_processor_has_a_name() -> None:
    assert processor().strip()

from __future__ import annotations

import math
from dataclasses import astuple, dataclass
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.engine.live.schedule import (
    FULL,
    MOST_PATIENCE,
    SEGMENT,
    STEPS,
    AffineCost,
    Cost,
    Plan,
    Schedule,
    plan_at,
)

PLENTY = Cost(0.0, 0.0)


@dataclass
class Machine:
    """What everything really takes: seconds, of processor and thread alike.

    Attributes:
        faces: in view.
        follow, follow_face: of a frame to follow, and of each face in it.
        read, read_face: of a frame to read, and of each face read.
        search: of one search of the whole picture.
        capture, paint: a second, and a picture shown.
        helpers: processor seconds of other threads for each second of a stage.
    """

    faces: int = 30
    follow: float = 0.01
    follow_face: float = 0.0003
    read: float = 0.001
    read_face: float = 0.001
    search: float = 0.5
    capture: float = 0.1
    paint: float = 0.003
    helpers: float = 0.0

    def run(
        self, schedule: Schedule, seconds: float, start: float = 0.0
    ) -> list[tuple[float, Plan]]:
        """Live for so long; (time, plan) whenever that changed, the first at ``start``."""
        now, cpu, owed, plans = start, start, 0.0, [(start, schedule.plan)]
        last: float | None = None
        while now < start + seconds:
            plan = schedule.plan
            pause = 1 / plan.follow_fps
            search = self.search * pause / plan.period
            follow = self.follow + self.follow_face * self.faces + search
            owed = min(float(self.faces), owed + self.faces * plan.reads * pause)
            number = int(owed)
            owed -= number
            read = self.read + self.read_face * number
            took = max(pause, follow, read)
            now += took
            cpu += (follow + read) * (1 + self.helpers)
            cpu += (self.capture + self.paint * plan.display_fps) * took
            elapsed = 0.0 if last is None else pause
            last = now
            schedule.followed(self.faces, Cost(follow, follow), Cost(search, search), elapsed)
            schedule.read(number, Cost(read, read))
            schedule.spent(now, cpu, 30.0)
            if schedule.plan != plans[-1][1]:
                plans.append((now, schedule.plan))
        return plans


def _less(plan: tuple[float, ...], before: tuple[float, ...]) -> bool:
    """Whether a plan gives way against the one before."""
    return (*plan[:3], -plan[3]) < (*before[:3], -before[3])


machines = st.builds(
    Machine,
    faces=st.integers(0, 80),
    follow=st.floats(0, 0.02),
    follow_face=st.floats(0, 0.001),
    read=st.floats(0, 0.01),
    read_face=st.floats(0.0002, 0.004),
    search=st.floats(0, 1.5),
    capture=st.floats(0, 0.3),
    paint=st.floats(0, 0.02),
    helpers=st.sampled_from([0.0, 1.0]),
)


class TestWhatGivesWay:
    def test_one_thing_after_the_other_down_to_its_floor(self) -> None:
        ends = [astuple(plan_at(k * SEGMENT, Plan())) for k in range(7)]
        assert ends == [
            (10.0, 5.0, 30.0, 2.0),
            (10.0, 3.0, 30.0, 2.0),
            (6.0, 3.0, 30.0, 2.0),
            (6.0, 3.0, 15.0, 2.0),
            (6.0, 3.0, 15.0, 6.0),
            (6.0, 1.0, 15.0, 6.0),
            (3.0, 1.0, 15.0, 6.0),
        ]

    def test_never_two_things_in_one_step(self) -> None:
        for step in range(STEPS):
            before, after = (np.array(astuple(plan_at(k, Plan()))) for k in (step, step + 1))
            assert (before != after).sum() == 1

    @pytest.mark.parametrize("best", [Plan(reads=2.0), Plan(reads=8.0, period=10.0), Plan(5, 1)])
    def test_what_the_user_asks_for_is_where_it_begins(self, best: Plan) -> None:
        plans = np.array([astuple(plan_at(step, best)) for step in range(STEPS + 1)])
        assert tuple(plans[0]) == astuple(best)
        assert (np.diff(plans[:, :3], axis=0) <= 0).all()
        assert (np.diff(plans[:, 3]) >= 0).all()


class TestBudget:
    def test_all_is_done_where_there_is_time_for_all(self) -> None:
        schedule = Schedule(budget=1.6)
        assert Machine(faces=50).run(schedule, 30.0) == [(0.0, Plan())]
        assert schedule.plan == Plan()
        # 10 follows of 25 ms, 250 faces of 1 ms, 10 batches, half a search, capture, paint.
        assert schedule.busy == pytest.approx(0.25 + 0.25 + 0.01 + 0.25 + 0.1 + 0.09, abs=0.02)

    @given(machines, st.floats(0.3, 4.0))
    @settings(max_examples=40)
    def test_what_costs_the_same_settles_within_its_budget_and_stays(
        self, machine: Machine, budget: float
    ) -> None:
        schedule = Schedule(budget)
        changes = machine.run(schedule, 60.0)
        assert changes[-1][0] < 45.0
        assert schedule.busy <= budget * 1.03 or schedule.step == STEPS

    @given(st.lists(machines, min_size=2, max_size=3), st.floats(0.5, 2.0))
    @settings(max_examples=15)
    def test_it_is_kept_again_whenever_costs_change(
        self, course: list[Machine], budget: float
    ) -> None:
        schedule, start = Schedule(budget), 0.0
        for machine in course:
            schedule.pause()
            machine.run(schedule, 50.0, start)
            start += 60.0
            assert schedule.busy <= budget * 1.03 or schedule.step == STEPS

    def test_too_much_gives_way_within_two_seconds_and_comes_back_when_there_is_room(self) -> None:
        schedule = Schedule(budget=1.0)
        light, heavy = Machine(), Machine(read_face=0.004)
        light.run(schedule, 10.0)
        assert schedule.step == 0
        changes = heavy.run(schedule, 20.0, 10.0)
        assert changes[1][0] < 13.0
        assert schedule.plan.reads < 5.0
        light.run(schedule, 60.0, 30.0)
        assert schedule.step == 0

    def test_frames_do_not_wait_for_a_thread_that_is_slow_though_others_have_time(self) -> None:
        schedule = Schedule(budget=16.0)
        Machine(faces=60, read_face=0.004).run(schedule, 30.0)
        plan = schedule.plan
        assert 0.8 < plan.reads * 60 * 0.004 <= 0.9
        assert (plan.follow_fps, schedule.step) == (10.0, 0)

    @pytest.mark.parametrize(("waits", "reads"), [(0.08, 5.0), (0.3, 2.2)])
    def test_other_programs_are_no_reason_to_do_less_than_there_is_time_for(
        self, waits: float, reads: float
    ) -> None:
        """A stage that waits for a core takes long, and little processor time."""
        schedule = Schedule(budget=1.6)
        now = cpu = 0.0
        for _ in range(200):
            pause = max(0.15, waits * schedule.plan.reads / 5.0)
            now, cpu = now + pause, cpu + 0.03
            schedule.followed(30, Cost(0.02, 0.15), PLENTY, pause)
            batch = round(30 * min(1.0, schedule.plan.reads * 0.15))
            schedule.read(batch, Cost(0.01, waits * batch / 22))
            schedule.spent(now, cpu, 30.0)
        assert schedule.busy < 0.3
        assert schedule.step == 0
        assert schedule.plan.reads == pytest.approx(reads, abs=0.3)

    def test_a_slow_camera_is_no_reason_to_give_way(self) -> None:
        schedule = Schedule(budget=0.5)
        now = cpu = 0.0
        for _ in range(100):
            now, cpu = now + 0.25, cpu + 0.08
            schedule.followed(30, Cost(0.06, 0.06), PLENTY, 0.25)
            schedule.read(30, Cost(0.02, 0.02))
            schedule.spent(now, cpu, camera_fps=4.0)
        assert schedule.step == 0

    @given(st.integers(10, 60), st.floats(1.5, 3.0), st.floats(0.6, 2.5))
    @settings(max_examples=25)
    @example(20, 3.0, 1.6)
    def test_helper_threads_that_no_stage_sees_do_not_make_it_go_to_and_fro(
        self, faces: int, helpers: float, budget: float
    ) -> None:
        schedule = Schedule(budget)
        changes = Machine(faces=faces, helpers=helpers).run(schedule, 240.0)
        # Climbs, not single steps: what begins with a step up and ends with one down.
        loads = [astuple(plan) for _, plan in changes]
        taken_back = [
            now
            for (now, _), before, plan in zip(changes[1:], loads, loads[1:], strict=False)
            if _less(plan, before)
        ]
        late = [now for now in taken_back if now > 45.0]
        assert len(late) <= 5
        assert all(two - one >= MOST_PATIENCE / 4 for one, two in pairwise(late))

    def test_patience_ends_where_there_is_much_less_to_do(self) -> None:
        schedule = Schedule(1.6)
        Machine(faces=20, helpers=3.0).run(schedule, 120.0)
        assert schedule.step > 0
        Machine(faces=5, helpers=3.0, search=0.1).run(schedule, 30.0, 120.0)
        assert schedule.step == 0

    def test_a_pause_is_not_counted(self) -> None:
        schedule = Schedule(budget=1.0)
        machine = Machine()
        machine.run(schedule, 10.0)
        busy = schedule.busy
        schedule.pause()
        schedule.spent(100.0, 500.0)
        machine.run(schedule, 5.0, 600.0)
        assert schedule.busy == pytest.approx(busy, rel=0.1)
        assert schedule.step == 0

    def test_the_same_calls_make_the_same_plans(self) -> None:
        runs = [Machine(faces=70, search=1.0).run(Schedule(0.6), 30.0) for _ in range(2)]
        assert len(runs[0]) > 2
        assert runs[0] == runs[1]

    def test_before_anything_is_known(self) -> None:
        schedule = Schedule(1.0)
        assert math.isnan(schedule.busy)
        assert schedule.load(0) == 0.0
        assert FULL == 1.0
        with pytest.raises(ValueError, match="budget: expected more than 0"):
            Schedule(0.0)


class TestAffineCost:
    def test_tells_what_a_face_takes_from_what_a_frame_takes(self) -> None:
        cost, rng = AffineCost(), np.random.default_rng(1)
        for n in rng.integers(5, 50, 60):
            cost.add(int(n), 0.01 + 0.001 * n)
        assert cost.at(20) == pytest.approx(0.03, rel=0.02)
        assert cost.at(0) == pytest.approx(0.01, rel=0.15)

    def test_one_size_is_right_for_that_size_and_never_below_nothing(self) -> None:
        cost = AffineCost()
        assert cost.at(10) == 0.0
        for _ in range(20):
            cost.add(10, 0.02)
        assert cost.at(10) == pytest.approx(0.02)
        assert 0.0 <= cost.at(0) < cost.at(5) <= 0.02

    @given(
        st.lists(st.tuples(st.integers(0, 60), st.floats(0, 0.5)), min_size=1, max_size=40),
        st.integers(0, 60),
    )
    @settings(max_examples=60)
    def test_more_faces_never_take_less(self, seen: list[tuple[int, float]], n: int) -> None:
        cost = AffineCost()
        for faces, seconds in seen:
            cost.add(faces, seconds)
        assert 0.0 <= cost.at(n) <= cost.at(n + 1) + 1e-12

"""Plans for anybody, carried out against the simulated tenant: what was wished for is there in the end, or a
code says why not.

Holdings are read over HTTP as in production, the runner is the real one, time jumps through every wait, and
an administrator who never sleeps sees to the tasks.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import AsyncExitStack
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.plans import Refusal
from bot.domain.wishes import Wish
from tests.support.carried_out import Carried, Stage, stage
from tests.support.databases import SqliteFiles
from tests.support.shaped import Shape, shapes
from tests.support.shaped_wishes import KINDS, wishes_of

ON_THE_SAME_STAGE = settings(
    deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)


class Show:
    """One stage for many cases, and a loop it stands in."""

    def __init__(self, runner: asyncio.Runner, stage: Stage) -> None:
        self._runner, self._stage = runner, stage
        self.seen: Counter[str] = Counter()

    def plays(self, shape: Shape, wish: Wish, *, willing: bool) -> Carried | Refusal:
        done = self._runner.run(self._stage.carries_out(shape, wish, willing=willing))
        self.seen["refused" if isinstance(done, Refusal) else done.request.state.value] += 1
        return done


@pytest.fixture
def show(sqlite_files: SqliteFiles) -> Iterator[Show]:
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        opened = runner.run(stack.enter_async_context(stage(sqlite_files)))
        yield Show(runner, opened)
        runner.run(stack.aclose())


def end_well_or_say_why(show: Show, kind: type[Any], examples: int) -> None:
    @given(st.data())
    @settings(ON_THE_SAME_STAGE, max_examples=examples)
    def plays(data: st.DataObject) -> None:
        shape = data.draw(shapes())
        wish = data.draw(wishes_of(kind, shape))
        willing = data.draw(st.sampled_from((True, True, True, False)))
        done = show.plays(shape, wish, willing=willing)
        if isinstance(done, Carried):
            done.keeps_every_law()

    plays()


def test_whatever_is_planned_is_reached_or_says_why_not(show: Show) -> None:
    for kind in KINDS:
        end_well_or_say_why(show, kind, 6)
    assert show.seen["done"] > 10, show.seen


@pytest.mark.soak
def test_whatever_is_planned_is_reached_or_says_why_not_a_thousand_times(show: Show) -> None:
    for kind in KINDS:
        end_well_or_say_why(show, kind, 75)
    assert show.seen["done"] > 200, show.seen

"""Approvals under everything that can happen to them, in any order.

People click whatever they like, delegate, go away, lose their roles and leave; requests are
changed, withdrawn and handed over; time passes with the service running, or stopped. After each step the laws
of `tests.support.approval_laws` hold.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Coroutine, Iterator
from contextlib import AsyncExitStack
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from bot.domain.policy import Policy
from bot.domain.requests import Request
from tests.support.approval_laws import Laws, Truth, counting
from tests.support.approval_office import PEOPLE, Chart, Office, Play, charts, office, policies
from tests.support.databases import SqliteFiles

MOST_WAITING = 2
MOST_LOOKS = 400
"""Due times in a row after which a request that nobody acts on counts as stuck."""

people = st.sampled_from(range(len(PEOPLE)))
which = st.integers(0, 3)
seldom = st.sampled_from((False, False, False, False, True))
nobody_or_nth = st.none() | st.integers(0, 5)
others = st.sampled_from(("look", "look", "withdraw", "edit", "hand over"))
mostly = st.sampled_from((True, True, True, True, False))


class Approvals(RuleBasedStateMachine):
    office: Office
    loop: asyncio.Runner
    seen: Counter[str]

    def __init__(self) -> None:
        super().__init__()
        self.play: Play
        self.laws: Laws
        self.asked = 0

    def does(self, move: Coroutine[Any, Any, Any]) -> Any:
        self.seen["steps"] += 1
        return self.loop.run(move)

    @initialize(
        chart=charts(), policy=policies(), hour=st.integers(0, 167), who=people, self_service=st.booleans()
    )
    def opens(self, chart: Chart, policy: Policy, hour: int, who: int, self_service: bool) -> None:
        self.play = self.office.opens(chart, policy, hour)
        self.laws = Laws(self.play, Truth(self.play.tenant, policy))
        manager = chart.managers[who]
        by = who if self_service or manager is None else manager
        self._submits(by, who, money=False)
        for whom in range(len(PEOPLE) - 1, -1, -3):
            if not self.play.known:
                self._submits(whom, whom, money=False)

    def _submits(self, who: int, whom: int, *, money: bool) -> None:
        self.asked += 1
        self.does(self.play.asks(who, whom, money=money, key=f"click-{self.asked}"))
        self.does(self.play.runs())

    # Whoever wants something -----------------------------------------------------------------------------

    @rule(who=people, itself=st.booleans(), whom=people, money=st.booleans())
    def asks(self, who: int, itself: bool, whom: int, money: bool) -> None:
        if not self.play.some_wait(MOST_WAITING):
            self._submits(who, who if itself else whom, money=money)

    @rule(which=which, owner=st.booleans(), who=people, city=st.sampled_from((None, "Town", "Paris")))
    def edits(self, which: int, owner: bool, who: int, city: str | None) -> None:
        self.does(self.play.edits(self._asker(which, who) if owner else who, which, city=city))

    @rule(which=which, owner=seldom, who=people)
    def withdraws(self, which: int, owner: bool, who: int) -> None:
        self.does(self.play.withdraws(self._asker(which, who) if owner else who, which))

    @rule(which=which, owner=st.booleans(), who=people)
    def reminds(self, which: int, owner: bool, who: int) -> None:
        self.does(self.play.reminds(self._asker(which, who) if owner else who, which))

    def _asker(self, which: int, otherwise: int) -> int:
        request = self.play.request(which)
        return PEOPLE.index(request.requester.id) if request else otherwise

    # Whoever decides -------------------------------------------------------------------------------------

    @rule(
        which=which,
        who=people,
        yes=mostly,
        stale=st.sampled_from((0, 0, 0, 1, 2)),
        comment=st.booleans(),
        drop=st.sampled_from((0, 0, 0, 1, 2)),
        replica=st.sampled_from((0, 1)),
    )
    def somebody_clicks(
        self, which: int, who: int, yes: bool, stale: int, comment: bool, drop: int, replica: int
    ) -> None:
        self._clicks(which, who, yes=yes, stale=stale, comment=comment, drop=drop, replica=replica)

    @rule(
        which=which,
        nth=st.integers(0, 5),
        replica=st.sampled_from((0, 1)),
        drop=st.sampled_from((0, 0, 0, 1)),
    )
    def one_who_is_asked_agrees(self, which: int, nth: int, replica: int, drop: int) -> None:
        who = self._asked(which, nth)
        if who is not None:
            self._clicks(which, who, yes=True, stale=0, comment=True, drop=drop, replica=replica)

    @rule(which=which, first=st.integers(0, 5), most=st.integers(1, 4))
    def several_who_are_asked_agree(self, which: int, first: int, most: int) -> None:
        for nth in range(most):
            who = self._asked(which, first + nth)
            if who is not None:
                self._clicks(which, who, yes=True, stale=0, comment=True, drop=0, replica=nth % 2)
                self.laws.look()

    @rule(which=which, nth=st.integers(0, 5))
    def one_who_is_asked_refuses(self, which: int, nth: int) -> None:
        who = self._asked(which, nth)
        if who is not None and nth % 3 == 0:
            self._clicks(which, who, yes=False, stale=0, comment=True, drop=0, replica=0)

    def _asked(self, which: int, nth: int) -> int | None:
        request = self.play.request(which)
        stage = request.stage if request else None
        if stage is None or not stage.approvers:
            return None
        return PEOPLE.index(stage.approvers[nth % len(stage.approvers)].id)

    def _clicks(
        self, which: int, who: int, *, yes: bool, stale: int, comment: bool, drop: int, replica: int
    ) -> None:
        before = self.play.request(which)
        expected = self._should_count(before, who, yes=yes, comment=comment, stale=stale)
        answer = self.play.answer(which, yes=yes, comment=comment, drop=drop)
        result = self.does(self.play.clicks(who, which, answer, stale=stale, replica=replica))
        if before is None or result is None:
            return
        self.seen["counted" if result.applied else f"refused {result.refusal}"] += 1
        now = self.play.stored(before.id)
        assert len(now.decisions) - len(before.decisions) == int(result.applied)
        if result.applied:
            assert before.stage is not None, "decided after the end"
            assert now.decisions[-1].stage_index == before.stage_index
            assert now.decisions[-1].approver.id == PEOPLE[who]
        if expected is not None and not drop:
            assert result.applied == expected, (result.refusal, PEOPLE[who], before.stage)

    def _should_count(
        self, request: Request | None, who: int, *, yes: bool, comment: bool, stale: int
    ) -> bool | None:
        """Whether a click must count; None where that depends on what is remembered for a minute."""
        if request is None or request.stage is None:
            return False
        stage, actor = request.stage, PEOPLE[who]
        if (stale == 1 and request.stage_index) or (stale == 2 and request.round):
            return False
        needs_comment = stage.spec.comment_on_approve if yes else stage.spec.comment_on_reject
        if needs_comment and not comment:
            return False
        if actor in (request.requester.id, request.beneficiary.id):
            return False
        if actor in {vote.approver.id for vote in counting(request, request.stage_index)}:
            return False
        if not self.play.calm():
            return None
        seats = [seat for seat in stage.seats if seat.active and self.laws.truth.holds(request, stage, seat)]
        return self.laws.truth.fit(actor) and any(self._speaks(request, seat, actor) for seat in seats)

    def _speaks(self, request: Request, seat: Any, actor: str) -> bool:
        if seat.holder.id == actor:
            return True
        now = self.play.now()
        for one in seat.stand_ins:
            if one.person.id != actor or (one.until is not None and one.until < now):
                continue
            if one.why.value != "delegation":
                return True
            return any(
                given.owner.id == seat.holder.id
                and given.delegate.id == actor
                and given.ended_at is None
                and given.since <= now <= given.until
                and (not given.kinds or request.wish.kind in given.kinds)
                for given in self.play.delegations()
            )
        return False

    @rule(
        which=which, nth=st.integers(0, 5), who=people, own=st.booleans(), to=people, whose=st.none() | people
    )
    def hands_over(self, which: int, nth: int, who: int, own: bool, to: int, whose: int | None) -> None:
        asked = self._asked(which, nth)
        by = asked if own and asked is not None else who
        if whose == to:
            # Also to whoever asked for it.
            to = self._asker(which, to)
        self.does(self.play.hands_over(by, which, to, None if own else whose))

    @rule(
        which=which,
        nth=st.integers(0, 5),
        own=st.booleans(),
        who=people,
        to=people,
        begins=st.sampled_from((0, 0, 5)),
        hours=st.sampled_from((1, 12, 100, 0)),
        numbers=seldom,
    )
    def delegates_or_stops(
        self, which: int, nth: int, own: bool, who: int, to: int, begins: int, hours: int, numbers: bool
    ) -> None:
        asked = self._asked(which, nth)
        by = asked if own and asked is not None else who
        if hours:
            self.does(self.play.delegates(by, to, begins, hours, numbers_only=numbers))
        else:
            self.does(self.play.stops(by))

    @rule(which=which, nth=st.integers(0, 5))
    def is_not_reached(self, which: int, nth: int) -> None:
        who = self._asked(which, nth)
        if who is not None:
            self.does(self.play.is_not_reached(who, which))

    # What happens to people ------------------------------------------------------------------------------

    def _one(self, which: int, nth: int | None, who: int) -> int:
        asked = None if nth is None else self._asked(which, nth)
        return who if asked is None else asked

    @rule(which=which, nth=nobody_or_nth, who=people, hours=st.sampled_from((None, 2, 30, 200, 0)))
    def goes_away_or_comes_back(self, which: int, nth: int | None, who: int, hours: int | None) -> None:
        one = self._one(which, nth, who)
        if hours == 0:
            self.play.comes_back(one)
        else:
            self.play.goes_away(one, hours)

    @rule(which=which, nth=nobody_or_nth, who=people, how=st.sampled_from(("off", "off", "on", "on", "gone")))
    def is_switched_or_leaves(self, which: int, nth: int | None, who: int, how: str) -> None:
        one = self._one(which, nth, who)
        if how == "gone":
            self.play.leaves(one)
        else:
            self.play.is_switched(one, on=how == "on")

    @rule(which=which, nth=nobody_or_nth, who=people, group=st.sampled_from((0, 1, 2, 3, 3)), boss=people)
    def changes_roles(self, which: int, nth: int | None, who: int, group: int, boss: int) -> None:
        one = self._one(which, nth, who)
        if group == 3:
            self.play.gets_manager(one, boss if boss else None)
        else:
            self.play.joins_or_leaves_group(one, group)

    @rule(which=which, nth=st.integers(0, 5), gone=st.booleans())
    def one_who_is_asked_drops_out(self, which: int, nth: int, gone: bool) -> None:
        """And his absence is noticed."""
        who = self._asked(which, nth)
        if who is not None:
            if gone:
                self.play.leaves(who)
            else:
                self.play.is_switched(who, on=False)
            self.does(self.play.lives(1500))

    @rule(which=which, nth=st.integers(0, 5), group=st.sampled_from((0, 1, 2, 3)))
    def one_who_agreed_loses_the_role(self, which: int, nth: int, group: int) -> None:
        """Between the last click and the moment it is carried out."""
        request = self.play.request(which)
        if request is None or not request.decisions:
            return
        who = PEOPLE.index(request.decisions[nth % len(request.decisions)].approver.id)
        self.several_who_are_asked_agree(which, 0, 4)
        if group == 3:
            self.play.is_switched(who, on=False)
        else:
            self.play.joins_or_leaves_group(who, group)
        self.does(self.play.runs())

    @rule(what=st.sampled_from(("goes", "comes", "comes", "comes", "stock", "stock")))
    def graph_goes_or_comes(self, what: str) -> None:
        match what:
            case "goes":
                self.play.graph_goes()
            case "comes":
                self.play.graph_comes_back()
            case "stock":
                self.play.stock_comes()

    # What time does --------------------------------------------------------------------------------------

    @rule(which=st.none() | which)
    def the_runner_works(self, which: int | None) -> None:
        self.does(self.play.runs() if which is None else self.play.is_tended(which))

    @rule(minutes=st.sampled_from((2, 2, 30, 240, 1500, -2, -90, -1500, -4500)))
    def time_passes(self, minutes: int) -> None:
        """With the service there; below zero it is down."""
        if minutes > 0:
            self.does(self.play.lives(minutes))
        else:
            self.play.sleeps(-minutes)

    # What must hold --------------------------------------------------------------------------------------

    @invariant()
    def the_laws_hold(self) -> None:
        if hasattr(self, "laws"):
            self.laws.look()

    def teardown(self) -> None:
        """Nobody acts any more: each request comes to an end, or is approved, just by its due times."""
        if not hasattr(self, "play"):
            return
        try:
            self.play.graph_comes_back()
            for request_id in self.play.known:
                self._is_not_stuck(request_id)
            self.laws.look_at_the_log()
            self.seen.update(self.laws.happened)
            for request in self.laws.requests.values():
                self.seen[request.state.value] += 1
            self.seen["plays"] += 1
        finally:
            self.play.close()

    def _is_not_stuck(self, request_id: str) -> None:
        for _ in range(MOST_LOOKS):
            request = self.play.stored(request_id)
            if request.stage is None:
                return
            assert request.due_at is not None
            self.play.sleep_until(request.due_at)
            self.does(self.play.has_tended(request_id))
            self.laws.look()
        raise AssertionError(f"nothing ever ends {request}")


@pytest.fixture
def machine(sqlite_files: SqliteFiles) -> Iterator[type[Approvals]]:
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        opened = runner.run(stack.enter_async_context(office(sqlite_files)))
        members = {"office": opened, "loop": runner, "seen": Counter()}
        yield type("Approvals", (Approvals,), members)
        runner.run(stack.aclose())


PLAYS = settings(deadline=None, suppress_health_check=list(HealthCheck), database=None)


def plays(machine: type[Approvals], chosen: settings) -> Counter[str]:
    run_state_machine_as_test(machine, settings=chosen)
    return machine.seen


def test_approvals_keep_their_laws_whatever_happens(machine: type[Approvals]) -> None:
    """The same plays every time; `--soak` searches for others."""
    chosen = settings(PLAYS, max_examples=15, stateful_step_count=35, derandomize=True)
    seen = plays(machine, chosen)
    assert seen["counted"] > 0, seen


@pytest.mark.soak
def test_approvals_keep_their_laws_for_long(machine: type[Approvals]) -> None:
    seen = plays(machine, settings(PLAYS, max_examples=1000, stateful_step_count=60))
    for move in (
        "stage.people_changed",
        "stage.widened",
        "stage.consented",
        "request.reopened",
        "request.expired",
    ):
        assert seen[move] > 0, seen

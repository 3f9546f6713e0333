"""Delegations, whatever their shape, give nobody a vote who must not have one; and they end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.approval import ManagerApprover, ResolvedStage, StageSpec, StandIn, Why, stood_in
from bot.domain.approval.standing_in import (
    asked_again,
    freed,
    missed,
    next_change,
    with_absence,
    with_delegations,
    without_a_speaker,
)
from bot.domain.delegations import SCOPES, Delegation, kinds_of, overlap, problem_with, scopes_of
from bot.domain.people import Person, PersonRef
from bot.domain.wishes import Wish

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SPEC = StageSpec(approvers=ManagerApprover())
PEOPLE = [PersonRef(id=f"p{number}", name=f"Person {number}", upn=f"p{number}@x") for number in range(6)]
KINDS = ("number", "licence", "credits")

people = st.sampled_from(PEOPLE)
moments = st.integers(-50, 50).map(lambda hours: NOW + timedelta(hours=hours))


@st.composite
def delegations(draw: st.DrawFn) -> list[Delegation]:
    """Any graph, with circles, chains, and people who delegate to themselves."""
    return [
        Delegation(
            id=number,
            owner=draw(people),
            delegate=draw(people),
            kinds=draw(st.sampled_from([(), *((kind,) for kind in KINDS)])),
            since=draw(moments),
            until=draw(moments),
            created_at=NOW,
        )
        for number in range(draw(st.integers(0, 12)))
    ]


def speaking(stage: ResolvedStage) -> set[tuple[str, str]]:
    return {(seat.holder.id, one.person.id) for seat in stage.voices for one in seat.stand_ins}


@given(
    delegations(),
    st.lists(people, min_size=1, unique=True),
    st.sets(people.map(lambda one: one.id)),
    st.data(),
)
def test_only_whom_a_holder_named_himself_speaks_and_never_somebody_barred(
    graph: list[Delegation], holders: list[PersonRef], barred: set[str], data: st.DataObject
) -> None:
    kind = data.draw(st.sampled_from(KINDS))
    stage = ResolvedStage.of(SPEC, *holders)
    found = with_delegations(stage, graph, kind, NOW, barred=barred, voted=())
    named = {(one.owner.id, one.delegate.id) for one in graph if one.covers(kind, NOW)}
    assert speaking(found) == {
        (holder.id, person)
        for holder in holders
        for owner, person in named
        if owner == holder.id and person != holder.id and person not in barred
    }
    again = with_delegations(found, graph, kind, NOW, barred=barred, voted=())
    assert again is found
    assert freed(found, graph, kind, NOW, ()) is found


@given(delegations(), st.lists(people, min_size=1, unique=True), st.sets(people.map(lambda one: one.id)))
def test_once_all_is_over_only_those_who_voted_are_left(
    graph: list[Delegation], holders: list[PersonRef], voted: set[str]
) -> None:
    stage = with_delegations(ResolvedStage.of(SPEC, *holders), graph, "number", NOW, barred=(), voted=())
    later = freed(stage, graph, "number", NOW + timedelta(days=9), voted)
    assert speaking(later) == {pair for pair in speaking(stage) if pair[1] in voted}
    assert [seat.holder for seat in later.voices] == holders


@given(delegations(), st.lists(people, min_size=1, unique=True))
def test_something_is_known_to_change_only_later(graph: list[Delegation], holders: list[PersonRef]) -> None:
    stage = with_delegations(ResolvedStage.of(SPEC, *holders), graph, "number", NOW, barred=(), voted=())
    change = next_change(stage, graph, "number", NOW)
    assert change is None or change > NOW


def test_a_reason_of_ones_own_outlives_another() -> None:
    """Whoever was handed the request keeps it when a delegation to him ends."""
    one, two = PEOPLE[:2]
    stage = stood_in(ResolvedStage.of(SPEC, one), one.id, StandIn(person=two, why=Why.REASSIGNED))
    assert freed(stage, (), "number", NOW, ()) is stage
    assert with_delegations(stage, (), "number", NOW, barred=(), voted=()) is stage
    assert asked_again(stage.seats[0]) == (two,)
    assert without_a_speaker(stage, ()) == ()


def test_for_whom_somebody_is_sought() -> None:
    stage = ResolvedStage.of(SPEC, *PEOPLE[:3])
    away = stage.voices[:2]
    assert missed(stage, {PEOPLE[2].id}, away) == ()
    assert missed(stage, (), away) == away[:1]
    both = stage.model_copy(update={"spec": SPEC.model_copy(update={"need": 2})})
    assert missed(both, {PEOPLE[2].id}, away) == away[:1]
    everybody = stage.model_copy(update={"spec": SPEC.model_copy(update={"need": "all"})})
    assert missed(everybody, {PEOPLE[2].id}, away) == away


def test_who_is_back_needs_nobody_and_a_vote_stays() -> None:
    one, two, three = PEOPLE[:3]
    stage = with_absence(ResolvedStage.of(SPEC, one), one.id, (two, three), NOW + timedelta(days=1), ())
    assert speaking(stage) == {(one.id, two.id), (one.id, three.id)}
    assert with_absence(stage, one.id, (two, three), NOW + timedelta(days=1), ()) is stage
    assert speaking(with_absence(stage, one.id, (), None, {three.id})) == {(one.id, three.id)}


@given(st.sets(st.sampled_from(sorted(SCOPES))))
def test_words_for_kinds_are_understood_both_ways(scopes: set[str]) -> None:
    kinds = kinds_of(scopes)
    assert set(scopes_of(kinds)) == (scopes if len(scopes) < len(SCOPES) else set())


def test_every_kind_of_wish_has_a_word() -> None:
    wishes = get_args(get_args(Wish)[0])
    kinds = {one.model_fields["kind"].default for one in wishes}
    assert {kind for about in SCOPES.values() for kind in about} == kinds


def made(days: tuple[int, int], kinds: tuple[str, ...] = ()) -> Delegation:
    since, until = (NOW + timedelta(days=one) for one in days)
    return Delegation(
        id=1, owner=PEOPLE[0], delegate=PEOPLE[1], kinds=kinds, since=since, until=until, created_at=NOW
    )


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (made((0, 3)), made((2, 5)), True),
        (made((0, 3)), made((4, 5)), False),
        (made((0, 3), ("number",)), made((0, 3), ("credits",)), False),
        (made((0, 3), ("number",)), made((0, 3)), True),
    ],
)
def test_delegations_that_would_both_hold(one: Delegation, other: Delegation, expected: bool) -> None:
    assert overlap(one, other) is overlap(other, one) is expected


@pytest.mark.parametrize(
    ("person", "since", "until", "code"),
    [
        ({}, 0, 90, None),
        ({}, 0, 91, "SB-APP-53"),
        ({}, -3, -1, "SB-APP-52"),
        ({}, 3, 1, "SB-APP-52"),
        ({"guest": True}, 0, 1, "SB-APP-51"),
        ({"enabled": False}, 0, 1, "SB-APP-51"),
        ({"id": "p0"}, 0, 1, "SB-APP-50"),
    ],
)
def test_what_cannot_be_delegated(
    person: dict[str, object], since: int, until: int, code: str | None
) -> None:
    colleague = Person.model_validate({"id": "p1", "name": "P", "upn": "p1@x", **person})
    moments = (NOW + timedelta(days=one) for one in (since, until))
    problem = problem_with("p0", colleague, *moments, NOW)
    assert (problem.code if problem else None) == code

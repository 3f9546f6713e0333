"""Choosing a number: at planning time, and again when the one that was held is gone (J14)."""

from __future__ import annotations

from bot.domain.numbers import NumberType
from bot.domain.planning import choose_number
from bot.domain.plans import AssignNumber
from tests.support.contoso import PARIS_NUMBERS, REDMOND_NUMBERS, number

HELD_ONE = "+33123450001"


def step(**more: object) -> AssignNumber:
    fields = {"number_type": NumberType.CALLING_PLAN, "country": "FR", "city": "Paris"}
    return AssignNumber.model_validate({**fields, **more})


def test_the_steps_own_number_is_kept_while_it_is_there() -> None:
    for own in PARIS_NUMBERS:
        chosen = choose_number(step(telephone_number=own.telephone_number), PARIS_NUMBERS, ())
        assert chosen == own


def test_j14_another_of_the_same_city_when_it_is_gone_and_any_will_do() -> None:
    elsewhere = number("+33478450001", city="Lyon")
    chosen = choose_number(step(telephone_number=HELD_ONE), (elsewhere, *PARIS_NUMBERS[1:]), ())
    assert chosen in PARIS_NUMBERS[1:]


def test_j14_nothing_when_it_is_gone_and_the_person_wanted_that_one() -> None:
    wanted = step(telephone_number=HELD_ONE, any_number=False, ending="01")
    assert choose_number(wanted, PARIS_NUMBERS[1:], ()) is None
    assert choose_number(wanted, PARIS_NUMBERS, {HELD_ONE}) is None


def test_the_wished_ending_comes_first() -> None:
    chosen = choose_number(step(ending="42"), PARIS_NUMBERS, ())
    assert chosen is not None
    assert chosen.telephone_number == "+33123450042"
    assert choose_number(step(ending="77", any_number=False), PARIS_NUMBERS, ()) is None
    assert choose_number(step(ending="77"), PARIS_NUMBERS, ()) in PARIS_NUMBERS


def test_no_city_in_particular_is_any_city() -> None:
    lyon = number("+33478450001", city="Lyon")
    nowhere = number("+33970000001", city=None)
    assert choose_number(step(city=None), (lyon,), ()) == lyon
    assert choose_number(step(city=None), (nowhere,), ()) == nowhere
    assert choose_number(step(), (nowhere,), ()) is None


def test_the_city_is_the_same_in_any_letters() -> None:
    assert choose_number(step(city="PARIS"), PARIS_NUMBERS, ()) in PARIS_NUMBERS


def test_in_the_united_states_nothing_is_chosen_without_a_place() -> None:
    american = step(country="US", city="Redmond")
    assert choose_number(american, REDMOND_NUMBERS, ()) is None
    with_place = american.model_copy(update={"location_id": "loc-redmond"})
    assert choose_number(with_place, REDMOND_NUMBERS, ()) in REDMOND_NUMBERS


def test_people_who_ask_at_the_same_moment_are_spread_over_the_pool() -> None:
    pool = tuple(number(f"+3312345{last:04d}") for last in range(50))
    chosen = {choose_number(step(), pool, (), spread=f"person-{who}") for who in range(50)}
    assert len(chosen) > 25


def test_the_choice_does_not_depend_on_the_order_numbers_come_in() -> None:
    assert choose_number(step(), PARIS_NUMBERS, (), spread="x") == choose_number(
        step(), reversed(PARIS_NUMBERS), (), spread="x"
    )

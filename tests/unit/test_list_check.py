"""What a line of a list comes to, and what it leaves for the lines below (R11, J11)."""

from __future__ import annotations

import json

import pytest

from bot.domain.catalogue.products import E3, E5, MCOEV, MCOPSTN1
from bot.domain.list_check import LineState, ListWish, slip_of, verdict
from bot.domain.lists import read_list
from bot.domain.people import Holdings
from bot.domain.planning import after_others, plan
from bot.domain.plans import Plan, Refusal
from bot.domain.tenant import TenantFacts, TenantView
from bot.domain.wishes import Wish
from bot.words import words_for
from cards import list_check as card
from tests.support.contoso import FACTS, NOW, STOCK, dora, holdings, number, person, tenant
from tests.support.list_samples import ordinary_list, worst_list


def judged(wanted: ListWish, who: Holdings, view: TenantView) -> tuple[LineState, str]:
    wish = wanted.wish_for(who, view.facts)
    found = wish if isinstance(wish, Refusal) else plan(wish, who, view, NOW)
    state, because = verdict(found, who.person.name)
    return state, because.code if because else ""


def made(wanted: ListWish, who: Holdings, view: TenantView) -> Plan:
    wish = wanted.wish_for(who, view.facts)
    assert not isinstance(wish, Refusal)
    found = plan(wish, who, view, NOW)
    assert isinstance(found, Plan)
    return found


def test_r11_each_kind_of_line_has_its_verdict() -> None:
    everybody = ListWish()
    assert judged(everybody, dora(), tenant()) == (LineState.READY, "")
    guest = dora().model_copy(update={"person": person("elif", "FR", guest=True)})
    assert judged(everybody, guest, tenant()) == (LineState.CANNOT, "SB-WHO-03")
    nowhere = holdings(person("nora", None), E3)
    assert judged(everybody, nowhere, tenant()) == (LineState.CANNOT, "SB-LOC-01")


def test_j11_without_a_usage_location_the_line_waits_for_somebody_to_confirm_it() -> None:
    nora = holdings(person("nora", None).model_copy(update={"country": "FR"}), E3)
    assert judged(ListWish(), nora, tenant()) == (LineState.WAITS, "SB-LOC-01")


def test_j11_who_has_it_already_needs_nothing() -> None:
    ana = holdings(person("ana"), E5, MCOPSTN1)
    assert judged(ListWish(kind="licence", product="phone"), ana, tenant()) == (LineState.THERE, "SB-LIC-14")
    numbered = ana.model_copy(update={"numbers": (number("+33123450777"),)})
    for wanted in (ListWish(), ListWish(kind="number")):
        assert judged(wanted, numbered, tenant()) == (LineState.THERE, "SB-NUM-01")


def test_j11_free_seats_go_to_the_first_lines() -> None:
    view = tenant(stock={**STOCK, "MCOPSTN1": (50, 48)})
    seen = []
    for _ in range(3):
        seen.append(judged(ListWish(), dora(), view))
        view = after_others(view, made(ListWish(), dora(), view))
    ready = (LineState.READY, "")
    assert seen == [ready, ready, (LineState.WAITS, "SB-LIC-04")]


def test_j11_free_numbers_go_to_the_first_lines() -> None:
    view = tenant(stock={**STOCK, "MCOEV": (600, 57), "MCOPSTN1": (500, 48)})
    given: set[str | None] = set()
    for _ in view.free_numbers:
        found = made(ListWish(), dora(), view)
        if found.chosen_number is None:
            break
        given.add(found.chosen_number)
        view = after_others(view, found)
    assert len(given) == sum(one.country == "FR" for one in view.free_numbers)
    assert judged(ListWish(), dora(), view) == (LineState.WAITS, "SB-NUM-05")


def test_a_line_that_waits_takes_nothing_from_those_below() -> None:
    view = tenant(stock={**STOCK, "MCOEV": (60, 60)})
    left = after_others(view, made(ListWish(kind="licence", product="phone"), dora(), view))
    assert left.reserved_seats.get(MCOEV, 0) == 0


def test_r06_whoever_calls_over_the_own_carrier_gets_no_calling_plan_from_a_list() -> None:
    own = dora().model_copy(update={"own_pstn": True})
    wish: Wish | Refusal = ListWish().wish_for(own, TenantFacts())
    assert not isinstance(wish, Refusal)
    assert wish.kind == "phone_user"
    assert wish.calling_plan == "none"


def test_r66_a_place_of_work_is_left_to_the_form() -> None:
    more = FACTS.emergency_locations[0].model_copy(update={"id": "loc-other"})
    facts = FACTS.model_copy(update={"emergency_locations": (*FACTS.emergency_locations, more)})
    ben = holdings(person("ben", "US"), E5, MCOPSTN1)
    assert judged(ListWish(kind="number"), ben, tenant(facts=facts)) == (LineState.READY, "")


def test_r11_slips_have_codes() -> None:
    lines = read_list("ana@contoso.com\nANA@contoso.com \n=cmd")
    assert [one and one.code for one in map(slip_of, lines)] == [None, "SB-WHO-10", "SB-WHO-09"]


@pytest.mark.parametrize("language", ["en", "fr", "zh-CN"])
def test_the_longest_list_fits_into_a_message(language: str) -> None:
    built = card.build(worst_list(), words_for(language))
    assert len(json.dumps(built, ensure_ascii=False).encode("utf-16-le")) < 28_000
    (_, lines) = (one for one in built["body"] if one["type"] == "FactSet")
    assert 5 < len(lines["facts"]) <= card.MOST_SHOWN


def test_where_not_all_fits_what_is_wrong_comes_first() -> None:
    built = card.build(ordinary_list(ready=30), words_for("en"))
    (_, lines) = (one for one in built["body"] if one["type"] == "FactSet")
    told = [one["value"] for one in lines["facts"]]
    assert sum("ready." in one for one in told) == len(told) - 20
    assert len(built["actions"]) == card.MOST_OFFERED

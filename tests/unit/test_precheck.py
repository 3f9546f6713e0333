"""What is looked at again right before the first write."""

from __future__ import annotations

import pytest

from bot.domain.catalogue.products import E3, E5, MCOEV_PLAN
from bot.domain.people import HeldLicence, Holdings
from bot.domain.planning import plan, precheck
from bot.domain.plans import Plan
from bot.domain.tenant import TenantFacts
from tests.support.contoso import (
    KNOWN,
    NOW,
    WITH_PHONE,
    ana,
    ben,
    dora,
    holdings,
    number,
    person,
    tenant,
    wish,
)


def agreed(who: Holdings, **more: object) -> Plan:
    found = plan(wish(who, **more), who, tenant(), NOW)
    assert isinstance(found, Plan)
    return found


def code(now: Holdings, then: Holdings, **more: object) -> str | None:
    refusal = precheck(wish(then, **more), now, tenant(), agreed(then, **more))
    return refusal.code if refusal else None


def test_nothing_changed_nothing_refused() -> None:
    assert code(dora(), dora()) is None
    assert code(ben(), ben(), location_id="loc-redmond") is None


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"enabled": False}, "SB-WHO-04"),
        ({"guest": True}, "SB-WHO-03"),
        ({"usage_location": None}, "SB-LOC-01"),
        ({"usage_location": "US"}, "SB-NUM-04"),
    ],
)
def test_the_person_changed(change: dict[str, object], expected: str) -> None:
    now = dora().model_copy(update={"person": dora().person.model_copy(update=change)})
    assert code(now, dora()) == expected


def test_r06_the_calls_go_over_the_own_carrier_by_now() -> None:
    assert code(dora().model_copy(update={"own_pstn": True}), dora()) == "SB-REQ-06"


def test_r05_what_the_calling_plan_was_to_build_on_is_gone() -> None:
    then = holdings(person("ana"), E5, voice=WITH_PHONE)
    now = holdings(person("ana"), E3, voice=KNOWN)
    assert code(now, then) == "SB-LIC-13"


def test_r05_teams_phone_switched_off_meanwhile_is_gone_too() -> None:
    then = holdings(person("ana"), E5, voice=WITH_PHONE)
    off = HeldLicence(sku_id=E5, disabled_plans=frozenset({MCOEV_PLAN}))
    assert code(holdings(person("ana"), licences=(off,), voice=KNOWN), then) == "SB-LIC-13"


def test_the_emergency_location_was_taken_off_the_list() -> None:
    view = tenant(facts=TenantFacts())
    place = {"location_id": "loc-redmond"}
    refusal = precheck(wish(ben(), **place), ben(), view, agreed(ben(), **place))
    assert refusal is not None
    assert refusal.code == "SB-LOC-04"


def test_empty_stock_is_waited_for_and_not_refused() -> None:
    empty = tenant(number("+493000001", "DE", "Berlin"), stock={})
    assert precheck(wish(dora()), dora(), empty, agreed(dora())) is None


def test_a_number_the_person_has_by_now_is_left_to_the_step() -> None:
    assert code(ana().model_copy(update={"numbers": (number("+33123450001"),)}), ana()) is None


def test_j06_what_the_plan_itself_sets_is_not_missed() -> None:
    eva = holdings(person("eva", None), E3, voice=KNOWN)
    assert code(eva, eva, country="ES") is None
    elsewhere = eva.model_copy(update={"person": eva.person.model_copy(update={"usage_location": "PT"})})
    assert code(elsewhere, eva, country="ES") == "SB-NUM-04"


def test_j10_a_place_that_is_still_being_made_is_not_missed() -> None:
    assert code(ben(), ben(), new_location=True) is None

"""Where an ambulance would go: emergency locations of numbers that people have (R64-R66, J10)."""

from __future__ import annotations

import pytest

from bot.domain.numbers import NumberType
from bot.domain.people import Holdings
from bot.domain.planning import precheck
from bot.domain.planning.emergency_location import street_hint
from bot.domain.plans import SetLocation
from bot.domain.tenant import EmergencyLocation, TenantFacts
from bot.domain.wishes import LocationWish
from tests.support.contoso import FACTS, ben, number, tenant, wish
from tests.support.planned import codes, made, refused

HOME = EmergencyLocation(
    id="loc-home", name="Home", country="US", city="Redmond", address="12 150 Ave NE, Redmond"
)
WITH_HOME = TenantFacts(emergency_locations=(*FACTS.emergency_locations, HOME))


def ben_with(one: object) -> Holdings:
    return ben().model_copy(update={"numbers": (one,)})


REDMOND = number("+14255550177", "US", "Redmond", "loc-redmond")


def at(place: str) -> LocationWish:
    return LocationWish(beneficiary_id="ben", location_id=place)


def test_j10_a_home_worker_gets_another_place() -> None:
    found = made(at("loc-home"), ben_with(REDMOND), tenant(facts=WITH_HOME))
    (step,) = found.steps
    assert isinstance(step, SetLocation)
    assert (step.telephone_number, step.location_id, step.location_name) == (
        "+14255550177",
        "loc-home",
        "Home",
    )


def test_r64_a_place_that_passed_the_check_is_still_looked_at_twice() -> None:
    odd = EmergencyLocation(id="loc-odd", name="Depot", country="US", city="Redmnod")
    found = made(at("loc-odd"), ben_with(REDMOND), tenant(facts=TenantFacts(emergency_locations=(odd,))))
    assert "SB-LOC-08" in codes(found)


def test_r65_a_street_that_is_a_number_is_pointed_out() -> None:
    found = made(at("loc-home"), ben_with(REDMOND), tenant(facts=WITH_HOME))
    notice = next(one for one in found.notices if one.code == "SB-LOC-09")
    assert notice.params["street"] == "150th"


def test_r64_a_known_place_that_goes_with_a_new_number_is_looked_at_twice_too() -> None:
    asked = wish(ben(), location_id="loc-home")
    found = made(asked, ben(), tenant(facts=WITH_HOME))
    assert {"SB-LOC-08", "SB-LOC-09"} <= set(codes(found))
    plain = made(wish(ben(), location_id="loc-redmond"), ben())
    assert "SB-LOC-08" in codes(plain)
    assert "SB-LOC-09" not in codes(plain)


@pytest.mark.parametrize(
    ("address", "hint"),
    [
        ("12 150 Ave NE", "150th"),
        ("5 42 Street", "42nd"),
        ("5 3 Street", "3rd"),
        ("5 21 Street", "21st"),
        ("5 112 Street", "112th"),
        ("12 150th Ave NE", None),
        ("1 Microsoft Way", None),
    ],
)
def test_r65_how_such_a_street_is_written(address: str, hint: str | None) -> None:
    assert street_hint(address) == hint


@pytest.mark.parametrize(
    ("held", "place", "code"),
    [
        (REDMOND, "loc-paris", "SB-LOC-04"),
        (REDMOND, "loc-redmond", "SB-LOC-12"),
        (number("+14255550177", "US", kind=NumberType.OPERATOR_CONNECT), "loc-redmond", "SB-LOC-10"),
        (number("+14255550177", "US", kind=NumberType.DIRECT_ROUTING), "loc-redmond", "SB-LOC-11"),
    ],
)
def test_r66_who_can_change_the_place_is_said(held: object, place: str, code: str) -> None:
    assert refused(at(place), ben_with(held)) == code


def test_r66_without_a_number_there_is_no_place_to_change() -> None:
    assert refused(at("loc-redmond"), ben()) == "SB-NUM-17"


def test_r66_the_place_is_never_set_on_a_number_that_is_anothers_by_now() -> None:
    agreed = made(at("loc-home"), ben_with(REDMOND), tenant(facts=WITH_HOME))
    now = ben_with(number("+14255550188", "US", "Redmond", "loc-redmond"))
    found = precheck(at("loc-home"), now, tenant(facts=WITH_HOME), agreed)
    assert found is not None
    assert found.code == "SB-NUM-30"


def test_r66_in_japan_a_new_place_does_not_make_emergency_calls_possible() -> None:
    tokyo = EmergencyLocation(id="loc-tokyo", name="Tokyo", country="JP", city="Tokyo")
    held = number("+81312345678", "JP", "Tokyo", None)
    found = made(at("loc-tokyo"), ben_with(held), tenant(facts=TenantFacts(emergency_locations=(tokyo,))))
    assert "SB-LOC-06" in codes(found)

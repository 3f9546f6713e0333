"""What the properties of plans found wrong once, as examples."""

from __future__ import annotations

from bot.domain.catalogue.products import E3, MCOEV, MCOPSTN1
from bot.domain.numbers import Capability, NumberType, PhoneNumber
from bot.domain.people import HeldLicence
from bot.domain.planning import plan, precheck
from bot.domain.plans import Plan, Refusal
from bot.domain.wishes import MoverWish, NumberWish, ServiceNumberWish, SwapWish
from tests.support.contoso import (
    FACTS,
    NOW,
    WITH_CALLING,
    WITH_PHONE,
    holdings,
    number,
    person,
    sku_id,
    tenant,
)

GROUP = "a11ce000-0000-4000-8000-000000000001"


def test_r13_a_country_with_a_plan_of_its_own_gives_nobody_a_second_one() -> None:
    jun = holdings(person("jun", "AU"), E3, MCOEV, MCOPSTN1, voice=WITH_CALLING)
    stock = tenant(stock={"MCOPSTN1": (5, 5), "MCOPSTNEAU2": (5, 0)})
    found = plan(NumberWish(beneficiary_id="jun", country="AU"), jun, stock, NOW)
    assert isinstance(found, Refusal)
    assert found.code == "SB-LIC-18"
    assert found.params["source"] == "Domestic Calling Plan"


def test_r20_who_leaves_a_group_loses_all_it_gives_and_so_the_number() -> None:
    given = tuple(HeldLicence(sku_id=one, assigned_by_group=GROUP) for one in (MCOEV, sku_id("MCOMEETADV")))
    mine = number("+33123450099")
    ana = holdings(person("ana"), E3, MCOPSTN1, licences=given, voice=WITH_PHONE, numbers=(mine,))
    wish = SwapWish(beneficiary_id="ana", give_up=sku_id("MCOMEETADV"), get="")
    found = plan(wish, ana, tenant(), NOW)
    assert isinstance(found, Refusal)
    assert found.code in ("SB-LIC-23", "SB-LIC-25")


def test_r39_a_number_that_was_picked_is_paid_for_by_what_it_is_not_by_what_was_said() -> None:
    picked = PhoneNumber(
        telephone_number="+33123450100",
        number_type=NumberType.CALLING_PLAN,
        country="FR",
        capabilities=frozenset({Capability.VOICE_APPLICATION}),
    )
    wish = ServiceNumberWish(
        beneficiary_id="dora",
        purpose="queue",
        country="FR",
        tariff="toll_free",
        telephone_number=picked.telephone_number,
    )
    view = tenant().model_copy(update={"service_numbers": (picked,)})
    assert not FACTS.credits_funded
    made = plan(wish, holdings(), view, NOW)
    assert isinstance(made, Plan)
    assert precheck(wish, holdings(), view, made) is None


def test_r06_who_moves_with_the_own_carrier_is_not_given_his_calling_plan_again() -> None:
    international = sku_id("MCOPSTN2")
    ana = holdings(person("ana", "FR"), E3, MCOEV, international, own_pstn=True, voice=WITH_PHONE)
    found = plan(MoverWish(beneficiary_id="ana", country="IN"), ana, tenant(stock={"MCOPSTN2": (9, 1)}), NOW)
    assert isinstance(found, Plan)
    assert found.seats == ()
    assert found.removes == (international,)


def test_r13_who_moves_keeps_the_calling_plan_that_does_there_and_gets_no_second_one() -> None:
    held = (E3, MCOEV, MCOPSTN1, sku_id("MCOPSTN_1_GOV"))
    jun = holdings(person("jun", "AU"), *held, voice=WITH_CALLING)
    found = plan(MoverWish(beneficiary_id="jun", country="FR"), jun, tenant(), NOW)
    assert isinstance(found, Plan)
    assert found.seats == ()
    assert MCOPSTN1 not in found.removes

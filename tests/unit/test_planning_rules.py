"""The planner, rule by rule, over the fixture tenant."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.catalogue.products import (
    E3,
    E5,
    MCOEV,
    MCOEV_PLAN,
    MCOPSTN1,
    MCOPSTN1_PLAN,
    MCOTEAMS_ESSENTIALS,
    TEAMS1_PLAN,
)
from bot.domain.numbers import ActivationState, Capability, NumberType
from bot.domain.people import AccountType, HeldLicence, Holdings, VoiceProfile
from bot.domain.planning import in_order, plan
from bot.domain.plans import (
    AssignNumber,
    AwaitVoice,
    ChangeLicences,
    HumanTask,
    Notify,
    Plan,
    Refusal,
    SetUsageLocation,
    WaitReason,
)
from bot.domain.tasks import TaskKind
from bot.domain.tenant import Price, TenantFacts, TenantView
from bot.domain.values import Money
from tests.support.contoso import (
    FACTS,
    KNOWN,
    NOW,
    STOCK,
    WITH_CALLING,
    WITH_PHONE,
    ana,
    ben,
    dieter,
    dora,
    holdings,
    number,
    person,
    sku,
    sku_id,
    tenant,
    wish,
)

E3_NO_TEAMS = sku_id("Microsoft_365_E3_(no_Teams)")
TEAMS_ENTERPRISE = sku_id("Microsoft_Teams_Enterprise_New")
SMALL = sku_id("MCOPSTN_5")
EVA_OF_SPAIN = person("eva", None).model_copy(update={"country": "ES"})
"""Without a usage location; the directory says Spain."""


def planned(who: Holdings, view: TenantView | None = None, **more: object) -> Plan:
    found = plan(wish(who, **more), who, view or tenant(), NOW)
    assert isinstance(found, Plan), found
    return found


def refused(who: Holdings, view: TenantView | None = None, **more: object) -> Refusal:
    found = plan(wish(who, **more), who, view or tenant(), NOW)
    assert isinstance(found, Refusal), found
    return found


def kinds(found: Plan) -> list[str]:
    return [step.kind for step in found.steps]


def added(found: Plan) -> list[str]:
    return [add.part_number for step in found.steps if isinstance(step, ChangeLicences) for add in step.add]


def codes(found: Plan) -> list[str]:
    return [notice.code for notice in found.notices]


def number_step(found: Plan) -> AssignNumber:
    assert found.number_step is not None
    return found.number_step


def test_j01_whoever_has_the_licences_just_gets_the_number() -> None:
    found = planned(ana(), city="Paris")
    assert kinds(found) == ["assign_number", "notify"]
    step = number_step(found)
    assert (step.number_type, step.country, step.city) == (NumberType.CALLING_PLAN, "FR", "Paris")
    assert step.telephone_number in {"+33123450001", "+33123450002", "+33123450042"}
    assert step.location_id is None
    assert [(line.label, line.free_before, line.free_after) for line in found.stock] == [
        ("France, Paris", 3, 2)
    ]
    assert found.waits_for is None


def test_j02_a_new_phone_user_gets_both_licences_in_one_step_then_waits() -> None:
    found = planned(dora(), city="Paris")
    assert kinds(found) == ["change_licences", "await_voice", "assign_number", "notify"]
    assert added(found) == ["MCOEV", "MCOPSTN1"]
    wait = next(step for step in found.steps if isinstance(step, AwaitVoice))
    assert wait.plans == (TEAMS1_PLAN, MCOEV_PLAN, MCOPSTN1_PLAN)
    assert found.seats == (MCOEV, MCOPSTN1)
    assert [(line.label, line.free_before, line.free_after) for line in found.stock] == [
        ("Teams Phone Standard", 3, 2),
        ("Domestic Calling Plan", 1, 0),
        ("France, Paris", 3, 2),
    ]
    assert "SB-LIC-07" in codes(found)


@pytest.mark.parametrize(
    ("who", "code"),
    [
        (holdings(person(guest=True), E3, voice=KNOWN), "SB-WHO-03"),
        (holdings(person(), E3, voice=VoiceProfile(account_type=AccountType.GUEST)), "SB-WHO-03"),
        (holdings(person(enabled=False), E3, voice=KNOWN), "SB-WHO-04"),
        (holdings(person(), E3, voice=VoiceProfile(account_type=AccountType.RESOURCE_ACCOUNT)), "SB-WHO-05"),
        (holdings(person(), sku_id("PHONESYSTEM_VIRTUALUSER")), "SB-WHO-05"),
        (holdings(person(), E3, voice=VoiceProfile(account_type=AccountType.SFB_ON_PREM_USER)), "SB-WHO-06"),
    ],
)
def test_r01_only_a_person_of_the_organisation_can_have_a_licence(who: Holdings, code: str) -> None:
    assert refused(who).code == code


def test_r01_the_plan_is_for_the_beneficiary_alone() -> None:
    found = planned(holdings(person("ana"), E3, voice=KNOWN))
    assert sum(isinstance(step, ChangeLicences) for step in found.steps) == 1


def test_r05_a_calling_plan_comes_after_teams_phone() -> None:
    assert added(planned(dora())) == ["MCOEV", "MCOPSTN1"]


def test_r05_teams_phone_inside_a_suite_is_enough() -> None:
    found = planned(holdings(person("ana"), E5, voice=WITH_PHONE))
    assert added(found) == ["MCOPSTN1"]
    assert "SB-LIC-07" not in codes(found), "the hint is for suites without a phone"


def test_r05_the_bundle_stands_in_for_both_when_one_is_out_of_stock() -> None:
    stock = {**STOCK, "MCOPSTN1": (50, 50), "MCOTEAMS_ESSENTIALS": (5, 4)}
    found = planned(dora(), tenant(stock=stock))
    assert found.seats == (MCOTEAMS_ESSENTIALS,)
    assert found.waits_for is None
    wait = next(step for step in found.steps if isinstance(step, AwaitVoice))
    assert set(wait.plans) == {TEAMS1_PLAN, MCOEV_PLAN, MCOPSTN1_PLAN}


def test_r05_the_bundle_is_left_alone_while_the_standard_pair_is_there_or_one_half_is_held() -> None:
    assert added(planned(dora(), tenant(stock={**STOCK, "MCOTEAMS_ESSENTIALS": (5, 0)}))) == [
        "MCOEV",
        "MCOPSTN1",
    ]
    stock = {**STOCK, "MCOPSTN1": (50, 50), "MCOTEAMS_ESSENTIALS": (5, 0)}
    found = planned(holdings(person("ana"), E5, voice=WITH_PHONE), tenant(stock=stock))
    assert added(found) == ["MCOPSTN1"]
    assert found.waits_for is WaitReason.LICENCES


def test_r06_own_carrier_means_a_direct_routing_number_and_no_calling_plan() -> None:
    found = planned(dieter())
    assert added(found) == ["MCOEV"]
    step = number_step(found)
    assert step.number_type is NumberType.DIRECT_ROUTING
    assert step.telephone_number == "+493012345"
    wait = next(one for one in found.steps if isinstance(one, AwaitVoice))
    assert wait.plans == (TEAMS1_PLAN, MCOEV_PLAN)


def test_r06_an_empty_carrier_range_is_waited_for() -> None:
    found = planned(dieter(), tenant(number("+33123450001")))
    assert found.waits_for is WaitReason.NUMBER
    assert "SB-NUM-09" in codes(found)


def test_r07_whoever_teams_is_ready_for_does_not_wait() -> None:
    assert "await_voice" not in kinds(planned(ana()))


@pytest.mark.parametrize(
    "voice", [None, KNOWN, WITH_PHONE, VoiceProfile(account_type=AccountType.INELIGIBLE_USER)]
)
def test_r07_licences_alone_are_not_enough_while_teams_lags_behind(voice: VoiceProfile | None) -> None:
    found = planned(holdings(person("ana"), E5, MCOPSTN1, voice=voice))
    assert kinds(found) == ["await_voice", "assign_number", "notify"]


def test_r07_a_licence_that_is_not_in_force_yet_is_waited_for_and_not_bought_again() -> None:
    who = holdings(person("ana"), E5, voice=WITH_PHONE)
    who = who.model_copy(update={"licences": (*who.licences, HeldLicence(sku_id=MCOPSTN1))})
    assert kinds(planned(who)) == ["await_voice", "assign_number", "notify"]


def test_r08_a_new_hire_is_scheduled_and_told_not_refused() -> None:
    young = person("dora", created_at=NOW - timedelta(minutes=40))
    assert "SB-PRP-03" in codes(planned(holdings(young, E3, voice=None)))
    assert "SB-PRP-03" in codes(planned(holdings(young, E3, voice=KNOWN)))


def test_r08_an_old_account_that_teams_does_not_know_is_told_the_same() -> None:
    assert "SB-PRP-03" in codes(planned(holdings(person("ana"), E5, MCOPSTN1, voice=None)))


def test_r08_nobody_is_called_new_once_teams_knows_him_or_the_hours_have_passed() -> None:
    young = person("ana", created_at=NOW - timedelta(minutes=40))
    assert "SB-PRP-03" not in codes(planned(holdings(young, E5, MCOPSTN1, voice=WITH_CALLING)))
    older = person("dora", created_at=NOW - timedelta(hours=6))
    assert "SB-PRP-03" not in codes(planned(holdings(older, E3, voice=KNOWN)))


def test_r09_the_last_seat_is_given_and_the_next_request_waits() -> None:
    assert planned(dora()).waits_for is None
    later = planned(dora(), tenant(reserved={MCOPSTN1: 1}))
    assert later.waits_for is WaitReason.LICENCES
    assert "SB-LIC-04" in codes(later)
    assert added(later) == ["MCOEV", "MCOPSTN1"]
    assert [
        (line.key, line.free_before, line.free_after) for line in later.stock if line.key == MCOPSTN1
    ] == [(MCOPSTN1, 0, 0)]


def test_r09_nobody_is_given_a_smaller_plan_without_asking_but_it_is_mentioned() -> None:
    found = planned(dora(), tenant(reserved={MCOPSTN1: 1}))
    assert SMALL not in found.seats
    assert "SB-LIC-10" in codes(found)
    assert "SB-LIC-10" not in codes(planned(dora()))


def test_r09_a_smaller_plan_is_taken_where_no_full_one_is_owned() -> None:
    stock = {name: seats for name, seats in STOCK.items() if name != "MCOPSTN1"}
    assert added(planned(dora(), tenant(stock=stock))) == ["MCOEV", "MCOPSTN_5"]


def test_r09_what_is_not_owned_at_all_is_waited_for_as_well() -> None:
    found = planned(dora(), tenant(stock={"ENTERPRISEPACK": (500, 480)}))
    assert added(found) == ["MCOEV", "MCOPSTN1"]
    assert found.waits_for is WaitReason.LICENCES
    assert codes(found).count("SB-LIC-05") == 2


def test_r09_seats_of_a_suspended_subscription_are_no_seats() -> None:
    view = tenant()
    suspended = tuple(
        one.model_copy(update={"status": "Suspended"}) if one.sku_id == MCOEV else one for one in view.skus
    )
    found = planned(dora(), view.model_copy(update={"skus": suspended}))
    assert found.waits_for is WaitReason.LICENCES


def test_r09_seats_in_grace_count_only_by_policy() -> None:
    stock = tuple(one for one in tenant().skus if one.sku_id != MCOPSTN1)
    grace = sku("MCOPSTN1", 0, 0, warning=5, status="Warning")
    strict = tenant().model_copy(update={"skus": (*stock, grace)})
    assert planned(dora(), strict).waits_for is WaitReason.LICENCES
    lenient = strict.model_copy(update={"facts": FACTS.model_copy(update={"count_warning_seats": True})})
    assert planned(dora(), lenient).waits_for is None


def test_r10_steps_given_in_the_wrong_order_are_put_right() -> None:
    found = planned(dora())
    assert in_order(reversed(found.steps)) == found.steps


@pytest.mark.parametrize(("iso2", "small"), [("US", "MCOPSTN5_US"), ("FR", "MCOPSTN_5")])
def test_r15_the_united_states_have_their_own_120_minute_plan(iso2: str, small: str) -> None:
    stock = {"MCOEV": (9, 0), "MCOPSTN_5": (9, 0), "MCOPSTN5": (9, 0), "MCOPSTN5_US": (9, 0)}
    who = holdings(person("eve", iso2), E3, voice=KNOWN)
    place = {"location_id": "loc-redmond"} if iso2 == "US" else {}
    assert added(planned(who, tenant(stock=stock), **place)) == ["MCOEV", small]


def test_r15_a_plan_of_other_countries_is_never_given_in_the_united_states() -> None:
    stock = {"MCOEV": (9, 0), "MCOPSTN_5": (9, 0), "MCOPSTN_6": (9, 0)}
    found = planned(ben(), tenant(stock=stock), location_id="loc-redmond")
    assert added(found) == ["MCOEV", "MCOPSTN1"]
    assert found.waits_for is WaitReason.LICENCES


def test_j06_without_a_usage_location_somebody_confirms_it_before_anything_else() -> None:
    who = holdings(EVA_OF_SPAIN, E3, voice=KNOWN)
    found = planned(who, country="ES")
    confirm, setting = found.steps[:2]
    assert isinstance(confirm, HumanTask)
    assert (confirm.task, confirm.params) == (
        TaskKind.CONFIRM_LOCATION,
        {"country": "ES", "person": "eva@contoso.com", "name": "Eva"},
    )
    assert isinstance(setting, SetUsageLocation)
    assert setting.country == "ES"
    assert found.waits_for is WaitReason.OWNER
    assert kinds(found)[2:] == ["change_licences", "await_voice", "assign_number", "notify"]


def test_j06_a_directory_that_names_another_country_refuses_with_two_ways_out() -> None:
    who = holdings(EVA_OF_SPAIN, E3, voice=KNOWN)
    refusal = refused(who, country="GB")
    assert (refusal.code, refusal.params["location_country"]) == ("SB-LOC-07", "ES")


def test_j06_without_any_word_on_the_country_the_wish_is_what_is_proposed() -> None:
    confirm = planned(holdings(person("eva", None), E3, voice=KNOWN), country="ES").steps[0]
    assert isinstance(confirm, HumanTask)
    assert confirm.params["country"] == "ES"


@pytest.mark.parametrize(("usage", "asked"), [("FR", "US"), ("ES", "GB"), ("US", "FR")])
def test_r68_the_number_is_of_the_country_of_the_usage_location(usage: str, asked: str) -> None:
    who = holdings(person("ana", usage), E5, MCOPSTN1, voice=WITH_CALLING)
    refusal = refused(who, country=asked, location_id="loc-redmond")
    assert refusal.code == "SB-NUM-04"
    assert refusal.params["location_country"] == usage


def test_r25_a_suite_without_teams_gets_teams_first_in_the_same_call() -> None:
    who = holdings(person("noa"), E3_NO_TEAMS, voice=None)
    found = planned(who, tenant(stock={**STOCK, "Microsoft_Teams_Enterprise_New": (10, 0)}))
    assert added(found) == ["Microsoft_Teams_Enterprise_New", "MCOEV", "MCOPSTN1"]
    assert sum(isinstance(step, ChangeLicences) for step in found.steps) == 1
    wait = next(step for step in found.steps if isinstance(step, AwaitVoice))
    assert wait.plans == (TEAMS1_PLAN, MCOEV_PLAN, MCOPSTN1_PLAN)


def test_r25_teams_for_the_economic_area_will_do() -> None:
    who = holdings(person("noa"), E3_NO_TEAMS)
    stock = {**STOCK, "Microsoft_Teams_Enterprise_New": (5, 5), "Microsoft_Teams_EEA_New": (5, 0)}
    assert added(planned(who, tenant(stock=stock)))[0] == "Microsoft_Teams_EEA_New"


def test_r25_a_suite_without_teams_is_refused_where_no_teams_is_owned() -> None:
    refusal = refused(holdings(person("noa"), E3_NO_TEAMS))
    assert refusal.code == "SB-LIC-01"
    assert refusal.params["base"] == "Microsoft 365 E3 (no Teams)"


def test_r25_a_suite_the_catalogue_does_not_know_is_recognised_by_its_plans() -> None:
    plans = sku("Microsoft_365_E3_(no_Teams)", 10, 1).plans
    unknown = sku("ENTERPRISEPACK", 10, 1, sku_id="00000000-0000-4000-8000-000000000001", plans=plans)
    view = tenant(stock={**STOCK, "Microsoft_Teams_Enterprise_New": (10, 0)})
    view = view.model_copy(update={"skus": (*view.skus, unknown)})
    who = holdings(person("noa"), unknown.sku_id)
    assert added(planned(who, view))[0] == "Microsoft_Teams_Enterprise_New"


def test_j12a_without_a_suite_there_is_nothing_a_phone_can_build_on() -> None:
    assert refused(holdings(person("max"))).code == "SB-LIC-02"


def test_j12a_a_suite_without_teams_names_those_to_move_to() -> None:
    refusal = refused(holdings(person("max"), sku_id("OFFICESUBSCRIPTION")))
    assert refusal.code == "SB-LIC-26"
    assert "Office 365 E3" in refusal.params["choices"]


def test_r26_a_disabled_plan_is_switched_on_not_bought() -> None:
    off = HeldLicence(sku_id=E5, disabled_plans=frozenset({MCOEV_PLAN, "other-plan"}))
    found = planned(holdings(person("kim"), MCOPSTN1, licences=(off,), voice=KNOWN))
    change = next(step for step in found.steps if isinstance(step, ChangeLicences))
    assert [(add.sku_id, add.disabled_plans, add.reenables) for add in change.add] == [
        (E5, frozenset({"other-plan"}), frozenset({MCOEV_PLAN}))
    ]
    assert found.seats == ()
    assert "await_voice" in kinds(found)


def test_r26_two_disabled_plans_of_one_licence_are_switched_on_together() -> None:
    off = HeldLicence(sku_id=E5, disabled_plans=frozenset({MCOEV_PLAN, TEAMS1_PLAN}))
    found = planned(holdings(person("kim"), licences=(off,), voice=None))
    change = next(step for step in found.steps if isinstance(step, ChangeLicences))
    assert [(add.sku_id, add.reenables) for add in change.add] == [
        (E5, frozenset({MCOEV_PLAN, TEAMS1_PLAN})),
        (MCOPSTN1, frozenset()),
    ]


def test_r26_a_plan_that_a_group_switches_off_is_for_the_group_to_change() -> None:
    off = HeldLicence(sku_id=E5, disabled_plans=frozenset({MCOEV_PLAN}), assigned_by_group="a-group")
    refusal = refused(holdings(person("kim"), MCOPSTN1, licences=(off,), voice=KNOWN))
    assert refusal.code == "SB-LIC-03"
    assert refusal.params["product"] == "Office 365 E5"


def test_r26_the_direct_one_of_two_equal_licences_is_changed() -> None:
    off = frozenset({MCOEV_PLAN})
    inherited = HeldLicence(sku_id=E5, disabled_plans=off, assigned_by_group="a-group")
    direct = HeldLicence(sku_id=E5, disabled_plans=off)
    found = planned(holdings(person("kim"), MCOPSTN1, licences=(inherited, direct), voice=KNOWN))
    assert added(found) == ["ENTERPRISEPREMIUM"]


def test_r26_a_plan_that_another_licence_has_on_is_on() -> None:
    off = HeldLicence(sku_id=E5, disabled_plans=frozenset({MCOEV_PLAN}))
    found = planned(holdings(person("kim"), MCOEV, MCOPSTN1, licences=(off,), voice=WITH_CALLING))
    assert kinds(found) == ["assign_number", "notify"]


def test_r26_a_licence_in_error_is_no_licence() -> None:
    broken = HeldLicence(sku_id=MCOEV, state="Error", assigned_by_group="a-group")
    who = dora().model_copy(update={"licences": (HeldLicence(sku_id=E3), broken)})
    assert added(planned(who)) == ["MCOEV", "MCOPSTN1"]


@pytest.mark.parametrize(
    ("iso2", "code"), [("FR", "SB-NUM-05"), ("DE", "SB-NUM-06"), ("AU", "SB-NUM-07"), ("HK", "SB-NUM-08")]
)
def test_r55_an_empty_pool_says_how_numbers_are_got_there(iso2: str, code: str) -> None:
    who = holdings(person("uma", iso2), E3, voice=KNOWN)
    found = planned(who, tenant(number("+14255550101", "US", "Redmond", None)))
    assert found.waits_for in (WaitReason.NUMBER, WaitReason.LICENCES)
    assert code in codes(found)
    assert number_step(found).telephone_number is None


def test_r60_a_number_for_services_is_never_given_to_a_person() -> None:
    service = number(
        "+33800000001", capabilities=frozenset({Capability.VOICE_APPLICATION, Capability.CONFERENCE})
    )
    found = planned(ana(), tenant(service))
    assert number_step(found).telephone_number is None
    assert found.waits_for is WaitReason.NUMBER


def test_r66_the_united_states_ask_for_a_place() -> None:
    assert refused(ben()).code == "SB-LOC-02"
    found = planned(ben(), location_id="loc-redmond")
    assert number_step(found).location_id == "loc-redmond"
    assert number_step(found).telephone_number in {"+14255550101", "+14255550102"}


def test_j10_where_no_place_is_known_the_admins_make_one_first() -> None:
    who = holdings(person("carl", "CA"), E3, voice=KNOWN)
    free = number("+14165550101", "CA", "Toronto", None)
    found = planned(who, tenant(free), city="Toronto")
    task = found.steps[0]
    assert isinstance(task, HumanTask)
    assert task.task is TaskKind.EMERGENCY_ADDRESS
    assert (task.params["city"], task.params["number"]) == ("Toronto", "+14165550101")
    step = number_step(found)
    assert (step.location_id, step.location_from_task) == (None, True)
    assert step.telephone_number == "+14165550101", "held while the address is made"
    assert found.waits_for is WaitReason.ADDRESS
    assert {"SB-LOC-03", "SB-LOC-08"} <= set(codes(found))


def test_j10_a_place_that_is_not_on_the_list_is_made_first() -> None:
    assert refused(ben()).code == "SB-LOC-02", "unless somebody says that none fits, one is chosen"
    found = planned(ben(), new_location=True)
    assert found.waits_for is WaitReason.ADDRESS
    assert number_step(found).location_from_task
    assert "SB-LOC-03" not in codes(found), "there are known places, and none of them fits"


@pytest.mark.parametrize("place", ["loc-paris", "loc-nowhere"])
def test_r66_a_place_of_another_country_or_of_none_is_refused(place: str) -> None:
    assert refused(ben(), location_id=place).code == "SB-LOC-04"


def test_r66_elsewhere_a_number_without_an_address_is_not_offered() -> None:
    bare, housed = number("+33123450001", location=None), number("+33123450009")
    assert number_step(planned(ana(), tenant(bare, housed))).telephone_number == "+33123450009"
    found = planned(ana(), tenant(bare))
    assert found.waits_for is WaitReason.ADDRESS
    assert "SB-LOC-05" in codes(found)


def test_r06_with_operator_connect_the_number_is_the_operators() -> None:
    who = holdings(person("olga", "DE"), E5, voice=WITH_PHONE, own_pstn=True)
    routed = number("+49301234567", "DE", "Berlin", None, NumberType.DIRECT_ROUTING)
    connected = number("+49309876543", "DE", "Berlin", None, NumberType.OPERATOR_CONNECT)
    operators = who.model_copy(update={"own_line": NumberType.OPERATOR_CONNECT})
    assert number_step(planned(who, tenant(routed, connected))).telephone_number == "+49301234567"
    assert number_step(planned(operators, tenant(routed, connected))).telephone_number == "+49309876543"


def test_r66_numbers_of_the_own_carrier_have_no_address_with_microsoft() -> None:
    assert number_step(planned(dieter())).telephone_number is not None


def test_r66_in_japan_everybody_is_warned() -> None:
    who = holdings(person("jun", "JP"), E3, voice=KNOWN, own_pstn=True)
    line = number("+81312345678", "JP", "Tokyo", None, NumberType.DIRECT_ROUTING)
    assert refused(who, tenant(line)).code == "SB-LOC-13"
    found = planned(who, tenant(line), accepts_no_emergency_calls=True)
    assert "SB-LOC-06" in codes(found)
    assert found.acknowledge == ("SB-LOC-06",)
    assert number_step(found).telephone_number == "+81312345678"


@pytest.mark.parametrize("who", [dora(), ana(), dieter()])
def test_r69_the_news_comes_last(who: Holdings) -> None:
    found = planned(who)
    assert isinstance(found.steps[-1], Notify)
    assert sum(isinstance(step, Notify) for step in found.steps) == 1


def test_r71_a_country_nothing_is_known_of_is_refused() -> None:
    who = holdings(person("zoe", "ZZ"), E3, voice=KNOWN)
    assert refused(who, country="ZZ").code == "SB-NUM-02"


@pytest.mark.parametrize("iso2", ["KE", "CN"])
def test_r71_without_calling_plans_the_own_carrier_is_pointed_to(iso2: str) -> None:
    who = holdings(person("kate", iso2), E3, voice=KNOWN)
    assert refused(who).code == "SB-NUM-03"
    line = number("+254201234567", "KE", "Nairobi", None, NumberType.DIRECT_ROUTING)
    if iso2 == "KE":
        routed = who.model_copy(update={"own_pstn": True})
        assert number_step(planned(routed, tenant(line))).telephone_number == "+254201234567"


def test_r71_uncertain_facts_are_said_to_be_so() -> None:
    who = holdings(person("iva", "HR"), E3, voice=KNOWN)
    assert "SB-NUM-13" in codes(planned(who))
    assert "SB-NUM-13" not in codes(planned(dora()))


def test_r72_mexico_takes_its_own_plan_and_no_other() -> None:
    who = holdings(person("mia", "MX"), E3, voice=KNOWN)
    refusal = refused(who)
    assert refusal.code == "SB-LIC-08"
    assert "Mexico" in refusal.params["product"]
    own = sku("MCOPSTN1", 5, 0, sku_id="00000000-0000-4000-8000-00000000005a")
    own = own.model_copy(update={"part_number": "Microsoft_Teams_Domestic_Calling_Plan_(Mexico)"})
    view = tenant()
    view = view.model_copy(update={"skus": (*view.skus, own)})
    assert added(planned(who, view)) == ["MCOEV", own.part_number]


def test_r72_a_generic_plan_does_not_count_in_mexico_even_if_held() -> None:
    who = holdings(person("mia", "MX"), E5, MCOPSTN1, voice=WITH_CALLING)
    assert refused(who).code == "SB-LIC-08"


def test_japan_and_its_partner_are_named() -> None:
    who = holdings(person("jun", "JP"), E3, voice=KNOWN)
    refusal = refused(who, accepts_no_emergency_calls=True)
    assert (refusal.code, refusal.params["product"]) == ("SB-LIC-08", "SoftBank Calling Plan")


def test_whoever_has_a_number_needs_none() -> None:
    mine = number("+33123450777")
    assert refused(ana().model_copy(update={"numbers": (mine,)})).code == "SB-NUM-01"
    known = WITH_CALLING.model_copy(update={"numbers": ("+33123450777",)})
    assert refused(ana().model_copy(update={"voice": known})).params["number"] == "+33123450777"


def test_a_number_whose_assignment_failed_is_not_had() -> None:
    failed = number("+33123450777").model_copy(update={"activation_state": ActivationState.ASSIGNMENT_FAILED})
    assert kinds(planned(ana().model_copy(update={"numbers": (failed,)}))) == ["assign_number", "notify"]


def test_a_number_held_for_somebody_else_is_not_offered() -> None:
    held = frozenset({"+33123450001", "+33123450002"})
    found = planned(ana(), tenant(held=held))
    assert number_step(found).telephone_number == "+33123450042"
    assert [(line.free_before, line.free_after) for line in found.stock] == [(1, 0)]


def test_j01_a_wished_ending_is_taken_and_otherwise_another_number_is() -> None:
    assert number_step(planned(ana(), ending="42")).telephone_number == "+33123450042"
    found = planned(ana(), ending="99")
    assert number_step(found).telephone_number is not None
    assert "SB-NUM-11" in codes(found)


def test_j01_whoever_insists_waits_and_sees_what_else_there_is() -> None:
    found = planned(ana(), ending="99", any_number=False)
    assert found.waits_for is WaitReason.NUMBER
    notice = next(one for one in found.notices if one.code == "SB-NUM-12")
    assert notice.params["numbers"].split(", ") == ["+33123450001", "+33123450002", "+33123450042"]


def test_a_city_without_numbers_is_waited_for_and_the_others_are_named() -> None:
    found = planned(ana(), city="Lyon")
    assert found.waits_for is WaitReason.NUMBER
    assert number_step(found).telephone_number is None
    notice = next(one for one in found.notices if one.code == "SB-NUM-10")
    assert notice.params == {"city": "Lyon", "cities": "Paris"}


def test_r81_costs_come_from_the_price_list_or_are_unknown() -> None:
    assert "SB-LIC-06" in codes(planned(dora()))
    prices = tuple(
        Price(part_number=name, monthly=Money(minor=minor, currency="EUR"), as_of="2026-10")
        for name, minor in (("MCOEV", 800), ("MCOPSTN1", 1200))
    )
    priced = tenant(facts=TenantFacts(prices=prices))
    found = planned(dora(), priced)
    change = next(step for step in found.steps if isinstance(step, ChangeLicences))
    assert change.monthly_cost == Money(minor=2000, currency="EUR")
    assert "SB-LIC-06" not in codes(found)


def test_r81_half_a_price_is_no_price() -> None:
    only = (Price(part_number="MCOEV", monthly=Money(minor=800, currency="EUR"), as_of="2026-10"),)
    found = planned(dora(), tenant(facts=TenantFacts(prices=only)))
    change = next(step for step in found.steps if isinstance(step, ChangeLicences))
    assert change.monthly_cost is None
    notice = next(one for one in found.notices if one.code == "SB-LIC-06")
    assert notice.params["product"] == "Domestic Calling Plan"


def test_r23_several_add_ons_on_a_small_suite_are_worth_a_comparison() -> None:
    notice = next(one for one in planned(dora()).notices if one.code == "SB-LIC-07")
    assert notice.params["base"] == "Office 365 E3"


def test_the_tenants_word_on_what_a_product_contains_comes_before_the_catalogues() -> None:
    view = tenant()
    with_phone = sku("ENTERPRISEPREMIUM", 10, 1).plans
    skus = tuple(
        one.model_copy(update={"plans": with_phone}) if one.sku_id == E3 else one for one in view.skus
    )
    found = planned(dora(), view.model_copy(update={"skus": skus}))
    assert added(found) == ["MCOPSTN1"]


def test_r05_the_bundle_comes_before_a_smaller_plan() -> None:
    stock = {"MCOEV": (9, 0), "MCOPSTN_5": (9, 0), "MCOTEAMS_ESSENTIALS": (5, 0)}
    assert planned(dora(), tenant(stock=stock)).seats == (MCOTEAMS_ESSENTIALS,)

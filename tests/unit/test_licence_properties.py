"""What holds for every plan of licences, whoever asks for what and whatever is in stock."""

from __future__ import annotations

from typing import get_args

from hypothesis import assume, given
from hypothesis import strategies as st

from bot.domain.catalogue.products import Role, Use, plan_ids, plans_of_role, product
from bot.domain.numbers import NumberType, PhoneNumber
from bot.domain.people import AccountType, HeldLicence, Holdings, VoiceProfile
from bot.domain.planning import in_order, plan, precheck
from bot.domain.plans import (
    AssignNumber,
    ChangeLicences,
    HumanTask,
    KeepNumber,
    Plan,
    Refusal,
    ReleaseNumber,
    SetUsageLocation,
)
from bot.domain.task_texts.params import required_params
from bot.domain.tenant import TenantFacts, TenantView
from bot.domain.wishes import LicenceWish, MeetingOrganiserWish, PhoneUserWish, SwapWish, Wish
from tests.support.code_params import needed_params
from tests.support.contoso import FACTS, NOW, PARIS_NUMBERS, REDMOND_NUMBERS, number, person, sku, sku_id

SUITES = (
    "ENTERPRISEPACK",
    "ENTERPRISEPREMIUM",
    "SPE_E5_NOPSTNCONF",
    "SPE_E5_CALLINGMINUTES",
    "Microsoft_365_E3_(no_Teams)",
    "OFFICESUBSCRIPTION",
    "SPB",
)
PARTS = (
    "MCOEV",
    "MCOPSTN1",
    "MCOPSTN2",
    "MCOPSTN_5",
    "MCOPSTN_6",
    "MCOPSTN5_US",
    "MCOTEAMS_ESSENTIALS",
    "Microsoft_Teams_Enterprise_New",
    "MCOMEETADV",
    "MCOMEETACPEA",
    "MCOPSTNC",
    "PHONESYSTEM_VIRTUALUSER",
    "Microsoft_Teams_Rooms_Basic",
    "Microsoft_Teams_Rooms_Pro",
    "Microsoft_Teams_Calling_Plan_pay_as_you_go_(country_zone_1_US)",
)
USES = tuple(one for one in get_args(Use) if one)
NAMED = (*USES, *(sku_id(name) for name in (*SUITES, *PARTS)))
BUILDS_ON: tuple[tuple[Role, Role], ...] = (
    ("calling", "phone"),
    ("phone", "teams"),
    ("conferencing", "teams"),
)

places = st.sampled_from(("FR", "US", "DE", "MX", "AU", "KE", "KZ", "AL", "CN"))


@st.composite
def licences_st(draw: st.DrawFn) -> HeldLicence:
    found = sku_id(draw(st.sampled_from((*SUITES, *PARTS))))
    inside = sorted(plan_ids(found))
    some = draw(st.sets(st.sampled_from(inside))) if inside else set()
    off = draw(st.sampled_from((set(), some)))
    return HeldLicence(
        sku_id=found,
        disabled_plans=frozenset(off),
        assigned_by_group=draw(st.sampled_from((None, None, None, "a-group"))),
        state=draw(st.sampled_from(("Active", "Active", "Active", "Error"))),
    )


@st.composite
def holdings_st(draw: st.DrawFn) -> Holdings:
    held = tuple(draw(st.lists(licences_st(), max_size=4, unique_by=lambda one: one.sku_id)))
    inside = sorted({p for one in held if one.in_force for p in plan_ids(one.sku_id) - one.disabled_plans})
    some = draw(st.sets(st.sampled_from(inside))) if inside else set()
    effective = draw(st.sampled_from((set(inside), some)))
    home = draw(st.one_of(st.none(), places, places))
    who = person("eve", home).model_copy(update={"country": draw(st.one_of(st.none(), places))})
    kinds = (AccountType.USER, AccountType.USER, AccountType.USER, AccountType.RESOURCE_ACCOUNT)
    return Holdings(
        person=who,
        licences=held,
        enabled_plans=frozenset(effective),
        voice=draw(st.one_of(st.none(), st.builds(VoiceProfile, account_type=st.sampled_from(kinds)))),
        own_pstn=draw(st.sampled_from((False, False, True))),
        numbers=draw(st.sampled_from(((), (), (_mine(home),)))),
    )


def _mine(home: str | None) -> PhoneNumber:
    return number("+33123450777", home or "FR", kind=NumberType.CALLING_PLAN)


@st.composite
def tenants_st(draw: st.DrawFn) -> TenantView:
    names = draw(st.sets(st.sampled_from((*SUITES, *PARTS))))
    skus = tuple(sku(name, draw(st.integers(0, 3)), draw(st.integers(0, 3))) for name in sorted(names))
    facts = FACTS.model_copy(
        update={
            "era": draw(st.sampled_from(("current", "current", "seeds"))),
            "cloud": draw(st.sampled_from(("commercial", "commercial", "commercial", "gcc", "china"))),
            "purchase_channel": draw(st.sampled_from(("direct", "volume", "godaddy"))),
            "credits_funded": draw(st.booleans()),
            "hybrid_conferencing": draw(st.booleans()),
        }
    )
    assert isinstance(facts, TenantFacts)
    return TenantView(skus=skus, free_numbers=(*PARIS_NUMBERS, *REDMOND_NUMBERS), facts=facts)


@st.composite
def wishes_st(draw: st.DrawFn) -> Wish:
    named, other = draw(st.sampled_from(NAMED)), draw(st.sampled_from(("", *NAMED)))
    leads = draw(st.sampled_from((None, True, False)))
    yes = draw(st.booleans())
    match draw(st.sampled_from(("licence", "swap", "organiser", "phone_user"))):
        case "licence":
            return LicenceWish(beneficiary_id="eve", product=named, leads_meetings=leads, outbound_calls=yes)
        case "swap":
            return SwapWish(beneficiary_id="eve", give_up=other, get=named, confirms_loss=yes)
        case "organiser":
            return MeetingOrganiserWish(beneficiary_id="eve", leads_meetings=leads, pay_per_minute=yes)
        case _:
            kinds = ("domestic", "domestic_120", "international", "payg", "none")
            return PhoneUserWish.model_validate(
                {
                    "beneficiary_id": "eve",
                    "country": draw(places),
                    "calling_plan": draw(st.sampled_from(kinds)),
                    "with_credits": yes,
                    "location_id": draw(st.sampled_from((None, "loc-redmond"))),
                }
            )


@st.composite
def askers_st(draw: st.DrawFn) -> Holdings:
    """Somebody with a suite, in a country with Calling Plans, and licences that work: mostly not refused."""
    who = draw(holdings_st())
    suite = HeldLicence(sku_id=sku_id(draw(st.sampled_from(("ENTERPRISEPACK", "ENTERPRISEPREMIUM", "SPB")))))
    rest = [one for one in who.licences if one.sku_id != suite.sku_id and product_use(one) in LIGHT]
    licences = (suite, *rest[:2])
    home = draw(st.sampled_from(("FR", "US", "DE")))
    return who.model_copy(
        update={
            "person": who.person.model_copy(update={"usage_location": home}),
            "licences": licences,
            "enabled_plans": frozenset(inside(list(licences))),
            "voice": VoiceProfile(),
            "numbers": tuple(one.model_copy(update={"country": home}) for one in who.numbers),
        }
    )


LIGHT = ("phone", "domestic", "international", "conferencing", "credits")


def product_use(one: HeldLicence) -> str:
    known = product(one.sku_id)
    return known.use if known else ""


@st.composite
def plannable_st(draw: st.DrawFn, /, **more_of_them: object) -> tuple[Wish, Holdings, TenantView]:
    who, wish, view = draw(askers_st()), draw(wishes_st()), draw(tenants_st())
    who = who.model_copy(update=more_of_them)
    home = who.person.usage_location
    more: dict[str, object] = {"leads_meetings": True, "outbound_calls": False, "confirms_loss": True}
    more |= {"country": home, "location_id": "loc-redmond" if home == "US" else None}
    more["give_up"] = draw(st.sampled_from(("", *(one.sku_id for one in who.licences))))
    if who.own_pstn:
        more["calling_plan"] = "none"
    fields = type(wish).model_fields
    facts = {"cloud": "commercial", "era": "current", "purchase_channel": "volume", "credits_funded": True}
    return (
        wish.model_copy(update={name: value for name, value in more.items() if name in fields}),
        who,
        view.model_copy(update={"facts": view.facts.model_copy(update=facts)}),
    )


Case = tuple[Wish, Holdings, TenantView]
cases = st.one_of(plannable_st(), plannable_st(), st.tuples(wishes_st(), holdings_st(), tenants_st()))


def made(case: Case) -> Plan:
    found = plan(*case, NOW)
    assume(isinstance(found, Plan))
    assert isinstance(found, Plan)
    return found


def change(found: Plan) -> ChangeLicences | None:
    calls = [step for step in found.steps if isinstance(step, ChangeLicences)]
    assert len(calls) <= 1, "licences change in one call or not at all (R19)"
    return calls[0] if calls else None


def inside(licences: list[HeldLicence]) -> set[str]:
    return {p for one in licences if one.in_force for p in plan_ids(one.sku_id) - one.disabled_plans}


def before_and_after(case: Case, found: Plan) -> tuple[set[str], set[str]]:
    """Plans of the person's licences before and after the one call."""
    _, who, _ = case
    step = change(found) or ChangeLicences()
    kept = [one for one in who.licences if one.assigned_by_group or one.sku_id not in step.remove]
    renewed = {add.sku_id for add in step.add}
    after = [one for one in kept if one.sku_id not in renewed]
    after += [HeldLicence(sku_id=add.sku_id, disabled_plans=add.disabled_plans) for add in step.add]
    return inside(list(who.licences)), inside(after)


def has(plans: set[str], role: Role) -> bool:
    return not plans_of_role(role).isdisjoint(plans)


@given(cases)
def test_every_answer_can_be_told_to_people(case: Case) -> None:
    found = plan(*case, NOW)
    for said in (found,) if isinstance(found, Refusal) else found.notices:
        assert needed_params(said.code) <= set(said.params)


@given(cases)
def test_r10_a_plan_is_in_its_one_order_and_survives_json(case: Case) -> None:
    found = made(case)
    assert in_order(reversed(found.steps)) == found.steps
    assert Plan.model_validate_json(found.model_dump_json()) == found


@given(cases)
def test_r19_only_what_is_held_directly_is_taken_back(case: Case) -> None:
    step = change(made(case))
    direct = {one.sku_id for one in case[1].licences if one.assigned_by_group is None}
    assert step is None or set(step.remove) <= direct
    assert step is None or set(step.remove).isdisjoint(add.sku_id for add in step.add)


@given(plannable_st(own_pstn=True))
def test_r06_an_own_line_never_gets_a_calling_plan(case: Case) -> None:
    before, after = before_and_after(case, made(case))
    assert (after - before).isdisjoint(plans_of_role("calling"))


@given(cases)
def test_r05_r21_nothing_is_left_without_what_it_builds_on(case: Case) -> None:
    found = made(case)
    by_people = any(isinstance(step, HumanTask) and step.task == "upgrade_base" for step in found.steps)
    machine = case[1].voice is not None and case[1].voice.account_type is AccountType.RESOURCE_ACCOUNT
    assume(not by_people and not machine)
    before, after = before_and_after(case, found)
    assume(not has(before, "resource") and case[1].enabled_plans <= before)
    for upper, lower in BUILDS_ON:
        new = (after - before) & plans_of_role(upper)
        lost = has(before, lower) and not has(after, lower)
        if new or (lost and has(after, upper)):
            assert has(after, lower), (upper, lower)


@given(plannable_st(numbers=(_mine("FR"),)))
def test_r20_a_number_goes_only_where_somebody_said_so(case: Case) -> None:
    wish, _, _ = case
    found = made(case)
    before, after = before_and_after(case, found)
    lost = any(has(before, role) and not has(after, role) for role in ("phone", "calling"))
    if lost:
        assert isinstance(wish, SwapWish)
        assert wish.confirms_loss
        assert any(isinstance(step, ReleaseNumber) for step in found.steps)
    if any(isinstance(step, KeepNumber) for step in found.steps):
        assert not lost


@given(cases)
def test_r15_r72_only_products_for_the_country_and_the_cloud_are_given(case: Case) -> None:
    _, who, view = case
    for one in made(case).seats:
        known = product(one)
        assert known is not None
        assert view.facts.cloud in known.clouds
        if known.category == "calling_plan":
            assert known.serves(who.person.usage_location or who.person.country or case[0].country)  # type: ignore[union-attr]


@given(cases)
def test_r18_no_licence_is_given_where_no_country_is_known(case: Case) -> None:
    found = made(case)
    step = change(found)
    if step and step.add and case[1].person.usage_location is None:
        assert any(isinstance(one, SetUsageLocation) for one in found.steps)


@given(cases)
def test_a_task_for_people_says_all_it_has_to(case: Case) -> None:
    for step in made(case).steps:
        if isinstance(step, HumanTask):
            assert set(required_params(step.task)) <= set(step.params)


@given(cases)
def test_a_seat_is_only_taken_for_what_is_not_held(case: Case) -> None:
    found = made(case)
    held = {one.sku_id for one in case[1].licences if one.in_force}
    assert held.isdisjoint(found.seats)
    assert len(set(found.seats)) == len(found.seats)


@given(cases)
def test_an_agreed_plan_may_be_carried_out_while_nothing_changes(case: Case) -> None:
    wish, who, view = case
    found = made(case)
    assume(any(isinstance(step, ChangeLicences | AssignNumber) for step in found.steps))
    assert precheck(wish, who, view, found) is None

"""What holds for every plan, whoever asks and whatever is in stock."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

from hypothesis import assume, given
from hypothesis import strategies as st

from bot.domain.catalogue.countries import countries
from bot.domain.catalogue.products import plan_ids, plans_of_role, product, products
from bot.domain.numbers import AssignmentStatus, Capability, NumberType, PhoneNumber
from bot.domain.people import AccountType, HeldLicence, Holdings, VoiceProfile
from bot.domain.planning import choose_number, in_order, plan, precheck, voice_ready
from bot.domain.plans import AssignNumber, AwaitVoice, ChangeLicences, Notify, Plan, Refusal, SetUsageLocation
from bot.domain.tenant import EmergencyLocation, Sku, TenantFacts, TenantView
from bot.domain.wishes import NumberWish
from tests.support.code_params import needed_params
from tests.support.contoso import NOW, number, person, sku, sku_id

ORDER = (SetUsageLocation, ChangeLicences, AwaitVoice, AssignNumber, Notify)
PLACES = ("FR", "US", "CA", "DE", "JP", "AU", "MX", "KE", "HK", "GB", "ZZ")
SUITES = (
    "ENTERPRISEPACK",
    "ENTERPRISEPREMIUM",
    "SPE_E5",
    "Microsoft_365_E3_(no_Teams)",
    "OFFICESUBSCRIPTION",
    "SPE_F1",
)
PARTS = (
    "MCOEV",
    "MCOPSTN1",
    "MCOPSTN2",
    "MCOPSTN_5",
    "MCOPSTN5_US",
    "MCOTEAMS_ESSENTIALS",
    "Microsoft_Teams_Enterprise_New",
    "MCOMEETADV",
)
LOCATIONS = ("loc-FR", "loc-US", "loc-CA", "loc-nowhere")
CALLING = plans_of_role("calling")
PHONE = plans_of_role("phone")

countries_st = st.sampled_from(PLACES)


@st.composite
def licences_st(draw: st.DrawFn) -> HeldLicence:
    found = sku_id(draw(st.sampled_from((*SUITES, *PARTS))))
    inside = sorted(plan_ids(found))
    off = draw(st.sets(st.sampled_from(inside))) if inside else set()
    return HeldLicence(
        sku_id=found,
        disabled_plans=frozenset(off),
        assigned_by_group=draw(st.sampled_from((None, None, "a-group"))),
        state=draw(st.sampled_from(("Active", "Active", "ActiveWithError", "Error"))),
    )


@st.composite
def voices_st(draw: st.DrawFn) -> VoiceProfile | None:
    if draw(st.booleans()):
        return None
    features = draw(st.sets(st.sampled_from(("Teams", "PhoneSystem", "CallingPlan", "AudioConferencing"))))
    kinds = (AccountType.USER, AccountType.USER, AccountType.USER, AccountType.INELIGIBLE_USER)
    return VoiceProfile(account_type=draw(st.sampled_from(kinds)), feature_types=frozenset(features))


@st.composite
def holdings_st(draw: st.DrawFn) -> Holdings:
    held = tuple(draw(st.lists(licences_st(), max_size=4)))
    inside = sorted({p for one in held if one.in_force for p in plan_ids(one.sku_id) - one.disabled_plans})
    effective = draw(st.sets(st.sampled_from(inside))) if inside else set()
    age = timedelta(hours=draw(st.integers(0, 48)))
    who = person("eve", draw(st.one_of(st.none(), countries_st)), created_at=NOW - age)
    return Holdings(
        person=who,
        licences=held,
        enabled_plans=frozenset(effective),
        voice=draw(voices_st()),
        own_pstn=draw(st.booleans()),
    )


@st.composite
def numbers_st(draw: st.DrawFn) -> PhoneNumber:
    country = draw(countries_st)
    made = number(
        "+" + draw(st.from_regex(r"[1-9][0-9]{7,10}", fullmatch=True)),
        country,
        draw(st.sampled_from(("Paris", "Lyon", "Redmond", None))),
        draw(st.sampled_from((None, "loc"))),
        draw(st.sampled_from(list(NumberType))),
        frozenset(draw(st.sets(st.sampled_from(list(Capability)), max_size=3))),
    )
    status = draw(
        st.sampled_from((AssignmentStatus.UNASSIGNED, AssignmentStatus.UNASSIGNED, AssignmentStatus.USER))
    )
    return made.model_copy(update={"assignment_status": status})


@st.composite
def skus_st(draw: st.DrawFn) -> tuple[Sku, ...]:
    names = draw(st.sets(st.sampled_from((*SUITES, *PARTS))))
    return tuple(
        sku(
            name,
            draw(st.integers(0, 3)),
            draw(st.integers(0, 3)),
            status=draw(st.sampled_from(("Enabled", "Suspended"))),
        )
        for name in sorted(names)
    )


@st.composite
def tenants_st(draw: st.DrawFn) -> TenantView:
    places = draw(st.sets(st.sampled_from(("FR", "US", "CA"))))
    free = tuple(draw(st.lists(numbers_st(), max_size=6)))
    return TenantView(
        skus=draw(skus_st()),
        free_numbers=free,
        facts=TenantFacts(
            emergency_locations=tuple(
                EmergencyLocation(id=f"loc-{iso2}", name=iso2, country=iso2, city="X")
                for iso2 in sorted(places)
            )
        ),
        held_numbers=frozenset(one.telephone_number for one in free if draw(st.booleans())),
    )


@st.composite
def wishes_st(draw: st.DrawFn) -> NumberWish:
    return NumberWish(
        beneficiary_id="eve",
        country=draw(countries_st),
        city=draw(st.sampled_from((None, None, "Paris", "Redmond"))),
        ending=draw(st.sampled_from((None, "0", "42"))),
        any_number=draw(st.booleans()),
        location_id=draw(st.sampled_from((None, *LOCATIONS))),
    )


@st.composite
def cases_st(draw: st.DrawFn) -> tuple[NumberWish, Holdings, TenantView]:
    """Anybody asking for anything: mostly refused."""
    return draw(wishes_st()), draw(holdings_st()), draw(tenants_st())


@st.composite
def askers_st(draw: st.DrawFn) -> Holdings:
    """Somebody a number can be planned for: with a suite to build on and no group in the way."""
    who = draw(holdings_st())
    suite = HeldLicence(
        sku_id=sku_id(draw(st.sampled_from(("ENTERPRISEPACK", "ENTERPRISEPREMIUM", "SPE_F1"))))
    )
    direct = tuple(one.model_copy(update={"assigned_by_group": None}) for one in who.licences)
    own_pstn = draw(st.booleans())
    home = draw(
        st.sampled_from(("FR", "US", "CA", "DE", "AU", "HK", "GB", *(("JP", "MX", "KE") if own_pstn else ())))
    )
    return who.model_copy(
        update={
            "person": who.person.model_copy(update={"usage_location": home}),
            "licences": (suite, *direct),
            "enabled_plans": who.enabled_plans | (plan_ids(suite.sku_id) if draw(st.booleans()) else set()),
            "own_pstn": own_pstn,
        }
    )


@st.composite
def plannable_st(draw: st.DrawFn) -> tuple[NumberWish, Holdings, TenantView]:
    """A wish for a number at home, with a place where one is asked for: hardly ever refused."""
    who, wish, view = draw(askers_st()), draw(wishes_st()), draw(tenants_st())
    home = who.person.usage_location or "FR"
    place = f"loc-{home}" if home in ("US", "CA") else None
    known = EmergencyLocation(id=f"loc-{home}", name=home, country=home, city="X")
    at_home = tuple(one.model_copy(update={"country": home}) for one in view.free_numbers[::2])
    return (
        wish.model_copy(
            update={"country": home, "location_id": place, "accepts_no_emergency_calls": home == "JP"}
        ),
        who,
        view.model_copy(
            update={
                "facts": TenantFacts(emergency_locations=(known,)),
                "free_numbers": (*at_home, *view.free_numbers[1::2]),
            }
        ),
    )


def made(case: tuple[NumberWish, Holdings, TenantView]) -> Plan:
    found = plan(*case, NOW)
    assume(isinstance(found, Plan))
    assert isinstance(found, Plan)
    return found


def adds(found: Plan) -> list[str]:
    return [add.sku_id for step in found.steps if isinstance(step, ChangeLicences) for add in step.add]


def brought(found: Plan) -> set[str]:
    """Service plans the licence step turns on."""
    return {
        plan_id
        for step in found.steps
        if isinstance(step, ChangeLicences)
        for add in step.add
        for plan_id in plan_ids(add.sku_id) - add.disabled_plans
    }


@given(cases_st())
def test_every_answer_can_be_told_to_people(case: tuple[NumberWish, Holdings, TenantView]) -> None:
    found = plan(*case, NOW)
    for said in (found,) if isinstance(found, Refusal) else found.notices:
        assert needed_params(said.code) <= set(said.params)


@given(cases_st())
def test_the_same_question_has_the_same_answer(case: tuple[NumberWish, Holdings, TenantView]) -> None:
    assert plan(*case, NOW) == plan(*case, NOW)


@given(plannable_st())
def test_r10_the_order_is_never_broken_and_no_kind_comes_twice(
    case: tuple[NumberWish, Holdings, TenantView],
) -> None:
    ranks = [ORDER.index(type(step)) for step in made(case).steps]
    assert all(before < after for before, after in pairwise(ranks))
    assert ranks[-1] == ORDER.index(Notify)


@given(plannable_st(), st.randoms(use_true_random=False))
def test_r10_a_shuffled_plan_is_put_back_in_order(
    case: tuple[NumberWish, Holdings, TenantView], random: object
) -> None:
    steps = list(made(case).steps)
    shuffled = list(steps)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert in_order(shuffled) == tuple(steps)


@given(plannable_st())
def test_r06_own_carrier_never_gets_a_calling_plan(case: tuple[NumberWish, Holdings, TenantView]) -> None:
    _, who, _ = case
    assume(who.own_pstn)
    found = made(case)
    for step in found.steps:
        if isinstance(step, ChangeLicences):
            for add in step.add:
                newly = add.reenables or plan_ids(add.sku_id)
                assert CALLING.isdisjoint(newly)
    assert found.number_step is not None
    assert found.number_step.number_type is NumberType.DIRECT_ROUTING


@given(plannable_st())
def test_r05_a_calling_plan_is_never_added_without_teams_phone(
    case: tuple[NumberWish, Holdings, TenantView],
) -> None:
    _, who, _ = case
    found = made(case)
    if CALLING & brought(found):
        held = {p for one in who.licences if one.in_force for p in plan_ids(one.sku_id) - one.disabled_plans}
        assert PHONE & (brought(found) | held | who.enabled_plans)


@given(plannable_st())
def test_r68_a_number_is_only_ever_of_the_persons_country(
    case: tuple[NumberWish, Holdings, TenantView],
) -> None:
    wish, who, view = case
    step = made(case).number_step
    assert step is not None
    assert step.country == wish.country == who.person.usage_location
    if step.telephone_number:
        taken = next(one for one in view.free_numbers if one.telephone_number == step.telephone_number)
        assert taken.country == wish.country
        assert taken.number_type is step.number_type
        assert Capability.USER in taken.capabilities
        assert taken.assignment_status is AssignmentStatus.UNASSIGNED
        assert step.telephone_number not in view.held_numbers
        assert step.city in (None, taken.city)


@given(plannable_st())
def test_r66_no_number_in_the_united_states_or_canada_without_a_place_there(
    case: tuple[NumberWish, Holdings, TenantView],
) -> None:
    wish, _, view = case
    step = made(case).number_step
    assert step is not None
    if wish.country in ("US", "CA"):
        here = {place.id for place in view.facts.emergency_locations if place.country == wish.country}
        assert step.location_id in here
    elif step.location_id is not None:
        assert step.location_id == wish.location_id


@given(plannable_st())
def test_r09_a_plan_waits_exactly_when_something_is_missing(
    case: tuple[NumberWish, Holdings, TenantView],
) -> None:
    _, _, view = case
    found = made(case)
    assert found.number_step is not None
    short = [
        one
        for one in found.seats
        if view.free_seats(one) <= 0 or (owned := view.sku(one)) is None or owned.status != "Enabled"
    ]
    missing = bool(short) or found.number_step.telephone_number is None
    assert (found.waits_for is not None) == missing


@given(plannable_st())
def test_nothing_wished_is_dropped(case: tuple[NumberWish, Holdings, TenantView]) -> None:
    wish, _, _ = case
    step = made(case).number_step
    assert step is not None
    assert (step.city, step.ending, step.any_number) == (wish.city, wish.ending, wish.any_number)


@given(plannable_st())
def test_a_seat_is_only_taken_for_what_the_person_lacks(
    case: tuple[NumberWish, Holdings, TenantView],
) -> None:
    _, who, _ = case
    held = {one.sku_id for one in who.licences if one.in_force}
    found = made(case)
    assert held.isdisjoint(found.seats)
    assert len(set(adds(found))) == len(adds(found))


@given(plannable_st())
def test_only_products_for_the_country_are_proposed(case: tuple[NumberWish, Holdings, TenantView]) -> None:
    wish, _, _ = case
    for one in made(case).seats:
        facts = product(one)
        assert facts is not None
        assert facts.use
        assert facts.serves(wish.country)


@given(plannable_st())
def test_whoever_needs_not_wait_is_ready(case: tuple[NumberWish, Holdings, TenantView]) -> None:
    _, who, _ = case
    found = made(case)
    if not any(isinstance(step, AwaitVoice) for step in found.steps):
        assert adds(found) == []
        assert voice_ready(who, ())
        assert who.enabled_plans & PHONE


@given(plannable_st())
def test_a_plan_survives_json(case: tuple[NumberWish, Holdings, TenantView]) -> None:
    found = made(case)
    assert Plan.model_validate_json(found.model_dump_json()) == found


@given(plannable_st())
def test_an_agreed_plan_may_still_be_carried_out_while_nothing_changes(
    case: tuple[NumberWish, Holdings, TenantView],
) -> None:
    wish, who, view = case
    assert precheck(wish, who, view, made(case)) is None


@given(cases_st())
def test_what_is_refused_before_the_plan_is_refused_before_the_write(
    case: tuple[NumberWish, Holdings, TenantView],
) -> None:
    wish, who, view = case
    found = plan(wish, who, view, NOW)
    before_stock = ("SB-WHO", "SB-LOC", "SB-NUM-02", "SB-NUM-03", "SB-NUM-04")
    if isinstance(found, Refusal) and found.code.startswith(before_stock):
        assert precheck(wish, who, view, Plan(steps=())) == found


@given(
    st.lists(numbers_st(), max_size=8), wishes_st(), st.text(max_size=5), st.sampled_from(list(NumberType))
)
def test_a_choice_fits_the_step_or_is_none(
    free: list[PhoneNumber], wish: NumberWish, spread: str, kind: NumberType
) -> None:
    step = AssignNumber(
        number_type=kind,
        country=wish.country,
        city=wish.city,
        ending=wish.ending,
        any_number=wish.any_number,
        location_id=wish.location_id,
    )
    held = {one.telephone_number for one in free[::3]}
    chosen = choose_number(step, free, held, spread=spread)
    assert chosen == choose_number(step, list(reversed(free)), held, spread=spread)
    if chosen is None:
        return
    assert chosen.telephone_number not in held
    assert (chosen.country, chosen.number_type) == (wish.country, kind)
    assert wish.any_number or chosen.telephone_number.endswith(wish.ending or "")
    facts = countries().get(wish.country)
    if facts and facts.emergency_at == "assignment":
        assert step.location_id is not None
    if facts and facts.emergency_at == "acquisition" and kind is NumberType.CALLING_PLAN:
        assert chosen.location_id is not None


def test_the_parts_named_here_exist() -> None:
    assert {*SUITES, *PARTS} <= {one.part_number for one in products().values()}

"""What is to be so, after whatever was done, and what is told once it is not."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.catalogue.products import E3, E5, MCOPSTN1, plan_ids, plans_of_role
from bot.domain.drift.agreed import OFF, Agreed, Done, Thing, about_to_change, agreed_by, newest
from bot.domain.drift.compare import Account, DriftKind, Finding, Shown, drifted
from bot.domain.drift.mending import accepted, first_mend, mending
from bot.domain.numbers import AssignmentStatus, NumberType, PhoneNumber
from bot.domain.people import HeldLicence
from bot.domain.plans import (
    AssignNumber,
    AwaitPlans,
    ChangeLicences,
    HumanTask,
    KeepNumber,
    LicenceAdd,
    Plan,
    ReleaseNumber,
    SetLocation,
    SetUsageLocation,
    Step,
)
from bot.domain.requests import StepRecord, StepState
from bot.domain.tasks import TaskKind
from bot.domain.tenant import Resting
from bot.domain.wishes import (
    LicenceWish,
    LocationWish,
    NumberChangeWish,
    NumberWish,
    ServiceNumberWish,
    SwapWish,
)
from tests.support.contoso import NOW, number, ref

ANA, BEN = ref("ana"), ref("ben")
PARIS_1, PARIS_2 = "+33123450001", "+33123450002"
ADMIN = "priya"
PHONE = next(iter(plans_of_role("phone") & plan_ids(E5)))


def done(*steps: Step, request: str = "SB-00001", at: datetime = NOW, **details: dict[str, str]) -> Done:
    """A request of Ana's whose steps are all done; `details` by position, as `s0={...}`."""
    records = tuple(
        StepRecord(
            index=index,
            kind=step.kind,
            state=StepState.DONE,
            attempts=1,
            finished_at=at + timedelta(minutes=index),
            detail=details.get(f"s{index}", {}),
        )
        for index, step in enumerate(steps)
    )
    return Done(id=request, person=ANA, plan=Plan(steps=steps), records=records)


def gives(*sku_ids: str, off: frozenset[str] = frozenset()) -> ChangeLicences:
    added = tuple(LicenceAdd(sku_id=one, part_number=one, disabled_plans=off) for one in sku_ids)
    return ChangeLicences(add=added)


def takes(*sku_ids: str) -> ChangeLicences:
    return ChangeLicences(remove=sku_ids)


def assigns(e164: str = PARIS_1, place: str | None = "loc-paris") -> tuple[AssignNumber, dict[str, str]]:
    step = AssignNumber(number_type=NumberType.CALLING_PLAN, country="FR", city="Paris", location_id=place)
    return step, {"number": e164}


def releases(e164: str = PARIS_1) -> ReleaseNumber:
    return ReleaseNumber(telephone_number=e164, number_type=NumberType.CALLING_PLAN, rest_days=30)


ASSIGN, DETAIL = assigns()
NUMBERED = done(SetUsageLocation(country="FR"), gives(E5, MCOPSTN1), ASSIGN, s2=DETAIL)


def held(e164: str = PARIS_1, by: str | None = "ana", place: str | None = "loc-paris") -> PhoneNumber:
    status = AssignmentStatus.USER if by else AssignmentStatus.UNASSIGNED
    return number(e164, location=place).model_copy(update={"target_id": by, "assignment_status": status})


def account(*sku_ids: str, country: str | None = "FR", **more: object) -> Account:
    plans = frozenset(chain.from_iterable(map(plan_ids, sku_ids)))
    licences = tuple(HeldLicence(sku_id=one) for one in sku_ids)
    return Account.model_validate({"country": country, "licences": licences, "plans": plans, **more})


def shown(who: Account | None, *numbers: PhoneNumber) -> Shown:
    return Shown({} if who is None else {"ana": who}, {one.telephone_number: one for one in numbers})


def facts(*requests: Done) -> dict[str, Agreed]:
    return newest({}, chain.from_iterable(map(agreed_by, requests)))


def found(agreed: dict[str, Agreed], now: Shown, **more: object) -> tuple[Finding, ...]:
    return drifted(agreed.values(), now, **more)  # type: ignore[arg-type]


def kinds(agreed: dict[str, Agreed], now: Shown, **more: object) -> list[DriftKind]:
    return [one.kind for one in found(agreed, now, **more)]


AS_AGREED = shown(account(E5, MCOPSTN1), held())


# Each kind ------------------------------------------------------------------------------------------------


def test_nothing_is_told_while_everything_is_as_agreed() -> None:
    assert kinds(facts(NUMBERED), AS_AGREED) == []


@pytest.mark.parametrize(
    ("now", "kind"),
    [
        (shown(None, held()), DriftKind.ACCOUNT_GONE),
        (shown(account(E5, MCOPSTN1, enabled=False), held()), DriftKind.ACCOUNT_OFF),
        (shown(account(E5), held()), DriftKind.LICENCE_GONE),
        (shown(account(E5, MCOPSTN1, country="US"), held()), DriftKind.COUNTRY_CHANGED),
        (shown(account(E5, MCOPSTN1, country=None), held()), DriftKind.COUNTRY_CHANGED),
        (shown(account(E5, MCOPSTN1), held(by=None)), DriftKind.NUMBER_GONE),
        (shown(account(E5, MCOPSTN1), held(by="ben")), DriftKind.NUMBER_GONE),
        (shown(account(E5, MCOPSTN1)), DriftKind.NUMBER_GONE),
        (shown(account(E5, MCOPSTN1), held(place="loc-lyon")), DriftKind.PLACE_CHANGED),
        (shown(account(E5, MCOPSTN1), held(place=None)), DriftKind.PLACE_CHANGED),
    ],
)
def test_what_was_changed_elsewhere_is_told_once_and_as_what_it_is(now: Shown, kind: DriftKind) -> None:
    (one,) = found(facts(NUMBERED), now)
    assert (one.kind, one.person, one.source) == (kind, ANA, "SB-00001")


def test_plans_switched_off_in_a_licence_that_was_given() -> None:
    off = HeldLicence(sku_id=E5, disabled_plans=frozenset({PHONE}))
    now = account(E5, MCOPSTN1, licences=(off, HeldLicence(sku_id=MCOPSTN1)), plans=plan_ids(MCOPSTN1))
    (one,) = found(facts(NUMBERED), shown(now, held()))
    assert (one.kind, one.product) == (DriftKind.PLANS_OFF, E5)
    assert one.params["plans"], "people read which"


def test_plans_that_were_agreed_to_be_off_are_not_told() -> None:
    agreed = facts(done(gives(E5, off=frozenset({PHONE}))))
    now = account(licences=(HeldLicence(sku_id=E5, disabled_plans=frozenset({PHONE})),))
    assert kinds(agreed, shown(now)) == []


def test_plans_that_matter_to_nobody_who_calls_may_be_switched_off() -> None:
    agreed = facts(done(gives(E5)))
    off = HeldLicence(sku_id=E5, disabled_plans=frozenset({"a-plan-for-videos"}))
    assert kinds(agreed, shown(account(E5, licences=(off,)))) == []


def test_a_plan_needed_of_a_licence_that_was_there_before() -> None:
    agreed = facts(done(AwaitPlans(plans=(PHONE,))))
    assert kinds(agreed, shown(account(E5))) == []
    off = account(licences=(HeldLicence(sku_id=E5, disabled_plans=frozenset({PHONE})),))
    (one,) = found(agreed, shown(off))
    assert (one.kind, one.product, one.seen) == (DriftKind.PLANS_OFF, E5, PHONE)
    (elsewhere,) = found(agreed, shown(account(E3)))
    assert elsewhere.product is None, "no licence would bring it"


def test_a_licence_that_is_gone_says_enough_of_its_plans() -> None:
    agreed = facts(done(gives(E5), AwaitPlans(plans=(PHONE,))))
    assert kinds(agreed, shown(account(E3))) == [DriftKind.LICENCE_GONE]


def test_a_licence_that_was_taken_back_and_is_there_again() -> None:
    agreed = facts(done(takes(E5)))
    assert kinds(agreed, shown(account(E3))) == []
    assert kinds(agreed, shown(account(E3, E5))) == [DriftKind.LICENCE_BACK]
    by_group = account(licences=(HeldLicence(sku_id=E5, assigned_by_group="g"),))
    assert kinds(agreed, shown(by_group)) == [], "a group gives what a group gives"


def test_a_number_that_rests_is_nobodys_but_whom_it_is_kept_for() -> None:
    rests = (Resting(telephone_number=PARIS_1, until=NOW, kept_for="ben", tag="ex-Ana"),)
    assert kinds({}, shown(None, held(by=None)), resting=rests) == []
    assert kinds({}, shown(None, held(by="ben")), resting=rests) == []
    (one,) = found({}, shown(None, held(by="chen")), resting=rests)
    assert (one.kind, one.holder) == (DriftKind.REST_BROKEN, "chen")
    agreed = newest({}, accepted(one, {}, NOW))
    assert kinds(agreed, shown(None, held(by="chen")), resting=rests) == []
    assert kinds(agreed, shown(None, held(by="dora")), resting=rests) == [DriftKind.REST_BROKEN]


def test_a_service_number_that_is_at_no_queue_any_more() -> None:
    task = HumanTask(task=TaskKind.SERVICE_NUMBER, params={"number": PARIS_1})
    agreed = facts(done(task))
    at_queue = held(by="queue").model_copy(update={"assignment_status": AssignmentStatus.VOICE_APPLICATION})
    assert kinds(agreed, shown(None, at_queue)) == []
    assert kinds(agreed, shown(None, held(by=None))) == [DriftKind.SERVICE_NUMBER_GONE]
    assert kinds(agreed, shown(None)) == [DriftKind.SERVICE_NUMBER_GONE]


# Explained ------------------------------------------------------------------------------------------------


def later(*steps: Step, **details: dict[str, str]) -> Done:
    return done(*steps, request="SB-00002", at=NOW + timedelta(days=1), **details)


def test_what_a_later_request_changed_is_explained() -> None:
    agreed = facts(NUMBERED, later(takes(MCOPSTN1), releases()))
    assert kinds(agreed, shown(account(E5), held(by="ben", place="loc-lyon"))) == []


def test_another_number_in_place_of_the_first() -> None:
    step, detail = assigns(PARIS_2)
    agreed = facts(NUMBERED, later(releases(), step, s1=detail))
    now = shown(account(E5, MCOPSTN1), held(by=None), held(PARIS_2))
    assert kinds(agreed, now) == []


def test_a_licence_of_a_group_that_people_were_asked_to_take_somebody_out_of() -> None:
    by_group = done(gives(E5, MCOPSTN1)).model_copy(
        update={"records": (StepRecord(index=0, kind="x", state=StepState.DONE, finished_at=NOW),)}
    )
    params = {"action": "remove", "product": "Domestic Calling Plan", "group": "g"}
    left = later(HumanTask(task=TaskKind.CHANGE_GROUP, params=params))
    assert kinds(facts(by_group), shown(account())) == [DriftKind.LICENCE_GONE] * 2
    assert kinds(facts(by_group, left), shown(account())) == [], "the group gave more than was meant"
    assert kinds(facts(done(gives(E5)), left), shown(account())) == [DriftKind.LICENCE_GONE]


def test_an_address_that_people_were_asked_to_put_on_the_number() -> None:
    task = HumanTask(task=TaskKind.EMERGENCY_ADDRESS, params={"number": PARIS_1})
    assert kinds(facts(NUMBERED, later(task)), shown(account(E5, MCOPSTN1), held(place="new"))) == []


def test_a_request_on_its_way_explains_what_it_is_about_and_nothing_else() -> None:
    agreed = facts(NUMBERED)
    moving = about_to_change(Plan(steps=(releases(),)), "ana", PARIS_1)
    now = shown(account(E5), held(by=None))
    assert kinds(agreed, now, moving=moving) == [DriftKind.LICENCE_GONE]
    moving = about_to_change(Plan(steps=(takes(MCOPSTN1),)), "ana", PARIS_1)
    assert kinds(agreed, now, moving=moving) == [DriftKind.NUMBER_GONE]
    moving = about_to_change(Plan(steps=(SetUsageLocation(country="US"),)), "ana", None)
    assert kinds(agreed, shown(account(E5, MCOPSTN1, country="US"), held()), moving=moving) == []


def test_an_account_that_left_with_nothing_is_no_news() -> None:
    agreed = facts(NUMBERED, later(takes(E5, MCOPSTN1), releases()))
    assert kinds(agreed, shown(None)) == []
    assert kinds(agreed, shown(account(country="FR", enabled=False))) == []


# Mended or accepted ---------------------------------------------------------------------------------------


def one_of(agreed: dict[str, Agreed], now: Shown) -> Finding:
    (one,) = found(agreed, now)
    return one


def test_a_licence_is_asked_for_again_or_taken_back_again() -> None:
    gone = one_of(facts(NUMBERED), shown(account(E5), held()))
    assert mending(gone, ADMIN, None) == LicenceWish(
        beneficiary_id="ana", product=MCOPSTN1, reason="SB-00001"
    )
    back = one_of(facts(done(takes(E5))), shown(account(E5)))
    wish = mending(back, ADMIN, None)
    assert isinstance(wish, SwapWish)
    assert (wish.give_up, wish.get) == (E5, "")


def test_the_same_number_is_asked_for_by_its_last_digits() -> None:
    wish = mending(one_of(facts(NUMBERED), shown(account(E5, MCOPSTN1), held(by=None))), ADMIN, None)
    assert isinstance(wish, NumberWish)
    assert (wish.country, wish.city, wish.ending, wish.any_number, wish.location_id) == (
        "FR", "Paris", "450001", True, "loc-paris",
    )  # fmt: skip


def test_who_has_another_number_by_now_gets_the_very_one_back_or_none() -> None:
    now = shown(account(E5, MCOPSTN1), held(by=None), held(PARIS_2))
    wish = mending(one_of(facts(NUMBERED), now), ADMIN, None)
    assert isinstance(wish, NumberChangeWish)
    assert (wish.ending, wish.any_number) == ("450001", False)
    now = shown(account(E5, MCOPSTN1), held(by="ben"), held(PARIS_2))
    assert mending(one_of(facts(NUMBERED), now), ADMIN, None) is None


def test_help_is_sent_to_the_agreed_place_again() -> None:
    finding = one_of(facts(NUMBERED), shown(account(E5, MCOPSTN1), held(place=None)))
    assert mending(finding, ADMIN, None) == LocationWish(
        beneficiary_id="ana", location_id="loc-paris", reason="SB-00001"
    )


def test_a_service_number_is_asked_for_as_it_was() -> None:
    task = HumanTask(task=TaskKind.SERVICE_NUMBER, params={"number": PARIS_1})
    finding = one_of(facts(done(task)), shown(None))
    before = ServiceNumberWish(beneficiary_id="ana", purpose="queue", country="FR", name="Support")
    wish = mending(finding, ADMIN, before)
    assert isinstance(wish, ServiceNumberWish)
    assert (wish.telephone_number, wish.name, wish.beneficiary_id) == (PARIS_1, "Support", ADMIN)
    assert mending(finding, ADMIN, None) is None


def test_licences_are_mended_before_the_number_that_builds_on_them() -> None:
    both = found(facts(NUMBERED), shown(account(E5), held(by=None)))
    licence, lost = both
    assert first_mend(lost, both) == licence
    assert first_mend(licence, both) is None
    assert first_mend(lost, [lost]) is None


def test_switched_off_accounts_stay_accepted_until_something_else_changes() -> None:
    agreed = facts(NUMBERED)
    off = shown(account(E5, MCOPSTN1, enabled=False), held())
    agreed = newest(agreed, accepted(one_of(agreed, off), agreed, NOW + timedelta(days=2)))
    assert kinds(agreed, off) == []
    assert kinds(agreed, shown(account(E5, enabled=False), held())) == [DriftKind.LICENCE_GONE]


def test_plans_that_were_accepted_to_be_off_do_not_cover_others() -> None:
    agreed = facts(done(gives(E5)))
    others = sorted(plan_ids(E5) - {PHONE})
    off = account(E5, licences=(HeldLicence(sku_id=E5, disabled_plans=frozenset({PHONE})),), plans=())
    agreed = newest(agreed, accepted(one_of(agreed, shown(off)), agreed, NOW + timedelta(days=2)))
    assert kinds(agreed, shown(off)) == []
    more = HeldLicence(sku_id=E5, disabled_plans=frozenset({PHONE, others[0]}))
    assert one_of(agreed, shown(account(licences=(more,)))).seen == others[0]


# Laws -----------------------------------------------------------------------------------------------------

SKUS = (E3, E5, MCOPSTN1)
NUMBERS = (PARIS_1, PARIS_2)
PLACES = ("loc-paris", "loc-lyon")
COUNTRIES = ("FR", "US")


@dataclass(frozen=True)
class Truth:
    """One person's world, changed step by step by the plainest means there are."""

    licences: dict[str, frozenset[str]] = field(default_factory=dict)
    country: str | None = None
    number: str | None = None
    places: dict[str, str] = field(default_factory=dict)

    def after(self, step: Step, detail: dict[str, str]) -> Truth:
        match step:
            case SetUsageLocation():
                return replace(self, country=step.country)
            case ChangeLicences():
                kept = {one: off for one, off in self.licences.items() if one not in step.remove}
                return replace(self, licences=kept | {add.sku_id: add.disabled_plans for add in step.add})
            case AssignNumber():
                places = {**self.places, detail["number"]: step.location_id or "own"}
                return replace(self, number=detail["number"], places=places, country=step.country)
            case ReleaseNumber():
                return replace(self, number=None)
            case SetLocation():
                return replace(self, places={**self.places, step.telephone_number: step.location_id})
            case _:
                return self

    def shown(self) -> Shown:
        licences = tuple(HeldLicence(sku_id=one, disabled_plans=off) for one, off in self.licences.items())
        plans = frozenset[str]().union(*(plan_ids(one.sku_id) - one.disabled_plans for one in licences))
        numbers = [held(one, "ana" if one == self.number else None, self.places.get(one)) for one in NUMBERS]
        return shown(account(country=self.country, licences=licences, plans=plans), *numbers)


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[Done], Truth]:
    """Requests that were carried out one after the other, and what that has led to."""
    truth, requests = Truth(), []
    for turn in range(draw(st.integers(1, 6))):
        step, detail = draw(steps_after(truth))
        truth = truth.after(step, detail)
        at = NOW + timedelta(hours=turn)
        requests.append(done(step, request=f"SB-{turn:05}", at=at, s0=detail))
    return requests, truth


@st.composite
def steps_after(draw: st.DrawFn, truth: Truth) -> tuple[Step, dict[str, str]]:
    choices: list[st.SearchStrategy[tuple[Step, dict[str, str]]]] = [
        st.sampled_from(COUNTRIES).map(lambda one: (SetUsageLocation(country=one), {})),
        st.tuples(st.sampled_from(SKUS), st.booleans()).map(
            lambda one: (gives(one[0], off=frozenset({PHONE}) if one[1] else frozenset()), {})
        ),
    ]
    if truth.licences:
        choices.append(st.sampled_from(sorted(truth.licences)).map(lambda one: (takes(one), {})))
    if truth.number is None:
        places = st.sampled_from((None, *PLACES))
        choices.append(st.tuples(st.sampled_from(NUMBERS), places).map(lambda one: assigns(*one)))
    else:
        mine = truth.number
        moves = [SetLocation(telephone_number=mine, location_id=one, location_name=one) for one in PLACES]
        kept = KeepNumber(telephone_number=mine, number_type=NumberType.CALLING_PLAN)
        choices.append(st.sampled_from([(releases(mine), {}), (kept, {}), *((one, {}) for one in moves)]))
    return draw(st.one_of(choices))


@given(histories(), st.randoms(use_true_random=False))
def test_whatever_was_done_and_in_whatever_order_it_is_learned_nothing_is_told(
    history: tuple[list[Done], Truth], chance: object
) -> None:
    requests, truth = history
    said = [fact for one in requests for fact in agreed_by(one)]
    doubled = [*said, *said]
    chance.shuffle(doubled)  # type: ignore[attr-defined]
    agreed = newest({}, doubled)
    assert agreed == newest({}, said)
    assert found(agreed, truth.shown()) == ()


@given(histories(), st.data())
def test_every_change_elsewhere_is_told_until_it_is_accepted(
    history: tuple[list[Done], Truth], data: st.DataObject
) -> None:
    requests, truth = history
    agreed = facts(*requests)
    changed = data.draw(st.sampled_from(changes_of(truth, agreed) or [truth]))
    told = found(agreed, changed.shown())
    assert bool(told) == (changed != truth)
    for one in told:
        agreed = newest(agreed, accepted(one, agreed, NOW + timedelta(days=9)))
    assert found(agreed, changed.shown()) == ()


def changes_of(truth: Truth, agreed: dict[str, Agreed]) -> list[Truth]:
    """What somebody may do to this person in the admin centres that anybody has agreed to otherwise."""
    some = [
        replace(truth, licences={one: off for one, off in truth.licences.items() if one != gone})
        for gone in truth.licences
    ]
    taken = [one.item for one in agreed.values() if one.thing is Thing.LICENCE and one.want == OFF]
    some += [replace(truth, licences={**truth.licences, one: frozenset()}) for one in taken]
    if "country:ana" in agreed:
        some += [replace(truth, country=one) for one in (*COUNTRIES, None) if one != truth.country]
    if truth.number is not None:
        others = [one for one in (*NUMBERS, None) if one != truth.number]
        some += [replace(truth, number=one) for one in others]
        place = agreed.get(f"place:{truth.number}")
        if place is not None and place.want is not None:
            some.append(replace(truth, places={**truth.places, truth.number: "loc-nowhere"}))
    return some

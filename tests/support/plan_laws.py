"""What holds for every plan, told apart from how plans are made: each law looks at the finished plan only."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from bot.domain.catalogue.products import Role, plans_of_role, product
from bot.domain.codes import CODES
from bot.domain.numbers import AssignmentStatus, Capability, NumberType, PhoneNumber
from bot.domain.people import HeldLicence
from bot.domain.planning import Needs, in_order, needs, plan, precheck
from bot.domain.planning.standing import contents
from bot.domain.plans import (
    AssignNumber,
    AwaitMoment,
    AwaitPlans,
    AwaitVoice,
    ChangeLicences,
    HumanTask,
    KeepNumber,
    LicenceAdd,
    Notice,
    Notify,
    Plan,
    Refusal,
    ReleaseNumber,
    SetUsageLocation,
)
from bot.domain.rules import RULES
from bot.domain.task_texts import required_params, task_text
from bot.domain.tasks import TaskKind
from bot.domain.tenant import TenantView
from bot.domain.values import Value
from bot.domain.wishes import NumberChangeWish, PhoneUserWish, SwapWish
from tests.support.any_wish import Situation
from tests.support.code_params import needed_params
from tests.support.contoso import NOW
from tests.support.plan_effects import (
    added,
    country_afterwards,
    gone,
    has,
    in_force,
    licences_after,
    plans_after,
    plans_before,
    steps_of,
)

__all__ = ["LAWS", "Law", "can_be_told"]

Law = Callable[[Situation, Plan], None]

NEEDS: tuple[tuple[Role, tuple[Role, ...]], ...] = (
    ("calling", ("phone", "resource")),
    ("phone", ("teams",)),
    ("conferencing", ("teams",)),
)
"""Plans that are of no use without one of others (R05, R21, R25, R76)."""

WHOLE = ("suite", "teams_rooms", "shared_device", "resource_account", "teams_base")


def can_be_told(said: Notice | Refusal) -> None:
    """The code exists, and nothing that its text names is missing."""
    assert said.code in CODES
    assert needed_params(said.code) <= set(said.params), said
    assert all(isinstance(value, str) for value in said.params.values())


def notices_can_be_told(case: Situation, found: Plan) -> None:
    for notice in found.notices:
        can_be_told(notice)


def survives_json(case: Situation, found: Plan) -> None:
    assert Plan.model_validate_json(found.model_dump_json()) == found


def same_question_same_answer(case: Situation, found: Plan) -> None:
    assert plan(case.wish, case.holdings, case.tenant, NOW) == found


def nothing_is_looked_at_that_is_not_read(case: Situation, found: Plan) -> None:
    """`needs` says what is read of the tenant; a plan must not depend on more."""
    assert plan(case.wish, case.holdings, as_read(case.tenant, needs(case.wish)), NOW) == found


def as_read(view: TenantView, asked: Needs) -> TenantView:
    def of(numbers: Iterable[PhoneNumber], iso2: str | None) -> tuple[PhoneNumber, ...]:
        return tuple(one for one in numbers if one.country == iso2)

    return view.model_copy(
        update={
            "free_numbers": of(view.free_numbers, asked.numbers_of),
            "service_numbers": of(view.service_numbers, asked.service_numbers_of),
            **({} if asked.acquired else {"acquired": TenantView(skus=()).acquired}),
        }
    )


def what_was_agreed_may_be_carried_out(case: Situation, found: Plan) -> None:
    """While nothing changes."""
    assert precheck(case.wish, case.holdings, case.tenant, found) is None


def rules_are_in_the_register(case: Situation, found: Plan) -> None:
    for step in found.steps:
        assert set(step.rules) <= set(RULES), step


# Order -----------------------------------------------------------------------------------------------------


def r10_is_in_order(case: Situation, found: Plan) -> None:
    """Nothing comes before what it builds on; the news comes last, and waiting for a day first."""
    order = {id(step): index for index, step in enumerate(found.steps)}

    def never_after(first: type[Value], then: type[Value]) -> None:
        for one in steps_of(found, first):
            assert all(order[id(one)] < order[id(other)] for other in steps_of(found, then)), (first, then)

    never_after(SetUsageLocation, ChangeLicences)
    never_after(ReleaseNumber, ChangeLicences)
    never_after(ReleaseNumber, AssignNumber)
    never_after(ChangeLicences, AwaitPlans)
    never_after(ChangeLicences, AwaitVoice)
    never_after(AwaitVoice, AssignNumber)
    never_after(AwaitPlans, KeepNumber)
    assert all(isinstance(step, Notify) is (step is found.steps[-1]) for step in steps_of(found, Notify))
    assert all(step is found.steps[0] for step in steps_of(found, AwaitMoment))
    assert in_order(found.steps) == found.steps
    assert found.steps


def r18_a_country_is_set_when_people_have_said_it(case: Situation, found: Plan) -> None:
    for index, step in enumerate(found.steps):
        if not isinstance(step, SetUsageLocation) or case.holdings.person.usage_location is not None:
            continue
        said = [
            one.params["country"]
            for one in found.steps[:index]
            if isinstance(one, HumanTask) and one.task is TaskKind.CONFIRM_LOCATION
        ]
        assert said == [step.country]


def r19_licences_change_in_one_call(case: Situation, found: Plan) -> None:
    """A licence never goes and comes, and none comes or goes twice."""
    changes = list(steps_of(found, ChangeLicences))
    assert len(changes) <= 1
    for change in changes:
        named = [*(add.sku_id for add in change.add), *change.remove]
        assert named, "a change of nothing"
        assert len(set(named)) == len(named), named


# Licences --------------------------------------------------------------------------------------------------


def r26_nothing_is_given_that_is_there(case: Situation, found: Plan) -> None:
    """A plan that is switched off is switched on in the licence it is in, which is no seat."""
    held = [one for one in case.holdings.licences if one.in_force]
    stays = case.holdings.enabled_plans - in_force(gone(case, found), case.tenant)
    for add in added(found):
        if add.takes_seat:
            assert add.sku_id not in {one.sku_id for one in held}, add
            continue
        (mine,) = [one for one in held if one.sku_id == add.sku_id and one.assigned_by_group is None]
        assert add.disabled_plans == mine.disabled_plans - add.reenables
        assert add.reenables <= mine.disabled_plans
        assert add.reenables.isdisjoint(stays)


def a_new_licence_brings_something(case: Situation, found: Plan) -> None:
    """Nothing is bought for plans that are in force; a suite or a room is more than what is in it."""
    stays = case.holdings.enabled_plans - in_force(gone(case, found), case.tenant)
    for add in added(found):
        inside = contents(add.sku_id, case.tenant) - add.disabled_plans
        assert is_whole(add) or not inside or inside - stays, add


def r19_only_what_is_given_directly_is_taken_away(case: Situation, found: Plan) -> None:
    direct = {one.sku_id for one in case.holdings.licences if one.assigned_by_group is None}
    assert set(found.removes) <= direct


def r05_no_base_goes_from_under_what_builds_on_it(case: Situation, found: Plan) -> None:
    """What hung in the air before may go on hanging, and a suite is what it is sold as: nothing else is left
    hanging by the plan.
    """
    before, then = plans_before(case), plans_after(case, found)
    suites = in_force([HeldLicence(sku_id=add.sku_id) for add in added(found) if is_whole(add)], case.tenant)
    for upper, any_of in NEEDS:
        hangs = has(then, upper) and not any(has(then, one) for one in any_of)
        hung = has(before, upper) and not any(has(before, one) for one in any_of)
        assert not hangs or hung or has(suites, upper), upper


def is_whole(add: LicenceAdd) -> bool:
    known = product(add.sku_id)
    return known is not None and known.category in WHOLE


def r06_no_calling_plan_over_the_own_carrier(case: Situation, found: Plan) -> None:
    none = isinstance(case.wish, PhoneUserWish) and case.wish.calling_plan == "none"
    if not case.holdings.own_pstn and not none:
        return
    for add in added(found):
        newly = add.reenables or contents(add.sku_id, case.tenant) - add.disabled_plans
        assert not has(newly, "calling"), add
    for step in steps_of(found, AssignNumber):
        assert step.number_type is NumberType.DIRECT_ROUTING


def r13_a_person_has_one_calling_plan(case: Situation, found: Plan) -> None:
    def holding(licences: Iterable[HeldLicence]) -> list[str]:
        calling = plans_of_role("calling")
        bring = {
            one.sku_id
            for one in licences
            if one.in_force and calling & contents(one.sku_id, case.tenant) - one.disabled_plans
        }
        return [one for one in sorted(bring) if not _is_add_on(one)]

    before = holding(case.holdings.licences)
    assert len(holding(licences_after(case, found))) <= max(1, len(before))


def _is_add_on(sku_id: str) -> bool:
    known = product(sku_id)
    return known is not None and known.use == "international_only"


def r15_only_what_serves_the_country_is_given(case: Situation, found: Plan) -> None:
    here = country_afterwards(case, found)
    for add in added(found):
        known = product(add.sku_id)
        if add.takes_seat and known is not None and has(known.plan_ids, "calling"):
            assert here is not None
            assert known.serves(here), add


def r67_nobody_without_an_account_of_his_own_is_given_anything(case: Situation, found: Plan) -> None:
    person = case.holdings.person
    if person.guest or not person.enabled:
        assert not added(found) or machine(case)
        assert not list(steps_of(found, AssignNumber))


def machine(case: Situation) -> bool:
    voice = case.holdings.voice
    by_voice = voice is not None and voice.account_type == "resourceAccount"
    return by_voice or has(case.holdings.enabled_plans, "resource") or case.wish.kind == "service_number"


def r18_no_licence_without_a_country(case: Situation, found: Plan) -> None:
    if added(found):
        assert country_afterwards(case, found) is not None


def r78_every_product_is_of_the_cloud(case: Situation, found: Plan) -> None:
    for add in added(found):
        known = product(add.sku_id)
        if add.takes_seat and known is not None:
            assert case.tenant.facts.cloud in known.clouds, add


# Numbers ---------------------------------------------------------------------------------------------------


def r68_a_number_is_of_the_persons_country(case: Situation, found: Plan) -> None:
    for step in steps_of(found, AssignNumber):
        assert step.country == country_afterwards(case, found)
        if step.telephone_number is None:
            continue
        taken = next(one for one in case.tenant.free_numbers if one.telephone_number == step.telephone_number)
        assert (taken.country, taken.number_type) == (step.country, step.number_type)
        assert taken.assignment_status is AssignmentStatus.UNASSIGNED
        assert Capability.USER in taken.capabilities
        not_promised(case, taken)


def not_promised(case: Situation, number: PhoneNumber) -> None:
    me = case.holdings.person.id
    assert number.telephone_number not in case.tenant.held_numbers
    rests = [one for one in case.tenant.resting if one.telephone_number == number.telephone_number]
    assert all(one.kept_for == me for one in rests)


def r60_a_service_number_fits(case: Situation, found: Plan) -> None:
    for step in steps_of(found, HumanTask):
        need = step.number
        if need is None or need.telephone_number is None:
            continue
        every = (*case.tenant.service_numbers, *case.tenant.free_numbers)
        taken = next(one for one in every if one.telephone_number == need.telephone_number)
        assert taken.country == need.country
        assert taken.telephone_number not in case.tenant.held_numbers
        converted = any(one.task is TaskKind.CONVERT_NUMBER for one in steps_of(found, HumanTask))
        assert converted or need.capability in taken.capabilities
        assert step.params["number"] == need.telephone_number


def r66_no_number_without_a_place_where_one_is_due(case: Situation, found: Plan) -> None:
    for index, step in enumerate(found.steps):
        if not isinstance(step, AssignNumber) or step.country not in ("US", "CA", "PR"):
            continue
        made = [
            one
            for one in found.steps[:index]
            if isinstance(one, HumanTask) and one.task is TaskKind.EMERGENCY_ADDRESS
        ]
        known = {one.id for one in case.tenant.facts.emergency_locations if one.country == step.country}
        assert (step.location_from_task and made) or step.location_id in known


def r10_a_number_comes_after_its_licences(case: Situation, found: Plan) -> None:
    for step in steps_of(found, AssignNumber):
        then = plans_after(case, found) | case.holdings.enabled_plans
        assert has(then, "teams")
        assert has(then, "phone")
        assert has(then, "calling") or step.number_type is not NumberType.CALLING_PLAN
        if added(found):
            assert list(steps_of(found, AwaitVoice))


def r20_nobody_loses_a_number_unasked(case: Situation, found: Plan) -> None:
    """Neither by a step that says so nor by losing what the number lives on."""
    said_yes = isinstance(case.wish, NumberChangeWish) or getattr(case.wish, "confirms_loss", False)
    released = {step.telephone_number for step in steps_of(found, ReleaseNumber)}
    mine = {one.telephone_number for one in case.holdings.numbers}
    assert released <= mine
    assert said_yes or not released
    before, then = plans_before(case), plans_after(case, found)
    for one in case.holdings.numbers:
        if one.telephone_number in released or one.activation_state == "assignmentFailed":
            continue
        for role in _lives_on(one):
            assert not has(before, role) or has(then, role) or said_yes, (one, role)


def _lives_on(number: PhoneNumber) -> tuple[Role, ...]:
    return ("phone", "calling") if number.number_type is NumberType.CALLING_PLAN else ("phone",)


def r19_a_number_that_stays_is_looked_at(case: Situation, found: Plan) -> None:
    if not isinstance(case.wish, SwapWish) or not found.removes or list(steps_of(found, ReleaseNumber)):
        return
    kept = {step.telephone_number for step in steps_of(found, KeepNumber)}
    mine = {one.telephone_number for one in case.holdings.numbers if one.activation_state == "activated"}
    assert mine <= kept or not has(plans_before(case), "phone")


# Tasks and stock -------------------------------------------------------------------------------------------


def tasks_can_be_told(case: Situation, found: Plan) -> None:
    for step in steps_of(found, HumanTask):
        assert required_params(step.task) <= set(step.params), step
        assert task_text(step.task, step.params, case.tenant.facts).checklist


def r09_what_is_not_there_is_waited_for(case: Situation, found: Plan) -> None:
    short = [one for one in found.seats if case.tenant.free_seats(one) <= 0]
    numberless = any(step.telephone_number is None for step in steps_of(found, AssignNumber))
    if short or numberless:
        assert found.waits_for is not None


LAWS: tuple[Law, ...] = (
    notices_can_be_told,
    survives_json,
    same_question_same_answer,
    nothing_is_looked_at_that_is_not_read,
    what_was_agreed_may_be_carried_out,
    rules_are_in_the_register,
    r10_is_in_order,
    r18_a_country_is_set_when_people_have_said_it,
    r19_licences_change_in_one_call,
    r26_nothing_is_given_that_is_there,
    a_new_licence_brings_something,
    r19_only_what_is_given_directly_is_taken_away,
    r05_no_base_goes_from_under_what_builds_on_it,
    r06_no_calling_plan_over_the_own_carrier,
    r13_a_person_has_one_calling_plan,
    r15_only_what_serves_the_country_is_given,
    r67_nobody_without_an_account_of_his_own_is_given_anything,
    r18_no_licence_without_a_country,
    r78_every_product_is_of_the_cloud,
    r68_a_number_is_of_the_persons_country,
    r60_a_service_number_fits,
    r66_no_number_without_a_place_where_one_is_due,
    r10_a_number_comes_after_its_licences,
    r20_nobody_loses_a_number_unasked,
    r19_a_number_that_stays_is_looked_at,
    tasks_can_be_told,
    r09_what_is_not_there_is_waited_for,
)

"""Another usage location alone, for somebody whose number and licences belong there (R18, R68)."""

from __future__ import annotations

from bot.domain.catalogue.products import E5, MCOPSTN1
from bot.domain.planning import plan
from bot.domain.planning.usage_location_wish import precheck_usage_location
from bot.domain.plans import HumanTask, Plan, Refusal, SetUsageLocation
from bot.domain.tasks import TaskKind
from bot.domain.wishes import UsageLocationWish
from tests.support.contoso import NOW, PARIS_NUMBERS, REDMOND_NUMBERS, holdings, person, tenant

MINE = PARIS_NUMBERS[0]


def wanted(iso2: str) -> UsageLocationWish:
    return UsageLocationWish(beneficiary_id="ana", country=iso2)


def test_r68_it_is_set_back_to_where_the_number_belongs() -> None:
    ana = holdings(person("ana", "US"), E5, MCOPSTN1, numbers=(MINE,))
    made = plan(wanted("FR"), ana, tenant(), NOW)
    assert isinstance(made, Plan)
    assert made.steps == (SetUsageLocation(country="FR", rules=("R18", "R68")),)


def test_r18_who_has_none_is_asked_about_first() -> None:
    made = plan(wanted("FR"), holdings(person("ana", None), E5, numbers=(MINE,)), tenant(), NOW)
    assert isinstance(made, Plan)
    task, step = made.steps
    assert isinstance(task, HumanTask)
    assert task.task is TaskKind.CONFIRM_LOCATION
    assert isinstance(step, SetUsageLocation)


def test_r68_a_number_of_another_country_takes_a_move() -> None:
    ana = holdings(person("ana", "FR"), E5, numbers=(MINE, REDMOND_NUMBERS[0]))
    refusal = plan(wanted("US"), ana, tenant(), NOW)
    assert isinstance(refusal, Refusal)
    assert (refusal.code, refusal.params["detail"]) == ("SB-LOC-14", MINE.telephone_number)
    made = plan(wanted("US"), holdings(person("ana", "FR"), E5), tenant(), NOW)
    assert isinstance(made, Plan)
    assert precheck_usage_location(wanted("US"), ana, tenant(), made) == refusal


def test_what_is_so_already_is_said() -> None:
    refusal = plan(wanted("FR"), holdings(person("ana", "FR"), E5), tenant(), NOW)
    assert isinstance(refusal, Refusal)
    assert refusal.code == "SB-NUM-24"
    nowhere = plan(wanted("QQ"), holdings(person("ana", "FR"), E5), tenant(), NOW)
    assert isinstance(nowhere, Refusal)
    assert nowhere.code == "SB-NUM-02"

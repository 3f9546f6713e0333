"""Which rule a request meets: by amount, department, product, group, cost centre; and approval by nobody."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.domain.requests import Request, RequestState
from bot.sandbox.people import Reply, text_of
from bot.sandbox.seed import group_id, person_id
from tests.support.asking import asked, press_task, reviewed
from tests.support.databases import SqliteFiles
from tests.support.world import World, running_world, shown, told

Json = dict[str, Any]

MCOMEETADV = "0c266dff-15dd-4b49-8397-2bb16070ed52"
MCOPSTN1 = "0dab259f-bf13-4952-b7f8-7db8f131b28d"

REST = """
[[rule]]
name = "everything else"
[[rule.stages]]
approvers = "manager"
fallback = "voice_admins"
"""

MONEY = f"""
[[rule]]
name = "much money"
match = {{ kinds = ["credits"], amount_from = "500 EUR" }}
[[rule.stages]]
approvers = "manager"
fallback = "voice_admins"
[[rule.stages]]
approvers = {{ group = "{group_id("Finance")}" }}
need = 2
{REST}
"""

MANY = f"""
[cost_centres]
"CC-7" = "{person_id("zoe")}"
sales = "{person_id("louis")}"

[[rule]]
name = "people of Finance ask"
match = {{ requesters = ["{group_id("Finance")}", "{person_id("ana")}"] }}
[[rule.stages]]
approvers = {{ people = ["{person_id("tom")}"] }}

[[rule]]
name = "for Sales on the road"
match = {{ beneficiaries = ["{group_id("Field sales France")}"] }}
[[rule.stages]]
approvers = {{ people = ["{person_id("petra")}"] }}

[[rule]]
name = "conferencing"
match = {{ products = ["MCOMEETADV"], kinds = ["licence"] }}
[[rule.stages]]
approvers = "managers_manager"
fallback = "voice_admins"

[[rule]]
name = "Marketing and Audit"
match = {{ departments = ["MARKETING", "Audit"] }}
[[rule.stages]]
approvers = "voice_admins"

[[rule]]
name = "what costs much"
match = {{ kinds = ["number"], monthly_from = "20 EUR" }}
[[rule.stages]]
approvers = "cost_centre_owner"
fallback = "voice_admins"

{REST}
"""

OWNER_THEN_ABOVE = f"""
[cost_centres]
Sales = "{person_id("olivia")}"

[[rule]]
name = "whoever pays, then the manager's manager"
[[rule.stages]]
approvers = "cost_centre_owner"
fallback = "voice_admins"
[[rule.stages]]
approvers = "managers_manager"
fallback = "voice_admins"
"""

AUTOMATIC = f"""
[[rule]]
name = "small things"
match = {{ kinds = ["number", "licence"] }}
approve = "automatically"
per_person_a_month = 1
{REST}
"""


@pytest.fixture
async def world(sqlite_files: SqliteFiles) -> AsyncIterator[World]:
    """For what does not depend on the database."""
    async with running_world(sqlite_files.url()) as running:
        yield running


def deciders(review: Json) -> str:
    """What a review says of who decides."""
    return text_of(review).partition("Who decides\n")[2].partition("\nSubmit")[0]


async def test_the_rule_follows_from_who_asks_for_whom_and_for_what(world: World) -> None:
    world.ruled_by(MANY)
    licence = ({"product": MCOMEETADV, "reason": "x"}, {"leads_meetings": "yes"})
    assert "Tom" in deciders(await world.review("ana")), "named herself"
    assert "Louis" in deciders(await world.review("dora")), "20 euros a month: the owner of her department"
    await world.control("PATCH", "people/dora", {"costCenter": "cc-7"})
    assert "Zoé" in deciders(await world.review("dora")), "her cost centre goes before her department"
    assert "Hélène" in deciders(await reviewed(world, "dora", "licence", *licence)), "the manager's manager"
    await world.control("PATCH", "people/dora", {"department": "marketing"})
    assert "Priya" in deciders(await world.review("dora")), "her department"


async def test_the_owner_of_the_cost_centre_and_the_managers_manager_decide(world: World) -> None:
    world.ruled_by(OWNER_THEN_ABOVE)
    request = await world.ask("dora")
    await world.approve("olivia", request)
    await world.approve("helene", request)
    assert (await world.request(request.id)).state is RequestState.APPROVED
    own = await world.ask("olivia")
    assert own.stages[0].used_fallback, "nobody decides on what he asked for, as an owner neither"
    assert {one.upn.split("@")[0] for one in own.stages[0].approvers} == {"priya", "tom", "yann"}


async def test_groups_are_asked_about_only_where_a_rule_names_some(world: World) -> None:
    await world.review("dora")
    checks = "requests?path=checkMemberGroups"
    before = len((await world.tenant(checks))["value"])
    world.ruled_by(MANY)
    await world.review("dora")
    after = (await world.tenant(checks))["value"][before:]
    named = [set(one["body"]["groupIds"]) for one in after]
    assert {group_id("Finance"), person_id("ana")} in named
    assert {group_id("Field sales France")} in named


async def paid(world: World, request: Request) -> None:
    """Approved by the manager, and done by an admin."""
    await world.approve("helene", request)
    await world.settle()
    today = (await world.now()).date().isoformat()
    evidence = {"evidence_order": request.id, "evidence_amount": "400", "evidence_bought_on": today}
    await press_task(world, "task.done", evidence)
    await world.live_until("done", request.id)


async def test_money_that_is_split_counts_together(world: World) -> None:
    """J08: 400 and 400 within 30 days are 800."""
    world.ruled_by(MONEY)
    first = await asked(world, "marc", "credits", {"amount": "400"})
    assert (first.rule, len(first.stages)) == ("everything else", 1)
    await paid(world, first)
    second = await asked(world, "marc", "credits", {"amount": "400"})
    assert (second.rule, len(second.stages)) == ("much money", 2)
    assert {one.upn.split("@")[0] for one in second.stages[1].approvers} == {"maya", "zoe", "lin"}
    others = await asked(world, "helene", "credits", {"amount": "400"})
    assert others.rule == "everything else", "each asks on his own account"
    # What came to nothing does not count, and after 30 days nothing does.
    await (await world.person("marc")).says(f"withdraw {second.id}")
    assert "Hélène" in deciders(await reviewed(world, "marc", "credits", {"amount": "99.99"}))
    assert "Maya" in deciders(await reviewed(world, "marc", "credits", {"amount": "100"}))
    await world.pass_time(days=30)
    assert "Maya" not in deciders(await reviewed(world, "marc", "credits", {"amount": "400"}))


async def test_what_nobody_has_to_approve_is_carried_out_and_says_so(world: World) -> None:
    world.ruled_by(AUTOMATIC)
    review = await world.review("dora")
    assert deciders(review).strip() == "No approval is needed (rule “small things”)."
    shown(await (await world.person("dora")).clicks(review, "wish.submit"))
    request = await world.newest_request("dora")
    assert (request.state, request.auto_approved, request.stages) == (RequestState.APPROVED, True, ())
    assert "Approved automatically (rule “small things”)." in text_of(await world.progress("dora", request))
    await world.live_until("done", request.id)
    assert "No approval" not in told(await world.person("marc")), "nobody was asked"
    assert "Approved automatically" in text_of(await world.progress("dora", request))
    (approved,) = [one for one in await world.audit() if one["action"] == "request.approved"]
    assert approved["actor"] == "switchboard"
    details = approved["details"]
    assert (details["rule"], details["automatically"]) == ("small things", True)
    assert details["policy_version"] == request.policy_version


async def test_beyond_its_limit_the_next_rule_asks_somebody_until_the_month_is_over(world: World) -> None:
    world.ruled_by(AUTOMATIC)
    first = await world.ask("dora")
    licence = ({"product": MCOMEETADV, "reason": "x"}, {"leads_meetings": "yes"})
    review = await reviewed(world, "dora", "licence", *licence)
    assert "Marc" in deciders(review)
    ben = await asked(world, "ben", "licence", *licence)
    assert (first.auto_approved, ben.auto_approved) == (True, True), "each person has a limit of his own"
    await world.pass_time(days=31)
    assert "No approval is needed" in deciders(await reviewed(world, "dora", "licence", *licence))


async def test_two_at_once_do_not_share_the_last_approval_of_the_month(database_url: str) -> None:
    async with running_world(database_url) as world:
        world.ruled_by(AUTOMATIC)
        dora = await world.person("dora")
        licence = ({"product": MCOMEETADV, "reason": "x"}, {"leads_meetings": "yes"})
        reviews = [await world.review("dora"), await reviewed(world, "dora", "licence", *licence)]
        assert all("No approval is needed" in deciders(one) for one in reviews)
        replies: list[Reply] = await asyncio.gather(*(dora.clicks(one, "wish.submit") for one in reviews))
        assert [reply.status for reply in replies] == [200, 200]
        requests: list[Request] = await world.all_requests()
        assert sorted(one.auto_approved for one in requests) == [False, True]
        (asking,) = [one for one in requests if not one.auto_approved]
        assert [one.name for one in asking.stages[0].approvers] == ["Marc Dubois"]

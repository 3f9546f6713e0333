"""kill -9 while somebody's number and licences are taken back: each is done once, and the number rests."""

from __future__ import annotations

from collections import Counter

import pytest

from bot.domain.catalogue.products import E3, MCOEV, MCOPSTN1
from bot.domain.numbers import NumberType
from bot.domain.people import PersonRef
from bot.domain.plans import ChangeLicences, Plan, ReleaseNumber
from bot.domain.requests import Request, RequestState
from bot.domain.wishes import LeaverWish
from bot.sandbox import shaping
from bot.sandbox.faults import EffectKind
from bot.sandbox.seed import location_id
from bot.store import resting
from tests.support.carrying import store_approved
from tests.support.deployment import Deployment, running_deployment
from tests.support.ledger import books_balance
from tests.support.until import until

pytestmark = pytest.mark.xdist_group("crash-writes")

SIDES = (EffectKind.HOLD_BEFORE, EffectKind.HOLD_AFTER)


async def leaves(deployment: Deployment, name: str, number: str) -> Request:
    """Somebody with a phone, whose leaving has just been approved."""
    tenant = deployment.sandbox.tenant
    person = (await deployment.hires(name, "ENTERPRISEPACK", "MCOEV", "MCOPSTN1")).who.user_id
    wish = shaping.NewNumber(telephoneNumber=number, city="Paris", locationId=location_id("paris"))
    tenant.point_number(shaping.add_number(tenant, wish), person)
    steps = (
        ReleaseNumber(telephone_number=number, number_type=NumberType.CALLING_PLAN, rest_days=30),
        ChangeLicences(remove=(MCOEV, MCOPSTN1)),
    )
    return await deployment.db.transact(
        store_approved,
        f"SB-{number[-5:]}",
        PersonRef(id=person, name=name, upn=tenant.people[person].upn),
        LeaverWish(beneficiary_id=person, confirms_loss=True),
        Plan(steps=steps),
    )


async def done_once(deployment: Deployment, request: Request, number: str) -> None:
    assert (await deployment.ends(request.id)).state is RequestState.DONE
    leaver = deployment.sandbox.tenant.people[request.beneficiary.id]
    about = (number, leaver.id)
    applied = Counter(
        entry.path.rpartition("/")[2]
        for entry in deployment.sent_writes()
        if entry.applied and any(one in f"{entry.path} {entry.body}" for one in about)
    )
    assert applied == {"unassignNumber": 1, "assignLicense": 1}
    assert {one.sku_id for one in leaver.now.licences} == {E3}
    assert deployment.sandbox.tenant.numbers[number].target_id is None
    at_rest = [one.telephone_number for one in await deployment.db.read(resting.active)]
    assert at_rest.count(number) == 1


@pytest.mark.parametrize("of_release", SIDES)
async def test_dying_around_every_write_of_two_leavers(database_url: str, of_release: EffectKind) -> None:
    """One is stopped at the number, the other at the licences, on opposite sides of the write."""
    (of_licences,) = set(SIDES) - {of_release}
    async with running_deployment(database_url) as deployment:
        deployment.spoil_graph(of_release, "/unassignNumber$", method="POST")
        deployment.spoil_graph(of_licences, "/assignLicense$", method="POST")
        numbers = ("+33199550001", "+33199550002")
        leaving = [await leaves(deployment, f"Lea {number[-1]}", number) for number in numbers]
        parked = deployment.sandbox.graph.holds.parked
        await until(lambda: len(parked) == len(leaving), seconds=60)
        await deployment.bot.restart()
        for request, number in zip(leaving, numbers, strict=True):
            await done_once(deployment, request, number)
        await books_balance(deployment)

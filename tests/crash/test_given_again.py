"""kill -9 while a lost number is given again, or gets another emergency location: each is done once."""

from __future__ import annotations

from collections import Counter

import pytest

from bot.domain.catalogue.products import E3, E5
from bot.domain.numbers import NumberType
from bot.domain.people import PersonRef
from bot.domain.plans import KeepNumber, Plan, SetLocation, Step
from bot.domain.requests import Request, RequestState
from bot.domain.wishes import SwapWish
from bot.sandbox import shaping
from bot.sandbox.faults import EffectKind
from bot.sandbox.model import Number
from bot.sandbox.seed import location_id
from tests.support.carrying import store_approved
from tests.support.databases import SqliteFiles
from tests.support.deployment import Deployment, running_deployment
from tests.support.ledger import books_balance
from tests.support.until import until

pytestmark = pytest.mark.xdist_group("crash-writes")

SIDES = (EffectKind.HOLD_BEFORE, EffectKind.HOLD_AFTER)
LOST, MOVED = "+33199550011", "+33199550012"
CALLING_PLAN = NumberType.CALLING_PLAN


async def somebody(deployment: Deployment, name: str) -> str:
    return (await deployment.hires(name, "ENTERPRISEPACK", "MCOEV", "MCOPSTN1")).who.user_id


def number(deployment: Deployment, digits: str) -> Number:
    wish = shaping.NewNumber(telephoneNumber=digits, city="Paris")
    return shaping.add_number(deployment.sandbox.tenant, wish)


async def agreed(deployment: Deployment, person: str, step: Step, request_id: str) -> Request:
    account = deployment.sandbox.tenant.people[person]
    return await deployment.db.transact(
        store_approved,
        request_id,
        PersonRef(id=person, name=account.display_name, upn=account.upn),
        SwapWish(beneficiary_id=person, give_up=E3, get=E5),
        Plan(steps=(step,)),
    )


@pytest.mark.parametrize("of_giving", SIDES)
async def test_dying_around_a_number_given_again_and_a_place_changed(
    sqlite_files: SqliteFiles, of_giving: EffectKind
) -> None:
    """The tenant has lost the first number in a swap of licences (R19); the second person has moved (J10)."""
    (of_place,) = set(SIDES) - {of_giving}
    async with running_deployment(sqlite_files.url()) as deployment:
        tenant = deployment.sandbox.tenant
        loser, mover = [await somebody(deployment, name) for name in ("Lou", "Mo")]
        number(deployment, LOST)
        tenant.point_number(number(deployment, MOVED), mover)
        deployment.spoil_graph(of_giving, "/assignNumber$", method="POST")
        deployment.spoil_graph(of_place, "/updateNumber$", method="POST")
        keep = KeepNumber(telephone_number=LOST, number_type=CALLING_PLAN, location_id=location_id("paris"))
        place = SetLocation(telephone_number=MOVED, location_id=location_id("paris"), location_name="Paris")
        requests = [
            await agreed(deployment, loser, keep, "SB-55011"),
            await agreed(deployment, mover, place, "SB-55012"),
        ]
        parked = deployment.sandbox.graph.holds.parked
        await until(lambda: len(parked) == len(requests), seconds=60)
        await deployment.bot.restart()
        for request in requests:
            assert (await deployment.ends(request.id)).state is RequestState.DONE
        applied = Counter(
            entry.path.rpartition("/")[2]
            for entry in deployment.sent_writes()
            if entry.applied and any(one in f"{entry.body}" for one in (LOST, MOVED))
        )
        assert applied == {"assignNumber": 1, "updateNumber": 1}
        assert tenant.numbers[LOST].target_id == loser
        assert tenant.numbers[MOVED].location_id == location_id("paris")
        await books_balance(deployment)

"""Two hundred people and one number: one gets it, the others are told or wait, and nobody sees an error."""

from __future__ import annotations

from collections import Counter
from http import HTTPStatus

import pytest

from bot.domain.plans import WaitReason
from bot.domain.requests import Request, RequestState
from bot.sandbox.people import People, PersonClient
from tests.support.crowd import Asked, Crowd
from tests.support.deployment import Deployment, running_deployment
from tests.support.ledger import carried_out_once, intents_without_one_end
from tests.support.until import until

pytestmark = pytest.mark.xdist_group("race-number")

CROWD = 200
FEWER = 60
"""Where one process has them all, unless there is time: they wait for each other anyway."""
READY = ("ENTERPRISEPREMIUM", "MCOPSTN1")
"""Everything but the number."""


async def _standing(deployment: Deployment, asked: list[Asked]) -> list[Request]:
    return [await deployment.request(one.request_id) for one in asked]


def _at_rest(request: Request) -> bool:
    return request.ended or request.state is RequestState.WAITING


async def test_two_hundred_people_and_one_number(
    database_url: str, backend: str, pytestconfig: pytest.Config
) -> None:
    replicas = 2 if backend == "postgres" else 1
    size = CROWD if replicas > 1 or pytestconfig.getoption("--soak") else FEWER
    async with running_deployment(database_url, replicas=replicas, lease_seconds="8") as deployment:
        deployment.buys("ENTERPRISEPREMIUM", free=size)
        (number,) = deployment.has_numbers(1)
        async with People(deployment.sandbox.url, deployment.bots[-1].endpoint) as through_the_other:
            crowd = await Crowd.of(deployment, size, *READY)
            crowd = await _spread(crowd, through_the_other)
            asked = await crowd.all_ask()
            await crowd.all_approve(asked)

            async def all_at_rest() -> bool:
                return all(map(_at_rest, await _standing(deployment, asked)))

            await until(all_at_rest, seconds=120, every=0.5)
        standing = await _standing(deployment, asked)
        (winner,) = [one for one in standing if one.ended]
        await carried_out_once(deployment, winner)
        assert winner.outcome is not None
        assert winner.outcome.telephone_number == number
        waiting = [one for one in standing if not one.ended]
        assert {one.waiting for one in waiting} == {WaitReason.NUMBER}
        assert all(one.outcome and one.outcome.notices for one in waiting)
        await _graph_refused_nothing(deployment)
        _nothing_broke(deployment)
        assert len(deployment.sent_writes()) == 1
        assert intents_without_one_end(await deployment.audit("graph.")) == []
        assert await deployment.active_holds() == []


async def _spread(crowd: Crowd, other: People) -> Crowd:
    """Every second person's messages go through the other replica."""

    async def moved(index: int, person: PersonClient) -> PersonClient:
        return await other.find(person.who.user_id) if index % 2 else person

    people = [(await moved(index, one), boss) for index, (one, boss) in enumerate(crowd.people)]
    return Crowd(crowd.deployment, people)


async def _graph_refused_nothing(deployment: Deployment) -> None:
    """Once what is being asked has been answered: whoever waits looks again from time to time.

    That somebody has no mailbox, and so no automatic replies, is an answer.
    """

    def statuses() -> Counter[int | None]:
        entries = deployment.sandbox.graph.journal.entries()
        return Counter(
            entry.status
            for entry in entries
            if not (entry.path.endswith("/mailboxSettings") and entry.status == HTTPStatus.NOT_FOUND)
        )

    await until(lambda: None not in statuses(), seconds=30, every=0.2)
    assert not [status for status in statuses() if status is None or status >= 400], statuses()


def _nothing_broke(deployment: Deployment) -> None:
    for bot in deployment.bots:
        assert "Traceback" not in bot.log.read_text(), bot.tail()


@pytest.mark.parametrize("scarce", ["when asked", "when approved"])
async def test_twenty_approvals_at_once_for_one_seat(database_url: str, backend: str, scarce: str) -> None:
    replicas = 2 if backend == "postgres" else 1
    async with running_deployment(database_url, replicas=replicas) as deployment:
        crowd = await Crowd.of(deployment, 20, "ENTERPRISEPACK", per_manager=1)
        if scarce == "when asked":
            deployment.buys("MCOPSTN1", free=1)
        asked = await crowd.all_ask()
        deployment.buys("MCOPSTN1", free=1)
        await crowd.all_approve(asked)

        async def one_has_it_and_the_rest_waits() -> bool:
            standing = await _standing(deployment, asked)
            return all(map(_at_rest, standing)) and any(one.ended for one in standing)

        await until(one_has_it_and_the_rest_waits, seconds=60, every=0.2)
        standing = await _standing(deployment, asked)
        (winner,) = [one for one in standing if one.ended]
        await carried_out_once(deployment, winner)
        assert Counter(one.waiting for one in standing if not one.ended) == {WaitReason.LICENCES: 19}
        applied = [entry for entry in deployment.sent_writes() if entry.applied]
        assert len(applied) == 2
        assert deployment.consumed("MCOPSTN1") == deployment.owned("MCOPSTN1")
        _nothing_broke(deployment)

"""Clicks that meet: the same one five times, approve against withdraw, two approvers at once."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any

import pytest
import sqlalchemy as sa

from bot.domain.requests import RequestState
from bot.sandbox.people import PersonClient, text_of
from bot.store import tables
from tests.support.crowd import Crowd
from tests.support.deployment import Deployment, running_deployment
from tests.support.ledger import books_balance, carried_out_once

pytestmark = pytest.mark.xdist_group("race-clicks")

TIMES = 5
ADMINS = ("priya", "yann")
"""Of the group that is asked about people without a manager."""


async def same_click(deployment: Deployment, person: PersonClient, click: Any) -> set[str]:
    """Deliver one and the same click several times at once; the different answers."""
    attempts = (deployment.insist(lambda: person.delivers(click)) for _ in range(TIMES))
    return {str(reply.body) for reply in await asyncio.gather(*attempts)}


async def test_one_click_five_times_before_and_after_a_restart(database_url: str) -> None:
    async with running_deployment(database_url) as deployment:
        dora, marc = await deployment.people.find("dora"), await deployment.people.find("marc")
        submit = dora.click(await deployment.reviewed(dora), "wish.submit")
        answers = await same_click(deployment, dora, submit)
        (request_id,) = await deployment.states()
        approve = marc.click(await deployment.asked_about(marc, request_id), "request.approve", {})
        answers |= await same_click(deployment, marc, approve)
        assert len(answers) == 2
        await deployment.bot.restart()
        answers |= await same_click(deployment, dora, submit)
        answers |= await same_click(deployment, marc, approve)
        assert len(answers) == 2
        await carried_out_once(deployment, await deployment.ends(request_id))
        actions = Counter(entry["action"] for entry in await deployment.audit())
        for once in ("request.submitted", "decision.recorded", "request.approved"):
            assert actions[once] == 1
        assert actions["decision.refused"] == 0
        await books_balance(deployment)


async def test_five_clicks_of_an_impatient_person_are_one_request_and_one_decision(database_url: str) -> None:
    """Each is a new activity: what counts is the draft, and the version of the request."""
    async with running_deployment(database_url) as deployment:
        dora, marc = await deployment.people.find("dora"), await deployment.people.find("marc")
        review = await deployment.reviewed(dora)
        submits = (deployment.insist(lambda: dora.clicks(review, "wish.submit")) for _ in range(TIMES))
        await asyncio.gather(*submits)
        (request_id,) = await deployment.states()
        card = await deployment.asked_about(marc, request_id)
        approvals = (
            deployment.insist(lambda: marc.clicks(card, "request.approve", {})) for _ in range(TIMES)
        )
        for reply in await asyncio.gather(*approvals):
            assert request_id in text_of(reply.activity or {})
        await carried_out_once(deployment, await deployment.ends(request_id))
        assert len(await deployment.audit("decision.recorded")) == 1
        await books_balance(deployment)


async def test_approving_what_is_being_withdrawn(database_url: str, backend: str) -> None:
    replicas = 2 if backend == "postgres" else 1
    async with running_deployment(database_url, replicas=replicas) as deployment:
        crowd = await Crowd.of(deployment, 10, "ENTERPRISEPACK", per_manager=1)

        async def withdraws(person: PersonClient, request_id: str, after: float) -> None:
            await asyncio.sleep(after)
            await deployment.insist(lambda: person.says(f"withdraw {request_id}"))

        async def contested(index: int, person: PersonClient, manager: PersonClient) -> None:
            request_id = await deployment.asks(person)
            card = await deployment.asked_about(manager, request_id)
            # Staggered, so that the withdrawal meets everything from the click to the first write.
            await asyncio.gather(
                deployment.insist(lambda: manager.clicks(card, "request.approve", {})),
                withdraws(person, request_id, after=index * 0.15),
            )
            request = await deployment.ends(request_id)
            if request.state is RequestState.DONE:
                await carried_out_once(deployment, request)
            elif request.state is RequestState.WITHDRAWN:
                mine = [one for one in deployment.sent_writes() if person.who.user_id in str(one)]
                assert mine == []
            else:
                assert request.state is RequestState.PARTLY_DONE

        await asyncio.gather(*(contested(index, *pair) for index, pair in enumerate(crowd.people)))
        print(Counter((await deployment.states()).values()))
        await books_balance(deployment)


async def test_two_approvers_of_a_group_at_once(database_url: str, backend: str) -> None:
    replicas = 2 if backend == "postgres" else 1
    async with running_deployment(database_url, replicas=replicas, installed=("marc", *ADMINS)) as deployment:
        admins = [await deployment.people.find(one) for one in ADMINS]

        async def contested(index: int) -> None:
            person = await deployment.hires(f"Nobody's report {index}", "ENTERPRISEPACK", manager=None)
            request_id = await deployment.asks(person)
            cards = [await deployment.asked_about(admin, request_id) for admin in admins]
            verbs = ("request.approve", "request.reject")
            await asyncio.gather(
                *(
                    deployment.insist(lambda a=admin, c=card, v=verb: a.clicks(c, v, {"comment": "No more"}))
                    for admin, card, verb in zip(admins, cards, verbs, strict=True)
                )
            )
            (decision,) = await deployment.rows(
                sa.select(tables.decisions).where(tables.decisions.c.request_id == request_id)
            )
            request = await deployment.ends(request_id)
            expected = {"approve": RequestState.DONE, "reject": RequestState.REJECTED}
            assert request.state is expected[decision.verdict]

        # One more, and approvers would be sent a list instead of cards.
        await asyncio.gather(*(contested(index) for index in range(5)))
        print(Counter((await deployment.states()).values()))
        await books_balance(deployment)

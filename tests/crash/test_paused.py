"""A pause holds on every replica, whatever becomes of the one it was typed to, until somebody resumes."""

from __future__ import annotations

import pytest

from bot.domain.pause import PAUSED
from bot.domain.requests import RequestState
from bot.sandbox.people import text_of
from tests.support.deployment import PATIENCE, Deployment, running_deployment
from tests.support.until import until

pytestmark = [pytest.mark.xdist_group("crash-takeovers"), pytest.mark.either_database("postgres")]


async def typed(deployment: Deployment, text: str) -> None:
    priya = await deployment.people.find("priya")
    await deployment.insist(lambda: priya.says(text))
    if text.startswith("pause"):
        card = await priya.hears("Nothing more is carried out", timeout=PATIENCE)
        await deployment.insist(lambda: priya.clicks(card, "command.confirm"))


async def says_so(deployment: Deployment, request_id: str) -> bool:
    request = await deployment.request(request_id)
    return request.outcome is not None and request.outcome.notices[0].code == PAUSED


async def test_a_pause_outlives_the_replica_it_was_typed_to(database_url: str) -> None:
    async with running_deployment(
        database_url, replicas=2, installed=("dora", "marc", "priya")
    ) as deployment:
        one, other = deployment.bots
        await typed(deployment, "pause carrier maintenance")
        dora, marc = await deployment.people.find("dora"), await deployment.people.find("marc")
        deployment.turn_to(other)
        request_id = await deployment.asks(dora)
        await deployment.approves(marc, request_id)
        await until(lambda: says_so(deployment, request_id), seconds=PATIENCE, every=0.1)
        await one.kill()
        assert (await deployment.request(request_id)).state is RequestState.APPROVED
        assert deployment.sent_writes() == []
        await typed(deployment, "resume")
        assert (await deployment.ends(request_id)).state is RequestState.DONE
        assert "SB-ADM-30" in "\n".join(text_of(one) for one in await dora.looks())

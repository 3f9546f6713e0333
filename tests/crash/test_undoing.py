"""kill -9 while licences are taken back that were given for nothing: one call, and one answer (J14b)."""

from __future__ import annotations

import json

import pytest

from bot.domain.catalogue.products import E3
from bot.domain.requests import RequestState
from bot.sandbox.faults import EffectKind
from bot.sandbox.people import card_of
from tests.support.deployment import PATIENCE, running_deployment
from tests.support.ledger import intents_without_one_end

pytestmark = [pytest.mark.xdist_group("crash-writes"), pytest.mark.either_database("postgres")]


@pytest.mark.parametrize("side", [EffectKind.HOLD_BEFORE, EffectKind.HOLD_AFTER])
async def test_dying_around_the_one_call(database_url: str, side: EffectKind) -> None:
    async with running_deployment(database_url) as deployment:
        deployment.stocks_up(2)
        lea, marc = await deployment.hires("Lea New", "ENTERPRISEPACK"), await deployment.people.find("marc")
        deployment.spoil_graph(EffectKind.OPERATION_FAILS, "/assignNumber$", method="POST", detail="No.")
        deployment.spoil_graph(side, "/assignLicense$", method="POST", nth=2)
        request_id = await deployment.asks(lea)
        await deployment.approves(marc, request_id)
        assert (await deployment.ends(request_id)).state is RequestState.PARTLY_DONE
        card = await marc.hears(lambda one: "request.undo" in json.dumps(card_of(one)), timeout=PATIENCE)
        await deployment.insist(lambda: marc.clicks(card, "request.undo"))
        await deployment.parked()
        await deployment.bot.restart()
        await deployment.insist(lambda: marc.clicks(card, "request.undo"))
        answer = (await deployment.request(request_id)).keep_or_undo
        assert answer is not None
        assert answer.follow_up is not None
        assert (await deployment.ends(answer.follow_up)).state is RequestState.DONE
        taken = [one for one in deployment.sent_writes() if one.applied and "removeLicenses" in str(one.body)]
        assert len([one for one in taken if one.body["removeLicenses"]]) == 1
        held = deployment.sandbox.tenant.people[lea.who.user_id].now.licences
        assert {one.sku_id for one in held} == {E3}
        await deployment.settled()
        assert await deployment.active_holds() == []
        # But for the number, whose order was taken and then failed.
        odd = intents_without_one_end(await deployment.audit("graph."))
        assert [ends for _, ends in odd] == [["intent", "done", "failed"]]

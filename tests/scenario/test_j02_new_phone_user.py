"""J02: an employee with neither Teams Phone nor a Calling Plan asks for a number, and gets all of it."""

from __future__ import annotations

from datetime import timedelta

from bot.sandbox.people import text_of
from tests.support.world import running_world


async def test_a_new_phone_user_gets_licences_then_a_number(database_url: str) -> None:
    async with running_world(database_url) as world:
        dora, marc = await world.person("dora"), await world.person("marc")

        await dora.says("I need a phone number")
        form = await dora.hears(lambda activity: bool(activity.get("attachments")))
        review = await dora.clicks(form, "number.review", {"reason": "Customer calls"})
        assert review.card is not None
        assert "Marc" in text_of(review.activity)
        sent = await dora.clicks(review.activity, "number.submit")
        assert sent.card is not None
        request = await world.newest_request("dora")
        assert request.id in text_of(sent.activity)

        await world.settle()
        card = await marc.hears("Dora")
        decided = await marc.clicks(card, "request.approve", {"comment": ""})
        assert decided.card is not None

        await world.settle()
        done = await world.pass_time_until(
            "done", request.id, step=timedelta(minutes=1), most=timedelta(hours=2)
        )
        assert done.outcome is not None
        number = done.outcome.telephone_number
        assert number is not None
        told = await dora.hears(number)
        assert "Calls" in str(told)

        writes = await world.writes()
        assert [row["path"].rsplit("/", 1)[1] for row in writes] == ["assignLicense", "assignNumber"]

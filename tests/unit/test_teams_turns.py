"""Turns end to end over HTTP: once each, in order, in the right language, with no trace of a failure."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from botbuilder.core import TurnContext
from botbuilder.schema import Activity

from bot.domain.errors import Conflict, Unavailable
from bot.domain.messages import Template
from bot.store import cards, conversations, inbound
from bot.store.database import Database, Transaction
from bot.store.inbound import Answered, Mine, Running
from bot.teams.dedupe import Answer, Once, StillRunning
from bot.teams.lock import KeyedLock
from bot.teams.outcomes import NotDelivered
from bot.teams.turn import CardAction, CardAnswer, Scope, Turn
from tests.support.teams_bot import Listener, RunningBot, running_bot
from tests.support.teams_channel import ANA, APP_ID, BEN, TENANT, Canned, Channel

CARD = {"type": "AdaptiveCard", "version": "1.5", "fallbackText": "Review", "body": []}


@pytest.fixture
async def channel() -> AsyncIterator[Channel]:
    async with Channel() as running:
        yield running


@pytest.fixture
def listener() -> Listener:
    return Listener()


@pytest.fixture
async def bot(channel: Channel, listener: Listener, db: Database) -> AsyncIterator[RunningBot]:
    async with running_bot(channel, listener, db) as running:
        yield running


# ---- once


async def test_a_repeat_is_answered_without_running_again(bot: RunningBot, listener: Listener) -> None:
    activity = bot.channel.activity("hi")
    replies = [await bot.post(activity) for _ in range(3)]
    assert [reply.status for reply in replies] == [200, 200, 200]
    assert len(listener.turns) == 1
    assert len(bot.channel.calls) == 1


async def test_repeats_at_the_same_moment_run_once(bot: RunningBot, listener: Listener) -> None:
    activity = bot.channel.click("request.approve")
    listener.answer = CardAnswer(message="approved")
    replies = await asyncio.gather(*(bot.post(activity) for _ in range(8)))
    assert len(listener.actions) == 1
    assert {reply.text for reply in replies} == {replies[0].text}
    assert replies[0].json["value"] == "approved"


async def test_a_repeat_after_a_restart_gets_the_stored_answer(
    channel: Channel, listener: Listener, db: Database
) -> None:
    activity = channel.click("request.approve")
    async with running_bot(channel, listener, db) as before:
        first = await before.post(activity)
    listener.answer = CardAnswer(message="something else")
    async with running_bot(channel, listener, db) as after:
        again = await after.post(activity)
    assert again == first
    assert len(listener.actions) == 1


async def test_two_replicas_run_it_once(channel: Channel, listener: Listener, db: Database) -> None:
    begun, free = asyncio.Event(), asyncio.Event()

    async def slowly(turn: Turn) -> None:
        begun.set()
        await free.wait()
        await turn.say("done")

    listener.reply = slowly
    activity = channel.activity("hi")
    async with running_bot(channel, listener, db) as one, running_bot(channel, listener, db) as two:
        # The second replica starts while nothing is under way, as a new process would.
        first = asyncio.create_task(one.post(activity))
        await begun.wait()
        second = asyncio.create_task(two.post(activity))
        free.set()
        assert (await first).status == (await second).status == 200
    assert len(listener.turns) == 1


async def test_an_activity_whose_process_died_runs_again(
    channel: Channel, listener: Listener, db: Database
) -> None:
    activity = channel.activity("hi")
    key = (activity["conversation"]["id"], activity["id"])
    await db.transact(inbound.begin, *key, timedelta(milliseconds=50))
    async with running_bot(channel, listener, db) as bot:
        assert (await bot.post(activity)).status == 200
    assert len(listener.turns) == 1


async def test_a_failed_turn_is_not_run_again_either(bot: RunningBot, listener: Listener) -> None:
    listener.reply = failing(RuntimeError("boom"))
    activity = bot.channel.activity("hi")
    await bot.post(activity)
    await bot.post(activity)
    assert len(listener.turns) == 1
    assert len(bot.channel.calls) == 1


async def test_a_refresh_by_the_client_leaves_no_row(
    bot: RunningBot, listener: Listener, db: Database
) -> None:
    value = {"action": {"verb": "request.refresh", "data": {}}, "trigger": "automatic"}
    activity = bot.channel.click("request.refresh", value=value)
    listener.answer = CardAnswer(card=CARD)
    assert (await bot.post(activity)).json["value"] == CARD
    begun = await db.transact(
        inbound.begin, activity["conversation"]["id"], activity["id"], timedelta(seconds=1)
    )
    assert begun == Mine()
    assert not bot.channel.calls


async def test_a_repeat_does_not_wait_for_ever_for_another_replica(db: Database) -> None:
    async def never() -> Answer:
        raise AssertionError("it is somebody else's")

    await db.transact(inbound.begin, "c", "a", timedelta(minutes=1))
    with pytest.raises(StillRunning):
        await Once(db, wait_seconds=0).run("c", "a", never)


async def test_a_cancelled_turn_is_free_for_its_repeat_at_once(db: Database) -> None:
    begun = asyncio.Event()

    async def endless() -> Answer:
        begun.set()
        await asyncio.Event().wait()
        raise AssertionError("unreachable")

    turn = asyncio.create_task(Once(db).run("c", "a", endless))
    await begun.wait()
    turn.cancel()
    with pytest.raises(asyncio.CancelledError):
        await turn
    assert await db.transact(inbound.begin, "c", "a", timedelta(minutes=1)) == Mine()


async def test_the_store_of_repeats(db: Database) -> None:
    lease = timedelta(seconds=60)
    assert await db.transact(inbound.begin, "c", "a", lease) == Mine()
    running = await db.transact(inbound.begin, "c", "a", lease)
    assert isinstance(running, Running)
    assert running.until > running.now
    await db.transact(inbound.release, "c", "a")
    assert await db.transact(inbound.begin, "c", "a", lease) == Mine()
    await db.transact(inbound.finish, "c", "a", 200, "first")
    await db.transact(inbound.finish, "c", "a", 200, "second")
    assert await db.transact(inbound.begin, "c", "a", lease) == Answered(200, "first")
    assert await db.transact(inbound.begin, "c", "b", lease) == Mine()
    await db.transact(inbound.release_all)
    assert await db.transact(inbound.begin, "c", "b", timedelta(0)) == Mine()
    assert await db.transact(inbound.begin, "c", "b", lease) == Mine()
    await db.transact(inbound.renew, "c", "b", timedelta(0))
    assert await db.transact(inbound.begin, "c", "b", lease) == Mine()
    assert await db.transact(inbound.purge, timedelta(hours=1)) == 0
    assert await db.transact(inbound.purge, timedelta(seconds=-1)) == 2


# ---- in order


async def test_turns_of_one_conversation_wait_for_each_other(bot: RunningBot, listener: Listener) -> None:
    inside = most = 0
    everybody = asyncio.Barrier(5)

    async def counting(turn: Turn) -> None:
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        await asyncio.sleep(0.01)
        inside -= 1

    listener.reply = counting
    await asyncio.gather(*(bot.post(bot.channel.activity(str(n))) for n in range(5)))
    assert most == 1

    async def meeting(turn: Turn) -> None:
        await everybody.wait()

    listener.reply = meeting
    people = [bot.channel.activity("hi", person=f"{n}") for n in range(5)]
    async with asyncio.timeout(20):
        await asyncio.gather(*(bot.post(activity) for activity in people))


async def test_locks_are_forgotten_when_nobody_holds_them() -> None:
    locks = KeyedLock()
    async with locks.hold("a"), locks.hold("b"):
        assert len(locks) == 2
    assert len(locks) == 0


# ---- what a conversation sees


async def test_the_actor_is_who_the_channel_says(bot: RunningBot, listener: Listener) -> None:
    activity = bot.channel.activity("hi", person=ANA.upper(), locale="fr-FR")
    activity["value"] = None
    await bot.post(activity)
    (turn,) = listener.turns
    assert (turn.actor.id, turn.actor.name, turn.actor.locale) == (ANA, "Ana Ortega", "fr-FR")
    assert (turn.scope, turn.conversation_id) == (Scope.PERSONAL, activity["conversation"]["id"])


async def test_who_a_card_claims_to_be_from_does_not_matter(bot: RunningBot, listener: Listener) -> None:
    data = {"from": {"aadObjectId": BEN}, "aadObjectId": BEN}
    value = {"action": {"verb": "request.approve", "data": data}, "aadObjectId": BEN}
    seen: list[str] = []

    async def answer(turn: Turn, action: object) -> CardAnswer:
        seen.append(turn.actor.id)
        return CardAnswer(message="ok")

    listener.on_card_action = answer  # type: ignore[method-assign, assignment]
    await bot.post(bot.channel.click("request.approve", value=value))
    assert seen == [ANA]


async def test_an_answer_is_addressed_and_threaded(bot: RunningBot) -> None:
    activity = bot.channel.activity("hi")
    await bot.post(activity)
    (call,) = bot.channel.calls
    assert call.body["replyToId"] == activity["id"]
    assert call.body["recipient"] == {"id": activity["from"]["id"]}
    assert call.body["from"] == {"id": f"28:{APP_ID}"}
    assert call.body["conversation"] == {"id": activity["conversation"]["id"]}
    assert "/activities/" not in call.path


async def test_cards_are_sent_alone_and_can_be_updated(bot: RunningBot, listener: Listener) -> None:
    async def cards(turn: Turn) -> None:
        await turn.typing()
        sent = await turn.send_card(CARD, "A form")
        await turn.update_card(sent, CARD)

    listener.reply = cards
    assert (await bot.post(bot.channel.activity("hi"))).status == 200
    typing, sent, updated = bot.channel.calls
    assert typing.body["type"] == "typing"
    assert (sent.body["summary"], sent.body.get("text")) == ("A form", None)
    assert sent.body["attachments"] == [
        {"contentType": "application/vnd.microsoft.card.adaptive", "content": CARD}
    ]
    assert (updated.method, updated.path.rpartition("/")[2]) == ("PUT", "activity-2")


async def test_dialogs_may_send_through_the_sdk(bot: RunningBot, listener: Listener) -> None:
    async def by_context(turn: Turn) -> None:
        context: TurnContext = turn.context
        sent = await context.send_activity("from a prompt")
        await context.update_activity(Activity(type="message", id=sent.id, text="again"))
        await context.delete_activity(sent.id)
        await context.send_activity(Activity(type="trace", name="x"))

    listener.reply = by_context
    assert (await bot.post(bot.channel.activity("hi"))).status == 200
    sent, updated, deleted = bot.channel.calls
    assert (sent.body["text"], sent.body["inputHint"]) == ("from a prompt", "acceptingInput")
    assert (updated.method, updated.body["text"]) == ("PUT", "again")
    assert deleted.method == "DELETE"
    assert sent.body["conversation"]["tenantId"] == TENANT


# ---- cards


async def test_a_click_is_answered_and_the_message_updated_for_good(
    bot: RunningBot, listener: Listener
) -> None:
    listener.answer = CardAnswer(card=CARD)
    reply = await bot.post(bot.channel.click("wish.review", carrier="card-7"))
    assert reply.json == {
        "statusCode": 200,
        "type": "application/vnd.microsoft.card.adaptive",
        "value": CARD,
    }
    (call,) = await bot.channel.until(lambda calls: len(calls) == 1)
    assert (call.method, call.path.rpartition("/")[2]) == ("PUT", "card-7")
    assert call.body["attachments"][0]["content"] == CARD


async def test_a_card_the_conversation_replaced_itself_is_left_alone(
    bot: RunningBot, listener: Listener
) -> None:
    async def replace(turn: Turn, action: CardAction) -> CardAnswer:
        await turn.update_card(action.activity_id or "", {**CARD, "body": ["newer"]})
        return CardAnswer(card=CARD)

    listener.on_card_action = replace  # type: ignore[method-assign]
    await bot.post(bot.channel.click("wish.submit", carrier="card-7"))
    await bot.boundary.stop()
    assert [call.body["attachments"][0]["content"]["body"] for call in bot.channel.calls] == [["newer"]]


async def test_stopping_waits_for_updates_on_their_way(
    channel: Channel, listener: Listener, db: Database
) -> None:
    listener.answer = CardAnswer(card=CARD)
    channel.delay = 0.1
    async with running_bot(channel, listener, db) as bot:
        await bot.post(channel.click("wish.review"))
    assert [call.method for call in channel.calls] == ["PUT"]


async def test_a_submitted_card_is_replaced_in_place(bot: RunningBot, listener: Listener) -> None:
    listener.answer = CardAnswer(card=CARD)
    value = {"verb": "wish.review", "draft": "d1", "city": "Lyon"}
    await bot.post(bot.channel.activity(text=None, value=value, replyToId="card-7"))
    assert listener.actions[0].data == {"draft": "d1", "city": "Lyon"}
    (call,) = bot.channel.calls
    assert (call.method, call.path.rpartition("/")[2]) == ("PUT", "card-7")


async def test_a_submitted_card_that_is_gone_is_sent_anew(bot: RunningBot, listener: Listener) -> None:
    listener.answer = CardAnswer(card=CARD)
    bot.channel.canned.append(Canned(404, {"error": {"code": "ActivityNotFoundInConversation"}}))
    await bot.post(bot.channel.activity(text=None, value={"verb": "x"}, replyToId="card-7"))
    put, post = bot.channel.calls
    assert (put.method, post.method, post.body["summary"]) == ("PUT", "POST", "Review")


@pytest.mark.parametrize("answer", [CardAnswer(message="Saved."), CardAnswer(error="Saved.")])
async def test_a_submit_is_answered_in_words(bot: RunningBot, listener: Listener, answer: CardAnswer) -> None:
    listener.answer = answer
    await bot.post(bot.channel.activity(text=None, value={"verb": "x"}))
    assert bot.channel.sent_texts() == ["Saved."]


async def test_other_invokes_do_not_reach_the_conversation(bot: RunningBot, listener: Listener) -> None:
    reply = await bot.post(bot.channel.click("x", name="application/search"))
    assert (reply.status, reply.json["value"]) == (200, {"results": []})
    reply = await bot.post(bot.channel.click("x", name="no/such"))
    assert (reply.status, reply.json["statusCode"]) == (200, 404)
    reply = await bot.post(bot.channel.click("x", value={"action": "x"}))
    assert (reply.status, reply.json["statusCode"]) == (200, 400)
    assert not listener.called


# ---- failures


def failing(error: Exception) -> Any:
    async def fail(turn: Turn) -> None:
        raise error

    return fail


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (RuntimeError("secret detail"), "something went wrong"),
        (PermissionError("secret detail"), "something went wrong"),
        (KeyError("secret detail"), "something went wrong"),
        (Unavailable("secret detail"), "not answering"),
        (Conflict("secret detail"), "at the same moment"),
    ],
)
async def test_a_failure_is_told_in_plain_words(
    bot: RunningBot, listener: Listener, error: Exception, says: str
) -> None:
    listener.reply = failing(error)
    reply = await bot.post(bot.channel.activity("hi"))
    assert (reply.status, reply.text) == (200, "")
    (text,) = bot.channel.sent_texts()
    assert says in text
    assert re.search(r"\b[0-9A-F]{8}\b", text)
    assert "secret" not in text


async def test_a_failed_click_is_told_in_the_reply(bot: RunningBot, listener: Listener) -> None:
    async def fail(turn: Turn, action: object) -> CardAnswer:
        raise RuntimeError("secret detail")

    listener.on_card_action = fail  # type: ignore[method-assign, assignment]
    reply = await bot.post(bot.channel.click("x"))
    assert (reply.status, reply.json["statusCode"]) == (200, 500)
    assert reply.json["type"] == "application/vnd.microsoft.error"
    assert "secret" not in reply.text
    assert not bot.channel.calls


async def test_a_chat_that_cannot_be_written_to_is_no_error_of_the_channel(
    bot: RunningBot, listener: Listener
) -> None:
    caught: list[Exception] = []

    async def trying(turn: Turn) -> None:
        try:
            await turn.say("hi")
        except NotDelivered as error:
            caught.append(error)
            raise

    listener.reply = trying
    bot.channel.canned += [Canned(403, {"error": {"code": "ConversationBlockedByUser"}})] * 2
    assert (await bot.post(bot.channel.activity("hi"))).status == 200
    assert len(caught) == 1


async def test_a_dead_database_is_told_to_the_person(channel: Channel, listener: Listener) -> None:
    class Broken:
        is_sqlite = False

        async def transact(self, *unused: object) -> None:
            raise OSError("disk is gone")

    async with running_bot(channel, listener, Broken()) as bot:  # type: ignore[arg-type]
        reply = await bot.post(channel.activity("hi"))
    assert reply.status == 200
    assert "something went wrong" in channel.sent_texts()[0]
    assert not listener.called


async def test_a_card_that_follows_its_request_is_left_to_the_outbox(
    bot: RunningBot, listener: Listener, db: Database
) -> None:
    """By the time the reply's card was sent, the outbox might have shown a newer one."""
    click = bot.channel.click("request.approve", "card-1")
    place = {"conversation_id": click["conversation"]["id"], "service_url": bot.channel.service_url}
    await db.transact(
        lambda tx: cards.remember_copy(
            tx, request_id="SB-4K7Q2", template=Template.APPROVAL, recipient_id=ANA, activity_id="card-1",
            shown_version=1, **place,
        )
    )  # fmt: skip
    listener.answer = CardAnswer(card=CARD)
    reply = await bot.post(click)
    assert reply.json["value"] == CARD
    await bot.boundary.stop()
    assert not bot.channel.calls


# ---- installation and addresses


def installed(channel: Channel, **changes: Any) -> dict[str, Any]:
    return channel.activity(**{"type": "installationUpdate", "action": "add", "text": None} | changes)


def bot_added(channel: Channel, **changes: Any) -> dict[str, Any]:
    added = [{"id": f"28:{APP_ID}"}, {"id": "29:x"}]
    return channel.activity(**{"type": "conversationUpdate", "membersAdded": added, "text": None} | changes)


@pytest.mark.parametrize("announced", [installed, bot_added])
async def test_an_installation_is_told_once_however_often_it_is_delivered(
    bot: RunningBot, listener: Listener, announced: Any
) -> None:
    activity = announced(bot.channel)
    for _ in range(3):
        assert (await bot.post(activity)).status == 200
    assert len(listener.installs) == 1


async def test_who_installs_the_app_again_can_be_written_to_again(
    bot: RunningBot, listener: Listener, db: Database
) -> None:
    for action in ("add", "remove", "add"):
        await bot.post(installed(bot.channel, action=action))
    known = await db.read(conversations.by_user, ANA)
    assert known is not None
    assert not known.blocked
    assert len(listener.installs) == 2


TEAM = {"conversationType": "channel", "tenantId": TENANT, "id": "19:t@thread.tacv2"}


@pytest.mark.parametrize(
    "changes", [{"action": "remove", "conversation": TEAM}, {"action": "remove-upgrade"}]
)
async def test_only_leaving_the_personal_chat_puts_somebody_out_of_reach(
    bot: RunningBot, db: Database, changes: dict[str, Any]
) -> None:
    await bot.post(bot.channel.activity("hi"))
    await bot.post(installed(bot.channel, **changes))
    known = await db.read(conversations.by_user, ANA)
    assert known is not None
    assert not known.blocked


async def test_an_installation_is_remembered_whichever_replica_heard_of_the_removal(
    channel: Channel, listener: Listener, db: Database
) -> None:
    async with running_bot(channel, listener, db) as one, running_bot(channel, listener, db) as other:
        await one.post(channel.activity("hi"))
        await other.post(installed(channel, action="remove"))
        await one.post(installed(channel, action="add"))
    known = await db.read(conversations.by_user, ANA)
    assert known is not None
    assert not known.blocked


@pytest.mark.parametrize(
    "make",
    [
        lambda c: installed(c, action="remove"),
        lambda c: installed(c, action="add-upgrade"),
        lambda c: bot_added(c, membersAdded=[{"id": "29:somebody"}]),
        lambda c: bot_added(c, membersAdded="odd"),
        lambda c: bot_added(c, **{"from": {"id": "29:x"}}),
        lambda c: c.activity(type="messageReaction", text=None),
        lambda c: c.activity(type="typing", text=None, id=None),
        lambda c: c.activity(type="somethingNew"),
    ],
)
async def test_what_concerns_nobody_is_taken_in_silence(
    bot: RunningBot, listener: Listener, make: Any
) -> None:
    assert (await bot.post(make(bot.channel))).status == 200
    assert not listener.called
    assert not bot.channel.calls


async def test_people_are_remembered_where_they_can_be_reached(bot: RunningBot, db: Database) -> None:
    activity = bot.channel.activity("hi", locale="fr-FR")
    await bot.post(activity)
    known = await db.read(conversations.by_user, ANA)
    assert known is not None
    assert (known.conversation_id, known.channel_user_id) == (
        activity["conversation"]["id"],
        activity["from"]["id"],
    )
    assert (known.service_url, known.locale, known.tenant_id) == (bot.channel.service_url, "fr-FR", TENANT)


async def test_a_channel_does_not_replace_the_personal_chat(bot: RunningBot, db: Database) -> None:
    personal = bot.channel.activity("hi")
    await bot.post(personal)
    team = {"conversationType": "channel", "tenantId": TENANT, "id": "19:t@thread.tacv2;messageid=1"}
    await bot.post(bot.channel.activity("hi", conversation=team))
    known = await db.read(conversations.by_user, ANA)
    assert known is not None
    assert known.conversation_id == personal["conversation"]["id"]


async def test_addresses_are_written_only_when_they_change(
    bot: RunningBot, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    writes: list[str] = []
    stored = conversations.upsert

    def counted(tx: Transaction, record: Any) -> None:
        writes.append(record.locale)
        stored(tx, record)

    monkeypatch.setattr(conversations, "upsert", counted)
    for locale in ("en-US", "en-US", "fr-FR", "fr-FR"):
        await bot.post(bot.channel.activity("hi", locale=locale))
    assert writes == ["en-US", "fr-FR"]


async def test_who_removes_the_app_is_not_written_to_until_heard_again(bot: RunningBot, db: Database) -> None:
    await bot.post(bot.channel.activity("hi"))
    await bot.post(installed(bot.channel, action="remove"))
    known = await db.read(conversations.by_user, ANA)
    assert known is not None
    assert known.blocked
    await bot.post(bot.channel.activity("hi again"))
    known = await db.read(conversations.by_user, ANA)
    assert known is not None
    assert not known.blocked


async def test_a_click_without_a_locale_is_answered_in_the_language_last_used(
    bot: RunningBot, listener: Listener
) -> None:
    await bot.post(bot.channel.activity("bonjour", locale="fr-FR"))
    seen: list[str] = []

    async def answer(turn: Turn, action: object) -> CardAnswer:
        seen.append(turn.actor.locale)
        return CardAnswer(message="ok")

    listener.on_card_action = answer  # type: ignore[method-assign, assignment]
    await bot.post(bot.channel.click("x", locale=None))
    assert seen == ["fr-FR"]

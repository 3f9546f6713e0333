"""The Bot Connector simulator over real HTTP, spoken to as a bot would."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import aiohttp
import pytest

from bot.sandbox.connector.ids import user_mri
from bot.sandbox.identity import CONNECTOR_AUDIENCE, GRAPH_AUDIENCE
from bot.sandbox.installations import Block
from bot.sandbox.roster import Account
from bot.sandbox.server import APP_ID, SandboxServer

Json = dict[str, Any]
CARD = {
    "contentType": "application/vnd.microsoft.card.adaptive",
    "content": {"type": "AdaptiveCard", "version": "1.5", "body": []},
}


@dataclass
class Bot:
    """Speaks to the connector with a bot's token."""

    sandbox: SandboxServer
    session: aiohttp.ClientSession
    token: str = ""

    async def call(self, method: str, path: str, body: Any = None) -> tuple[int, Any, Any]:
        url = f"{self.sandbox.service_url}v3/conversations{path}"
        headers = {"Authorization": f"Bearer {self.token}"}
        async with self.session.request(method, url, json=body, headers=headers) as answer:
            content = await answer.json() if answer.content_type == "application/json" else None
            return answer.status, content, answer.headers

    async def send(self, chat: str, activity: Json) -> tuple[int, Any, Any]:
        return await self.call("POST", f"/{quote(chat, safe='')}/activities", activity)

    async def say(self, chat: str, text: str) -> str:
        status, body, _ = await self.send(chat, {"type": "message", "text": text})
        assert status == 201, body
        return str(body["id"])

    async def open_chat(self, member_id: str, **changes: Any) -> tuple[int, Any]:
        body = {"isGroup": False, "members": [{"id": member_id}], "tenantId": self.sandbox.tenant.id}
        status, answer, _ = await self.call("POST", "", body | changes)
        return status, answer

    async def control(self, method: str, path: str, body: Any = None) -> Any:
        async with self.session.request(method, f"{self.sandbox.url}/sandbox{path}", json=body) as answer:
            assert answer.status < 300, await answer.text()
            return await answer.json() if answer.content_type == "application/json" else None

    async def history(self, chat: str) -> list[Json]:
        answer = await self.control("GET", f"/conversations/{quote(chat, safe='')}/activities")
        return list(answer["activities"])

    async def fault(self, effect: Json, **match: Any) -> None:
        await self.control("POST", "/connector/faults", {"match": match, "effect": effect})


@pytest.fixture
async def sandbox() -> AsyncIterator[SandboxServer]:
    async with SandboxServer(pacing=False, installed=["ana"]) as server:
        yield server


@pytest.fixture
async def bot(sandbox) -> AsyncIterator[Bot]:
    async with aiohttp.ClientSession() as session:
        yield Bot(sandbox, session, sandbox.identity.app_token(CONNECTOR_AUDIENCE))


@pytest.fixture
def ana(sandbox) -> Account:
    found = sandbox.teams.find_person("ana")
    assert found is not None
    return found


@pytest.fixture
def chat(sandbox, ana) -> str:
    return sandbox.teams.persona(ana).personal_chat


def code(body: Any) -> str:
    return str(body["error"]["code"])


# Creating -------------------------------------------------------------------------------------------------


async def test_a_personal_chat_is_created_once_and_without_an_activity_id(bot, sandbox, ana) -> None:
    mri = sandbox.teams.persona(ana).mri
    hello = {"type": "message", "text": "hello"}
    status, first = await bot.open_chat(mri, activity=hello)
    assert (status, set(first)) == (201, {"id"})
    assert first["id"].startswith("a:1")
    assert await bot.open_chat(mri) == (201, first)
    assert await bot.open_chat(ana.user_id) == (201, first)
    assert [one["versions"][0]["activity"]["text"] for one in await bot.history(first["id"])] == ["hello"]


@pytest.mark.parametrize(
    ("changes", "status", "expected"),
    [
        ({"members": []}, 400, "BadSyntax"),
        ({"members": [{"id": "29:1a"}, {"id": "29:1b"}]}, 400, "BadSyntax"),
        ({"members": [{"id": "29:1unknown"}]}, 400, "BadArgument"),
        ({"members": [{"id": "ana@contoso.com"}]}, 400, "BadArgument"),
        ({"tenantId": None}, 400, "BadSyntax"),
        ({"tenantId": "11111111-2222-3333-4444-555555555555"}, 403, "NotEnoughPermissions"),
        ({"isGroup": True}, 400, "BadSyntax"),
        ({"isGroup": True, "channelData": {"channel": {"id": "19:nowhere@thread.tacv2"}}}, 400, "BadSyntax"),
    ],
)
async def test_refuses_conversations_teams_would_not_create(bot, ana, changes, status, expected) -> None:
    answered, body = await bot.open_chat(ana.user_id, **changes)
    assert (answered, code(body)) == (status, expected)


async def test_the_tenant_may_be_named_as_the_old_sdk_does(bot, sandbox, ana) -> None:
    tenant = sandbox.tenant.id
    for named in ({"tenantID": tenant}, {"channelData": {"tenant": {"id": tenant}}}):
        status, _ = await bot.open_chat(ana.user_id, tenantId=None, **named)
        assert status == 201


async def test_a_channel_thread_needs_an_activity_and_names_it(bot) -> None:
    places = (await bot.control("GET", "/teams"))["places"]
    channel = places["Phone desk"]["channel_id"]
    shape = {"isGroup": True, "channelData": {"channel": {"id": channel}}}
    status, body = await bot.open_chat("", **shape)
    assert (status, code(body)) == (400, "BadSyntax")
    status, body = await bot.open_chat("", **shape, activity={"type": "message", "text": "Hello"})
    assert status == 201
    assert body["id"] == f"{channel};messageid={body['activityId']}"
    reply = await bot.say(body["id"], "And more")
    assert [one["id"] for one in await bot.history(body["id"])] == [body["activityId"], reply]


@pytest.mark.parametrize(
    ("how", "status", "expected"),
    [("deleted", 404, "ConversationNotFound"), ("removed", 403, "BotNotInConversationRoster")],
)
async def test_a_closed_channel_takes_its_threads_along(bot, how, status, expected) -> None:
    channel = (await bot.control("GET", "/teams"))["places"]["Phone desk"]["channel_id"]
    hello = {"type": "message", "text": "Hello"}
    post = {"isGroup": True, "channelData": {"channel": {"id": channel}}, "activity": hello}
    _, thread = await bot.open_chat("", **post)
    await bot.control("PUT", f"/conversations/{channel}/closed", {"how": how})
    answered, body = await bot.open_chat("", **post)
    assert (answered, code(body)) == (status, expected)
    answered, body, _ = await bot.send(thread["id"], hello)
    assert (answered, code(body)) == (status, expected)
    path = f"/{quote(thread['id'], safe='')}/activities/{thread['activityId']}"
    answered, body, _ = await bot.call("PUT", path, hello)
    assert (answered, code(body)) == (status, expected)
    await bot.control("PUT", f"/conversations/{channel}/closed", {"how": None})
    assert (await bot.open_chat("", **post))[0] == 201


# Sending, updating, deleting ------------------------------------------------------------------------------


async def test_keeps_every_version_of_a_message(bot, chat) -> None:
    message = await bot.say(chat, "first")
    path = f"/{quote(chat, safe='')}/activities/{message}"
    status, body, _ = await bot.call("PUT", path, {"type": "message", "text": "second"})
    assert (status, body) == (200, {"id": message})
    status, _, _ = await bot.call("DELETE", path)
    assert status == 200
    (kept,) = await bot.history(chat)
    assert [version["activity"]["text"] for version in kept["versions"]] == ["first", "second"]
    assert kept["deleted_at"] is not None
    status, body, _ = await bot.call("PUT", path, {"type": "message", "text": "third"})
    assert (status, code(body)) == (404, "ActivityNotFoundInConversation")


async def test_message_ids_are_milliseconds_and_unique(bot, chat) -> None:
    ids = [await bot.say(chat, str(n)) for n in range(5)]
    assert len(set(ids)) == 5
    assert all(len(one) == 13 and one.isdigit() for one in ids)


async def test_a_reply_is_a_message_that_remembers_what_it_replies_to(bot, chat) -> None:
    first = await bot.say(chat, "first")
    path = f"/{quote(chat, safe='')}/activities/{first}"
    status, _, _ = await bot.call("POST", path, {"type": "message", "text": "second"})
    assert status == 201
    assert (await bot.history(chat))[1]["versions"][0]["activity"]["replyToId"] == first


async def test_text_beside_a_card_becomes_two_messages_without_a_usable_id(bot, chat) -> None:
    status, body, _ = await bot.send(chat, {"type": "message", "text": "Look", "attachments": [CARD]})
    assert (status, body) == (201, {})
    text, card = (one["versions"][0]["activity"] for one in await bot.history(chat))
    assert (text["text"], "attachments" in text) == ("Look", False)
    assert (card["attachments"], "text" in card) == ([CARD], False)


async def test_typing_is_seen_but_is_no_message(bot, chat) -> None:
    status, _, _ = await bot.send(chat, {"type": "typing"})
    assert status == 201
    assert await bot.history(chat) == []
    news = await bot.control("GET", f"/conversations/{quote(chat, safe='')}/activities?after=0")
    assert [event["kind"] for event in news["events"]] == ["typing"]


@pytest.mark.parametrize(
    ("activity", "expected"),
    [
        ({"type": "message"}, "BadSyntax"),
        ({"type": "trace", "text": "x"}, "BadArgument"),
        ({"type": "message", "attachments": ["card"]}, "BadSyntax"),
        ({"type": "message", "attachments": [CARD | {"content": "{}"}]}, "BadArgument"),
        ([], "BadSyntax"),
    ],
)
async def test_refuses_activities_teams_would_not_take(bot, chat, activity, expected) -> None:
    status, body, _ = await bot.send(chat, activity)
    assert (status, code(body)) == (400, expected)


async def test_size_is_counted_in_utf16(bot, chat) -> None:
    """50 KB of ASCII are 100 KB in UTF-16."""
    room = 51_200 - len('{"type": "message", "text": ""}')
    await bot.say(chat, "x" * room)
    status, body, _ = await bot.send(chat, {"type": "message", "text": "x" * (room + 1)})
    assert (status, code(body)) == (413, "MessageSizeTooBig")


async def test_a_bot_cannot_change_what_a_person_said(bot, chat) -> None:
    path = f"/conversations/{quote(chat, safe='')}/activities"
    said = await bot.control("POST", path, {"activity": {"type": "message", "text": "hi"}})
    status, body, _ = await bot.call("DELETE", f"/{quote(chat, safe='')}/activities/{said['id']}")
    assert (status, code(body)) == (403, "NotEnoughPermissions")


# Who can be reached ---------------------------------------------------------------------------------------


async def test_nobody_is_reached_without_the_app(bot, sandbox) -> None:
    ben = sandbox.teams.find_person("ben")
    status, body = await bot.open_chat(ben.user_id)
    assert (status, code(body)) == (403, "BotNotInConversationRoster")
    status, body, _ = await bot.send(sandbox.teams.persona(ben).personal_chat, {"type": "typing"})
    assert (status, code(body)) == (403, "BotNotInConversationRoster")
    sandbox.teams.installations.install(ben.user_id)
    assert (await bot.open_chat(ben.user_id))[0] == 201


@pytest.mark.parametrize("how", list(Block))
async def test_a_block_refuses_writes_until_it_is_lifted(bot, chat, ana, how) -> None:
    await bot.control("PUT", f"/teams/people/{ana.user_id}/block", {"how": how})
    status, body, _ = await bot.send(chat, {"type": "message", "text": "hi"})
    assert status == 403
    assert str(how) in str(body)
    await bot.control("PUT", f"/teams/people/{ana.user_id}/block", {"how": None})
    await bot.say(chat, "hi")


async def test_unknown_conversations_are_not_found(bot) -> None:
    status, body, _ = await bot.send("a:1nobody", {"type": "message", "text": "hi"})
    assert (status, code(body)) == (404, "ConversationNotFound")


@pytest.mark.parametrize("audience", [GRAPH_AUDIENCE, None])
async def test_wants_a_token_made_for_it(bot, sandbox, chat, audience) -> None:
    bot.token = sandbox.identity.app_token(audience) if audience else ""
    status, _, _ = await bot.send(chat, {"type": "message", "text": "hi"})
    assert status == 401
    assert await bot.history(chat) == []


async def test_another_tenants_address_is_refused(bot, sandbox, chat) -> None:
    elsewhere = sandbox.service_url.replace(sandbox.tenant.id, "11111111-2222-3333-4444-555555555555")
    url = f"{elsewhere}v3/conversations/{quote(chat, safe='')}/activities"
    headers = {"Authorization": f"Bearer {bot.token}"}
    async with bot.session.post(url, json={"type": "message", "text": "hi"}, headers=headers) as answer:
        assert answer.status == 401
    assert await bot.history(chat) == []


# Members --------------------------------------------------------------------------------------------------


async def test_tells_the_members(bot, sandbox, chat, ana) -> None:
    _, members, _ = await bot.call("GET", f"/{quote(chat, safe='')}/members")
    mri = sandbox.teams.persona(ana).mri
    assert [(one["id"], one["aadObjectId"]) for one in members] == [(mri, ana.user_id)]
    assert mri.startswith("29:1")
    for key in (mri, ana.user_id):
        _, member, _ = await bot.call("GET", f"/{quote(chat, safe='')}/members/{quote(key, safe='')}")
        assert member["userPrincipalName"] == ana.upn
    ben = sandbox.teams.find_person("ben")
    status, body, _ = await bot.call("GET", f"/{quote(chat, safe='')}/members/{ben.user_id}")
    assert (status, code(body)) == (404, "MemberNotFoundInConversation")


@dataclass(frozen=True)
class Everybody:
    """A roster of whoever is put into it."""

    people: tuple[Account, ...]

    def account(self, key: str) -> Account | None:
        return next((one for one in self.people if one.user_id == key), None)

    def accounts(self) -> tuple[Account, ...]:
        return self.people


async def test_pages_of_members_come_to_everybody(bot, sandbox) -> None:
    many = tuple(Account(f"id-{n}", f"P {n}", f"p{n}@contoso.com") for n in range(120))
    sandbox.teams.people.roster = Everybody(many)
    channel = (await bot.control("GET", "/teams"))["places"]["General"]["channel_id"]
    names, token = [], ""
    for _ in range(3):
        path = f"/{quote(channel, safe='')}/pagedmembers?pageSize=50&continuationToken={token}"
        _, page, _ = await bot.call("GET", path)
        names += [one["name"] for one in page["members"]]
        token = page.get("continuationToken", "")
    assert (names, token) == ([one.name for one in many], "")


# Pace, overlap, faults ------------------------------------------------------------------------------------


async def test_the_eighth_message_in_a_second_waits(bot, sandbox, chat) -> None:
    await bot.control("PUT", "/connector", {"pacing": True})
    for n in range(7):
        await bot.say(chat, str(n))
    status, body, headers = await bot.send(chat, {"type": "message", "text": "8"})
    assert (status, code(body), headers["Retry-After"]) == (429, "Throttled", "1")
    assert len(await bot.history(chat)) == 7


async def test_two_writes_at_once_in_one_chat_collide(bot, chat) -> None:
    await bot.control("PUT", "/connector", {"latency": 0.1})
    activity = {"type": "message", "text": "at once"}
    answers = await asyncio.gather(*(bot.send(chat, activity) for _ in range(3)))
    assert sorted(status for status, _, _ in answers) == [201, 412, 412]
    state = await bot.control("GET", "/connector")
    assert state["max_in_flight_per_conversation"] == 2
    assert state["statuses"] == {"201": 1, "412": 2}


async def test_connections_are_counted_once_each(bot, chat) -> None:
    for _ in range(3):
        await bot.say(chat, "again")
    assert (await bot.control("GET", "/connector"))["tcp_connections"] == 1


async def test_a_fault_strikes_the_calls_it_names(bot, chat) -> None:
    await bot.fault({"kind": "status", "status": 503, "retry_after": 2}, method="POST", nth=2, times=1)
    await bot.say(chat, "one")
    status, _, headers = await bot.send(chat, {"type": "message", "text": "two"})
    assert (status, headers["Retry-After"]) == (503, "2")
    await bot.say(chat, "three")
    assert len(await bot.history(chat)) == 2


async def test_a_fault_may_name_one_conversation(bot, sandbox, chat) -> None:
    ben = sandbox.teams.find_person("ben")
    sandbox.teams.installations.preinstall(ben.user_id)
    bens = sandbox.teams.persona(ben).personal_chat
    await bot.fault({"kind": "status", "status": 429, "retry_after": 7}, conversation=bens, times=None)
    await bot.say(chat, "fine")
    for _ in range(2):
        status, _, headers = await bot.send(bens, {"type": "message", "text": "no"})
        assert (status, headers["Retry-After"]) == (429, "7")
    await bot.control("DELETE", "/connector/faults")
    await bot.say(bens, "fine")


async def test_a_reply_can_be_lost_after_the_message_was_posted(bot, chat) -> None:
    await bot.fault({"kind": "drop_after_apply"})
    with pytest.raises(aiohttp.ClientError):
        await bot.send(chat, {"type": "message", "text": "did it arrive?"})
    assert len(await bot.history(chat)) == 1


async def test_a_connection_can_be_lost_before_anything_happens(bot, chat) -> None:
    await bot.fault({"kind": "drop_before_apply"})
    with pytest.raises(aiohttp.ClientError):
        await bot.send(chat, {"type": "message", "text": "did it arrive?"})
    assert await bot.history(chat) == []


async def test_an_error_can_follow_an_effect(bot, chat) -> None:
    await bot.fault({"kind": "effect_then_status", "status": 502})
    status, _, _ = await bot.send(chat, {"type": "message", "text": "posted all the same"})
    assert status == 502
    assert len(await bot.history(chat)) == 1


async def test_a_fault_that_makes_no_sense_is_refused(bot, sandbox) -> None:
    url = f"{sandbox.url}/sandbox/connector/faults"
    for wish in ({}, {"effect": {"kind": "explode"}}, {"effect": {"kind": "lie_after_202"}}, {"effect": "x"}):
        async with bot.session.post(url, json=wish) as answer:
            assert answer.status == 400


async def test_news_can_be_waited_for(bot, chat) -> None:
    path = f"/conversations/{quote(chat, safe='')}/activities?after=0&wait=10"
    waiting = asyncio.create_task(bot.control("GET", path))
    await bot.say(chat, "there")
    news = await waiting
    assert [event["activity"]["text"] for event in news["events"]] == ["there"]
    assert news["last"] == 1


async def test_calls_are_on_record(bot, chat) -> None:
    await bot.say(chat, "hi")
    (call,) = (await bot.control("GET", "/connector/requests"))["requests"]
    assert (call["method"], call["conversation"], call["status"]) == ("POST", chat, 201)


def test_another_bot_knows_people_by_other_ids(sandbox, ana) -> None:
    assert user_mri(APP_ID, ana.user_id) == sandbox.teams.persona(ana).mri
    assert user_mri("another-app", ana.user_id) != sandbox.teams.persona(ana).mri


@pytest.mark.parametrize(("kind", "meanwhile"), [("hold_before", 0), ("hold_after", 1)])
async def test_a_call_can_be_held_before_and_after_its_effect(bot, sandbox, chat, kind, meanwhile) -> None:
    await bot.fault({"kind": kind}, conversation=chat)
    sending = asyncio.create_task(bot.say(chat, "held"))
    holds = sandbox.connector.holds
    async with asyncio.timeout(5):
        while not holds.parked:  # noqa: ASYNC110 - parking is only to be seen by looking
            await asyncio.sleep(0.01)
    assert len(await bot.history(chat)) == meanwhile
    holds.release_all()
    await sending
    assert len(await bot.history(chat)) == 1

"""People at their clients, against a small bot made of plain aiohttp."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import aiohttp
import jwt
import pytest
from aiohttp import web

from bot.sandbox.identity import CONNECTOR_AUDIENCE, GRAPH_AUDIENCE
from bot.sandbox.people import CannotClick, Defect, NotHeard, People, PersonClient, card_of, text_of
from bot.sandbox.server import APP_ID, SandboxServer

Json = dict[str, Any]
CARD = "application/vnd.microsoft.card.adaptive"

FORM: Json = {
    "type": "AdaptiveCard",
    "version": "1.5",
    "body": [
        {"type": "TextBlock", "text": "Which country?"},
        {"type": "FactSet", "facts": [{"title": "Free", "value": "three"}]},
        {
            "type": "Input.ChoiceSet",
            "id": "country",
            "isRequired": True,
            "errorMessage": "Choose one",
            "choices": [{"title": "France", "value": "FR"}, {"title": "Germany", "value": "DE"}],
        },
        {"type": "Input.Text", "id": "ending", "label": "Ending", "regex": "^[0-9]*$", "maxLength": 4},
        {"type": "Input.Toggle", "id": "urgent", "title": "Urgent"},
        {"type": "Input.Number", "id": "count", "value": 1, "min": 1, "max": 5},
        {"type": "Input.Date", "id": "when"},
        {"type": "Input.Text", "id": "nonce", "isVisible": False, "value": "n1"},
    ],
    "actions": [
        {
            "type": "Action.Execute",
            "verb": "form.send",
            "title": "Send",
            "data": {"draft": "d1"},
            "fallback": {
                "type": "Action.Submit",
                "title": "Send",
                "data": {"verb": "form.send", "draft": "d1"},
            },
        },
        {"type": "Action.Execute", "verb": "form.drop", "title": "Cancel", "associatedInputs": "none"},
        {"type": "Action.Execute", "verb": "form.grey", "title": "Grey", "isEnabled": False},
        {"type": "Action.OpenUrl", "title": "Read more", "url": "https://contoso.com"},
        {"type": "Action.Submit", "title": "Old", "data": {"verb": "form.old"}},
        {
            "type": "Action.Submit",
            "title": "Say it",
            "data": {"msteams": {"type": "messageBack", "text": "help", "value": {"from": "button"}}},
        },
        {"type": "Action.Execute", "verb": "form.seventh", "title": "Seventh"},
    ],
    "refresh": {"action": {"type": "Action.Execute", "verb": "form.look", "data": {"draft": "d1"}}},
}


def done(text: str) -> Json:
    return {"type": "AdaptiveCard", "version": "1.5", "body": [{"type": "TextBlock", "text": text}]}


Answer = Callable[[Json], Awaitable[web.Response]]


@dataclass
class EchoBot:
    """Echoes text, sends the form for "form", answers clicks with a card; keeps what it was sent."""

    sandbox: SandboxServer
    session: aiohttp.ClientSession
    inbox: list[tuple[Json, dict[str, str]]] = field(default_factory=list)
    answer: Answer | None = None
    url: str = ""

    @property
    def last(self) -> Json:
        return self.inbox[-1][0]

    async def handle(self, request: web.Request) -> web.Response:
        activity = await request.json()
        self.inbox.append((activity, dict(request.headers)))
        if self.answer is not None:
            return await self.answer(activity)
        if activity["type"] == "invoke":
            value = done(f"{activity['value']['trigger']}: {activity['value']['action']['verb']}")
            return web.json_response({"statusCode": 200, "type": CARD, "value": value})
        if activity["type"] == "message" and activity.get("text"):
            await self.reply(activity)
        return web.Response(status=201)

    async def reply(self, activity: Json) -> None:
        if "form" in activity["text"]:
            await self.post(activity, {"attachments": [{"contentType": CARD, "content": FORM}]})
        else:
            await self.post(activity, {"text": f"You said {activity['text']}"})

    async def post(self, to: Json, content: Json, method: str = "POST", which: str = "") -> str:
        chat = quote(to["conversation"]["id"], safe="")
        url = f"{to['serviceUrl']}v3/conversations/{chat}/activities{which}"
        token = self.sandbox.identity.app_token(CONNECTOR_AUDIENCE)
        async with self.session.request(
            method, url, json={"type": "message"} | content, headers={"Authorization": f"Bearer {token}"}
        ) as answer:
            assert answer.status < 300, await answer.text()
            return str((await answer.json())["id"]) if method != "DELETE" else ""


@pytest.fixture
async def sandbox() -> AsyncIterator[SandboxServer]:
    async with SandboxServer(pacing=False) as server:
        yield server


@pytest.fixture
async def bot(sandbox) -> AsyncIterator[EchoBot]:
    async with aiohttp.ClientSession() as session:
        echo = EchoBot(sandbox, session)
        app = web.Application()
        app.router.add_post("/api/messages", echo.handle)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        host, port = runner.addresses[0][:2]
        echo.url = f"http://{host}:{port}/api/messages"
        yield echo
        await runner.cleanup()


@pytest.fixture
async def people(sandbox, bot) -> AsyncIterator[People]:
    async with People(sandbox.url, bot.url) as found:
        yield found


@pytest.fixture
async def ana(people) -> PersonClient:
    found = await people.find("ana")
    await found.installs()
    return found


async def form_of(person: PersonClient) -> Json:
    await person.says("form")
    return await person.hears("Which country?")


# What the bot receives ------------------------------------------------------------------------------------


async def test_installing_sends_both_events_teams_sends(ana, bot) -> None:
    added, installed = (activity for activity, _ in bot.inbox)
    assert (added["type"], added["membersAdded"]) == ("conversationUpdate", [{"id": f"28:{APP_ID}"}])
    assert (installed["type"], installed["action"]) == ("installationUpdate", "add")
    assert installed["conversation"]["conversationType"] == "personal"


async def test_a_message_looks_like_one_of_teams(ana, bot, sandbox) -> None:
    assert (await ana.says("hello", locale="fr-FR")).status == 201
    activity, headers = bot.inbox[-1]
    assert activity["from"] == {"id": ana.who.mri, "name": "Ana Moreau", "aadObjectId": ana.who.user_id}
    assert activity["recipient"]["id"] == f"28:{APP_ID}"
    assert (
        activity["conversation"]["tenantId"] == activity["channelData"]["tenant"]["id"] == sandbox.tenant.id
    )
    assert activity["serviceUrl"] == sandbox.service_url
    assert (activity["text"], activity["locale"], activity["channelId"]) == ("hello", "fr-FR", "msteams")
    assert activity["entities"][0]["locale"] == "fr-FR"
    claims = jwt.decode(headers["Authorization"].split()[1], options={"verify_signature": False})
    assert (claims["aud"], claims["serviceurl"]) == (APP_ID, sandbox.service_url)
    assert headers["x-ms-conversation-id"] == activity["conversation"]["id"]


async def test_in_a_channel_the_bot_is_mentioned_and_answers_in_the_thread(ana, bot) -> None:
    await ana.says("hello", scope="channel")
    activity = bot.last
    assert activity["text"] == "<at>Switchboard</at> hello"
    mention = next(one for one in activity["entities"] if one["type"] == "mention")
    assert mention["mentioned"]["id"] == activity["recipient"]["id"]
    assert activity["conversation"]["id"].endswith(f";messageid={activity['id']}")
    assert activity["conversation"]["isGroup"]
    heard = await ana.hears("You said")
    thread = activity["conversation"]["id"]
    await ana.says("more", where=thread)
    assert bot.last["conversation"]["id"] == thread
    assert await ana.hears("more") != heard


async def test_resending_keeps_the_activity(ana, bot) -> None:
    await ana.says("hello")
    await ana.resend_last()
    first, again = (activity for activity, _ in bot.inbox[-2:])
    assert first == again


# Clicks ---------------------------------------------------------------------------------------------------


async def test_a_click_is_an_invoke_with_the_cards_values_as_strings(ana, bot) -> None:
    form = await form_of(ana)
    await ana.clicks(form, "form.send", {"country": "FR", "urgent": True, "count": 2})
    sent = bot.last
    assert (sent["type"], sent["name"], sent["replyToId"]) == ("invoke", "adaptiveCard/action", form["id"])
    assert sent["value"] == {
        "trigger": "manual",
        "action": {
            "type": "Action.Execute",
            "title": "Send",
            "verb": "form.send",
            "data": {
                "draft": "d1",
                "country": "FR",
                "ending": "",
                "urgent": "true",
                "count": "2",
                "when": "",
                "nonce": "n1",
            },
        },
    }


async def test_the_fallback_of_a_click_is_a_message_with_a_value(ana, bot) -> None:
    form = await form_of(ana)
    await ana.clicks(form, "Send", {"country": "DE"}, as_submit=True)
    sent = bot.last
    assert (sent["type"], sent.get("text"), sent["replyToId"]) == ("message", None, form["id"])
    assert sent["value"]["verb"] == "form.send"
    assert (sent["value"]["country"], sent["value"]["count"]) == ("DE", "1")


async def test_a_submit_is_found_by_the_verb_in_its_data(ana, bot) -> None:
    await ana.clicks(await form_of(ana), "form.old", {"country": "FR"})
    assert bot.last["value"]["verb"] == "form.old"


async def test_a_message_back_has_text_and_its_own_value(ana, bot) -> None:
    await ana.clicks(await form_of(ana), "Say it", {"country": "FR"})
    assert (bot.last["text"], bot.last["value"]["from"]) == ("help", "button")
    assert "msteams" not in bot.last["value"]


async def test_an_action_may_leave_the_inputs_out(ana, bot) -> None:
    await ana.clicks(await form_of(ana), "Cancel")
    assert bot.last["value"]["action"]["data"] == {}


@pytest.mark.parametrize(
    ("action", "inputs", "why"),
    [
        ("form.missing", {}, "no button"),
        ("form.seventh", {"country": "FR"}, "no button"),
        ("form.grey", {"country": "FR"}, "greyed out"),
        ("Read more", {"country": "FR"}, "makes no invoke"),
        ("form.send", {}, "country is required: Choose one"),
        ("form.send", {"country": "US"}, "not offered"),
        ("form.send", {"country": "FR", "colour": "red"}, "no input colour"),
        ("form.send", {"country": "FR", "ending": "abc"}, "pattern"),
        ("form.send", {"country": "FR", "ending": "12345"}, "too long"),
        ("form.send", {"country": "FR", "count": 6}, "out of range"),
        ("form.send", {"country": "FR", "count": "two"}, "not a number"),
    ],
)
async def test_refuses_what_the_client_would_not_allow(ana, bot, action, inputs, why) -> None:
    form = await form_of(ana)
    before = len(bot.inbox)
    with pytest.raises(CannotClick, match=why):
        await ana.clicks(form, action, inputs)
    assert len(bot.inbox) == before


async def test_an_action_without_fallback_cannot_be_submitted(ana) -> None:
    with pytest.raises(CannotClick, match="fall back"):
        await ana.clicks(await form_of(ana), "Cancel", as_submit=True)


async def test_a_card_without_a_version_cannot_be_clicked(ana) -> None:
    form = await form_of(ana)
    card = {name: value for name, value in FORM.items() if name != "version"}
    unversioned = form | {"attachments": [{"contentType": CARD, "content": card}]}
    with pytest.raises(CannotClick, match="version"):
        await ana.clicks(unversioned, "Cancel")


async def test_the_answered_card_is_shown_until_the_message_is_updated(ana, bot) -> None:
    form = await form_of(ana)
    reply = await ana.clicks(form, "form.send", {"country": "FR"})
    assert reply.card == done("manual: form.send")
    assert card_of(ana.last_card()) == reply.card == card_of(reply.activity)
    update = {"attachments": [{"contentType": CARD, "content": done("for everybody")}]}
    await bot.post(bot.last, update, "PUT", f"/{form['id']}")
    await ana.hears("for everybody")
    assert card_of(ana.last_card()) == done("for everybody")
    assert len(ana.cards()) == 1


async def test_replies_are_read_as_teams_reads_them(ana, bot) -> None:
    form = await form_of(ana)

    async def answer(activity: Json) -> web.Response:
        kind = activity["value"]["action"]["data"].get("country")
        if kind == "FR":
            body = {"statusCode": 200, "type": "application/vnd.microsoft.activity.message", "value": "noted"}
            return web.json_response(body)
        value = {"code": "SB-1", "message": "no"}
        body = {"statusCode": 400, "type": "application/vnd.microsoft.error", "value": value}
        return web.json_response(body, status=200 if kind == "DE" else 500)

    bot.answer = answer
    reply = await ana.clicks(form, "form.send", {"country": "FR"})
    assert (reply.message, reply.error, reply.card) == ("noted", None, None)
    reply = await ana.clicks(form, "form.send", {"country": "DE"})
    assert reply.error == {"code": "SB-1", "message": "no"}
    reply = await ana.clicks(form, "Cancel")
    assert (reply.ok, reply.error) == (False, None)


async def test_opening_a_card_refreshes_it(ana, bot) -> None:
    form = await form_of(ana)
    reply = await ana.opens(form)
    assert bot.last["value"]["trigger"] == "automatic"
    assert reply is not None
    assert await ana.opens(reply.activity) is None


async def test_a_card_refreshes_only_for_those_it_names(ana, bot) -> None:
    await ana.says("hello")
    before = len(bot.inbox)
    for viewer, refreshed in (("29:1somebody-else", 0), (ana.who.mri, 1)):
        card = FORM | {"refresh": FORM["refresh"] | {"userIds": [viewer]}}
        await bot.post(bot.last, {"attachments": [{"contentType": CARD, "content": card}]})
        await ana.opens(await ana.hears("Which country?"))
        assert len(bot.inbox) - before == refreshed


# Reading --------------------------------------------------------------------------------------------------


async def test_text_is_what_a_person_reads(ana) -> None:
    text = text_of(await form_of(ana))
    for shown in ("Which country?", "three", "France", "Ending", "Send"):
        assert shown in text
    for hidden in ("form.send", "FR", "n1", "d1"):
        assert hidden not in text.split("\n")


async def test_each_message_is_heard_once(ana) -> None:
    for _ in range(2):
        await ana.says("hello")
    first = await ana.hears("you said HELLO")
    second = await ana.hears(lambda activity: "hello" in activity["text"])
    assert first["id"] != second["id"]
    with pytest.raises(NotHeard, match="did not hear 'hello'"):
        await ana.hears("hello", timeout=0.01)


async def test_hears_what_arrives_while_waiting(ana, bot) -> None:
    await ana.says("hello")
    waiting = asyncio.create_task(ana.hears("later"))
    await bot.post(bot.last, {"text": "later"})
    assert (await waiting)["text"] == "later"


async def test_a_message_seen_by_two_looks_at_once_is_one_message(ana, bot) -> None:
    await ana.says("hello")
    await bot.post(bot.last, {"text": "once"})
    await asyncio.gather(ana.looks(), ana.looks())
    await ana.hears("once")
    with pytest.raises(NotHeard):
        await ana.hears("once", timeout=0.01)


async def test_deleted_messages_are_gone(ana, bot) -> None:
    await ana.says("hello")
    heard = await ana.hears("hello")
    await bot.post(bot.last, {}, "DELETE", f"/{heard['id']}")
    assert await ana.looks() == []
    assert [activity["text"] for activity in ana.transcript] == ["hello"]


async def test_forgetting_skips_what_was_seen(ana) -> None:
    await ana.says("hello")
    ana.forgets()
    with pytest.raises(NotHeard):
        await ana.hears("hello", timeout=0.01)


# Adversaries and the channel ------------------------------------------------------------------------------


async def test_anything_can_be_sent_with_any_token(ana, bot) -> None:
    activity = await ana.writes("hello")
    bad = await ana.token(Defect.EXPIRED)
    await ana.raw(activity | {"channelId": "webchat"}, token=bad, headers={"x-extra": "1"})
    sent, headers = bot.inbox[-1]
    assert (sent["channelId"], headers["Authorization"], headers["x-extra"]) == (
        "webchat",
        f"Bearer {bad}",
        "1",
    )
    await ana.raw(activity)
    assert "Authorization" not in bot.inbox[-1][1]
    assert (await ana.raw(b"not json")).status == 500


async def test_a_bot_that_is_not_there_is_a_bad_gateway(sandbox) -> None:
    async with People(sandbox.url, "http://127.0.0.1:9/api/messages") as people:
        ana = await people.find("ana@contoso.com")
        assert (await ana.says("hello")).status == 502


async def test_a_blocked_bot_cannot_write(ana, bot) -> None:
    await ana.blocks()
    await ana.says("hello")
    assert ana.chat == []
    await ana.blocks(None)
    await ana.says("hello again")
    await ana.hears("hello again")


async def install_by_graph(sandbox: SandboxServer, session: aiohttp.ClientSession, who: PersonClient) -> int:
    headers = {"Authorization": f"Bearer {sandbox.identity.app_token(GRAPH_AUDIENCE)}"}
    async with session.get(f"{sandbox.graph_url}/appCatalogs/teamsApps", headers=headers) as answer:
        app = (await answer.json())["value"][0]["id"]
    body = {"teamsApp@odata.bind": f"https://graph.microsoft.com/v1.0/appCatalogs/teamsApps/{app}"}
    url = f"{sandbox.graph_url}/users/{who.who.user_id}/teamwork/installedApps"
    async with session.post(url, json=body, headers=headers) as answer:
        return answer.status


async def test_an_installation_by_graph_is_announced_by_the_channel(sandbox, bot, people) -> None:
    sandbox.bot_endpoint = bot.url
    arrived = asyncio.Event()

    async def answer(activity: Json) -> web.Response:
        if activity["type"] == "installationUpdate":
            arrived.set()
        return web.Response(status=200)

    bot.answer = answer
    ben = await people.find("ben")
    assert await install_by_graph(sandbox, bot.session, ben) == 201
    assert await install_by_graph(sandbox, bot.session, ben) == 409
    async with asyncio.timeout(5):
        await arrived.wait()
    told = sorted(activity["type"] for activity, _ in bot.inbox)
    assert told == ["conversationUpdate", "installationUpdate"]
    assert {activity["from"]["aadObjectId"] for activity, _ in bot.inbox} == {ben.who.user_id}


async def test_the_channel_tries_again_when_the_bot_is_ill(sandbox, bot, people) -> None:
    sandbox.bot_endpoint, sandbox.channel.pause = bot.url, 0.01
    recovered = asyncio.Event()

    async def answer(activity: Json) -> web.Response:
        if len(bot.inbox) <= 2:
            return web.Response(status=503)
        if len(bot.inbox) == 4:
            recovered.set()
        return web.Response(status=200)

    bot.answer = answer
    ben = await people.find("ben")
    assert await install_by_graph(sandbox, bot.session, ben) == 201
    async with asyncio.timeout(5):
        await recovered.wait()
    ids = [activity["id"] for activity, _ in bot.inbox]
    assert sorted(ids[:2]) == sorted(ids[2:])


async def test_only_people_of_the_tenant_can_be_found(people) -> None:
    with pytest.raises(aiohttp.ClientResponseError, match="404"):
        await people.find("nobody")

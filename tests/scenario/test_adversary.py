"""What strangers and liars send. All of it is refused, nothing changes, and nothing breaks."""

from __future__ import annotations

import asyncio
import copy
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
import structlog

from bot.domain.requests import Request
from bot.sandbox.people import Defect, PersonClient, Reply, text_of
from bot.store.database import Transaction
from bot.store.tables import decisions, drafts, holds, requests, steps
from tests.support.until import until
from tests.support.world import World, running_world

pytestmark = pytest.mark.either_database("postgres")

Json = dict[str, Any]
FOREIGN_TENANT = "99999999-aaaa-bbbb-cccc-dddddddddddd"


@dataclass
class Scene:
    """A request that Marc may decide on, and his genuine click, not yet sent."""

    world: World
    marc: PersonClient
    request: Request
    click: Json

    async def sends(self, body: Json | bytes, token: str | None = None, **headers: str) -> Reply:
        good = token if token is not None else await self.marc.token()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.marc.raw(body, token=good, headers=named)


@asynccontextmanager
async def scene(database_url: str) -> AsyncIterator[Scene]:
    """Ends with a look at whether anything at all has changed."""
    async with running_world(database_url) as world:
        request = await world.ask("dora")
        card = await world.card_for("marc", request)
        marc = await world.person("marc")
        click = marc.click(card, "request.approve", {"comment": ""})
        before = await everything(world)
        yield Scene(world, marc, request, click)
        await world.settle()
        assert await everything(world) == before
        assert await world.writes() == []


async def everything(world: World) -> list[list[tuple[Any, ...]]]:
    """Every row that says what people want and what becomes of it."""

    def read(tx: Transaction) -> list[list[tuple[Any, ...]]]:
        tables = (requests, decisions, drafts, holds, steps)
        return [[tuple(row) for row in tx.conn.execute(sa.select(table))] for table in tables]

    return await world.service.desk.db.read(read)


async def refused_decisions(world: World) -> list[tuple[str, str]]:
    return [
        (entry["actor"], entry["details"]["code"])
        for entry in await world.audit()
        if entry["action"] == "decision.refused"
    ]


@pytest.mark.parametrize("defect", Defect)
async def test_a_token_that_is_not_right(database_url: str, defect: Defect) -> None:
    async with scene(database_url) as it:
        reply = await it.sends(it.click, await it.marc.token(defect))
        assert reply.status == 401
        # The same click under a good token is what everybody was so keen on; so it was the token.
        assert "statusCode" not in json.dumps(reply.body)


@pytest.mark.parametrize(
    "authorization", ["", "Bearer", "Bearer ", "Basic bWFyYzptYXJj", "Bearer a.b", "Bearer é", "bearer null"]
)
async def test_no_token_at_all(database_url: str, authorization: str) -> None:
    async with scene(database_url) as it:
        headers = {"Authorization": authorization} if authorization else {}
        reply = await it.marc.raw(it.click, token=None, headers=headers)
        assert reply.status == 401
        assert reply.headers["WWW-Authenticate"] == "Bearer"


async def test_a_token_for_another_bot(database_url: str) -> None:
    async with scene(database_url) as it:
        token = await it.marc.token(audience="11111111-2222-3333-4444-555555555555")
        assert (await it.sends(it.click, token)).status == 401


async def test_a_token_of_the_connector_itself(database_url: str) -> None:
    """The bot's own token, as a thief of it would use it."""
    async with scene(database_url) as it:
        credentials = it.world.sandbox.identity.app
        form = {
            "grant_type": "client_credentials",
            "client_id": credentials.app_id,
            "client_secret": credentials.password,
            "scope": "https://api.botframework.com/.default",
        }
        url = f"{it.world.sandbox.authority}/{it.world.sandbox.tenant.id}/oauth2/v2.0/token"
        async with it.world.http.post(url, data=form) as answer:
            token = (await answer.json())["access_token"]
        assert (await it.sends(it.click, token)).status == 401


Change = Callable[[Json], object]


def at(*path: str, value: Any = None) -> Change:
    """Put a value somewhere into an activity; None takes it out."""

    def change(activity: Json) -> None:
        here = activity
        for name in path[:-1]:
            here = here[name]
        if value is None:
            del here[path[-1]]
        else:
            here[path[-1]] = value

    return change


def elsewhere(activity: Json) -> None:
    activity["channelData"]["tenant"]["id"] = FOREIGN_TENANT
    activity["conversation"]["tenantId"] = FOREIGN_TENANT


ACTIVITIES: dict[str, tuple[Change, int]] = {
    "foreign tenant": (elsewhere, 403),
    "tenants that contradict each other": (at("channelData", "tenant", "id", value=FOREIGN_TENANT), 403),
    "the other way round": (at("conversation", "tenantId", value=FOREIGN_TENANT), 403),
    "no tenant": (lambda one: (one.pop("channelData"), one["conversation"].pop("tenantId")), 403),
    "another channel": (at("channelId", value="directline"), 401),
    "no channel": (at("channelId"), 400),
    "channel of the wrong type": (at("channelId", value=["msteams"]), 400),
    "no service URL": (at("serviceUrl"), 400),
    "empty service URL": (at("serviceUrl", value=""), 400),
    "foreign service URL": (at("serviceUrl", value="https://smba.example.net/amer/"), 401),
    "nobody": (at("from"), 400),
    "no object id": (at("from", "aadObjectId"), 403),
    "object id of the wrong type": (at("from", "aadObjectId", value={"id": "x"}), 403),
    "object id with blanks": (at("from", "aadObjectId", value="a b"), 400),
    "no conversation": (at("conversation"), 400),
    "conversation without id": (at("conversation", "id"), 400),
    "conversation of an unknown kind": (at("conversation", "conversationType", value="seance"), 400),
    "no type": (at("type"), 400),
    "no id": (at("id"), 400),
    "endless id": (at("id", value="x" * 10_000), 400),
    "id with a line break": (at("id", value="a\nb"), 400),
}


@pytest.mark.parametrize("what", ACTIVITIES)
async def test_an_activity_that_is_not_ours(database_url: str, what: str) -> None:
    change, status = ACTIVITIES[what]
    async with scene(database_url) as it:
        activity = copy.deepcopy(it.click)
        change(activity)
        reply = await it.sends(activity)
        assert reply.status == status, reply


async def test_a_foreign_service_url_with_a_token_made_for_it(database_url: str) -> None:
    """Our own token would be sent there with the answer."""
    async with scene(database_url) as it:
        for url in ("https://smba.example.net/amer/", "http://smba.trafficmanager.net/teams/"):
            activity = it.click | {"serviceUrl": url}
            token = await it.marc.token(service_url=url)
            assert (await it.sends(activity, token)).status == 403


def nested(levels: int) -> bytes:
    return b'{"type":' + b"[" * levels + b"]" * levels + b"}"


BODIES: dict[str, tuple[bytes, int]] = {
    "nothing": (b"", 400),
    "not JSON": (b"type=message", 400),
    "a list": (b"[]", 400),
    "a string": (b'"hello"', 400),
    "null": (b"null", 400),
    "half an object": (b'{"type": "message"', 400),
    "two objects": (b"{}{}", 400),
    "an empty object": (b"{}", 400),
    "not UTF-8": (b'{"type": "\xff\xfe"}', 400),
    "UTF-16": ('{"type": "message"}'.encode("utf-16"), 400),
    "deep lists": (nested(100_000), 400),
    "deep objects": (b'{"a":' * 50_000 + b"1" + b"}" * 50_000, 413),
    "NaN": (b'{"type": NaN}', 400),
    "infinity": (b'{"type": 1e999}', 400),
    "a number of ten thousand digits": (b'{"type": ' + b"9" * 10_000 + b"}", 400),
    "too much": (b'{"type": "' + b"x" * 300_000 + b'"}', 413),
}


@pytest.mark.parametrize("what", BODIES)
async def test_a_body_that_is_not_an_activity(database_url: str, what: str) -> None:
    body, status = BODIES[what]
    async with scene(database_url) as it:
        assert (await it.sends(body)).status == status


@pytest.mark.parametrize("kind", ["", "text/plain", "application/xml", "application/x-www-form-urlencoded"])
async def test_a_body_of_another_type(database_url: str, kind: str) -> None:
    async with scene(database_url) as it:
        body = json.dumps(it.click).encode()
        reply = await it.sends(body, Content_Type=kind)
        assert reply.status == 400


NUMBERS = [10**400, -(10**400), 1e308, -1, 0.1, 2**63]


@pytest.mark.parametrize("number", NUMBERS)
async def test_huge_numbers_inside_an_admitted_click(database_url: str, number: float) -> None:
    async with scene(database_url) as it:
        click = copy.deepcopy(it.click)
        click["value"]["action"]["data"] = {"request": number, "version": number, "comment": number}
        reply = await it.sends(click)
        assert reply.status == 200
        assert reply.body["statusCode"] == 400


WRONG_DATA: list[Any] = [
    None,
    [],
    "approve",
    {"request": None},
    {"request": ["SB-00000"]},
    {"request": {"$ne": ""}},
    {"request": "' OR 1=1 --", "version": 1},
    {"request": "SB-00000", "version": 1},
    {"request": "../../requests", "version": "1"},
    {"request": "x" * 50_000, "version": 1},
]


@pytest.mark.parametrize("data", WRONG_DATA, ids=lambda data: json.dumps(data)[:40])
@pytest.mark.parametrize("verb", ["request.approve", "request.withdraw", "wish.submit"])
async def test_data_of_the_wrong_kind(database_url: str, verb: str, data: Any) -> None:
    async with scene(database_url) as it:
        click = copy.deepcopy(it.click)
        click["value"]["action"] |= {"verb": verb, "data": data}
        reply = await it.sends(click)
        assert reply.status == 200
        assert reply.body["statusCode"] == 400
        assert reply.body["value"]["message"]


@pytest.mark.parametrize(
    "value", [None, [], "x", {"action": None}, {"action": []}, {"action": {}}, {"action": {"verb": 7}}]
)
async def test_an_action_that_is_none(database_url: str, value: Any) -> None:
    async with scene(database_url) as it:
        reply = await it.sends(it.click | {"value": value})
        assert reply.status == 200
        assert reply.body["statusCode"] == 400


@pytest.mark.parametrize(
    "verb", ["", "request.explode", "__class__", "request.approve\x00", "REQUEST.APPROVE", "x" * 9_000]
)
async def test_a_verb_nobody_knows(database_url: str, verb: str) -> None:
    async with scene(database_url) as it:
        click = copy.deepcopy(it.click)
        click["value"]["action"]["verb"] = verb
        reply = await it.sends(click)
        assert reply.status == 200
        assert reply.body["statusCode"] == 400


async def test_an_invoke_of_another_kind(database_url: str) -> None:
    async with scene(database_url) as it:
        for name in ("task/fetch", "fileConsent/invoke", "signin/verifyState", "composeExtension/query", ""):
            reply = await it.sends(it.click | {"name": name, "id": f"f:{name}"})
            assert reply.status == 200


async def as_somebody(it: Scene, who: str, **data: Any) -> Reply:
    """Marc's very click, copied by somebody else, who can only sign in as himself."""
    person = await it.world.person(who)
    click = copy.deepcopy(it.click)
    click["from"] = {"id": person.who.mri, "name": person.who.name, "aadObjectId": person.who.user_id}
    click["conversation"]["id"] = person.who.personal_chat
    click["id"] = f"f:copied-by-{who}"
    click["value"]["action"]["data"] |= data
    return await person.raw(click, token=await person.token())


@pytest.mark.parametrize("who", ["dora", "ana", "helene", "priya"])
async def test_a_copied_card_is_worth_nothing(database_url: str, who: str) -> None:
    """The requester, a colleague, the manager's manager, and an admin who was not asked."""
    async with scene(database_url) as it:
        reply = await as_somebody(it, who)
        assert reply.status == 200
        assert reply.body["statusCode"] == 400
        person = (await it.world.person(who)).who.user_id
        assert await refused_decisions(it.world) == [(person, "SB-APP-02")]


@pytest.mark.parametrize("scope", ["channel", "groupChat"])
@pytest.mark.parametrize("verb", ["request.refresh", "request.approve", "requests.list", "wish.start"])
async def test_a_card_carried_into_company_shows_nothing(database_url: str, scope: str, verb: str) -> None:
    """Marc may see the request; those who read along with him may not."""
    async with scene(database_url) as it:
        click = copy.deepcopy(it.click)
        click["conversation"] |= {"id": "19:everybody@thread.tacv2", "conversationType": scope}
        click["value"]["action"]["verb"] = verb
        reply = await it.sends(click)
        assert reply.body["statusCode"] == 400
        assert "chat of our own" in reply.body["value"]["message"]


async def test_an_approver_named_in_the_data_is_not_who_clicked(database_url: str) -> None:
    async with scene(database_url) as it:
        marc = it.marc.who
        for name in ("approver", "actor", "aadObjectId", "from", "user", "userId", "approvers"):
            click: Json = {name: marc.user_id}
            reply = await as_somebody(it, "dora", **click)
            assert reply.body["statusCode"] == 400


async def test_the_senders_display_name_decides_nothing(database_url: str) -> None:
    async with scene(database_url) as it:
        click = copy.deepcopy(it.click)
        dora = await it.world.person("dora")
        click["from"]["aadObjectId"] = dora.who.user_id
        click["id"] = "f:a-borrowed-account-id"
        assert (await it.sends(click)).body["statusCode"] == 400


async def test_an_automatic_click_decides_nothing(database_url: str) -> None:
    async with scene(database_url) as it:
        click = copy.deepcopy(it.click)
        click["value"]["trigger"] = "automatic"
        assert (await it.sends(click)).body["statusCode"] == 400


async def test_the_requester_who_is_an_admin_does_not_approve_himself(database_url: str) -> None:
    async with running_world(database_url) as world:
        request = await world.ask("yann")
        helene, yann = await world.person("helene"), await world.person("yann")
        card = await world.card_for("helene", request)
        click = helene.click(card, "request.approve")
        click["from"] = {"id": yann.who.mri, "name": yann.who.name, "aadObjectId": yann.who.user_id}
        click["conversation"]["id"] = yann.who.personal_chat
        before = await everything(world)
        reply = await yann.raw(click, token=await yann.token())
        assert reply.body["statusCode"] == 400
        assert await everything(world) == before
        assert await refused_decisions(world) == [(yann.who.user_id, "SB-APP-02")]


async def test_somebody_elses_draft(database_url: str) -> None:
    async with running_world(database_url) as world:
        dora, ana = await world.person("dora"), await world.person("ana")
        review = await world.review("dora")
        stolen = dora.click(review, "wish.submit")["value"]["action"]
        hers = await world.review("ana")
        for verb in ("wish.submit", "wish.edit", "wish.review", "wish.cancel"):
            click = ana.click(hers, "wish.submit")
            click["value"]["action"] = stolen | {"verb": verb}
            reply = await ana.delivers(click)
            assert reply.body["statusCode"] == 400
            assert "not known any more" in reply.body["value"]["message"]
        assert await world.all_requests() == []


async def test_somebody_elses_request_by_its_id(database_url: str) -> None:
    async with scene(database_url) as it:
        ana = await it.world.person("ana")
        for text in (f"show {it.request.id}", f"withdraw {it.request.id}", it.request.id):
            ana.forgets()
            await ana.says(text)
            await ana.hears("This request belongs to somebody else.")
        await ana.says("help")
        for verb in ("request.withdraw", "requests.show", "request.refresh"):
            click = ana.click(ana.last_card(), "help.show")
            click["value"]["action"] |= {"verb": verb, "data": {"request": it.request.id}}
            reply = await ana.delivers(click)
            assert reply.body["statusCode"] == 400
        seen = "\n".join(text_of(message) for message in await ana.looks())
        assert "Dora Lefèvre" not in seen


async def test_a_stranger_cannot_tell_which_requests_exist_by_deciding(database_url: str) -> None:
    async with scene(database_url) as it:
        real = await as_somebody(it, "ana")
        unreal = await as_somebody(it, "helene", request="SB-22222")
        assert real.body["value"]["message"] == unreal.body["value"]["message"]


async def test_a_guest_of_the_tenant_gets_no_further_than_words(database_url: str) -> None:
    async with running_world(database_url) as world:
        guest = await world.people.find("elif_fabrikam.example#EXT#".replace("#", "%23"))
        await guest.says("I need a phone number")
        assert await world.all_requests() == []
        assert await world.writes() == []


async def test_a_sender_who_leaves_in_the_middle_of_a_body_is_no_failure_of_ours(
    database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with running_world(database_url) as world:
        address = urlsplit(world.people.bot_endpoint)
        given = {
            "Host": "bot",
            "Authorization": "Bearer anything",
            "Content-Type": "application/json",
            "Content-Length": "99",
            "Expect": "100-continue",
        }
        head = "".join(f"{name}: {value}\r\n" for name, value in given.items())
        with structlog.testing.capture_logs() as told:
            reader, writer = await asyncio.open_connection(address.hostname, address.port)
            writer.write(f"POST {address.path} HTTP/1.1\r\n{head}\r\n".encode())
            assert await reader.readline() == b"HTTP/1.1 100 Continue\r\n"
            # Abruptly, as a killed process goes.
            writer.transport.abort()
            await until(lambda: any(one["event"] == "inbound.refused" for one in told))
        assert "Error handling request" not in caplog.text

"""A whole world for scenarios: the simulated tenant, the service, and people who talk to it over HTTP.

Nothing of ours is mocked. Hours and days pass when the scenario says so, for the tenant and for the service
alike; the runner works when the scenario says so, until nothing is due.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import aiohttp
from aiohttp import web

from bot.audit.verify import Broken, Verified, verify
from bot.bootstrap import Service, build
from bot.chores import chores_of
from bot.domain.approval import parse_policy
from bot.domain.requests import Request
from bot.execution.pace import Pace
from bot.sandbox.people import People, PersonClient, Reply, card_of, text_of
from bot.sandbox.seed import group_id, manifest_id
from bot.sandbox.server import SandboxServer
from bot.settings import Profile, Settings
from bot.store import chores, outbox, queue, requests
from bot.store.database import Transaction
from bot.store.tables import audit_entries
from bot.usecases.policy_change import activate
from tests.support.openapi import check_journal
from tests.support.shifted_time import ShiftedTime

__all__ = [
    "World",
    "buttons",
    "has_heading",
    "has_input",
    "running_world",
    "sandbox_settings",
    "shown",
    "ticks",
    "told",
]

Json = dict[str, Any]

EVERYBODY = (
    "ana", "ben", "chen", "dieter", "dora", "fang", "grace", "helene", "jules", "karin", "marc", "mei",
    "olivia", "petra", "priya", "sam", "tom", "yann",
)  # fmt: skip
"""Who has the app from the start, unless a scenario says otherwise."""

_MOMENT = timedelta(milliseconds=5)
"""Past a due time, so that it has surely come."""


@dataclass
class World:
    """What a scenario can do."""

    sandbox: SandboxServer
    settings: Settings
    http: aiohttp.ClientSession
    people: People
    clock: ShiftedTime
    folder: Path
    """For the files that admins write."""
    chores: Collection[str] = ()
    """Those that run at their times; the others only when the scenario says so (`does`)."""
    service: Service = field(init=False)
    _site: web.AppRunner = field(init=False)
    _known: dict[str, PersonClient] = field(default_factory=dict)

    async def start(self) -> None:
        """Start the service on its port; also after `crash`."""
        self.service = build(self.settings, self.clock, Pace(quick_looks=()), self.chores)
        await self.service.put_policy_on_record()
        await self.service.boundary.start()
        self._site = web.AppRunner(self.service.app, access_log=None, shutdown_timeout=1)
        await self._site.setup()
        site = web.TCPSite(self._site, "127.0.0.1", 0)
        await site.start()
        port = site._server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
        endpoint = f"http://127.0.0.1:{port}/api/messages"
        self.people.bot_endpoint = endpoint
        self.sandbox.bot_endpoint = endpoint

    async def stop(self) -> None:
        await self._site.cleanup()
        await self.service.boundary.stop()
        await self.service.desk.graph.aclose()
        await self.service.desk.db.close()

    async def restart(self) -> None:
        """The service goes away and comes back, with nothing but its database."""
        await self.stop()
        await self.start()

    async def person(self, who: str, *, locale: str = "en-US") -> PersonClient:
        """Somebody at a client set to English, whatever the directory says, unless asked otherwise."""
        if who not in self._known:
            found = await self.people.find(who)
            found.who = replace(found.who, locale=locale)
            self._known[who] = found
        return self._known[who]

    async def settle(self) -> None:
        """Let the runner do everything that is due now."""
        await self.service.runner.run_until_idle()

    async def does(self, name: str) -> None:
        """The service does one of its chores now, whenever it is due, and then whatever follows from it."""
        known = {chore.name: chore for chore in chores_of(self.settings, self.service.desk)}
        await known[name].do()
        await self.settle()

    async def pass_time(self, **by: float) -> None:
        """Move both clocks by `timedelta(**by)` in one jump, then let the runner work."""
        self._jump(timedelta(**by))
        await self.settle()

    async def live(self, **long: float) -> None:
        """Let `timedelta(**long)` pass, stopping at every due time on the way, as a running service does."""
        await self.live_to(await self.now() + timedelta(**long))

    async def live_to(self, moment: datetime) -> None:
        """Let time pass until `moment` (business time), stopping at every due time on the way."""
        while (due := await self.next_due()) is not None and due < moment:
            await self._reach(due)
        await self._reach(moment)

    async def live_past_next_due(self) -> None:
        """Let time pass until just after the next due time."""
        due = await self.next_due()
        assert due is not None, "nothing is due"
        await self._reach(due)

    async def live_until(
        self, state: str, request_id: str, *, most: timedelta = timedelta(hours=2)
    ) -> Request:
        """Go from due time to due time until the request is in `state`. Fails when `most` has passed."""
        ends = await self.now() + most
        while (request := await self.request(request_id)).state != state:
            due = await self.next_due()
            assert due is not None, f"{request_id} is {request.state} ({request.waiting}), and nothing is due"
            assert due < ends, f"{request_id} is {request.state} ({request.waiting}) after {most}"
            await self._reach(due)
        return request

    def ruled_by(self, policy: str) -> None:
        """Another policy.toml is in force, restarts included; what is on its way keeps its stages.

        For scenarios about other things: nobody is asked whether he agrees (`policy_file`).
        """
        self.policy_file(policy)
        version = parse_policy(policy).version
        desk = self.service.desk
        desk.db.run(activate, version, policy)
        desk.policies.current = parse_policy(policy)

    def policy_file(self, policy: str) -> None:
        """Somebody has changed the file: the service reads it when it starts the next time."""
        path = self.folder / "policy.toml"
        path.write_text(policy, encoding="utf-8")
        self.settings = self.settings.model_copy(update={"policy": path})

    async def now(self) -> datetime:
        """Business time."""
        return await self.service.desk.db.read(lambda tx: tx.now)

    async def next_due(self) -> datetime | None:
        """When the runner or the outbox has something to do next."""

        def read(tx: Transaction) -> datetime | None:
            moments = [queue.next_due(tx), outbox.next_due(tx), chores.next_due(tx, list(self.chores))]
            return min((one for one in moments if one is not None), default=None)

        return await self.service.desk.db.read(read)

    async def _reach(self, moment: datetime) -> None:
        self._jump(max(moment - await self.now() + _MOMENT, _MOMENT))
        await self.settle()

    def _jump(self, step: timedelta) -> None:
        self.sandbox.tenant.clock.advance(step.total_seconds())
        self.clock.advance(step)

    async def form(self, who: str, text: str = "I need a phone number") -> Json:
        """Ask for a number in words; the form that comes."""
        person = await self.person(who)
        person.forgets()
        await person.says(text)
        return await person.hears(has_input("country"))

    async def review(self, who: str, inputs: Mapping[str, Any] | None = None) -> Json:
        """Fill in the form; the review that takes its place."""
        form = await self.form(who)
        reply = await (await self.person(who)).clicks(form, "wish.review", inputs or {})
        return shown(reply)

    async def ask(self, who: str, inputs: Mapping[str, Any] | None = None) -> Request:
        """Ask for a number with cards, to the end: the request as stored."""
        review = await self.review(who, inputs)
        shown(await (await self.person(who)).clicks(review, "wish.submit"))
        return await self.newest_request(who)

    async def card_for(self, approver: str, request: Request) -> Json:
        """The newest card about the request in an approver's chat; a task or a reminder may name it, too."""
        await self.settle()
        person = await self.person(approver)
        await person.looks()
        about = [card for card in person.cards() if request.id in json.dumps(card_of(card))]
        others = ("\nTask TK-", "**Reminder:**")
        cards = [card for card in about if not any(other in text_of(card) for other in others)]
        assert cards, f"{approver} has no card about {request.id}"
        return cards[-1]

    async def approve(self, approver: str, request: Request) -> Json:
        """Press Approve on the card; the card that takes its place."""
        card = await self.card_for(approver, request)
        return shown(await (await self.person(approver)).clicks(card, "request.approve", ticks(card)))

    async def granted(self, who: str, approver: str, inputs: Mapping[str, Any] | None = None) -> Request:
        """A request that was asked for and approved, and is about to be carried out."""
        request = await self.ask(who, inputs)
        await self.approve(approver, request)
        return await self.request(request.id)

    async def request(self, request_id: str) -> Request:
        found = await self.service.desk.db.read(requests.by_id, request_id)
        assert found is not None, f"no request {request_id}"
        return found

    async def newest_request(self, who: str) -> Request:
        person = await self.person(who)
        mine = await self.service.desk.db.read(
            requests.of_person, person.who.user_id, open_only=False, limit=1, offset=0
        )
        assert mine, f"{who} has no request"
        return mine[0]

    async def all_requests(self) -> list[Request]:
        people = [*self._known.values()]
        found: dict[str, Request] = {}
        for person in people:
            for request in await self.service.desk.db.read(
                requests.of_person, person.who.user_id, open_only=False, limit=100, offset=0
            ):
                found[request.id] = request
        return list(found.values())

    async def tenant(self, what: str) -> Any:
        """Look into the tenant past our own code: `people/dora`, `numbers`, `requests?applied=true`."""
        path = what if what.startswith("requests") else f"state/{what}"
        async with self.http.get(f"{self.sandbox.url}/sandbox/{path}") as answer:
            assert answer.status == 200, await answer.text()
            return await answer.json()

    async def control(self, method: str, path: str, body: Any = None) -> Any:
        """Shape the tenant or script a fault: `POST`, `faults`, {...}."""
        url = f"{self.sandbox.url}/sandbox/{path}"
        async with self.http.request(method, url, json=body) as answer:
            text = await answer.text()
            assert answer.status < 300, text
            return json.loads(text) if text else None

    async def writes(self) -> list[Json]:
        """Every Graph request that changed the tenant, in order."""
        logged = await self.tenant("requests?applied=true")
        rows: list[Json] = logged["value"]
        return rows

    async def audit(self) -> list[Json]:
        """Every audit entry, oldest first."""

        def read(tx: Transaction) -> list[Json]:
            rows = tx.conn.execute(audit_entries.select().order_by(audit_entries.c.seq))
            return [json.loads(row.body) for row in rows]

        return await self.service.desk.db.read(read)

    async def audit_holds(self) -> bool:
        result: Verified | Broken = verify(self.service.desk.db)
        return isinstance(result, Verified)

    async def progress(self, who: str, request: Request) -> Json:
        """The requester's own card about the request, as it stands in the chat now."""
        person = await self.person(who)
        await person.looks()
        found = [
            card
            for card in person.cards()
            if request.id in json.dumps(card_of(card)) and has_heading(card, "Steps")
        ]
        assert found, f"{who} has no progress card of {request.id}"
        return found[-1]


def shown(reply: Reply) -> Json:
    """The message as the clicker sees it after the click, with the card of the answer."""
    assert reply.status == 200, reply
    assert reply.card is not None, reply.body
    assert reply.activity is not None
    return reply.activity


def has_input(name: str) -> Callable[[Json], bool]:
    """A test on a message: whether its card asks for this input."""

    def test(activity: Json) -> bool:
        card = card_of(activity)
        return card is not None and any(element.get("id") == name for element in card["body"])

    return test


def ticks(activity: Json) -> Json:
    """What an approver ticks who knows what the approval means."""
    body = (card_of(activity) or {}).get("body", ())
    return {one["id"]: "true" for one in body if one["type"] == "Input.Toggle"}


def has_heading(activity: Json, words: str) -> bool:
    card = card_of(activity) or {}
    return any(element.get("text") == words for element in card.get("body", ()))


def buttons(activity: Json) -> list[str]:
    """The verbs of a card's buttons."""
    card = card_of(activity)
    assert card is not None
    return [str(action.get("verb")) for action in card.get("actions") or ()]


def told(person: PersonClient) -> str:
    """Everything in the person's chat by the bot, as it reads now."""
    return "\n".join(text_of(activity) for activity in person.chat)


@asynccontextmanager
async def running_world(
    database_url: str,
    *,
    installed: Iterable[str] = EVERYBODY,
    authentication: bool = True,
    chores: Collection[str] = (),
) -> AsyncIterator[World]:
    """A fresh tenant and a service on `database_url`, with authentication on, which does these `chores`."""
    async with SandboxServer(pacing=False, installed=installed) as sandbox:
        settings = sandbox_settings(sandbox, database_url, authentication=authentication)
        async with aiohttp.ClientSession() as http, People(sandbox.url, "") as people:
            with TemporaryDirectory() as folder:
                world = World(sandbox, settings, http, people, ShiftedTime(), Path(folder), chores)
                await world.start()
                try:
                    yield world
                    check_journal(sandbox.graph.journal.entries())
                    assert await world.audit_holds()
                finally:
                    await world.stop()


def sandbox_settings(
    sandbox: SandboxServer, database_url: str, *, authentication: bool = True, **more: Any
) -> Settings:
    """Settings of a service that works with `sandbox`."""
    return Settings(
        profile=Profile.SANDBOX,
        app_id=sandbox.identity.app.app_id,
        app_password=sandbox.identity.app.password,
        app_tenant_id=sandbox.tenant.id,
        admin_group=group_id("Voice Admins"),
        auditor_group=group_id("Auditors"),
        owner_group=group_id("Owners"),
        database_url=database_url,
        host="127.0.0.1",
        port=0,
        authentication=authentication,
        graph_url=sandbox.graph_url,
        authority=sandbox.authority,
        openid_metadata_url=sandbox.openid_metadata_url,
        service_url=sandbox.service_url,
        teams_app_id=manifest_id(),
        **more,
    )

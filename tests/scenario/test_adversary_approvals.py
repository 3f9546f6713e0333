"""Whatever is clicked or typed about approvals, by anybody and with data that no card holds: who may not
decide does not, nothing breaks, and nobody learns what is not for him."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count, product
from typing import Any

import pytest
import sqlalchemy as sa

from bot.domain.people import Actor
from bot.domain.requests import Request
from bot.domain.wishes import NumberWish
from bot.sandbox.people import PersonClient, Reply, text_of
from bot.sandbox.seed import person_id
from bot.store.approval_tables import channels, delegations, policies, policy_votes, remarks
from bot.store.database import Transaction
from bot.store.tables import decisions, drafts, holds, outbox, requests, steps
from bot.usecases.submit import submit
from tests.support.world import World, buttons, running_world

Json = dict[str, Any]

pytestmark = pytest.mark.either_database("sqlite")

CHANNEL = "Phone desk"
REASON = "Nobody else is to read this"
NO_SUCH = "SB-22222"

ON_A_REQUEST = (
    "request.approve", "request.reject", "request.ask", "request.answer", "request.edit", "request.confirm",
    "request.another_code", "request.reassign.ask", "request.reassign", "request.keep", "request.undo",
    "number.pick", "approvals.open", "approvals.approve",
)  # fmt: skip
"""Nobody whom a request does not concern can tell by them whether there is such a request."""
FOR_ITS_PEOPLE = ("request.remind", "request.refresh", "request.withdraw", "requests.show")
FOR_ADMINS = ("undelivered.list", "undelivered.retry", "undelivered.dismiss", "policy.agree", "policy.refuse")
ON_A_DRAFT = ("wish.watch", "wish.comment", "wish.replace", "wish.submit", "wish.review")
OF_CHANNELS = ("channel.approve", "channel.open")
OF_ONES_OWN = ("delegation.form", "delegation.make", "delegation.list", "delegation.stop", "approvals.list")

RULES = """
    [[rule]]
    name = "everything"
    [[rule.stages]]
    approvers = { people = ["marc", "tom", "helene", "yann"] }
    need = 2
    channel = true
    [[rule.stages]]
    approvers = { people = ["petra"] }
"""

_ids = count(1)


@dataclass
class Office:
    """Marc asks for Dora; Tom and Yann decide, Helene did until she left, and Petra comes after them."""

    world: World
    request: Request
    draft: str

    async def person(self, who: str) -> PersonClient:
        return await self.world.person(who)

    async def sends(self, who: str, verb: str, data: Any) -> Reply:
        """A click in a chat of one's own that is on no card."""
        person = await self.person(who)
        if not any(map(buttons, person.cards())):
            await person.says("help")
            await person.looks()
        card = next(one for one in reversed(person.cards()) if buttons(one))
        return await self._raw(person, person.click(card, buttons(card)[0]), verb, data)

    async def sends_in_channel(self, who: str, verb: str, data: Any) -> Reply:
        person = await self.person(who)
        await person.reads(CHANNEL)
        (card,) = [one for one in person.cards() if "channel.open" in buttons(one)]
        return await self._raw(person, person.click(card, "channel.open"), verb, data)

    async def _raw(self, person: PersonClient, click: Json, verb: str, data: Any) -> Reply:
        click["id"] = f"f:approvals-{next(_ids)}"
        click["value"]["action"] |= {"verb": verb, "data": data}
        return await person.raw(click, token=await person.token())

    def genuine(self, **other: Any) -> Json:
        """What a card would hold, and what one might add to it."""
        return {
            "request": self.request.id,
            "stage": self.request.stage_index,
            "round": self.request.round,
            "comment": "It is fine",
            "colleague": person_id("ana"),
            "holder": person_id("tom"),
            "answer": "Because",
            "code": "123456",
            "ticket": "0" * 24,
            "number": "+33170189942",
            "known": "true",
            "delegation": 1,
            "delegate": person_id("ana"),
            "message": 1,
            "policy": "0" * 12,
            "proposal": 1,
            "draft": self.draft,
            "actor": person_id("tom"),
            "approver": person_id("tom"),
            "instead_of": person_id("tom"),
            **other,
        }

    async def stored(self, *tables: sa.Table) -> list[list[sa.Row[Any]]]:
        def read(tx: Transaction) -> list[list[sa.Row[Any]]]:
            return [list(tx.conn.execute(sa.select(table))) for table in tables]

        return await self.world.service.desk.db.read(read)

    @asynccontextmanager
    async def nothing_happens(self) -> AsyncIterator[None]:
        """Nothing is decided, said, handed over or changed, and nobody is written to."""
        tables = (requests, decisions, holds, steps, remarks, delegations, channels, policies, policy_votes)
        before, written = await self.stored(*tables), await self.world.writes()
        told = await self._messages()
        yield
        await self.world.settle()
        for table, was, now in zip(tables, before, await self.stored(*tables), strict=True):
            assert now == was, table.name
        assert await self.world.writes() == written
        assert await self._messages() == told

    async def _messages(self) -> list[str]:
        ((*rows,),) = await self.stored(outbox)
        return [row.dedupe_key for row in rows]


@asynccontextmanager
async def an_office(database_url: str) -> AsyncIterator[Office]:
    async with running_world(database_url) as world:
        named = {who: person_id(who) for who in ("marc", "tom", "helene", "yann", "petra")}
        rules = RULES
        for who, object_id in named.items():
            rules = rules.replace(f'"{who}"', f'"{object_id}"')
        world.ruled_by(rules)
        priya = await world.person("priya")
        await priya.says("approvals here", where=CHANNEL)
        marc = await world.person("marc")
        wish = NumberWish(beneficiary_id=person_id("dora"), country="FR", city="Paris", reason=REASON)
        actor = Actor(id=person_id("marc"), name=marc.who.name)
        request = await submit(world.service.desk, actor, wish, "draft of marc")
        assert isinstance(request, Request), request
        await world.settle()
        await world.control("PATCH", "people/helene", {"accountEnabled": False})
        await world.live(days=1, minutes=1)
        await world.control("PATCH", "people/helene", {"accountEnabled": True})
        request = await world.request(request.id)
        assert [seat.left for seat in request.stages[0].seats if seat.holder.id == person_id("helene")] == [
            "SB-APP-30"
        ]
        await world.form("marc", "a number for Ana")
        office = Office(world, request, "")
        ((*rows,),) = await office.stored(drafts)
        office.draft = next(row.id for row in rows if row.owner_id == person_id("marc"))
        yield office


def is_refused(reply: Reply) -> bool:
    assert reply.status == 200, reply
    return bool(reply.body["statusCode"] == 400 and reply.body["value"]["message"])


def is_answered(reply: Reply) -> bool:
    """Anything but a crash."""
    return (
        reply.status == 200
        and reply.body["statusCode"] in (200, 400)
        and "on our side" not in str(reply.body)
    )


SMALL = 28 * 1024


async def test_a_stranger_cannot_tell_which_requests_there_are(database_url: str) -> None:
    async with an_office(database_url) as it:
        async with it.nothing_happens():
            for verb in ON_A_REQUEST:
                there = await it.sends("ana", verb, it.genuine())
                none = await it.sends("ana", verb, it.genuine(request=NO_SUCH))
                assert is_answered(there)
                assert str(there.body).replace(it.request.id, NO_SUCH) == str(none.body), verb
            for verb in (*FOR_ITS_PEOPLE, *FOR_ADMINS, *ON_A_DRAFT):
                assert is_refused(await it.sends("ana", verb, it.genuine())), verb
        seen = "\n".join(text_of(one) for one in await (await it.person("ana")).looks())
        assert REASON not in seen


async def test_nobody_decides_or_hands_over_who_is_not_asked_now(database_url: str) -> None:
    """The requester, whom it is for, who was asked once, who will be asked later, and an admin."""
    verbs = ("request.approve", "request.reject", "request.ask", "request.confirm", "request.another_code",
             "request.reassign", "request.keep", "request.undo", "approvals.approve")  # fmt: skip
    async with an_office(database_url) as it, it.nothing_happens():
        for who in ("marc", "dora", "helene", "petra", "priya"):
            for verb in verbs:
                reply = await it.sends(who, verb, it.genuine())
                assert is_answered(reply), (who, verb, reply.body)
        # Whoever decides, and is an admin as well, does not choose who decides with him.
        tom = await it.person("tom")
        await tom.says(f"reassign {it.request.id} from Yann Le Gall to ana@contoso.com")
        await tom.hears("Only somebody who was asked himself")
        for verb in ("request.answer", "request.edit", "number.pick"):
            for who in ("dora", "tom", "priya"):
                assert is_refused(await it.sends(who, verb, it.genuine())), (who, verb)


async def test_in_a_channel_nothing_is_done_but_what_its_card_offers(database_url: str) -> None:
    verbs = (*ON_A_REQUEST, *FOR_ITS_PEOPLE, *FOR_ADMINS, *ON_A_DRAFT, *OF_ONES_OWN)
    async with an_office(database_url) as it, it.nothing_happens():
        for verb in verbs:
            assert is_refused(await it.sends_in_channel("tom", verb, it.genuine())), verb
        for who in ("marc", "dora", "helene", "ana", "priya"):
            for verb in OF_CHANNELS:
                reply = await it.sends_in_channel(who, verb, it.genuine())
                assert is_refused(reply), (who, verb)
                assert REASON not in str(reply.body)
        for verb in OF_CHANNELS:
            # Its buttons work where it stands, and for the request it stands for.
            assert is_refused(await it.sends("tom", verb, it.genuine())), verb
            for data in (*NOTHING, it.genuine(request=NO_SUCH)):
                assert is_refused(await it.sends_in_channel("tom", verb, data)), (verb, data)
        person = await it.person("tom")
        for said in (f"show {it.request.id}", "approvals", "policy", f"reassign {it.request.id} to ana",
                     "undelivered", "delegate to ana until Friday"):  # fmt: skip
            await person.says(said, where=CHANNEL)
        posts = [one for one in await person.reads(CHANNEL) if "@thread" in one["conversation"]["id"]]
        assert posts
        assert REASON not in "\n".join(map(text_of, posts))


NOTHING: list[Any] = [
    None,
    ["SB-22222"],
    {"request": [NO_SUCH], "stage": 0},
    {"request": "x" * 9_000},
    {"request": "SB-2222\x00", "stage": 10**400},
]
WRONG: tuple[Any, ...] = (None, -1, 7, 0.5, True, 10**400, "٣", {"a": 0}, "\x00\ud800" * 900)


async def test_whatever_is_in_the_data_nothing_breaks_and_nothing_is_decided(database_url: str) -> None:
    verbs = (*ON_A_REQUEST, *FOR_ITS_PEOPLE, *FOR_ADMINS, *ON_A_DRAFT, *OF_ONES_OWN, *OF_CHANNELS)
    async with an_office(database_url) as it, it.nothing_happens():
        for number, verb in enumerate(verbs):
            for data in (NOTHING[number % 2], NOTHING[2 + number % 3]):
                assert is_answered(await it.sends("tom", verb, data)), (verb, data)
        for verb in ("request.approve", "request.reject", "request.ask", "approvals.approve",
                     "request.reassign"):  # fmt: skip
            for name, wrong in product(("stage", "round"), WRONG):
                reply = await it.sends("tom", verb, it.genuine(**{name: wrong}))
                assert is_answered(reply), (verb, name, wrong, reply.body)
        for verb, name in FIELDS:
            for wrong in (*WRONG[5:], *DAYS):
                data = it.genuine(**{name: wrong}, **WITH.get(verb, {}))
                reply = await it.sends("tom", verb, data)
                assert is_answered(reply), (verb, name, wrong, reply.body)
                assert len(str(reply.body)) < SMALL, (verb, name)


DAYS = ("9999-12-31", "0001-01-01", "2026-13-45")
FIELDS = (
    ("request.approve", "offered"), ("request.ask", "comment"), ("request.reassign", "colleague"),
    ("request.confirm", "code"), ("number.pick", "number"), ("request.undo", "number"),
    ("delegation.make", "delegate"), ("delegation.make", "until"), ("delegation.make", "since"),
    ("delegation.make", "kinds"), ("delegation.stop", "delegation"), ("approvals.list", "offset"),
    ("undelivered.retry", "message"), ("policy.agree", "proposal"), ("wish.comment", "draft"),
)  # fmt: skip
WITH: dict[str, Json] = {
    "request.approve": {"stage": 9},
    "request.ask": {"stage": 9, "included": "x" * 60_000, "know-SB-LIC-23": "\ud800" * 9},
}


async def test_what_strangers_type_leads_nowhere(database_url: str) -> None:
    async with an_office(database_url) as it:
        said = (
            *(f"{verb} {it.request.id}" for verb in ("show", "remind", "withdraw", "reassign", "approve")),
            f"reassign {it.request.id} from Tom O'Neil to ana@contoso.com because {'x' * 900}",
            f"reassign {NO_SUCH} to ana@contoso.com", f"show {NO_SUCH}",
            "reassign", "remind", "undelivered", "policy", "approvals", "approvals here", "delegations",
            "delegate to ben until 9999-12-31", "delegate to ben until 0001-01-01",
            "delegate to ' OR 1=1 -- for 999 months",
            "delegate until \u202e2026-13-45", "stop delegating to Tom", "stop delegating",
        )  # fmt: skip
        async with it.nothing_happens():
            for text in said:
                await (await it.person("ana")).says(text)
            for text in (said[0], f"reassign {it.request.id} to ben@contoso.com", f"approve {it.request.id}"):
                await (await it.person("marc")).says(text)
        seen = "\n".join(text_of(one) for one in await (await it.person("ana")).looks())
        assert "on our side" not in seen
        assert REASON not in seen
        assert "I know no such request" in seen

"""Clicks that no card of ours offers: wishes, tasks and questions of strangers and liars change nothing."""

from __future__ import annotations

import asyncio
import copy
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count, product
from typing import Any

import pytest
import sqlalchemy as sa

from bot.sandbox.people import PersonClient, Reply, text_of
from bot.sandbox.seed import person_id
from bot.store.database import Transaction
from bot.store.drafts import by_id as draft_by_id
from bot.store.tables import decisions, drafts, holds, requests, resting_numbers, steps, tasks
from bot.usecases.refusals import MOST_AN_HOUR
from cards.forms import InputKind
from dialogs.forms import FORMS
from dialogs.wish_draft import Filled
from tests.support.databases import SqliteFiles
from tests.support.world import World, buttons, has_input, running_world, shown

Json = dict[str, Any]

pytestmark = pytest.mark.either_database("sqlite")

STRANGERS = ("dora", "ana", "marc", "karin")
"""Who is in no group that does tasks: the requester, a colleague, her manager, a manager elsewhere."""

_ids = count(1)


async def sends(person: PersonClient, verb: str, data: Any) -> Reply:
    """A click that is on no card: any verb with any data, by somebody who can only sign in as himself."""
    if not any(map(buttons, person.cards())):
        await person.says("help")
        await person.looks()
    card = next(one for one in reversed(person.cards()) if buttons(one))
    click = person.click(card, buttons(card)[0])
    click["id"] = f"f:forged-{next(_ids)}"
    click["value"]["action"] |= {"verb": verb, "data": data}
    return await person.raw(click, token=await person.token())


def is_refused(reply: Reply) -> bool:
    """An error for people, and neither a card nor a crash."""
    assert reply.status == 200, reply
    return bool(reply.body["statusCode"] == 400 and reply.body["value"]["message"])


def is_answered(reply: Reply) -> bool:
    """Anything but a crash."""
    return bool(reply.status == 200 and reply.body["statusCode"] in (200, 400))


async def stored(world: World, *tables: sa.Table) -> list[list[sa.Row[Any]]]:
    def read(tx: Transaction) -> list[list[sa.Row[Any]]]:
        return [list(tx.conn.execute(sa.select(table))) for table in tables]

    return await world.service.desk.db.read(read)


@asynccontextmanager
async def nothing_happens(world: World, *, but: tuple[sa.Table, ...] = ()) -> AsyncIterator[None]:
    """Whatever is done inside, no row changes that says what people want, and nothing in the tenant."""
    tables = [one for one in (requests, decisions, drafts, holds, steps, tasks, resting_numbers)
              if one not in but]  # fmt: skip
    before, written = await stored(world, *tables), await world.writes()
    yield
    await world.settle()
    assert await stored(world, *tables) == before
    assert await world.writes() == written


async def refusals(world: World, action: str) -> list[tuple[str, str]]:
    return [(one["actor"], one["details"]["code"]) for one in await world.audit() if one["action"] == action]


# Tasks --------------------------------------------------------------------------------------------------


@dataclass
class Asked:
    """A task that admins have, and the genuine click on it."""

    world: World
    task: str
    version: int


@asynccontextmanager
async def a_task(database_url: str) -> AsyncIterator[Asked]:
    """Dora has no country: an admin has to confirm it."""
    async with running_world(database_url) as world:
        await world.control("PATCH", "people/dora", {"usageLocation": None})
        await world.granted("dora", "marc", {"country": "FR"})
        await world.settle()
        ((opened,),) = await stored(world, tasks)
        yield Asked(world, opened.id, opened.version)


TASK_VERBS = ("task.claim", "task.done", "task.cannot", "task.show", "task.refresh")


@pytest.mark.parametrize("who", STRANGERS)
async def test_a_task_is_for_those_who_are_asked(database_url: str, who: str) -> None:
    async with a_task(database_url) as it:
        person = await it.world.person(who)
        data = {
            "task": it.task,
            "version": it.version,
            "evidence_country": "FR",
            "reason": "no",
            "actor": person_id("priya"),
            "claimed_by": {"id": person_id("priya"), "name": "Priya"},
            "audience": "billing_admins",
        }
        async with nothing_happens(it.world):
            for verb in TASK_VERBS:
                assert is_refused(await sends(person, verb, data))
            for text in ("tasks", f"show {it.task}", f"claim {it.task}", f"done {it.task}",
                         f"cannot {it.task} no"):  # fmt: skip
                await person.says(text)
        seen = "\n".join(text_of(one) for one in await person.looks())
        assert "Once it is done" not in seen
        clicked, typed = [await refusals(it.world, one) for one in ("task.refused", "command.refused")]
        assert (len(clicked), len(typed)) == (len(TASK_VERBS), 5)
        refused = clicked + typed
        assert {actor for actor, _ in refused} == {person_id(who)}
        assert {code for _, code in refused} == {"SB-TSK-07"}


async def test_refusals_of_tasks_do_not_fill_the_audit_log(database_url: str) -> None:
    async with a_task(database_url) as it:
        ana = await it.world.person("ana")
        for _ in range(MOST_AN_HOUR + 5):
            assert is_refused(await sends(ana, "task.claim", {"task": it.task}))
        assert len(await refusals(it.world, "task.refused")) == MOST_AN_HOUR


async def test_a_stranger_cannot_tell_which_tasks_exist(database_url: str) -> None:
    async with a_task(database_url) as it:
        ana = await it.world.person("ana")
        reply = await sends(ana, "tasks.list", {"offset": 0})
        assert is_refused(reply)
        assert it.task not in str(reply.body)


NO_TASK: list[Any] = [
    None,
    [],
    "TK-22222",
    {},
    {"task": None},
    {"task": ["TK-22222"]},
    {"task": "TK-22222", "version": 10**400},
    {"task": "' OR 1=1 --", "version": 1},
    {"task": "x" * 50_000, "version": 1},
    {"task": {"id": "TK-22222"}, "evidence_country": "FR"},
]


async def test_a_task_that_is_none(database_url: str) -> None:
    async with a_task(database_url) as it:
        priya = await it.world.person("priya")
        async with nothing_happens(it.world):
            for verb, data in product(TASK_VERBS, NO_TASK):
                assert is_refused(await sends(priya, verb, data)), (verb, data)


NO_EVIDENCE: list[Json] = [
    {},
    {"evidence_country": None},
    {"evidence_country": "DE"},
    {"evidence_country": ["FR"]},
    {"evidence_country": {"value": "FR"}},
    {"evidence_country": "FR" * 20_000},
    {"evidence_country": "F\x00R"},
    {"evidence_country": "FRA"} | {f"evidence_{number}": "x" for number in range(500)},
    {"evidence_": "FR", "evidence_state": "done", "state": "done", "confirmed_by_graph": True},
    {"evidence_country": 10**400},
]


async def test_what_is_no_evidence_ends_no_task(database_url: str) -> None:
    async with a_task(database_url) as it:
        priya = await it.world.person("priya")
        async with nothing_happens(it.world):
            for data, version in product(NO_EVIDENCE, (it.version, 10**9, "x")):
                reply = await sends(priya, "task.done", {"task": it.task, "version": version, **data})
                assert is_answered(reply), data


NO_REASON: list[Any] = [None, "", " \t ", [], {"text": "no"}, "\u200b\u200e"]


async def test_a_reason_that_says_nothing_ends_no_task(database_url: str) -> None:
    async with a_task(database_url) as it:
        priya = await it.world.person("priya")
        async with nothing_happens(it.world):
            for reason in NO_REASON:
                data = {"task": it.task, "version": it.version, "reason": reason}
                assert is_answered(await sends(priya, "task.cannot", data)), reason


async def test_two_admins_and_graph_end_one_task_at_the_same_moment(database_url: str) -> None:
    """Whoever is first ends it; the others learn that, and the request goes on once."""
    async with a_task(database_url) as it:
        await it.world.control("PATCH", "people/dora", {"usageLocation": "FR"})
        data = {"task": it.task, "version": it.version, "evidence_country": "FR"}
        priya, tom = await it.world.person("priya"), await it.world.person("tom")
        replies = await asyncio.gather(
            sends(priya, "task.done", data), sends(tom, "task.done", data), it.world.live(hours=3)
        )
        assert all(is_answered(reply) for reply in replies[:2] if reply is not None)
        await it.world.settle()
        ended = [one["action"] for one in await it.world.audit() if one["action"].startswith("task.")]
        assert len([one for one in ended if one in ("task.done", "task.confirmed")]) == 1


# Wishes ---------------------------------------------------------------------------------------------------


def kinds_about_people() -> list[str]:
    return [kind for kind, form in FORMS.items() if form.who]


def kinds_of_the_organisation() -> list[str]:
    return [kind for kind, form in FORMS.items() if not form.who]


@pytest.mark.parametrize("kind", kinds_about_people())
async def test_nobody_asks_for_people_who_are_not_his(sqlite_files: SqliteFiles, kind: str) -> None:
    """Neither by a forged start, nor by another person in a genuine form of one's own."""
    async with running_world(sqlite_files.url()) as world:
        ana = await world.person("ana")
        marc = person_id("marc")
        async with nothing_happens(world, but=(drafts,)):
            for name in ("beneficiary", "person"):
                await sends(ana, "wish.start", {"kind": kind, name: marc, "reason": "please"})
            reply = await sends(ana, "wish.start", {"kind": kind})
            assert is_answered(reply)
            mine = [row for row in (await stored(world, drafts))[0] if row.kind == kind]
            for row in mine:
                data = {"draft": row.id, "form": FORMS[kind].version, "beneficiary": marc, "country": "FR"}
                assert is_answered(await sends(ana, "wish.review", data))
        seen = "\n".join(text_of(one) for one in await ana.looks())
        assert "99 00 10 10" not in seen
        assert {actor for actor, _ in await refusals(world, "wish.refused")} == {person_id("ana")}


@pytest.mark.parametrize("kind", kinds_of_the_organisation())
async def test_what_is_for_all_is_asked_by_those_who_lead(database_url: str, kind: str) -> None:
    async with running_world(database_url) as world:
        ana = await world.person("ana")
        async with nothing_happens(world):
            for data in ({}, {"beneficiary": person_id("priya")}, {"person": person_id("marc")}):
                assert is_answered(await sends(ana, "wish.start", {"kind": kind, **data}))
        assert not any(has_input("reason")(one) for one in await ana.looks())
        assert {code for _, code in await refusals(world, "wish.refused")} == {"SB-WHO-07"}


async def test_a_kind_of_wish_that_does_not_exist(database_url: str) -> None:
    async with running_world(database_url) as world:
        ana = await world.person("ana")
        async with nothing_happens(world):
            for kind in (None, "", "nothing", "NUMBER", "__class__", "n\x00", ["number"], {"a": "number"}, 7):
                assert is_refused(await sends(ana, "wish.start", {"kind": kind})), kind


async def test_a_draft_is_sent_only_after_its_review(database_url: str) -> None:
    """The fingerprint is no secret: whoever knows how it is made must still have been shown the review."""
    async with running_world(database_url) as world:
        ana = await world.person("ana")
        await ana.says("I need a phone number")
        ((row,),) = await stored(world, drafts)
        draft = await world.service.desk.db.read(_draft, row.id)
        data = {"draft": draft.stored.id, "rev": draft.fingerprint}
        assert is_answered(await sends(ana, "wish.submit", data))
        assert await world.all_requests() == []


def _draft(tx: Transaction, draft_id: str) -> Filled:
    found = draft_by_id(tx, draft_id)
    assert found is not None
    filled = Filled.of(found)
    assert filled is not None
    return filled


async def test_a_service_number_for_an_account_of_somebody_else(database_url: str) -> None:
    """Marc has people, so that he may ask for a queue; this account is not one of theirs."""
    async with running_world(database_url) as world:
        marc = await world.person("marc")
        await marc.says("I need a phone number for a call queue")
        form = await marc.hears(has_input("purpose"))
        about = {"purpose": "queue", "country": "FR", "name": "Accueil", "tariff": "toll"}
        click = marc.click(form, "wish.review", about)
        for account in ("reception", "ana", "helene", "priya"):
            forged = copy.deepcopy(click)
            forged["id"] = f"f:account-{account}"
            forged["value"]["action"]["data"]["account"] = person_id(account)
            reply = await marc.raw(forged, token=await marc.token())
            if account == "ana":
                # His own report, whose account is no account of a queue.
                assert "SB-" in text_of(shown(await marc.delivers(forged | {"id": "f:again"})))
                continue
            assert "SB-WHO-02" in str(reply.body), reply
        assert await world.all_requests() == []


async def test_a_successor_who_does_not_exist(database_url: str) -> None:
    async with running_world(database_url) as world:
        priya = await world.person("priya")
        data = {"kind": "leaver", "person": person_id("marc"), "confirms_loss": "true"}
        assert is_answered(await sends(priya, "wish.start", data))
        ((row,),) = await stored(world, drafts)
        review = {
            "draft": row.id,
            "form": FORMS["leaver"].version,
            "beneficiary": person_id("marc"),
            "successor": "00000000-dead-beef-0000-000000000000",
            "successor_name": "Priya",
            "confirms_loss": "true",
        }
        reply = await sends(priya, "wish.review", review)
        assert "cannot find that person" in str(reply.body)
        draft = await world.service.desk.db.read(_draft, row.id)
        assert "successor_name" not in draft.wish.values
        assert is_answered(
            await sends(priya, "wish.submit", {"draft": draft.stored.id, "rev": draft.fingerprint})
        )
        assert await world.all_requests() == []


NASTY: tuple[Any, ...] = (
    "x" * 15_000,
    "\u202e[click](https://evil.example)\n# @everyone {{DATE(2026-01-01)}} `'; Remove-MgUser -All #",
    "9999-12-31",
    "+2101234567",
    "+99912345678\n+21012345678\n12",
    "99999999999999999999",
    "1e999999",
    "-1",
    "\x00\ud800",
    "ZZ",
    ["a"] * 1000,
    {"$ne": ""},
    10**400,
    True,
)


@pytest.mark.parametrize("kind", FORMS)
async def test_whatever_is_in_a_field_nothing_breaks(sqlite_files: SqliteFiles, kind: str) -> None:
    """Each field with each of what nobody types, while the others are right, and all of them at once."""
    form = FORMS[kind]
    async with running_world(sqlite_files.url()) as world:
        priya = await world.person("priya")
        await sends(priya, "wish.start", {"kind": kind, "person": person_id("marc")})
        ((row,),) = await stored(world, drafts)
        about = {"draft": row.id, "form": form.version}
        async with nothing_happens(world, but=(drafts,)):
            for data in mischief(kind):
                reply = await sends(priya, "wish.review", {**about, **data})
                assert is_answered(reply), (data, reply.body)
                draft = await world.service.desk.db.read(_draft, about["draft"])
                if "wish.submit" not in str(reply.body):
                    rev = {"draft": draft.stored.id, "rev": draft.fingerprint}
                    assert is_answered(await sends(priya, "wish.submit", rev)), data


WORST: Mapping[InputKind, tuple[Any, ...]] = {
    InputKind.CHOICE: ("ZZ", "new", ["a"] * 1000),
    InputKind.PERSON: ("00000000-dead-beef-0000-000000000000", "../users", "x" * 15_000),
    InputKind.DATE: ("9999-12-31", "0001-01-01", "31.12.9999"),
    InputKind.AMOUNT: ("99999999999999999999", "1e999999", "-1", "0"),
    InputKind.AMOUNTS: ("80; " * 50, "1e9; 2"),
    InputKind.QUANTITY: ("0", "-3", "99999999999999999999", "٣"),
    InputKind.NUMBERS: ("+2101234567", "+99912345678\n+21012345678\n12", "+1" * 7_000),
    InputKind.DIGITS: ("٤٢", "1234567", "*"),
    InputKind.TEXT: (NASTY[1],),
}
RIGHT: Mapping[InputKind, str] = {
    InputKind.TOGGLE: "true",
    InputKind.PERSON: person_id("priya"),
    InputKind.DATE: "2030-01-31",
    InputKind.AMOUNT: "100",
    InputKind.AMOUNTS: "80; 90",
    InputKind.QUANTITY: "3",
    InputKind.NUMBERS: "+33170189942",
    InputKind.DIGITS: "42",
    InputKind.TEXT: "Accueil",
}
CHOSEN = {"country": "FR", "purpose": "queue", "tariff": "toll", "usage": "user", "currency": "EUR"}


def mischief(kind: str) -> list[Json]:
    fields = FORMS[kind].fields
    right = {field.id: CHOSEN.get(field.id, RIGHT.get(field.kind, "")) for field in fields}
    one_wrong = [{**right, one.id: bad} for one in fields for bad in WORST.get(one.kind, ())]
    return [*one_wrong, *(dict.fromkeys(right, nasty) for nasty in NASTY)]


# Questions --------------------------------------------------------------------------------------------------


MEANT: list[Json] = [
    {"said": "what does Marc have", "as": "holdings"},
    {"said": "why Teams Phone for Marc", "as": "why"},
    {"said": "a number for Marc", "as": "number"},
    {"said": "Marc leaves", "as": "leaver"},
]


@pytest.mark.parametrize("data", MEANT, ids=lambda data: str(data["as"]))
async def test_a_choice_names_nobody_one_may_not_ask_about(database_url: str, data: Json) -> None:
    async with running_world(database_url) as world:
        ana = await world.person("ana")
        async with nothing_happens(world):
            for one in (data, {**data, "person": person_id("marc")}):
                assert is_answered(await sends(ana, "asked.meant", one))
        seen = "\n".join(text_of(one) for one in await ana.looks())
        assert "SB-WHO-02" in seen
        assert "99 00 10 10" not in seen
        assert "Office 365 E5" not in seen


NOT_OFFERED: list[Any] = [
    None,
    "",
    "help",
    "greeting",
    "withdraw",
    "pin",
    "clarify",
    "unsure",
    "x" * 9_000,
    ["number"],
    {"a": 1},
]


async def test_a_choice_that_was_not_offered(database_url: str) -> None:
    async with running_world(database_url) as world:
        ana = await world.person("ana")
        async with nothing_happens(world):
            for meant, said in product(NOT_OFFERED, ("a number for Marc", "x" * 50_000, None, ["a"])):
                assert is_refused(await sends(ana, "asked.meant", {"said": said, "as": meant})), meant

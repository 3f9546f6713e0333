"""Check a list of people: who could be asked for, who has it already, and what is wrong with the rest.

Nothing is asked for. Every line is planned as if those above it had been sent before.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.domain.list_check import (
    CheckedLine,
    LineState,
    ListCheck,
    ListWish,
    country_for,
    slip_of,
    verdict,
)
from bot.domain.lists import ListLine, TooLong, nearest_address, read_list
from bot.domain.people import Actor, Holdings, Person
from bot.domain.planning import Needs, after_others
from bot.domain.planning import plan as make_plan
from bot.domain.plans import Plan, Refusal
from bot.domain.sameness import same_thing
from bot.domain.tenant import TenantView
from bot.domain.values import CountryCode
from bot.graph.errors import NotFound
from bot.store import requests
from bot.store.database import Transaction
from bot.usecases.desk import Desk
from bot.usecases.preview import may_ask_for
from bot.usecases.snapshot import holdings_of, tenant_view

__all__ = ["MOST_PASTED", "check_list"]

MOST_PASTED = 50
"""Lines of one message: somebody waits for the answer, and each takes a few questions to Graph."""

_AT_ONCE = 8
"""People looked at side by side."""
_MOST_SUGGESTIONS = 10
"""Unknown addresses that are searched for; a list of strangers is no slip of the pen."""
_SEARCHED = 25
_BEGINNING = 3
"""Letters of an address that have to be right for it to be suggested."""


@dataclass(frozen=True, slots=True)
class _Row:
    """A line with what was found of it."""

    line: ListLine
    holdings: Holdings | None = None
    refusal: Refusal | None = None
    suggestion: str = ""


async def check_list(desk: Desk, actor: Actor, text: str, wanted: ListWish) -> ListCheck | Refusal:
    """Every line of a pasted list with its verdict; or why the list is not looked at.

    Raises `TransientUpstream` when Graph cannot be asked.
    """
    lines = _read(text)
    if isinstance(lines, Refusal):
        return lines
    known = await desk.graph.people_called([one.upn for one in lines if one.slip is None])
    rows = await _look_up(desk, actor, lines, known)
    view = await _stock(desk, wanted, rows)
    checked = await desk.db.transact(_judge, actor, wanted, rows, view)
    return ListCheck(wish=wanted, lines=checked)


def _read(text: str) -> tuple[ListLine, ...] | Refusal:
    too_many = Refusal(code="SB-WHO-11", params={"most": str(MOST_PASTED)})
    try:
        lines = read_list(text)
    except TooLong:
        return too_many
    return lines if len(lines) <= MOST_PASTED else too_many


async def _look_up(
    desk: Desk, actor: Actor, lines: Sequence[ListLine], known: Mapping[str, Person]
) -> list[_Row]:
    """Everybody whom the actor may ask for, with what he has."""
    gate = asyncio.Semaphore(_AT_ONCE)
    strangers = [one.upn for one in lines if one.slip is None and one.upn not in known]
    searched = frozenset(strangers[:_MOST_SUGGESTIONS])

    async def look(line: ListLine) -> _Row:
        slip = slip_of(line)
        if slip:
            return _Row(line, refusal=slip)
        async with gate:
            if line.upn in known:
                return await _person(desk, actor, line, known[line.upn])
            near = await _meant(desk, line.upn, known.values()) if line.upn in searched else ""
            return _Row(line, refusal=Refusal(code="SB-WHO-01"), suggestion=near)

    return list(await asyncio.gather(*map(look, lines)))


async def _person(desk: Desk, actor: Actor, line: ListLine, person: Person) -> _Row:
    refusal = await may_ask_for(desk, actor, person.id)
    if refusal:
        return _Row(line, refusal=refusal)
    try:
        return _Row(line, await holdings_of(desk, person.id))
    except NotFound:
        return _Row(line, refusal=Refusal(code="SB-WHO-01"))


async def _meant(desk: Desk, address: str, known: Iterable[Person]) -> str:
    """The address that was probably meant, or the one to sign in with of who has this one for mail."""
    found = await desk.graph.search_people(address[:_BEGINNING], limit=_SEARCHED)
    people = [one for one in (*known, *found) if not one.guest]
    has_it = next((one for one in people if (one.mail or "").casefold() == address), None)
    if has_it is not None:
        return has_it.upn
    return nearest_address(address, dict.fromkeys(one.upn for one in people)) or ""


async def _stock(desk: Desk, wanted: ListWish, rows: Iterable[_Row]) -> TenantView:
    """One snapshot for all lines, with the free numbers of every country they need."""
    with_number = wanted.kind in ("number", "phone_user")
    countries = {country_for(one.holdings) for one in rows if one.holdings} if with_number else set()
    needed: Sequence[CountryCode | None] = sorted(filter(None, countries)) or (None,)
    views = await asyncio.gather(*(tenant_view(desk, Needs(numbers_of=one)) for one in needed))
    return views[0].model_copy(
        update={
            "free_numbers": tuple(number for view in views for number in view.free_numbers),
            "held_numbers": frozenset[str]().union(*(view.held_numbers for view in views)),
        }
    )


def _judge(
    tx: Transaction, actor: Actor, wanted: ListWish, rows: Iterable[_Row], view: TenantView
) -> tuple[CheckedLine, ...]:
    """Line by line, each with what those above leave; on record, since it reads about others."""
    checked = []
    for row in rows:
        line, found = _line(tx, wanted, row, view)
        checked.append(line)
        if isinstance(found, Plan):
            view = after_others(view, found)
    tx.audit(
        "list.checked",
        actor.id,
        wish=wanted.kind,
        lines=len(checked),
        ready=sum(one.state is LineState.READY for one in checked),
        about=[one.person.id for one in checked if one.person],
    )
    return tuple(checked)


def _line(
    tx: Transaction, wanted: ListWish, row: _Row, view: TenantView
) -> tuple[CheckedLine, Plan | Refusal]:
    if row.holdings is None:
        refusal = row.refusal or Refusal(code="SB-WHO-01")
        cannot = LineState.CANNOT
        return CheckedLine(line=row.line, state=cannot, because=refusal, suggestion=row.suggestion), refusal
    person = row.holdings.person
    found = _planned(tx, wanted, row.holdings, view)
    state, because = verdict(found, person.name)
    return CheckedLine(line=row.line, state=state, person=person.ref, because=because), found


def _planned(tx: Transaction, wanted: ListWish, holdings: Holdings, view: TenantView) -> Plan | Refusal:
    """V5 besides: who has been asked for already is shown that request (J09)."""
    wish = wanted.wish_for(holdings, view.facts)
    if isinstance(wish, Refusal):
        return wish
    other = requests.open_for(tx, same_thing(wish))
    if other:
        return Refusal(code="SB-REQ-02", params={"request": other.id})
    return make_plan(wish, holdings, view, tx.now)

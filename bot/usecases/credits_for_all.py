"""The credits licence for everybody who calls, E5 included: decided on by the policy (R41, R42).

Each person is a request, since each is planned over what that person has, may be refused or fail alone, and
can be taken back alone. Said again, it goes on with whoever is still without.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass

from bot.domain.catalogue.products import plans_of_role, product
from bot.domain.errors import Conflict
from bot.domain.people import Actor, Person
from bot.domain.planning.standing import contents
from bot.domain.plans import Refusal
from bot.domain.requests import Request
from bot.domain.roles import Role
from bot.domain.tenant import TenantView
from bot.domain.wishes import LicenceWish
from bot.usecases.desk import Desk
from bot.usecases.roles import refused
from bot.usecases.submit import submit

__all__ = ["MAY_ASK_FOR_ALL", "MOST", "AskedForAll", "ask_for_all", "callers_without"]

MAY_ASK_FOR_ALL = frozenset({Role.VOICE_ADMIN})
"""Who may ask for everybody anyway."""

MOST = 50
"""People of one go: somebody waits for the answer, and each takes a few questions to Graph."""

_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class AskedForAll:
    """What became of it."""

    requests: tuple[Request, ...]
    refused: tuple[tuple[Person, Refusal], ...]
    """Who was not asked for, and why: an open request, an account that calls nobody."""
    left: int
    """How many were left for another time."""


async def callers_without(desk: Desk) -> tuple[Person, ...]:
    """Everybody with a Calling Plan or Audio Conferencing who has no credits licence, by name.

    Raises `TransientUpstream`.
    """
    skus = await desk.graph.skus()
    view = TenantView(skus=skus)
    calls = plans_of_role("calling") | plans_of_role("conferencing")
    for_calls = [one.sku_id for one in skus if calls & contents(one.sku_id, view)]
    callers, served = await asyncio.gather(
        desk.graph.people_with(for_calls), desk.graph.people_with(_credits(one.sku_id for one in skus))
    )
    known = {one.id for one in served}
    return tuple(one for one in callers if one.id not in known and one.enabled and not one.guest)


def _credits(sku_ids: Iterable[str]) -> list[str]:
    """MCOPSTNC, and MCOPSTNPP where the tenant still has that (R03)."""
    found = ((sku_id, product(sku_id)) for sku_id in sku_ids)
    return [sku_id for sku_id, known in found if known is not None and known.use == "credits"]


async def ask_for_all(desk: Desk, actor: Actor) -> AskedForAll | Refusal:
    """Ask for the licence for the first of them, in the actor's name.

    Raises `TransientUpstream`; what was asked for by then stays asked for.
    """
    refusal = await refused(desk, actor, MAY_ASK_FOR_ALL, "credits.for_all")
    if refusal is not None:
        return refusal
    without = await callers_without(desk)
    gate = asyncio.Semaphore(_AT_ONCE)

    async def ask(person: Person) -> Request | Refusal:
        async with gate:
            return await _ask(desk, actor, person)

    chosen = without[:MOST]
    answers = await asyncio.gather(*map(ask, chosen))
    return AskedForAll(
        requests=tuple(one for one in answers if isinstance(one, Request)),
        refused=tuple(
            (person, one) for person, one in zip(chosen, answers, strict=True) if isinstance(one, Refusal)
        ),
        left=len(without) - len(chosen),
    )


async def _ask(desk: Desk, actor: Actor, person: Person) -> Request | Refusal:
    today = (await desk.db.read(lambda tx: tx.now)).date()
    wish = LicenceWish(beneficiary_id=person.id, product="credits")
    try:
        return await submit(desk, actor, wish, key=f"credits-for-all:{today}:{person.id}")
    except Conflict:
        return Refusal(code="SB-CRE-56")

"""Find requests: everybody's for those who run or audit the desk, one's own for everybody else."""

from __future__ import annotations

from bot.domain.found_requests import FoundRequests, Search
from bot.domain.people import Actor, PersonRef
from bot.domain.plans import Refusal
from bot.domain.roles import Role
from bot.store import searches
from bot.store.database import Transaction
from bot.usecases import people
from bot.usecases.desk import Desk
from bot.usecases.preview import may_ask_for
from bot.usecases.refusals import record_refusal
from bot.usecases.roles import roles_of

__all__ = ["SEES_ALL", "find", "sees_all"]

SEES_ALL = frozenset({Role.VOICE_ADMIN, Role.AUDITOR, Role.OWNER})


async def sees_all(desk: Desk, actor: Actor) -> bool:
    """Whether requests of others are shown to the actor. Raises `TransientUpstream`."""
    return bool(await roles_of(desk, actor) & SEES_ALL)


async def find(desk: Desk, actor: Actor, search: Search, *, limit: int) -> FoundRequests | Refusal:
    """A page of what is looked for.

    Who does not see all sees his own, or those of somebody he may ask for; looking at somebody else's is
    recorded. Raises `TransientUpstream`.
    """
    everybody = await sees_all(desk, actor)
    if search.concerns is None and not everybody:
        search = search.model_copy(update={"concerns": actor.id})
    person = None
    if search.concerns not in (None, actor.id):
        person_id = search.concerns or ""
        refusal = None if everybody else await may_ask_for(desk, actor, person_id)
        found = await _looked_at(desk, actor, person_id, refusal)
        if isinstance(found, Refusal):
            return found
        person = found
    return await desk.db.read(_found, search, limit, person)


async def _looked_at(
    desk: Desk, actor: Actor, person_id: str, refusal: Refusal | None
) -> PersonRef | Refusal:
    """The person whose requests are looked at, unless that is refused; on record either way."""
    found = None if refusal else await people.person(desk, person_id)
    if found is None:
        refusal = refusal or Refusal(code="SB-WHO-01")
        await desk.db.transact(_record_refused, actor, person_id, refusal)
        return refusal
    await desk.db.transact(_record, actor, found.ref)
    return found.ref


def _record_refused(tx: Transaction, actor: Actor, person_id: str, refusal: Refusal) -> None:
    record_refusal(tx, "person.read.refused", actor.id, about=person_id, code=refusal.code)


def _record(tx: Transaction, actor: Actor, person: PersonRef) -> None:
    tx.audit("person.read", actor.id, about=person.id, what="requests")


def _found(tx: Transaction, search: Search, limit: int, person: PersonRef | None) -> FoundRequests:
    total = searches.count(tx, search)
    # A page that has emptied since the last look: show the last one there is.
    last = max(0, (total - 1) // limit * limit)
    search = search.model_copy(update={"offset": min(search.offset, last)})
    return FoundRequests(search=search, rows=searches.page(tx, search, limit), total=total, person=person)

"""Work out what a wish takes, without asking anybody yet."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from bot.domain.people import Actor, Person
from bot.domain.planning import needs
from bot.domain.planning import plan as make_plan
from bot.domain.plans import Refusal
from bot.domain.sameness import same_thing
from bot.domain.tenant import TenantView
from bot.domain.views import Preview
from bot.domain.wishes import FOR_THE_ORGANISATION, CreditsWish, Wish
from bot.graph.errors import NotFound
from bot.store import requests
from bot.store.purchase_orders import used_elsewhere
from bot.usecases.desk import Desk
from bot.usecases.group_names import with_group_names
from bot.usecases.routing import Route, resolve_route
from bot.usecases.snapshot import holdings_of, tenant_view
from bot.usecases.voice_admins import is_voice_admin

__all__ = [
    "TOLD_BY_OTHERS",
    "Prepared",
    "may_ask",
    "may_ask_for",
    "prepare",
    "preview",
]

TOLD_BY_OTHERS = frozenset({"leaver", "mover", "usage_location"})
"""Kinds of wishes about what happens to somebody, which somebody else tells the desk."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A preview with the snapshot it was made from."""

    preview: Preview
    requester: Person
    view: TenantView
    route: Route


async def preview(desk: Desk, actor: Actor, wish: Wish, *, anew: str | None = None) -> Preview | Refusal:
    """The plan, its warnings and who would decide; or a refusal. Stores nothing.

    Raises `TransientUpstream` when Graph cannot be asked.
    """
    prepared = await prepare(desk, actor, wish, anew=anew)
    return prepared if isinstance(prepared, Refusal) else prepared.preview


async def prepare(desk: Desk, actor: Actor, wish: Wish, *, anew: str | None = None) -> Prepared | Refusal:
    """The checks V1-V8 and the plan, over one fresh snapshot.

    `anew` is the id of a request that was asked for before and changes to this wish: it does not stand in
    its own way, what it holds is free for it, and somebody is always asked about it.
    """
    refusal = await may_ask(desk, actor, wish.kind, wish.beneficiary_id)
    refusal = refusal or await _already_asked(desk, wish, anew)
    if refusal:
        return refusal
    await desk.policies.look(desk.db)
    now = await desk.db.read(lambda tx: tx.now)
    try:
        requester, holdings, view = await asyncio.gather(
            desk.graph.person(actor.id),
            holdings_of(desk, wish.beneficiary_id),
            tenant_view(desk, needs(wish), except_request=anew),
        )
    except NotFound:
        return Refusal(code="SB-WHO-01")
    if isinstance(wish, CreditsWish):
        used = await desk.db.read(used_elsewhere, wish.purchase_order, anew)
        view = view.model_copy(update={"purchase_orders": used})
    plan = await with_group_names(desk, make_plan(wish, holdings, view, now))
    if isinstance(plan, Refusal):
        return plan
    route = await resolve_route(desk, wish, plan, requester, holdings.person, anew=anew)
    if isinstance(route, Refusal):
        return route
    return Prepared(
        preview=Preview(
            wish=wish,
            requester=requester.ref,
            beneficiary=holdings.person.ref,
            plan=plan,
            stages=route.stages,
            rule=route.rule,
            auto_approved=route.auto is not None,
        ),
        requester=requester,
        view=view,
        route=route,
    )


async def _already_asked(desk: Desk, wish: Wish, anew: str | None) -> Refusal | None:
    """V5: the same wish is open, whoever made it (J09). The store refuses it again when it is submitted."""
    other = await desk.db.read(requests.open_for, same_thing(wish))
    if other is None or other.id == anew:
        return None
    return Refusal(code="SB-REQ-02", params={"request": other.id})


async def may_ask(desk: Desk, actor: Actor, kind: str, beneficiary_id: str) -> Refusal | None:
    """V2: who may ask for this kind of wish, for this person."""
    if kind in FOR_THE_ORGANISATION and beneficiary_id == actor.id:
        return await _may_ask_for_all(desk, actor)
    if kind in TOLD_BY_OTHERS and beneficiary_id == actor.id:
        return Refusal(code="SB-WHO-08")
    return await may_ask_for(desk, actor, beneficiary_id)


async def may_ask_for(desk: Desk, actor: Actor, beneficiary_id: str) -> Refusal | None:
    """V2: for oneself; a manager for direct reports; voice admins for everybody."""
    if beneficiary_id == actor.id:
        return None
    manager, is_admin = await asyncio.gather(_manager_id(desk, beneficiary_id), is_voice_admin(desk, actor))
    return None if manager == actor.id or is_admin else Refusal(code="SB-WHO-02")


async def _may_ask_for_all(desk: Desk, actor: Actor) -> Refusal | None:
    """Money and numbers of the organisation: voice admins, and everybody who has people to answer for."""
    is_admin, leads = await asyncio.gather(is_voice_admin(desk, actor), _leads(desk, actor))
    return None if is_admin or leads else Refusal(code="SB-WHO-07")


async def _leads(desk: Desk, actor: Actor) -> bool:
    """Whoever has just left the organisation may still write."""
    try:
        return await desk.graph.has_reports(actor.id)
    except NotFound:
        return False


async def _manager_id(desk: Desk, person_id: str) -> str | None:
    try:
        manager = await desk.graph.manager(person_id)
    except NotFound:
        return None
    return manager.id if manager else None

"""Work out what a wish takes, without asking anybody yet."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from bot.domain.people import Actor, Person
from bot.domain.planning import needs
from bot.domain.planning import plan as make_plan
from bot.domain.plans import Refusal
from bot.domain.tenant import TenantView
from bot.domain.views import Preview
from bot.domain.wishes import Wish
from bot.graph.errors import NotFound
from bot.store import requests
from bot.usecases.desk import Desk
from bot.usecases.routing import resolve_stages
from bot.usecases.snapshot import holdings_of, tenant_view

__all__ = ["Prepared", "may_ask_for", "open_key", "prepare", "preview"]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A preview with the snapshot it was made from."""

    preview: Preview
    requester: Person
    view: TenantView
    policy_version: str


async def preview(desk: Desk, actor: Actor, wish: Wish) -> Preview | Refusal:
    """The plan, its warnings and who would decide; or a refusal. Stores nothing.

    Raises `TransientUpstream` when Graph cannot be asked.
    """
    prepared = await prepare(desk, actor, wish)
    return prepared if isinstance(prepared, Refusal) else prepared.preview


async def prepare(desk: Desk, actor: Actor, wish: Wish) -> Prepared | Refusal:
    """The checks V1-V8 and the plan, over one fresh snapshot."""
    refusal = await may_ask_for(desk, actor, wish.beneficiary_id) or await _already_asked(desk, wish)
    if refusal:
        return refusal
    now = await desk.db.read(lambda tx: tx.now)
    try:
        requester, holdings, view = await asyncio.gather(
            desk.graph.person(actor.id),
            holdings_of(desk, wish.beneficiary_id),
            tenant_view(desk, needs(wish)),
        )
    except NotFound:
        return Refusal(code="SB-WHO-01")
    plan = make_plan(wish, holdings, view, now)
    if isinstance(plan, Refusal):
        return plan
    stages = await resolve_stages(desk, wish, actor.id)
    if isinstance(stages, Refusal):
        return stages
    return Prepared(
        preview=Preview(wish=wish, beneficiary=holdings.person.ref, plan=plan, stages=stages),
        requester=requester,
        view=view,
        policy_version=desk.policy.version,
    )


def open_key(wish: Wish) -> str:
    """What makes two open requests the same wish (V5): the target and the kind of thing."""
    return f"{wish.kind}:{wish.beneficiary_id}"


async def _already_asked(desk: Desk, wish: Wish) -> Refusal | None:
    """V5: the same wish is open, whoever made it (J09). The store refuses it again when it is submitted."""
    other = await desk.db.read(requests.open_for, open_key(wish))
    return Refusal(code="SB-REQ-02", params={"request": other.id}) if other else None


async def may_ask_for(desk: Desk, actor: Actor, beneficiary_id: str) -> Refusal | None:
    """V2: for oneself; a manager for direct reports; voice admins for everybody."""
    if beneficiary_id == actor.id:
        return None
    manager, groups = await asyncio.gather(
        _manager_id(desk, beneficiary_id),
        desk.graph.groups_of(actor.id, [desk.admin_group]),
    )
    if manager == actor.id or desk.admin_group in groups:
        return None
    return Refusal(code="SB-WHO-02")


async def _manager_id(desk: Desk, person_id: str) -> str | None:
    try:
        manager = await desk.graph.manager(person_id)
    except NotFound:
        return None
    return manager.id if manager else None

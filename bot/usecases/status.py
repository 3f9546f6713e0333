"""How the desk stands, for those who run it, audit it or answer for it: figures only."""

from __future__ import annotations

from bot.domain.desk_status import DeskStatus
from bot.domain.people import Actor
from bot.domain.plans import Refusal
from bot.domain.roles import Role
from bot.store import figures
from bot.usecases.desk import Desk
from bot.usecases.roles import refused, roles_of

__all__ = ["SEES_STATUS", "sees_status", "status"]

SEES_STATUS = frozenset({Role.VOICE_ADMIN, Role.BILLING_ADMIN, Role.AUDITOR, Role.OWNER})

_SHOWN = 12
"""Characters of a policy's version: enough to tell it from any other."""


async def sees_status(desk: Desk, actor: Actor) -> bool:
    """Whether the actor is shown more than his own requests. Raises `TransientUpstream`."""
    return bool(await roles_of(desk, actor) & SEES_STATUS)


async def status(desk: Desk, actor: Actor) -> DeskStatus | Refusal:
    """As it stands now; Graph is not asked about it. Raises `TransientUpstream`."""
    refusal = await refused(desk, actor, SEES_STATUS, "status")
    if refusal is not None:
        return refusal
    await desk.policies.look(desk.db)
    return await desk.db.read(figures.status, desk.policy.version[:_SHOWN])

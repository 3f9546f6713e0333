"""Who may do what is for voice admins alone."""

from __future__ import annotations

from bot.domain.people import Actor
from bot.domain.plans import Refusal
from bot.graph.errors import NotFound
from bot.usecases.desk import Desk
from bot.usecases.refusals import record_refusal

__all__ = ["NOT_HIS", "is_voice_admin", "refused_to"]

NOT_HIS = "SB-APP-70"
"""The code for everybody else."""


async def is_voice_admin(desk: Desk, actor: Actor) -> bool:
    """As the directory has it now; whoever has just left the organisation may still write.

    Raises `TransientUpstream`.
    """
    try:
        return desk.admin_group in await desk.graph.groups_of(actor.id, [desk.admin_group])
    except NotFound:
        return False


async def refused_to(desk: Desk, actor: Actor, attempt: str) -> Refusal | None:
    """Why the actor may not, on the audit log as `attempt`; None for a voice admin.

    Raises `TransientUpstream`.
    """
    if await is_voice_admin(desk, actor):
        return None
    await desk.db.transact(lambda tx: record_refusal(tx, attempt, actor.id, code=NOT_HIS))
    return Refusal(code=NOT_HIS)

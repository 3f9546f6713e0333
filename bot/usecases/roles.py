"""Which roles somebody has, from the directory: asked at most once a minute. An empty group has nobody."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from bot.domain.people import Actor
from bot.domain.plans import Refusal
from bot.domain.roles import RUNS_THE_DESK, Role
from bot.store import askings
from bot.usecases.authority import asked_lately, asked_now
from bot.usecases.desk import Desk
from bot.usecases.directory import Directory
from bot.usecases.refusals import record_refusal
from bot.usecases.reroute import members_of

__all__ = ["NOT_YOURS", "people_of", "record_refused", "refused", "roles_of"]

NOT_YOURS = "SB-ADM-01"
"""The code for whoever may not."""


async def roles_of(desk: Desk, actor: Actor) -> frozenset[Role]:
    """As the directory said within the last minute. Raises `TransientUpstream` and `AdminError`."""
    return await _held(desk, actor, asked_lately(desk))


async def _held(desk: Desk, actor: Actor, directory: Directory) -> frozenset[Role]:
    groups = _groups(desk)
    inside = await asyncio.gather(*(directory.belongs(actor.id, group) for group in groups.values()))
    held = {role for role, member in zip(groups, inside, strict=True) if member}
    if held & RUNS_THE_DESK:
        held.discard(Role.AUDITOR)
    if await desk.db.read(askings.ever_asked, actor.id):
        held.add(Role.APPROVER)
    return frozenset({Role.EMPLOYEE, *held})


async def people_of(desk: Desk, role: Role) -> tuple[str, ...]:
    """Object ids of those of a group's role who can be written to. Raises `TransientUpstream`.

    Raises `ValueError` for a role that is no group's.
    """
    if role in (Role.EMPLOYEE, Role.APPROVER):
        raise ValueError(f"{role} is not a group")
    group = _groups(desk).get(role)
    return await members_of(desk, group) if group else ()


async def refused(
    desk: Desk,
    actor: Actor,
    allowed: frozenset[Role],
    attempt: str,
    *,
    code: str = NOT_YOURS,
    **details: str,
) -> Refusal | None:
    """Why the actor may not, as `code` and on the audit log as `<attempt>.refused`; None when he may.

    Whoever has just been given a role is not refused for what was known a minute ago: the directory is asked
    again first. Raises `TransientUpstream` and `AdminError`.
    """
    if Role.EMPLOYEE in allowed or await roles_of(desk, actor) & allowed:
        return None
    if await _held(desk, actor, asked_now(desk)) & allowed:
        return None
    await record_refused(desk, actor, attempt, code, **details)
    return Refusal(code=code)


async def record_refused(desk: Desk, actor: Actor, attempt: str, code: str, **details: str) -> None:
    """Put a refused attempt on the audit log, as `<attempt>.refused`."""
    await desk.db.transact(
        lambda tx: record_refusal(tx, f"{attempt}.refused", actor.id, code=code, **details)
    )


def _groups(desk: Desk) -> Mapping[Role, str]:
    """Those that are set: an empty group has nobody in it."""
    groups = {
        Role.VOICE_ADMIN: desk.admin_group,
        Role.BILLING_ADMIN: desk.billing_group or desk.admin_group,
        Role.AUDITOR: desk.auditor_group,
        Role.OWNER: desk.owner_group,
    }
    return {role: group for role, group in groups.items() if group}

"""Checks of what proves the audit log: the key that signs, and the second place."""

from __future__ import annotations

import asyncio

from bot.audit.keys import load_private
from bot.audit.making import KeptFile, place_at
from bot.audit.tree import LogBroken
from bot.doctor.findings import Finding, fail, ok, warn
from bot.settings import Settings

__all__ = ["audit_proof"]


async def audit_proof(settings: Settings) -> list[Finding]:
    """Whether checkpoints can be signed and are written down elsewhere. Raises `Misconfigured`."""
    if settings.audit_key is None:
        return [] if settings.is_sandbox else [_UNSIGNED]
    key = load_private(settings.audit_key).public
    found = [ok("audit key", f"{key.name}+{key.id.hex()}")]
    if not settings.audit_checkpoints:
        return [*found, _ALONE]
    return [*found, await asyncio.to_thread(_second_place, settings.audit_checkpoints)]


_UNSIGNED = warn(
    "audit key",
    "none: nobody could tell if the whole audit log were written anew",
    "make one with `switchboard audit keygen` and set SWITCHBOARD_AUDIT_KEY",
)
_ALONE = warn(
    "audit checkpoints",
    "kept in the database alone, where whoever changes the log can change them",
    "set SWITCHBOARD_AUDIT_CHECKPOINTS to a file elsewhere, or to - for standard output",
)


def _second_place(setting: str) -> Finding:
    place = place_at(setting)
    try:
        kept = place.kept()
    except LogBroken as problem:
        return fail(
            "audit checkpoints", str(problem), "compare it with the database: `switchboard audit verify`"
        )
    where = f"{setting}, {len(kept)} so far" if isinstance(place, KeptFile) else "standard output"
    return ok("audit checkpoints", where)

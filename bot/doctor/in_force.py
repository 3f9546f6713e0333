"""Whether the policy that applies is that of the file: another file may wait for agreement, or be refused."""

from __future__ import annotations

import asyncio
from pathlib import Path

from bot.audit.chain import seal
from bot.doctor.findings import Finding, ok, warn
from bot.doctor.here import policy_of
from bot.domain.errors import Misconfigured
from bot.domain.policy_diff import change_needs
from bot.domain.policy_views import PolicyState
from bot.settings import Settings
from bot.store import policies
from bot.store.database import Transaction, open_database
from bot.store.engines import parse_url
from bot.store.migrations import demand_current
from bot.store.policies import PolicyRecord

__all__ = ["policy_in_force"]


async def policy_in_force(settings: Settings) -> list[Finding]:
    """The file against the record; that either cannot be read is said with the file and the database."""
    policy = policy_of(settings)
    if policy is None:
        return []
    return await asyncio.to_thread(_look_into, settings.database_url, policy.version)


def _look_into(url: str, version: str) -> list[Finding]:
    address = parse_url(url)
    if address.get_backend_name() == "sqlite" and not Path(address.database or "").is_file():
        return []
    try:
        demand_current(url)
    except Misconfigured:
        return []
    db = open_database(url, seal)
    try:
        return db.run_read(_compared, version)
    finally:
        db.close_now()


def _compared(tx: Transaction, version: str) -> list[Finding]:
    active, filed = policies.active(tx), policies.by_version(tx, version)
    if active is None:
        return []
    if active.version == version:
        return [ok("policy", f"version {version} of the file is in force")]
    return [_different(tx, active, filed, version)]


def _different(tx: Transaction, active: PolicyRecord, filed: PolicyRecord | None, version: str) -> Finding:
    rules = f"version {active.version} is in force, not version {version} of the file"
    if filed is not None and filed.state is PolicyState.PROPOSED:
        agreed = sum(one.agrees and not one.void for one in policies.votes_of(tx, filed))
        return warn(
            "policy",
            f"{rules}, to which {agreed} of {change_needs(active.text)} voice admins have agreed",
            "have voice admins write “policy” to the bot, and agree or refuse there",
        )
    if filed is not None and filed.state is PolicyState.REFUSED:
        return warn("policy", f"{rules}, which was refused", "put the file right, and restart the service")
    return warn(
        "policy", rules, "restart the service: it takes the file up, or asks the voice admins to agree"
    )

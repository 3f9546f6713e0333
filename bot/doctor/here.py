"""Checks of what is on this side: settings, files, the database, the clocks."""

from __future__ import annotations

import asyncio
from pathlib import Path

from bot.audit.chain import seal
from bot.bootstrap import read_facts, read_policy
from bot.clock import utc_now
from bot.doctor.findings import Finding, fail, ok, warn
from bot.domain.approval import ApproverSource, Policy
from bot.domain.catalogue.own_tables import table_states, use_own_tables
from bot.domain.errors import Misconfigured
from bot.domain.policy_sources import named_in
from bot.setting_names import misspelt_here
from bot.settings import Settings
from bot.store.database import open_database
from bot.store.engines import parse_url
from bot.store.migrations import demand_current, newest

__all__ = [
    "catalogue_tables",
    "database",
    "facts_file",
    "has_policy",
    "own_carrier_group",
    "policy_file",
    "policy_of",
    "settings_lines",
    "sources_of_policy",
]

_SKEW = 2.0
"""Seconds by which this host's clock may differ from the database's before it is worth a word."""


def settings_lines(settings: Settings | None, problems: list[str]) -> list[Finding]:
    """Everything that is wrong, not only the first; and names that are no settings."""
    found = [_problem(one) for one in problems]
    found += [warn("settings", one) for one in misspelt_here()]
    if settings is not None and not problems:
        found.append(ok("settings", f"complete, profile {settings.profile.value}"))
    return found


def _problem(problem: str) -> Finding:
    name, _, rest = problem.partition(": ")
    says, _, to_do = rest.rpartition("; ")
    return fail(name, says, to_do) if says else fail(name, rest)


async def database(settings: Settings) -> list[Finding]:
    """Whether it can be reached, has our schema, and agrees with this host about the time."""
    return await asyncio.to_thread(_look_into, settings.database_url)


def _look_into(url: str) -> list[Finding]:
    address = parse_url(url)
    if address.get_backend_name() == "sqlite" and not Path(address.database or "").is_file():
        return [ok("database", f"{address.database} does not exist yet; it is made at the first start")]
    where = address.render_as_string(hide_password=True)
    try:
        demand_current(url)
    except Misconfigured as problem:
        line = str(problem).removeprefix("SWITCHBOARD_DATABASE_URL: ")
        says, _, to_do = line.partition(": run ")
        return [fail("database", says, f"run {to_do}" if to_do else "")]
    return [ok("database", f"{where}, schema {newest()}"), _database_clock(url)]


def _database_clock(url: str) -> Finding:
    db = open_database(url, seal)
    try:
        skew = (db.run_read(lambda tx: tx.real_now) - utc_now()).total_seconds()
    finally:
        db.close_now()
    if abs(skew) > _SKEW:
        return warn(
            "clock",
            f"the database's clock differs by {skew:+.0f} s",
            "synchronise both with the same NTP server",
        )
    return ok("clock", "agrees with the database")


async def catalogue_tables(settings: Settings) -> list[Finding]:
    """Whether the organisation's own tables fit; that there is no such folder is said with the settings."""
    if settings.catalogue is None or not settings.catalogue.is_dir():
        return []
    use_own_tables(settings.catalogue)
    own = sum(table.own for table in table_states(settings.catalogue))
    return [ok("catalogue", f"{settings.catalogue}, {own} {'row' if own == 1 else 'rows'} of your own")]


async def policy_file(settings: Settings) -> list[Finding]:
    """Whether the policy can be read; that there is none is said with the settings."""
    if not has_policy(settings):
        return []
    policy = read_policy(settings)
    count = len(policy.rules)
    return [ok("policy", f"{settings.policy_path}, {count} {'rule' if count == 1 else 'rules'}")]


def has_policy(settings: Settings) -> bool:
    """Whether there is a policy to look at; only the sandbox brings its own."""
    return settings.policy is not None or settings.is_sandbox


def sources_of_policy(settings: Settings) -> list[ApproverSource]:
    """Everybody and every group the policy may ask by name; nobody when it cannot be read."""
    policy = policy_of(settings)
    return [named.source for named in named_in(policy)] if policy else []


def policy_of(settings: Settings) -> Policy | None:
    """The policy; None when there is none, or it cannot be read."""
    try:
        return read_policy(settings) if has_policy(settings) else None
    except Misconfigured:
        return None


def own_carrier_group(settings: Settings) -> str | None:
    """The group of people with their own carrier; None too when the file cannot be read."""
    try:
        return read_facts(settings).own_pstn_group
    except Misconfigured:
        return None


async def facts_file(settings: Settings) -> list[Finding]:
    """Whether the tenant file can be read, and what its absence means."""
    if settings.facts_path is None:
        return [
            warn(
                "tenant file",
                "none: no emergency locations, no own carrier, no prices are known",
                "set SWITCHBOARD_TENANT_FACTS to a tenant.toml",
            )
        ]
    facts = read_facts(settings)
    return [ok("tenant file", f"{settings.facts_path}, {len(facts.emergency_locations)} emergency locations")]

"""`switchboard doctor`: what is wrong with an installation, and what to do about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from functools import partial

from rich.console import Console

from bot.bootstrap import acquire_for
from bot.credentials import Credentials
from bot.doctor import here, there
from bot.doctor.findings import Finding, Level, fail, isolated, show, warn
from bot.doctor.in_force import policy_in_force
from bot.doctor.proof import audit_proof
from bot.domain.errors import SwitchboardError
from bot.graph import Graph
from bot.settings import Settings, read_settings

__all__ = ["Finding", "Level", "examine", "findings"]


async def examine(out: Console) -> int:
    """Print every finding as it is made; 1 when something fails, else 0."""
    count: Counter[Level] = Counter()
    settings, problems = read_settings()
    async for finding in findings(settings, problems):
        show(out, finding)
        count[finding.level] += 1
    out.print(f"doctor: {count[Level.OK]} ok, {count[Level.WARN]} to look at, {count[Level.FAIL]} failed")
    return 1 if count[Level.FAIL] else 0


async def findings(settings: Settings | None, problems: list[str]) -> AsyncIterator[Finding]:
    """Everything there is to say; each check stands on its own feet."""
    for finding in here.settings_lines(settings, problems):
        yield finding
    if settings is None:
        yield warn("everything else", "not looked at until the settings can be read")
        return
    checks = {
        "database": partial(here.database, settings),
        "catalogue": partial(here.catalogue_tables, settings),
        "policy": partial(here.policy_file, settings),
        "policy in force": partial(policy_in_force, settings),
        "tenant file": partial(here.facts_file, settings),
        "audit key": partial(audit_proof, settings),
        "clock": partial(there.clock, settings),
        "channel keys": partial(there.signing_keys, settings),
    }
    for subject, check in checks.items():
        for finding in await isolated(subject, check):
            yield finding
    async for finding in _outside(settings):
        yield finding


async def _outside(settings: Settings) -> AsyncIterator[Finding]:
    if not settings.tenant or not settings.app_id:
        yield warn("Entra and Graph", "not looked at until the app and the tenant are set")
        return
    try:
        tokens = Credentials(acquire_for(settings))
        graph = Graph(settings.graph_url, tokens)
    except SwitchboardError as problem:
        yield fail("Entra", str(problem))
        return
    async with graph:
        outside = there.Outside(settings, tokens, graph)
        for finding in (entered := await isolated("Entra", outside.token)):
            yield finding
        if any(finding.level is Level.FAIL for finding in entered):
            yield warn("Graph", "not looked at, because there is no token")
            return
        for subject, check in (
            ("permissions", outside.permissions),
            ("sign-in", outside.sign_in),
            ("organisation", outside.organisation),
            ("groups", outside.groups),
            ("approvers", outside.people),
            ("policy", outside.stages),
            ("Teams app", outside.catalogue),
        ):
            for finding in await isolated(subject, check):
                yield finding

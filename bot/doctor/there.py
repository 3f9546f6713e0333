"""Checks of what is on Microsoft's side, or the sandbox's: tokens, permissions, groups, keys."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime

import httpx

from bot.chores import sign_in_of
from bot.clock import utc_now
from bot.credentials import CONNECTOR_SCOPE, GRAPH_SCOPE, Credentials
from bot.doctor.findings import Finding, fail, ok, warn
from bot.doctor.here import own_carrier_group, policy_of, sources_of_policy
from bot.doctor.permissions import PERMISSIONS, Permission, covered
from bot.domain.approval import GroupApprovers, NamedApprovers
from bot.domain.errors import Misconfigured
from bot.domain.policy_text import described
from bot.domain.sign_in import days_left, in_use
from bot.graph import Graph
from bot.graph.errors import Forbidden, NotFound
from bot.settings import Settings
from bot.teams.http import HttpClient
from bot.teams.keys import SigningKeys
from bot.usecases.policy_check import directory_problems
from bot.usecases.routing import Offices

__all__ = ["Outside", "clock", "signing_keys"]

_SKEW_WARN, _SKEW_FAIL = 30.0, 300.0
"""Seconds; beyond five minutes Microsoft's tokens are taken for expired, and ours by Microsoft."""
_CONSENT = "grant it to the app as an application permission in Entra, and give admin consent"


async def clock(settings: Settings) -> list[Finding]:
    """This host's clock against the Date of an answer from Graph; a refusal has one too."""
    try:
        async with httpx.AsyncClient(timeout=15, trust_env=not settings.is_sandbox) as http:
            answer = await http.head(settings.graph_url)
        date = parsedate_to_datetime(answer.headers.get("Date", ""))
    except httpx.HTTPError as error:
        return [fail("Graph", f"{settings.graph_url} does not answer ({type(error).__name__})", _NETWORK)]
    except ValueError:
        return [warn("clock", "Graph's answer has no date to compare with")]
    skew = (date - utc_now()).total_seconds()
    if abs(skew) > _SKEW_FAIL:
        return [fail("clock", f"differs from Graph's by {skew:+.0f} s: tokens are refused", _NTP)]
    if abs(skew) > _SKEW_WARN:
        return [warn("clock", f"differs from Graph's by {skew:+.0f} s", _NTP)]
    return [ok("clock", "agrees with Graph")]


_NETWORK = "check the network, the proxy and SWITCHBOARD_GRAPH_URL"
_NTP = "synchronise this host's clock (NTP)"


async def signing_keys(settings: Settings) -> list[Finding]:
    """Whether the keys that sign what Teams sends can be fetched."""
    http = HttpClient(trust_env=not settings.is_sandbox)
    keys = SigningKeys(http, settings.openid_metadata_url)
    try:
        await keys.warm()
    finally:
        await keys.close()
        await http.close()
    if keys.count:
        return [ok("channel keys", f"{keys.count} from {settings.openid_metadata_url}")]
    return [
        fail(
            "channel keys",
            f"none could be fetched from {settings.openid_metadata_url}: every message would be refused",
            "check the network, the proxy and SWITCHBOARD_OPENID_METADATA_URL",
        )
    ]


@dataclass(frozen=True, slots=True)
class Outside:
    """Checks that need a token."""

    settings: Settings
    tokens: Credentials
    graph: Graph

    async def token(self) -> list[Finding]:
        """Whether Entra lets us in at all, for Graph and for the Bot Connector."""
        await self.tokens.token(GRAPH_SCOPE)
        await self.tokens.token(CONNECTOR_SCOPE)
        return [ok("Entra", "gives tokens for Graph and for the Bot Connector")]

    async def permissions(self) -> list[Finding]:
        """What the token grants against what is needed."""
        granted = await self.graph.granted_roles()
        missing = [row for row in PERMISSIONS if not covered(row, granted)]
        if missing:
            return [_missing(row) for row in missing]
        return [ok("permissions", f"all {len(PERMISSIONS)} are granted")]

    async def sign_in(self) -> list[Finding]:
        """How long the secret or the certificate lasts, as far as there is one and it is known."""
        own = sign_in_of(self.settings)
        if own.certificate is not None:
            return [_lasts("certificate", own.certificate.ends)]
        try:
            secrets = await self.graph.app_secrets(own.app_id) if own.secret_hint else ()
        except (Forbidden, NotFound):
            # That the permission is missing is said with the permissions.
            return []
        secret = in_use(secrets, own.secret_hint)
        return [_lasts("client secret", secret.ends)] if secret else []

    async def organisation(self) -> list[Finding]:
        """Whether the credentials belong to the tenant that is set."""
        try:
            found = await self.graph.organisation()
        except Forbidden:
            return [warn("organisation", "may not be read", "grant Organization.Read.All to have it checked")]
        if found.id != self.settings.tenant:
            says = f"the credentials belong to {found.name} ({found.id}), not to {self.settings.tenant}"
            return [fail("organisation", says, "correct MicrosoftAppTenantId or SWITCHBOARD_TENANT_ID")]
        return [ok("organisation", found.name)]

    async def groups(self) -> list[Finding]:
        """Every group that decides or is told, and the group of people with their own carrier."""
        roles: dict[str, dict[str, None]] = {}
        for group_id, role in self._groups():
            roles.setdefault(group_id, {})[role] = None
        return [await self._group(group_id, ", ".join(each)) for group_id, each in roles.items()]

    def _groups(self) -> Iterator[tuple[str, str]]:
        if self.settings.admin_group:
            yield self.settings.admin_group, "voice admins"
        if self.settings.billing_group:
            yield self.settings.billing_group, "billing admins"
        if self.settings.auditor_group:
            yield self.settings.auditor_group, "auditors"
        if self.settings.owner_group:
            yield self.settings.owner_group, "owners"
        for source in sources_of_policy(self.settings):
            if isinstance(source, GroupApprovers):
                yield source.id, "approvers of the policy"
        if own_carrier := own_carrier_group(self.settings):
            yield own_carrier, "own carrier"

    async def _group(self, group_id: str, role: str) -> Finding:
        subject = f"group {group_id} ({role})"
        try:
            members = await self.graph.group_members(group_id)
        except NotFound:
            return fail(subject, "does not exist", "name the object id of an Entra group")
        able = [person for person in members if person.enabled and not person.guest]
        if not able:
            return fail(subject, "has no enabled member", "add somebody, or name another group")
        return ok(subject, f"{len(able)} {'person' if len(able) == 1 else 'people'}")

    async def stages(self) -> list[Finding]:
        """Whether every stage of the policy has as many who can decide as must agree."""
        policy = policy_of(self.settings)
        if policy is None:
            return []
        offices = Offices(self.graph, policy, self.settings.admin_group)
        names = tuple(rule.name for rule in policy.rules)
        # Who is missing altogether is said with the groups and people themselves.
        return [
            (fail if one.stops else warn)("policy", f"{described(one.path, names)}: {says}", to_do)
            for one in await directory_problems(offices)
            if not one.about
            for says, _, to_do in [one.says.partition("; ")]
        ]

    async def people(self) -> list[Finding]:
        """Everybody the policy names one by one."""
        sources = sources_of_policy(self.settings)
        named = [one for source in sources if isinstance(source, NamedApprovers) for one in source.ids]
        return [await self._person(each) for each in dict.fromkeys(named)]

    async def _person(self, user_id: str) -> Finding:
        subject = f"approver {user_id}"
        try:
            person = await self.graph.person(user_id)
        except NotFound:
            return fail(subject, "does not exist", "name the object id of somebody else in the policy")
        if not person.enabled or person.guest:
            return warn(
                subject, f"{person.name} is switched off or a guest", "name somebody else in the policy"
            )
        return ok(subject, person.name)

    async def catalogue(self) -> list[Finding]:
        """Whether the Teams app can be installed for people who lack it."""
        manifest_id = self.settings.teams_app_id
        if not manifest_id:
            return [
                warn(
                    "Teams app",
                    "SWITCHBOARD_TEAMS_APP_ID is not set: approvers without the app are not reached",
                    "set it to the `id` of the manifest you uploaded",
                )
            ]
        try:
            await self.graph.catalogue_id(manifest_id)
        except Misconfigured:
            return [
                fail(
                    "Teams app",
                    f"no app {manifest_id} in the organisation's catalogue",
                    "upload the package of `switchboard manifest build` in the Teams admin centre",
                )
            ]
        return [ok("Teams app", "is in the organisation's catalogue")]


def _lasts(what: str, ends: datetime) -> Finding:
    says = f"ends on {ends:%Y-%m-%d}"
    if days_left(ends, utc_now()) is None:
        return ok(what, says)
    return warn(what, says, "make a new one in Entra, set it, and restart the service before then")


def _missing(row: Permission) -> Finding:
    finding = fail if row.needed else warn
    return finding("permissions", f"{row.name} is not granted: {row.without}", _CONSENT)

"""The one place where everything is wired together."""

from __future__ import annotations

import asyncio
import gc
import socket
from collections.abc import Awaitable, Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog
from aiohttp import web

from bot.audit.chain import seal
from bot.audit.evidence import evidence
from bot.chores import chores_of
from bot.clock import BusinessClock, RealTime, ScaledTime, utc_now
from bot.credentials import (
    GRAPH_SCOPE,
    Acquire,
    Credentials,
    client_certificate,
    client_secret,
    loopback_client_credentials,
    managed_identity,
)
from bot.domain.approval import Policy, parse_policy
from bot.domain.catalogue.own_tables import use_own_tables
from bot.domain.errors import AdminError, Misconfigured, SwitchboardError, TransientUpstream
from bot.domain.messages import Template
from bot.domain.policy_text import described
from bot.domain.requests import Request
from bot.domain.tasks import Audience
from bot.domain.tenant import TenantFacts
from bot.domain.tenant_facts import parse_tenant_facts
from bot.execution.assent import Approval
from bot.execution.chores import ChoreLoop
from bot.execution.outbox import OutboxLoop, OutboxSettings
from bot.execution.pace import Pace
from bot.execution.runner import Runner, RunnerSettings
from bot.graph import Graph
from bot.graph.errors import NotFound
from bot.process.interruption import interrupted
from bot.process.listening import bound_socket
from bot.settings import AppType, Settings, text_of
from bot.store.database import Database, open_database
from bot.store.migrations import prepare
from bot.store.outbox import OutboxMessage
from bot.teams.app import create_app
from bot.teams.boundary import TeamsBoundary
from bot.teams.config import MICROSOFT_HOSTS, TeamsConfig
from bot.teams.courier import TeamsCourier
from bot.teams.spreading import SpreadingCourier
from bot.usecases.desk import Desk
from bot.usecases.policy_book import PolicyBook
from bot.usecases.policy_change import ask_admins, put_on_record
from bot.usecases.policy_check import directory_problems
from bot.usecases.recheck import still_approved
from bot.usecases.reroute import admins_of, members_of
from bot.usecases.routing import Offices
from bot.usecases.tending import tend
from bot.usecases.undo import ask_who_may_choose
from bot.usecases.unreachable import do_instead
from dialogs.conversation import DeskConversation

__all__ = [
    "Service",
    "acquire_for",
    "build",
    "check_policy",
    "opened_database",
    "read_facts",
    "read_policy",
    "serve",
]

log = structlog.get_logger(__name__)

_DRAIN_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Service:
    """A whole Switchboard in one process."""

    settings: Settings
    desk: Desk
    boundary: TeamsBoundary
    runner: Runner
    app: web.Application

    async def start(self) -> None:
        """Begin to answer and to carry out, by the policy that is in force. Raises `Misconfigured`."""
        await self.put_policy_on_record()
        await self.boundary.start()
        await self.runner.start()

    async def put_policy_on_record(self) -> None:
        """Put the file's policy in force, or propose it: the policy on record says which. May be repeated.

        Raises `Misconfigured`.
        """
        await put_on_record(self.desk, _policy_text(self.settings))

    async def stop(self) -> None:
        """Finish what is on its way, give the rest back to the queue, let go of everything."""
        await self.runner.stop()
        await self.boundary.stop()
        await self.desk.graph.aclose()
        await self.desk.db.close()


def build(
    settings: Settings,
    clock: BusinessClock | None = None,
    pace: Pace | None = None,
    chores: Collection[str] | None = None,
) -> Service:
    """Wire a service from its settings; touches no network. `chores` names those it does; None: all.

    Raises `Misconfigured` for a policy, a tenant file or a table of the catalogue that cannot be used.
    """
    use_own_tables(settings.catalogue)
    policy, facts = read_policy(settings), read_facts(settings)
    prepare(settings.database_url)
    db = open_database(settings.database_url, seal, clock or _clock(settings))
    tokens = Credentials(acquire_for(settings))
    graph = Graph(settings.graph_url, tokens)
    bell = _Bell()
    desk = _desk(settings, db, graph, PolicyBook(policy), facts, bell.ring)
    boundary = TeamsBoundary(_teams_config(settings), settings.tenant, db, tokens)
    runner = _runner(settings, desk, boundary, pace, _chores(settings, desk, chores))
    bell.runner = runner
    conversation = DeskConversation(desk, boundary.states)
    app = create_app(boundary.adapter, boundary.handler(conversation), _readiness(db, tokens))
    return Service(settings, desk, boundary, runner, app)


def _desk(
    settings: Settings,
    db: Database,
    graph: Graph,
    policies: PolicyBook,
    facts: TenantFacts,
    wake: Callable[[], None],
) -> Desk:
    return Desk(
        db,
        graph,
        policies,
        facts,
        settings.admin_group,
        wake,
        billing_group=settings.billing_group,
        auditor_group=settings.auditor_group,
        owner_group=settings.owner_group,
        elsewhere=evidence(settings.audit_key, settings.audit_checkpoints),
    )


def _readiness(db: Database, tokens: Credentials) -> Callable[[], Awaitable[list[str]]]:
    """What `/readyz` looks at: the database, and a token for Graph."""

    async def problems() -> list[str]:
        found = []
        try:
            await db.read(lambda tx: tx.now)
        except Exception as error:  # noqa: BLE001  any failure of the driver means the same here
            found.append(f"database: {type(error).__name__}")
        try:
            await tokens.token(GRAPH_SCOPE)
        except SwitchboardError as error:
            # Anybody may ask, and Entra's words name the application and what is wrong with its secret.
            log.warning("not_ready", problem=str(error))
            found.append(f"Graph token: {type(error).__name__}")
        return found

    return problems


class _Bell:
    """Use cases ring before the runner they ring for exists."""

    runner: Runner | None = None

    def ring(self) -> None:
        if self.runner is not None:
            self.runner.wake()


def _clock(settings: Settings) -> BusinessClock:
    if settings.clock_rate == 1.0:
        return RealTime()
    begun = settings.clock_origin
    origin = datetime.fromtimestamp(begun, UTC) if begun else utc_now()
    return ScaledTime(settings.clock_rate, origin)


def _teams_config(settings: Settings) -> TeamsConfig:
    return TeamsConfig(
        app_id=settings.app_id,
        tenants=frozenset({settings.tenant}),
        app_type=settings.app_type,
        channels=frozenset({"msteams", "emulator"} if settings.is_sandbox else {"msteams"}),
        service_hosts=MICROSOFT_HOSTS | set(settings.extra_service_hosts),
        openid_metadata_url=settings.openid_metadata_url,
        default_service_url=settings.service_url,
        sandbox=settings.is_sandbox,
        authenticate=settings.authentication,
        bind_host=settings.host,
    )


def acquire_for(settings: Settings) -> Acquire:
    """How this service proves who it is to Entra: secret, certificate or managed identity."""
    tenant, app_id = settings.tenant, settings.app_id
    if settings.is_sandbox:
        authority = f"{settings.authority.rstrip('/')}/{tenant}"
        return loopback_client_credentials(authority, app_id, settings.app_password.get_secret_value())
    if settings.app_type == AppType.USER_ASSIGNED_MSI:
        return managed_identity(app_id)
    if settings.certificate_path is not None:
        return client_certificate(settings.authority, tenant, app_id, settings.certificate_path)
    return client_secret(settings.authority, tenant, app_id, settings.app_password.get_secret_value())


def read_policy(settings: Settings) -> Policy:
    """Who approves what. Raises `Misconfigured`, naming the line and the fix."""
    return parse_policy(_policy_text(settings))


def _policy_text(settings: Settings) -> str:
    return text_of(settings.policy_path, "SWITCHBOARD_POLICY")


def read_facts(settings: Settings) -> TenantFacts:
    """What the tenant's admins have told us. Raises `Misconfigured`, naming the line and the fix."""
    path = settings.facts_path
    return parse_tenant_facts(text_of(path, "SWITCHBOARD_TENANT_FACTS")) if path else TenantFacts()


def _chores(settings: Settings, desk: Desk, names: Collection[str] | None) -> ChoreLoop:
    wanted = [chore for chore in chores_of(settings, desk) if names is None or chore.name in names]
    return ChoreLoop(desk.db, wanted, lease_for=timedelta(seconds=settings.lease_seconds))


def _runner(
    settings: Settings, desk: Desk, boundary: TeamsBoundary, pace: Pace | None, chores: ChoreLoop
) -> Runner:
    async def admins() -> tuple[str, ...]:
        return await admins_of(desk)

    async def members(audience: Audience) -> tuple[str, ...]:
        return await members_of(desk, desk.group_of(audience))

    async def install(user_id: str) -> bool:
        if not settings.teams_app_id:
            return False
        try:
            await desk.graph.install_app(user_id, settings.teams_app_id)
        except AdminError as problem:
            log.warning("app.not_installed", user=user_id, reason=str(problem))
            return False
        return True

    async def undeliverable(message: OutboxMessage) -> None:
        await do_instead(desk, message)

    async def tend_to(request_id: str) -> None:
        await tend(desk, request_id)

    async def confirm(request: Request, lease_token: str) -> Request | None:
        return await still_approved(desk, request, lease_token)

    lease_for = timedelta(seconds=settings.lease_seconds)
    outbox = OutboxLoop(
        desk.db,
        _spreading(desk, TeamsCourier(desk.db, boundary.messenger, install, desk.facts)),
        on_undeliverable=undeliverable,
        settings=OutboxSettings(lease_for=lease_for),
    )
    return Runner(
        desk.db,
        desk.graph,
        facts=desk.facts,
        admins=admins,
        members=members,
        approval=Approval(tend_to, confirm),
        outbox=outbox,
        chores=chores,
        settings=RunnerSettings(
            concurrency=settings.concurrency,
            lease_for=lease_for,
            pace=pace or Pace(),
        ),
    )


def _spreading(desk: Desk, courier: TeamsCourier) -> SpreadingCourier:
    async def spread(message: OutboxMessage) -> None:
        if message.policy_version:
            await ask_admins(desk, message.policy_version)
        elif message.template is Template.UNDO and message.request_id:
            await ask_who_may_choose(desk, message.request_id)

    return SpreadingCourier(courier, spread)


async def check_policy(desk: Desk) -> None:
    """Refuse to serve when a stage of the policy leaves nobody to ask, or too few.

    Raises `Misconfigured`. A directory that cannot be reached now is no reason not to start, nor is somebody
    who left while others can decide, or a policy that could never be changed again: that is logged.
    """
    names = tuple(rule.name for rule in desk.policy.rules)
    try:
        found = await directory_problems(Offices.of(desk))
    except TransientUpstream as problem:
        log.warning("policy.unchecked", reason=str(problem))
        found = []
    for one in found:
        says = f"{described(one.path, names)}: {one.says}"
        if one.stops:
            raise Misconfigured(f"policy.toml: {says}")
        log.warning("policy.unfit", reason=says)
    await _check_group(desk, desk.admin_group, "SWITCHBOARD_ADMIN_GROUP")
    for group_id, setting in (
        (desk.billing_group, "SWITCHBOARD_BILLING_GROUP"),
        (desk.auditor_group, "SWITCHBOARD_AUDITOR_GROUP"),
        (desk.owner_group, "SWITCHBOARD_OWNER_GROUP"),
    ):
        if group_id:
            await _check_group(desk, group_id, setting)


async def _check_group(desk: Desk, group_id: str, setting: str) -> None:
    try:
        people = await desk.graph.group_members(group_id)
    except NotFound:
        raise Misconfigured(f"{setting}: there is no group {group_id}; name one that exists") from None
    except TransientUpstream as problem:
        log.warning("policy.unchecked", approvers=group_id, reason=str(problem))
        return
    if not any(person.enabled and not person.guest for person in people):
        raise Misconfigured(f"{setting}: nobody of {group_id} can act; add an enabled member")


@contextmanager
def opened_database(url: str) -> Iterator[Database]:
    """The database alone, for commands that need nothing else."""
    db = open_database(url, seal)
    try:
        yield db
    finally:
        asyncio.run(db.close())


async def serve(settings: Settings, ready: Callable[[str], None]) -> None:
    """Run until SIGTERM or Ctrl-C, then drain. `ready` is called once, with where the bot can be reached.

    Raises `Misconfigured` before anything has begun: no work is claimed by a service nobody can reach.
    """
    with bound_socket(settings.host, settings.port, "set PORT to another one") as listening:
        service = build(settings)
        async with interrupted() as stopped:
            try:
                await check_policy(service.desk)
                await service.start()
                # What is loaded by now stays; looking through it for garbage stops every turn for 100 ms.
                gc.freeze()
                await _answer_until(stopped, service, listening, ready)
            finally:
                await service.stop()


async def _answer_until(
    stopped: asyncio.Event, service: Service, listening: socket.socket, ready: Callable[[str], None]
) -> None:
    web_runner = web.AppRunner(service.app, access_log=None, shutdown_timeout=_DRAIN_SECONDS)
    await web_runner.setup()
    try:
        await web.SockSite(web_runner, listening).start()
        host, port = listening.getsockname()[:2]
        log.info("serving", host=host, port=port, profile=service.settings.profile.value)
        ready(f"http://{host}:{port}/api/messages")
        await stopped.wait()
        log.info("draining")
    finally:
        await web_runner.cleanup()

"""Change the policy: at once, or only when enough voice admins agree, as the policy in force says.

Nobody can tell who changed the file. What counts is who agrees in Teams, as himself, and is a voice admin
at that moment.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Collection
from dataclasses import dataclass

import structlog

from bot.domain.errors import AdminError, NotAVoiceAdmin
from bot.domain.messages import Template
from bot.domain.people import Actor, Person, PersonRef
from bot.domain.plans import Refusal
from bot.domain.policy import ApproverSource, GroupApprovers, NamedApprovers, Policy
from bot.domain.policy_diff import change_needs
from bot.domain.policy_text import parse_policy
from bot.domain.policy_views import PolicyInForce, PolicyState, PolicyView
from bot.graph.errors import NotFound
from bot.store import cards, outbox, policies
from bot.store.database import Transaction
from bot.store.policies import PolicyRecord
from bot.usecases.desk import Desk
from bot.usecases.refusals import record_refusal

__all__ = [
    "PolicyResult",
    "activate",
    "ask_admins",
    "in_force",
    "put_on_record",
    "remember_card",
    "take_up",
    "vote",
]

_SERVICE = "switchboard"
_MOST_NAMES = 20

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class PolicyResult:
    """The true state after the click, whether the click changed it, and if not, why."""

    view: PolicyView | None
    """None when there never was such a proposal."""
    applied: bool
    refusal: Refusal | None = None


async def put_on_record(desk: Desk, text: str) -> None:
    """What the service does at start with the file's policy; from here on the record says what is in force.

    Raises `Misconfigured` when the file, or the policy on record, cannot be understood.
    """
    version = parse_policy(text).version
    await desk.db.transact(take_up, version, text)
    await desk.policies.look(desk.db)
    desk.wake()


def take_up(tx: Transaction, version: str, text: str) -> None:
    """What becomes of a file's policy: in force already, in force from now on, or proposed.

    Any number of replicas may start at once, with the same file or with several.
    """
    policies.lock(tx)
    active = policies.active(tx)
    if active is not None and active.version == version:
        _ask_again(tx)
        return
    if active is None or not change_needs(active.text):
        activate(tx, version, text)
    elif _is_answered(tx, version, active):
        _ask_again(tx)
    else:
        _propose(tx, version, text, active)


def _is_answered(tx: Transaction, version: str, active: PolicyRecord) -> bool:
    """Whether it is proposed already, or was refused: every restart would ask the admins again."""
    known = policies.by_version(tx, version)
    if known is None or known.state is PolicyState.PROPOSED:
        return known is not None
    since = active.activated_at or active.proposed_at
    return known.state is PolicyState.REFUSED and known.ended_at is not None and known.ended_at >= since


def activate(
    tx: Transaction, version: str, text: str, actor_id: str = _SERVICE, agreed: Collection[str] = ()
) -> None:
    """Put a policy in force, in all replicas; requests on their way keep the stages they have."""
    before = policies.active(tx)
    if before is not None and before.version == version:
        return
    if before is not None:
        policies.move(tx, before.version, PolicyState.RETIRED)
    other = policies.proposed(tx)
    if other is not None and other.version != version:
        _replace(tx, other, version)
    policies.put_active(tx, version, text, before.version if before else "")
    tx.audit(
        "policy.activated",
        actor_id,
        version=version,
        before=before.version if before else None,
        digest=_digest(text),
        agreed=sorted(agreed),
    )


def _propose(tx: Transaction, version: str, text: str, active: PolicyRecord) -> None:
    other = policies.proposed(tx)
    if other is not None:
        _replace(tx, other, version)
    policies.put_proposed(tx, version, text, active.version)
    tx.audit(
        "policy.proposed",
        _SERVICE,
        version=version,
        before=active.version,
        digest=_digest(text),
        needs=change_needs(active.text),
    )
    _have_admins_asked(tx, _known(tx, version))


def _ask_again(tx: Transaction) -> None:
    """A start of the service is a new chance where nobody could be asked about what waits."""
    waiting = policies.proposed(tx)
    if waiting is not None and not waiting.asked:
        _have_admins_asked(tx, waiting)


def _have_admins_asked(tx: Transaction, record: PolicyRecord) -> None:
    """To nobody in particular: whoever sends it asks the directory who they are (`ask_admins`)."""
    outbox.enqueue(
        tx,
        Template.POLICY_CHANGE,
        "",
        policy_version=record.version,
        dedupe_key=f"policy:{record.version}:{record.proposal}.{record.revision}",
    )


def _replace(tx: Transaction, other: PolicyRecord, by: str) -> None:
    revision = policies.move(tx, other.version, PolicyState.REPLACED)
    tx.audit("policy.replaced", _SERVICE, version=other.version, by=by)
    outbox.refresh_policy_copies(tx, other.version, revision)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _known(tx: Transaction, version: str) -> PolicyRecord:
    record = policies.by_version(tx, version)
    if record is None:
        raise LookupError(version)
    return record


async def ask_admins(desk: Desk, version: str) -> None:
    """Queue the card of a proposal for every voice admin. May raise `TransientUpstream`: call it again."""
    admins = await _admins(desk)
    await desk.db.transact(_ask, version, sorted(admins))
    desk.wake()


def _ask(tx: Transaction, version: str, admin_ids: list[str]) -> None:
    policies.lock(tx)
    record = policies.by_version(tx, version)
    if record is None or record.state is not PolicyState.PROPOSED:
        return
    policies.note_asked(tx, version, admin_ids)
    tx.audit("policy.asked", _SERVICE, version=version, asked=admin_ids)
    for admin_id in admin_ids:
        outbox.enqueue(
            tx,
            Template.POLICY_CHANGE,
            admin_id,
            policy_version=version,
            dedupe_key=f"policy:{version}:{record.proposal}:{admin_id}",
        )


async def _admins(desk: Desk) -> dict[str, Person]:
    """Voice admins who can act, as the directory has them now; nobody when the group cannot be read."""
    try:
        members = await desk.graph.group_members(desk.admin_group)
    except AdminError as problem:
        log.error("admins.unknown", group=desk.admin_group, reason=str(problem))
        return {}
    return {person.id: person for person in members if person.enabled and not person.guest}


async def _as_admin(desk: Desk, actor: Actor, version: str) -> dict[str, Person]:
    """All voice admins, if the actor is one. Raises `NotAVoiceAdmin`; attempts are on the audit log."""
    admins = await _admins(desk)
    if actor.id not in admins:
        await desk.db.transact(_record_refusal, actor.id, version, "SB-APP-20")
        raise NotAVoiceAdmin(actor.id)
    return admins


def _record_refusal(tx: Transaction, actor_id: str, version: str, code: str) -> None:
    record_refusal(tx, "policy.refused", actor_id, claimed=version[:64], code=code)


async def vote(desk: Desk, actor: Actor, version: str, proposal: int, *, agrees: bool) -> PolicyResult:
    """Agree to a proposal, or refuse it, as the voice admin one is now.

    The last agreement that is needed puts the policy in force; one refusal drops it. Votes of those who are
    no voice admins any more do not count. Raises `NotAVoiceAdmin`, and `TransientUpstream` when the directory
    cannot be asked.
    """
    admins = await _as_admin(desk, actor, version)
    admin = admins[actor.id].ref
    result = await desk.db.transact(_vote, admin, version, proposal, agrees, frozenset(admins))
    if result.applied:
        await desk.policies.look(desk.db)
        desk.wake()
    return result


def _vote(
    tx: Transaction, admin: PersonRef, version: str, proposal: int, agrees: bool, admin_ids: frozenset[str]
) -> PolicyResult:
    policies.lock(tx)
    record = policies.by_version(tx, version)
    if record is None or record.state is not PolicyState.PROPOSED or record.proposal != proposal:
        return _not_counted(tx, admin.id, version, "SB-APP-21")
    if agrees and admin.id in _agreed(tx, record):
        return _not_counted(tx, admin.id, version, "SB-APP-22")
    policies.vote(tx, record, admin, agrees=agrees)
    tx.audit("policy.agreed" if agrees else "policy.rejected", admin.id, version=version, proposal=proposal)
    if agrees:
        _settle(tx, record, admin.id, admin_ids)
        revision = policies.touch(tx, version)
    else:
        revision = policies.move(tx, version, PolicyState.REFUSED)
    outbox.refresh_policy_copies(tx, version, revision)
    return PolicyResult(policies.view_of(tx, version), applied=True)


def _not_counted(tx: Transaction, admin_id: str, version: str, code: str) -> PolicyResult:
    _record_refusal(tx, admin_id, version, code)
    return PolicyResult(policies.view_of(tx, version), applied=False, refusal=Refusal(code=code))


def _agreed(tx: Transaction, record: PolicyRecord) -> set[str]:
    return {one.admin.id for one in policies.votes_of(tx, record) if one.agrees and not one.void}


def _settle(tx: Transaction, record: PolicyRecord, actor_id: str, admin_ids: frozenset[str]) -> None:
    """Put the proposal in force once enough of those agree who are voice admins still."""
    agreed = _agreed(tx, record)
    lapsed = agreed - admin_ids
    if lapsed:
        policies.void_votes(tx, record, lapsed, "SB-APP-23")
        tx.audit(
            "policy.votes_void", _SERVICE, version=record.version, admins=sorted(lapsed), code="SB-APP-23"
        )
    active = policies.active(tx)
    if active is not None and len(agreed - lapsed) >= max(change_needs(active.text), 1):
        activate(tx, record.version, record.text, actor_id, agreed - lapsed)


async def in_force(desk: Desk, actor: Actor) -> PolicyInForce:
    """What applies, since when, and what waits for agreement. Raises as `vote` does."""
    await _as_admin(desk, actor, "")
    policy = await desk.policies.look(desk.db)
    since, need, proposed = await desk.db.read(_standing)
    names = await _names(desk, policy)
    return PolicyInForce(policy=policy, since=since, need=need, names=names, proposed=proposed)


def _standing(tx: Transaction) -> tuple[object, int, PolicyView | None]:
    active, waiting = policies.active(tx), policies.proposed(tx)
    since = (active.activated_at if active else None) or tx.now
    view = policies.view_of(tx, waiting.version) if waiting else None
    return since, change_needs(active.text) if active else 0, view


async def _names(desk: Desk, policy: Policy) -> dict[str, str]:
    """Of those whom rules name by id; what the directory does not know is shown as it was written."""
    stages = [stage for rule in policy.rules for stage in rule.stages]
    sources = [source for stage in stages for source in (stage.approvers, stage.fallback) if source]
    ids = dict.fromkeys(
        (one, isinstance(source, GroupApprovers)) for source in sources for one in _ids(source)
    )
    wanted = list(ids)[:_MOST_NAMES]
    found = await asyncio.gather(*(_name(desk, one, is_group) for one, is_group in wanted))
    return {one: name for (one, _), name in zip(wanted, found, strict=True) if name}


def _ids(source: ApproverSource) -> tuple[str, ...]:
    match source:
        case GroupApprovers(id=group_id):
            return (group_id,)
        case NamedApprovers(ids=ids):
            return ids
        case _:
            return ()


async def _name(desk: Desk, object_id: str, is_group: bool) -> str:
    try:
        return (
            await desk.graph.group_name(object_id) if is_group else (await desk.graph.person(object_id)).name
        )
    except NotFound:
        return ""


async def remember_card(
    desk: Desk,
    version: str,
    recipient_id: str,
    conversation_id: str,
    service_url: str,
    activity_id: str,
    shown_revision: int,
) -> None:
    """Keep a card's place in somebody's chat, so that it follows the proposal."""

    def record(tx: Transaction) -> None:
        cards.remember_policy_copy(
            tx,
            policy_version=version,
            recipient_id=recipient_id,
            conversation_id=conversation_id,
            service_url=service_url,
            activity_id=activity_id,
            shown_version=shown_revision,
        )
        # It may have moved before its card was known; then nobody else would update it.
        outbox.refresh_policy_copies(tx, version, _known(tx, version).revision)

    await desk.db.transact(record)
    desk.wake()

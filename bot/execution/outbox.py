"""Delivering what the outbox holds, once if we can and twice rather than never."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.domain.channels import role_of
from bot.domain.errors import LeaseLost
from bot.domain.messages import Template
from bot.execution.leases import Lease
from bot.execution.loop import LeasedLoop
from bot.execution.ports import Blocked, Courier, Delivered, Delivery, Gone, Needless, NotInstalled, Retry
from bot.store import cards, digests, outbox, policies, requests, tasks
from bot.store.database import Database, Transaction
from bot.store.outbox import MessageState, OutboxMessage

__all__ = ["OutboxLoop", "OutboxSettings", "Undeliverable"]

Undeliverable = Callable[[OutboxMessage], Awaitable[None]]
"""Told, at least once, of a message that will never arrive and that somebody else must act on: an approver's
card or list, and whatever was meant for a channel."""

_FOLLOWED = frozenset(
    {
        Template.APPROVAL,
        Template.CHOICE,
        Template.CHANNEL_APPROVAL,
        Template.POLICY_CHANGE,
        Template.PROGRESS,
        Template.QUESTION,
        Template.TASK,
        Template.UNDO,
    }
)
"""Cards that show the state of a request or a task and are updated as it changes."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class OutboxSettings:
    """How patiently messages are delivered. All times are real time."""

    slots: int = 8
    """Messages on their way at once, to different people."""
    lease_for: timedelta = timedelta(seconds=15)
    max_tries: int = 12
    """After that a message is `undelivered`; with the pauses below that is about three hours."""
    first_pause: timedelta = timedelta(seconds=2)
    """Doubled with every try."""
    longest_pause: timedelta = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class OutboxTrade:
    """Messages, as the loop works on them."""

    db: Database
    courier: Courier
    on_undeliverable: Undeliverable
    settings: OutboxSettings = field(default_factory=OutboxSettings)

    def claim(self, tx: Transaction, token: str, lasts: timedelta, limit: int) -> list[OutboxMessage]:
        return outbox.claim_due(tx, token, lasts, limit)

    def key(self, item: OutboxMessage) -> int:
        return item.id

    def heartbeat(self, tx: Transaction, tokens: Mapping[int, str], lasts: timedelta) -> set[int]:
        return outbox.heartbeat(tx, tokens, lasts)

    def release(self, tx: Transaction, key: int, token: str) -> None:
        outbox.release(tx, key, token)

    def next_due(self, tx: Transaction) -> datetime | None:
        return outbox.next_due(tx)

    async def work(self, item: OutboxMessage, lease: Lease) -> None:
        """Deliver one message and record what became of it."""
        if lease.winding_down:
            return
        delivery = await self._deliver(item, lease)
        match delivery:
            case Delivered():
                await self.db.transact(self._record_delivered, item, lease.token, delivery)
            case Retry() if item.attempts + 1 < self.settings.max_tries:
                await self.db.transact(self._record_retry, item, lease.token, delivery)
            case Retry():
                await self._give_up(item, lease, MessageState.UNDELIVERED, delivery.reason)
            case Blocked():
                await self._give_up(item, lease, MessageState.BLOCKED, delivery.reason)
            case NotInstalled():
                await self._give_up(item, lease, MessageState.NOT_INSTALLED, delivery.reason)
            case Gone():
                await self._give_up(item, lease, MessageState.GONE, delivery.reason)
            case Needless():
                await self.db.transact(self._record_needless, item, lease.token, delivery.reason)

    async def _deliver(self, item: OutboxMessage, lease: Lease) -> Delivery:
        lease.check()
        sending = asyncio.create_task(self._tried(item))
        try:
            while True:
                done, _ = await asyncio.wait({sending}, timeout=max(lease.remaining, 0))
                if done:
                    return sending.result()
                # The heartbeat may have moved the deadline meanwhile.
                lease.check()
        finally:
            sending.cancel()

    async def _tried(self, item: OutboxMessage) -> Delivery:
        try:
            return await self.courier.deliver(item)
        except LeaseLost:
            raise
        except Exception as error:
            log.exception("delivering message %s raised", item.id)
            return Retry(0, f"{type(error).__name__}: {error}")

    def _record_delivered(
        self, tx: Transaction, item: OutboxMessage, token: str, delivered: Delivered
    ) -> None:
        outbox.finish(tx, item.id, token, MessageState.DELIVERED)
        if delivered.shown_version is None:
            return
        if item.copy_id is not None:
            # Whatever has happened since it was rendered has queued an update of its own.
            cards.mark_shown(tx, item.copy_id, delivered.shown_version)
        elif item.template is Template.DIGEST:
            _place_list(tx, item, delivered, delivered.shown_version)
        elif item.template in _FOLLOWED:
            _catch_up(tx, item, _remember(tx, item, delivered, delivered.shown_version))

    def _record_needless(self, tx: Transaction, item: OutboxMessage, token: str, reason: str) -> None:
        outbox.finish(tx, item.id, token, MessageState.CANCELLED, error=reason)
        if item.template is Template.DIGEST and item.copy_id is None:
            digests.lost(tx, item.recipient_id)

    def _record_retry(self, tx: Transaction, item: OutboxMessage, token: str, retry: Retry) -> None:
        grown = self.settings.first_pause * 2.0**item.attempts
        pause = max(timedelta(seconds=retry.after), min(grown, self.settings.longest_pause))
        # Teams asks for real seconds; the queue runs on business time.
        outbox.retry(tx, item.id, token, self.db.clock.at(tx.real_now + pause), retry.reason)

    async def _give_up(self, item: OutboxMessage, lease: Lease, state: MessageState, reason: str) -> None:
        if _concerns_others(item):
            # First for all to see: of several who cannot be reached at once, the last one knows of all.
            await self.db.transact(outbox.failing, item.id, lease.token, state)
            # Before the message is closed: a crash between the two repeats the call, never forgets it.
            await self.on_undeliverable(item)
        await self.db.transact(self._record_failure, item, lease.token, state, reason)

    def _record_failure(
        self, tx: Transaction, item: OutboxMessage, token: str, state: MessageState, reason: str
    ) -> None:
        outbox.finish(tx, item.id, token, state, error=reason)
        if item.copy_id is not None and state is MessageState.GONE:
            cards.mark_gone(tx, item.copy_id)
            return
        if item.template is Template.DIGEST and item.copy_id is None:
            digests.lost(tx, item.recipient_id)
        tx.audit(
            "delivery.failed",
            "switchboard",
            item.request_id,
            message=item.id,
            template=item.template.value,
            **({"task": item.task_id} if item.task_id else {}),
            recipient=item.recipient_id,
            outcome=state.value,
            reason=reason[:500],
        )


def _concerns_others(item: OutboxMessage) -> bool:
    """Whether somebody else has to do what the recipient cannot be told to do."""
    asks = item.template in (Template.APPROVAL, Template.DIGEST, Template.UNDO)
    return item.copy_id is None and (asks or role_of(item.recipient_id) is not None)


def _place_list(tx: Transaction, item: OutboxMessage, delivered: Delivered, version: int) -> None:
    """The list of what waits for somebody follows from now on."""
    copy_id = cards.remember_list_copy(
        tx,
        recipient_id=item.recipient_id,
        conversation_id=delivered.conversation_id,
        service_url=delivered.service_url,
        activity_id=delivered.activity_id,
        shown_version=version,
    )
    digests.placed(tx, item.recipient_id, copy_id, version)


def _remember(tx: Transaction, item: OutboxMessage, delivered: Delivered, version: int) -> int | None:
    """Where the card stands, so that it follows what it is about."""
    place = {
        "recipient_id": item.recipient_id,
        "conversation_id": delivered.conversation_id,
        "service_url": delivered.service_url,
        "activity_id": delivered.activity_id,
    }
    if item.task_id is not None:
        return cards.remember_task_copy(tx, task_id=item.task_id, shown_version=version, **place)
    if item.policy_version is not None:
        return cards.remember_policy_copy(
            tx, policy_version=item.policy_version, shown_version=version, **place
        )
    if item.request_id is None:
        return None
    return cards.remember_copy(
        tx, request_id=item.request_id, template=item.template, shown_version=version, **place
    )


def _catch_up(tx: Transaction, item: OutboxMessage, copy_id: int | None) -> None:
    """What a new card is about may have moved while it was on the way, and nobody knew of the card yet."""
    version = _version_now(tx, item)
    if copy_id is not None and version is not None:
        outbox.refresh_copy(tx, copy_id, version)


def _version_now(tx: Transaction, item: OutboxMessage) -> int | None:
    if item.request_id is not None:
        # Whoever changes it right now does not know of the card either: he goes first, or finds it later.
        return requests.version_held(tx, item.request_id)
    if item.task_id is not None:
        return tasks.version_of(tx, item.task_id)
    return policies.revision_of(tx, item.policy_version) if item.policy_version is not None else None


class OutboxLoop(LeasedLoop[int, OutboxMessage]):
    """Delivers due messages, several people at a time and one message a person."""

    def __init__(
        self,
        db: Database,
        courier: Courier,
        *,
        on_undeliverable: Undeliverable,
        settings: OutboxSettings | None = None,
    ) -> None:
        settings = settings or OutboxSettings()
        trade = OutboxTrade(db, courier, on_undeliverable, settings)
        super().__init__(db, trade, slots=settings.slots, lease_for=settings.lease_for)

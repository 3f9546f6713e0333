"""Brings what the outbox holds to people: rendered when sent, in the language the reader last wrote in."""

from __future__ import annotations

import hashlib
import json
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

from bot.domain.channels import ChannelRole, role_of
from bot.domain.drift.views import DriftList
from bot.domain.messages import Template
from bot.domain.pending import PendingList
from bot.domain.policy_views import PolicyView
from bot.domain.task_views import TaskView
from bot.domain.tenant import TenantFacts
from bot.domain.views import RequestView
from bot.execution.ports import Delivered, Delivery, Gone, Needless, NotInstalled, OutboxMessage, Retry
from bot.store import askings, channels, drifts, policies, requests
from bot.store import cards as card_copies
from bot.store.cards import CardCopy
from bot.store.database import Database, Transaction
from bot.teams.messenger import Messenger, Sending
from bot.teams.outcomes import Rejected
from bot.teams.turn import Card
from bot.usecases import step_up, tasks
from bot.usecases.drift import findings_of
from bot.usecases.listing import view_of
from bot.usecases.pending import pending_of
from bot.words import words_for
from cards.render import Rendered, render

__all__ = ["Install", "TeamsCourier"]

_REMEMBERED = 10_000

_View = RequestView | TaskView | PendingList | PolicyView | DriftList

Install = Callable[[str], Awaitable[bool]]
"""Install the app for a person through Graph; False when it cannot be. May raise TransientUpstream."""


_AFTER_INSTALL_SECONDS = 5.0
_TRIES_ONCE_INSTALLED = 3
"""Graph has the app installed some seconds before Teams lets us write."""


class _Shown:
    """What this process last put on a card, so that a version that looks the same is not sent again.

    Half of what an approver's card is refreshed for shows nowhere on it, and Teams takes seven messages a
    second and chat. Another replica's update has another version, which makes what is known here worthless.
    """

    def __init__(self) -> None:
        self._last: OrderedDict[int, tuple[int, bytes]] = OrderedDict()

    def already(self, copy: CardCopy, looks: bytes) -> bool:
        return self._last.get(copy.id) == (copy.shown_version, looks)

    def remember(self, copy: CardCopy, version: int, looks: bytes) -> None:
        self._last[copy.id] = (version, looks)
        self._last.move_to_end(copy.id)
        if len(self._last) > _REMEMBERED:
            self._last.popitem(last=False)


class TeamsCourier:
    """Implements execution's `Courier`."""

    def __init__(self, db: Database, messenger: Messenger, install: Install, facts: TenantFacts) -> None:
        self._db = db
        self._facts = facts
        self._messenger = messenger
        self._install = install
        self._shown = _Shown()

    async def deliver(self, message: OutboxMessage) -> Delivery:
        """Send a message, or update the card it is about. A person without the app gets it, once."""
        if message.copy_id is not None:
            return await self._update(message, message.copy_id)
        secret = await self._secret_of(message)
        if secret is None or await self._db.read(_is_over, message):
            return Needless("nothing of it waits for the recipient any more")
        view, rendered = await self._rendered(message, secret)
        role = role_of(message.recipient_id)
        if role is not None:
            return _showing(await self._post(role, rendered), view, rendered)
        sending = await self._send(message, rendered)
        if isinstance(sending, NotInstalled) and await self._install(message.recipient_id):
            sending = await self._send(message, rendered)
            if isinstance(sending, NotInstalled) and message.attempts < _TRIES_ONCE_INSTALLED:
                return Retry(_AFTER_INSTALL_SECONDS, "installed just now")
        return _showing(_final(sending), view, rendered)

    async def _post(self, role: ChannelRole, rendered: Rendered) -> Delivery:
        channel = await self._db.read(channels.by_role, role)
        if channel is None:
            return Gone("there is no such channel any more")
        if rendered.card is not None:
            return _final(await self._messenger.post_card(channel, rendered.card, rendered.summary))
        return _final(await self._messenger.post_text(channel, rendered.text or "", rendered.summary))

    async def _update(self, message: OutboxMessage, copy_id: int) -> Delivery:
        copy = await self._db.read(card_copies.copy_by_id, copy_id)
        view, rendered = await self._rendered(message)
        if copy is None or copy.gone or rendered.card is None:
            return Gone("the card is no longer there")
        if view is not None and copy.shown_version >= _version(view):
            return _already(copy)
        looks = _looks(rendered.card)
        sending: Sending = _already(copy)
        if not self._shown.already(copy, looks):
            sending = await self._messenger.update_card(
                copy.service_url, copy.conversation_id, copy.activity_id, rendered.card
            )
        if isinstance(sending, Rejected):
            return Retry(0, sending.reason)
        if isinstance(sending, Delivered) and view is not None:
            self._shown.remember(copy, _version(view), looks)
        return _showing(sending, view, rendered)

    async def _secret_of(self, message: OutboxMessage) -> Mapping[str, str] | None:
        """What is made only now that it is sent, and stored nowhere; None when it is not wanted any more."""
        if message.template is not Template.CODE:
            return {}
        request_id = message.request_id or ""
        code = await step_up.issue(self._db, request_id, message.recipient_id, message.params)
        return None if code is None else {"code": code}

    async def _rendered(
        self, message: OutboxMessage, secret: Mapping[str, str] = MappingProxyType({})
    ) -> tuple[_View | None, Rendered]:
        view = await self._about(message)
        params = {**_texts(message.params), **secret}
        words = words_for(await self._locale_of(message.recipient_id))
        return view, render(message.template, view, params, message.recipient_id, words)

    async def _locale_of(self, recipient_id: str) -> str | None:
        role = role_of(recipient_id)
        if role is None:
            return (await self._messenger.record_of(recipient_id)).locale
        channel = await self._db.read(channels.by_role, role)
        return channel.locale if channel else None

    async def _about(self, message: OutboxMessage) -> _View | None:
        if message.task_id:
            return await self._db.read(tasks.view_of, message.task_id, self._facts)
        if message.template is Template.DIGEST:
            return await self._db.read(pending_of, message.recipient_id)
        if message.template is Template.DRIFT:
            return await self._db.read(findings_of)
        if message.policy_version:
            return await self._db.read(policies.view_of, message.policy_version)
        return await self._db.read(view_of, message.request_id) if message.request_id else None

    async def _send(self, message: OutboxMessage, rendered: Rendered) -> Sending:
        if rendered.card is not None:
            return await self._messenger.send_card(message.recipient_id, rendered.card, rendered.summary)
        return await self._messenger.send_text(message.recipient_id, rendered.text or "", rendered.summary)


def _is_over(tx: Transaction, message: OutboxMessage) -> bool:
    """Whether what a new message asks for has been done or dropped, as may happen before work begins."""
    match message.template:
        case Template.APPROVAL if message.request_id:
            return not askings.is_waiting_for(tx, message.request_id, message.recipient_id)
        case Template.DIGEST:
            return not askings.count_for(tx, message.recipient_id, most=1)
        case Template.DRIFT:
            return not drifts.count(tx)
        case Template.CHANNEL_APPROVAL if message.request_id:
            request = requests.by_id(tx, message.request_id)
            return request is None or request.stage is None
        case _:
            return False


def _final(sending: Sending) -> Delivery:
    """A refusal for good is one: waiting would only keep the next approver from being asked."""
    return Gone(sending.reason) if isinstance(sending, Rejected) else sending


def _texts(params: Mapping[str, object]) -> dict[str, str]:
    return {name: str(value) for name, value in params.items()}


def _looks(card: Card) -> bytes:
    return hashlib.sha256(json.dumps(card, sort_keys=True).encode()).digest()


def _already(copy: CardCopy) -> Delivered:
    return Delivered(copy.conversation_id, copy.service_url, copy.activity_id, copy.shown_version)


def _version(view: _View) -> int:
    match view:
        case TaskView():
            return view.task.version
        case PendingList():
            return view.version
        case DriftList():
            # It is sent once, and follows nothing but its own buttons.
            return 0
        case PolicyView():
            return view.revision
        case RequestView():
            return view.request.version


def _showing(sending: Delivery, view: _View | None, rendered: Rendered) -> Delivery:
    """The outcome, with the version the reader now sees."""
    if isinstance(sending, Delivered) and view is not None and rendered.card is not None:
        return replace(sending, shown_version=_version(view))
    return sending

"""Remembering where people can be reached, without a write for every message."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable

from bot.store import conversations
from bot.store.conversations import ConversationRecord
from bot.store.database import Database
from bot.teams.inbound import Inbound
from bot.teams.turn import Scope

__all__ = ["AddressBook"]

_REMEMBERED = 20_000
_REFRESH_SECONDS = 600.0
_NAME_SIZE = 256
_FREQUENT = frozenset({"message", "invoke"})
"""Anything else is news: another replica may know the person as out of reach."""


class AddressBook:
    """Stores a person's address when it is new, changed, or has not been confirmed for ten minutes."""

    def __init__(self, db: Database, clock: Callable[[], float] = time.monotonic) -> None:
        self._db = db
        self._clock = clock
        self._written: OrderedDict[tuple[str, bool], tuple[ConversationRecord, float]] = OrderedDict()

    def locale_of(self, user_id: str) -> str | None:
        """The language the person last wrote in, as far as this process has seen it."""
        for personal in (True, False):
            if (user_id, personal) in self._written:
                return self._written[user_id, personal][0].locale
        return None

    async def heard(self, inbound: Inbound, locale: str) -> None:
        """The person of `inbound` can be reached where it came from."""
        record = _record(inbound, locale)
        key = (record.user_id, record.conversation_id is not None)
        known = self._written.get(key)
        fresh = known is not None and known[0] == record and self._clock() - known[1] < _REFRESH_SECONDS
        if not fresh or inbound.kind not in _FREQUENT:
            await self._db.transact(conversations.upsert, record)
            self._remember(key, record)

    async def unreachable(self, user_id: str) -> None:
        """The person blocked or removed the bot: nothing is sent until the person is heard from again."""
        await self._db.transact(conversations.mark_blocked, user_id)
        self._written.pop((user_id, True), None)
        self._written.pop((user_id, False), None)

    def _remember(self, key: tuple[str, bool], record: ConversationRecord) -> None:
        self._written[key] = (record, self._clock())
        self._written.move_to_end(key)
        if len(self._written) > _REMEMBERED:
            self._written.popitem(last=False)


def _record(inbound: Inbound, locale: str) -> ConversationRecord:
    return ConversationRecord(
        user_id=inbound.person_id,
        tenant_id=inbound.tenant_id,
        service_url=inbound.service_url,
        conversation_id=inbound.conversation_id if inbound.scope is Scope.PERSONAL else None,
        channel_user_id=inbound.sender_id or None,
        bot_id=inbound.bot_id or None,
        locale=locale,
        name=inbound.sender_name[:_NAME_SIZE] or None,
    )

"""The Teams boundary put together, with its life from start to drain."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from bot.store import confirmations, dialog_states, drafts, inbound, outbox
from bot.store.database import Database
from bot.teams.adapter import TeamsAdapter
from bot.teams.background import Background
from bot.teams.config import TeamsConfig
from bot.teams.connector import Connector, TokenSource
from bot.teams.dedupe import Once
from bot.teams.handler import TeamsHandler
from bot.teams.http import HttpClient
from bot.teams.keys import SigningKeys
from bot.teams.messenger import Messenger
from bot.teams.references import AddressBook
from bot.teams.state import DialogStates, DialogStorage
from bot.teams.tokens import TokenValidator
from bot.teams.turn import Conversation

__all__ = ["TeamsBoundary"]

_SWEEP_SECONDS = 3600.0
_REPEATS_KEPT = timedelta(days=1)
_DIALOGS_KEPT = timedelta(days=14)
_DRAFTS_KEPT = timedelta(days=90)
_MESSAGES_KEPT = timedelta(days=30)
_DRAIN_SECONDS = 10.0


class TeamsBoundary:
    """Everything of bot/teams that lives as long as the process."""

    def __init__(self, config: TeamsConfig, tenant_id: str, db: Database, tokens: TokenSource | None) -> None:
        """`tokens` may be None only where nobody asks for them: the unauthenticated sandbox."""
        self._db = db
        self._http = HttpClient(trust_env=not config.sandbox)
        self._keys = SigningKeys(self._http, config.openid_metadata_url)
        self._once = Once(db)
        self._background = Background()
        self._book = AddressBook(db)
        self._sweeping: asyncio.Task[None] | None = None
        self._authenticate = config.authenticate
        self.connector = Connector(config, self._http, tokens)
        self.states = DialogStates(DialogStorage(db))
        self.messenger = Messenger(config, tenant_id, self.connector, db, self._book)
        self.adapter = TeamsAdapter(config, TokenValidator(config, self._keys), self.connector, self._once)

    def handler(self, conversation: Conversation) -> TeamsHandler:
        """The bot that answers with `conversation`."""
        return TeamsHandler(conversation, self.connector, self._book, self.states, self._background, self._db)

    async def start(self) -> None:
        """Call once the database is ready and before the first activity is taken."""
        await self._once.recover()
        if self._authenticate:
            await self._keys.warm()
        self._sweeping = asyncio.create_task(self._sweep(), name="teams-sweep")

    async def stop(self) -> None:
        """Call once no activity is taken any more: finish what is on its way, then let go."""
        if self._sweeping is not None:
            self._sweeping.cancel()
            await asyncio.gather(self._sweeping, return_exceptions=True)
        await self._background.drain(_DRAIN_SECONDS)
        await self._keys.close()
        await self._http.close()

    async def _sweep(self) -> None:
        while True:
            self._background.spawn(self._purge(), "teams-purge")
            await asyncio.sleep(_SWEEP_SECONDS)

    async def _purge(self) -> None:
        while await self._db.note(inbound.purge, _REPEATS_KEPT):
            pass
        await self._db.transact(dialog_states.purge, _DIALOGS_KEPT)
        await self._db.transact(drafts.purge, _DRAFTS_KEPT)
        await self._db.transact(confirmations.purge)
        while await self._db.transact(outbox.purge, _MESSAGES_KEPT):
            pass

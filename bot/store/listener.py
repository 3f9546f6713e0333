"""Hearing the bells of other replicas: LISTEN on PostgreSQL."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

import psycopg
import sqlalchemy as sa

from bot.store.bell import CHANNEL
from bot.store.database import Database

__all__ = ["listen"]

_AGAIN = 2.0
"""Seconds before a broken connection is opened again; the loops poll meanwhile."""

log = logging.getLogger(__name__)


async def listen(db: Database, wake: Callable[[], None]) -> None:
    """Call `wake` whenever any replica made something due; runs until cancelled. On SQLite there are none."""
    if db.is_sqlite:
        return
    address = _address(db.engine.url)
    while True:
        try:
            await _hear(address, wake)
        except (psycopg.Error, OSError) as error:
            log.warning("cannot listen for due work, polling instead: %s", error)
        await asyncio.sleep(_AGAIN)


async def _hear(address: str, wake: Callable[[], None]) -> None:
    connection = await psycopg.AsyncConnection.connect(address, autocommit=True)
    async with connection:
        await connection.execute(f"LISTEN {CHANNEL}")
        # Whatever became due before we listened.
        wake()
        async for _ in connection.notifies():
            wake()


def _address(url: sa.URL) -> str:
    return url.set(drivername="postgresql").render_as_string(hide_password=False)

"""Waking whoever waits for due work: in this process by a call, in others by PostgreSQL's NOTIFY."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from weakref import WeakKeyDictionary

import sqlalchemy as sa

from bot.store.database import Transaction

__all__ = ["CHANNEL", "on_ring", "ring"]

CHANNEL = "switchboard_due"

_lock = threading.Lock()
_listeners: WeakKeyDictionary[sa.Engine, list[Callable[[], None]]] = WeakKeyDictionary()


def ring(tx: Transaction) -> None:
    """Once this transaction has committed, wake everybody who waits for due work."""
    if tx.conn.dialect.name == "postgresql":
        tx.conn.execute(sa.select(sa.func.pg_notify(CHANNEL, "")))
    tx.after_commit.append(partial(_call_listeners, tx.conn.engine))


def on_ring(engine: sa.Engine, listener: Callable[[], None]) -> Callable[[], None]:
    """Call `listener` (cheap, thread-safe) on every ring of this process; returns how to stop it."""
    with _lock:
        _listeners.setdefault(engine, []).append(listener)

    def forget() -> None:
        with _lock:
            _listeners.get(engine, []).remove(listener)

    return forget


def _call_listeners(engine: sa.Engine) -> None:
    with _lock:
        listeners = list(_listeners.get(engine, ()))
    for listener in listeners:
        listener()

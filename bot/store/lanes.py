"""Threads for transactions, in which whatever a person waits for goes before whatever nobody waits for.

SQLite has one writer. Without this a click would stand in line behind every message that has just been
delivered and every step that has just been carried out.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

__all__ = ["Lanes", "somebody_waits"]

T = TypeVar("T")

_awaited: ContextVar[bool] = ContextVar("awaited", default=False)


@contextmanager
def somebody_waits() -> Iterator[None]:
    """What is stored inside the block, and by tasks begun in it, keeps a person waiting."""
    token = _awaited.set(True)
    try:
        yield
    finally:
        _awaited.reset(token)


class Lanes:
    """A thread pool with a fast lane. Within a lane, first come is first served."""

    def __init__(self, threads: int, name: str) -> None:
        self._threads = ThreadPoolExecutor(threads, name)
        self._fast: deque[tuple[Future[Any], Callable[[], Any]]] = deque()
        self._slow: deque[tuple[Future[Any], Callable[[], Any]]] = deque()

    async def run(self, work: Callable[[], T]) -> T:
        """What `work` returns or raises. Cancelling the caller does not stop work that has begun."""
        future: Future[T] = Future()
        (self._fast if _awaited.get() else self._slow).append((future, work))
        # As many turns as there is work, whichever is done in each.
        self._threads.submit(self._next)
        return await asyncio.wrap_future(future)

    def _next(self) -> None:
        try:
            future, work = self._fast.popleft()
        except IndexError:
            future, work = self._slow.popleft()
        if not future.set_running_or_notify_cancel():
            return
        try:
            result = work()
        except BaseException as error:  # noqa: BLE001  handed to whoever waits for it
            future.set_exception(error)
        else:
            future.set_result(result)

    def shutdown(self) -> None:
        """Finish what there is, take nothing more."""
        self._threads.shutdown()

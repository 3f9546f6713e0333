"""How long somebody can still wait for an answer; it goes along with the work, however deep that is."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

__all__ = ["answer_within", "seconds_left"]

_until: ContextVar[float | None] = ContextVar("answer_until", default=None)


@contextmanager
def answer_within(seconds: float) -> Iterator[None]:
    """Everything inside, and every task begun there, works on an answer that is useless any later."""
    mark = _until.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _until.reset(mark)


def seconds_left() -> float | None:
    """Real seconds; negative when it is too late, None when nobody is waiting."""
    until = _until.get()
    return None if until is None else until - time.monotonic()

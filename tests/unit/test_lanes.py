"""Transactions a person waits for go first."""

from __future__ import annotations

import asyncio
from functools import partial
from threading import Event

import pytest

from bot.store.lanes import Lanes, somebody_waits


async def test_whatever_a_person_waits_for_goes_first() -> None:
    lanes, gate, done = Lanes(1, "test"), Event(), list[str]()
    work: list[asyncio.Task[object]] = [asyncio.create_task(lanes.run(gate.wait))]
    work += [asyncio.create_task(lanes.run(partial(done.append, name))) for name in ("first", "second")]
    with somebody_waits():
        work.append(asyncio.create_task(lanes.run(partial(done.append, "click"))))
    await asyncio.sleep(0)
    gate.set()
    await asyncio.gather(*work)
    lanes.shutdown()
    assert done == ["click", "first", "second"]


async def test_errors_go_to_whoever_waits_and_the_rest_goes_on() -> None:
    lanes = Lanes(1, "test")
    with pytest.raises(ZeroDivisionError):
        await lanes.run(lambda: 1 / 0)
    assert await lanes.run(lambda: "next") == "next"
    lanes.shutdown()


async def test_what_has_not_begun_can_be_cancelled() -> None:
    lanes, gate, done = Lanes(1, "test"), Event(), list[str]()
    running = asyncio.create_task(lanes.run(gate.wait))
    waiting = asyncio.create_task(lanes.run(partial(done.append, "cancelled")))
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    gate.set()
    await running
    assert await lanes.run(lambda: "next") == "next"
    lanes.shutdown()
    assert done == []

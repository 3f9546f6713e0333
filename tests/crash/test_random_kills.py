"""Many requests while the service is killed at random and Graph is having a bad day.

Nothing may be lost, done twice or left half done, and the stock must be exact to the seat.
"""

from __future__ import annotations

import asyncio
import os
import random
import time
from collections import Counter
from contextlib import suppress

import pytest

from bot.domain.requests import RequestState
from bot.sandbox.faults import EffectKind
from tests.support.crowd import Crowd
from tests.support.deployment import Deployment, running_deployment
from tests.support.ledger import books_balance, carried_out_once

pytestmark = pytest.mark.xdist_group("crash-random")

SEED = "SWITCHBOARD_TEST_SEED"
LONGEST_LIFE = 4.0
"""Seconds between two kills, at most."""
WRITE = "/(assignLicense|assignNumber)$"


class Chaos:
    """Draws when to kill and what to spoil; the same seed draws the same."""

    def __init__(self, deployment: Deployment) -> None:
        self.seed = int(os.environ.get(SEED) or time.time_ns() % 1_000_000)
        print(f"seed {self.seed} (set {SEED} to repeat)")
        self._deployment = deployment
        self._random = random.Random(self.seed)
        self.kills = 0

    def spoil(self, requests: int) -> None:
        """Several reads and writes in ten meet something bad, all over the run."""
        for kind, path, share, more in (
            (EffectKind.STATUS, "", 0.4, {"method": "GET", "status": 429, "retry_after": 1}),
            (EffectKind.STATUS, "", 0.4, {"method": "GET", "status": 500}),
            (EffectKind.DROP_BEFORE_APPLY, "", 0.2, {"method": "GET"}),
            (EffectKind.STATUS, WRITE, 0.1, {"status": 429, "retry_after": 1}),
            (EffectKind.STATUS, WRITE, 0.1, {"status": 500}),
            (EffectKind.EFFECT_THEN_STATUS, WRITE, 0.15, {"status": 502}),
            (EffectKind.DROP_AFTER_APPLY, WRITE, 0.1, {}),
        ):
            calls = requests * (2 if path else 20)
            for nth in sorted(self._random.sample(range(1, calls), max(1, int(requests * share)))):
                self._deployment.spoil_graph(kind, path, nth=nth, **more)

    @property
    def hits(self) -> int:
        return sum(fault.hit for fault in self._deployment.sandbox.graph.faults.scripted.values())

    async def kill(self, times: int) -> None:
        """kill -9, at random moments, and start again each time."""
        while self.kills < times:
            await asyncio.sleep(self._random.uniform(0.2, LONGEST_LIFE))
            await self._random.choice(self._deployment.bots).restart()
            self.kills += 1


async def survive(database_url: str, *, requests: int, kills: int) -> None:
    replicas = 2 if database_url.startswith("postgresql") else 1
    async with running_deployment(database_url, replicas=replicas) as deployment:
        deployment.stocks_up(requests)
        chaos = Chaos(deployment)
        crowd = await Crowd.of(deployment, requests, "ENTERPRISEPACK")
        began = time.monotonic()
        chaos.spoil(requests)
        killing = asyncio.create_task(chaos.kill(kills))
        try:
            asked = await crowd.all_get_it()
            ended = [await deployment.ends(request_id, seconds=300) for request_id in asked]
            await asyncio.wait_for(killing, LONGEST_LIFE * 2 * kills)
        finally:
            killing.cancel()
            with suppress(asyncio.CancelledError):
                await killing
        results = Counter(one["details"]["result"] for one in await deployment.audit("graph.result"))
        print(
            f"{requests} requests under {chaos.kills} kills: {time.monotonic() - began:.0f} s, "
            f"{chaos.hits} calls spoiled, results of writes {dict(results)}"
        )
        assert len(set(asked)) == requests
        assert set(await deployment.states()) == set(asked)
        assert {one.state for one in ended} == {RequestState.DONE}
        for one in ended:
            await carried_out_once(deployment, one)
        await books_balance(deployment)
        _stock_is_exact(deployment, requests)


def _stock_is_exact(deployment: Deployment, done: int) -> None:
    tenant = deployment.sandbox.tenant
    for part_number in ("MCOEV", "MCOPSTN1"):
        sku = tenant.find_sku(part_number)
        assert sku is not None
        assert tenant.free_seats(sku) == 0, part_number
    numbers = [one for one in tenant.numbers.values() if one.telephone_number.startswith("+331991")]
    assert len({one.target_id for one in numbers} - {None}) == len(numbers) == done


async def test_requests_survive_random_kills_and_a_bad_day_at_graph(database_url: str) -> None:
    await survive(database_url, requests=20, kills=4)


@pytest.mark.soak
async def test_two_hundred_requests_survive_twenty_random_kills(database_url: str) -> None:
    await survive(database_url, requests=200, kills=20)

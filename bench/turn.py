"""What a turn costs: our whole stack with authentication on, against the stock SDK's echo bot without it.

Both bots talk to the same fake connector, in one run, in alternating rounds, so that a busy machine disturbs
both alike. What counts is CPU time of the bot's process per turn, and its ratio. The last line is JSON.

    python bench/turn.py [--turns 300] [--rounds 4] [--concurrency 8] [--quick]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import psutil
from rig import SERVE, cpu_ms, environment, free_port, process, sqlite_url, until_answering

from bot.sandbox.server import SandboxServer

HERE = Path(__file__).parent
WARM_UP = 128


@dataclass
class Target:
    """One kind of turn on one bot."""

    name: str
    url: str
    text: str
    process: psutil.Process
    headers: dict[str, str] = field(default_factory=dict)
    cpu_ms: list[float] = field(default_factory=list)
    latency_ms: list[float] = field(default_factory=list)
    turns_per_second: list[float] = field(default_factory=list)


def activity(text: str, service_url: str, tenant: str, person: str, conversation: str) -> dict[str, Any]:
    return {
        "type": "message",
        "id": uuid.uuid4().hex,
        "timestamp": "2026-01-05T09:00:00.000Z",
        "channelId": "msteams",
        "serviceUrl": service_url,
        "from": {"id": f"29:{person}", "name": "Ana", "aadObjectId": person},
        "conversation": {"id": conversation, "conversationType": "personal", "tenantId": tenant},
        "recipient": {"id": "28:bot", "name": "Switchboard"},
        "channelData": {"tenant": {"id": tenant}},
        "locale": "en-US",
        "text": text,
    }


async def one_round(
    http: aiohttp.ClientSession, target: Target, bodies: list[dict[str, Any]], concurrency: int
) -> None:
    gate = asyncio.Semaphore(concurrency)
    took: list[float] = []

    async def post(body: dict[str, Any]) -> None:
        async with gate:
            began = time.perf_counter()
            async with http.post(target.url, json=body, headers=target.headers) as answer:
                await answer.read()
                if answer.status not in (200, 201):
                    raise RuntimeError(f"{target.name}: {answer.status} {await answer.text()}")
            took.append((time.perf_counter() - began) * 1000)

    before, began = cpu_ms(target.process), time.perf_counter()
    await asyncio.gather(*map(post, bodies))
    passed = time.perf_counter() - began
    target.cpu_ms.append((cpu_ms(target.process) - before) / len(bodies))
    target.latency_ms += took
    target.turns_per_second.append(len(bodies) / passed)


@asynccontextmanager
async def targets(http: aiohttp.ClientSession, connector: str) -> AsyncIterator[tuple[list[Target], str]]:
    async with AsyncExitStack() as stack:
        database_url = stack.enter_context(sqlite_url())
        sandbox = await stack.enter_async_context(SandboxServer())
        stock_port, our_port = free_port(), free_port()
        stock = stack.enter_context(process(str(HERE / "stock_echo.py"), str(stock_port)))
        ours = stack.enter_context(process(*SERVE, env=environment(sandbox, our_port, database_url)))
        stock_url = f"http://127.0.0.1:{stock_port}/api/messages"
        our_url = f"http://127.0.0.1:{our_port}/api/messages"
        await until_answering(http, stock_url)
        await until_answering(http, our_url)
        token = sandbox.identity.channel_token(connector, audience=sandbox.identity.app.app_id)
        headers = {"Authorization": f"Bearer {token}"}
        yield (
            [
                Target("stock_echo", stock_url, "hello", stock),
                Target("help", our_url, "help", ours, headers),
                Target("my_requests", our_url, "my requests", ours, headers),
            ],
            sandbox.tenant.id,
        )


async def measure(turns: int, rounds: int, concurrency: int) -> dict[str, Any]:
    connector_port = free_port()
    service_url = f"http://127.0.0.1:{connector_port}/"
    with process(str(HERE / "fake_connector.py"), str(connector_port)):
        async with aiohttp.ClientSession() as http:
            await until_answering(http, service_url)
            async with targets(http, service_url) as (measured, tenant):
                for number in range(rounds + 1):
                    for target in measured:
                        warm = number == 0
                        await one_round(
                            http,
                            target,
                            bodies(target, WARM_UP if warm else turns, service_url, tenant),
                            concurrency,
                        )
                        if warm:
                            target.cpu_ms.clear()
                            target.latency_ms.clear()
                            target.turns_per_second.clear()
                        else:
                            print(
                                f"round {number} {target.name:12} {target.cpu_ms[-1]:6.2f} ms CPU a turn",
                                flush=True,
                            )
    return figures(measured, turns, concurrency)


def bodies(target: Target, count: int, service_url: str, tenant: str) -> list[dict[str, Any]]:
    """Spread over 64 people, each in their own chat, since one chat's turns run one after another."""
    return [
        activity(target.text, service_url, tenant, f"{n % 64:08d}-0000-4000-8000-000000000000", f"a:{n % 64}")
        for n in range(count)
    ]


def figures(measured: list[Target], turns: int, concurrency: int) -> dict[str, Any]:
    cost = {target.name: statistics.median(target.cpu_ms) for target in measured}
    found: dict[str, Any] = {"bench": "turn", "turns_a_round": turns, "concurrency": concurrency}
    for target in measured:
        found[target.name] = {
            "cpu_ms": round(cost[target.name], 3),
            "turns_per_second": round(statistics.median(target.turns_per_second), 1),
            "p50_ms": round(statistics.median(target.latency_ms), 1),
            "p99_ms": round(statistics.quantiles(target.latency_ms, n=100)[98], 1),
        }
    for name in ("help", "my_requests"):
        found[f"{name}_cpu_ratio_to_stock"] = round(cost[name] / cost["stock_echo"], 3)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--turns", type=int, default=300, help="turns a round")
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--concurrency", type=int, default=8)
    parser.add_argument("--quick", action="store_true", help="one round of 100 turns")
    options = parser.parse_args()
    turns, rounds = (100, 1) if options.quick else (options.turns, options.rounds)
    found = asyncio.run(measure(turns, rounds, options.concurrency))
    for name in ("help", "my_requests"):
        print(f"{name}: {found[f'{name}_cpu_ratio_to_stock']:.2f} of the stock echo's CPU")
    print(json.dumps(found))


if __name__ == "__main__":
    main()

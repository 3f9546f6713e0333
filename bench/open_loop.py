"""Posts what a file holds at a steady rate, whether answers keep up or not, and notes how long each took.

A process of its own, so that nothing else delays it. A time counts from when a request should have left, not
from when it did. Takes the file with the load and the one for the result.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from pathlib import Path
from typing import Any

import aiohttp
from rig import Bar

WAIT = aiohttp.ClientTimeout(total=30)


async def post(http: aiohttp.ClientSession, load: dict[str, Any], body: str, due: float) -> dict[str, Any]:
    await asyncio.sleep(due - time.perf_counter())
    async with http.post(load["url"], data=body, headers=load["headers"]) as answer:
        said = await answer.text()
        return {"ms": (time.perf_counter() - due) * 1000, "status": answer.status, "answer": said}


async def run(load: dict[str, Any]) -> list[dict[str, Any]]:
    bodies, rate = load["bodies"], load["rate"]
    bar = Bar(load["name"], len(bodies))
    async with aiohttp.ClientSession(timeout=WAIT, connector=aiohttp.TCPConnector(limit=0)) as http:
        began = time.perf_counter() + 0.5
        posts = [
            asyncio.create_task(post(http, load, body, began + index / rate))
            for index, body in enumerate(bodies)
        ]
        for number, done in enumerate(asyncio.as_completed(posts), start=1):
            await done
            bar.at(number)
        return [one.result() for one in posts]


def main() -> None:
    source, target = map(Path, sys.argv[1:])
    target.write_text(json.dumps(asyncio.run(run(json.loads(source.read_text())))))


if __name__ == "__main__":
    main()

"""A Bot Connector that only takes messages, for measuring bots and nothing else."""

from __future__ import annotations

import itertools
import sys

from aiohttp import web


def main(port: int) -> None:
    ids = itertools.count(1)

    async def accept(request: web.Request) -> web.Response:
        await request.read()
        return web.json_response({"id": f"17{next(ids):011d}"}, status=201)

    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", accept)
    web.run_app(app, host="127.0.0.1", port=port, print=None)


if __name__ == "__main__":
    main(int(sys.argv[1]))

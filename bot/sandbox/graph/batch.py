"""`$batch`: up to twenty requests in one, each judged by itself."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from bot.sandbox.graph.wire import GraphError, Incoming, Reply, frame

__all__ = ["MOST_REQUESTS", "AnswerItem", "answer_batch"]

AnswerItem = Callable[[Incoming, str], Awaitable[Reply]]
"""Answers one item, given with its id."""

MOST_REQUESTS = 20
_METHODS = frozenset({"GET", "POST", "PATCH", "PUT", "DELETE"})
_KNOWN = frozenset({"id", "method", "url", "headers", "body", "dependsOn"})
_FAILED = 400


@dataclass(frozen=True, slots=True)
class _Item:
    id: str
    incoming: Incoming
    depends_on: tuple[str, ...]


async def answer_batch(incoming: Incoming, answer: AnswerItem) -> Reply:
    """Answer a batch. The outer status is 200 however the items fare; their order is not kept.

    Raises GraphError 400 for a batch that is malformed as a whole, and whatever `answer` raises.
    """
    answered = await _run(_read(incoming), answer)
    # Microsoft promises no order; a fixed shuffle keeps clients honest and runs repeatable.
    random.Random(len(answered)).shuffle(answered)  # noqa: S311 - an order, not a secret
    return Reply(200, {"responses": answered})


async def _run(items: list[_Item], answer: AnswerItem) -> list[dict[str, Any]]:
    """Items without dependencies run at once, the others when what they depend on has been answered."""
    tasks: dict[str, asyncio.Task[dict[str, Any]]] = {}

    async def run(item: _Item) -> dict[str, Any]:
        for needed in item.depends_on:
            if (await tasks[needed])["status"] >= _FAILED:
                return _framed(item, _failed_dependency(item))
        return _framed(item, await answer(item.incoming, item.id))

    for item in items:
        tasks[item.id] = asyncio.create_task(run(item))
    # Every item runs to its end even if the connection is then dropped on account of one of them.
    await asyncio.wait(tasks.values())
    return [task.result() for task in tasks.values()]


def _failed_dependency(item: _Item) -> Reply:
    reply = GraphError(424, "FailedDependency", "Failed Dependency").reply(item.incoming)
    frame(item.incoming, reply)
    return reply


def _framed(item: _Item, reply: Reply) -> dict[str, Any]:
    answer: dict[str, Any] = {"id": item.id, "status": reply.status, "headers": reply.headers}
    return answer if reply.body is None else answer | {"body": reply.body}


def _read(incoming: Incoming) -> list[_Item]:
    """The items. Raises GraphError 400 for a batch that is malformed as a whole."""
    try:
        body = json.loads(incoming.payload)
    except ValueError:
        raise GraphError.bad_request("Invalid batch payload format.") from None
    wanted = body.get("requests") if isinstance(body, dict) else None
    if not isinstance(wanted, list) or not wanted:
        raise GraphError.bad_request("Invalid batch payload format.")
    if len(wanted) > MOST_REQUESTS:
        raise GraphError.bad_request(
            f"Number of batch request steps exceeds the maximum value of {MOST_REQUESTS}."
        )
    items: list[_Item] = []
    for one in wanted:
        item = _read_item(incoming, one)
        earlier = {before.id for before in items}
        if item.id in earlier:
            raise GraphError.bad_request(f"Request Id '{item.id}' must be unique in the batch.")
        # Only what stands before it can be depended on, so that circles cannot be written down.
        if not set(item.depends_on) <= earlier:
            raise GraphError.bad_request(f"Request Id '{item.id}' depends on an unknown request.")
        items.append(item)
    return items


def _read_item(outer: Incoming, one: Any) -> _Item:
    if not isinstance(one, dict) or set(one) - _KNOWN:
        raise GraphError.bad_request("Invalid batch payload format.")
    key, method, url = one.get("id"), one.get("method"), one.get("url")
    if not isinstance(key, str) or not key or method not in _METHODS or not isinstance(url, str):
        raise GraphError.bad_request("Invalid batch payload format.")
    parts = urlsplit(url if url.startswith("/") else f"/{url}")
    if "://" in url or parts.path.startswith(("/v1.0/", "/beta/", "/$batch")):
        raise GraphError.bad_request(f"Invalid url '{url}' in request '{key}'.")
    headers = _headers(one.get("headers"))
    if "body" in one and "content-type" not in headers:
        raise GraphError.bad_request(
            f"Write request id : {key} does not contain Content-Type header or body."
        )
    inner = Incoming(
        method=str(method),
        path=unquote(parts.path),
        query=tuple(parse_qsl(parts.query, keep_blank_values=True)),
        headers={"authorization": outer.headers.get("authorization", ""), **headers},
        payload=json.dumps(one["body"]).encode() if "body" in one else b"",
        root=outer.root,
    )
    return _Item(key, inner, _depends_on(one.get("dependsOn")))


def _headers(given: Any) -> Mapping[str, str]:
    if given is None:
        return {}
    if not isinstance(given, dict) or not all(isinstance(value, str) for value in given.values()):
        raise GraphError.bad_request("Invalid batch payload format.")
    return {name.lower(): value for name, value in given.items()}


def _depends_on(given: Any) -> tuple[str, ...]:
    if given is None:
        return ()
    if not isinstance(given, list) or not all(isinstance(one, str) for one in given):
        raise GraphError.bad_request("Invalid batch payload format.")
    return tuple(given)

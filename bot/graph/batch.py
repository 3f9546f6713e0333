"""Several reads in one round trip (`$batch`)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from bot.domain.errors import SwitchboardError, Throttled, Unavailable
from bot.graph.errors import read_failure
from bot.graph.transport import Transport
from bot.graph.wire import Answer, Call, Json

__all__ = ["LARGEST", "read_together"]

LARGEST = 20
"""Requests one `$batch` takes at most."""


async def read_together(graph: Transport, calls: Sequence[Call]) -> list[Answer]:
    """The answers to at most 20 reads, in the order of the calls, whatever the order they came in.

    Items that were throttled or not served are asked for again, alone, as patience allows; then the last of
    their troubles is raised. Other failures are left in the answers: a 404 may be what one wants to know.
    """
    if len(calls) > LARGEST:
        raise ValueError(f"a batch takes {LARGEST} requests, not {len(calls)}")
    answers: dict[int, Answer] = {}

    async def fill() -> None:
        missing = [index for index in range(len(calls)) if index not in answers]
        got = await _once(graph, {str(index): calls[index] for index in missing})
        troubles = []
        for index in missing:
            trouble = _trouble(got.get(str(index)))
            if trouble:
                troubles.append(trouble)
            else:
                answers[index] = got[str(index)]
        if troubles:
            raise max(troubles, key=_patience_asked)

    await graph.patiently(fill)
    return [answers[index] for index in range(len(calls))]


def _trouble(answer: Answer | None) -> SwitchboardError | None:
    if answer is None:
        return Unavailable("Graph left a request of the batch unanswered")
    if answer.succeeded:
        return None
    failure = read_failure(answer)
    return failure if isinstance(failure, Throttled | Unavailable) else None


def _patience_asked(trouble: SwitchboardError) -> float:
    return trouble.retry_after if isinstance(trouble, Throttled) else 0.0


async def _once(graph: Transport, calls: Mapping[str, Call]) -> dict[str, Answer]:
    body: Json = {"requests": [_item(ident, call) for ident, call in calls.items()]}
    outer = await graph.ask(Call("POST", "/$batch", body))
    if not outer.succeeded:
        raise read_failure(outer)
    found = outer.body.get("responses") if isinstance(outer.body, dict) else None
    return {
        str(entry["id"]): _answer(entry, outer)
        for entry in found or ()
        if isinstance(entry, dict) and "id" in entry
    }


def _item(ident: str, call: Call) -> Json:
    item: Json = {"id": ident, "method": call.method, "url": call.path}
    headers = dict(call.headers)
    if call.body is not None:
        item["body"] = call.body
        headers["Content-Type"] = "application/json"
    if headers:
        item["headers"] = headers
    return item


def _answer(entry: Json, outer: Answer) -> Answer:
    headers = {str(name).lower(): str(value) for name, value in (entry.get("headers") or {}).items()}
    headers.setdefault("request-id", outer.request_id)
    body = entry.get("body")
    return Answer(int(entry.get("status", 0)), headers, body, json.dumps(body), outer.client_request_id)

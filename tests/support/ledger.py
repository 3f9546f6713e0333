"""What must be true of tenant, database and audit log once everything has come to an end."""

from __future__ import annotations

from collections import Counter
from typing import Any

import sqlalchemy as sa

from bot.audit.verify import Verified, verify
from bot.domain.requests import Request, RequestState
from bot.sandbox.model import Person
from bot.store import tables
from tests.support.deployment import Deployment

__all__ = ["books_balance", "carried_out_once", "intents_without_one_end"]


async def carried_out_once(deployment: Deployment, request: Request) -> None:
    """The request is done, with exactly one licence change and one number assignment in the tenant's log."""
    assert request.state is RequestState.DONE, request
    beneficiary = request.beneficiary.id
    applied = Counter(
        entry.path.rsplit("/", 1)[1]
        for entry in deployment.sent_writes()
        if entry.applied and beneficiary in (entry.path + str(entry.body))
    )
    assert applied == _expected(request), (request.id, applied)
    person = deployment.sandbox.tenant.people[beneficiary]
    assert set(request.plan.seats) <= set(person.now.sku_ids)
    assert _numbers(deployment, person) == [request.outcome and request.outcome.telephone_number]


def _expected(request: Request) -> Counter[str]:
    names = {"change_licences": "assignLicense", "assign_number": "assignNumber"}
    return Counter(names[step.kind] for step in request.plan.steps if step.kind in names)


def _numbers(deployment: Deployment, person: Person) -> list[str | None]:
    return [number.telephone_number for number in deployment.sandbox.tenant.numbers_of(person)]


async def books_balance(deployment: Deployment) -> None:
    """Nothing is held or due any more, no write was sent twice, every intent has its end, every message has
    arrived, and the audit log is whole."""
    await deployment.settled()
    assert await deployment.active_holds() == []
    senders = Counter(entry.client_request_id for entry in deployment.sent_writes())
    assert [one for one, times in senders.items() if times > 1] == []
    audit = await deployment.audit("graph.")
    assert set(senders) <= {_client_request_id(one) for one in audit if one["action"] == "graph.intent"}
    assert intents_without_one_end(audit) == []
    queued = sa.select(tables.requests.c.id).where(tables.requests.c.due_at.is_not(None))
    assert await deployment.rows(queued) == []
    lost = sa.select(tables.outbox).where(tables.outbox.c.state.not_in(["delivered", "cancelled"]))
    assert await deployment.rows(lost) == []
    assert isinstance(verified := await deployment.db.read(lambda tx: verify(tx.conn)), Verified), verified


def _client_request_id(intent: dict[str, Any]) -> str:
    return str(intent["details"]["client_request_id"])


def intents_without_one_end(audit: list[dict[str, Any]]) -> list[tuple[str, list[str]]]:
    """Intents that do not end as done, failed, or unknown and then resolved; each with its entries."""
    ends: dict[str, list[str]] = {}
    for entry in audit:
        details = entry["details"]
        ends.setdefault(details["intent"], []).append(
            details.get("result") or details.get("outcome", "intent")
        )
    return [(intent, seen) for intent, seen in ends.items() if not _one_end(seen)]


def _one_end(seen: list[str]) -> bool:
    match seen:
        case ["intent", "done" | "failed"]:
            return True
        case ["intent", "unknown", "applied" | "not_applied" | "failed"]:
            return True
        case _:
            return False

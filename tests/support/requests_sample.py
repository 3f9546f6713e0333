"""Small, valid requests for tests that need some request and do not care which."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from bot.domain.approval import NamedApprovers, ResolvedStage, StageSpec
from bot.domain.numbers import NumberType
from bot.domain.people import PersonRef
from bot.domain.plans import AssignNumber, ChangeLicences, LicenceAdd, Plan
from bot.domain.requests import Request, RequestState
from bot.domain.wishes import NumberWish
from bot.store import requests
from bot.store.database import Transaction

__all__ = ["asked_request", "person", "sample_request", "stored_request"]


def person(name: str) -> PersonRef:
    return PersonRef(id=name, name=name.title(), upn=f"{name}@contoso.example")


def sample_request(request_id: str = "SB-00001", **changes: Any) -> Request:
    """Ana's wish for a number, waiting for Ben's approval."""
    created = datetime(2026, 1, 31, 8, 30, tzinfo=UTC)
    sample = Request(
        id=request_id,
        version=1,
        state=RequestState.SUBMITTED,
        requester=person("ana"),
        beneficiary=person("ana"),
        wish=NumberWish(beneficiary_id="ana", country="FR", city="Paris", reason="Nouveau poste à l’été ☎"),
        plan=Plan(
            steps=(
                ChangeLicences(add=(LicenceAdd(sku_id="sku-1", part_number="MCOPSTN1"),), rules=("R19",)),
                AssignNumber(number_type=NumberType.CALLING_PLAN, country="FR", city="Paris"),
            )
        ),
        policy_version="p1",
        stages=(ResolvedStage.of(StageSpec(approvers=NamedApprovers(ids=("ben",))), person("ben")),),
        created_at=created,
        updated_at=created,
    )
    return sample.model_copy(update=changes)


def stored_request(tx: Transaction, request_id: str = "SB-00001", **changes: Any) -> Request:
    """`sample_request`, inserted under keys of its own."""
    sample = sample_request(request_id, **changes)
    requests.insert(tx, sample, idempotency_key=f"key:{sample.id}", open_key=f"open:{sample.id}")
    return sample


def asked_request(tx: Transaction, request_id: str = "SB-00001", **changes: Any) -> Request:
    """`stored_request`, its people asked: its second version."""
    request = stored_request(tx, request_id, **changes)
    stage = request.stages[0].model_copy(update={"opened_at": tx.now})
    return requests.save(tx, request.model_copy(update={"stages": (stage, *request.stages[1:])}))

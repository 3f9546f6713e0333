"""`/sandbox/calls`: other calls than those the numbers make, late ones, corrected ones, and dial-out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC
from typing import Any

from aiohttp import web
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from bot.sandbox.call_history import HistoryWish
from bot.sandbox.call_rows import Began, Place, pstn_row
from bot.sandbox.graph.service import GraphService
from bot.sandbox.shaping import person_of

__all__ = ["CALL_ROUTES", "CallWish", "DialOutWish", "add_call", "add_dial_out"]


class CallWish(BaseModel):
    """A call that is to be in the log."""

    model_config = ConfigDict(extra="forbid")

    id: str = Field(min_length=1)
    user: str
    """Object id, user principal name, or its first half."""
    began: AwareDatetime
    charge: float = 0
    currency: str = "EUR"
    seconds: int = Field(default=60, ge=0)
    kind: str = "user_out"
    destination: str = "Germany"
    number: str = "+493023125900"
    shown_at: AwareDatetime | None = None
    """Records may come late; None: it is there already."""


class Correction(BaseModel):
    """What a call costs from now on."""

    model_config = ConfigDict(extra="forbid")

    charge: float


class DialOutWish(BaseModel):
    """Dial-out from a meeting that only the report shows."""

    model_config = ConfigDict(extra="forbid")

    user: str
    began: AwareDatetime
    charge: float
    currency: str = "EUR"


def add_call(service: GraphService, wish: CallWish) -> None:
    """Put a call into the log."""
    person = person_of(service.tenant, wish.user)
    began = wish.began.astimezone(UTC)
    call = Began(
        began, wish.seconds, wish.kind != "ucap_in", Place("International", wish.destination, wish.number)
    )
    own = "+33199001000", person.country or "FR"
    ids = wish.id, f"{wish.id}/leg"
    row = pstn_row(ids, person, own, call, wish.kind, (wish.charge, wish.currency))
    service.calls.add(began, row, wish.shown_at)


def add_dial_out(service: GraphService, wish: DialOutWish) -> None:
    """Put dial-out into the report."""
    person = person_of(service.tenant, wish.user)
    service.calls.report(wish.began, person, wish.charge, wish.currency)


async def _replace(request: web.Request, service: GraphService) -> Any:
    wish = HistoryWish.model_validate(await request.json())
    service.calls.replace(wish)
    return wish.model_dump()


async def _add(request: web.Request, service: GraphService) -> Any:
    """One call, or a list of calls."""
    body = await request.json()
    wishes = [CallWish.model_validate(one) for one in (body if isinstance(body, list) else [body])]
    for wish in wishes:
        add_call(service, wish)
    return {"value": [wish.id for wish in wishes]}


async def _correct(request: web.Request, service: GraphService) -> Any:
    wish = Correction.model_validate(await request.json())
    service.calls.charge(request.match_info["key"], wish.charge)
    return {}


async def _dial_out(request: web.Request, service: GraphService) -> Any:
    add_dial_out(service, DialOutWish.model_validate(await request.json()))
    return {}


async def _forget(request: web.Request, service: GraphService) -> Any:
    """The calls the numbers make again."""
    service.calls.forget()
    return {}


_Answer = Callable[[web.Request, GraphService], Awaitable[Any]]

CALL_ROUTES: tuple[tuple[str, str, _Answer], ...] = (
    ("PUT", "calls", _replace),
    ("POST", "calls", _add),
    ("DELETE", "calls", _forget),
    ("PATCH", "calls/{key}", _correct),
    ("POST", "dial-out", _dial_out),
)

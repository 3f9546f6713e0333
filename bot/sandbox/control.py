"""`/sandbox/...`: looking into the simulated tenant, shaping it, and scripting what goes wrong.

Not part of any Microsoft API, and without authentication: the sandbox listens on loopback only.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.sandbox import shaping, telephony
from bot.sandbox.call_control import CALL_ROUTES
from bot.sandbox.clock import stamp
from bot.sandbox.faults import Effect, Match
from bot.sandbox.graph.http import GRAPH
from bot.sandbox.graph.service import GraphService
from bot.sandbox.graph.throttle import Limits
from bot.sandbox.inspection import group_truth, number_truth, person_truth, sku_truth
from bot.sandbox.seed import populate

__all__ = ["register_control"]

Answer = Callable[[web.Request, GraphService], Awaitable[Any]]


class ClockWish(BaseModel):
    """Either or both: first the jump, then the new speed."""

    model_config = ConfigDict(extra="forbid")
    advance_seconds: float = Field(default=0, ge=0)
    rate: float | None = Field(default=None, gt=0)


class FaultWish(BaseModel):
    model_config = ConfigDict(extra="forbid")
    match: Match = Match()
    effect: Effect


def register_control(app: web.Application) -> None:
    """Add the routes; the Graph side must be registered."""
    for method, path, answer in (*_TABLE, *CALL_ROUTES):
        app.router.add_route(method, f"/sandbox/{path}", _plain(answer))


def _plain(answer: Answer) -> Callable[[web.Request], Awaitable[web.Response]]:
    """JSON out; a wrong wish is a 400 that says what is wrong with it, a wrong name a 404."""

    async def handler(request: web.Request) -> web.Response:
        service = request.app[GRAPH]
        telephony.settle(service.tenant)
        try:
            return web.json_response(await answer(request, service))
        except ValidationError as error:
            problems = [f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors()]
            return web.json_response({"error": "; ".join(problems)}, status=400)
        except (TypeError, ValueError, re.error) as error:
            return web.json_response({"error": str(error)}, status=400)
        except shaping.Unknown as error:
            return web.json_response({"error": str(error)}, status=404)

    return handler


async def _people(request: web.Request, service: GraphService) -> Any:
    tenant = service.tenant
    return {"value": [person_truth(tenant, one) for one in tenant.people.values()]}


async def _person(request: web.Request, service: GraphService) -> Any:
    person = shaping.person_of(service.tenant, request.match_info["key"])
    return person_truth(service.tenant, person)


async def _skus(request: web.Request, service: GraphService) -> Any:
    return {"value": [sku_truth(service.tenant, one) for one in service.tenant.skus.values()]}


async def _numbers(request: web.Request, service: GraphService) -> Any:
    return {"value": [number_truth(service.tenant, one) for one in service.tenant.numbers.values()]}


async def _groups(request: web.Request, service: GraphService) -> Any:
    return {"value": [group_truth(service.tenant, one) for one in service.tenant.groups.values()]}


async def _requests(request: web.Request, service: GraphService) -> Any:
    """`?method=&path=&applied=&status=&since=`: path is a regular expression, since a seq."""
    wanted = request.query
    found = service.journal.entries()
    if "method" in wanted:
        found = [one for one in found if one.method == wanted["method"].upper()]
    if "path" in wanted:
        found = [one for one in found if re.search(wanted["path"], one.path)]
    if "applied" in wanted:
        found = [one for one in found if one.applied is (wanted["applied"] == "true")]
    if "status" in wanted:
        found = [one for one in found if str(one.status) == wanted["status"]]
    if "since" in wanted:
        found = [one for one in found if one.seq > int(wanted["since"])]
    return {"value": [one.described() for one in found]}


async def _clear_requests(request: web.Request, service: GraphService) -> Any:
    service.journal.clear()
    return {"value": []}


async def _clock(request: web.Request, service: GraphService) -> Any:
    clock = service.tenant.clock
    return {"now": clock.now().isoformat(), "stamp": stamp(clock.now()), "rate": clock.rate}


async def _set_clock(request: web.Request, service: GraphService) -> Any:
    wish = ClockWish.model_validate(await request.json())
    service.tenant.clock.advance(wish.advance_seconds)
    if wish.rate is not None:
        service.tenant.clock.run_at(wish.rate)
    telephony.settle(service.tenant)
    return await _clock(request, service)


async def _delays(request: web.Request, service: GraphService) -> Any:
    return service.tenant.delays_as_dict()


async def _set_delays(request: web.Request, service: GraphService) -> Any:
    wish = {str(name): float(seconds) for name, seconds in (await request.json()).items()}
    service.tenant.set_delays(wish)
    return service.tenant.delays_as_dict()


async def _throttling(request: web.Request, service: GraphService) -> Any:
    return service.throttle.limits.model_dump()


async def _set_throttling(request: web.Request, service: GraphService) -> Any:
    service.throttle.configure(Limits.model_validate(await request.json()))
    return service.throttle.limits.model_dump()


async def _faults(request: web.Request, service: GraphService) -> Any:
    return {"value": [one.described() for one in service.faults.scripted.values()]}


async def _add_fault(request: web.Request, service: GraphService) -> Any:
    wish = FaultWish.model_validate(await request.json())
    return service.faults.add(wish.match, wish.effect).described()


async def _clear_faults(request: web.Request, service: GraphService) -> Any:
    service.faults.scripted.clear()
    return {"value": []}


async def _drop_fault(request: web.Request, service: GraphService) -> Any:
    if service.faults.scripted.pop(int(request.match_info["key"]), None) is None:
        raise shaping.Unknown(f"no fault {request.match_info['key']}")
    return await _faults(request, service)


async def _holds(request: web.Request, service: GraphService) -> Any:
    return {"value": service.holds.listed()}


async def _release(request: web.Request, service: GraphService) -> Any:
    if not service.holds.release(int(request.match_info["key"])):
        raise shaping.Unknown(f"no parked request {request.match_info['key']}")
    return {"released": 1}


async def _release_all(request: web.Request, service: GraphService) -> Any:
    return {"released": service.holds.release_all()}


async def _reset(request: web.Request, service: GraphService) -> Any:
    """The seeded tenant again, no faults, no throttling, an empty log; the clock goes on."""
    populate(service.tenant)
    service.calls.forget()
    service.holds.release_all()
    service.faults.scripted.clear()
    service.journal.clear()
    service.throttle.configure(Limits())
    return await _clock(request, service)


async def _add_person(request: web.Request, service: GraphService) -> Any:
    """One person, or a list of people."""
    body = await request.json()
    if isinstance(body, list):
        wishes = [shaping.NewPerson.model_validate(one) for one in body]
        return {"value": [shaping.add_person(service.tenant, one).id for one in wishes]}
    person = shaping.add_person(service.tenant, shaping.NewPerson.model_validate(body))
    return person_truth(service.tenant, person)


async def _change_person(request: web.Request, service: GraphService) -> Any:
    person = shaping.person_of(service.tenant, request.match_info["key"])
    changes = shaping.PersonChanges.model_validate(await request.json())
    shaping.change_person(service.tenant, person, changes)
    return person_truth(service.tenant, person)


async def _drop_person(request: web.Request, service: GraphService) -> Any:
    shaping.drop_person(service.tenant, shaping.person_of(service.tenant, request.match_info["key"]))
    return {}


async def _set_app_secrets(request: web.Request, service: GraphService) -> Any:
    """All of them anew; what they are is none of Graph's business."""
    wishes = [shaping.NewSecret.model_validate(one) for one in await request.json()]
    return {"value": [one.id for one in shaping.set_app_secrets(service.tenant, wishes)]}


async def _add_sku(request: web.Request, service: GraphService) -> Any:
    wish = shaping.NewSku.model_validate(await request.json())
    return sku_truth(service.tenant, shaping.add_sku(service.tenant, wish))


async def _change_sku(request: web.Request, service: GraphService) -> Any:
    sku = shaping.sku_of(service.tenant, request.match_info["key"])
    shaping.change_sku(service.tenant, sku, shaping.SkuChanges.model_validate(await request.json()))
    return sku_truth(service.tenant, sku)


async def _add_number(request: web.Request, service: GraphService) -> Any:
    """One number, or a list of numbers."""
    body = await request.json()
    if isinstance(body, list):
        wishes = [shaping.NewNumber.model_validate(one) for one in body]
        return {"value": [shaping.add_number(service.tenant, one).telephone_number for one in wishes]}
    number = shaping.add_number(service.tenant, shaping.NewNumber.model_validate(body))
    return number_truth(service.tenant, number)


async def _change_number(request: web.Request, service: GraphService) -> Any:
    number = shaping.number_of(service.tenant, request.match_info["key"])
    changes = shaping.NumberChanges.model_validate(await request.json())
    shaping.change_number(service.tenant, number, changes)
    return number_truth(service.tenant, number)


async def _drop_number(request: web.Request, service: GraphService) -> Any:
    shaping.drop_number(service.tenant, shaping.number_of(service.tenant, request.match_info["key"]))
    return {}


async def _add_group(request: web.Request, service: GraphService) -> Any:
    wish = shaping.NewGroup.model_validate(await request.json())
    return group_truth(service.tenant, shaping.add_group(service.tenant, wish))


async def _add_member(request: web.Request, service: GraphService) -> Any:
    group = shaping.group_of(service.tenant, request.match_info["key"])
    shaping.add_member(service.tenant, group, str((await request.json())["id"]))
    return group_truth(service.tenant, group)


async def _drop_member(request: web.Request, service: GraphService) -> Any:
    group = shaping.group_of(service.tenant, request.match_info["key"])
    shaping.drop_member(service.tenant, group, request.match_info["member"])
    return group_truth(service.tenant, group)


_TABLE: tuple[tuple[str, str, Answer], ...] = (
    ("GET", "state/people", _people),
    ("GET", "state/people/{key}", _person),
    ("GET", "state/skus", _skus),
    ("GET", "state/numbers", _numbers),
    ("GET", "state/groups", _groups),
    ("GET", "requests", _requests),
    ("DELETE", "requests", _clear_requests),
    ("GET", "clock", _clock),
    ("POST", "clock", _set_clock),
    ("GET", "delays", _delays),
    ("PUT", "delays", _set_delays),
    ("GET", "throttling", _throttling),
    ("PUT", "throttling", _set_throttling),
    ("GET", "faults", _faults),
    ("POST", "faults", _add_fault),
    ("DELETE", "faults", _clear_faults),
    ("DELETE", "faults/{key}", _drop_fault),
    ("GET", "holds", _holds),
    ("DELETE", "holds", _release_all),
    ("POST", "holds/{key}/release", _release),
    ("POST", "reset", _reset),
    ("POST", "people", _add_person),
    ("PATCH", "people/{key}", _change_person),
    ("DELETE", "people/{key}", _drop_person),
    ("PUT", "app-secrets", _set_app_secrets),
    ("POST", "skus", _add_sku),
    ("PATCH", "skus/{key}", _change_sku),
    ("POST", "numbers", _add_number),
    ("PATCH", "numbers/{key}", _change_number),
    ("DELETE", "numbers/{key}", _drop_number),
    ("POST", "groups", _add_group),
    ("POST", "groups/{key}/members", _add_member),
    ("DELETE", "groups/{key}/members/{member}", _drop_member),
)

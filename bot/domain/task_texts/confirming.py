"""Whether Graph shows that a task is done: what was asked for is there, or it cannot be seen from here."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.domain.catalogue.countries import country
from bot.domain.catalogue.products import plans_of_role, product_name
from bot.domain.numbers import Capability, PhoneNumber
from bot.domain.people import Holdings
from bot.domain.planning.needs import Needs
from bot.domain.task_texts.params import checked
from bot.domain.tasks import TaskKind
from bot.domain.tenant import Acquired, TenantView

__all__ = ["confirmation_needs", "confirmed", "opening_params"]

_Look = Callable[[Mapping[str, str], Holdings | None, TenantView], bool | None]

_BASELINE = "had"
"""Parameter that holds how much of a stock there was when the task was opened."""


def confirmed(
    kind: TaskKind, params: Mapping[str, str], holdings: Holdings | None, tenant: TenantView
) -> bool | None:
    """Whether what the task asks for is there; None where Graph cannot tell and evidence has to do.

    False means not yet: Graph follows minutes to hours after an admin centre. `holdings` are those of the
    person the task is about, None where it is about nobody; `tenant` holds what `confirmation_needs` asks
    for. Stock that should grow is compared with what `opening_params` noted.
    """
    look = _LOOKS.get(kind)
    return look(checked(kind, params), holdings, tenant) if look else None


def confirmation_needs(kind: TaskKind, params: Mapping[str, str]) -> Needs:
    """What of the tenant has to be read before `confirmed` can be asked."""
    match kind:
        case TaskKind.ORDER_NUMBERS:
            return Needs(acquired=True)
        case TaskKind.EMERGENCY_ADDRESS:
            return Needs(numbers_of=params["country"])
        case _:
            return Needs()


def opening_params(kind: TaskKind, params: Mapping[str, str], tenant: TenantView) -> dict[str, str]:
    """The parameters a task is opened with: those planned, and how much there is of what should grow."""
    match kind:
        case TaskKind.BUY_SEATS:
            sku = tenant.sku(params["sku_id"])
            return {**params, _BASELINE: str(sku.enabled if sku else 0)}
        case TaskKind.ORDER_NUMBERS:
            return {**params, _BASELINE: str(_acquired(params, tenant.acquired))}
        case _:
            return dict(params)


def _grown(params: Mapping[str, str], now: int) -> bool | None:
    """By how many were asked for, so that half a delivery is not the whole."""
    had = params.get(_BASELINE)
    return None if had is None else now >= int(had) + int(params["quantity"])


def _seats(params: Mapping[str, str], _holdings: Holdings | None, tenant: TenantView) -> bool | None:
    sku = tenant.sku(params["sku_id"])
    return _grown(params, sku.enabled if sku else 0)


def _numbers(params: Mapping[str, str], _holdings: Holdings | None, tenant: TenantView) -> bool | None:
    return _grown(params, _acquired(params, tenant.acquired))


def _acquired(params: Mapping[str, str], acquired: Acquired) -> int:
    if params["usage"] == "user":
        return acquired.user
    tariff = params.get("tariff")
    if not tariff:
        return acquired.toll + acquired.toll_free
    return acquired.toll_free if tariff == "toll_free" else acquired.toll


def _location(params: Mapping[str, str], holdings: Holdings | None, _tenant: TenantView) -> bool | None:
    """No country set: only people know the right one. Another country set: somebody decided otherwise."""
    home = holdings.person.usage_location if holdings else None
    return None if home is None else home == params["country"]


def _address(params: Mapping[str, str], holdings: Holdings | None, tenant: TenantView) -> bool | None:
    """Where the address is chosen only when a number is given, no number shows it before (R66)."""
    facts = country(params["country"])
    if facts is None or facts.emergency_at != "acquisition":
        return None
    if params["number"]:
        known = (*(holdings.numbers if holdings else ()), *tenant.free_numbers)
        found = next((one for one in known if one.telephone_number == params["number"]), None)
        return None if found is None else found.location_id is not None
    return any(_placed(one, params) for one in tenant.free_numbers)


def _placed(number: PhoneNumber, params: Mapping[str, str]) -> bool:
    city = params["city"].casefold()
    here = number.country == params["country"] and city in ("", (number.city or "").casefold())
    return here and number.location_id is not None


def _group(params: Mapping[str, str], holdings: Holdings | None, _tenant: TenantView) -> bool | None:
    if holdings is None:
        return None
    given = any(one.assigned_by_group == params["group"] for one in holdings.licences)
    return given if params["action"] == "add" else not given


def _suite(params: Mapping[str, str], holdings: Holdings | None, _tenant: TenantView) -> bool | None:
    if holdings is None:
        return None
    still = any(product_name(one.sku_id) == params["base"] for one in holdings.licences if one.in_force)
    return not still and not plans_of_role("teams").isdisjoint(holdings.enabled_plans)


def _assigned(params: Mapping[str, str], holdings: Holdings | None, _tenant: TenantView) -> bool | None:
    """Only where the number is for an account whose holdings were read."""
    if holdings is None or params["account"] not in (holdings.person.id, holdings.person.upn):
        return None
    held = {one.telephone_number for one in holdings.numbers}
    return params["number"] in held


def _converted(params: Mapping[str, str], _holdings: Holdings | None, tenant: TenantView) -> bool | None:
    wanted = {
        "user": Capability.USER,
        "voice_application": Capability.VOICE_APPLICATION,
        "conference": Capability.CONFERENCE,
    }[params["target"]]
    known = (*tenant.free_numbers, *tenant.service_numbers)
    found = next((one for one in known if one.telephone_number == params["number"]), None)
    return None if found is None else wanted in found.capabilities


def _line(params: Mapping[str, str], holdings: Holdings | None, _tenant: TenantView) -> bool | None:
    if holdings is None:
        return None
    if any(one.on_premises for one in holdings.numbers):
        return False
    return holdings.voice is None or params["number"] not in holdings.voice.numbers


_LOOKS: Mapping[TaskKind, _Look] = {
    TaskKind.CONFIRM_LOCATION: _location,
    TaskKind.BUY_SEATS: _seats,
    TaskKind.ORDER_NUMBERS: _numbers,
    TaskKind.EMERGENCY_ADDRESS: _address,
    TaskKind.CHANGE_GROUP: _group,
    TaskKind.UPGRADE_BASE: _suite,
    TaskKind.SERVICE_NUMBER: _assigned,
    TaskKind.CONVERT_NUMBER: _converted,
    TaskKind.CLEAR_LINE: _line,
}

"""One function for every kind of task, and what happens where its PowerShell cannot be written safely."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from bot.domain.task_texts import money, numbers, people, places, services, stock
from bot.domain.task_texts.params import checked
from bot.domain.task_texts.powershell import Unquotable, pasteable
from bot.domain.task_texts.rows import N_, TaskText, say
from bot.domain.tasks import TaskKind
from bot.domain.tenant import TenantFacts

__all__ = ["task_text"]

_Maker = Callable[[Mapping[str, str], TenantFacts], TaskText]

_MAKERS: Mapping[TaskKind, _Maker] = {
    TaskKind.CONFIRM_LOCATION: people.confirm_location,
    TaskKind.BUY_SEATS: stock.buy_seats,
    TaskKind.ORDER_NUMBERS: numbers.order_numbers,
    TaskKind.PORT_NUMBERS: numbers.port_numbers,
    TaskKind.EMERGENCY_ADDRESS: places.emergency_address,
    TaskKind.CHANGE_GROUP: people.change_group,
    TaskKind.UPGRADE_BASE: people.upgrade_base,
    TaskKind.FORWARD_CALLS: people.forward_calls,
    TaskKind.ADD_FUNDS: money.add_funds,
    TaskKind.PARTNER_FUNDS: money.partner_funds,
    TaskKind.SET_RECHARGE: money.set_recharge,
    TaskKind.VOICE_APPLICATION: services.voice_application,
    TaskKind.SERVICE_NUMBER: services.service_number,
    TaskKind.CONVERT_NUMBER: numbers.convert_number,
    TaskKind.CONFERENCE_PROVIDER: people.conference_provider,
    TaskKind.SUPPORT_CASE: people.support_case,
    TaskKind.CLEAR_LINE: people.clear_line,
}


def task_text(kind: TaskKind, params: Mapping[str, str], facts: TenantFacts) -> TaskText:
    """What a task says. Raises `Bug` where `params` lack one of `required_params(kind)`.

    A name or address that must not be pasted into a shell leaves the PowerShell out and says so; the
    checklist stays.
    """
    make = _MAKERS[kind]
    known = checked(kind, params)
    try:
        return make(known, facts)
    except Unquotable:
        return _without_script(make({name: pasteable(value) for name, value in known.items()}, facts))


def _without_script(text: TaskText) -> TaskText:
    note = say(N_("No PowerShell here: something to fill in has characters that are not safe to paste."))
    return replace(text, powershell=None, warnings=(*text.warnings, note))

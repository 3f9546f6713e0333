"""Which parameters each kind of task carries. All are strings; a value that is not known is empty."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.errors import Bug
from bot.domain.tasks import TaskKind

__all__ = ["checked", "required_params"]

_PARAMS: Mapping[TaskKind, tuple[str, ...]] = {
    TaskKind.CONFIRM_LOCATION: ("name", "person", "country"),
    TaskKind.BUY_SEATS: ("product", "sku_id", "quantity"),
    TaskKind.ORDER_NUMBERS: ("country", "city", "quantity", "usage", "path"),
    TaskKind.PORT_NUMBERS: ("country", "quantity", "usage", "path", "operator", "tariff"),
    TaskKind.EMERGENCY_ADDRESS: ("country", "city", "number", "name"),
    TaskKind.CHANGE_GROUP: ("group", "name", "person", "product", "action"),
    TaskKind.UPGRADE_BASE: ("name", "person", "base", "products"),
    TaskKind.FORWARD_CALLS: ("name", "person", "target"),
    TaskKind.ADD_FUNDS: (
        "amount",
        "currency",
        "recharge",
        "trigger",
        "agreement",
        "purchase_order",
        "billing",
    ),
    TaskKind.PARTNER_FUNDS: ("amount", "currency"),
    TaskKind.SET_RECHARGE: ("recharge", "trigger", "currency", "partner"),
    TaskKind.VOICE_APPLICATION: ("purpose", "name", "country", "city", "tariff", "number"),
    TaskKind.SERVICE_NUMBER: ("purpose", "name", "account", "number", "country", "tariff"),
    TaskKind.CONVERT_NUMBER: ("number", "target"),
    TaskKind.CONFERENCE_PROVIDER: ("name", "person", "provider"),
    TaskKind.SUPPORT_CASE: ("name", "person", "subject"),
    TaskKind.CLEAR_LINE: ("name", "person", "number"),
}


def required_params(kind: TaskKind) -> frozenset[str]:
    """The names a task of this kind is filled in with; a task may carry others for its makers' own use.

    `person` is a user principal name, `country` an ISO 3166 code, `number` E.164, `quantity` a whole
    number; `amount`, `recharge` and `trigger` are decimal amounts as `money_text` writes them, empty where
    automatic recharging is off; `partner` is yes where only the partner can do it; `group` is
    an object id, and `group_name` may say what it is called; `account` an object id or user principal name;
    `action` is add or remove; `usage` and `target` are a `NumberUsage`; `purpose` a `VoicePurpose`; `tariff`
    a `Tariff` (orders may leave it out); money may have a `purpose`, set_up or top_up, and what was `paid`
    of it before; `path` is admin_centre, form or partner for orders, wizard or
    request for ports; `billing` a type of billing account; `provider` the conferencing provider to be set.
    """
    return frozenset(_PARAMS[kind])


def checked(kind: TaskKind, params: Mapping[str, str]) -> Mapping[str, str]:
    """The same parameters. Raises `Bug` when one is missing: it would leave a gap in what people read."""
    missing = required_params(kind) - params.keys()
    if missing:
        raise Bug(f"a task {kind} lacks {', '.join(sorted(missing))}")
    return params

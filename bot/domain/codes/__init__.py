"""Every code people may be shown, in one table: what happened, what to do next, and who can do it (R79).

A code is stable: people quote it, and it is kept on requests and in the audit log. Texts are gettext
message ids with `str.format` parameters. The parameters in `COUNTRY_PARAMS` hold ISO 3166 codes, to be
shown as the reader's own name of the country; those in `PRODUCT_PARAMS` English names of products.

One module a family: WHO the person, LIC licences, CONF audio conferencing, NUM numbers, LOC usage and
emergency location, SVC service numbers, voice applications and rooms, CRE Communications Credits, ORD
orders and ports of numbers, TSK tasks for people, APP approval, REQ the life of a request, UP Microsoft's
services, PRP waiting for Teams, ADM roles and admins' commands, AUD the audit log, WCH
what the watch finds, REP reports.
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.codes.admins import ADM
from bot.domain.codes.admins_desk import ADM_DESK
from bot.domain.codes.approvals import APP
from bot.domain.codes.approvals_authority import APP_AUTHORITY
from bot.domain.codes.approvals_card import APP_CARD
from bot.domain.codes.approvals_changes import APP_CHANGES
from bot.domain.codes.approvals_delivery import APP_DELIVERY
from bot.domain.codes.approvals_silence import APP_SILENCE
from bot.domain.codes.approvals_standing_in import APP_STANDING_IN
from bot.domain.codes.audit import AUD
from bot.domain.codes.conferencing import CONF
from bot.domain.codes.credits import CRE
from bot.domain.codes.credits_forecast import CRE_FORECAST
from bot.domain.codes.credits_ledger import CRE_LEDGER
from bot.domain.codes.credits_orders import CRE_ORDERS
from bot.domain.codes.licences import LIC
from bot.domain.codes.locations import LOC
from bot.domain.codes.numbers import NUM
from bot.domain.codes.orders import ORD
from bot.domain.codes.oversight import WCH
from bot.domain.codes.people import WHO
from bot.domain.codes.propagation import PRP
from bot.domain.codes.reports import REP
from bot.domain.codes.requests import REQ
from bot.domain.codes.rows import Code
from bot.domain.codes.services import SVC
from bot.domain.codes.tasks import TSK
from bot.domain.codes.upstream import UP

__all__ = ["CODES", "COUNTRY_PARAMS", "DAY_PARAMS", "MONEY_PARAMS", "PRODUCT_PARAMS", "Code"]

COUNTRY_PARAMS = frozenset({"country", "location_country"})
"""Names of parameters that hold a country code."""

PRODUCT_PARAMS = frozenset(
    {"alternatives", "base", "better", "choices", "dependent", "nearest", "other", "parts"}
    | {"plan", "plans", "product", "products", "replaced", "source"}
)
"""Names of parameters that hold names of products, parted by commas."""

MONEY_PARAMS = frozenset({"amount", "left", "paid", "spent", "trigger", "usual"})
"""Names of parameters that hold an amount as `bot.domain.amounts.with_currency` writes it."""

DAY_PARAMS = frozenset({"day"})
"""Names of parameters that hold a day as `2026-11-21`."""

CODES: Mapping[str, Code] = {
    **WHO,
    **LIC,
    **CONF,
    **NUM,
    **LOC,
    **SVC,
    **CRE,
    **CRE_LEDGER,
    **CRE_FORECAST,
    **CRE_ORDERS,
    **ORD,
    **TSK,
    **APP,
    **APP_DELIVERY,
    **APP_AUTHORITY,
    **APP_CARD,
    **APP_CHANGES,
    **APP_STANDING_IN,
    **APP_SILENCE,
    **REQ,
    **UP,
    **PRP,
    **ADM,
    **ADM_DESK,
    **AUD,
    **WCH,
    **REP,
}

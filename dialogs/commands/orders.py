"""Orders of Communications Credits: purchase order numbers, and what became of orders and recharges."""

from __future__ import annotations

from typing import Any

from bot.usecases.credit_events import MAY_TELL
from bot.usecases.credits_book import BOOKKEEPERS
from bot.usecases.credits_for_all import MAY_ASK_FOR_ALL
from bot.usecases.desk import Desk
from bot.words import N_
from dialogs.commands.command import ADMINS, Command
from dialogs.commands.grammar import Grammar
from dialogs.credit_orders_flow import CreditOrdersFlow
from dialogs.purchase_order_flow import PurchaseOrderFlow
from dialogs.requests_flow import RequestsFlow

__all__ = ["order_commands"]

_NUMBER = Grammar(
    "(po|purchase order) {request} {order:text}",
    "bon de commande {request} {order:text}",
    "采购订单{request} {order:text}",
)
_FAILED = Grammar("recharge failed", "recharge echouee", "自动充值失败")
_RECHARGED = Grammar(
    "recharge ok {amount} {order:text}",
    "recharge reussie {amount} {order:text}",
    "自动充值成功{amount} {order:text}",
)
_USED_UP = Grammar("(balance zero|credits used up)", "(solde nul|credits epuises)", "余额为零")
_FOR_ALL = Grammar(
    "(credits|credit) (licence|licences|license|licenses) for (everybody|everyone|all callers|all)",
    "(licence|licences) [de] credits pour (tous|tout le monde|tous les appelants)",
    "(为|给)(所有人|全员)(申请|分配)点数许可证",
)
_CANCELLED = Grammar(
    "order cancelled {order:text} because {why:text}",
    "commande annulee {order:text} (parce que|car) {why:text}",
    "订单取消{order:text}因为{why:text}",
)


def order_commands(desk: Desk) -> tuple[Command[Any], ...]:
    flow = CreditOrdersFlow(desk)
    return (*_of_requesters(desk, flow), *_of_the_ledger(flow))


def _of_requesters(desk: Desk, flow: CreditOrdersFlow) -> tuple[Command[Any], ...]:
    return (
        Command(
            name="purchase_order",
            grammar=_NUMBER,
            usage=N_("po SB-4K7Q2 4711"),
            summary=N_("tells the purchase order number that a request of yours waits for"),
            run=PurchaseOrderFlow(desk, RequestsFlow(desk)).on_text,
            writes=True,
        ),
        Command(
            name="credits_for_all",
            grammar=_FOR_ALL,
            usage=N_("credits licence for everybody"),
            summary=N_("asks for the credits licence for everybody who calls and is without, E5 included"),
            run=flow.for_all,
            roles=MAY_ASK_FOR_ALL,
            places=ADMINS,
            writes=True,
            sweeping=flow.how_many,
        ),
    )


def _of_the_ledger(flow: CreditOrdersFlow) -> tuple[Command[Any], ...]:
    """What nobody but people can tell of recharges and orders (R49)."""
    return (
        Command(
            name="recharged",
            grammar=_RECHARGED,
            usage=N_("recharge ok 200 EUR INV-4711"),
            summary=N_("puts an automatic recharge on the ledger, by the number of its invoice"),
            run=flow.recharged,
            roles=BOOKKEEPERS,
            places=ADMINS,
            writes=True,
        ),
        Command(
            name="recharge_failed",
            grammar=_FAILED,
            usage=N_("recharge failed"),
            summary=N_("alerts the billing administrators: an automatic recharge did not go through"),
            run=flow.failed,
            roles=MAY_TELL,
            places=ADMINS,
            writes=True,
        ),
        Command(
            name="used_up",
            grammar=_USED_UP,
            usage=N_("balance zero"),
            summary=N_("alerts the billing administrators: no Communications Credits are left"),
            run=flow.used_up,
            roles=MAY_TELL,
            places=ADMINS,
            writes=True,
        ),
        Command(
            name="order_cancelled",
            grammar=_CANCELLED,
            usage=N_("order cancelled A-1001 because the card was declined"),
            summary=N_("takes the money of an order off the ledger that did not come true"),
            run=flow.cancelled,
            roles=BOOKKEEPERS,
            places=ADMINS,
            writes=True,
        ),
    )

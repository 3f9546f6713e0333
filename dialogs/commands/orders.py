"""Orders of Communications Credits: purchase order numbers."""

from __future__ import annotations

from typing import Any

from bot.usecases.desk import Desk
from bot.words import N_
from dialogs.commands.command import Command
from dialogs.commands.grammar import Grammar
from dialogs.purchase_order_flow import PurchaseOrderFlow
from dialogs.requests_flow import RequestsFlow

__all__ = ["order_commands"]

_NUMBER = Grammar(
    "po {request} {order:text}",
    "purchase order {request} {order:text}",
    "bon de commande {request} {order:text}",
    "采购订单{request} {order:text}",
)


def order_commands(desk: Desk) -> tuple[Command[Any], ...]:
    return (
        Command(
            name="purchase_order",
            grammar=_NUMBER,
            usage=N_("po SB-4K7Q2 4711"),
            summary=N_("tells the purchase order number that a request of yours waits for"),
            run=PurchaseOrderFlow(desk, RequestsFlow(desk)).on_text,
            writes=True,
        ),
    )

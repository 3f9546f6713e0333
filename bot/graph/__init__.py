"""Microsoft Graph, on httpx and MSAL: the only place that speaks to it."""

from __future__ import annotations

from bot.graph.apps import Organisation
from bot.graph.facade import Graph
from bot.graph.numbers import NumberOperation, NumberOrder, OperationStatus
from bot.graph.receipts import WriteReceipt
from bot.graph.transport import Fence, Patience

__all__ = [
    "Fence",
    "Graph",
    "NumberOperation",
    "NumberOrder",
    "OperationStatus",
    "Organisation",
    "Patience",
    "WriteReceipt",
]

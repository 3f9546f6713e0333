"""From a wish to a plan: what it takes, in which order, or why it cannot be.

Pure functions over a snapshot: the person's holdings and the tenant's stock, already read.
"""

from bot.domain.planning.after_others import after_others
from bot.domain.planning.needs import Needs, needs
from bot.domain.planning.numbers import choose_number, others
from bot.domain.planning.order import in_order
from bot.domain.planning.planner import plan
from bot.domain.planning.precheck import precheck
from bot.domain.planning.readiness import voice_ready
from bot.domain.planning.service_numbers import choose_service_number

__all__ = [
    "Needs",
    "after_others",
    "choose_number",
    "choose_service_number",
    "in_order",
    "needs",
    "others",
    "plan",
    "precheck",
    "voice_ready",
]

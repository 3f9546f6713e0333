"""How each kind of step is read and done, by kind and version of the step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.domain.errors import Bug
from bot.domain.plans import Step
from bot.execution.protocol import StepHandler
from bot.execution.steps.human_task import HumanTaskHandler
from bot.execution.steps.keep import KeepHandler
from bot.execution.steps.licences import LicencesHandler
from bot.execution.steps.location import LocationHandler
from bot.execution.steps.moment import MomentHandler
from bot.execution.steps.number import NumberHandler
from bot.execution.steps.plans import PlansHandler
from bot.execution.steps.purchase_order import PurchaseOrderHandler
from bot.execution.steps.release import ReleaseHandler
from bot.execution.steps.usage_location import UsageLocationHandler
from bot.execution.steps.voice import VoiceHandler

__all__ = ["handler_of"]

_HANDLERS: Mapping[tuple[str, int], StepHandler[Any]] = {
    ("set_usage_location", 1): UsageLocationHandler(),
    ("change_licences", 1): LicencesHandler(),
    ("await_moment", 1): MomentHandler(),
    ("await_purchase_order", 1): PurchaseOrderHandler(),
    ("await_plans", 1): PlansHandler(),
    ("human_task", 1): HumanTaskHandler(),
    ("await_voice", 1): VoiceHandler(),
    ("assign_number", 1): NumberHandler(),
    ("keep_number", 1): KeepHandler(),
    ("release_number", 1): ReleaseHandler(),
    ("set_location", 1): LocationHandler(),
}
"""A step of an older version keeps its own handler, so that a deploy never strands a request."""


def handler_of(step: Step) -> StepHandler[Any]:
    """Who does a step. Raises `Bug` for one nobody does."""
    handler = _HANDLERS.get((step.kind, step.version))
    if handler is None:
        raise Bug(f"no handler for step {step.kind} version {step.version}")
    return handler

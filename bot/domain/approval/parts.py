"""Approving a part: what of a plan can be left out, and the plan that is left (J02).

Only plans that give somebody something new have parts: where things make way for each other, order is
everything, and leaving one thing out would leave the person with less than he has.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from bot.domain.acknowledgements import to_acknowledge
from bot.domain.catalogue.products import Role, Use, plans_of_role, product, product_name
from bot.domain.numbers import NumberType
from bot.domain.planning.money import sum_of
from bot.domain.plans import (
    AssignNumber,
    AwaitPlans,
    AwaitVoice,
    ChangeLicences,
    HumanTask,
    LicenceAdd,
    Notice,
    Notify,
    Plan,
    Refusal,
    SetUsageLocation,
    Step,
    StockLine,
    WaitReason,
)
from bot.domain.tasks import TaskKind
from bot.domain.tenant import Price
from bot.domain.values import ObjectId, Value

__all__ = ["NUMBER", "Part", "parts", "without"]

NUMBER = "number"
"""Key of the number; a licence's is `licence:<skuId>`."""

_BUILDS_ON: tuple[tuple[Role, tuple[Role, ...]], ...] = (
    ("calling", ("phone", "resource")),
    ("phone", ("teams",)),
    ("conferencing", ("teams",)),
)
"""R05, R21, R25, R76."""

_PAID_BY_CREDITS: tuple[Use, ...] = ("payg", "conferencing_ppm")
"""R32, R42: of no use while nothing pays for it."""

_SIMPLE = (SetUsageLocation, ChangeLicences, AwaitPlans, AwaitVoice, AssignNumber, Notify)
_TASKS = (TaskKind.CONFIRM_LOCATION, TaskKind.EMERGENCY_ADDRESS)
_OF_THE_NUMBER = ("SB-NUM-", "SB-PRP-03", "SB-LOC-03", "SB-LOC-06", "SB-LOC-08", "SB-LOC-09")
_OF_LICENCES_TOGETHER = ("SB-LIC-07", "SB-LIC-48", "SB-LIC-49")
"""Advice that weighs one licence against another."""
_SHARED_MINUTES = "SB-LIC-40"
"""Follows the notice of the licence it is about, and names none itself."""


class Part(Value):
    """Something of a plan that can be approved or left out."""

    key: str
    kind: Literal["licence", "number"]
    sku_id: ObjectId = ""
    """Of a licence."""
    needs: tuple[tuple[str, ...], ...] = ()
    """Of each of these groups of keys, one at least has to stay with it."""


def parts(plan: Plan) -> tuple[Part, ...]:
    """What can be left out, in the order of the plan; nothing where it is all or nothing."""
    adds = _adds(plan)
    number = plan.number_step
    if len(adds) + (number is not None) < 2 or not _is_simple(plan, adds):
        return ()
    licences = [
        Part(key=_key(one), kind="licence", sku_id=one.sku_id, needs=_needs(one, adds)) for one in adds
    ]
    if number is None:
        return tuple(licences)
    return (*licences, Part(key=NUMBER, kind="number", needs=_number_needs(number, adds)))


def _adds(plan: Plan) -> tuple[LicenceAdd, ...]:
    return tuple(add for step in plan.steps if isinstance(step, ChangeLicences) for add in step.add)


def _is_simple(plan: Plan, adds: Iterable[LicenceAdd]) -> bool:
    """Everything in it only gives, and is known well enough to say what builds on what."""
    return all(product(add.sku_id) for add in adds) and not plan.removes and all(map(_gives, plan.steps))


def _gives(step: Step) -> bool:
    if isinstance(step, HumanTask):
        return step.task in _TASKS
    return isinstance(step, _SIMPLE) and not (isinstance(step, AwaitPlans) and step.gone)


def _key(add: LicenceAdd) -> str:
    return f"licence:{add.sku_id}"


def _brings(add: LicenceAdd) -> frozenset[ObjectId]:
    """Service plans that are on with it and were not before."""
    known = product(add.sku_id)
    return add.reenables or (frozenset(known.plan_ids) if known else frozenset()) - add.disabled_plans


def _use(add: LicenceAdd) -> str:
    known = product(add.sku_id)
    return known.use if known else ""


def _needs(add: LicenceAdd, adds: Iterable[LicenceAdd]) -> tuple[tuple[str, ...], ...]:
    others = [one for one in adds if one is not add]
    wanted = [below for upper, below in _BUILDS_ON if _has(add, upper) and not _has(add, *below)]
    groups = [tuple(_key(one) for one in others if _has(one, *roles)) for roles in wanted]
    if _use(add) in _PAID_BY_CREDITS:
        groups.append(tuple(_key(one) for one in others if _has(one, "credits")))
    if _use(add) == "international_only":
        groups.append(tuple(_key(one) for one in others if _has(one, "calling")))
    return tuple(group for group in groups if group)


def _number_needs(step: AssignNumber, adds: Iterable[LicenceAdd]) -> tuple[tuple[str, ...], ...]:
    roles: tuple[Role, ...] = ("teams", "phone")
    if step.number_type is NumberType.CALLING_PLAN:
        roles = (*roles, "calling")
    groups = (tuple(_key(one) for one in adds if _has(one, role)) for role in roles)
    return tuple(group for group in groups if group)


def _has(add: LicenceAdd, *roles: Role) -> bool:
    return any(not plans_of_role(role).isdisjoint(_brings(add)) for role in roles)


def without(plan: Plan, dropped: Collection[str], prices: Sequence[Price]) -> Plan | Refusal:
    """What is left to do without these parts, with what belongs to them gone as well; or why that cannot be.

    `prices` is the organisation's own price list, from which the cost is made anew (R81).
    """
    if not dropped:
        return plan
    there = parts(plan)
    if not set(dropped) <= {one.key for one in there}:
        return Refusal(code="SB-APP-63")
    kept = [one for one in there if one.key not in dropped]
    if not kept:
        return Refusal(code="SB-APP-65")
    return _hanging(kept) or _reduced(plan, frozenset(dropped), prices)


def _hanging(kept: Iterable[Part]) -> Refusal | None:
    """Something stays, and what it builds on would not (R05)."""
    keys = {one.key for one in kept}
    for one in kept:
        for group in one.needs:
            if keys.isdisjoint(group):
                base = product_name(group[0].removeprefix("licence:"))
                return _refused(one, base)
    return None


def _refused(part: Part, base: str) -> Refusal:
    if part.kind == "number":
        return Refusal(code="SB-APP-66", params={"product": base})
    return Refusal(code="SB-APP-64", params={"product": base, "dependent": product_name(part.sku_id)})


@dataclass(frozen=True, slots=True)
class _Left:
    """What of a plan stays, and what no longer comes with it."""

    adds: tuple[LicenceAdd, ...]
    number: bool
    plans_gone: frozenset[ObjectId]
    names_gone: frozenset[str]
    """Of products."""


def _reduced(plan: Plan, dropped: frozenset[str], prices: Sequence[Price]) -> Plan:
    adds = _adds(plan)
    kept = tuple(add for add in adds if _key(add) not in dropped)
    lost = tuple(add for add in adds if _key(add) in dropped)
    left = _Left(
        adds=kept,
        number=NUMBER not in dropped,
        plans_gone=_plans(lost) - _plans(kept),
        names_gone=frozenset(product_name(add.sku_id) for add in lost),
    )
    notices = tuple(_notices(plan.notices, left))
    stay = {add.sku_id for add in kept}
    smaller = plan.model_copy(
        update={
            "steps": tuple(one for step in plan.steps for one in _step(step, left, prices)),
            "notices": notices,
            "stock": tuple(one for one in plan.stock if _stays(one, stay, left)),
            "acknowledge": to_acknowledge(notices),
        }
    )
    return smaller.model_copy(update={"waits_for": _first_wait(smaller, plan.waits_for)})


def _plans(adds: Iterable[LicenceAdd]) -> frozenset[ObjectId]:
    return frozenset(plan_id for add in adds for plan_id in _brings(add))


def _stays(line: StockLine, skus: Collection[str], left: _Left) -> bool:
    return left.number if line.kind == "number" else line.key in skus


def _step(step: Step, left: _Left, prices: Sequence[Price]) -> Iterator[Step]:
    """The step as it is now: itself, a smaller one, or none."""
    match step:
        case ChangeLicences():
            if left.adds:
                cost = sum_of([add.part_number for add in left.adds if add.takes_seat], prices)
                yield step.model_copy(update={"add": left.adds, "monthly_cost": cost})
        case AwaitVoice() | AwaitPlans():
            yield from _wait(step, left)
        case AssignNumber() | HumanTask(task=TaskKind.EMERGENCY_ADDRESS):
            if left.number:
                yield step
        case _:
            yield step


def _wait(step: AwaitVoice | AwaitPlans, left: _Left) -> Iterator[Step]:
    plans = tuple(one for one in step.plans if one not in left.plans_gone)
    if plans and left.number:
        yield step.model_copy(update={"plans": plans})
    elif plans and left.adds:
        # Nobody waits for a number any more, only for the licences to be in force.
        yield AwaitPlans(plans=plans, rules=step.rules)


def _notices(notices: Iterable[Notice], left: _Left) -> Iterator[Notice]:
    """Those that are about what stays."""
    said = True
    for notice in notices:
        follows = notice.code == _SHARED_MINUTES and not said
        found = None if follows else _notice(notice, left)
        said = found is not None
        if found is not None:
            yield found


def _notice(notice: Notice, left: _Left) -> Notice | None:
    if not left.number and notice.code.startswith(_OF_THE_NUMBER):
        return None
    if left.names_gone and notice.code in _OF_LICENCES_TOGETHER:
        return None
    return _without_names(notice, left.names_gone)


def _without_names(notice: Notice, names: Collection[str]) -> Notice | None:
    """The notice without the products that were left out; None where it is about nothing else."""
    said = notice.params.get("product", "")
    stay = [name for name in said.split(", ") if name not in names]
    if not said or ", ".join(stay) == said:
        return notice
    if not stay:
        return None
    return notice.model_copy(update={"params": {**notice.params, "product": ", ".join(stay)}})


def _first_wait(plan: Plan, before: WaitReason | None) -> WaitReason | None:
    """What it waits for first, in the order of the steps."""
    tasks = {step.task for step in plan.steps if isinstance(step, HumanTask)}
    if TaskKind.CONFIRM_LOCATION in tasks:
        return WaitReason.OWNER
    if TaskKind.EMERGENCY_ADDRESS in tasks:
        return WaitReason.ADDRESS
    if any(line.kind == "seat" and line.free_before <= 0 for line in plan.stock):
        return WaitReason.LICENCES
    if plan.number_step is None or plan.number_step.telephone_number:
        return None
    return before if before in (WaitReason.NUMBER, WaitReason.MANUAL) else WaitReason.NUMBER

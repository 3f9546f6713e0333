"""What somebody has once licences were given or taken back, and what to do with it. Markdown-safe."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bot.domain.catalogue.products import Role, plans_of_role, product
from bot.domain.plans import ChangeLicences, KeepNumber, LicenceAdd, Plan
from bot.words import N_, Words
from cards import wording

__all__ = ["what_next", "what_there_is"]

_OWN: Mapping[Role, str] = {
    "conferencing": N_(
        "Invitations that you send from now on have dial-in numbers in them. Open the meetings that are "
        "planned already and send them again, so that theirs have them, too."
    ),
    "phone": N_(
        "You find Calls on the left in Teams. To call people outside the organisation takes a phone number "
        "of your own: if you have none, write **I need a phone number**."
    ),
    "calling": N_("You call people outside the organisation in Teams under Calls, from your phone number."),
    "credits": N_("Calls that no plan covers go out now. They are paid from Communications Credits."),
    "resource": N_("The account can be given a service number now: write **service number**."),
}
"""What to do with what a licence brings, for who has it."""

_OTHERS: Mapping[Role, str] = {
    "conferencing": N_(
        "Invitations that {name} sends from now on have dial-in numbers in them. Meetings that are planned "
        "already get them when {name} opens them and sends them again."
    ),
    "phone": N_(
        "{name} finds Calls on the left in Teams. To call people outside the organisation takes a phone "
        "number, too."
    ),
    "calling": N_(
        "{name} calls people outside the organisation in Teams under Calls, from a phone number of their own."
    ),
    "credits": N_(
        "Calls of {name} that no plan covers go out now. They are paid from Communications Credits."
    ),
    "resource": N_("{name} can be given a service number now: write **service number**."),
}

_INSTEAD: Mapping[Role, Role] = {"calling": "phone"}
"""What need not be said where the other is said: whoever gets both, or kept a number, can simply call."""


def what_there_is(plan: Plan, words: Words) -> list[tuple[str, str]]:
    """The licences that are new, those that are gone, and the number that stayed."""
    changes = [step for step in plan.steps if isinstance(step, ChangeLicences)]
    new = [wording.product(add.sku_id, words) for step in changes for add in step.add]
    gone = [wording.product(sku_id, words) for step in changes for sku_id in step.remove]
    kept = [wording.number(step.telephone_number) for step in plan.steps if isinstance(step, KeepNumber)]
    found = (
        (words("New"), words.listing(new) if new else ""),
        (words("Taken back"), words.listing(gone) if gone else ""),
        (words("Number, as before"), words.listing(kept) if kept else ""),
    )
    return [(label, value) for label, value in found if value]


def what_next(plan: Plan, name: str | None, words: Words) -> list[str]:
    """What to do with what is new; `name` is whose it is, None for the reader."""
    changes = [step for step in plan.steps if isinstance(step, ChangeLicences)]
    before = _meant(plan_id for step in changes for sku_id in step.remove for plan_id in _inside(sku_id))
    roles = _meant(plan_id for step in changes for add in step.add for plan_id in _new(add)) - before
    if any(isinstance(step, KeepNumber) for step in plan.steps):
        roles -= {"phone", "calling"}
    said = [role for role in _OWN if role in roles and _INSTEAD.get(role) not in roles]
    if name is None:
        return [words(_OWN[role]) for role in said]
    return [words(_OTHERS[role], name=name) for role in said]


def _meant(plans: Iterable[str]) -> set[Role]:
    found = frozenset(plans)
    return {role for role in _OWN if not plans_of_role(role).isdisjoint(found)}


def _new(add: LicenceAdd) -> frozenset[str]:
    """The plans that were off before."""
    return add.reenables or _inside(add.sku_id)


def _inside(sku_id: str) -> frozenset[str]:
    known = product(sku_id)
    return frozenset(known.plan_ids) if known else frozenset()

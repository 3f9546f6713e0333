"""What each step of a plan does, as a sentence. Markdown-safe."""

from __future__ import annotations

from bot.domain.plans import (
    AssignNumber,
    AwaitMoment,
    AwaitPlans,
    AwaitPurchaseOrder,
    AwaitVoice,
    ChangeLicences,
    HumanTask,
    KeepNumber,
    Notify,
    Plan,
    ReleaseNumber,
    SetLocation,
    SetUsageLocation,
    Step,
)
from bot.domain.task_texts import task_text
from bot.domain.tenant import TenantFacts
from bot.words import Words
from cards.elements import moment
from cards.markdown import plain
from cards.wording import number, place, product, said

__all__ = ["step_lines"]


def step_lines(plan: Plan, words: Words) -> list[str]:
    """What each step of a plan does, in order, as a sentence."""
    return [_step(one, plan, words) for one in plan.steps]


def _step(wanted: Step, plan: Plan, words: Words) -> str:
    match wanted:
        case SetUsageLocation(country=country):
            return words("Set the country of the licences to {country}", country=words.country(country))
        case ChangeLicences():
            return _licences(wanted, words)
        case AwaitVoice() | AwaitPlans() | AwaitMoment() | AwaitPurchaseOrder():
            return _wait(wanted, words)
        case AssignNumber() | KeepNumber() | ReleaseNumber() | SetLocation():
            return _number(wanted, words)
        case HumanTask():
            return _by_hand(wanted, words)
        case Notify():
            return _telling(plan, words)


def _telling(plan: Plan, words: Words) -> str:
    """Only some plans end with a number (R69)."""
    if plan.number_step:
        return words("Tell the person the number")
    return words("Tell the person what has changed")


def _by_hand(wanted: HumanTask, words: Words) -> str:
    """What the task is called; nothing of the tenant's facts is in its title."""
    title = task_text(wanted.task, wanted.params, TenantFacts()).title
    return words("By hand: {task}", task=said(title, words))


def _wait(wanted: AwaitVoice | AwaitPlans | AwaitMoment | AwaitPurchaseOrder, words: Words) -> str:
    match wanted:
        case AwaitVoice():
            return words("Wait until Teams can give a number: minutes to hours, up to 24 hours")
        case AwaitPlans():
            return words("Wait until the licences are in force: minutes to hours, up to 24 hours")
        case AwaitPurchaseOrder():
            return words("Wait until the purchase order number is there")
        case AwaitMoment(until=until):
            return words("Wait until {when}", when=moment(until))


def _number(wanted: AssignNumber | KeepNumber | ReleaseNumber | SetLocation, words: Words) -> str:
    match wanted:
        case AssignNumber():
            return _with_location(_assignment(wanted, words), wanted.location_name, words)
        case KeepNumber(telephone_number=e164):
            return words("Check that {number} is still there", number=number(e164))
        case ReleaseNumber(telephone_number=e164):
            return words("Give {number} back", number=number(e164))
        case SetLocation(telephone_number=e164):
            return words(
                "Set the emergency location of {number} to {name}",
                number=number(e164),
                name=plain(wanted.location_name, 80),
            )


def _with_location(task: str, name: str | None, words: Words) -> str:
    if name is None:
        return task
    return words("{task}; emergency location: {name}", task=task, name=plain(name, 80))


def _licences(wanted: ChangeLicences, words: Words) -> str:
    new = [product(add.sku_id, words) for add in wanted.add if add.takes_seat]
    again = [product(add.sku_id, words) for add in wanted.add if not add.takes_seat]
    gone = [product(sku_id, words) for sku_id in wanted.remove]
    parts = [
        words("Give {products}", products=words.listing(new)) if new else "",
        words("Switch the missing parts of {products} on", products=words.listing(again)) if again else "",
        words("Take back {products}", products=words.listing(gone)) if gone else "",
    ]
    return "; ".join(part for part in parts if part)


def _assignment(wanted: AssignNumber, words: Words) -> str:
    where = place(wanted.country, wanted.city, words)
    if wanted.telephone_number:
        return words("Assign {number} ({place})", number=number(wanted.telephone_number), place=where)
    if wanted.ending and wanted.any_number:
        return words(
            "Assign a number of {place}, ending in {digits} if possible", place=where, digits=wanted.ending
        )
    if wanted.ending:
        return words("Assign a number of {place}, ending in {digits}", place=where, digits=wanted.ending)
    return words("Assign a free number of {place}", place=where)

"""Giving a number up: which one it is, whether we can, and what people must know before they agree (R20)."""

from __future__ import annotations

from bot.domain.numbers import NumberType, PhoneNumber
from bot.domain.people import Holdings
from bot.domain.planning.person import had
from bot.domain.plans import Notice, NoticeLevel, Plan, Refusal, ReleaseNumber
from bot.domain.tenant import TenantFacts
from bot.domain.values import ObjectId

__all__ = ["calls_end", "number_to_release", "other_number", "release", "release_notice", "unconfirmed"]


def number_to_release(holdings: Holdings) -> PhoneNumber | Refusal | None:
    """The number the person has, as the inventory lists it; a refusal where only others can give it up.

    What Teams shows and the inventory does not list is of no known kind, and so cannot be released here.
    """
    name = holdings.person.name
    found = next(iter(had(holdings)), None)
    if found is None:
        known = holdings.voice.numbers if holdings.voice else ()
        params = {"name": name, "number": known[0]} if known else {}
        return Refusal(code="SB-NUM-22", params=params) if known else None
    if found.on_premises:
        return Refusal(code="SB-WHO-06", params={"name": name})
    if found.number_type is NumberType.UNKNOWN:
        return Refusal(code="SB-NUM-22", params={"name": name, "number": found.telephone_number})
    return found


def other_number(holdings: Holdings, agreed: Plan) -> Refusal | None:
    """The person has another number by now than the one that was agreed to be given up.

    None where the number is gone already: there is nothing left to lose.
    """
    number = number_to_release(holdings)
    if number is None or isinstance(number, Refusal):
        return number
    planned = {step.telephone_number for step in agreed.steps if isinstance(step, ReleaseNumber)}
    if number.telephone_number in planned:
        return None
    return Refusal(code="SB-NUM-30", params={"name": holdings.person.name})


def release(
    number: PhoneNumber,
    facts: TenantFacts,
    *,
    kept_for: ObjectId | None = None,
    tag: str = "",
    after_hold: bool = False,
) -> ReleaseNumber:
    """The step that gives the number up; it rests for as long as the organisation has decided."""
    return ReleaseNumber(
        telephone_number=number.telephone_number,
        number_type=number.number_type,
        rest_days=facts.rest_days,
        kept_for=kept_for,
        tag=tag,
        after_hold=after_hold,
        rules=("R20",),
    )


def release_notice(number: PhoneNumber, holdings: Holdings, step: ReleaseNumber) -> Notice:
    """What becomes of the number; one of the own carrier leaves the inventory altogether (R20)."""
    params = {"number": number.telephone_number, "name": holdings.person.name, "days": str(step.rest_days)}
    if number.number_type is NumberType.DIRECT_ROUTING:
        code = "SB-NUM-19"
    else:
        code = "SB-NUM-21" if step.kept_for else "SB-NUM-20"
    return Notice(code=code, level=NoticeLevel.WARN, params=params)


def calls_end(old: PhoneNumber) -> Notice:
    """Where another number comes in its place: tell those who know the old one (J18)."""
    return Notice(code="SB-NUM-28", level=NoticeLevel.WARN, params={"number": old.telephone_number})


def unconfirmed(number: PhoneNumber, holdings: Holdings) -> Refusal:
    """Nobody loses a number without somebody having said yes to just that (R20)."""
    params = {"name": holdings.person.name, "number": number.telephone_number}
    return Refusal(code="SB-NUM-18", params=params)

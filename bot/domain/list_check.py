"""What a list of people comes to: for every line whether it can be asked for, and why not (R11, J11)."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Literal

from bot.domain.lists import ListLine, Slip
from bot.domain.people import Holdings, PersonRef
from bot.domain.plans import Plan, Refusal, WaitReason
from bot.domain.tenant import TenantFacts
from bot.domain.values import CountryCode, Value
from bot.domain.wishes import LicenceWish, MeetingOrganiserWish, NumberWish, PhoneUserWish, Wish

__all__ = ["CheckedLine", "LineState", "ListCheck", "ListWish", "country_for", "slip_of", "verdict"]


class ListWish(Value):
    """What everybody on a list is to have."""

    kind: Literal["number", "phone_user", "licence", "meeting_organiser"] = "phone_user"
    product: str = ""
    """Of a licence: skuId or use, as in `LicenceWish`."""

    def wish_for(self, holdings: Holdings, facts: TenantFacts) -> Wish | Refusal:
        """The wish as one person's form would begin.

        Where several places of work are known any of them stands in for the one that the form asks for.
        """
        person = holdings.person
        match self.kind:
            case "licence":
                return LicenceWish(beneficiary_id=person.id, product=self.product)
            case "meeting_organiser":
                return MeetingOrganiserWish(beneficiary_id=person.id)
        country = country_for(holdings)
        if country is None:
            return Refusal(code="SB-LOC-01", params={"name": person.name})
        places = (place.id for place in facts.emergency_locations if place.country == country)
        line = {"beneficiary_id": person.id, "country": country, "location_id": next(places, None)}
        if self.kind == "number":
            return NumberWish.model_validate(line)
        calling_plan = "none" if holdings.own_pstn else "domestic"
        return PhoneUserWish.model_validate({**line, "calling_plan": calling_plan})


class LineState(StrEnum):
    """What a line comes to."""

    READY = "ready"
    THERE = "there"
    """The person has it already: nothing has to be done."""
    WAITS = "waits"
    """It can be asked for, and would wait for something."""
    CANNOT = "cannot"


class CheckedLine(Value):
    """One line with its verdict."""

    line: ListLine
    state: LineState
    person: PersonRef | None = None
    """None where the actor may not ask for the person, or there is none."""
    because: Refusal | None = None
    """Why it is not ready; for who waits, what for."""
    suggestion: str = ""
    """An address that was probably meant; never taken by itself."""


class ListCheck(Value):
    """Every line of a list, in its order."""

    wish: ListWish
    lines: tuple[CheckedLine, ...]

    def of(self, state: LineState) -> tuple[CheckedLine, ...]:
        return tuple(one for one in self.lines if one.state is state)


_THERE = frozenset({"SB-NUM-01", "SB-LIC-14"})
"""Refusals of who has it already."""

_STOCK: Mapping[WaitReason, frozenset[str]] = {
    WaitReason.LICENCES: frozenset({"SB-LIC-04", "SB-LIC-05"}),
    WaitReason.NUMBER: frozenset(
        {"SB-NUM-05", "SB-NUM-06", "SB-NUM-07", "SB-NUM-08", "SB-NUM-09", "SB-NUM-10", "SB-NUM-12"}
    ),
    WaitReason.ADDRESS: frozenset({"SB-LOC-03", "SB-LOC-05"}),
}
"""Notices that say what a plan waits for."""


def country_for(holdings: Holdings) -> CountryCode | None:
    """The usage location, or what an administrator would be asked to confirm in its place (J06)."""
    return holdings.person.usage_location or holdings.person.country


def slip_of(line: ListLine) -> Refusal | None:
    """What is wrong with a line before the directory is asked."""
    match line.slip:
        case Slip.NOT_AN_ADDRESS:
            return Refusal(code="SB-WHO-09", params={"text": line.text})
        case Slip.TWICE:
            return Refusal(code="SB-WHO-10", params={"line": str(line.same_as)})
        case None:
            return None


def verdict(found: Plan | Refusal, name: str) -> tuple[LineState, Refusal | None]:
    """What planning came to, for somebody of this name."""
    if isinstance(found, Refusal):
        return (LineState.THERE if found.code in _THERE else LineState.CANNOT), found
    if not found.steps:
        return LineState.THERE, None
    if found.waits_for is None:
        return LineState.READY, None
    return LineState.WAITS, _what_for(found, found.waits_for, name)


def _what_for(plan: Plan, reason: WaitReason, name: str) -> Refusal | None:
    if reason is WaitReason.OWNER:
        return Refusal(code="SB-LOC-01", params={"name": name})
    codes = _STOCK.get(reason, frozenset())
    found = next((one for one in plan.notices if one.code in codes), None)
    return Refusal(code=found.code, params=found.params) if found else None

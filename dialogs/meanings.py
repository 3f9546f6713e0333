"""Which wishes a message can be read as. Data: what each takes, and what speaks against it.

Every rule is looked at, whatever the others say. A wish that says all that another one says, and more,
takes its place (`ABSORBS`); where several are left, the person is asked. So nothing is ever guessed by
the order of rules.
"""

# ruff: noqa: E501 - a table, a row a line

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from dialogs.lexicon.concepts import PRODUCTS
from dialogs.lexicon.concepts import Concept as C

__all__ = ["ABSORBS", "ASIDE", "MEANINGS", "NO_WISH", "Fact", "Meaning", "Sign"]


class Fact(StrEnum):
    """What is seen of a message as a whole."""

    SEVERAL = "@several"
    """More than one of something is counted."""
    MONEY = "@money"
    PLACE = "@place"
    PERSON = "@person"
    TWO_PRODUCTS = "@two_products"
    FROM_TO = "@from_to"
    BARE = "@bare"
    """Nothing was said but the thing itself."""
    FULL_BARE = "@full_bare"
    """The same, of something that is clearly a telephone number."""
    LACKS = "@lacks"
    """Has none, and would use one."""
    QUESTION_ALONE = "@question_alone"
    """Asked of nothing in particular: what does Ana have?"""
    UNKNOWN_WORD = "@unknown_word"
    FOR_SOMEBODY = "@for_somebody"
    """A name stands behind "for"."""
    OWNED = "@owned"
    """Of a number that somebody has: "my number", "the number of Ana"."""
    YES_OR_NO = "@yes_or_no"
    """A question that takes yes or no."""
    ODD_VERB = "@odd_verb"
    """Something is to be done to it that is not known here."""


Sign: TypeAlias = C | Fact


@dataclass(frozen=True, slots=True)
class Meaning:
    """One way of saying something."""

    kind: str
    """A wish kind, or one of `holdings`, `why`, `pin`, `internal`, `requests`."""
    needs: tuple[frozenset[Sign], ...]
    """At least one of each set must be said."""
    without: frozenset[Sign] = frozenset()
    also_negated: bool = False
    """Whether "not" may be said beside it."""
    absorbs: frozenset[str] = frozenset()
    """What it takes the place of, besides `ABSORBS`, when said in this way."""


def _any(*signs: Sign) -> frozenset[Sign]:
    return frozenset(signs)


_A_NUMBER = _any(C.NUMBER, C.NUMBERS)
_SHARED = _any(C.QUEUE, C.ATTENDANT, C.BRIDGE, C.ROOM, C.HOTLINE, C.DESK, C.TOLL_FREE)
_KINDS = frozenset[Sign](PRODUCTS)
_CALLING = _any(C.P_DOMESTIC, C.P_120, C.P_240, C.P_INTERNATIONAL, C.P_PAYG, C.PLAN)
_PRODUCT = _KINDS | _any(C.PLAN)
_WANTING = _any(C.WANT, C.GIVE, C.ORDER)
_TAKING_BACK = _any(C.RELEASE, C.REMOVE, C.SPARE)
_ASKING = _any(C.WHY, C.COST)
_BUSY = (
    _any(C.CHANGE, C.BROKEN, C.FORWARD, C.FORGET, C.BACK, C.KEEP, C.NUISANCE, Fact.ODD_VERB) | _TAKING_BACK
)
"""What speaks against a plain wish for something new."""

NO_WISH = _any(C.COST, C.OTHER, C.FORWARD)
"""Whatever else is said, nothing is offered by itself when one of these is."""

MEANINGS: tuple[Meaning, ...] = (
    # What is asked aside
    Meaning(
        "pin",
        (_any(C.PIN), _any(C.MEETING, C.DIAL_IN, C.FORGET, C.ASK, C.MINE, C.BROKEN, C.CHANGE, C.P_CONFERENCING, C.BRIDGE)),
        _any(C.LICENCE),
        also_negated=True,
    ),
    Meaning("pin", (_any(C.CONFERENCE_ID),), also_negated=True),
    Meaning("pin", (_any(C.PASSWORD), _any(C.MEETING, C.DIAL_IN, C.P_CONFERENCING)), also_negated=True),
    Meaning(
        "why",
        (_any(C.WHY), _PRODUCT | _A_NUMBER | _any(C.LICENCE, Fact.UNKNOWN_WORD)),
        _any(C.REQUEST, C.BROKEN),
        also_negated=True,
    ),
    Meaning("requests", (_any(C.REQUEST), _any(C.STATUS, C.SHOW, C.ASK)), _TAKING_BACK | _any(C.CHANGE)),
    Meaning(
        "holdings",
        (_any(C.ASK), _any(C.HAVE), _A_NUMBER | _PRODUCT | _any(C.LICENCE, C.PHONE, Fact.QUESTION_ALONE)),
        _BUSY | _ASKING | _any(C.WANT, C.WHO, C.REQUEST, C.TOP_UP, C.LEAVE, C.MOVE, Fact.MONEY),
    ),
    Meaning(
        "holdings",
        (_any(C.ASK), _any(C.MINE, Fact.PERSON), _A_NUMBER | _any(C.LICENCE)),
        _BUSY | _ASKING | _any(C.WANT, C.WHO, C.REQUEST, C.TOP_UP, C.LEAVE, C.MOVE, C.PLACE, Fact.YES_OR_NO, Fact.MONEY),
    ),
    Meaning(
        "holdings",
        (_any(C.SHOW), _any(C.MINE, C.HAVE, Fact.PERSON), _A_NUMBER | _PRODUCT | _any(C.LICENCE, C.PHONE, Fact.QUESTION_ALONE)),
        _BUSY | _ASKING | _any(C.WHO, C.REQUEST, C.TOP_UP, C.LEAVE, C.MOVE, C.PLACE, C.CALLS, Fact.MONEY),
    ),
    Meaning("internal", (_any(C.INSIDE), _any(C.ONLY)), _A_NUMBER | _any(C.CALL_OUT, C.CHANGE)),
    Meaning(
        "internal",
        (_any(C.INSIDE), _any(C.CALLS, C.PHONE), _any(C.LICENCE, C.PLAN, C.ASK, C.HOW)),
        _A_NUMBER | _any(C.CALL_OUT, C.CHANGE),
    ),
    # People who come, go and move
    Meaning("leaver", (_any(C.LEAVE),), _any(C.WHY, C.MEETING)),
    Meaning("leaver", (_any(C.GO), _any(Fact.PERSON)), _any(C.WHY, C.MEETING, C.OFFICE)),
    Meaning("leaver", (_any(C.GO), _A_NUMBER | _any(C.LICENCE)), _any(C.WHY, C.MEETING)),
    Meaning("mover", (_any(C.GO), _any(Fact.PLACE)), _any(C.WHY, C.NUMBERS, C.OPERATOR, C.MEETING)),
    Meaning("mover", (_any(C.MOVE), _any(Fact.PLACE)), _any(C.WHY, C.NUMBERS, C.OPERATOR, C.MEETING)),
    Meaning("mover", (_any(C.CARRY), _any(Fact.PLACE), _any(Fact.PERSON)), _any(C.NUMBER, C.NUMBERS, C.OPERATOR)),
    # Money
    Meaning(
        "credits",
        (_any(C.CREDIT), _any(C.TOP_UP, C.SET_UP, Fact.MONEY, C.ORDER, C.GIVE)),
        _any(C.LICENCE, C.P_CREDITS, C.WHY, C.ASK) | _TAKING_BACK,
    ),
    Meaning("credits", (_any(C.TOP_UP), _any(Fact.MONEY)), _any(C.LICENCE, C.WHY) | _KINDS),
    # The organisation's numbers
    Meaning("number_port", (_any(C.PORT),), _any(C.WHY)),
    Meaning("number_port", (_any(C.PORTED), _A_NUMBER | _any(C.OPERATOR)), _any(C.WHY)),
    Meaning("number_port", (_any(C.CARRY), _A_NUMBER, _any(C.OPERATOR, Fact.SEVERAL)), _any(C.WHY)),
    Meaning("number_port", (_any(C.CARRY), _any(C.NUMBERS)), _any(C.WHY)),
    Meaning("number_port", (_any(C.KEEP, C.MOVE, C.CHANGE, C.BACK), _A_NUMBER, _any(C.OPERATOR)), _any(C.WHY)),
    Meaning(
        "number_order",
        (_A_NUMBER, _any(Fact.SEVERAL)),
        _any(C.PORT, C.PORTED, C.CARRY, C.CREDIT, C.WHY, C.KEEP, C.OPERATOR, Fact.MONEY, C.ASK) | _TAKING_BACK,
    ),
    Meaning("number_order", (_A_NUMBER, _any(C.RUN_OUT)), _any(C.PORT, C.PORTED, C.CARRY, C.WHY, Fact.MONEY), also_negated=True),
    Meaning(
        "number_order",
        (_any(C.NUMBERS), _any(C.ORDER, C.WANT, C.STOCK, C.GIVE)),
        _any(C.PORT, C.PORTED, C.CARRY, C.WHY, Fact.MONEY, C.ASK, C.CHANGE, C.KEEP) | _TAKING_BACK,
    ),
    # Numbers that are nobody's own
    Meaning(
        "service_number",
        (_SHARED, _A_NUMBER | _any(C.TOLL_FREE, C.PHONE)),
        _BUSY | _any(C.LICENCE, C.WHY, C.P_RESOURCE, C.P_ROOM_PRO, C.P_ROOM_BASIC, C.ASK, C.PLACE, C.SHOW),
    ),
    Meaning(
        "service_number",
        (_any(C.QUEUE, C.ATTENDANT, C.HOTLINE, C.TOLL_FREE), _any(C.WANT, C.ORDER, C.SET_UP, Fact.BARE)),
        _BUSY | _any(Fact.PERSON, C.LICENCE, C.WHY, C.ASK, C.P_RESOURCE, C.INSIDE, C.SHOW, C.PLACE),
    ),
    # Meetings
    Meaning("meeting_organiser", (_any(C.ORGANISER),), _TAKING_BACK | _any(C.WHY, C.PIN, C.ASK)),
    Meaning("meeting_organiser", (_any(C.DIAL_IN), _any(C.MEETING)), _BUSY | _any(C.WHY, C.PIN, C.PASSWORD, C.ONLY)),
    Meaning("meeting_organiser", (_any(C.DIAL_IN), _WANTING | _any(C.SET_UP)), _BUSY | _any(C.WHY, C.PIN, C.PASSWORD)),
    Meaning("meeting_organiser", (_any(C.MEETING), _any(C.PHONE, C.CALLS, C.NUMBER), _any(C.JOIN)), _BUSY | _any(C.WHY, C.PIN, C.ONLY)),
    # The country in the directory
    Meaning("usage_location", (_any(C.USAGE_PLACE),), _any(C.WHY, C.ASK, C.SHOW)),
    # Emergency location
    Meaning("emergency_location", (_any(C.PLACE),), _any(C.WHY, C.ASK, C.SHOW)),
    # Licences
    Meaning("swap", (_PRODUCT, _any(C.CHANGE)), _any(C.WHY, C.ASK) | _A_NUMBER),
    Meaning("swap", (_any(Fact.TWO_PRODUCTS), _any(C.INSTEAD, Fact.FROM_TO, C.CHANGE, C.EDIT, C.CARRY)), _any(C.WHY, C.ASK)),
    Meaning("swap", (_any(C.LICENCE), _any(C.CHANGE)), _any(C.WHY, C.ASK)),
    Meaning("swap", (_PRODUCT, _any(C.RELEASE, C.REMOVE)), _any(C.WHY, C.ASK, C.REQUEST)),
    Meaning("swap", (_PRODUCT, _any(C.SPARE), _any(C.MINE, Fact.PERSON)), _any(C.WHY, C.ASK), also_negated=True),
    Meaning(
        "licence",
        (_KINDS,),
        _BUSY | _any(C.WHY, C.ASK, C.SHOW, C.CARRY, C.MOVE, Fact.TWO_PRODUCTS, C.INSTEAD),
    ),
    Meaning("licence", (_any(C.PLAN), _WANTING | _any(Fact.PERSON, Fact.BARE, C.ABROAD, C.AT_HOME)), _BUSY | _any(C.WHY, C.ASK, C.SHOW)),
    # A whole phone
    Meaning("phone_user", (_any(C.SETUP),), _BUSY | _any(C.WHY, C.ASK, C.MEETING, C.DIAL_IN)),
    Meaning(
        "phone_user",
        (_any(C.NEWCOMER), _any(C.PHONE, C.LICENCE, C.NUMBER, C.SETUP, C.CALLS) | _PRODUCT),
        _BUSY | _any(C.WHY, C.ASK),
    ),
    Meaning(
        "phone_user",
        (_any(C.NUMBER), _CALLING),
        _BUSY | _any(C.WHY, C.ASK, C.SHOW),
        absorbs=frozenset({"number"}),
    ),
    Meaning(
        "phone_user",
        (_any(C.NEWCOMER, C.SETUP), _any(C.LICENCE) | _PRODUCT, _A_NUMBER),
        _BUSY | _any(C.WHY, C.ASK, C.SHOW),
        absorbs=frozenset({"number"}),
    ),
    Meaning("phone_user", (_any(C.PHONE), _any(C.LICENCE) | _PRODUCT, _A_NUMBER | _CALLING), _BUSY | _any(C.WHY, C.ASK, C.SHOW)),
    # One's own number
    Meaning("number_change", (_any(C.NUMBER), _any(C.CHANGE)), _any(C.WHY, C.ASK) | _SHARED),
    Meaning("number_change", (_any(C.NUMBER), _any(C.INSTEAD)), _any(C.WHY, C.ASK) | _SHARED | _PRODUCT),
    Meaning("number_change", (_any(C.NUMBER), _any(C.ANOTHER), _WANTING), _any(C.WHY, C.ASK)),
    Meaning("number_release", (_A_NUMBER, _any(C.RELEASE)), _any(C.WHY, C.ASK) | _SHARED),
    Meaning("number_release", (_any(C.NUMBER), _any(C.SPARE), _any(C.MINE, Fact.PERSON)), _any(C.WHY, C.ASK) | _SHARED, also_negated=True),
    Meaning("number_release", (_any(C.NUMBER), _any(C.REMOVE), _any(C.MINE, Fact.PERSON)), _any(C.WHY, C.ASK, C.REQUEST) | _SHARED),
    Meaning(
        "number",
        (_any(C.NUMBER), _WANTING | _any(Fact.FULL_BARE)),
        _BUSY | _any(C.WHY, C.ASK, C.WHO, C.CARRY, C.PORT, C.PORTED, C.STOCK, C.SHOW, Fact.OWNED) | _SHARED,
    ),
    Meaning(
        "number",
        (_any(C.NUMBER), _any(Fact.FOR_SOMEBODY), _any(Fact.BARE)),
        _BUSY | _any(C.WHY, C.ASK, Fact.OWNED) | _SHARED,
    ),
    Meaning("number", (_any(C.NUMBER), _any(Fact.LACKS)), _BUSY | _any(C.WHY, C.ASK, C.WHO) | _SHARED, also_negated=True),
    Meaning(
        "number",
        (_any(C.CALL_OUT), _any(C.WANT, C.HOW)),
        _BUSY | _any(C.WHY, C.WHO, C.LICENCE, C.ASK, C.DIAL_IN, C.MEETING) | _SHARED | _PRODUCT,
    ),
)  # fmt: skip

ABSORBS: dict[str, frozenset[str]] = {
    "pin": frozenset({"meeting_organiser", "licence", "number", "holdings"}),
    "why": frozenset(
        {"holdings", "licence", "number", "swap", "phone_user", "leaver", "internal", "meeting_organiser",
         "service_number", "emergency_location", "credits", "number_order", "usage_location"}
    ),
    "requests": frozenset({"holdings", "number", "licence", "phone_user", "number_change"}),
    "internal": frozenset({"licence", "holdings", "phone_user", "number"}),
    "leaver": frozenset({"holdings", "number_release", "number_change", "number", "licence", "swap", "phone_user", "number_order"}),
    "mover": frozenset({"number_change", "number", "phone_user"}),
    "credits": frozenset({"number", "licence", "number_order"}),
    "number_port": frozenset({"number", "number_change", "number_order", "number_release"}),
    "number_order": frozenset({"number"}),
    "service_number": frozenset({"number"}),
    "meeting_organiser": frozenset({"number", "service_number"}),
    "emergency_location": frozenset({"number_change", "number", "number_release"}),
    "usage_location": frozenset({"emergency_location", "mover", "number_change", "swap", "licence"}),
    "swap": frozenset({"licence"}),
    "licence": frozenset({"service_number", "meeting_organiser"}),
    "phone_user": frozenset({"licence"}),
    "number_change": frozenset({"number"}),
    "number_release": frozenset({"number"}),
    "number": frozenset(),
    "holdings": frozenset(),
}  # fmt: skip
"""A wish takes the place of these when both can be read: it says the same, and something more."""

ASIDE: tuple[tuple[frozenset[Sign], tuple[str, ...]], ...] = (
    (_any(C.PIN, C.PASSWORD), ()),
    (_any(C.CREDIT), ("credits", "licence")),
    (_any(C.PLACE), ("emergency_location", "holdings")),
    (_SHARED, ("service_number", "licence")),
    (_any(C.DIAL_IN, C.MEETING), ("meeting_organiser",)),
    (_any(C.MOVE), ("mover", "emergency_location")),
    (_any(C.OFFICE), ("emergency_location", "mover")),
    (_any(C.NUMBERS), ("number_order", "number_port")),
    (_any(C.NUMBER), ("number", "number_change", "number_release", "holdings")),
    (_any(C.LICENCE) | _PRODUCT, ("licence", "swap", "phone_user", "holdings")),
    (_any(C.ABROAD), ("licence", "phone_user")),
    (_any(C.PHONE, C.CALLS, C.CALL_OUT, C.SETUP), ("number", "phone_user")),
)
"""What to offer when nothing can be read for sure: the first row whose word was said."""

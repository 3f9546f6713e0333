"""What a person who was put into the simulated tenant may wish for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from bot.domain.values import Money
from bot.domain.wishes import (
    CreditsWish,
    LeaverWish,
    LicenceWish,
    LocationWish,
    MeetingOrganiserWish,
    MoverWish,
    NumberChangeWish,
    NumberOrderWish,
    NumberPortWish,
    NumberReleaseWish,
    NumberWish,
    PhoneUserWish,
    ServiceNumberWish,
    SwapWish,
    UsageLocationWish,
    Wish,
)
from tests.support.contoso import NOW
from tests.support.shaped import HOMES, ME, PARTS, PLACES, SUITES, Shape, home_of

__all__ = ["KINDS", "wishes_of"]

USES = ("phone", "domestic", "international", "payg", "conferencing", "credits", "suite", "teams", "bundle")
KINDS: tuple[type[Any], ...] = (
    NumberWish,
    NumberChangeWish,
    NumberReleaseWish,
    LicenceWish,
    PhoneUserWish,
    MeetingOrganiserWish,
    SwapWish,
    LeaverWish,
    MoverWish,
    LocationWish,
    UsageLocationWish,
    ServiceNumberWish,
    NumberOrderWish,
    NumberPortWish,
    CreditsWish,
)
"""Everything that can be wished for."""


@st.composite
def wishes_of(draw: st.DrawFn, kind: type[Any], shape: Shape) -> Wish:
    home = home_of(shape)
    there = draw(st.sampled_from(HOMES)) if kind is MoverWish else home
    fields: dict[str, Any] = {"beneficiary_id": ME}
    if kind in (NumberWish, NumberChangeWish, PhoneUserWish, MoverWish):
        fields |= draw(_place(there))
    if kind in (NumberReleaseWish, SwapWish, LeaverWish, MoverWish):
        fields["confirms_loss"] = draw(st.sampled_from((True, True, False)))
    wish: Wish = kind.model_validate(fields | _more(draw, kind, shape, home))
    return wish


@st.composite
def _place(draw: st.DrawFn, there: str) -> dict[str, Any]:
    needs_one = there in ("US", "CA")
    new = draw(st.sampled_from((False, False, True)))
    return {
        "country": there,
        "city": draw(st.sampled_from((None, "Town"))),
        "ending": draw(st.sampled_from((None, "0012"))),
        "any_number": draw(st.sampled_from((True, True, False))),
        "location_id": PLACES[there] if needs_one and not new else None,
        "new_location": new,
    }


def _more(draw: st.DrawFn, kind: type[Any], shape: Shape, home: str) -> dict[str, Any]:
    held = [part for part, _ in shape.licences] + list(shape.by_group)
    bought = st.sampled_from(("domestic", "international"))
    anything = st.sampled_from((*USES, *PARTS, *SUITES))
    of: Mapping[Any, Callable[[], dict[str, Any]]] = {
        LicenceWish: lambda: {"product": draw(anything), "leads_meetings": True},
        PhoneUserWish: lambda: {
            "calling_plan": "none" if shape.own_pstn else draw(bought),
            "with_credits": draw(st.booleans()),
        },
        MeetingOrganiserWish: lambda: {"leads_meetings": True, "pay_per_minute": draw(st.booleans())},
        SwapWish: lambda: {
            "give_up": draw(st.sampled_from((*held, ""))),
            "get": draw(st.one_of(anything, st.just(""))),
        },
        LeaverWish: lambda: {
            "last_day": draw(st.sampled_from((None, NOW.date() + timedelta(days=900)))),
            "forward_to": draw(st.sampled_from(("", "+33123450000"))),
        },
        UsageLocationWish: lambda: {"country": home},
        LocationWish: lambda: {"location_id": PLACES.get(home, "nowhere")},
        ServiceNumberWish: lambda: {
            "purpose": draw(st.sampled_from(("queue", "bridge", "room"))),
            "country": home,
            "name": "Reception",
            "account_id": draw(st.sampled_from((ME, ME, None))),
            "outbound_calls": draw(st.booleans()),
        },
        NumberOrderWish: lambda: {"country": home, "city": "Town", "quantity": 1},
        NumberPortWish: lambda: {"country": home, "numbers": ("+33123450001",)},
        CreditsWish: lambda: {"amount": Money(minor=50_000, currency="EUR")},
    }
    return of[kind]() if kind in of else {}

"""Any wish of anybody: the cases that planning is shown to hold for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, get_args

from hypothesis import strategies as st

from bot.domain.catalogue.countries import country
from bot.domain.catalogue.products import Use
from bot.domain.people import Holdings
from bot.domain.tenant import TenantView
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
from tests.support.anybody import (
    ASPECTS,
    CITIES,
    ME,
    OWN_PRODUCT,
    Odd,
    any_country,
    any_e164,
    any_holdings,
    any_sku_id,
    any_tenant,
    any_text,
)
from tests.support.contoso import NOW

__all__ = ["WISHES", "Situation", "situations"]


@dataclass(frozen=True, slots=True)
class Situation:
    """Who wants what, and where."""

    wish: Wish
    holdings: Holdings
    tenant: TenantView


USES: tuple[str, ...] = tuple(one for one in get_args(Use) if one)
_product = st.one_of(
    st.sampled_from(USES),
    st.sampled_from(USES),
    any_sku_id,
    st.sampled_from((OWN_PRODUCT, "MCOPSTN5", "Teams Phone", "no such thing", "SOMETHING_OF_OURS", "")),
)
_yes_no = st.booleans()
Fields = dict[str, object]


@st.composite
def _place(draw: st.DrawFn, there: str, odd: Odd) -> Fields:
    """Where a number should be of, and with which emergency location."""
    facts = country(there)
    at_assignment = facts is not None and facts.emergency_at == "assignment"
    usual: Fields = {
        "country": there,
        "city": draw(st.sampled_from((None, None, *CITIES))),
        "location_id": f"loc-{there}" if at_assignment else None,
    }
    if "wish" not in odd:
        return usual
    return usual | {
        "country": draw(st.one_of(st.just(there), any_country)),
        "ending": draw(st.sampled_from((None, "4", "42"))),
        "any_number": draw(_yes_no),
        "location_id": draw(st.sampled_from((usual["location_id"], None, f"loc-{there}", "loc-nowhere"))),
        "new_location": draw(_yes_no),
    }


@st.composite
def _conferencing(draw: st.DrawFn, odd: Odd) -> Fields:
    if "wish" not in odd:
        return {"leads_meetings": True}
    return {
        "leads_meetings": draw(st.sampled_from((None, True, False))),
        "conference_provider": draw(st.sampled_from(("", "InterCall"))),
        "accepts_provider_change": draw(_yes_no),
    }


def _plain_place(home: str, about: Holdings, odd: Odd) -> st.SearchStrategy[Fields]:
    return _place(home, odd)


def _number_release(home: str, about: Holdings, odd: Odd) -> st.SearchStrategy[Fields]:
    return st.just({"confirms_loss": "wish" not in odd})


@st.composite
def _licence(draw: st.DrawFn, home: str, about: Holdings, odd: Odd) -> Fields:
    asked = {"product": draw(_product), **draw(_conferencing(odd))}
    if "wish" not in odd:
        return asked
    return asked | {"internal_calls_only": draw(_yes_no), "outbound_calls": draw(_yes_no)}


_PLANS = ("domestic", "none", "domestic_120", "domestic_240", "international", "payg")


@st.composite
def _phone_user(draw: st.DrawFn, home: str, about: Holdings, odd: Odd) -> Fields:
    usual = "none" if about.own_pstn and "wish" not in odd else draw(st.sampled_from(_PLANS))
    rest = {"calling_plan": usual, "with_credits": draw(_yes_no), **draw(_place(home, odd))}
    return rest | ({"internal_calls_only": draw(_yes_no)} if "wish" in odd else {})


@st.composite
def _meeting_organiser(draw: st.DrawFn, home: str, about: Holdings, odd: Odd) -> Fields:
    return {"pay_per_minute": draw(_yes_no), **draw(_conferencing(odd))}


@st.composite
def _swap(draw: st.DrawFn, home: str, about: Holdings, odd: Odd) -> Fields:
    held = [one.sku_id for one in about.licences]
    gives = st.sampled_from(held) if held and "wish" not in odd else _product
    return {
        "give_up": draw(st.one_of(gives, st.just(""))),
        "get": draw(st.one_of(_product, st.just(""))),
        "confirms_loss": draw(_yes_no),
    }


@st.composite
def _leaver(draw: st.DrawFn, home: str, about: Holdings, odd: Odd) -> Fields:
    days = draw(st.sampled_from((None, None, -3, 0, 12)))
    return {
        "last_day": None if days is None else NOW.date() + timedelta(days=days),
        "successor_id": draw(st.sampled_from((None, "the-successor"))),
        "forward_to": draw(any_text),
        "confirms_loss": "wish" not in odd,
    }


@st.composite
def _mover(draw: st.DrawFn, home: str, about: Holdings, odd: Odd) -> Fields:
    return {"confirms_loss": "wish" not in odd or draw(_yes_no), **draw(_place(draw(any_country), odd))}


@st.composite
def _emergency_location(draw: st.DrawFn, home: str, about: Holdings, odd: Odd) -> Fields:
    there = about.numbers[0].country if about.numbers else home
    places = (f"loc-{there}", f"loc-{there}", "loc-FR", "nowhere")
    return {"location_id": draw(st.sampled_from(places))}


@st.composite
def _service_number(draw: st.DrawFn, home: str, about: Holdings, odd: Odd) -> Fields:
    usual: Fields = {
        "purpose": draw(st.sampled_from(("queue", "attendant", "bridge", "room"))),
        "country": home,
        "city": draw(st.sampled_from((None, None, *CITIES))),
        "tariff": draw(st.sampled_from(("toll", "toll", "toll_free"))),
        "name": draw(any_text),
        "account_id": draw(st.sampled_from((ME, None))),
        "outbound_calls": draw(_yes_no),
    }
    if "wish" not in odd:
        return usual
    return usual | {
        "country": draw(any_country),
        "account_id": draw(st.sampled_from((ME, None, "another"))),
        "telephone_number": draw(st.one_of(st.none(), any_e164(home))),
        "convert": draw(_yes_no),
    }


_usage = st.sampled_from(("user", "voice_application", "conference"))


@st.composite
def _number_order(draw: st.DrawFn, home: str, about: Holdings, odd: Odd) -> Fields:
    return {
        "country": home,
        "city": draw(st.sampled_from(("Paris", None))),
        "quantity": draw(st.sampled_from((0, 100_000) if "wish" in odd else (1, 3))),
        "usage": draw(_usage),
        "tariff": draw(st.sampled_from(("toll", "toll", "toll_free"))),
    }


@st.composite
def _number_port(draw: st.DrawFn, home: str, about: Holdings, odd: Odd) -> Fields:
    there = draw(any_country) if "wish" in odd else home
    numbers = draw(st.lists(any_e164(home), min_size=0 if "wish" in odd else 1, max_size=4))
    return {"country": there, "numbers": tuple(numbers), "usage": draw(_usage), "operator": draw(any_text)}


def _money(minor: int, currency: str = "EUR") -> Money:
    return Money(minor=minor, currency=currency)


_amounts = st.builds(_money, st.sampled_from((-1, 0, 1, 100_00)), st.sampled_from(("EUR", "JPY")))


@st.composite
def _credits(draw: st.DrawFn, home: str, about: Holdings, odd: Odd) -> Fields:
    usual: Fields = {"amount": _money(50_000), "purchase_order": draw(st.sampled_from(("", "PO-17")))}
    usual["usage"] = tuple(_money(minor) for minor in draw(st.lists(st.integers(0, 99_999), max_size=3)))
    if draw(_yes_no):
        usual |= {"recharge": _money(20_000), "trigger": _money(5_000)}
    if "wish" not in odd:
        return usual
    return usual | {
        "amount": draw(_amounts),
        "recharge": draw(st.one_of(st.none(), _amounts)),
        "trigger": draw(st.one_of(st.none(), _amounts)),
        "usage": tuple(draw(st.lists(_amounts, max_size=2))),
        "pay_by_agreement": draw(_yes_no),
        "agreement_number": draw(st.sampled_from(("", "S-1", "S-9"))),
        "purchase_order": draw(st.sampled_from(("", "PO-17", "x"))),
    }


def _usage_location(home: str, who: Holdings, odd: Odd) -> st.SearchStrategy[Fields]:
    return st.fixed_dictionaries({"country": st.one_of(st.just(home), any_country)})


Drawn = Callable[[str, Holdings, Odd], st.SearchStrategy[Fields]]

WISHES: Mapping[str, tuple[type[Any], Drawn]] = {
    "number": (NumberWish, _plain_place),
    "number_change": (NumberChangeWish, _plain_place),
    "number_release": (NumberReleaseWish, _number_release),
    "licence": (LicenceWish, _licence),
    "phone_user": (PhoneUserWish, _phone_user),
    "meeting_organiser": (MeetingOrganiserWish, _meeting_organiser),
    "swap": (SwapWish, _swap),
    "leaver": (LeaverWish, _leaver),
    "mover": (MoverWish, _mover),
    "emergency_location": (LocationWish, _emergency_location),
    "usage_location": (UsageLocationWish, _usage_location),
    "service_number": (ServiceNumberWish, _service_number),
    "number_order": (NumberOrderWish, _number_order),
    "number_port": (NumberPortWish, _number_port),
    "credits": (CreditsWish, _credits),
}
"""Every kind of wish, and how its fields are drawn."""


_NUMBERED = {
    "number": st.sampled_from((False, False, False, True)),
    "phone_user": st.sampled_from((False, False, False, True)),
    "number_change": st.sampled_from((True, True, True, False)),
    "number_release": st.sampled_from((True, True, True, False)),
    "emergency_location": st.sampled_from((True, True, True, False)),
}
"""How often somebody has a number already."""


@st.composite
def situations(draw: st.DrawFn, kind: str) -> Situation:
    """Anybody, anywhere, who wishes for something of this kind."""
    odd = draw(st.frozensets(st.sampled_from(ASPECTS), max_size=2))
    home = draw(any_country)
    who = draw(any_holdings(home, odd, _NUMBERED.get(kind, _yes_no)))
    make, fields = WISHES[kind]
    wish = make.model_validate({"beneficiary_id": ME, **draw(fields(home, who, odd))})
    return Situation(wish, who, draw(any_tenant(home, who, odd)))

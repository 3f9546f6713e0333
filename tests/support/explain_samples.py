"""Samples of the cards that answer questions: what somebody has, why something is so, who is meant."""

from __future__ import annotations

from collections.abc import Iterator

from bot.domain.catalogue.products import E3, MCOEV, MCOEV_PLAN, MCOPSTN1_PLAN, TEAMS1_PLAN
from bot.domain.explaining import Explanation, Force, HeldProduct, Inventory, PlanLine, Readiness
from bot.domain.numbers import ActivationState, NumberType, PhoneNumber
from bot.domain.people import AccountType, Person
from bot.domain.plans import (
    AwaitPlans,
    ChangeLicences,
    LicenceAdd,
    Notice,
    NoticeLevel,
    Plan,
    Refusal,
    WaitReason,
)
from bot.domain.requests import Request
from bot.domain.wishes import LicenceWish
from bot.words import Words
from cards import choice, holdings, why
from cards.elements import Card

__all__ = ["explain_cards"]


def explain_cards(words: Words, people: list[Person], open_request: Request) -> Iterator[tuple[str, Card]]:
    """Each under a name. `people` are two or more who could be meant."""
    rich, poor = _inventory(people[0], open_request), Inventory(person=people[1])
    yield "holdings", holdings.build(rich, words)
    yield "holdings_nothing", holdings.build(poor, words)
    yield "why_planned", why.build(_explained(rich, plan=_PLAN), words)
    yield "why_refused", why.build(_explained(poor, refusal=_REFUSAL), words)
    yield "why_there", why.build(_explained(rich, plan=Plan(steps=())), words)
    yield (
        "choose_person",
        choice.who_of(people, "asked.meant", {"said": "a number for Do", "as": "number"}, words),
    )
    kinds = ("number", "number_change", "number_release", "holdings")
    yield "choose_wish", choice.what_of(kinds, "asked.meant", {"said": "my number"}, words)


def _inventory(person: Person, open_request: Request) -> Inventory:
    return Inventory(
        person=person,
        products=(
            HeldProduct(sku_id=E3, part_number="ENTERPRISEPACK"),
            HeldProduct(sku_id=MCOEV, group_id="6f1d", group_name="Phone *users*", in_force=False),
            HeldProduct(sku_id="00000000-0000-0000-0000-00000000aaaa", part_number="UNHEARD_OF"),
        ),
        plans=(
            PlanLine(plan_id=TEAMS1_PLAN, force=Force.EFFECTIVE),
            PlanLine(plan_id=MCOEV_PLAN, force=Force.PENDING),
            PlanLine(plan_id=MCOPSTN1_PLAN, force=Force.DISABLED),
        ),
        numbers=(
            PhoneNumber(
                telephone_number="+33170189942",
                number_type=NumberType.CALLING_PLAN,
                country="FR",
                city="Paris",
                activation_state=ActivationState.ACTIVATED,
                location_id="loc-paris",
            ),
        ),
        places={"loc-paris": "Paris siège"},
        readiness=Readiness.VOICE,
        account_type=AccountType.USER,
        own_pstn=True,
        requests=(open_request,),
    )


_PLAN = Plan(
    steps=(
        ChangeLicences(add=(LicenceAdd(sku_id=MCOEV, part_number="MCOEV"),), rules=("R05", "R10")),
        AwaitPlans(plans=(MCOEV_PLAN,), rules=("R07",)),
    ),
    notices=(
        Notice(code="SB-LIC-07", params={"name": "Dora", "base": "E3"}),
        Notice(code="SB-LIC-04", level=NoticeLevel.WARN, params={"product": "Teams Phone Standard"}),
    ),
    waits_for=WaitReason.LICENCES,
)
_REFUSAL = Refusal(code="SB-LIC-15", params={"name": "Dieter Müller", "product": "Domestic Calling Plan"})


def _explained(about: Inventory, plan: Plan | None = None, refusal: Refusal | None = None) -> Explanation:
    wish = LicenceWish(beneficiary_id=about.person.id, product="domestic")
    return Explanation(
        inventory=about, product="Domestic Calling Plan", wish=wish, plan=plan, refusal=refusal
    )

"""tenant.toml: what only the organisation's admins know.

    # Telephone
    own_pstn_group = "<object id>"      # members' calls go over the organisation's own carrier
    own_pstn_route = "direct_routing"   # how they do: or operator_connect
    new_hire_hours = 6                  # how long Teams may not know a new account
    rest_days = 30                      # how long a number rests after it was given back
    hybrid_conferencing = false         # Skype for Business Server, with other conferencing providers

    # Subscriptions
    cloud = "commercial"                # or gcc, gcc_high, dod, china (run by 21Vianet)
    segment = "enterprise"              # or education, nonprofit
    purchase_channel = "direct"         # who sells them: or volume, reseller, godaddy
    partner_benefits = false            # the suites come with a partner membership
    monthly_commitment = false          # subscriptions by the month, which sometimes take no add-ons
    count_warning_seats = false         # hand out seats of subscriptions in their grace period
    era = "current"                     # which add-on decisions hold: or seeds, those of 2018 and 2019

    # Money
    billing = "MOSA"                    # the default billing account: or MCA, CSP, EA; without it no
                                        # credits can be asked for
    credits_funded = false              # Communications Credits are set up and have money
    post_usage = false                  # calls are billed after use, so that no credits are needed
    agreements = ["123", "456"]         # numbers of the enterprise agreements; billing = "EA" needs one
    agreement_elsewhere = false         # their billing address is in another region than the organisation
    purchase_order_required = false     # nothing is ordered without a purchase order number
    purchase_order_may_follow = false   # it may be approved without, and is ordered once there is one
    purchase_order_format = "PO-[0-9]{6}"    # a regular expression the whole number matches

    # Waiting
    stock_days = 10                     # then people are told that they may choose something else
    approval_days = 14                  # an older approval is asked for again when stock comes

    [[emergency_locations]]
    id = "<location id>"
    name = "Redmond HQ"
    country = "US"
    city = "Redmond"
    address = "1 Microsoft Way"

    [[prices]]
    part_number = "MCOEV"
    monthly = { minor = 800, currency = "EUR" }   # in cents
    as_of = 2026-10-01                  # a day, since prices change

All of it may be left out; what is shown is what holds then, but for groups, billing and agreements, the
format of purchase orders, locations and prices, of which there are none.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Any

from bot.domain.catalogue.countries import country
from bot.domain.errors import Misconfigured
from bot.domain.tenant import EmergencyLocation, Price, TenantFacts
from bot.domain.toml_text import read_toml, shaped

__all__ = ["parse_tenant_facts"]

_FILE = "tenant.toml"
_REPEATED_REPETITION = re.compile(r"(?:[*+]|\{\d*,\d*\})\)(?:[*+]|\{\d*,)")
"""Such as `([0-9]+)*`, which is tried in twice as many ways with every digit."""


def parse_tenant_facts(text: str) -> TenantFacts:
    """The facts in a file's text. Raises `Misconfigured`, one line naming the key and what to change."""
    facts = shaped(_FILE, _as_text(read_toml(_FILE, text)), TenantFacts)
    _refuse_twice("emergency location", (place.id for place in facts.emergency_locations))
    _refuse_twice("price for", (price.part_number for price in facts.prices))
    _refuse_twice("agreement", facts.agreements)
    for place in facts.emergency_locations:
        _check_place(place)
    for price in facts.prices:
        _check_price(price)
    _check_billing(facts)
    _check_purchase_orders(facts)
    return facts


def _as_text(value: Any) -> Any:
    """TOML has dates of its own; we keep them as people write them."""
    if isinstance(value, dict):
        return {key: _as_text(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_as_text(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value


def _refuse_twice(what: str, keys: Iterable[str]) -> None:
    for key, times in Counter(keys).items():
        if times > 1:
            raise Misconfigured(f"{_FILE}: {what} {key!r} is there {times} times; keep one")


def _check_place(place: EmergencyLocation) -> None:
    if not place.id.strip():
        raise Misconfigured(
            f"{_FILE}: emergency location {place.name!r} has an empty id; set its location id"
        )
    if country(place.country) is None:
        raise Misconfigured(
            f"{_FILE}: emergency location {place.name!r}: unknown country {place.country!r}; "
            "use two capital letters, as in US"
        )


def _check_price(price: Price) -> None:
    if price.monthly.minor < 0:
        raise Misconfigured(f"{_FILE}: the price for {price.part_number} is below zero; correct it")
    try:
        date.fromisoformat(price.as_of)
    except ValueError:
        raise Misconfigured(
            f"{_FILE}: the price for {price.part_number}: as_of {price.as_of!r} is not a day; "
            "write it as in 2026-10-01"
        ) from None


def _check_billing(facts: TenantFacts) -> None:
    """What cannot be true together would let somebody plan money that cannot be spent (R50-R52)."""
    if any(not number.strip() for number in facts.agreements):
        raise Misconfigured(f"{_FILE}: 'agreements' has an empty number; remove it or fill it in")
    if facts.billing == "EA" and not facts.agreements:
        raise Misconfigured(f"{_FILE}: billing is 'EA' without 'agreements'; list the agreements' numbers")
    if facts.agreement_elsewhere and not facts.agreements:
        raise Misconfigured(
            f"{_FILE}: 'agreement_elsewhere' without 'agreements'; list the agreements' numbers or remove it"
        )
    if facts.post_usage and facts.billing == "MOSA":
        raise Misconfigured(
            f"{_FILE}: 'post_usage' with billing 'MOSA', which pays before use; correct one of them"
        )


def _check_purchase_orders(facts: TenantFacts) -> None:
    if facts.purchase_order_may_follow and not facts.purchase_order_required:
        raise Misconfigured(
            f"{_FILE}: 'purchase_order_may_follow' without 'purchase_order_required'; set both or neither"
        )
    try:
        re.compile(facts.purchase_order_format)
    except re.error as error:
        raise Misconfigured(
            f"{_FILE}: 'purchase_order_format' is not a regular expression: {error}; correct it"
        ) from None
    if _REPEATED_REPETITION.search(facts.purchase_order_format):
        raise Misconfigured(
            f"{_FILE}: 'purchase_order_format' repeats what repeats already, which may take forever to tell; "
            "leave out one of both"
        )

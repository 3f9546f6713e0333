"""What a message says already of the form that it opens, by the fields of the form."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from dialogs.lexicon.concepts import Concept
from dialogs.persons import person_in, provider_in
from dialogs.reading import Hit, Reading, read
from dialogs.slots import amount_of, ending_of, named_products, place_of, quantity_of

__all__ = ["Said", "left_over", "prefill", "take_apart"]


@dataclass(frozen=True, slots=True)
class Said:
    """A message with everything that was found in it."""

    reading: Reading
    person: str | None
    products: list[tuple[Hit, str]]
    places: list[tuple[str, str]]
    amount: tuple[str, str] | None
    quantity: int | None
    ending: str


def take_apart(text: str) -> Said:
    """Everything that a message names; `text` is NFKC."""
    reading = read(text)
    return Said(
        reading=reading,
        person=person_in(reading),
        products=named_products(reading),
        places=place_of(reading),
        amount=amount_of(text),
        quantity=quantity_of(reading),
        ending=ending_of(reading),
    )


def prefill(kind: str, said: Said) -> dict[str, str]:
    """What is known already for a wish of this kind, or for `why`."""
    fill = _FILLS.get(kind)
    return fill(said) if fill else {}


def _number(said: Said) -> dict[str, str]:
    found = _place(said)
    return {**found, "ending": said.ending} if said.ending else found


def _place(said: Said) -> dict[str, str]:
    """The last place named is where somebody wants to be; the country alone where only that was said."""
    if not said.places:
        return {}
    country, city = said.places[-1]
    return {"country": country, "city": city} if city else {"country": country}


def _licence(said: Said) -> dict[str, str]:
    named = {use for _, use in said.products if use}
    product = {"product": named.pop()} if len(named) == 1 else {}
    return {**product, **_provider(said)} if product.get("product") in _CONFERENCING else product


_CONFERENCING = frozenset({"conferencing", "conferencing_ppm"})


def _provider(said: Said) -> dict[str, str]:
    """R33: whom Microsoft would take the place of."""
    name = provider_in(said.reading)
    return {"provider": name} if name else {}


def _phone_user(said: Said) -> dict[str, str]:
    plans = {use for _, use in said.products if use in _PLANS}
    plan = {"calling_plan": plans.pop()} if len(plans) == 1 else {}
    return {**_number(said), **plan}


_PLANS = frozenset({"domestic", "domestic_120", "domestic_240", "international", "payg"})


def _meeting(said: Said) -> dict[str, str]:
    per_minute = any(use == "conferencing_ppm" for _, use in said.products)
    by_minute = per_minute or Concept.PER_MINUTE in said.reading.concepts
    return {**_provider(said), **({"pay_per_minute": "true"} if by_minute else {})}


def _swap(said: Said) -> dict[str, str]:
    """What goes and what comes; the order says which, and "instead of" turns it round."""
    uses = [use for _, use in said.products]
    if len(uses) == 2:
        given_up, got = reversed(uses) if said.reading.of(Concept.INSTEAD) else uses
        return {name: use for name, use in (("give_up", given_up), ("get", got)) if use}
    if len(uses) != 1 or not uses[0]:
        return {}
    return {"get" if _is_aim(said, said.products[0][0]) else "give_up": uses[0]}


def _is_aim(said: Said, product: Hit) -> bool:
    """Whether the one product named is where it goes: "upgrade me to E5"."""
    heard = said.reading.of(Concept.TO, Concept.CHANGE)
    first = said.reading.units[product.first]
    if first.han or "zh" in said.reading.languages:
        return any(hit.after == product.first for hit in heard) and not _gone(said.reading)
    filler = {Concept.FILLER, Concept.MINE}
    before = product.first - 1
    while before >= 0 and said.reading.means(before, *filler) and not said.reading.means(before, Concept.TO):
        before -= 1
    return before >= 0 and said.reading.means(before, Concept.TO) and not _gone(said.reading)


def _gone(reading: Reading) -> bool:
    return not reading.concepts.isdisjoint({Concept.RELEASE, Concept.REMOVE, Concept.SPARE})


def _service(said: Said) -> dict[str, str]:
    concepts = said.reading.concepts
    purposes = {purpose for concept, purpose in _PURPOSES.items() if concept in concepts}
    purpose = {"purpose": purposes.pop()} if len(purposes) == 1 else {}
    tariff = {"tariff": "toll_free"} if Concept.TOLL_FREE in concepts else {}
    return {**_place(said), **purpose, **tariff}


_PURPOSES = {
    Concept.QUEUE: "queue",
    Concept.ATTENDANT: "attendant",
    Concept.BRIDGE: "bridge",
    Concept.ROOM: "room",
}


def _order(said: Said) -> dict[str, str]:
    return {**_place(said), **({"quantity": str(said.quantity)} if said.quantity else {})}


def _port(said: Said) -> dict[str, str]:
    operators = said.reading.of(Concept.OPERATOR)
    names = [said.reading.said(hit.first, hit.after) for hit in operators]
    proper = [name for name in names if name[:1].isupper()]
    return {**_place(said), **({"operator": proper[0]} if proper else {})}


def _credits(said: Said) -> dict[str, str]:
    """Where money is to come by itself, the amount that was named is what is added each time."""
    words = [said.reading.said(hit.first, hit.after) for hit in said.reading.of(Concept.TOP_UP)]
    by_itself = any(_BY_ITSELF.search(one) for one in words)
    purpose = {"purpose": "auto_recharge"} if by_itself else {}
    if said.amount is None:
        return purpose
    amount, currency = said.amount
    return {**purpose, "recharge" if by_itself else "amount": amount, "currency": currency}


def _why(said: Said) -> dict[str, str]:
    """What is asked about: a product as the catalogue calls it, the number itself, or the words left over."""
    named = [(hit, use) for hit, use in said.products]
    if named:
        hit, use = named[0]
        return {"product": use or said.reading.said(hit.first, hit.after)}
    if said.reading.concepts & {Concept.NUMBER, Concept.NUMBERS}:
        return {"product": "number"}
    left = left_over(said)
    return {"product": left} if left else {}


def left_over(said: Said) -> str:
    """The words that are neither known nor the person's name."""
    name = {word.casefold() for word in (said.person or "").split()}
    reading = said.reading
    return " ".join(
        unit.said
        for position, unit in enumerate(reading.units)
        if reading.hit_at(position) is None and unit.said.casefold() not in name
    )


_BY_ITSELF = re.compile(r"auto|自动", re.IGNORECASE)

_FILLS: Mapping[str, Callable[[Said], dict[str, str]]] = {
    "number": _number,
    "number_change": _number,
    "licence": _licence,
    "phone_user": _phone_user,
    "meeting_organiser": _meeting,
    "swap": _swap,
    "mover": _place,
    "service_number": _service,
    "number_order": _order,
    "number_port": _port,
    "credits": _credits,
    "why": _why,
}

"""How wishes read: a title, and what was asked for. One arm a kind of wish. Markdown-safe."""

from __future__ import annotations

from bot.domain.catalogue.products import product_name
from bot.domain.people import PersonRef
from bot.domain.wishes import NumberWish, Wish
from bot.words import N_, Words
from cards.markdown import plain
from cards.wording import place

__all__ = ["what", "wish_details", "wish_title"]

_TITLES = {
    "number": N_("Phone number for {name}"),
    "number_change": N_("Another phone number for {name}"),
    "number_release": N_("Phone number of {name}: give back"),
    "licence": N_("{product} for {name}"),
    "phone_user": N_("Telephone for {name}"),
    "meeting_organiser": N_("Dial-in meetings for {name}"),
    "swap": N_("Change of licence for {name}"),
    "leaver": N_("{name} leaves"),
    "mover": N_("{name} moves to another country"),
    "emergency_location": N_("Place of work of {name}"),
    "service_number": N_("Service number"),
    "number_order": N_("New phone numbers"),
    "number_port": N_("Phone numbers from another operator"),
    "credits": N_("Communications Credits"),
}


def wish_title(wish: Wish, beneficiary: PersonRef, words: Words) -> str:
    """What it is about, in a line."""
    product = plain(words(product_name(wish.product))) if wish.kind == "licence" else ""
    return words(_TITLES[wish.kind], name=plain(beneficiary.name, 80), product=product)


def wish_details(wish: Wish, words: Words) -> list[tuple[str, str]]:
    """What was asked for, besides for whom and why."""
    match wish:
        case NumberWish():
            where = (words("Where"), place(wish.country, wish.city, words))
            return [where, (words("Ending"), wish.ending)] if wish.ending else [where]
        case _:
            return []


def what(wish: Wish, words: Words) -> str:
    """What was asked for, in one sentence for who decides."""
    if not isinstance(wish, NumberWish):
        return _what_title(wish, words)
    where = place(wish.country, wish.city, words)
    if wish.ending:
        return words("A phone number of {place}, ending in {digits}", place=where, digits=wish.ending)
    return words("A phone number of {place}", place=where)


def _what_title(wish: Wish, words: Words) -> str:
    return "; ".join(f"{name}: {value}" for name, value in wish_details(wish, words))

"""What a message names besides the wish itself: a product, a place, an amount, digits, how many.

Only what is said is taken: no currency is assumed, no product guessed from a similar one.
"""

# ruff: noqa: SIM905 - tables of words, filled like paragraphs

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from bot.domain.catalogue.countries import countries
from bot.domain.catalogue.products import find_product
from bot.words import words_for
from dialogs.lexicon.concepts import PRODUCTS, Concept
from dialogs.lexicon.places import CITIES, COUNTRIES, CURRENCIES
from dialogs.normalise import has_han, normalise
from dialogs.reading import Hit, Reading

__all__ = [
    "amount_of",
    "ending_of",
    "is_place",
    "named_products",
    "place_of",
    "quantity_of",
    "without_places",
]

_USES: Mapping[Concept, str] = {
    Concept.P_PHONE: "phone",
    Concept.P_BUNDLE: "bundle",
    Concept.P_DOMESTIC: "domestic",
    Concept.P_120: "domestic_120",
    Concept.P_240: "domestic_240",
    Concept.P_INTERNATIONAL: "international",
    Concept.P_PAYG: "payg",
    Concept.P_CONFERENCING: "conferencing",
    Concept.P_PER_MINUTE: "conferencing_ppm",
    Concept.P_CREDITS: "credits",
    Concept.P_RESOURCE: "resource_account",
    Concept.P_ROOM_BASIC: "room_basic",
    Concept.P_ROOM_PRO: "room_pro",
    Concept.P_MOBILE: "mobile",
    Concept.P_TEAMS: "teams",
}


def named_products(reading: Reading) -> list[tuple[Hit, str]]:
    """Every product named, in order: its use, a skuId for a suite, or "" where several could be meant."""
    found = [(hit, _named(hit, reading)) for hit in reading.of(*PRODUCTS, Concept.PLAN)]
    kinds = [use for hit, use in found if Concept.PLAN not in hit.concepts]
    # "the international plan" and "a calling plan, international": one thing said in two words.
    return [
        (hit, use) for hit, use in found if Concept.PLAN not in hit.concepts or not _plan_is_told(kinds, use)
    ]


def _plan_is_told(kinds: list[str], use: str) -> bool:
    return use == "" and any(kind in {*_CALLING, "bundle"} for kind in kinds)


_CALLING = ("domestic", "domestic_120", "domestic_240", "international", "payg")


def _named(hit: Hit, reading: Reading) -> str:
    for concept in sorted(hit.concepts & PRODUCTS):
        if concept is Concept.P_CONFERENCING and Concept.PER_MINUTE in reading.concepts:
            return "conferencing_ppm"
        if concept in _USES:
            return _USES[concept]
    if Concept.P_SUITE in hit.concepts:
        return _suite(reading.said(hit.first, hit.after))
    if Concept.ABROAD in reading.concepts and Concept.AT_HOME not in reading.concepts:
        return "international"
    return (
        "domestic" if Concept.AT_HOME in reading.concepts and Concept.ABROAD not in reading.concepts else ""
    )


def _suite(said: str) -> str:
    """The one product that is called so; "" where Office 365 and Microsoft 365 both have one."""
    found = find_product(said)
    return found.product.sku_id if found.product else ""


@cache
def _places() -> tuple[tuple[str, str, str], ...]:
    """What places are called, normalised, with country and city; the longest names first."""
    found = {
        (normalise(name), iso2, "")
        for tag in ("en", "fr", "zh")
        for iso2 in countries()
        for name in (words_for(tag).country(iso2),)
    }
    found |= {(name, iso2, "") for iso2, names in COUNTRIES.items() for name in names.split("|")}
    found |= {(name, iso2, city) for city, iso2, names in CITIES for name in names.split("|")}
    return tuple(sorted((one for one in found if one[0]), key=lambda one: (-len(one[0]), one)))


@cache
def _place_index() -> Mapping[str, tuple[str, str]]:
    return {name: (iso2, city) for name, iso2, city in reversed(_places())}


@cache
def _han_places() -> re.Pattern[str]:
    return re.compile("|".join(re.escape(name) for name, _, _ in _places() if has_han(name)))


def place_of(reading: Reading) -> list[tuple[str, str]]:
    """Every place named, in order, as country and city ("" for the country alone)."""
    index = _place_index()
    if "zh" in reading.languages:
        compact = normalise(reading.text).replace(" ", "")
        return [index[match[0]] for match in _han_places().finditer(compact)] + _latin_places(reading)
    return _latin_places(reading)


def without_places(chinese: str) -> str:
    """What is left of a text without blanks once every place is taken out."""
    return _han_places().sub("", chinese)


def is_place(reading: Reading, position: int) -> bool:
    """Whether the word there belongs to a place's name."""
    unit = reading.units[position]
    return unit.norm in _place_index() or (unit.capital and unit.norm in _place_words())


@cache
def _place_words() -> frozenset[str]:
    """The words of names of places, for names of several."""
    return frozenset(word for name in _place_index() for word in name.split() if len(word) > 3)


def _latin_places(reading: Reading) -> list[tuple[str, str]]:
    index = _place_index()
    norms = [unit.norm for unit in reading.units]
    found = []
    position = 0
    while position < len(norms):
        for length in (3, 2, 1):
            name = " ".join(norms[position : position + length])
            if position + length <= len(norms) and name in index:
                found.append(index[name])
                position += length - 1
                break
        if norms[position] == "us" and reading.units[position].said == "US":
            found.append(("US", ""))
        position += 1
    return found


_ENDING = re.compile(
    r"(?:end(?:s|ing)?|finish(?:es|ing)?|finit|finissant|finisse|termine|terminant|terminaison|dernieres?)"
    r"(?: (?:in|with|by|par|en|chiffres?|digits?|the|les|of))* (?P<digits>\d(?: ?\d){0,5})\b"
)
_ENDING_HAN = re.compile(
    r"(?:尾号|尾数|末尾|结尾|后四位|后两位|后三位|尾)(?:是|为|要|带|含)?(?P<after>\d{1,6})|以(?P<before>\d{1,6})结尾|(?P<tail>\d{1,6})(?:结尾|作尾|收尾)"
)


def ending_of(reading: Reading) -> str:
    """The digits the number should end with, or ""."""
    said = normalise(reading.text)
    found = _ENDING.search(said) or _ENDING_HAN.search(said.replace(" ", ""))
    if not found:
        return ""
    return next((digits for digits in found.groups() if digits), "").replace(" ", "")


_SIGNS = {"€": "EUR", "$": "USD", "£": "GBP", "¥": "CNY", "￥": "CNY"}
_FIGURE = r"\d{1,3}(?:[ ,.\u00a0\u202f']\d{3})+(?:[.,]\d{1,2})?|\d+(?:[.,]\d{1,2})?"


@cache
def _money() -> re.Pattern[str]:
    names = sorted((name for all_ in CURRENCIES.values() for name in all_.split("|")), key=len, reverse=True)
    named = "|".join(re.escape(name) + ("" if has_han(name) else r"\b") for name in names)
    signs = "".join(_SIGNS)
    return re.compile(
        rf"(?P<sign>[{signs}]) ?(?P<behind>{_FIGURE})"
        rf"|\b(?P<code>eur|usd|gbp|chf|cny|jpy|cad|aud) ?(?P<coded>{_FIGURE})"
        rf"|(?P<before>{_FIGURE})(?P<k> ?k)? ?(?:(?P<trailing>[{signs}])|(?P<name>{named}))",
        re.IGNORECASE,
    )


@cache
def _currency(name: str) -> str:
    return next(code for code, names in CURRENCIES.items() if name in names.split("|"))


def amount_of(text: str) -> tuple[str, str] | None:
    """An amount with its currency, as `("800.50", "EUR")`; None where either is missing."""
    found = _money().search(text)
    if not found:
        return None
    figure = _plain(found["behind"] or found["coded"] or found["before"])
    if found["k"]:
        figure = f"{figure}000" if figure.isdecimal() else ""
    sign = found["sign"] or found["trailing"]
    currency = _SIGNS[sign] if sign else _currency((found["name"] or found["code"]).casefold())
    return (figure, currency) if figure else None


def _plain(figure: str) -> str:
    """Without marks for thousands, and with a point for the decimals."""
    decimals = re.search(r"[.,](\d{1,2})$", figure)
    whole = figure[: decimals.start()] if decimals else figure
    digits = re.sub(r"\D", "", whole)
    return f"{digits}.{decimals[1]}" if decimals else digits


_COUNTED = re.compile(
    r"(?<![\d+.,/-])(?P<count>\d{1,6})"
    r"(?! ?(?:min|mn|minute|minutes|分钟|%|h\b|st\b|nd\b|rd\b|th\b|月|日|号上|号离|[-/.:]\d))"
)
_HAN_COUNT = re.compile(r"(?P<count>\d{1,6})(?:个(?!人|月|星期|小时|客户|同事|员工)|条|门|组)")
_MONTHS = frozenset(
    """january february march april may june july august september october november december janvier fevrier
    mars avril mai juin juillet aout septembre octobre novembre decembre""".split()
)


def quantity_of(reading: Reading) -> int | None:
    """How many numbers are asked for; None for one, for a date, money, minutes, people or digits."""
    text = _money().sub(" ", _plainly(reading.text))
    if ending_of(reading):
        return None
    if "zh" in reading.languages:
        found = _HAN_COUNT.search(text)
        return int(found["count"]) if found else None
    for found in _COUNTED.finditer(text):
        following = normalise(text[found.end() :]).split()[:1]
        if not _MONTHS.intersection(following) and not _is_part_of_a_word(text, found.start()):
            return int(found["count"]) if _counts_numbers(found["count"], reading) else None
    return None


def _counts_numbers(count: str, reading: Reading) -> bool:
    """Whether numbers, or "more" of them, follow soon: three weeks are none."""
    at = next((position for position, unit in enumerate(reading.units) if unit.norm == count), None)
    if at is None:
        return False
    near = range(at + 1, min(at + 5, len(reading.units)))
    return any(reading.means(position, Concept.NUMBER, Concept.NUMBERS, Concept.ORDER) for position in near)


def _is_part_of_a_word(text: str, start: int) -> bool:
    return start > 0 and (
        text[start - 1].isalpha() or normalise(text[:start]).split()[-1:] in (["365"], ["office"])
    )


def _plainly(text: str) -> str:
    """With every odd blank as a plain one, so that patterns see one kind."""
    return " ".join(text.split())

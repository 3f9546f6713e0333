"""What was sent or typed becomes values of one spelling. Every input is untrusted."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from bot.domain.views import WishOptions
from bot.words import Words
from cards.forms import ANY, InputKind
from dialogs.forms.amounts import is_amount, read_amount, read_amounts
from dialogs.forms.phone_lists import read_numbers
from dialogs.forms.spec import Choice, Field, Form, Values
from dialogs.inputs import as_text, person_id_in

__all__ = ["choices_of", "kept", "problem_of", "problems", "read", "read_all"]

_MAX_ID = 64
_SEPARATORS = re.compile(r"[\s.\-/()]+")
_GROUPING = re.compile(r"(?<=[0-9])[\s.,'\u2019](?=[0-9]{3}(?:[^0-9]|$))")
_QUANTITY = re.compile(r"[1-9][0-9]{0,5}")
_MOST_MONTHS = 36
_YEARS = range(2000, 2100)
"""Of days that somebody can mean."""
_TRUE = frozenset(("true", "1", "yes", "on"))
_YEAR_FIRST = re.compile(r"([0-9]{4})[-./年]([0-9]{1,2})[-./月]([0-9]{1,2})日?")
_YEAR_LAST = re.compile(r"([0-9]{1,2})[-./]([0-9]{1,2})[-./]([0-9]{4})")


def read_all(form: Form, values: Values, data: Mapping[str, Any], words: Words) -> dict[str, str]:
    """The values with what a form sent; an input that was not sent keeps its value."""
    result = dict(values)
    for field in form.fields:
        if field.id in data and not _left_out(field, data[field.id]):
            result[field.id] = read(field, data[field.id], result, words)
    return result


def _left_out(field: Field, raw: object) -> bool:
    """A list that was too long to be shown again comes back empty, and is not meant to be."""
    return field.kind is InputKind.NUMBERS and not as_text(raw, field.most)


def read(field: Field, raw: object, values: Values, words: Words) -> str:
    """One answer in the spelling of `Values`; what cannot be read stays as it was sent."""
    return _READERS[field.kind](field, raw, values, words)


def _choice(_field: Field, raw: object, _values: Values, _words: Words) -> str:
    """One choice of a list; people pickers separate several by commas, and one is meant."""
    chosen = as_text(raw, _MAX_ID * 4).partition(",")[0].strip()[:_MAX_ID]
    return "" if chosen == ANY else chosen


def _person(field: Field, raw: object, _values: Values, _words: Words) -> str:
    return person_id_in({field.id: raw}, field.id)


def _text(field: Field, raw: object, _values: Values, _words: Words) -> str:
    return as_text(raw, field.most)


def _digits(_field: Field, raw: object, _values: Values, _words: Words) -> str:
    return _SEPARATORS.sub("", as_text(raw, 40))


def _amount(field: Field, raw: object, values: Values, words: Words) -> str:
    text = as_text(raw, field.most)
    return read_amount(text, values.get("currency", ""), words) or text


def _amounts(field: Field, raw: object, values: Values, words: Words) -> str:
    text = as_text(raw, field.most)
    return read_amounts(text, values.get("currency", ""), words) or text


def _quantity(field: Field, raw: object, _values: Values, _words: Words) -> str:
    return _GROUPING.sub("", as_text(raw, field.most)).lstrip("0")


def _numbers(field: Field, raw: object, values: Values, _words: Words) -> str:
    return read_numbers(as_text(raw, field.most), values.get("country", ""))


def _toggle(_field: Field, raw: object, _values: Values, _words: Words) -> str:
    return "true" if as_text(raw, 10).casefold() in _TRUE else "false"


def _date(_field: Field, raw: object, _values: Values, words: Words) -> str:
    """A day; as it was typed where it could be two days, or is none."""
    text = as_text(raw, 40)
    year_first, year_last = _YEAR_FIRST.fullmatch(text), _YEAR_LAST.fullmatch(text)
    if year_first:
        year, month, day = map(int, year_first.groups())
    elif year_last:
        first, second, year = map(int, year_last.groups())
        day, month = _day_and_month(first, second, words)
    else:
        return text
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return text


def _day_and_month(first: int, second: int, words: Words) -> tuple[int, int]:
    """Some who write English put the month first, others the day: only what can be one thing is read."""
    if second > 12:
        return second, first
    ambiguous = words.locale == "en" and first <= 12 and first != second
    return (0, 0) if ambiguous else (first, second)


_READERS: Mapping[InputKind, Callable[[Field, object, Values, Words], str]] = {
    InputKind.CHOICE: _choice,
    InputKind.PERSON: _person,
    InputKind.TEXT: _text,
    InputKind.DIGITS: _digits,
    InputKind.AMOUNT: _amount,
    InputKind.AMOUNTS: _amounts,
    InputKind.QUANTITY: _quantity,
    InputKind.NUMBERS: _numbers,
    InputKind.TOGGLE: _toggle,
    InputKind.DATE: _date,
}


def choices_of(field: Field, options: WishOptions, values: Values, words: Words) -> tuple[Choice, ...]:
    return tuple(field.choices(options, values, words))


def problems(form: Form, options: WishOptions, values: Values, words: Words) -> dict[str, str]:
    """What has to be corrected, by field id; empty when the wish can be planned."""
    found = {field.id: problem_of(field, options, values, words) for field in form.shown(options, values)}
    return {name: problem for name, problem in found.items() if problem}


def problem_of(field: Field, options: WishOptions, values: Values, words: Words) -> str | None:
    value = values.get(field.id, "")
    if not _answered(field, value):
        missing = field.required(options, values)
        return words(field.wrong) if missing else field.check(value, options, values, words)
    if not _readable(field, value, options, values, words):
        return words(field.wrong)
    return field.check(value, options, values, words)


def _answered(field: Field, value: str) -> bool:
    return value == "true" if field.kind is InputKind.TOGGLE else bool(value)


def _readable(field: Field, value: str, options: WishOptions, values: Values, words: Words) -> bool:
    match field.kind:
        case InputKind.CHOICE:
            return any(value == one.value for one in choices_of(field, options, values, words))
        case InputKind.DIGITS:
            return re.fullmatch(field.pattern, value) is not None
        case InputKind.AMOUNT:
            return is_amount(value, values.get("currency", ""))
        case InputKind.AMOUNTS:
            amounts = value.split()
            known = all(is_amount(one, values.get("currency", "")) for one in amounts)
            return known and len(amounts) <= _MOST_MONTHS
        case InputKind.QUANTITY:
            return _QUANTITY.fullmatch(value) is not None and int(value) <= 100_000
        case InputKind.DATE:
            return _is_day(value)
        case _:
            return True


def _is_day(value: str) -> bool:
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return False
    return day.isoformat() == value and day.year in _YEARS


def kept(form: Form, options: WishOptions, values: Values) -> dict[str, str]:
    """The values of the fields that apply: what was answered before something else was chosen is left out."""
    names = {field.id for field in form.shown(options, values)}
    people = {f"{field.id}_name" for field in form.fields if field.kind is InputKind.PERSON}
    return {name: value for name, value in values.items() if name in names | people}

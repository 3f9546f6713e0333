"""Texts, dates, countries and amounts in one language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from datetime import date as Day
from decimal import Decimal
from functools import cache

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.lists import format_list
from babel.numbers import format_currency, format_decimal, format_percent, get_currency_precision
from babel.units import format_unit

from bot.words.catalogues import translations
from bot.words.languages import language_of

__all__ = ["Words", "words_for"]

_DATE_PATTERN = {"en": "d MMM yyyy, HH:mm", "fr": "d MMM yyyy, HH:mm", "zh_CN": "yyyy年M月d日 HH:mm"}

_DAY_PATTERN = {"en": "d MMM yyyy", "fr": "d MMM yyyy", "zh_CN": "yyyy年M月d日"}
_SHORT_PATTERN = {"en": "d MMM", "fr": "d MMM", "zh_CN": "M月d日"}
_MONTH_PATTERN = {"en": "MMM yyyy", "fr": "MMM yyyy", "zh_CN": "yyyy年M月"}
_MINUTE = timedelta(minutes=1)


class _Params(dict[str, object]):
    """Parameters of a text. A stored notice may be older than the wording: show the gap, lose nothing."""

    def __missing__(self, name: str) -> str:
        return "{" + name + "}"


class Words:
    """One language. Calling it translates: `words("Hello {name}", name=...)`."""

    def __init__(self, language: str) -> None:
        self.locale = language
        """One of `LANGUAGES`."""
        self._cldr = Locale.parse(language)
        self._gettext = translations(language)

    def __call__(self, text: str, /, **params: object) -> str:
        """`text` in this language, with `{name}` parts filled in."""
        return _fill(self._gettext.gettext(text), params) if text else ""

    def plural(self, one: str, many: str, n: int, /, **params: object) -> str:
        """The form of a text that fits `n`; `{n}` is filled in too."""
        return _fill(self._gettext.ngettext(one, many, n), {"n": n, **params})

    def date(self, moment: datetime) -> str:
        """A moment to the minute, in UTC and saying so: where people are is not known here."""
        shown = format_datetime(
            moment.astimezone(UTC), _DATE_PATTERN[self.locale], tzinfo=UTC, locale=self._cldr
        )
        return f"{shown} UTC"

    def day(self, day: Day) -> str:
        """A day with its year."""
        return str(format_date(day, _DAY_PATTERN[self.locale], locale=self._cldr))

    def short_day(self, day: Day) -> str:
        """A day of a year that is clear from what stands around it."""
        return str(format_date(day, _SHORT_PATTERN[self.locale], locale=self._cldr))

    def month(self, day: Day) -> str:
        """The month of a day, with its year."""
        return str(format_date(day, _MONTH_PATTERN[self.locale], locale=self._cldr))

    def span(self, long: timedelta) -> str:
        """How long something is, in the two largest units that tell; to the minute at most."""
        minutes = max(round(long / _MINUTE), 1)
        parts = ((minutes // 1440, "day"), (minutes // 60 % 24, "hour"), (minutes % 60, "minute"))
        first = next(at for at, (count, _) in enumerate(parts) if count)
        told = [
            str(format_unit(count, f"duration-{unit}", locale=self._cldr))
            for count, unit in parts[first : first + 2]
            if count
        ]
        return " ".join(told)

    def country(self, iso2: str) -> str:
        """A country's name; the code itself when there is no such country."""
        return str(self._cldr.territories.get(iso2, iso2))

    def money(self, minor: int, currency: str) -> str:
        """An amount given in minor units of an ISO 4217 currency."""
        amount = minor / 10 ** get_currency_precision(currency)
        return str(format_currency(amount, currency, locale=self._cldr))

    def plain_money(self, minor: int, currency: str) -> str:
        """An amount as a spreadsheet of the reader's reads it: no currency and nothing between thousands."""
        places = get_currency_precision(currency)
        amount = Decimal(minor).scaleb(-places)
        return str(format_decimal(amount, f"0.{'0' * places}" if places else "0", locale=self._cldr))

    def percent(self, part: float) -> str:
        """A part of one, as whole per cent."""
        return str(format_percent(part, locale=self._cldr))

    def listing(self, items: list[str]) -> str:
        """Several things in a sentence: `a, b and c`."""
        return str(format_list(items, locale=self._cldr))

    def alternatives(self, items: list[str]) -> str:
        """Several things of which one: `a, b or c`."""
        return str(format_list(items, style="or", locale=self._cldr))


def _fill(text: str, params: Mapping[str, object]) -> str:
    return text.format_map(_Params(params)) if "{" in text else text


@cache
def _speaking(language: str) -> Words:
    return Words(language)


def words_for(tag: str | None) -> Words:
    """The words for a BCP 47 tag; English for a language we do not have."""
    return _speaking(language_of(tag))

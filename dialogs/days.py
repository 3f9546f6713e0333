"""Days and spans of time as people write them, in English, French and Chinese.

Days lie ahead: a weekday is the next one, a day without a year the next one, unless it was so lately that
only a slip can explain it; then it is left in the past, to be refused as what it is.
"""

# ruff: noqa: E501 - tables of words, filled like paragraphs

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

__all__ = ["Period", "blank", "fold", "period_in"]

_LATELY = timedelta(days=90)

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan janvier janv", "february feb fevrier fevr", "march mar mars", "april apr avril avr",
            "may mai", "june jun juin", "july jul juillet juil", "august aug aout",
            "september sept sep septembre", "october oct octobre", "november nov novembre",
            "december dec decembre",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_WEEKDAYS = {
    name: number
    for number, names in enumerate(
        (
            "monday lundi 一", "tuesday mardi 二", "wednesday mercredi 三", "thursday jeudi 四",
            "friday vendredi 五", "saturday samedi 六", "sunday dimanche 日 天",
        )
    )
    for name in names.split()
}  # fmt: skip
_SHORT_WEEKDAYS = {
    name: number
    for number, names in enumerate(
        ("mon lun", "tue tues", "wed mer", "thu thur thurs jeu", "fri ven", "sat sam", "sun dim")
    )
    for name in names.split()
}
_COUNTS = {
    name: number
    for number, names in enumerate(
        (
            "a an one un une 一", "two deux 二 两 兩", "three trois 三", "four quatre 四", "five cinq 五",
            "six 六", "seven sept 七", "eight huit 八", "nine neuf 九", "ten dix 十",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip


def _any(names: Iterator[str] | dict[str, int]) -> str:
    return "|".join(sorted(names, key=len, reverse=True))


_MONTH = rf"(?P<month>{_any(_MONTHS)})\b\.?"
_NAMED = _any({name: 0 for name in _WEEKDAYS if name.isascii()})
_ORDINAL = r"(?:st|nd|rd|th|er|e)?"
_BEFORE = rf"(?:the |le |(?:{_NAMED}),? (?:the |le )?)?"
_YEAR = r"(?:,? (?P<year>\d{4}))?"
_WEEK = r"(?:周|週|星期|礼拜|禮拜)"

# How a day is written, by how it is worked out. The first that fits wins.
_DAYS = [
    ("date", re.compile(r"(?P<year>\d{4})-(?P<number>\d{1,2})-(?P<day>\d{1,2})(?!\d)")),
    ("date", re.compile(r"(?:(?P<year>\d{4}) ?年 ?)?(?P<number>\d{1,2}) ?月 ?(?P<day>\d{1,2}) ?[日号號]?")),
    ("date", re.compile(rf"{_BEFORE}(?P<day>\d{{1,2}}){_ORDINAL} (?:of |de )?{_MONTH}{_YEAR}")),
    ("date", re.compile(rf"{_BEFORE}{_MONTH} (?:the )?(?P<day>\d{{1,2}}){_ORDINAL}\b{_YEAR}")),
    ("digits", re.compile(r"(?:le )?(?P<one>\d{1,2})(?P<sign>[/.])(?P<two>\d{1,2})(?:(?P=sign)(?P<year>\d{4}|\d{2})|\.)?(?!\d)")),
    ("day", re.compile(r"(?P<day>\d{1,2}) ?[日号號]")),
    ("after", re.compile(r"the day after tomorrow\b|apres[- ]demain\b|后天|後天")),
    ("tomorrow", re.compile(r"tomorrow\b|demain\b|明天|明日")),
    ("today", re.compile(r"today\b|tonight\b|aujourd'? ?hui\b|今天|今日")),
    ("week_end", re.compile(r"(?:the )?end of (?:the|this) week\b|(?:la )?fin de (?:la|cette) semaine\b|(?:本|这个?|這個?)?周末|(?:本|这|這)(?:周|週|星期)(?![一二三四五六日天])")),
    ("month_end", re.compile(r"(?:the )?end of (?:the|this) month\b|(?:la )?fin (?:du|de ce) mois\b|(?:本)?月底")),
    ("year_end", re.compile(r"(?:the )?end of (?:the|this) year\b|(?:la )?fin de (?:l'annee|cette annee)\b|年底")),
    ("next_weekday", re.compile(rf"next (?P<weekday>{_NAMED})\b|下(?:个|個)?{_WEEK}(?P<han>[一二三四五六日天])")),
    ("weekday", re.compile(rf"(?:this |the coming |on |le |ce )?(?P<weekday>{_NAMED})\b(?: prochain\b)?")),
    ("this_weekday", re.compile(rf"(?:本|这个?|這個?){_WEEK}(?P<han>[一二三四五六日天])")),
    ("weekday", re.compile(rf"{_WEEK}(?P<han>[一二三四五六日天])")),
]  # fmt: skip
_SHORT = re.compile(rf"(?P<weekday>{_any(_SHORT_WEEKDAYS)})\b\.?")

_UNTIL = re.compile(
    r"(?:(?:\b(?:and )?(?:until|til|till|through|thru|up to(?: and including)?)|'til) (?:on )?"
    r"|\b(?:et )?jusqu(?:'|e )? ?(?:au|a|en)? ?(?:la |le )?"
    r"|(?:一直|直)?(?:到|至)|截止(?:到|至)?|截至)"
)
_UNTIL_AFTER_FROM = re.compile(r" ?(?:to|au|a|et le|and|-|–|—|~|到|至) ?(?:la |le )?")
_FROM = re.compile(
    r"\b(?:from|starting(?: on| from)?|beginning(?: on)?|as of|a partir d[eu]|a compter d[eu]|des(?: le)?|du) "
    r"(?:le )?|从|從|自|由"
)
_FROM_NUMBER = re.compile(
    r"\b(?:from(?: the)?|du) (?P<day>\d{1,2})(?:st|nd|rd|th|er)? (?:to|until|till|au)(?: the)? "
)
_BEGUN = re.compile(r"(?:开始|開始|起)")
_OVER = re.compile(r"(?:为止|為止|之前|以前|止|前)")
_FOR = re.compile(
    rf"\b(?:for|pendant|pour|durant) (?:the next |les |the )?(?P<count>\d{{1,3}}|{_any({n: 0 for n in _COUNTS if n.isascii()})})"
    r" (?:prochaine?s? )?(?P<unit>day|week|month|jour|semaine|mois)s?\b(?: prochaine?s?\b)?"
    r"|(?:为期|為期|期限|持续|持續)?(?P<count_han>\d{1,3}|[一二两兩三四五六七八九十]) ?(?:(?:个|個)(?P<long_han>月|星期|礼拜|禮拜|周)|(?P<unit_han>天|日|周|週|星期))"
)  # fmt: skip
_NEXT_WEEK = re.compile(
    rf"\b(?:for |during |all )?next week\b|(?:pour |pendant )?la semaine prochaine\b|下(?:个|個)?{_WEEK}(?![一二三四五六日天])"
)
_THIS_WEEK = re.compile(
    r"\b(?:for |during )?(?:this week|the rest of the week)\b|(?:pour |pendant )?cette semaine\b"
)
_ALONE = re.compile(r"\b(?:on|for|only|le|pour) ")

_UNITS = {
    "day": "day", "jour": "day", "天": "day", "日": "day",
    "week": "week", "semaine": "week", "周": "week", "週": "week", "星期": "week", "礼拜": "week", "禮拜": "week",
    "month": "month", "mois": "month", "月": "month",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Period:
    """From when until when, as far as it was said; both days count."""

    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class _Reader:
    today: date
    month_first: bool

    def day_at(self, text: str, at: int, anchor: date, *, short: bool) -> tuple[date, int] | None:
        """The day written at a place, and where it ends. `anchor` is the first it may be."""
        for how, pattern in _DAYS:
            found = pattern.match(text, at)
            day = self._day(how, found, anchor) if found else None
            if found and day:
                return day, found.end()
        found = _SHORT.match(text, at) if short else None
        return (self._weekday(_SHORT_WEEKDAYS[found["weekday"]]), found.end()) if found else None

    def _day(self, how: str, found: re.Match[str], anchor: date) -> date | None:
        said = found.groupdict()
        match how:
            case "date":
                month = int(said["number"]) if said.get("number") else _MONTHS[said["month"]]
                return self._dated(said.get("year"), month, int(said["day"]), anchor)
            case "digits":
                return self._digits(said, anchor)
            case "day":
                return _day_of(anchor, int(said["day"]))
            case "weekday":
                return self._weekday(_WEEKDAYS[said.get("weekday") or said["han"]])
            case "this_weekday":
                return self._monday(0) + timedelta(days=_WEEKDAYS[said["han"]])
            case "next_weekday":
                return self._monday(1) + timedelta(days=_WEEKDAYS[said["weekday"] or said["han"]])
            case _:
                return self._relative(how)

    def _relative(self, how: str) -> date:
        today = self.today
        return {
            "today": today,
            "tomorrow": today + timedelta(days=1),
            "after": today + timedelta(days=2),
            "week_end": self._monday(0) + timedelta(days=6),
            "month_end": today.replace(day=monthrange(today.year, today.month)[1]),
            "year_end": today.replace(month=12, day=31),
        }[how]

    def _digits(self, said: dict[str, str | None], anchor: date) -> date | None:
        one, two = int(said["one"] or 0), int(said["two"] or 0)
        month_first = self.month_first and said["sign"] == "/"
        month, day = (one, two) if month_first else (two, one)
        if month > 12 >= day:
            month, day = day, month
        year = said["year"]
        return self._dated(f"20{year}" if year and len(year) == 2 else year, month, day, anchor)

    def _dated(self, year: str | None, month: int, day: int, anchor: date) -> date | None:
        """None when there is no such day."""
        years = [int(year)] if year else [anchor.year - 1, anchor.year, anchor.year + 1]
        found = [one for one in (_date(each, month, day) for each in years) if one]
        if year:
            return found[0] if found else None
        return next((one for one in found if one >= anchor - _LATELY), None)

    def _weekday(self, wanted: int) -> date:
        """The next one; today's name means a week from now."""
        return self.today + timedelta(days=(wanted - self.today.weekday() - 1) % 7 + 1)

    def _monday(self, weeks: int) -> date:
        return self.today + timedelta(days=7 * weeks - self.today.weekday())

    def span(self, since: date, found: re.Match[str]) -> date:
        """The last day of so long a time; the first counts."""
        said = (found["count"] or found["count_han"]).lower()
        count = int(said) if said.isdecimal() else _COUNTS[said]
        unit = _UNITS[found["unit"] or found["unit_han"] or found["long_han"]]
        if unit == "month":
            return _months_later(since, count) - timedelta(days=1)
        return since + timedelta(days=count * (7 if unit == "week" else 1) - 1)

    def next_week(self) -> Period:
        return Period(self._monday(1), self._monday(1) + timedelta(days=6))

    def this_week(self) -> Period:
        return Period(None, self._monday(0) + timedelta(days=6))


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _day_of(anchor: date, day: int) -> date | None:
    """The first such day of a month from `anchor` on."""
    for month in range(2):
        first = _months_later(anchor.replace(day=1), month)
        found = _date(first.year, first.month, day)
        if found and found >= anchor:
            return found
    return None


def _months_later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def fold(text: str) -> str:
    """Small letters without accents, each in its place, so that what is found can be cut out of `text`."""
    return "".join(_folded(char) for char in text)


def _folded(char: str) -> str:
    if char in "’‘ʼ":
        return "'"
    small = unicodedata.normalize("NFD", char)[:1].lower()
    return small if len(small) == 1 else char


def blank(text: str, start: int, end: int) -> str:
    return text[:start] + " " * (end - start) + text[end:]


def period_in(text: str, today: date, locale: str) -> tuple[Period, str]:
    """What a folded text says about time, and the text with that blanked out.

    `locale` (BCP 47) decides whether 12/1 is in December or in January.
    """
    reader = _Reader(today, month_first=_month_first(locale))
    since, text = _since(reader, text)
    until, text = _until(reader, text, since)
    if until is None:
        found = _FOR.search(text)
        if found:
            return Period(since, reader.span(since or today, found)), blank(text, *found.span())
    if since is None and until is None:
        return _alone(reader, text)
    return Period(since, until), text


def _month_first(locale: str) -> bool:
    return locale.lower().startswith(("en-us", "zh")) or locale.lower() == "en"


def _since(reader: _Reader, text: str) -> tuple[date | None, str]:
    numbered = _FROM_NUMBER.search(text)
    last = reader.day_at(text, numbered.end(), reader.today, short=False) if numbered else None
    first = _date(last[0].year, last[0].month, int(numbered["day"])) if numbered and last else None
    if numbered and first:
        # What is left says until when.
        until = "until ".ljust(numbered.end() - numbered.start())
        return first, text[: numbered.start()] + until + text[numbered.end() :]
    for lead in _FROM.finditer(text):
        found = reader.day_at(text, lead.end(), reader.today, short=True)
        if found:
            return found[0], blank(text, lead.start(), _behind(_BEGUN, text, found[1]))
    return _ranged(reader, text)


def _ranged(reader: _Reader, text: str) -> tuple[date | None, str]:
    """A first day without a word before it: with one behind it, or another day."""
    for at in _places(text):
        found = reader.day_at(text, at, reader.today, short=False)
        if found is None:
            continue
        begun = _BEGUN.match(text, found[1])
        link = _UNTIL_AFTER_FROM.match(text, found[1])
        if begun or (link and reader.day_at(text, link.end(), found[0], short=False)):
            if _led(text, at):
                return None, text
            return found[0], blank(text, at, begun.end() if begun else found[1])
        return None, text
    return None, text


def _led(text: str, at: int) -> bool:
    return any(lead.end() == at for lead in _UNTIL.finditer(text))


def _places(text: str) -> Iterator[int]:
    """Where a day may begin: at a word, a digit, or any Chinese sign."""
    return (
        at
        for at, char in enumerate(text)
        if char.isalnum() and (at == 0 or not text[at - 1].isascii() or not text[at - 1].isalnum())
    )


def _until(reader: _Reader, text: str, since: date | None) -> tuple[date | None, str]:
    leads = list(_UNTIL.finditer(text))
    if since is not None:
        leads += [one for one in _UNTIL_AFTER_FROM.finditer(text) if one not in leads]
    for lead in leads:
        at = lead.end() + len(text[lead.end() :]) - len(text[lead.end() :].lstrip())
        found = reader.day_at(text, at, since or reader.today, short=True)
        if found:
            return found[0], blank(text, lead.start(), _behind(_OVER, text, found[1]))
    return None, text


def _behind(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return found.end() if found else at


def _alone(reader: _Reader, text: str) -> tuple[Period, str]:
    """A week, or a single day."""
    for pattern, period in ((_NEXT_WEEK, reader.next_week()), (_THIS_WEEK, reader.this_week())):
        found = pattern.search(text)
        if found:
            return period, blank(text, *found.span())
    for at in _places(text):
        day = reader.day_at(text, at, reader.today, short=False)
        if day:
            start = next((one.start() for one in _ALONE.finditer(text) if one.end() == at), at)
            return Period(day[0], day[0]), blank(text, start, day[1])
    return Period(), text

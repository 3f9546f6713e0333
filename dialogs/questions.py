"""The form's questions, one at a time, for people who type. Each knows when it applies."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.domain.views import NumberOptions
from bot.words import Words, words_for
from cards.markdown import plain
from dialogs.inputs import as_text
from dialogs.number_draft import MAX_REASON, NumberDraft
from dialogs.recognisers import choose, is_any

__all__ = ["QUESTIONS", "Question", "next_question", "question"]

_MOST_LISTED = 12
_SEPARATORS = str.maketrans("", "", " .-/()")


@dataclass(frozen=True, slots=True)
class Question:
    """One question about a wish. `read` gives the changed draft, or None when the answer is not clear."""

    name: str
    applies: Callable[[NumberOptions], bool]
    ask: Callable[[NumberOptions, Words], str]
    read: Callable[[str, NumberDraft, NumberOptions], NumberDraft | None]


def question(name: str) -> Question | None:
    return next((one for one in QUESTIONS if one.name == name), None)


def next_question(after: str | None, options: NumberOptions) -> Question | None:
    """The first question that applies behind the one named; None at the end."""
    names = [one.name for one in QUESTIONS]
    start = names.index(after) + 1 if after in names else 0
    return next((one for one in QUESTIONS[start:] if one.applies(options)), None)


def _listed(names: list[str]) -> str:
    """Numbered lines; a number is the shortest answer."""
    lines = [f"{position}. {plain(name)}" for position, name in enumerate(names[:_MOST_LISTED], start=1)]
    return "\n".join(lines)


def _ask_country(options: NumberOptions, words: Words) -> str:
    names = [words.country(one.country) for one in options.countries]
    return words("Which country?") + "\n\n" + _listed(names)


def _read_country(text: str, draft: NumberDraft, options: NumberOptions) -> NumberDraft | None:
    speakers = [words_for(tag) for tag in ("en", "fr", "zh")]
    names = {
        one.country: [one.country, one.name, *(words.country(one.country) for words in speakers)]
        for one in options.countries
    }
    found = choose(text, names)
    return draft.changed(country=found, city=None, location_id=None) if found else None


def _ask_city(options: NumberOptions, words: Words) -> str:
    lines = _listed([words("{city} ({n} free)", city=one.city, n=one.free) for one in options.cities])
    ask = words("Which city? Write its name or number, or **any**.")
    return f"{ask}\n\n{lines}"


def _read_city(text: str, draft: NumberDraft, options: NumberOptions) -> NumberDraft | None:
    if is_any(text):
        return draft.changed(city=None)
    here = [one.city for one in options.cities if one.country == draft.country]
    found = choose(text, {city: [city] for city in here})
    return draft.changed(city=found) if found else None


def _ask_ending(_options: NumberOptions, words: Words) -> str:
    return words("Should it end in certain digits? Write up to 6 digits, or **any**.")


def _read_ending(text: str, draft: NumberDraft, _options: NumberOptions) -> NumberDraft | None:
    if is_any(text):
        return draft.changed(ending="")
    digits = as_text(text, 20).translate(_SEPARATORS)
    fits = digits.isascii() and digits.isdecimal() and len(digits) <= 6
    return draft.changed(ending=digits) if fits else None


def _ask_location(options: NumberOptions, words: Words) -> str:
    lines = _listed([f"{one.name}, {one.city}" for one in options.locations])
    ask = words("Where is the place of work? Emergency services are sent there.")
    return f"{ask}\n\n{lines}"


def _read_location(text: str, draft: NumberDraft, options: NumberOptions) -> NumberDraft | None:
    here = [one for one in options.locations if one.country == draft.country]
    names = {one.id: [one.name, f"{one.name} {one.city}", one.id] for one in here}
    found = choose(text, names)
    return draft.changed(location_id=found) if found else None


def _ask_reason(_options: NumberOptions, words: Words) -> str:
    return words("What is it for? The approver reads this. Write a line, or **skip**.")


def _read_reason(text: str, draft: NumberDraft, _options: NumberOptions) -> NumberDraft | None:
    return draft.changed(reason="" if is_any(text) else as_text(text, MAX_REASON))


QUESTIONS = (
    Question("country", lambda options: len(options.countries) > 1, _ask_country, _read_country),
    Question("city", lambda options: bool(options.cities), _ask_city, _read_city),
    Question("ending", lambda options: bool(options.cities), _ask_ending, _read_ending),
    Question(
        "location",
        lambda options: bool(options.locations) and any(one.needs_location for one in options.countries),
        _ask_location,
        _read_location,
    ),
    Question("reason", lambda _options: True, _ask_reason, _read_reason),
)
"""In the order in which they are asked."""

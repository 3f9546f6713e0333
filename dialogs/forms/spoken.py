"""The form's questions, one at a time, for people who type. A number is the shortest answer to a list."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.views import WishOptions
from bot.words import Words
from cards.forms import ANY, InputKind
from cards.markdown import plain
from dialogs import phrases
from dialogs.forms.reading import choices_of, read
from dialogs.forms.spec import Choice, Field, Form, Values
from dialogs.normalise import normalise
from dialogs.recognisers import choose, is_any

__all__ = ["answer_of", "is_free_text", "next_question", "question"]

_MOST_LISTED = 12
_YES, _NO = "yes", "no"


def next_question(
    form: Form, after: str | None, options: WishOptions, values: Values, words: Words
) -> Field | None:
    """The first question that applies behind the one named; None at the end."""
    names = [one.id for one in form.fields]
    start = names.index(after) + 1 if after in names else 0
    return next((one for one in form.fields[start:] if _asked(one, options, values, words)), None)


def _asked(field: Field, options: WishOptions, values: Values, words: Words) -> bool:
    """Nobody is asked what there is only one answer to."""
    if not field.shown(options, values) or not field.spoken(options, values):
        return False
    if field.kind is not InputKind.CHOICE:
        return True
    choices = choices_of(field, options, values, words)
    named = _named(choices)
    only = len(named) == 1 and len(choices) == 1 and values.get(field.id) == named[0].value
    return bool(named) and not only


def _named(choices: Sequence[Choice]) -> list[Choice]:
    return [one for one in choices if one.value != ANY]


def question(field: Field, options: WishOptions, values: Values, words: Words) -> str:
    """The question with what there is to choose from."""
    choices = _named(choices_of(field, options, values, words))
    listed = [f"{at}. {plain(one.title)}" for at, one in enumerate(choices[:_MOST_LISTED], start=1)]
    return "\n\n".join(filter(None, (words(field.ask), "\n".join(listed))))


def is_free_text(field: Field) -> bool:
    """Whether anything at all may be the answer, also what would otherwise be a wish."""
    return field.kind in (InputKind.TEXT, InputKind.NUMBERS)


def answer_of(field: Field, text: str, options: WishOptions, values: Values, words: Words) -> str | None:
    """The answer in the spelling of `Values`; None when it is not clear. People are looked up elsewhere."""
    match field.kind:
        case InputKind.TOGGLE:
            return _yes_or_no(text)
        case InputKind.CHOICE:
            return _chosen(field, text, options, values, words)
    if is_any(text) and not field.required(options, values):
        return ""
    return read(field, text, values, words)


def _yes_or_no(text: str) -> str | None:
    said = normalise(text)
    if said in phrases.YES or said in phrases.SUBMIT:
        return "true"
    return "false" if said in phrases.NO or said in phrases.SKIP else None


def _chosen(field: Field, text: str, options: WishOptions, values: Values, words: Words) -> str | None:
    choices = choices_of(field, options, values, words)
    if any(one.value == ANY for one in choices) and is_any(text):
        return ""
    named = _named(choices)
    if {one.value for one in named} == {_YES, _NO}:
        return {"true": _YES, "false": _NO}.get(_yes_or_no(text) or "")
    return choose(text, {one.value: [one.title, *one.names] for one in named})

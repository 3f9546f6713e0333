"""What a form is made of: fields that know when they apply, what there is to choose, and what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.domain.views import WishOptions
from bot.domain.wishes import Wish
from bot.words import Words
from cards.forms import InputKind

__all__ = ["Choice", "Field", "Form", "Values", "ticked"]

Values = Mapping[str, str]
"""What has been answered, by field id, in one spelling whatever the language: "true", "2026-11-27", "FR",
"1200.50". An answer that could not be read stays as it was typed, and is a problem to be corrected."""


def ticked(values: Values, name: str) -> bool:
    return values.get(name) == "true"


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice of a list; `names` are what else people may call it."""

    value: str
    title: str
    names: tuple[str, ...] = ()


def _always(_options: WishOptions, _values: Values) -> bool:
    return True


def _never(_options: WishOptions, _values: Values) -> bool:
    return False


def _no_choices(_options: WishOptions, _values: Values, _words: Words) -> Sequence[Choice]:
    return ()


def _nothing(_options: WishOptions) -> str:
    return ""


def _no_problem(_value: str, _options: WishOptions, _values: Values, _words: Words) -> str | None:
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One question of a form. Texts are gettext message ids."""

    id: str
    kind: InputKind
    label: str
    """Above the input; says "(required)" where an answer must be given."""
    ask: str
    """The same as a question, for people who type."""
    wrong: str = ""
    """What is wrong with no answer, or one that cannot be read; follows "Please correct:"."""
    caption: str = ""
    """What ticking a toggle says."""
    placeholder: str = ""
    most: int = 200
    pattern: str = ""
    multiline: bool = False
    shown: Callable[[WishOptions, Values], bool] = _always
    spoken: Callable[[WishOptions, Values], bool] = _always
    """Whether people who type are asked, too; others have the default."""
    required: Callable[[WishOptions, Values], bool] = _never
    choices: Callable[[WishOptions, Values, Words], Sequence[Choice]] = _no_choices
    default: Callable[[WishOptions], str] = _nothing
    """The answer where nobody gives another."""
    proposal: Callable[[WishOptions], str] = _nothing
    """What a form is filled in with; it is no answer before the person has sent it."""
    check: Callable[[str, WishOptions, Values, Words], str | None] = _no_problem
    """What else is wrong with an answer that could be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """How one kind of wish is asked for."""

    kind: str
    title: str
    who: str = ""
    """The question for whom it is; empty: it is for the organisation."""
    needs_person: bool = False
    """Somebody else has to be named: nobody asks this for himself."""
    fields: tuple[Field, ...]
    to_wish: Callable[[str, Values], Wish]
    """The wish of a beneficiary from values without problems; others raise `ValueError`."""
    about: Callable[[WishOptions, Words], tuple[str, ...]] = lambda _options, _words: ()
    """What is so today, as Markdown lines above the form."""
    version: int = 1
    """Raised when a field changes its meaning: forms sent before are then answered with a fresh one."""

    def field(self, name: str) -> Field | None:
        return next((one for one in self.fields if one.id == name), None)

    def shown(self, options: WishOptions, values: Values) -> tuple[Field, ...]:
        return tuple(one for one in self.fields if one.shown(options, values))

"""Answers that follow from other answers: what is proposed, and what another person or country takes back."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.views import WishOptions
from bot.words import Words
from cards.forms import InputKind
from dialogs.forms.reading import choices_of
from dialogs.forms.spec import Form, Values

__all__ = ["called_by_name", "settled_choices", "with_defaults"]


def with_defaults(form: Form, options: WishOptions, values: Mapping[str, str]) -> dict[str, str]:
    """Every field that applies has a value; later ones apply by earlier ones' answers."""
    filled = dict(values)
    for field in form.fields:
        if field.id not in filled and field.shown(options, filled):
            default = field.default(options)
            if default:
                filled[field.id] = default
    return filled


def called_by_name(form: Form, options: WishOptions, values: Values, words: Words) -> dict[str, str]:
    """The values with choices in place of what they are called, where only one of them is called so."""
    named = dict(values)
    for field in form.fields:
        value = named.get(field.id, "")
        if field.kind is not InputKind.CHOICE or not value:
            continue
        choices = choices_of(field, options, named, words)
        meant = [one.value for one in choices if value in one.names]
        if len(meant) == 1 and all(one.value != value for one in choices):
            named[field.id] = meant[0]
    return named


def settled_choices(
    form: Form,
    options: WishOptions,
    before: Values,
    typed: Mapping[str, str],
    words: Words,
    *,
    everything: bool,
) -> dict[str, str]:
    """Choices that another person or country does not have fall back to what is proposed there."""
    settled = dict(typed)
    here = {one.country for one in options.countries}
    country = typed.get("country", "")
    elsewhere = country in here and country != before.get("country", "")
    if not everything and not elsewhere:
        return settled
    for field in form.fields:
        value = settled.get(field.id, "")
        if field.kind is not InputKind.CHOICE or not value:
            continue
        if all(one.value != value for one in choices_of(field, options, settled, words)):
            settled[field.id] = field.default(options)
    return settled

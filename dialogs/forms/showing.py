"""A form as it is shown: its fields in the reader's language, with what has been filled in."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.people import Actor, Person
from bot.domain.views import WishOptions
from bot.words import Words
from cards.forms import ANY, MOST_CHOICES, FormView, Input, InputKind, Offer
from cards.markdown import plain
from dialogs.forms.amounts import shown_amount
from dialogs.forms.reading import choices_of
from dialogs.forms.spec import Field, Form, Values
from dialogs.wish_draft import Filled

__all__ = ["BENEFICIARY", "form_view", "person_view"]

BENEFICIARY = "beneficiary"
"""The id of the input for whom it is."""


def form_view(
    draft: Filled,
    options: WishOptions,
    actor_id: str,
    words: Words,
    *,
    errors: Mapping[str, str],
    remarks: tuple[str, ...],
) -> FormView:
    """The whole form for one person."""
    form, values = draft.form, draft.wish.values
    fields = [
        _input(field, options, values, errors.get(field.id, ""), words)
        for field in form.shown(options, values)
    ]
    whom = [_someone_else(form, options.beneficiary, errors, words)] if form.who else []
    return FormView(
        draft_id=draft.stored.id,
        version=form.version,
        heading=words(form.title),
        about=(_whom(form, options.beneficiary, actor_id, words), *form.about(options, words)),
        inputs=(*whom, *fields),
        remarks=remarks,
    )


def person_view(
    draft: Filled, actor: Actor, words: Words, *, problem: str, remarks: tuple[str, ...]
) -> FormView:
    """Nothing but the question who it is about; the rest depends on the answer."""
    return FormView(
        draft_id=draft.stored.id,
        version=draft.form.version,
        heading=words(draft.form.title),
        inputs=(
            Input(
                id=BENEFICIARY,
                kind=InputKind.PERSON,
                label=words("Who is it about? (required)"),
                required=True,
                error=words("Please choose the person."),
                problem=problem,
                placeholder=words("Type a name"),
                offers=(Offer(actor.id, actor.name),),
            ),
        ),
        remarks=remarks,
    )


def _whom(form: Form, who: Person, actor_id: str, words: Words) -> str:
    name = plain(who.name, 80)
    if not form.who:
        return words("For **the organisation**, asked by {name}", name=name)
    return (
        words("For **you**, {name}", name=name) if who.id == actor_id else words("For **{name}**", name=name)
    )


def _someone_else(form: Form, who: Person, errors: Mapping[str, str], words: Words) -> Input:
    return Input(
        id=BENEFICIARY,
        kind=InputKind.PERSON,
        label=words("For someone else? Choose the person (optional)"),
        problem=errors.get(BENEFICIARY, ""),
        placeholder=words("Type a name"),
        offers=(Offer(who.id, who.name),),
    )


def _input(field: Field, options: WishOptions, values: Values, problem: str, words: Words) -> Input:
    wrong = words(field.wrong)
    return Input(
        id=field.id,
        kind=field.kind,
        label=words(field.label),
        value=_value(field, options, values, words),
        required=field.required(options, values),
        error=wrong[:1].upper() + wrong[1:],
        problem=problem,
        offers=_offers(field, options, values, words),
        caption=words(field.caption),
        placeholder=words(field.placeholder) if field.kind is not InputKind.NUMBERS else field.placeholder,
        most=field.most,
        pattern=field.pattern,
        multiline=field.multiline,
    )


def _value(field: Field, options: WishOptions, values: Values, words: Words) -> str:
    value = values.get(field.id, field.default(options)) or field.proposal(options)
    match field.kind:
        case InputKind.CHOICE if not value:
            return ANY if any(one.value == ANY for one in choices_of(field, options, values, words)) else ""
        case InputKind.AMOUNT:
            return shown_amount(value, words)
        case InputKind.AMOUNTS:
            return "; ".join(shown_amount(one, words) for one in value.split())
        case _:
            return value


def _offers(field: Field, options: WishOptions, values: Values, words: Words) -> tuple[Offer, ...]:
    if field.kind is InputKind.PERSON:
        chosen, name = values.get(field.id), values.get(f"{field.id}_name")
        if chosen and name:
            return (Offer(chosen, name),)
        return (Offer(options.beneficiary.id, options.beneficiary.name),)
    choices = choices_of(field, options, values, words)[:MOST_CHOICES]
    return tuple(Offer(one.value, one.title) for one in choices)

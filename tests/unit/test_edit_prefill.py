"""A wish whose form is forgotten is spelled as its form would: what fits, and nothing made up."""

from __future__ import annotations

import pytest

from bot.words import words_for
from dialogs.edit_flow import spelled
from dialogs.forms import FORMS
from dialogs.forms.reading import read_all
from tests.support.card_samples import FILLED, wish_of


@pytest.mark.parametrize("kind", FILLED)
def test_every_value_is_one_of_the_form(kind: str) -> None:
    values = spelled(wish_of(kind))
    assert set(values) <= {field.id for field in FORMS[kind].fields} | {"location"}
    assert not any("{" in value for value in values.values())


@pytest.mark.parametrize("kind", ["number", "number_change", "phone_user", "mover", "service_number", "swap"])
def test_what_was_asked_for_is_what_the_form_says(kind: str) -> None:
    wish = wish_of(kind)
    form = FORMS[kind]
    values = read_all(form, {}, spelled(wish), words_for("en"))
    assert form.to_wish(wish.beneficiary_id, values) == wish

"""A number given back; the licences stay."""

from __future__ import annotations

from bot.domain.wishes import NumberReleaseWish
from bot.words import N_
from dialogs.forms.common import REASON, loss_tick, numbers_today
from dialogs.forms.spec import Form, Values, ticked

__all__ = ["NUMBER_RELEASE"]


def _to_wish(beneficiary_id: str, values: Values) -> NumberReleaseWish:
    return NumberReleaseWish(
        beneficiary_id=beneficiary_id,
        confirms_loss=ticked(values, "confirms_loss"),
        reason=values.get("reason", ""),
    )


NUMBER_RELEASE = Form(
    kind="number_release",
    title=N_("Give a phone number back"),
    who=N_("Whose number is given back? Write **me**, or a name."),
    fields=(
        loss_tick(
            N_("What happens to the number (required)"),
            N_("I know that calls to this number end, and that somebody else may get it later"),
            N_(
                "Calls to this number end, and somebody else may get it later. Is that right? "
                "Write **yes** or **no**."
            ),
        ),
        REASON,
    ),
    to_wish=_to_wish,
    about=numbers_today,
)

"""Change a request that waits for approval: the form of its wish, filled in as it was asked for."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.plans import Refusal
from bot.domain.requests import Request
from bot.domain.wishes import Wish
from bot.teams.turn import CardAction, CardAnswer, Turn
from bot.usecases import drafts
from bot.usecases.desk import Desk
from bot.usecases.edit import editable
from bot.words import Words
from cards.codes import in_one_line
from dialogs.forms import FORMS
from dialogs.forms.common import NEW_PLACE
from dialogs.inputs import request_id_in
from dialogs.wish_draft import WishDraft
from dialogs.wish_flow import WishFlow

__all__ = ["EditFlow", "spelled"]


class EditFlow:
    """The button on the requester's card."""

    def __init__(self, desk: Desk, wishes: WishFlow) -> None:
        self._desk = desk
        self._wishes = wishes

    async def on_edit(self, turn: Turn, words: Words, action: CardAction) -> CardAnswer:
        view = await editable(self._desk, turn.actor, request_id_in(action.data))
        if isinstance(view, Refusal):
            return CardAnswer(error=in_one_line(view, words))
        request = view.request
        refusal = await self._wishes.start_edit(
            turn, words, request, await self._values(request), _remark(request, words)
        )
        if refusal:
            return CardAnswer(error=in_one_line(refusal, words))
        return CardAnswer(message=words("The form is below."))

    async def _values(self, request: Request) -> Mapping[str, str]:
        """What was filled in, unless it is forgotten by now or was never a form."""
        stored = await drafts.of_request(self._desk, request.id)
        if stored is not None and stored.kind == request.wish.kind:
            return WishDraft.model_validate(stored.data).values
        return spelled(request.wish)


def spelled(wish: Wish) -> dict[str, str]:
    """A wish as its form spells it, as far as they use the same names."""
    values: dict[str, str] = {}
    fields = {field.id for field in FORMS[wish.kind].fields}
    for name, value in wish.model_dump(mode="json").items():
        if isinstance(value, bool):
            values[name] = "true" if value else "false"
        elif isinstance(value, str | int):
            values[name] = str(value)
        elif isinstance(value, list) and all(isinstance(one, str) for one in value):
            values[name] = "\n".join(value)
    location = NEW_PLACE if values.get("new_location") == "true" else values.get("location_id", "")
    return {**{name: one for name, one in values.items() if name in fields}, "location": location}


def _remark(request: Request, words: Words) -> str:
    return words(
        "You are changing {id}. Once you submit it, everybody who decides is asked anew.", id=request.id
    )

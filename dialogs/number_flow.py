"""The wish for a number on cards: form, review, submit. Needs no active dialog; days later, or twice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.domain.plans import Refusal
from bot.domain.requests import Request
from bot.domain.views import NumberOptions, Preview
from bot.store.drafts import Draft
from bot.teams.turn import Card, CardAction, CardAnswer, Turn
from bot.usecases import drafts, listing
from bot.usecases.desk import Desk
from bot.usecases.options import number_options
from bot.usecases.preview import preview
from bot.usecases.submit import submit
from bot.words import Words
from cards import notice, number_form, review
from cards.codes import explain, in_one_line
from cards.number_form import NumberForm
from dialogs.inputs import person_id_in, text_in
from dialogs.number_draft import KIND, NumberDraft, problems, to_wish, with_inputs
from dialogs.requests_flow import RequestsFlow
from dialogs.speech import UnknownDraft

__all__ = ["Filled", "NumberFlow"]

_MAX_ID = 64


@dataclass(frozen=True, slots=True)
class Filled:
    """A stored draft with its meaning."""

    stored: Draft
    wish: NumberDraft


class NumberFlow:
    """Each verb of the form and the review, and the start."""

    def __init__(self, desk: Desk, requests: RequestsFlow) -> None:
        self._desk = desk
        self._requests = requests

    async def start(self, turn: Turn, words: Words, beneficiary_id: str, remark: str = "") -> None:
        """Send the form, prefilled for the beneficiary, in a message of its own."""
        options = await self.options(turn, beneficiary_id)
        if isinstance(options, Refusal):
            await turn.say("\n\n".join(explain(options.code, options.params, words)))
            return
        draft = await self.new_draft(turn, options)
        remarks = (remark,) if remark else ()
        card = self._form(turn, words, draft, options, remarks=remarks)
        await turn.send_card(card, card["fallbackText"])

    async def options(self, turn: Turn, beneficiary_id: str) -> NumberOptions | Refusal:
        """What can be offered; a refusal also where the directory knows no country (R18)."""
        options = await number_options(self._desk, turn.actor, beneficiary_id)
        if isinstance(options, NumberOptions) and not options.countries:
            return Refusal(code="SB-LOC-01", params={"name": options.beneficiary.name})
        return options

    async def new_draft(self, turn: Turn, options: NumberOptions) -> Filled:
        """A stored draft with what the directory already answers."""
        only = options.countries[0].country if len(options.countries) == 1 else None
        wish = NumberDraft(beneficiary_id=options.beneficiary.id, country=only)
        stored = await drafts.new_draft(self._desk, turn.actor, KIND, wish.model_dump())
        return Filled(stored, wish)

    async def load(self, turn: Turn, draft_id: str) -> Filled:
        """The actor's draft. Raises `UnknownDraft`."""
        stored = await drafts.load(self._desk, turn.actor, draft_id[:_MAX_ID])
        if stored is None or stored.kind != KIND:
            raise UnknownDraft(draft_id[:_MAX_ID])
        return Filled(stored, NumberDraft.model_validate(stored.data))

    async def keep(self, draft: Filled, wish: NumberDraft) -> Filled:
        """Store what has been filled in, if it is new."""
        if wish == draft.wish:
            return draft
        return Filled(await drafts.update(self._desk, draft.stored, wish.model_dump()), wish)

    async def submit(self, turn: Turn, draft: Filled) -> Request | Refusal:
        """Send the draft as a request; the same draft is the same request, however often it is sent."""
        wish = to_wish(draft.wish)
        if wish is None:
            return Refusal(code="SB-LOC-01", params={"name": turn.actor.name})
        request = await submit(self._desk, turn.actor, wish, draft.stored.id)
        if isinstance(request, Request):
            await drafts.became(self._desk, draft.stored, request.id)
        return request

    async def preview(self, turn: Turn, draft: Filled) -> Preview | Refusal:
        """Raises `UnknownDraft` for a draft that is not a wish, which `problems` would have said before."""
        wish = to_wish(draft.wish)
        if wish is None:
            raise UnknownDraft(draft.stored.id)
        return await preview(self._desk, turn.actor, wish)

    async def on_start(self, turn: Turn, words: Words, action: CardAction) -> CardAnswer:
        beneficiary_id = person_id_in(action.data, "beneficiary") or turn.actor.id
        await self.start(turn, words, beneficiary_id)
        return CardAnswer(message=words("The form is below."))

    async def on_review(self, turn: Turn, words: Words, action: CardAction) -> CardAnswer:
        """Check what was typed; wrong input comes back on the form with everything kept."""
        draft = await self.load(turn, text_in(action.data, "draft", _MAX_ID))
        if draft.stored.request_id:
            return await self._existing(turn, words, draft.stored.request_id, action)
        typed = with_inputs(draft.wish, action.data)
        chosen = person_id_in(action.data, "beneficiary")
        if chosen and chosen != draft.wish.beneficiary_id:
            return await self._for_somebody_else(turn, words, draft, typed, chosen)
        draft = await self.keep(draft, typed)
        options = await self.options(turn, draft.wish.beneficiary_id)
        if isinstance(options, Refusal):
            return CardAnswer(error=in_one_line(options, words))
        return await self._reviewed(turn, words, draft, options)

    async def _for_somebody_else(
        self, turn: Turn, words: Words, draft: Filled, typed: NumberDraft, person_id: str
    ) -> CardAnswer:
        """The form was made for one person and another was picked: countries and cities are others now."""
        options = await self.options(turn, person_id)
        if isinstance(options, Refusal):
            draft = await self.keep(draft, typed)
            return await self._form_again(turn, words, draft, explain(options.code, options.params, words))
        here = options.countries[0].country
        moved = typed.changed(beneficiary_id=options.beneficiary.id, country=here)
        if typed.country != here:
            moved = moved.changed(city=None, location_id=None)
        draft = await self.keep(draft, moved)
        if typed.country == here and not problems(moved, options, words):
            return await self._reviewed(turn, words, draft, options)
        remark = words("The form is now for the person you chose. Please check country and city.")
        return CardAnswer(card=self._form(turn, words, draft, options, remarks=(remark,)))

    async def _reviewed(
        self, turn: Turn, words: Words, draft: Filled, options: NumberOptions, remark: str | None = None
    ) -> CardAnswer:
        errors = problems(draft.wish, options, words)
        if errors:
            return CardAnswer(card=self._form(turn, words, draft, options, errors=errors))
        result = await self.preview(turn, draft)
        if isinstance(result, Refusal):
            remarks = explain(result.code, result.params, words)
            return CardAnswer(card=self._form(turn, words, draft, options, remarks=remarks))
        shown = draft.wish.fingerprint
        return CardAnswer(card=review.build(result, draft.stored.id, shown, words, remark=remark))

    async def on_edit(self, turn: Turn, words: Words, action: CardAction) -> CardAnswer:
        draft = await self.load(turn, text_in(action.data, "draft", _MAX_ID))
        if draft.stored.request_id:
            return await self._existing(turn, words, draft.stored.request_id, action)
        return await self._form_again(turn, words, draft, ())

    async def _form_again(
        self, turn: Turn, words: Words, draft: Filled, remarks: tuple[str, ...]
    ) -> CardAnswer:
        options = await self.options(turn, draft.wish.beneficiary_id)
        if isinstance(options, Refusal):
            return CardAnswer(error=in_one_line(options, words))
        return CardAnswer(card=self._form(turn, words, draft, options, remarks=remarks))

    async def on_submit(self, turn: Turn, words: Words, action: CardAction) -> CardAnswer:
        """The first click makes the request; every later one shows it."""
        draft = await self.load(turn, text_in(action.data, "draft", _MAX_ID))
        if draft.stored.request_id:
            return await self._existing(turn, words, draft.stored.request_id, action)
        if text_in(action.data, "rev", _MAX_ID) != draft.wish.fingerprint:
            return await self._changed_elsewhere(turn, words, draft)
        result = await self.submit(turn, draft)
        if isinstance(result, Refusal):
            return await self._form_again(turn, words, draft, explain(result.code, result.params, words))
        return await self._existing(turn, words, result.id, action)

    async def _changed_elsewhere(self, turn: Turn, words: Words, draft: Filled) -> CardAnswer:
        options = await self.options(turn, draft.wish.beneficiary_id)
        if isinstance(options, Refusal):
            return CardAnswer(error=in_one_line(options, words))
        remark = words("This was changed in another place. Please look at it once more.")
        return await self._reviewed(turn, words, draft, options, remark)

    async def _existing(self, turn: Turn, words: Words, request_id: str, action: CardAction) -> CardAnswer:
        view = await listing.show(self._desk, turn.actor, request_id)
        return await self._requests.replace_by_progress(turn, words, view, action.activity_id)

    async def on_cancel(self, turn: Turn, words: Words, action: CardAction) -> CardAnswer:
        draft = await self.load(turn, text_in(action.data, "draft", _MAX_ID))
        if draft.stored.request_id:
            return await self._existing(turn, words, draft.stored.request_id, action)
        return CardAnswer(card=notice.closed(words("Cancelled. Nothing was sent."), words))

    def _form(
        self,
        turn: Turn,
        words: Words,
        draft: Filled,
        options: NumberOptions,
        *,
        errors: Mapping[str, str] | None = None,
        remarks: tuple[str, ...] = (),
    ) -> Card:
        shown: dict[str, Any] = draft.wish.as_inputs()
        return number_form.build(
            NumberForm(
                draft_id=draft.stored.id,
                options=options,
                for_self=options.beneficiary.id == turn.actor.id,
                values=shown,
                errors=errors or {},
                remarks=remarks,
            ),
            words,
        )

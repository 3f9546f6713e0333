"""The wish for a number in text alone: who, where, ending, place of work, reason, then a review.

Only where the person is in the questions is kept in the dialog's state; what was answered is in the draft,
in our own tables. The id carries a version: a deploy that changes the questions' meaning raises it, and
people in an older dialog are asked to start again instead of being misunderstood.
"""

from __future__ import annotations

from typing import Any

from botbuilder.dialogs import Dialog, DialogContext, DialogReason, DialogTurnResult

from bot.domain.plans import Refusal
from bot.domain.views import NumberOptions
from bot.teams.turn import Turn
from bot.usecases import listing, people
from bot.usecases.desk import Desk
from bot.words import Words
from cards import review
from cards.codes import explain
from dialogs import phrases
from dialogs.normalise import normalise
from dialogs.number_flow import Filled, NumberFlow
from dialogs.questions import next_question, question
from dialogs.recognisers import ReviewWord, choose, review_word
from dialogs.requests_flow import RequestsFlow
from dialogs.speech import person_names, turn_of, words_of

__all__ = ["NUMBER_DIALOG", "NumberDialog"]

NUMBER_DIALOG = "number.v1"

_PERSON, _REVIEW = "person", "review"


class NumberDialog(Dialog):
    """One question a message. Cards may be used at any moment: they share the draft."""

    def __init__(self, desk: Desk, flow: NumberFlow, requests: RequestsFlow) -> None:
        super().__init__(NUMBER_DIALOG)
        self._desk = desk
        self._flow = flow
        self._requests = requests

    async def begin_dialog(self, dialog_context: DialogContext, options: object = None) -> DialogTurnResult:
        """`options` is the id of a draft to go on with, or None to begin with the question for whom."""
        state = dialog_context.active_dialog.state
        turn, words = turn_of(dialog_context.context), words_of(dialog_context.context)
        if isinstance(options, str):
            state["draft"] = options
            return await self._go_on(dialog_context, await self._flow.load(turn, options), None)
        state["asks"] = _PERSON
        await turn.say(words("Who is the number for? Write **me**, or a name."))
        return Dialog.end_of_turn

    async def continue_dialog(self, dialog_context: DialogContext) -> DialogTurnResult:
        state = dialog_context.active_dialog.state
        asks = state.get("asks")
        if asks == _PERSON:
            return await self._read_person(dialog_context)
        turn, words = turn_of(dialog_context.context), words_of(dialog_context.context)
        draft = await self._flow.load(turn, str(state.get("draft")))
        if draft.stored.request_id:
            await turn.say(words("This was sent already, as {id}.", id=draft.stored.request_id))
            return await dialog_context.end_dialog()
        if asks == _REVIEW:
            return await self._read_review(dialog_context, draft)
        return await self._read_answer(dialog_context, draft, str(asks))

    async def resume_dialog(
        self, dialog_context: DialogContext, reason: DialogReason, result: object
    ) -> DialogTurnResult:
        """Nothing is ever stacked on this dialog."""
        return Dialog.end_of_turn

    async def _read_person(self, dc: DialogContext) -> DialogTurnResult:
        turn, words = turn_of(dc.context), words_of(dc.context)
        person_id = await self._person_meant(turn, words)
        if person_id is None:
            return Dialog.end_of_turn
        options = await self._flow.options(turn, person_id)
        if isinstance(options, Refusal):
            await turn.say("\n\n".join(explain(options.code, options.params, words)))
            return await dc.end_dialog()
        draft = await self._flow.new_draft(turn, options)
        dc.active_dialog.state["draft"] = draft.stored.id
        return await self._go_on(dc, draft, None)

    async def _person_meant(self, turn: Turn, words: Words) -> str | None:
        """The one person that was named; otherwise asks again and gives None."""
        if normalise(turn.text) in phrases.ME:
            return turn.actor.id
        found = await people.find_people(self._desk, turn.actor, turn.text)
        names = {person.id: [person.upn, person.name] for person in found}
        chosen = found[0].id if len(found) == 1 else choose(turn.text, names)
        if chosen is None and found:
            who = words.alternatives(person_names(found))
            await turn.say(words("Who do you mean: {names}? Please write the address.", names=who))
        elif chosen is None:
            await turn.say(words("I cannot find that person. Write **me**, a full name, or an address."))
        return chosen

    async def _read_answer(self, dc: DialogContext, draft: Filled, asks: str) -> DialogTurnResult:
        turn, words = turn_of(dc.context), words_of(dc.context)
        options = await self._flow.options(turn, draft.wish.beneficiary_id)
        if isinstance(options, Refusal):
            await turn.say("\n\n".join(explain(options.code, options.params, words)))
            return await dc.end_dialog()
        asked = question(asks)
        if asked is None:
            return await self._go_on(dc, draft, None)
        changed = asked.read(turn.text, draft.wish, options)
        if changed is None:
            again = words("I am not sure what you mean, so I ask again. Write **cancel** to stop.")
            await turn.say(f"{again}\n\n{asked.ask(options, words)}")
            return Dialog.end_of_turn
        return await self._go_on(dc, await self._flow.keep(draft, changed), asks, options)

    async def _go_on(
        self, dc: DialogContext, draft: Filled, answered: str | None, known: NumberOptions | None = None
    ) -> DialogTurnResult:
        """Ask the next question that applies, or show the review."""
        turn, words = turn_of(dc.context), words_of(dc.context)
        options = known or await self._flow.options(turn, draft.wish.beneficiary_id)
        if isinstance(options, Refusal):
            await turn.say("\n\n".join(explain(options.code, options.params, words)))
            return await dc.end_dialog()
        following = next_question(answered, options)
        if following is None:
            return await self._review(dc, draft)
        dc.active_dialog.state["asks"] = following.name
        await turn.say(following.ask(options, words))
        return Dialog.end_of_turn

    async def _review(self, dc: DialogContext, draft: Filled) -> DialogTurnResult:
        turn, words = turn_of(dc.context), words_of(dc.context)
        result = await self._flow.preview(turn, draft)
        if isinstance(result, Refusal):
            await turn.say("\n\n".join(explain(result.code, result.params, words)))
            return await dc.end_dialog()
        state: dict[str, Any] = dc.active_dialog.state
        state["asks"], state["shown"] = _REVIEW, draft.wish.fingerprint
        ask = words("Write **submit** to send it, **change** to answer again, or **cancel**.")
        await turn.say("\n\n".join([*review.lines(result, words), ask]))
        return Dialog.end_of_turn

    async def _read_review(self, dc: DialogContext, draft: Filled) -> DialogTurnResult:
        turn, words = turn_of(dc.context), words_of(dc.context)
        match review_word(turn.text):
            case ReviewWord.SUBMIT if dc.active_dialog.state.get("shown") != draft.wish.fingerprint:
                await turn.say(words("This was changed in another place. Please look at it once more."))
                return await self._review(dc, draft)
            case ReviewWord.SUBMIT:
                return await self._submit(dc, draft)
            case ReviewWord.CHANGE:
                return await self._go_on(dc, draft, None)
            case ReviewWord.CANCEL:
                await turn.say(words("Cancelled. Nothing was sent."))
                return await dc.end_dialog()
            case _:
                await turn.say(
                    words("Nothing is sent yet. Please write **submit**, **change** or **cancel**.")
                )
                return Dialog.end_of_turn

    async def _submit(self, dc: DialogContext, draft: Filled) -> DialogTurnResult:
        turn, words = turn_of(dc.context), words_of(dc.context)
        result = await self._flow.submit(turn, draft)
        if isinstance(result, Refusal):
            await turn.say("\n\n".join(explain(result.code, result.params, words)))
            return await dc.end_dialog()
        view = await listing.show(self._desk, turn.actor, result.id)
        await self._requests.send_progress(turn, words, view)
        return await dc.end_dialog()

"""Any wish in text alone: who, then the form's questions one at a time, then a review.

Only where the person is in the questions is kept in the dialog's state; what was answered is in the draft,
in our own tables. The id carries a version: a deploy that changes the questions' meaning raises it, and
people in an older dialog are asked to start again instead of being misunderstood.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from botbuilder.dialogs import Dialog, DialogContext, DialogReason, DialogTurnResult

from bot.domain.plans import Refusal
from bot.domain.views import WishOptions
from bot.teams.turn import Turn
from bot.usecases import listing, people
from bot.usecases.desk import Desk
from bot.words import Words
from cards import review
from cards.codes import explain
from cards.forms import InputKind
from dialogs import phrases
from dialogs.forms import FORMS
from dialogs.forms.reading import kept, problem_of
from dialogs.forms.settling import with_defaults
from dialogs.forms.spec import Field
from dialogs.forms.spoken import answer_of, is_free_text, next_question, question
from dialogs.normalise import normalise
from dialogs.recognisers import ReviewWord, choose, is_any, review_word
from dialogs.requests_flow import RequestsFlow
from dialogs.speech import person_names, turn_of, words_of
from dialogs.wish_draft import Filled
from dialogs.wish_flow import WishFlow

__all__ = ["WISH_DIALOG", "WishDialog"]

WISH_DIALOG = "wish.v1"

_PERSON, _REVIEW = "*person", "*review"


class WishDialog(Dialog):
    """One question a message. Cards may be used at any moment: they share the draft."""

    def __init__(self, desk: Desk, flow: WishFlow, requests: RequestsFlow) -> None:
        super().__init__(WISH_DIALOG)
        self._desk = desk
        self._flow = flow
        self._requests = requests

    async def begin_dialog(self, dialog_context: DialogContext, options: object = None) -> DialogTurnResult:
        """`options` holds the id of a `draft` to go on with, or the `kind` of a wish to begin."""
        state = dialog_context.active_dialog.state
        given = options if isinstance(options, Mapping) else {}
        turn = turn_of(dialog_context.context)
        if "draft" in given:
            draft = await self._flow.load(turn, str(given["draft"]))
            if draft.wish.beneficiary_id and not draft.outdated:
                state["draft"] = draft.stored.id
                return await self._go_on(dialog_context, draft, None)
            given = {"kind": draft.form.kind}
        kind = str(given.get("kind", "number"))
        if FORMS[kind].who:
            return await self._ask_person(dialog_context, kind)
        return await self._begin_for(dialog_context, kind, turn.actor.id)

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

    async def _ask_person(self, dc: DialogContext, kind: str) -> DialogTurnResult:
        turn, words = turn_of(dc.context), words_of(dc.context)
        dc.active_dialog.state.update({"asks": _PERSON, "kind": kind})
        await turn.say(words(FORMS[kind].who))
        return Dialog.end_of_turn

    async def _read_person(self, dc: DialogContext) -> DialogTurnResult:
        turn, words = turn_of(dc.context), words_of(dc.context)
        person_id = await self._person_meant(turn, words)
        if person_id is None:
            return Dialog.end_of_turn
        return await self._begin_for(dc, str(dc.active_dialog.state.get("kind")), person_id)

    async def _begin_for(self, dc: DialogContext, kind: str, person_id: str) -> DialogTurnResult:
        turn, words = turn_of(dc.context), words_of(dc.context)
        options = await self._flow.options(turn, kind, person_id, {})
        if isinstance(options, Refusal):
            return await self._refused(dc, options)
        draft = await self._flow.new_draft(turn, words, kind, options)
        dc.active_dialog.state["draft"] = draft.stored.id
        return await self._go_on(dc, draft, None, options)

    async def _refused(self, dc: DialogContext, refusal: Refusal) -> DialogTurnResult:
        turn, words = turn_of(dc.context), words_of(dc.context)
        await turn.say("\n\n".join(explain(refusal.code, refusal.params, words)))
        return await dc.end_dialog()

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
        options = await self._options(turn, draft)
        if isinstance(options, Refusal):
            return await self._refused(dc, options)
        field = draft.form.field(asks)
        if field is None:
            return await self._go_on(dc, draft, None, options)
        if field.kind is InputKind.PERSON and not is_any(turn.text):
            person_id = await self._person_meant(turn, words)
            return (
                await self._answered(dc, draft, field, person_id, options)
                if person_id
                else Dialog.end_of_turn
            )
        answer = answer_of(field, turn.text, options, draft.wish.values, words)
        if answer is None:
            again = words("I am not sure what you mean, so I ask again. Write **cancel** to stop.")
            await turn.say(f"{again}\n\n{question(field, options, draft.wish.values, words)}")
            return Dialog.end_of_turn
        return await self._answered(dc, draft, field, answer, options)

    async def _options(self, turn: Turn, draft: Filled) -> WishOptions | Refusal:
        wish = draft.wish
        return await self._flow.options(turn, draft.form.kind, wish.beneficiary_id, wish.values)

    async def _answered(
        self, dc: DialogContext, draft: Filled, field: Field, answer: str, options: WishOptions
    ) -> DialogTurnResult:
        """Keep the answer, unless it will not do: then say why, and ask again."""
        turn, words = turn_of(dc.context), words_of(dc.context)
        values = {**draft.wish.values, field.id: answer}
        problem = problem_of(field, options, values, words)
        if problem:
            correct = words("Please correct: {error}", error=problem)
            await turn.say(f"{correct}\n\n{question(field, options, values, words)}")
            return Dialog.end_of_turn
        if values.get("country") != draft.wish.values.get("country"):
            values = {name: one for name, one in values.items() if name not in ("city", "location")}
        named, _ = await self._flow.name_people(draft, values, words)
        changed = await self._flow.keep(draft, draft.wish.changed(values=named))
        known = None if field.id == "country" else options
        return await self._go_on(dc, changed, field.id, known)

    async def _go_on(
        self, dc: DialogContext, draft: Filled, answered: str | None, known: WishOptions | None = None
    ) -> DialogTurnResult:
        """Ask the next question that applies, or show the review."""
        turn, words = turn_of(dc.context), words_of(dc.context)
        options = known or await self._options(turn, draft)
        if isinstance(options, Refusal):
            return await self._refused(dc, options)
        values = with_defaults(draft.form, options, draft.wish.values)
        following = next_question(draft.form, answered, options, values, words)
        if following is None:
            filled = kept(draft.form, options, values)
            draft = await self._flow.keep(draft, draft.wish.changed(values=filled))
            return await self._review(dc, draft)
        state: dict[str, Any] = dc.active_dialog.state
        state["asks"], state["free"] = following.id, is_free_text(following)
        await turn.say(question(following, options, values, words))
        return Dialog.end_of_turn

    async def _review(self, dc: DialogContext, draft: Filled) -> DialogTurnResult:
        turn, words = turn_of(dc.context), words_of(dc.context)
        result = await self._flow.preview(turn, draft)
        if isinstance(result, Refusal):
            return await self._refused(dc, result)
        state: dict[str, Any] = dc.active_dialog.state
        state["asks"], state["free"], state["shown"] = _REVIEW, False, draft.fingerprint
        ask = words("Write **submit** to send it, **change** to answer again, or **cancel**.")
        await turn.say("\n\n".join([*review.lines(result, words), ask]))
        return Dialog.end_of_turn

    async def _read_review(self, dc: DialogContext, draft: Filled) -> DialogTurnResult:
        turn, words = turn_of(dc.context), words_of(dc.context)
        match review_word(turn.text):
            case ReviewWord.SUBMIT if dc.active_dialog.state.get("shown") != draft.fingerprint:
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
            return await self._refused(dc, result)
        view = await listing.show(self._desk, turn.actor, result.id)
        await self._requests.send_progress(turn, words, view)
        return await dc.end_dialog()

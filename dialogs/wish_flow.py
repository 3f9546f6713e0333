"""Any wish on cards: form, review, submit. Needs no active dialog; days later, or twice."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.plans import Refusal
from bot.domain.requests import Request
from bot.domain.views import Preview, WishOptions
from bot.teams.turn import Card, CardAction, CardAnswer, Turn
from bot.usecases import drafts, joined, listing, people
from bot.usecases.desk import Desk
from bot.usecases.edit import edit
from bot.usecases.options import wish_options
from bot.usecases.preview import preview
from bot.usecases.submit import submit
from bot.words import Words
from cards import duplicate, notice, review
from cards import forms as form_cards
from cards.codes import explain, in_one_line, needs_nobody
from cards.forms import InputKind
from dialogs.forms import FORMS
from dialogs.forms.reading import kept, problems, read_all
from dialogs.forms.settling import called_by_name, settled_choices, with_defaults
from dialogs.forms.showing import BENEFICIARY, form_view, person_view
from dialogs.forms.spec import Form
from dialogs.inputs import person_id_in, text_in, whole_number_in
from dialogs.requests_flow import RequestsFlow
from dialogs.speech import UnknownDraft
from dialogs.wish_draft import Filled, WishDraft

__all__ = ["WishFlow"]

_MAX_ID = 64


class WishFlow:
    """Each verb of the form and the review, and the start."""

    def __init__(self, desk: Desk, requests: RequestsFlow) -> None:
        self._desk = desk
        self._requests = requests

    async def start(
        self,
        turn: Turn,
        words: Words,
        kind: str,
        beneficiary_id: str,
        prefill: Mapping[str, str] | None = None,
        remark: str = "",
    ) -> None:
        """Send the form of a wish, prefilled for the beneficiary, in a message of its own.

        `kind` is one of `FORMS`; `prefill` holds answers by field id, read like what people type into the
        form, and left out where they do not fit.
        """
        form = FORMS[kind]
        remarks = (remark,) if remark else ()
        if form.needs_person and beneficiary_id == turn.actor.id:
            draft = await self._store_new(turn, form, "", read_all(form, {}, prefill or {}, words))
            card = await self._ask_whom(turn, words, draft, remarks=remarks)
            await turn.send_card(card, card["fallbackText"])
            return
        options = await self.options(turn, kind, beneficiary_id, prefill or {})
        if isinstance(options, Refusal):
            await turn.say("\n\n".join(explain(options.code, options.params, words)))
            return
        draft = await self.new_draft(turn, words, kind, options, prefill)
        card = await self._form(turn, words, draft, options, remarks=remarks)
        await turn.send_card(card, card["fallbackText"])

    async def start_edit(
        self, turn: Turn, words: Words, request: Request, values: Mapping[str, str], remark: str
    ) -> Refusal | None:
        """Send the form of a request that is to be changed, as it was filled in."""
        kind, whom = request.wish.kind, request.wish.beneficiary_id
        options = await self.options(turn, kind, whom, values)
        if isinstance(options, Refusal):
            return options
        draft = await self.new_draft(turn, words, kind, options, values)
        draft = await self.keep(draft, draft.wish.changed(edits=request.id))
        card = await self._form(turn, words, draft, options, remarks=(remark,))
        await turn.send_card(card, card["fallbackText"])
        return None

    async def options(
        self, turn: Turn, kind: str, beneficiary_id: str, values: Mapping[str, str]
    ) -> WishOptions | Refusal:
        """What can be offered for a person, as things are chosen so far."""
        return await wish_options(self._desk, turn.actor, kind, beneficiary_id, values.get("country"))

    async def new_draft(
        self,
        turn: Turn,
        words: Words,
        kind: str,
        options: WishOptions,
        prefill: Mapping[str, str] | None = None,
    ) -> Filled:
        """A stored draft with what the directory and `prefill` already answer."""
        form = FORMS[kind]
        said = called_by_name(form, options, read_all(form, {}, prefill or {}, words), words)
        values = with_defaults(form, options, said)
        wrong = problems(form, options, values, words)
        known = {name: value for name, value in values.items() if name not in wrong}
        values = with_defaults(form, options, known)
        asked = tuple(field.id for field in form.shown(options, values))
        return await self._store_new(turn, form, options.beneficiary.id, values, asked)

    async def _store_new(
        self,
        turn: Turn,
        form: Form,
        beneficiary_id: str,
        values: Mapping[str, str],
        asked: tuple[str, ...] = (),
    ) -> Filled:
        wish = WishDraft(beneficiary_id=beneficiary_id, version=form.version, values=values, asked=asked)
        stored = await drafts.new_draft(self._desk, turn.actor, form.kind, wish.model_dump())
        return Filled(stored, form, wish)

    async def load(self, turn: Turn, draft_id: str) -> Filled:
        """The actor's draft. Raises `UnknownDraft`."""
        stored = await drafts.load(self._desk, turn.actor, draft_id[:_MAX_ID])
        draft = Filled.of(stored) if stored else None
        if draft is None:
            raise UnknownDraft(draft_id[:_MAX_ID])
        return draft

    async def keep(self, draft: Filled, wish: WishDraft) -> Filled:
        """Store what has been filled in, if it is new."""
        if wish == draft.wish:
            return draft
        stored = await drafts.update(self._desk, draft.stored, wish.model_dump())
        return Filled(stored, draft.form, wish)

    async def submit(self, turn: Turn, draft: Filled) -> Request | Refusal:
        """Send the draft as a request; the same draft is the same request, however often it is sent.

        Raises `UnknownDraft` for a draft that is not a wish, which `problems` would have said before.
        """
        wish = draft.to_wish()
        if wish is None:
            raise UnknownDraft(draft.stored.id)
        if draft.wish.edits:
            request = await edit(self._desk, turn.actor, draft.wish.edits, wish)
        else:
            request = await submit(self._desk, turn.actor, wish, draft.stored.id)
        if isinstance(request, Request):
            await drafts.became(self._desk, draft.stored, request.id)
        return request

    async def preview(self, turn: Turn, draft: Filled) -> Preview | Refusal:
        """Raises `UnknownDraft` for a draft that is not a wish, which `problems` would have said before."""
        wish = draft.to_wish()
        if wish is None:
            raise UnknownDraft(draft.stored.id)
        return await preview(self._desk, turn.actor, wish, anew=draft.wish.edits or None)

    async def name_people(
        self, draft: Filled, values: Mapping[str, str], words: Words
    ) -> tuple[dict[str, str], dict[str, str]]:
        """The values with the names of people they mean, as the directory has them; and what is wrong."""
        named, wrong = dict(values), {}
        for field in draft.form.fields:
            if field.kind is not InputKind.PERSON:
                continue
            named.pop(f"{field.id}_name", None)
            if not values.get(field.id):
                continue
            found = await people.person(self._desk, values[field.id])
            if found is None:
                wrong[field.id] = words(field.wrong)
            else:
                named[f"{field.id}_name"] = found.name[:200]
        return named, wrong

    async def on_start(self, turn: Turn, words: Words, action: CardAction) -> CardAnswer:
        kind = text_in(action.data, "kind", _MAX_ID)
        if kind not in FORMS:
            return CardAnswer(
                error=words("This button is not known here. Write **help** to see what I can do.")
            )
        named = person_id_in(action.data, BENEFICIARY) or person_id_in(action.data, "person")
        prefill = {name: one for name, one in action.data.items() if isinstance(one, str)}
        await self.start(turn, words, kind, named or turn.actor.id, prefill)
        return CardAnswer(message=words("The form is below."))

    async def on_review(self, turn: Turn, words: Words, action: CardAction) -> CardAnswer:
        """Check what was typed; wrong input comes back on the form with everything kept."""
        draft = await self.load(turn, text_in(action.data, "draft", _MAX_ID))
        if draft.stored.request_id:
            return await self._existing(turn, words, draft.stored.request_id, action)
        if whole_number_in(action.data, "form") != draft.form.version or draft.outdated:
            return await self._fresh(turn, words, draft)
        typed = read_all(draft.form, draft.wish.values, action.data, words)
        whom = self._meant(turn, draft, action)
        if not whom:
            problem = words("please choose the person.")
            return CardAnswer(card=await self._ask_whom(turn, words, draft, problem=problem))
        options = await self.options(turn, draft.form.kind, whom, typed)
        if isinstance(options, Refusal):
            return await self._not_for(turn, words, draft, typed, whom, options)
        return await self._filled_in(turn, words, draft, _Sent(typed, frozenset(action.data)), options)

    def _meant(self, turn: Turn, draft: Filled, action: CardAction) -> str:
        if not draft.form.who:
            return turn.actor.id
        return person_id_in(action.data, BENEFICIARY) or draft.wish.beneficiary_id

    async def _not_for(
        self, turn: Turn, words: Words, draft: Filled, typed: dict[str, str], whom: str, refusal: Refusal
    ) -> CardAnswer:
        """Another person was picked, for whom the actor may not ask: the form stays as it was."""
        if whom == draft.wish.beneficiary_id:
            return CardAnswer(error=in_one_line(refusal, words))
        draft = await self.keep(draft, draft.wish.changed(values=typed))
        return await self._form_again(turn, words, draft, explain(refusal.code, refusal.params, words))

    async def _filled_in(
        self, turn: Turn, words: Words, draft: Filled, sent: _Sent, options: WishOptions
    ) -> CardAnswer:
        """What somebody else, or another country, may have needs to be asked afresh before it is reviewed."""
        form, before = draft.form, draft.wish
        moved = options.beneficiary.id != before.beneficiary_id
        settled = settled_choices(form, options, before.values, sent.values, words, everything=moved)
        asked_now = {field.id for field in form.shown(options, settled)}
        unseen = asked_now - set(before.asked) - sent.names
        reset = any(settled.get(name, "") != value for name, value in sent.values.items())
        named, wrong = await self.name_people(draft, with_defaults(form, options, settled), words)
        wish = before.changed(beneficiary_id=options.beneficiary.id, values=kept(form, options, named))
        draft = await self.keep(draft, wish)
        if wrong:
            return CardAnswer(card=await self._form(turn, words, draft, options, errors=wrong))
        if unseen or reset:
            remarks = _asked_afresh(before, moved, words)
            return CardAnswer(card=await self._form(turn, words, draft, options, remarks=remarks))
        return await self._reviewed(turn, words, draft, options)

    async def _reviewed(
        self, turn: Turn, words: Words, draft: Filled, options: WishOptions, remark: str | None = None
    ) -> CardAnswer:
        errors = problems(draft.form, options, draft.wish.values, words)
        if errors:
            return CardAnswer(card=await self._form(turn, words, draft, options, errors=errors))
        result = await self.preview(turn, draft)
        if isinstance(result, Refusal):
            open_one = await self._open_already(turn, words, draft, result)
            if open_one is not None:
                return CardAnswer(card=open_one)
            remarks = explain(result.code, result.params, words)
            if needs_nobody(result.code):
                answer = notice.answered(words(draft.form.title), remarks, draft.stored.id, words)
                return CardAnswer(card=answer)
            return CardAnswer(card=await self._form(turn, words, draft, options, remarks=remarks))
        draft = await self.keep(draft, draft.wish.changed(reviewed=draft.fingerprint))
        return CardAnswer(card=review.build(result, draft.stored.id, draft.fingerprint, words, remark=remark))

    async def _open_already(self, turn: Turn, words: Words, draft: Filled, refusal: Refusal) -> Card | None:
        """What can be done with the request that stands in the way, if that is what does (J09)."""
        wish = draft.to_wish()
        if refusal.code != "SB-REQ-02" or wish is None or draft.wish.edits:
            return None
        found = await joined.open_one(self._desk, turn.actor, wish)
        if found.request is None:
            return None
        return duplicate.build(found.request, turn.actor.id, draft.stored.id, words)

    async def on_edit(self, turn: Turn, words: Words, action: CardAction) -> CardAnswer:
        draft = await self.load(turn, text_in(action.data, "draft", _MAX_ID))
        if draft.stored.request_id:
            return await self._existing(turn, words, draft.stored.request_id, action)
        if draft.outdated:
            return await self._fresh(turn, words, draft)
        return await self._form_again(turn, words, draft, ())

    async def _fresh(self, turn: Turn, words: Words, draft: Filled) -> CardAnswer:
        """The form has other questions by now than the one that was clicked."""
        known = {name: one for name, one in draft.wish.values.items() if draft.form.field(name)}
        wish = draft.wish.changed(version=draft.form.version, values=known, asked=())
        draft = await self.keep(draft, wish)
        remark = words("This form has changed since it was sent. Please look through it once more.")
        return await self._form_again(turn, words, draft, (remark,))

    async def _form_again(
        self, turn: Turn, words: Words, draft: Filled, remarks: tuple[str, ...]
    ) -> CardAnswer:
        if not draft.wish.beneficiary_id:
            return CardAnswer(card=await self._ask_whom(turn, words, draft, remarks=remarks))
        options = await self.options(turn, draft.form.kind, draft.wish.beneficiary_id, draft.wish.values)
        if isinstance(options, Refusal):
            return CardAnswer(error=in_one_line(options, words))
        return CardAnswer(card=await self._form(turn, words, draft, options, remarks=remarks))

    async def on_submit(self, turn: Turn, words: Words, action: CardAction) -> CardAnswer:
        """The first click makes the request; every later one shows it."""
        draft = await self.load(turn, text_in(action.data, "draft", _MAX_ID))
        if draft.stored.request_id:
            return await self._existing(turn, words, draft.stored.request_id, action)
        if draft.outdated:
            return await self._fresh(turn, words, draft)
        if {draft.wish.reviewed, text_in(action.data, "rev", _MAX_ID)} != {draft.fingerprint}:
            return await self._changed_elsewhere(turn, words, draft)
        result = await self.submit(turn, draft)
        if isinstance(result, Refusal):
            open_one = await self._open_already(turn, words, draft, result)
            if open_one is not None:
                return CardAnswer(card=open_one)
            return await self._form_again(turn, words, draft, explain(result.code, result.params, words))
        return await self._existing(turn, words, result.id, action)

    async def _changed_elsewhere(self, turn: Turn, words: Words, draft: Filled) -> CardAnswer:
        if not draft.wish.beneficiary_id:
            return CardAnswer(card=await self._ask_whom(turn, words, draft))
        options = await self.options(turn, draft.form.kind, draft.wish.beneficiary_id, draft.wish.values)
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

    async def _form(
        self,
        turn: Turn,
        words: Words,
        draft: Filled,
        options: WishOptions,
        *,
        errors: Mapping[str, str] | None = None,
        remarks: tuple[str, ...] = (),
    ) -> Card:
        """The form's card; what it asks is remembered, to tell what has not been asked yet."""
        asked = tuple(field.id for field in draft.form.shown(options, draft.wish.values))
        draft = await self.keep(draft, draft.wish.changed(asked=asked))
        view = form_view(draft, options, turn.actor.id, words, errors=errors or {}, remarks=remarks)
        return form_cards.build(view, words)

    async def _ask_whom(
        self, turn: Turn, words: Words, draft: Filled, *, problem: str = "", remarks: tuple[str, ...] = ()
    ) -> Card:
        view = person_view(draft, turn.actor, words, problem=problem, remarks=remarks)
        return form_cards.build(view, words)


class _Sent:
    """What a click on a form brought."""

    def __init__(self, values: Mapping[str, str], names: frozenset[str]) -> None:
        self.values = values
        self.names = names
        """Of everything that was sent at all."""


def _asked_afresh(before: WishDraft, moved: bool, words: Words) -> tuple[str, ...]:
    if moved and before.beneficiary_id:
        return (words("The form is now for the person you chose. Please check country and city."),)
    if before.asked:
        return (words("One more look, please: what you chose has brought more to choose."),)
    return ()

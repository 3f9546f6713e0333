"""The desk's side of every conversation: from what was typed or clicked to the use case that does it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from botbuilder.core import StatePropertyAccessor
from botbuilder.dialogs import DialogContext, DialogSet

from bot.store.drafts import newest_open
from bot.teams.turn import CardAction, CardAnswer, Scope, Turn
from bot.usecases import welcome
from bot.usecases.channels import is_for_admins
from bot.usecases.desk import Desk
from bot.words import Words, words_for
from cards import welcome as help_cards
from dialogs.approvals_flow import ApprovalsFlow
from dialogs.asked_flow import AskedFlow
from dialogs.audit_flow import SHOW as AUDIT
from dialogs.audit_flow import AuditFlow
from dialogs.channels_flow import ChannelsFlow
from dialogs.commands.dispatch import TypedCommands
from dialogs.confirm_flow import ConfirmFlow
from dialogs.credits_flow import CreditsFlow
from dialogs.delegation_flow import DelegationFlow
from dialogs.drift_flow import DriftFlow
from dialogs.duplicates_flow import DuplicatesFlow
from dialogs.edit_flow import EditFlow
from dialogs.forms import FORMS
from dialogs.inputs import text_in
from dialogs.intents import Intent, Kind
from dialogs.lists_flow import ListsFlow
from dialogs.looks_flow import LIST, LooksFlow
from dialogs.pasted_lists import meaning_of
from dialogs.policy_flow import PolicyFlow
from dialogs.purchase_order_flow import PurchaseOrderFlow
from dialogs.queue_flow import QueueFlow
from dialogs.reassign_flow import ReassignFlow
from dialogs.remind_flow import RemindFlow
from dialogs.report_flow import ReportFlow
from dialogs.requests_flow import RequestsFlow
from dialogs.speech import FOR_PEOPLE, UnknownDraft, carry_turn, sorry
from dialogs.tasks_flow import TasksFlow
from dialogs.undo_flow import UndoFlow
from dialogs.wish_dialog import WISH_DIALOG, WishDialog
from dialogs.wish_flow import WishFlow

__all__ = ["DeskConversation"]

_AUTOMATIC = frozenset({"request.refresh", "task.refresh"})
"""What a client may send by itself: it reads and changes nothing."""

_AMONG_ADMINS = ("command.", "list.", "report.", "task.", "tasks.", "undelivered.")
"""How buttons begin that can also be used in the admins' channel: they answer what a command there does."""

_MOST_GROUP = 80
"""Characters of a heading."""

_QUESTIONS = frozenset({Kind.HOLDINGS, Kind.WHY, Kind.PIN, Kind.LIST})
"""What can be asked in the middle of a form."""

OnAction = Callable[[Turn, Words, CardAction], Awaitable[CardAnswer]]
OnIntent = Callable[[Turn, Words, Intent], Awaitable[None]]


class DeskConversation:
    """Implements `bot.teams.turn.Conversation`."""

    def __init__(self, desk: Desk, states: StatePropertyAccessor) -> None:
        """`states` is read at most once a turn, and only by turns that may be part of a dialog."""
        self._desk = desk
        self._requests = RequestsFlow(desk)
        self._remind = RemindFlow(desk, self._requests)
        self._approvals = ApprovalsFlow(desk)
        self._tasks = TasksFlow(desk)
        self._queue = QueueFlow(desk)
        self._channels = ChannelsFlow(desk)
        self._delegations = DelegationFlow(desk)
        self._reassign = ReassignFlow(desk)
        self._confirm = ConfirmFlow(desk)
        self._policy = PolicyFlow(desk)
        self._wishes = WishFlow(desk, self._requests)
        self._dialogs = DialogSet(states)
        self._dialogs.add(WishDialog(desk, self._wishes, self._requests))
        self._asked = AskedFlow(desk, self._wishes)
        self._at_once: dict[Kind, OnIntent] = {
            Kind.GREETING: self._greet,
            Kind.HELP: self._help,
            Kind.REQUESTS: self._list,
            Kind.SHOW: self._show,
            Kind.WITHDRAW: self._withdraw,
            Kind.DECIDE: self._decide,
        }
        self._in_turn: dict[Kind, OnIntent] = {
            **self._asked.answers,
            Kind.LIST: ListsFlow(desk).on_list,
            Kind.CANCEL: self._cancel,
            Kind.TEXT: self._by_text,
            Kind.UNSURE: self._unsure,
        }
        self._typed = TypedCommands(desk)
        self._verbs: dict[str, OnAction] = {
            **self._of_wishes(desk),
            **self._of_approvals(),
            **self._of_what_follows(desk),
        }

    def _of_wishes(self, desk: Desk) -> dict[str, OnAction]:
        """Buttons of whoever asks, until it is sent."""
        duplicates = DuplicatesFlow(desk, self._wishes, self._requests)
        return {
            "help.show": self._on_help,
            "command.meant": self._typed.on_meant,
            "command.confirm": self._typed.on_confirm,
            "command.leave": self._typed.on_leave,
            "asked.meant": self._asked.on_meant,
            "wish.start": self._wishes.on_start,
            "wish.review": self._wishes.on_review,
            "wish.edit": self._wishes.on_edit,
            "wish.submit": self._wishes.on_submit,
            "wish.cancel": self._wishes.on_cancel,
            "request.edit": EditFlow(desk, self._wishes).on_edit,
            "wish.watch": duplicates.on_watch,
            "wish.comment": duplicates.on_comment,
            "wish.replace": duplicates.on_replace,
        }

    def _of_approvals(self) -> dict[str, OnAction]:
        """Buttons of whoever decides, on requests and on the policy."""
        return {
            "request.approve": self._approvals.on_approve,
            "request.reject": self._approvals.on_reject,
            "request.ask": self._approvals.on_ask,
            "request.answer": self._approvals.on_answer,
            "policy.agree": self._policy.on_agree,
            "policy.refuse": self._policy.on_refuse,
            "request.confirm": self._confirm.on_confirm,
            "request.another_code": self._confirm.on_another,
            "request.reassign.ask": self._reassign.on_ask,
            "request.reassign": self._reassign.on_reassign,
            "request.refresh": self._approvals.on_refresh,
            "delegation.form": self._delegations.on_form,
            "delegation.make": self._delegations.on_make,
            "delegation.list": self._delegations.on_list,
            "delegation.stop": self._delegations.on_stop,
            "approvals.list": self._queue.on_pending,
            "approvals.open": self._queue.on_open,
            "approvals.approve": self._queue.on_approve,
        }

    def _of_what_follows(self, desk: Desk) -> dict[str, OnAction]:
        """Buttons about requests on their way, and about what people have to do for them."""
        undo, drift, money = UndoFlow(desk), DriftFlow(desk), CreditsFlow(desk)
        reports = ReportFlow(desk)
        return {
            "request.keep": undo.on_keep,
            "request.undo": undo.on_undo,
            "number.pick": undo.on_pick,
            "request.withdraw": self._requests.on_withdraw,
            "request.purchase_order": PurchaseOrderFlow(desk, self._requests).on_click,
            "request.remind": self._remind.on_remind,
            "requests.list": self._requests.on_list,
            "requests.show": self._requests.on_show,
            LIST: LooksFlow(desk).on_list,
            AUDIT: AuditFlow(desk).on_show,
            "credits.show": money.on_show,
            "credits.entries": money.on_entries,
            "report.show": reports.on_show,
            "report.approvers": reports.on_approvers,
            "drift.list": drift.on_list,
            "drift.mend": drift.on_mend,
            "drift.accept": drift.on_accept,
            "undelivered.list": self._queue.on_undelivered,
            "undelivered.retry": self._queue.on_retry,
            "undelivered.dismiss": self._queue.on_dismiss,
            "task.claim": self._tasks.on_claim,
            "task.done": self._tasks.on_done,
            "task.cannot": self._tasks.on_cannot,
            "task.refresh": self._tasks.on_refresh,
            "task.show": self._tasks.on_show,
            "tasks.list": self._tasks.on_list,
        }

    async def on_installed(self, turn: Turn) -> None:
        if await welcome.first_time(self._desk, turn.actor):
            card = help_cards.build(words_for(turn.actor.locale))
            await turn.send_card(card, card["fallbackText"])

    async def on_message(self, turn: Turn) -> None:
        words = words_for(turn.actor.locale)
        try:
            await self._answer(turn, words)
        except FOR_PEOPLE as error:
            await turn.say(sorry(error, words))

    async def on_card_action(self, turn: Turn, action: CardAction) -> CardAnswer:
        words = words_for(turn.actor.locale)
        try:
            if turn.scope is not Scope.PERSONAL:
                # A card may be carried into a channel; what it would show there, everybody would see.
                answer = await self._channels.on_click(turn, words, action)
                if answer is None and await self._shared(turn, action):
                    answer = await self._click(turn, words, action)
                return answer or CardAnswer(error=_not_here(words))
            return await self._click(turn, words, action)
        except FOR_PEOPLE as error:
            return CardAnswer(error=sorry(error, words))

    async def _shared(self, turn: Turn, action: CardAction) -> bool:
        """Whether the button is on a card that admins may use together, in their channel."""
        if turn.scope is not Scope.CHANNEL or not action.verb.startswith(_AMONG_ADMINS):
            return False
        return await is_for_admins(self._desk, turn.conversation_id)

    async def _click(self, turn: Turn, words: Words, action: CardAction) -> CardAnswer:
        handle = self._verbs.get(action.verb)
        if handle is None or (action.automatic and action.verb not in _AUTOMATIC):
            return CardAnswer(
                error=words("This button is not known here. Write **help** to see what I can do.")
            )
        return await handle(turn, words, action)

    async def _answer(self, turn: Turn, words: Words) -> None:
        # What is plainly a command is nothing else, wherever it is said.
        if await self._typed.answer(turn, words):
            return
        intent = meaning_of(turn.text)
        if turn.scope is not Scope.PERSONAL:
            await self._in_public(turn, words, intent)
            return
        if intent.kind in self._at_once:
            await self._at_once[intent.kind](turn, words, intent)
            return
        carry_turn(turn)
        dialog = await self._dialogs.create_context(turn.context)
        if dialog.active_dialog is None or not await self._continues(dialog, turn, words, intent):
            await self._in_turn[intent.kind](turn, words, intent)

    async def _continues(self, dialog: DialogContext, turn: Turn, words: Words, intent: Intent) -> bool:
        """Whether the message was an answer to what a dialog asked."""
        if intent.kind is Kind.CANCEL:
            await dialog.cancel_all_dialogs()
            await turn.say(words("Cancelled. Nothing was sent."))
            return True
        takes_anything = bool(dialog.active_dialog.state.get("free"))
        if intent.kind in _QUESTIONS and not takes_anything:
            # Answered beside what was asked, which still waits for its answer.
            await self._in_turn[intent.kind](turn, words, intent)
            return True
        starts_over = _starts_over(intent) and not takes_anything
        if starts_over or dialog.active_dialog.id != WISH_DIALOG:
            # Also a dialog of an older version: its answers would be misunderstood.
            await dialog.cancel_all_dialogs()
            return False
        try:
            await dialog.continue_dialog()
        except UnknownDraft:
            await dialog.cancel_all_dialogs()
            raise
        return True

    async def _in_public(self, turn: Turn, words: Words, intent: Intent) -> None:
        """Requests are between a person and the desk; a channel gets directions."""
        if intent.kind is Kind.UNSURE and await self._guess(turn, words):
            return
        if intent.kind in (Kind.HELP, Kind.GREETING, Kind.UNSURE):
            await turn.say(
                words("I am the phone desk. Write to me in a chat of our own, and I get you a phone number.")
            )
            if intent.kind is Kind.HELP:
                await self._help(turn, words, intent)
            return
        await turn.say(_not_here(words))

    async def _greet(self, turn: Turn, words: Words, _intent: Intent) -> None:
        card = help_cards.build(words)
        await turn.send_card(card, card["fallbackText"])

    async def _help(self, turn: Turn, words: Words, _intent: Intent) -> None:
        card = await self._typed.help(turn, words)
        if card is not None:
            await turn.send_card(card, card["fallbackText"])

    async def _on_help(self, turn: Turn, words: Words, action: CardAction) -> CardAnswer:
        group = text_in(action.data, "group", _MOST_GROUP)
        return CardAnswer(card=await self._typed.help(turn, words, group))

    async def _list(self, turn: Turn, words: Words, _intent: Intent) -> None:
        await self._requests.send_list(turn, words)

    async def _show(self, turn: Turn, words: Words, intent: Intent) -> None:
        await self._requests.show(turn, words, intent.request_id or "")

    async def _withdraw(self, turn: Turn, words: Words, intent: Intent) -> None:
        if intent.request_id:
            await self._requests.withdraw(turn, words, intent.request_id)
            return
        await turn.say(words("Which one? Write **withdraw** with its id, such as **withdraw SB-4K7Q2**."))
        await self._requests.send_list(turn, words)

    async def _decide(self, turn: Turn, words: Words, _intent: Intent) -> None:
        """Said in other words than the command: it is offered to who decides, and never taken for said."""
        if await self._guess(turn, words):
            return
        await turn.say(
            words("Please decide with the buttons on the request's card, where you see all of it.")
        )

    async def _by_text(self, turn: Turn, words: Words, _intent: Intent) -> None:
        """Go on with the form that was sent last, or begin with the first question."""
        open_draft = await self._desk.db.read(newest_open, turn.actor.id, list(FORMS))
        dialog = await self._dialogs.create_context(turn.context)
        given = {"draft": open_draft.id} if open_draft else {"kind": "number"}
        await dialog.begin_dialog(WISH_DIALOG, given)

    async def _cancel(self, turn: Turn, words: Words, _intent: Intent) -> None:
        await turn.say(
            words("There is nothing to cancel. To take a request back, write **withdraw** with its id.")
        )

    async def _unsure(self, turn: Turn, words: Words, _intent: Intent) -> None:
        lines = [
            words("I am not sure what you want, so I have done nothing."),
            words("Did you mean one of these?"),
        ]
        card = help_cards.unsure(lines, words, await self._typed.guesses(turn))
        await turn.send_card(card, card["fallbackText"])

    async def _guess(self, turn: Turn, words: Words) -> bool:
        """Whether a command was nearly typed in a channel where it could be."""
        found = await self._typed.guesses(turn)
        if found:
            card = help_cards.guesses(words("Did you mean one of these?"), found, words)
            await turn.send_card(card, card["fallbackText"])
        return bool(found)


def _starts_over(intent: Intent) -> bool:
    """Whether somebody in the middle of one form wants another; the name of a product alone is an answer."""
    return intent.kind is Kind.TEXT or (intent.kind is Kind.WISH and not intent.bare)


def _not_here(words: Words) -> str:
    return words("Please write this to me in a chat of our own: requests are not for everybody's eyes.")

"""Deciding: what waits, to say yes or no to one request, or to leave it to a colleague."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date
from functools import lru_cache
from typing import Any

from bot.domain.approval import Verdict
from bot.domain.roles import Role
from bot.teams.turn import Turn
from bot.usecases import delegate
from bot.usecases.desk import Desk
from bot.words import N_, Words
from dialogs.approvals_flow import ApprovalsFlow
from dialogs.commands.command import Command
from dialogs.commands.grammar import Grammar, Said
from dialogs.delegation_flow import DelegationFlow
from dialogs.delegation_words import DelegationCommand, delegation_command
from dialogs.queue_flow import QueueFlow
from dialogs.reassign_flow import ReassignFlow

__all__ = ["decision_commands", "delegation_commands"]

_WAITING = Grammar(
    "[(my|pending|open)] approvals",
    "what waits for me?",
    "[what is] waiting for me?",
    "what do i have to approve?",
    "[mes] approbations [en attente]",
    "[qu est] ce qui m attend?",
    "[(我的|待|待我)]审批",
    "有什么等我审批?",
    "等我审批的",
)
# "approve SB-4K7Q2 if Anna agrees" approves nothing yet: a remark stands behind a comma or a "because".
_APPROVE = Grammar(
    "(approve|accept) [request] {request} [(because|since) {text}]",
    "(approve|accept) [request] {request} {text:aside}",
    "(approuver|approuve|approuvez) [la] [demande] {request} [(car|parce que) {text}]",
    "(approuver|approuve|approuvez) [la] [demande] {request} {text:aside}",
    "(批准|同意) [申请] {request} [因为{text}]",
    "(批准|同意) [申请] {request} {text:aside}",
)
_REJECT = Grammar(
    "(reject|deny|refuse) [request] {request} [because] [{text}]",
    "(rejeter|rejette|rejetez|refuser|refusez) [la] [demande] {request} [car] [{text}]",
    "(拒绝|驳回) [申请] {request} [因为] [{text}]",
)
_ID = "[the] [request] {request} [(from|of) {of:person}]"
_ID_FR = "[la demande] {request} [de {of:person}]"
_VERB = "(reassign|hand over|hand|transfer|pass on)"
_VERB_FR = (
    "(reassigne|reassigner|reassignez|reattribue|reattribuer|reattribuez|transfere|transferer|transferez"
    "|transmettre|transmets|transmettez|confie|confier|confiez)"
)
_GIVE_ZH = "(转交给|转交到|改派给|移交给|转给|转到|转交|改派|移交|给)"
_REASSIGN = Grammar(
    f"{_VERB} {_ID} [to {{to:person}}] [(because|since) {{text}}]",
    f"{_VERB} {_ID} to {{to:person}} {{text:aside}}",
    f"{_VERB_FR} {_ID_FR} [(a|au) {{to:person}}] [(car|parce que) {{text}}]",
    f"{_VERB_FR} {_ID_FR} (a|au) {{to:person}} {{text:aside}}",
    "[(把|将)] (转交|改派|移交|转给) [申请] {request} [从 {of:person}] [(给|到) {to:person}] [因为{text}]",
    f"[(把|将)] [申请] {{request}} [从 {{of:person}}] {_GIVE_ZH} {{to:person}} [因为{{text}}]",
    "[(把|将)] (转交|改派|移交|转给) [申请] {request} [从 {of:person}] (给|到) {to:person} {text:aside}",
    f"[(把|将)] [申请] {{request}} [从 {{of:person}}] {_GIVE_ZH} {{to:person}} {{text:aside}}",
)


def decision_commands(desk: Desk) -> tuple[Command[Any], ...]:
    queue = QueueFlow(desk)
    approvals = ApprovalsFlow(desk)

    async def waiting(turn: Turn, words: Words, _said: Said) -> None:
        await queue.send_pending(turn, words)

    return (
        Command(
            name="approvals",
            grammar=_WAITING,
            usage=N_("approvals"),
            summary=N_("shows what waits for your decision"),
            run=waiting,
        ),
        Command(
            name="approve",
            grammar=_APPROVE,
            usage=N_("approve SB-4K7Q2"),
            summary=N_("approves a request that takes no more than your word"),
            run=_decide(approvals, Verdict.APPROVE),
            roles=frozenset({Role.APPROVER}),
            writes=True,
        ),
        Command(
            name="reject",
            grammar=_REJECT,
            usage=N_("reject SB-4K7Q2 because it costs too much"),
            summary=N_("rejects a request, and says why"),
            run=_decide(approvals, Verdict.REJECT),
            roles=frozenset({Role.APPROVER}),
            writes=True,
        ),
        Command(
            name="reassign",
            grammar=_REASSIGN,
            usage=N_("reassign SB-4K7Q2 to Anna"),
            summary=N_("has a colleague decide on one request"),
            run=ReassignFlow(desk).hand_over,
            roles=frozenset({Role.APPROVER, Role.VOICE_ADMIN}),
            writes=True,
        ),
    )


def _decide(flow: ApprovalsFlow, verdict: Verdict) -> Callable[[Turn, Words, Said], Awaitable[None]]:
    async def run(turn: Turn, words: Words, said: Said) -> None:
        await flow.decide(turn, words, said["request"], verdict, said["text"])

    return run


class _Delegating:
    """Reads what is said about delegations: days and kinds of requests, in the words of each language."""

    def __init__(self, verb: str, *heads: str) -> None:
        self.heads = heads
        self._verb = verb

    def read(self, text: str) -> str | None:
        """The text itself: what its days mean depends on when and where it was written."""
        command = _delegating(text)
        return text if command is not None and command.verb == self._verb else None


@lru_cache(maxsize=64)
def _delegating(text: str) -> DelegationCommand | None:
    return delegation_command(text, date(2000, 1, 1), "en")


def delegation_commands(desk: Desk) -> tuple[Command[Any], ...]:
    flow = DelegationFlow(desk)

    async def sweeps(turn: Turn, words: Words, said: str) -> str:
        """Ending one delegation needs no second word; ending all of them does."""
        command = _delegating(said)
        given = (await delegate.of_mine(desk, turn.actor)).given
        if len(given) < 2 or command is None or command.who:
            return ""
        names = words.listing([one.delegate.name for one in given])
        return words.plural(
            "This ends {n} delegation: to {names}.", "This ends {n} delegations: to {names}.", len(given),
            names=names,
        )  # fmt: skip

    return (
        Command(
            name="delegate",
            grammar=_Delegating("make", "delegate to", "deleguer a", "delegue a", "委托给"),
            usage=N_("delegate to Anna until Friday"),
            summary=N_("has a colleague decide in your place"),
            run=flow.on_text,
            writes=True,
        ),
        Command(
            name="delegations",
            grammar=_Delegating("list", "delegations", "mes delegations", "委托"),
            usage=N_("delegations"),
            summary=N_("shows who decides in your place"),
            run=flow.on_text,
        ),
        Command(
            name="stop delegating",
            grammar=_Delegating("stop", "stop delegating", "arreter de deleguer", "停止委托"),
            usage=N_("stop delegating to Anna"),
            summary=N_("ends a delegation, or all of them"),
            run=flow.on_text,
            writes=True,
            sweeping=sweeps,
        ),
    )

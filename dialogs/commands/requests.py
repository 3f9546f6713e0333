"""One's requests: see them, follow one, ask why it waits, take it back, remind, retry."""

from __future__ import annotations

from typing import Any

from bot.teams.turn import Turn
from bot.usecases.desk import Desk
from bot.words import N_, Words
from dialogs.commands.command import Command
from dialogs.commands.grammar import Grammar, Said
from dialogs.remind_flow import RemindFlow
from dialogs.requests_flow import RequestsFlow
from dialogs.retry_flow import RetryFlow

__all__ = ["request_commands"]

_MINE = Grammar(
    "[(show|list)] my (requests|request|tickets)",
    "[(voir|affiche|afficher|liste de)] mes demandes",
    "ma demande",
    "[(查看|查询)]我的(申请|请求)",
)
_SHOW = Grammar("[(show|montre|affiche|voir)] {request}", "(查看|显示) {request}")
_WITHDRAW = Grammar(
    "(withdraw|cancel|revoke|retract|recall) [my] [request] {request}",
    "(retirer|retire|annuler|annule|annulez) [ma] [la] [demande] {request}",
    "(撤回|撤销|取消) [申请] {request}",
)
_REMIND = Grammar(
    "(remind|send a reminder for|send reminder|reminder|chase|nudge) {request}",
    "(remind|chase|nudge) [them]",
    "remind [(the|my)] (approver|approvers)",
    "send a reminder",
    "(rappeler|rappelle|rappelez|relancer|relance|relancez|rappel|rappel pour) {request}",
    "relancer",
    "(relancer|rappeler) l approbateur",
    "(提醒|催办|催一下) {request}",
    "(提醒|提醒审批人|催办)",
)
_WHY = Grammar(
    "why [(is|does|has|was)] {request} [(waiting|wait|waiting so long|stuck|not done|rejected)]?",
    "pourquoi [est ce que] {request} [(attend|est bloque|est refuse)]?",
    "(为什么|为何) {request} [(在等待|还没好|被拒绝)]?",
)
_RETRY = Grammar(
    "(retry|try again|ask again) {request}",
    "(reessayer|reessaie|relancer l execution de) {request}",
    "重试 {request}",
)


def request_commands(desk: Desk) -> tuple[Command[Any], ...]:
    flow = RequestsFlow(desk)
    again = RetryFlow(desk, flow)
    return (*_looking(flow, again), *_moving(flow, RemindFlow(desk, flow), again))


def _looking(flow: RequestsFlow, again: RetryFlow) -> tuple[Command[Any], ...]:
    async def mine(turn: Turn, words: Words, _said: Said) -> None:
        await flow.send_list(turn, words)

    async def show(turn: Turn, words: Words, said: Said) -> None:
        await flow.show(turn, words, said["request"])

    return (
        Command(
            name="my requests",
            grammar=_MINE,
            usage=N_("my requests"),
            summary=N_("shows what you asked for"),
            run=mine,
        ),
        Command(
            name="show",
            grammar=_SHOW,
            usage=N_("show SB-4K7Q2"),
            summary=N_("shows one request"),
            run=show,
        ),
        Command(
            name="why",
            grammar=_WHY,
            usage=N_("why SB-4K7Q2"),
            summary=N_("says what a request waits for, who decides, and what it takes"),
            run=again.why,
        ),
    )


def _moving(flow: RequestsFlow, reminders: RemindFlow, again: RetryFlow) -> tuple[Command[Any], ...]:
    async def withdraw(turn: Turn, words: Words, said: Said) -> None:
        await flow.withdraw(turn, words, said["request"])

    async def remind(turn: Turn, words: Words, said: Said) -> None:
        await reminders.remind(turn, words, said["request"])

    return (
        Command(
            name="withdraw",
            grammar=_WITHDRAW,
            usage=N_("withdraw SB-4K7Q2"),
            summary=N_("takes a request back"),
            run=withdraw,
            writes=True,
        ),
        Command(
            name="remind",
            grammar=_REMIND,
            usage=N_("remind SB-4K7Q2"),
            summary=N_("reminds those who decide on it"),
            run=remind,
            writes=True,
        ),
        Command(
            name="retry",
            grammar=_RETRY,
            usage=N_("retry SB-4K7Q2"),
            summary=N_("asks again for what came to nothing; for voice admins, goes on now with what waits"),
            run=again.retry,
            writes=True,
        ),
    )

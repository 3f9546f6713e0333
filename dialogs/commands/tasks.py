"""What has to be done by hand: see it, take it on, say that it is done, or that it cannot be.

A word and the task's id, nothing more: "done TK-4K7Q2? not yet" must end nothing.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from bot.domain.roles import Role
from bot.teams.turn import Turn
from bot.usecases.desk import Desk
from bot.words import N_, Words
from dialogs.commands.command import ADMINS, Command
from dialogs.commands.grammar import Grammar, Said
from dialogs.tasks_flow import TasksFlow

__all__ = ["task_commands"]

_LIST = Grammar("[(my|open|list|show)] tasks", "[mes] taches [ouvertes]", "[(我的|待办)]任务")
_SHOW = Grammar("[(show|montre|affiche|voir)] {task}", "(查看|显示) {task}")
_CLAIM = Grammar("(claim|take) {task}", "prendre {task}", "认领 {task}")
_DONE = Grammar("done {task}", "(fait|termine) {task}", "完成 {task}")
_CANNOT = Grammar("cannot {task} [{text}]", "impossible {task} [{text}]", "(无法|无法完成) {task} [{text}]")
_NUMBERS = Grammar("numbers {task}", "numeros {task}", "号码 {task}")

_DOES_TASKS = frozenset({Role.VOICE_ADMIN, Role.BILLING_ADMIN})


def task_commands(desk: Desk) -> tuple[Command[Any], ...]:
    flow = TasksFlow(desk)
    return (
        _command("tasks", _LIST, N_("tasks"), N_("shows what has to be done by hand"), _list(flow)),
        _command("show task", _SHOW, N_("show TK-4K7Q2"), N_("shows one task"), _about(flow.show)),
        _command(
            "claim", _CLAIM, N_("claim TK-4K7Q2"), N_("takes a task on"), _about(flow.claim), writes=True
        ),
        _command(
            "done", _DONE, N_("done TK-4K7Q2"), N_("says that a task is done"), _about(flow.done), writes=True
        ),
        _command(
            "cannot",
            _CANNOT,
            N_("cannot TK-4K7Q2: out of budget"),
            N_("says that a task cannot be done, and why"),
            _cannot(flow),
            writes=True,
        ),
        _command(
            "numbers of task",
            _NUMBERS,
            N_("numbers TK-4K7Q2"),
            N_("lists the numbers of an order to port, for its file"),
            _about(flow.numbers),
        ),
    )


_Run = Callable[[Turn, Words, Said], Awaitable[None]]


def _command(
    name: str, grammar: Grammar, usage: str, summary: str, run: _Run, *, writes: bool = False
) -> Command[Said]:
    return Command(
        name=name,
        grammar=grammar,
        usage=usage,
        summary=summary,
        run=run,
        roles=_DOES_TASKS,
        refusal="SB-TSK-07",
        places=ADMINS,
        writes=writes,
    )


def _list(flow: TasksFlow) -> _Run:
    async def run(turn: Turn, words: Words, _said: Said) -> None:
        await flow.send_list(turn, words)

    return run


def _about(does: Callable[[Turn, Words, str], Awaitable[None]]) -> _Run:
    async def run(turn: Turn, words: Words, said: Said) -> None:
        await does(turn, words, said["task"])

    return run


def _cannot(flow: TasksFlow) -> _Run:
    async def run(turn: Turn, words: Words, said: Said) -> None:
        await flow.cannot(turn, words, said["task"], said["text"])

    return run

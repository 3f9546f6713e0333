"""Tasks for people: list, show, take on, done, cannot. By click or by text."""

from __future__ import annotations

from typing import Any

from bot.domain.plans import Refusal
from bot.domain.task_views import TaskView
from bot.teams.turn import Card, CardAction, CardAnswer, Turn
from bot.usecases import tasks
from bot.usecases.desk import Desk
from bot.usecases.tasks import TaskResult
from bot.words import Words
from cards import task as task_card
from cards import tasks_list
from cards.codes import in_one_line
from cards.task import EVIDENCE, MAX_EVIDENCE, MAX_REASON, REASON
from dialogs.inputs import as_text, task_id_in, text_in, whole_number_in

__all__ = ["TasksFlow"]

_MOST_OFFSET = 10_000
_LINES_A_MESSAGE = 900
"""Some 24 KB, as Teams counts."""


class TasksFlow:
    """What admins are asked to do by hand."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def send_list(self, turn: Turn, words: Words) -> None:
        """Everything that is open."""
        card = await self._list(turn, words, 0)
        await turn.send_card(card, card["fallbackText"])

    async def show(self, turn: Turn, words: Words, task_id: str) -> None:
        """The card, in the chat; it follows the task from now on."""
        await self._send(turn, words, await tasks.view(self._desk, turn.actor, task_id))

    async def claim(self, turn: Turn, words: Words, task_id: str) -> None:
        """Take it on."""
        result = await tasks.claim(self._desk, turn.actor, task_id)
        await self._send(turn, words, result.view, _remark(result, words))

    async def done(self, turn: Turn, words: Words, task_id: str) -> None:
        """What has to be put on record is asked for on the card."""
        view = await tasks.view(self._desk, turn.actor, task_id)
        if view.task.ended or view.text.evidence:
            await self._send(turn, words, view)
            return
        result = await tasks.finish(self._desk, turn.actor, task_id, {}, view.task.version)
        await self._send(turn, words, result.view, _remark(result, words))

    async def cannot(self, turn: Turn, words: Words, task_id: str, reason: str) -> None:
        """Say that it cannot be done, and why."""
        view = await tasks.view(self._desk, turn.actor, task_id)
        said = as_text(reason, MAX_REASON)
        result = await tasks.cannot(self._desk, turn.actor, task_id, said, view.task.version)
        await self._send(turn, words, result.view, _remark(result, words))

    async def numbers(self, turn: Turn, words: Words, task_id: str) -> None:
        """Every number of a port, as the lines of its file; a task without any is just shown."""
        view = await tasks.view(self._desk, turn.actor, task_id)
        if not view.numbers:
            await self._send(turn, words, view)
            return
        lines = [task_card.COLUMN, *view.numbers]
        parts = [lines[at : at + _LINES_A_MESSAGE] for at in range(0, len(lines), _LINES_A_MESSAGE)]
        for at, part in enumerate(parts, start=1):
            said = words("The file of {id}, part {part} of {parts}:", id=task_id, part=at, parts=len(parts))
            await turn.say("\n".join((said, "", "```", *part, "```")))
        await turn.say(
            words(
                "Put the parts below each other into one file, with a text editor: spreadsheets take the "
                "plus signs away."
            )
        )

    async def on_list(self, turn: Turn, words: Words, action: CardAction) -> CardAnswer:
        offset = whole_number_in(action.data, "offset") or 0
        return CardAnswer(card=await self._list(turn, words, min(offset, _MOST_OFFSET)))

    async def on_show(self, turn: Turn, words: Words, action: CardAction) -> CardAnswer:
        task_id = task_id_in(action.data)
        await self.show(turn, words, task_id)
        return CardAnswer(message=words("{id} is shown below.", id=task_id))

    async def on_refresh(self, turn: Turn, words: Words, action: CardAction) -> CardAnswer:
        """Reads and shows; changes nothing, whoever or whatever asks."""
        view = await tasks.view(self._desk, turn.actor, task_id_in(action.data))
        return CardAnswer(card=task_card.build(view, turn.actor.id, words))

    async def on_claim(self, turn: Turn, words: Words, action: CardAction) -> CardAnswer:
        result = await tasks.claim(self._desk, turn.actor, task_id_in(action.data))
        return self._answer(turn, words, result, {})

    async def on_done(self, turn: Turn, words: Words, action: CardAction) -> CardAnswer:
        typed = _typed(action.data)
        version = whole_number_in(action.data, "version") or 0
        task_id = task_id_in(action.data)
        result = await tasks.finish(self._desk, turn.actor, task_id, typed, version)
        return self._answer(turn, words, result, typed)

    async def on_cannot(self, turn: Turn, words: Words, action: CardAction) -> CardAnswer:
        typed = _typed(action.data)
        version = whole_number_in(action.data, "version") or 0
        task_id = task_id_in(action.data)
        result = await tasks.cannot(self._desk, turn.actor, task_id, typed[REASON], version)
        return self._answer(turn, words, result, typed)

    def _answer(self, turn: Turn, words: Words, result: TaskResult, typed: dict[str, str]) -> CardAnswer:
        """The card as it is now, with what was typed where it still matters."""
        card = task_card.build(
            result.view,
            turn.actor.id,
            words,
            remark=_remark(result, words),
            problems=result.problems,
            typed={} if result.applied else typed,
        )
        return CardAnswer(card=card)

    async def _list(self, turn: Turn, words: Words, offset: int) -> Card:
        views = await tasks.open_tasks(self._desk, turn.actor, limit=tasks_list.PAGE + 1, offset=offset)
        return tasks_list.build(views, offset, words)

    async def _send(self, turn: Turn, words: Words, view: TaskView, remark: str | None = None) -> None:
        card = task_card.build(view, turn.actor.id, words, remark=remark)
        activity_id = await turn.send_card(card, card["fallbackText"])
        await tasks.remember_card(
            self._desk,
            view.task.id,
            turn.actor.id,
            turn.conversation_id,
            turn.service_url,
            activity_id,
            view.task.version,
        )


def _typed(data: dict[str, Any]) -> dict[str, str]:
    """The evidence by field, and the reason."""
    names = [name for name in data if name.startswith(EVIDENCE)][:_MOST_FIELDS]
    typed = {name.removeprefix(EVIDENCE): text_in(data, name, MAX_EVIDENCE) for name in names}
    return {**typed, REASON: text_in(data, REASON, MAX_REASON)}


_MOST_FIELDS = 20


def _remark(result: TaskResult, words: Words) -> str | None:
    refusal: Refusal | None = result.refusal
    return in_one_line(refusal, words) if refusal else None

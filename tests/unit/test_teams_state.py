"""Dialog state: typed JSON by an allow-list, one read a turn, no lost update, nobody stuck."""

from __future__ import annotations

import json
from datetime import timedelta
from enum import StrEnum
from typing import Any

import pytest
from botbuilder.core import TurnContext
from botbuilder.dialogs import Dialog, DialogInstance, DialogSet, DialogState, DialogTurnResult

from bot.domain.errors import Conflict
from bot.store import dialog_states
from bot.store.database import Database
from bot.teams.codec import NotStorable, decode, encode
from bot.teams.state import DialogStates, DialogStorage, StateItem
from bot.teams.turn import Turn
from tests.support.teams_bot import Listener, running_bot
from tests.support.teams_channel import ANA, BEN, Channel

Json = dict[str, Any]


def stack_of(state: DialogState) -> list[tuple[str, Json]]:
    return [(instance.id, instance.state) for instance in state.dialog_stack]


def test_a_stack_survives() -> None:
    inner = DialogState([DialogInstance("inner", {"step": 2, "rate": 1.5, "ok": True, "none": None})])
    outer = DialogState([DialogInstance("outer", {"dialogs": inner, "list": [1, "é", {"a": []}]})])
    back = decode(encode(outer))
    assert isinstance(back, DialogState)
    ((name, state),) = stack_of(back)
    assert (name, state["list"]) == ("outer", [1, "é", {"a": []}])
    assert stack_of(state["dialogs"]) == [("inner", {"step": 2, "rate": 1.5, "ok": True, "none": None})]


class Colour(StrEnum):
    RED = "red"


class Text(str):
    __slots__ = ()


@pytest.mark.parametrize(
    "foreign",
    [
        object(), (1, 2), {1, 2}, b"x", Colour.RED, Text("x"), float("nan"), float("inf"), print, int,
        {1: "x"}, {"$": "DialogState"}, {"py/reduce": object()}, TurnContext, timedelta(1),
    ],
)  # fmt: skip
def test_what_is_not_on_the_list_is_not_stored(foreign: object) -> None:
    with pytest.raises(NotStorable):
        encode(DialogState([DialogInstance("d", {"value": foreign})]))


@pytest.mark.parametrize(
    "stored",
    [
        '{"$":"os.system","args":["id"]}',
        '{"$":"Activity"}',
        '{"$":["DialogState"]}',
        '{"$":"DialogState"}',
        '{"$":"DialogState","stack":"x"}',
        '{"$":"DialogState","stack":[{"id":"not an instance"}]}',
        '{"$":"DialogInstance","id":"x"}',
        "not json",
        "[" * 100_000,
    ],
)
def test_what_is_not_on_the_list_is_not_brought_to_life(stored: str) -> None:
    with pytest.raises(NotStorable):
        decode(stored)


def test_the_ways_of_pickles_are_plain_data() -> None:
    attack = {"py/reduce": [{"py/function": "os.system"}, {"py/tuple": ["false"]}]}
    assert decode(json.dumps(attack)) == attack


async def test_a_stale_write_is_refused(db: Database) -> None:
    storage = DialogStorage(db)
    await storage.write({"k": StateItem("first")})
    one, two = (await storage.read(["k"]))["k"], (await storage.read(["k"]))["k"]
    one.state, two.state = "one", "two"
    await storage.write({"k": one})
    with pytest.raises(Conflict):
        await storage.write({"k": two})
    with pytest.raises(Conflict):
        await storage.write({"k": StateItem("anew")})
    assert (await storage.read(["k", "other"]))["k"].state == "one"
    one.state = "one more"
    await storage.write({"k": one})
    await storage.delete(["k", "other"])
    assert await storage.read(["k"]) == {}


async def test_old_dialogs_are_forgotten(db: Database) -> None:
    await db.transact(dialog_states.save, "k", "1", None)
    assert await db.transact(dialog_states.purge, timedelta(hours=1)) == 0
    assert await db.transact(dialog_states.purge, timedelta(seconds=-1)) == 1


class Asking(Dialog):
    """Asks until somebody says `stop`."""

    async def begin_dialog(self, dialog_context: Any, options: object = None) -> DialogTurnResult:
        dialog_context.active_dialog.state["heard"] = []
        await dialog_context.context.send_activity("tell me")
        return Dialog.end_of_turn

    async def continue_dialog(self, dialog_context: Any) -> DialogTurnResult:
        text = dialog_context.context.activity.text
        if text == "fail":
            raise RuntimeError("broken dialog")
        if text == "stop":
            heard = " ".join(dialog_context.active_dialog.state["heard"])
            await dialog_context.context.send_activity(f"heard {heard}")
            return await dialog_context.end_dialog()
        dialog_context.active_dialog.state["heard"].append(text)
        return Dialog.end_of_turn


class Counting(DialogStorage):
    """Counts the trips to the database."""

    def __init__(self, db: Database) -> None:
        super().__init__(db)
        self.trips: list[str] = []

    async def read(self, keys: Any) -> Any:
        self.trips.append("read")
        return await super().read(keys)

    async def write(self, changes: Any) -> None:
        self.trips.append("write")
        await super().write(changes)

    async def delete(self, keys: Any) -> None:
        self.trips.append("delete")
        await super().delete(keys)


class Chat:
    """A bot whose conversation is one dialog, and people who talk to it."""

    def __init__(self, channel: Channel, db: Database) -> None:
        self.channel, self.db = channel, db
        self.storage = Counting(db)
        self.states = DialogStates(self.storage)
        self.dialogs = DialogSet(self.states)
        self.dialogs.add(Asking("asking"))

    async def reply(self, turn: Turn) -> None:
        if turn.text == "hi":
            return
        dialog = await self.dialogs.create_context(turn.context)
        if turn.text == "begin":
            await dialog.begin_dialog("asking")
        elif dialog.active_dialog is not None:
            await dialog.continue_dialog()

    async def says(self, *texts: str, person: str = ANA, conversation: Json | None = None) -> None:
        """Each text to a bot started anew, as after a restart."""
        for text in texts:
            fields = {"conversation": conversation} if conversation else {}
            async with running_bot(self.channel, Listener(self.reply), self.db) as bot:
                bot.boundary.states._storage = self.storage
                self.dialogs._dialog_state = bot.boundary.states
                reply = await bot.post(self.channel.activity(text, person=person, **fields))
                assert reply.status == 200


async def test_a_dialog_goes_on_after_restarts(db: Database) -> None:
    async with Channel() as channel:
        chat = Chat(channel, db)
        await chat.says("begin", "a", "b", "stop")
    assert channel.sent_texts() == ["tell me", "heard a b"]
    assert chat.storage.trips == ["read", "write", "read", "write", "read", "write", "read", "delete"]


async def test_turns_without_a_dialog_cost_nothing_or_one_read(db: Database) -> None:
    async with Channel() as channel:
        chat = Chat(channel, db)
        await chat.says("hi")
        assert chat.storage.trips == []
        await chat.says("something else")
        assert chat.storage.trips == ["read"]


async def test_people_in_one_thread_do_not_share_a_dialog(db: Database) -> None:
    thread = {"conversationType": "channel", "id": "19:t@thread.tacv2;messageid=1"}
    async with Channel() as channel:
        thread["tenantId"] = channel.activity()["conversation"]["tenantId"]
        chat = Chat(channel, db)
        await chat.says("begin", "mine", conversation=thread)
        await chat.says("not mine", "stop", person=BEN, conversation=thread)
        await chat.says("stop", conversation=thread)
    assert channel.sent_texts() == ["tell me", "heard mine"]


async def test_a_dialog_that_fails_is_dropped(db: Database) -> None:
    async with Channel() as channel:
        chat = Chat(channel, db)
        await chat.says("begin", "fail", "stop")
    assert len(channel.sent_texts()) == 2
    assert chat.storage.trips[-2:] == ["delete", "read"]


async def test_state_of_another_version_is_dropped(db: Database) -> None:
    async with Channel() as channel:
        chat = Chat(channel, db)
        key = f"{channel.activity()['conversation']['id']}/{ANA}"
        await db.transact(dialog_states.save, key, '{"$":"OldType"}', None)
        await chat.says("begin", "a", "stop")
    assert channel.sent_texts() == ["tell me", "heard a"]

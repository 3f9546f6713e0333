"""What we send to Teams: retried only when it helps, paced, bounded, with typed outcomes. Time is fake."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from bot.domain.errors import Unavailable
from bot.execution.ports import Blocked, Gone, NotInstalled, Retry
from bot.teams.connector import MAX_PAYLOAD_BYTES, Connector, Patience, encoded
from bot.teams.http import HttpClient
from bot.teams.outcomes import Failure, Rejected, Sent, failure_of, retry_after_seconds
from bot.teams.outgoing import card_message, text_message
from bot.teams.pacing import Pacer
from tests.support.teams_bot import BotTokens
from tests.support.teams_channel import TENANT, Canned, Channel

CHAT = "19:abc@thread.tacv2;messageid=17"


@dataclass
class FakeTime:
    """A clock that moves only when somebody sleeps."""

    now: float = 0.0
    slept: list[float] = field(default_factory=list)

    def clock(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(round(seconds, 3))
        self.now += seconds
        await asyncio.sleep(0)


@dataclass
class Bench:
    channel: Channel
    connector: Connector
    time: FakeTime

    async def send(self, text: str = "hi", chat: str = CHAT) -> object:
        return await self.connector.send(self.channel.service_url, chat, text_message(text))


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    http, time = HttpClient(), FakeTime()
    patience = Patience(clock=time.clock, sleep=time.sleep, jitter=lambda: 0.5)
    async with Channel() as channel:
        pacer = Pacer(clock=time.clock, sleep=time.sleep)
        yield Bench(channel, Connector(channel.config(), http, BotTokens(), pacer, patience), time)
        await http.close()


async def test_a_message_goes_to_the_conversation_with_our_token(bench: Bench) -> None:
    assert await bench.send("hello") == Sent("activity-1")
    (call,) = bench.channel.calls
    assert call.method == "POST"
    assert call.path == "/amer/v3/conversations/19%3Aabc%40thread.tacv2%3Bmessageid%3D17/activities"
    assert call.headers["authorization"] == "Bearer token-for-https://api.botframework.com/.default"
    assert call.body == {"type": "message", "text": "hello", "textFormat": "markdown"}


async def test_updates_and_deletes_name_the_activity(bench: Bench) -> None:
    url = bench.channel.service_url
    await bench.connector.update(url, CHAT, "1:2", card_message({"type": "AdaptiveCard"}))
    await bench.connector.delete(url, CHAT, "1:2")
    assert [(call.method, call.path.rpartition("/")[2]) for call in bench.channel.calls] == [
        ("PUT", "1%3A2"),
        ("DELETE", "1%3A2"),
    ]
    assert bench.channel.calls[0].body["id"] == "1:2"


async def test_a_chat_is_created_for_one_member_of_the_tenant(bench: Bench) -> None:
    bench.channel.canned.append(Canned(201, {"id": "a:new"}))
    assert await bench.connector.create_chat(bench.channel.service_url, "29:x", TENANT) == Sent("a:new")
    (call,) = bench.channel.calls
    assert call.path == "/amer/v3/conversations"
    assert call.body["members"] == [{"id": "29:x"}]
    assert (call.body["isGroup"], call.body["tenantId"]) == (False, TENANT)
    assert call.body["channelData"] == {"tenant": {"id": TENANT}}


@pytest.mark.parametrize("status", [412, 429, 502, 503, 504])
async def test_what_passes_is_tried_again(bench: Bench, status: int) -> None:
    bench.channel.canned += [Canned(status), Canned(status)]
    assert await bench.send() == Sent("activity-1")
    assert len(bench.channel.calls) == 3
    assert bench.time.slept == [0.3, 0.6]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 409, 413, 500, 501])
async def test_nothing_else_is_tried_again(bench: Bench, status: int) -> None:
    bench.channel.canned += [Canned(status), Canned(status)]
    assert not isinstance(await bench.send(), Sent)
    assert len(bench.channel.calls) == 1
    assert bench.time.slept == []


async def test_retry_after_is_honoured(bench: Bench) -> None:
    bench.channel.canned.append(Canned(429, headers={"Retry-After": "3"}))
    assert isinstance(await bench.send(), Sent)
    assert bench.time.slept == [3.0]


async def test_a_long_retry_after_is_handed_back_instead_of_waited_for(bench: Bench) -> None:
    bench.channel.canned.append(Canned(429, headers={"Retry-After": "120"}))
    outcome = await bench.send()
    assert isinstance(outcome, Retry)
    assert outcome.after == 120
    assert bench.time.slept == []


async def test_patience_ends(bench: Bench) -> None:
    bench.channel.canned += [Canned(503)] * 10
    assert isinstance(await bench.send(), Retry)
    assert len(bench.channel.calls) == 4


async def test_a_connector_that_is_down_is_tried_again_and_then_reported(bench: Bench) -> None:
    url = bench.channel.service_url
    await bench.channel.server.close()
    outcome = await bench.connector.send(url, CHAT, text_message("hi"))
    assert isinstance(outcome, Retry)
    assert bench.time.slept == [0.3, 0.6, 1.2]


async def test_a_post_whose_fate_is_unknown_is_not_repeated_on_the_spot(bench: Bench) -> None:
    async with _hanging_up() as (url, taken):
        outcome = await bench.connector.send(url, CHAT, text_message("hi"))
    assert isinstance(outcome, Retry)
    assert outcome.after >= 5
    assert taken == ["POST"]


async def test_an_update_whose_fate_is_unknown_is_repeated(bench: Bench) -> None:
    async with _hanging_up() as (url, taken):
        outcome = await bench.connector.update(url, CHAT, "1", text_message("hi"))
    assert isinstance(outcome, Retry)
    assert len(taken) >= 4


class _hanging_up:
    """A server that takes a request and closes the line."""

    async def __aenter__(self) -> tuple[str, list[str]]:
        self.taken: list[str] = []
        self.server = await asyncio.start_server(self._answer, "127.0.0.1", 0)
        port = self.server.sockets[0].getsockname()[1]
        return f"http://127.0.0.1:{port}/amer/", self.taken

    async def __aexit__(self, *unused: object) -> None:
        self.server.close()
        await self.server.wait_closed()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.taken.append((await reader.readline()).split()[0].decode())
        writer.close()


async def test_without_a_token_nothing_is_sent(bench: Bench) -> None:
    class NoTokens:
        async def token(self, scope: str) -> str:
            raise Unavailable("login is down")

    connector = Connector(bench.channel.config(), HttpClient(), NoTokens())
    outcome = await connector.send(bench.channel.service_url, CHAT, text_message("hi"))
    assert isinstance(outcome, Retry)
    assert not bench.channel.calls


async def test_our_token_never_goes_to_a_foreign_host(bench: Bench) -> None:
    outcome = await bench.connector.send("https://evil.example/amer/", CHAT, text_message("hi"))
    assert outcome == Rejected("service URL is not allowed")


async def test_a_redirect_is_not_followed(bench: Bench) -> None:
    bench.channel.canned.append(Canned(307, headers={"Location": "http://127.0.0.1:9/"}))
    assert isinstance(await bench.send(), Rejected)


async def test_eighty_kilobytes_is_the_end(bench: Bench) -> None:
    assert await bench.send("x" * MAX_PAYLOAD_BYTES) == Rejected("larger than Teams takes")
    assert not bench.channel.calls


def test_size_is_counted_in_utf_16() -> None:
    envelope = len(encoded(text_message("")) or b"")
    room = MAX_PAYLOAD_BYTES // 2 - envelope
    assert encoded(text_message("x" * room)) is not None
    assert encoded(text_message("x" * (room + 1))) is None
    assert encoded(text_message("\u4f60" * room)) is not None
    assert encoded(text_message("\U0001f4de" * (room // 2 + 1))) is None


def test_what_is_not_json_is_a_fault_of_ours() -> None:
    with pytest.raises(ValueError, match="JSON"):
        encoded({"value": float("nan")})
    with pytest.raises(TypeError):
        encoded({"value": {1, 2}})


async def test_seven_calls_a_second_then_the_longer_windows(bench: Bench) -> None:
    for _ in range(20):
        await bench.send()
    assert len(bench.channel.calls) == 20
    # 7 at once, the eighth after a second, the ninth after two: never more than 8 in any two seconds.
    assert bench.time.slept == [1.0, 1.0, 1.0, 1.0]


async def test_another_conversation_does_not_wait(bench: Bench) -> None:
    for number in range(20):
        await bench.send(chat=f"a:{number}")
    assert bench.time.slept == []


async def test_one_call_in_flight_per_conversation(bench: Bench) -> None:
    bench.channel.delay = 0.01
    await asyncio.gather(*(bench.send() for _ in range(5)))
    assert bench.channel.most_in_flight == 1
    await asyncio.gather(*(bench.send(chat=f"a:{number}") for number in range(5)))
    assert bench.channel.most_in_flight > 1


async def test_a_retry_keeps_the_order_of_a_conversation(bench: Bench) -> None:
    bench.channel.canned.append(Canned(429, headers={"Retry-After": "1"}))
    await asyncio.gather(bench.send("first"), bench.send("second"))
    assert bench.channel.sent_texts() == ["first", "first", "second"]


ERRORS: list[tuple[int, dict[str, Any], type[Failure]]] = [
    (403, {"error": {"code": "ConversationBlockedByUser"}}, Blocked),
    (403, {"error": {"code": "Forbidden", "innerHttpError": {"code": "MessageWritesBlocked"}}}, Blocked),
    (403, {"error": {"code": "x"}, "subCode": "MessageWritesBlocked"}, Blocked),
    (403, {"error": {"code": "BotNotInConversationRoster"}}, NotInstalled),
    (403, {"error": {"code": "ForbiddenOperationException"}}, NotInstalled),
    (403, {"error": {"code": "BotDisabledByAdmin"}}, Rejected),
    (403, {"error": {"code": "NotEnoughPermissions"}}, Rejected),
    (403, {"error": {"code": "InvalidBotApiHost"}}, Rejected),
    (403, {}, Rejected),
    (404, {"error": {"code": "ConversationNotFound"}}, Gone),
    (404, {"error": {"code": "ActivityNotFoundInConversation"}}, Gone),
    (400, {"error": {"code": "BadArgument"}}, Rejected),
    (401, {"error": {"code": "BotNotRegistered"}}, Retry),
    (413, {"error": {"code": "MessageSizeTooBig"}}, Rejected),
    (429, {}, Retry),
    (500, {"error": "text"}, Retry),
    (403, {"error": ["odd"], "errorCode": 7}, Rejected),
]


@pytest.mark.parametrize(("status", "body", "kind"), ERRORS)
def test_errors_have_one_meaning(status: int, body: dict[str, Any], kind: type[Failure]) -> None:
    assert type(failure_of(status, body, 1.0)) is kind


@pytest.mark.parametrize(
    ("header", "seconds"),
    [(None, None), ("", None), ("3", 3.0), ("0.5", 0.5), ("-4", 0.0), ("soon", None), ("99999", 3600.0),
     ("nan", None), ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0)],
)  # fmt: skip
def test_retry_after_in_all_its_forms(header: str | None, seconds: float | None) -> None:
    assert retry_after_seconds(header) == seconds

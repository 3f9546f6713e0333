"""Whoever is not Teams, or not ours, is refused with 4xx, reaches no conversation and causes no 5xx."""

from __future__ import annotations

import base64
import gzip
import hmac
import json
import time
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding

from bot.audit.chain import seal
from bot.store.database import Database, open_database
from tests.support.databases import SqliteFiles
from tests.support.teams_bot import Listener, RunningBot, running_bot
from tests.support.teams_channel import FIRST_KEY, FOREIGN_KEY, WEBCHAT_KEY, Channel

JSON = {"Content-Type": "application/json"}


@pytest.fixture
def store(sqlite_files: SqliteFiles) -> Iterator[Database]:
    database = open_database(sqlite_files.url(), seal)
    yield database
    database.close_now()


@pytest.fixture
def listener() -> Listener:
    return Listener()


@pytest.fixture
async def bot(store: Database, listener: Listener) -> AsyncIterator[RunningBot]:
    async with Channel() as channel, running_bot(channel, listener, store) as running:
        yield running


def bearer(bot: RunningBot) -> dict[str, str]:
    return {**JSON, "Authorization": f"Bearer {bot.channel.token()}"}


async def test_a_good_activity_is_answered(bot: RunningBot, listener: Listener) -> None:
    reply = await bot.post(bot.channel.activity("hi"))
    assert reply.status == 200
    assert [turn.text for turn in listener.turns] == ["hi"]
    assert bot.channel.sent_texts() == ["you said: hi"]


Token = Callable[[Channel], str | None]

BAD_TOKENS: dict[str, Token] = {
    "none": lambda c: None,
    "garbage": lambda c: "not.a.token",
    "one word": lambda c: "garbage",
    "deeply nested header": lambda c: "W1tb" * 1400 + ".e30.x",
    "expired": lambda c: c.token(exp=int(time.time()) - 301),
    "not yet valid": lambda c: c.token(nbf=int(time.time()) + 400),
    "no expiry": lambda c: c.token(exp=None),
    "expiry that is no number": lambda c: unchecked(c, exp="tomorrow"),
    "infinite expiry": lambda c: unchecked(c, exp=float("inf")),
    "signed by somebody else": lambda c: c.token(FOREIGN_KEY),
    "spoilt signature": lambda c: c.token()[:-8] + "AAAAAAAA",
    "unknown kid": lambda c: c.token(kid="nobody-knows"),
    "no kid": lambda c: c.token(kid=None),
    "RS384": lambda c: c.token(alg="RS384"),
    "unsigned": lambda c: unsigned(c),
    "signed with the published key as a secret": lambda c: confused(c),
    "foreign issuer": lambda c: c.token(iss="https://sts.windows.net/x/"),
    "no issuer": lambda c: c.token(iss=None),
    "another bot's": lambda c: c.token(aud="11111111-0000-0000-0000-000000000000"),
    "no audience": lambda c: c.token(aud=None),
    "another service URL": lambda c: c.token(serviceurl="https://smba.trafficmanager.net/emea/"),
    "service URL without its slash": lambda c: c.token(serviceurl=c.service_url.rstrip("/")),
    "no service URL": lambda c: c.token(serviceurl=None),
    "key endorsed for another channel": lambda c: c.token(WEBCHAT_KEY),
}


def unsigned(channel: Channel) -> str:
    claims = jwt.decode(channel.token(), options={"verify_signature": False})
    return jwt.encode(claims, None, algorithm="none", headers={"kid": FIRST_KEY.kid})


def unchecked(channel: Channel, **claims: object) -> str:
    """A signed token with claims PyJWT would not write."""
    parts = channel.token().split(".")
    payload = json.loads(base64.urlsafe_b64decode(parts[1] + "==")) | claims
    signing_input = f"{parts[0]}.{base64url(json.dumps(payload).encode())}"
    signature = FIRST_KEY.private.sign(signing_input.encode(), padding.PKCS1v15(), hashes.SHA256())
    return f"{signing_input}.{base64url(signature)}"


def confused(channel: Channel) -> str:
    """HS256 over the public key, which a careless validator takes for its secret."""
    head = base64url(b'{"alg":"HS256","kid":"first"}')
    payload = channel.token().split(".")[1]
    public = FIRST_KEY.private.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    signature = hmac.digest(public, f"{head}.{payload}".encode(), "sha256")
    return f"{head}.{payload}.{base64url(signature)}"


def base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@pytest.mark.parametrize("make", BAD_TOKENS.values(), ids=BAD_TOKENS.keys())
async def test_bad_tokens_are_401(bot: RunningBot, listener: Listener, make: Token) -> None:
    reply = await bot.post(bot.channel.activity(), token=make(bot.channel))
    assert reply.status == 401
    assert not listener.called
    assert not bot.channel.calls


@pytest.mark.parametrize(
    "authorization", ["", "Bearer", "Bearer ", "Basic abc", "Bearer \xff\xfe", "bearer x y"]
)
async def test_bad_authorization_headers_are_401(
    bot: RunningBot, listener: Listener, authorization: str
) -> None:
    reply = await bot.raw(b"{}", {**JSON, "Authorization": authorization})
    assert reply.status in (400, 401)
    assert not listener.called


Change = Callable[[Channel], dict[str, Any]]

FOREIGNERS: dict[str, tuple[int, Change]] = {
    "another tenant": (403, lambda c: tenants("9" * 36, "9" * 36)),
    "tenants that disagree": (403, lambda c: tenants("9" * 36, None)),
    "no tenant": (403, lambda c: tenants("", "")),
    "no person": (403, lambda c: {"from": {"id": "29:x", "name": "Bot"}}),
    "another channel": (401, lambda c: {"channelId": "webchat"}),
    "no channel": (400, lambda c: {"channelId": None}),
    "no service URL": (400, lambda c: {"serviceUrl": None}),
    "service URL of another type": (400, lambda c: {"serviceUrl": {"a": 1}}),
    "no type": (400, lambda c: {"type": None}),
    "no id": (400, lambda c: {"id": None}),
    "id with a line break": (400, lambda c: {"id": "a\nb"}),
    "id with half a character": (400, lambda c: {"id": "a\ud800 b"}),
    "endless id": (400, lambda c: {"id": "a" * 129}),
    "endless card": (400, lambda c: {"replyToId": "a" * 129}),
    "card with a line break": (400, lambda c: {"replyToId": "a\nb"}),
    "endless recipient": (400, lambda c: {"recipient": {"id": "28:" + "a" * 256}}),
    "no conversation": (400, lambda c: {"conversation": None, "channelData": c.activity()["channelData"]}),
    "conversation that is a list": (400, lambda c: {"conversation": []}),
    "conversation of an unknown kind": (400, lambda c: conversation(c, conversationType="party")),
    "no sender": (400, lambda c: {"from": None}),
    "sender without an id": (400, lambda c: {"from": {"aadObjectId": "x"}}),
}


def tenants(in_data: str, in_conversation: str | None) -> dict[str, Any]:
    changed: dict[str, Any] = {"channelData": {"tenant": {"id": in_data}}}
    if in_conversation is not None:
        changed["conversation"] = {"id": "a:1", "conversationType": "personal", "tenantId": in_conversation}
    return changed


def conversation(channel: Channel, **changes: str) -> dict[str, Any]:
    return {"conversation": channel.activity()["conversation"] | changes}


@pytest.mark.parametrize(("status", "change"), FOREIGNERS.values(), ids=FOREIGNERS.keys())
async def test_activities_that_are_not_ours(
    bot: RunningBot, listener: Listener, status: int, change: Change
) -> None:
    reply = await bot.post(bot.channel.activity(**change(bot.channel)))
    assert reply.status == status
    assert not listener.called
    assert not bot.channel.calls


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/amer/",
        "https://smba.trafficmanager.net.evil.example/",
        "https://smba.trafficmanager.net@evil.example/",
        "http://smba.trafficmanager.net/amer/",
        "https://smba.trafficmanager.net:8443/amer/",
        "https://[::1/",
        "ftp://127.0.0.1/",
        "//smba.trafficmanager.net/",
    ],
)
async def test_foreign_service_urls_are_403_even_with_a_token_for_them(
    bot: RunningBot, listener: Listener, url: str
) -> None:
    reply = await bot.post(bot.channel.activity(serviceUrl=url), token=bot.channel.token(serviceurl=url))
    assert reply.status == 403
    assert not listener.called


async def test_an_endorsed_but_unwanted_channel_is_403(bot: RunningBot, listener: Listener) -> None:
    reply = await bot.post(bot.channel.activity(channelId="webchat"), token=bot.channel.token(WEBCHAT_KEY))
    assert reply.status == 403
    assert not listener.called


BODIES: dict[str, tuple[int, bytes]] = {
    "empty": (400, b""),
    "not JSON": (400, b"hello"),
    "a list": (400, b'[{"type":"message"}]'),
    "a string": (400, b'"message"'),
    "null": (400, b"null"),
    "not UTF-8": (400, b'{"type":"\xff"}'),
    "NaN": (400, b'{"type":"message","value":NaN}'),
    "infinite": (400, b'{"type":"message","value":1e999}'),
    "a huge integer": (400, b'{"value":' + b"9" * 5000 + b"}"),
    "deeply nested": (400, b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}"),
    "oversized": (413, b'{"text":"' + b"x" * 256 * 1024 + b'"}'),
}


@pytest.mark.parametrize(("status", "body"), BODIES.values(), ids=BODIES.keys())
async def test_bodies_that_are_no_activity(
    bot: RunningBot, listener: Listener, status: int, body: bytes
) -> None:
    reply = await bot.raw(body, bearer(bot))
    assert reply.status == status
    assert not listener.called


async def test_an_oversized_body_without_a_length_is_413(bot: RunningBot) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(40):
            yield b"x" * 8192

    assert (await bot.raw(endless(), bearer(bot))).status == 413


@pytest.mark.parametrize(
    ("encoding", "body"),
    [("gzip", b"this is not gzip"), ("gzip", b"\x1f\x8b\x08\x00"), ("deflate", b"xxx"), ("br", b"xxx")],
)
async def test_a_body_that_cannot_be_unpacked_is_400(bot: RunningBot, encoding: str, body: bytes) -> None:
    reply = await bot.raw(body, {**bearer(bot), "Content-Encoding": encoding})
    assert reply.status == 400


async def test_a_packed_bomb_is_413(bot: RunningBot) -> None:
    bomb = gzip.compress(b"x" * 50 * 1024 * 1024)
    reply = await bot.raw(bomb, {**bearer(bot), "Content-Encoding": "gzip"})
    assert reply.status == 413


@pytest.mark.parametrize("content_type", [None, "", "text/plain", "application/xml", "nonsense"])
async def test_other_content_types_are_400(
    bot: RunningBot, listener: Listener, content_type: str | None
) -> None:
    headers = {"Authorization": f"Bearer {bot.channel.token()}"}
    if content_type is not None:
        headers["Content-Type"] = content_type
    reply = await bot.raw(b"{}", headers)
    assert reply.status == 400
    assert not listener.called


async def test_nobody_is_let_in_by_an_empty_list(store: Database, listener: Listener) -> None:
    async with Channel() as channel:
        config = channel.config(tenants=frozenset())
        async with running_bot(channel, listener, store, config) as bot:
            assert (await bot.post(channel.activity())).status == 403
    assert not listener.called


async def test_other_methods_are_refused_and_probes_answered(bot: RunningBot) -> None:
    assert (await bot.http.head(bot.url)).status == 200
    for method in ("GET", "PUT", "DELETE"):
        assert (await bot.http.request(method, bot.url)).status == 405
    assert (await bot.http.get(bot.url.replace("/api/messages", "/healthz"))).status == 200
    assert (await bot.http.get(bot.url.replace("/api/messages", "/readyz"))).status == 200


async def test_the_same_token_again_is_checked_against_everything_that_can_change(bot: RunningBot) -> None:
    token = bot.channel.token()
    assert (await bot.post(bot.channel.activity(), token=token)).status == 200
    other = bot.channel.activity(serviceUrl=bot.channel.service_url + "x/")
    assert (await bot.post(other, token=token)).status == 401
    webchat = bot.channel.activity(channelId="webchat")
    assert (await bot.post(webchat, token=token)).status == 401

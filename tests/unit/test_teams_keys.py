"""Keys of the channel: rotation is picked up, old keys survive a failed refresh, invented ids are cheap."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from bot.teams.guard import Refused
from bot.teams.http import HttpClient
from bot.teams.keys import SigningKeys
from bot.teams.tokens import TokenValidator
from tests.support.teams_channel import FIRST_KEY, Channel, Key

DAY = 24 * 3600.0
SECOND_KEY = Key("second")


@dataclass
class Gate:
    """A token validator on a clock that tests push."""

    channel: Channel
    keys: SigningKeys
    tokens: TokenValidator
    now: float = 1000.0

    async def admits(self, token: str) -> bool:
        try:
            await self.tokens.check(f"Bearer {token}", self.channel.service_url, "msteams")
        except Refused as refusal:
            return refusal.status != 401
        return True


@pytest.fixture
async def gate() -> AsyncIterator[Gate]:
    http = HttpClient()
    async with Channel() as channel:
        config = channel.config()
        keys = SigningKeys(http, config.openid_metadata_url, clock=lambda: gate.now)
        gate = Gate(channel, keys, TokenValidator(config, keys))
        yield gate
        await keys.close()
        await http.close()


async def test_many_first_requests_fetch_the_keys_once(gate: Gate) -> None:
    token = gate.channel.token()
    assert all(await asyncio.gather(*(gate.admits(token) for _ in range(20))))
    assert gate.channel.key_fetches == 1


async def test_a_new_key_is_picked_up_by_the_first_token_it_signs(gate: Gate) -> None:
    await gate.keys.warm()
    gate.now += 61
    gate.channel.keys.append(SECOND_KEY)
    assert await gate.admits(gate.channel.token(SECOND_KEY))
    assert gate.channel.key_fetches == 2


async def test_invented_key_ids_cause_one_fetch_a_minute(gate: Gate) -> None:
    await gate.keys.warm()
    gate.now += 61
    for number in range(30):
        assert not await gate.admits(gate.channel.token(kid=f"invented-{number}"))
    assert gate.channel.key_fetches == 2
    gate.now += 61
    gate.channel.keys.append(SECOND_KEY)
    assert await gate.admits(gate.channel.token(SECOND_KEY))
    assert gate.channel.key_fetches == 3


async def test_old_keys_serve_while_the_daily_refresh_fails(gate: Gate) -> None:
    token = gate.channel.token()
    assert await gate.admits(token)
    gate.channel.keys_down = True
    gate.now += DAY + 1
    assert await gate.admits(token)
    await gate.keys.warm()
    assert gate.keys.peek(FIRST_KEY.kid) is None
    assert await gate.admits(token)
    gate.channel.keys_down = False
    gate.now += 61
    assert await gate.admits(token)
    await gate.keys.warm()
    assert gate.keys.peek(FIRST_KEY.kid) is not None


async def test_a_withdrawn_key_ends_the_tokens_it_signed(gate: Gate) -> None:
    token = gate.channel.token()
    assert await gate.admits(token)
    gate.channel.keys = [SECOND_KEY]
    gate.now += 61
    assert await gate.admits(gate.channel.token(SECOND_KEY))
    assert not await gate.admits(token)


async def test_a_replaced_key_of_the_same_id_ends_the_tokens_of_the_old_one(gate: Gate) -> None:
    token = gate.channel.token()
    assert await gate.admits(token)
    replacement = Key(FIRST_KEY.kid)
    gate.channel.keys = [replacement, SECOND_KEY]
    gate.now += 61
    assert await gate.admits(gate.channel.token(SECOND_KEY))
    assert not await gate.admits(token)
    assert await gate.admits(gate.channel.token(replacement))


async def test_without_any_key_everything_is_refused_until_the_server_is_back(gate: Gate) -> None:
    gate.channel.keys_down = True
    token = gate.channel.token()
    assert not await gate.admits(token)
    gate.channel.keys_down = False
    gate.now += 3
    assert await gate.admits(token)


@pytest.mark.parametrize(
    "published",
    [
        [],
        [{"kty": "EC", "kid": "first"}],
        [{"kty": "RSA", "kid": "first", "n": "!", "e": "!", "endorsements": []}],
    ],
)
async def test_an_unusable_key_set_does_not_replace_the_good_one(
    gate: Gate, published: list[dict[str, object]]
) -> None:
    token = gate.channel.token()
    assert await gate.admits(token)
    gate.channel.keys = [_Raw(entry) for entry in published]  # type: ignore[misc]
    gate.now += 61
    assert not await gate.admits(gate.channel.token(SECOND_KEY))
    assert await gate.admits(token)


@dataclass
class _Raw:
    entry: dict[str, object]

    def published(self) -> dict[str, object]:
        return self.entry


async def test_a_remembered_token_still_expires(gate: Gate) -> None:
    wall = [time.time()]
    tokens = TokenValidator(gate.channel.config(), gate.keys, wall_clock=lambda: wall[0])
    authorization = f"Bearer {gate.channel.token(exp=int(wall[0]) + 10)}"
    await tokens.check(authorization, gate.channel.service_url, "msteams")
    wall[0] += 305
    await tokens.check(authorization, gate.channel.service_url, "msteams")
    wall[0] += 6
    with pytest.raises(Refused, match="expired"):
        await tokens.check(authorization, gate.channel.service_url, "msteams")

"""The token issuer, over HTTP, judged by PyJWT as a bot or a service would."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import jwt
import pytest

from bot.sandbox.channel_tokens import Defect
from bot.sandbox.identity import TokenEmpty, TokenExpired, TokenInvalid, WrongAudience
from bot.sandbox.server import APP_ID, APP_PASSWORD, NotLoopback, SandboxServer

GRAPH = "https://graph.microsoft.com"
CONNECTOR = "https://api.botframework.com"


@pytest.fixture
async def sandbox() -> AsyncIterator[SandboxServer]:
    async with SandboxServer() as server:
        yield server


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


def form(**changes: str) -> dict[str, str]:
    return {
        "grant_type": "client_credentials",
        "client_id": APP_ID,
        "client_secret": APP_PASSWORD,
        "scope": f"{GRAPH}/.default",
    } | changes


async def ask(http: aiohttp.ClientSession, sandbox: SandboxServer, tenant: str = "", **changes: str) -> Any:
    url = f"{sandbox.authority}/{tenant or sandbox.tenant.id}/oauth2/v2.0/token"
    async with http.post(url, data=form(**changes)) as answer:
        return answer.status, await answer.json()


async def channel_token(http: aiohttp.ClientSession, sandbox: SandboxServer, *defects: Defect) -> str:
    wish = {"kind": "channel", "service_url": sandbox.service_url, "defects": list(defects)}
    async with http.post(f"{sandbox.url}/sandbox/token", json=wish) as answer:
        assert answer.status == 200
        return str((await answer.json())["token"])


async def published(http: aiohttp.ClientSession, sandbox: SandboxServer) -> dict[str, Any]:
    async with http.get(sandbox.openid_metadata_url) as answer:
        metadata = await answer.json()
    async with http.get(metadata["jwks_uri"]) as answer:
        return {key["kid"]: key for key in (await answer.json())["keys"]}


def checked(token: str, keys: dict[str, Any], service_url: str) -> dict[str, Any]:
    """A bot's check of a channel token; raises for whatever is wrong with it."""
    header = jwt.get_unverified_header(token)
    key = keys[header["kid"]]
    claims: dict[str, Any] = jwt.decode(
        token,
        jwt.PyJWK(key).key,
        algorithms=["RS256"],
        audience=APP_ID,
        issuer=CONNECTOR,
        options={"require": ["exp", "iss", "aud"]},
    )
    if "msteams" not in key["endorsements"] or claims["serviceurl"] != service_url:
        raise PermissionError
    return claims


async def test_grants_a_graph_token_with_the_apps_roles(http, sandbox) -> None:
    status, answer = await ask(http, sandbox)
    assert (status, answer["token_type"], answer["expires_in"]) == (200, "Bearer", 3599)
    claims = sandbox.identity.verify_graph_token(answer["access_token"])
    assert (claims.app_id, claims.tenant_id) == (APP_ID, sandbox.tenant.id)
    assert "TeamsTelephoneNumber.ReadWrite.All" in claims.roles


async def test_roles_are_those_at_the_time_of_issue(http, sandbox) -> None:
    async with http.put(f"{sandbox.url}/sandbox/identity/roles", json={"roles": ["User.Read.All"]}) as answer:
        assert answer.status == 200
    _, answer = await ask(http, sandbox)
    assert sandbox.identity.verify_graph_token(answer["access_token"]).roles == ("User.Read.All",)


async def test_a_connector_token_is_none_for_graph(http, sandbox) -> None:
    _, answer = await ask(http, sandbox, scope=f"{CONNECTOR}/.default")
    token = answer["access_token"]
    assert sandbox.identity.verify_connector_token(token).app_id == APP_ID
    with pytest.raises(WrongAudience, match="Invalid audience"):
        sandbox.identity.verify_graph_token(token)


@pytest.mark.parametrize(
    ("changes", "status", "number"),
    [
        ({"client_secret": "wrong"}, 401, 7000215),
        ({"client_id": "somebody-else"}, 400, 700016),
        ({"grant_type": "password"}, 400, 70003),
        ({"scope": "User.Read"}, 400, 70011),
        ({"tenant": "fabrikam"}, 400, 90002),
    ],
)
async def test_refuses_as_entra_does(http, sandbox, changes, status, number) -> None:
    answered, body = await ask(http, sandbox, **changes)
    assert answered == status
    assert body["error_codes"] == [number]
    assert body["error_description"].startswith(f"AADSTS{number}: ")


async def test_graph_tokens_are_judged_with_the_three_texts(sandbox) -> None:
    identity = sandbox.identity
    with pytest.raises(TokenEmpty, match=r"^Access token is empty\.$"):
        identity.verify_graph_token("")
    with pytest.raises(TokenExpired, match=r"^Access token has expired or is not yet valid\.$"):
        identity.verify_graph_token(identity.app_token(GRAPH, life=-1))
    with pytest.raises(TokenInvalid):
        identity.verify_graph_token(identity.app_token(GRAPH)[:-8] + "AAAAAAAA")
    with pytest.raises(TokenInvalid):
        identity.verify_graph_token("garbage")


async def test_a_channel_token_passes_every_check(http, sandbox) -> None:
    token = await channel_token(http, sandbox)
    claims = checked(token, await published(http, sandbox), sandbox.service_url)
    assert claims["exp"] - claims["nbf"] == 3600


@pytest.mark.parametrize(
    ("defect", "error"),
    [
        (Defect.EXPIRED, jwt.ExpiredSignatureError),
        (Defect.NOT_YET_VALID, jwt.ImmatureSignatureError),
        (Defect.FOREIGN_ISSUER, jwt.InvalidIssuerError),
        (Defect.NO_ISSUER, jwt.MissingRequiredClaimError),
        (Defect.WRONG_AUDIENCE, jwt.InvalidAudienceError),
        (Defect.WRONG_SERVICE_URL, PermissionError),
        (Defect.TRAILING_SLASH, PermissionError),
        (Defect.NO_SERVICE_URL, KeyError),
        (Defect.UNKNOWN_KID, KeyError),
        (Defect.NO_KID, KeyError),
        (Defect.BAD_SIGNATURE, jwt.InvalidSignatureError),
        (Defect.UNENDORSED, PermissionError),
        (Defect.ALG_RS384, jwt.InvalidAlgorithmError),
        (Defect.ALG_HS256, jwt.InvalidAlgorithmError),
        (Defect.ALG_NONE, jwt.InvalidAlgorithmError),
        (Defect.GARBAGE, jwt.DecodeError),
    ],
)
async def test_every_defect_is_the_one_thing_wrong(http, sandbox, defect, error) -> None:
    token = await channel_token(http, sandbox, defect)
    keys = await published(http, sandbox)
    with pytest.raises(error):
        checked(token, keys, sandbox.service_url)


async def test_the_hmac_of_a_confusion_attack_is_a_correct_one(http, sandbox) -> None:
    """Otherwise a validator that falls for it would refuse it by accident."""
    token = await channel_token(http, sandbox, Defect.ALG_HS256)
    pem = sandbox.identity.channel.keys.current.public_pem
    head, body, signature = token.split(".")
    algorithm = jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256)
    assert algorithm.verify(f"{head}.{body}".encode(), pem, jwt.utils.base64url_decode(signature))


async def test_a_rotated_key_is_published_beside_the_old_one_until_that_is_retired(http, sandbox) -> None:
    old = await channel_token(http, sandbox)
    async with http.post(f"{sandbox.url}/sandbox/identity/rotate") as answer:
        assert answer.status == 200
    new = await channel_token(http, sandbox)
    keys = await published(http, sandbox)
    assert checked(old, keys, sandbox.service_url)
    assert checked(new, keys, sandbox.service_url)
    url = f"{sandbox.url}/sandbox/identity/rotate"
    async with http.post(url, json={"retire_older": True}) as answer:
        state = await answer.json()
    assert state["key_fetches"] == 1
    with pytest.raises(KeyError):
        checked(new, await published(http, sandbox), sandbox.service_url)


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.7", "::", "sandbox.contoso.com"])
def test_listens_on_loopback_only(host) -> None:
    with pytest.raises(NotLoopback):
        SandboxServer(host)

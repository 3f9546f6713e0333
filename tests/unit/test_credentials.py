"""Tokens: one request for many waiters, renewed in time, and failures that say what to set."""

from __future__ import annotations

import asyncio
import base64
import hashlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest
import requests
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from bot.credentials import (
    GRAPH_SCOPE,
    Credentials,
    Token,
    client_certificate,
    client_secret,
    loopback_client_credentials,
    managed_identity,
)
from bot.domain.errors import Misconfigured, Unavailable

ENTRA = "https://login.microsoftonline.com"
TENANT = "6d9c1f0e-1111-4222-8333-0123456789ab"
CLIENT = "aaaaaaaa-1111-4222-8333-0123456789ab"


@dataclass
class Issuer:
    """Counts what it is asked for, and answers only when it is let."""

    lifetime: float = 3600
    asked: int = 0
    open: asyncio.Event = field(default_factory=asyncio.Event)
    failure: Exception | None = None

    async def acquire(self, scope: str) -> Token:
        self.asked += 1
        serial = self.asked
        await self.open.wait()
        if self.failure:
            raise self.failure
        return Token(f"{scope}-{serial}", self.lifetime)


@dataclass
class Clock:
    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_ten_turns_one_request() -> None:
    issuer = Issuer()
    credentials = Credentials(issuer.acquire)
    waiting = [asyncio.create_task(credentials.token("s")) for _ in range(10)]
    other = asyncio.create_task(credentials.token("t"))
    await settle()
    waiting[0].cancel()
    issuer.open.set()
    assert set(await asyncio.gather(*waiting[1:])) == {"s-1"}
    assert await other == "t-2"
    assert await credentials.token("s") == "s-1"
    assert issuer.asked == 2


async def test_renewed_in_the_background_before_it_expires() -> None:
    issuer, clock = Issuer(), Clock()
    issuer.open.set()
    credentials = Credentials(issuer.acquire, clock=clock)
    await credentials.token("s")
    clock.now += 3600 - 301
    assert await credentials.token("s") == "s-1"
    await settle()
    assert issuer.asked == 1
    clock.now += 2
    assert await credentials.token("s") == "s-1"
    await settle()
    assert await credentials.token("s") == "s-2"
    assert issuer.asked == 2


async def test_old_token_serves_while_renewal_fails_then_the_failure_shows() -> None:
    issuer, clock = Issuer(), Clock()
    issuer.open.set()
    credentials = Credentials(issuer.acquire, clock=clock)
    await credentials.token("s")
    issuer.failure = Unavailable("down")
    clock.now += 3600 - 200
    for _ in range(3):
        assert await credentials.token("s") == "s-1"
        await settle()
    assert issuer.asked == 2
    clock.now += 31
    assert await credentials.token("s") == "s-1"
    await settle()
    assert issuer.asked == 3
    clock.now += 120
    with pytest.raises(Unavailable):
        await credentials.token("s")
    issuer.failure = None
    assert await credentials.token("s") == "s-5"


async def test_refused_token_is_replaced_once() -> None:
    issuer = Issuer()
    issuer.open.set()
    credentials = Credentials(issuer.acquire)
    first = await credentials.token("s")
    fresh = await asyncio.gather(*(credentials.token("s", refused=first) for _ in range(5)))
    assert set(fresh) == {"s-2"}
    assert await credentials.token("s", refused=first) == "s-2"


async def test_failure_reaches_every_waiter_and_is_not_kept() -> None:
    issuer = Issuer(failure=Misconfigured("no"))
    issuer.open.set()
    credentials = Credentials(issuer.acquire)
    results = await asyncio.gather(*(credentials.token("s") for _ in range(3)), return_exceptions=True)
    assert [type(each) for each in results] == [Misconfigured] * 3
    issuer.failure = None
    assert await credentials.token("s") == "s-2"


# --- real HTTP -------------------------------------------------------------------------------------------

Answer = Callable[[dict[str, str]], web.Response]


def granted(form: dict[str, str]) -> web.Response:
    return web.json_response({"access_token": "granted", "expires_in": 3599, "token_type": "Bearer"})


def refused(form: dict[str, str]) -> web.Response:
    told = "AADSTS7000215: Invalid client secret provided.\r\nTrace ID: 1\r\nCorrelation ID: 2"
    return web.json_response({"error": "invalid_client", "error_description": told}, status=401)


@dataclass
class Authority:
    url: str = ""
    forms: list[dict[str, str]] = field(default_factory=list)
    queries: list[dict[str, str]] = field(default_factory=list)
    answer: Answer = granted
    discovery: int = 200

    async def token(self, request: web.Request) -> web.Response:
        self.forms.append({name: str(value) for name, value in (await request.post()).items()})
        return self.answer(self.forms[-1])

    async def configuration(self, request: web.Request) -> web.Response:
        base = f"{ENTRA}/{TENANT}"
        found = {
            "issuer": f"{base}/v2.0",
            "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
            "token_endpoint": f"{base}/oauth2/v2.0/token",
        }
        if self.discovery != 200:
            return web.json_response({"error": "invalid_tenant"}, status=self.discovery)
        return web.json_response(found)

    async def identity(self, request: web.Request) -> web.Response:
        self.queries.append(dict(request.query))
        return web.json_response({"access_token": "of the host", "expires_on": "4102444800"})


class OnLoopback(requests.Session):
    """Sends what is meant for Entra to the authority of the test."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = url

    def request(self, method: str | bytes, url: str | bytes, *args: Any, **kwargs: Any) -> requests.Response:
        return super().request(method, str(url).replace(ENTRA, self._url), *args, **kwargs)


@pytest.fixture
async def authority() -> AsyncIterator[Authority]:
    found = Authority()
    app = web.Application()
    app.router.add_post("/{tenant}/oauth2/v2.0/token", found.token)
    app.router.add_get("/{tenant}/v2.0/.well-known/openid-configuration", found.configuration)
    app.router.add_get("/msi/token", found.identity)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    found.url = f"http://{host}:{port}"
    yield found
    await runner.cleanup()


async def test_secret_through_msal_on_every_request(authority: Authority) -> None:
    with OnLoopback(authority.url) as session:
        acquire = client_secret(ENTRA, TENANT, CLIENT, "s3cret", http_client=session)
        token = await acquire(GRAPH_SCOPE)
        assert (token.value, token.lifetime) == ("granted", 3599)
        # MSAL's own cache would keep handing out a token that was refused.
        await acquire(GRAPH_SCOPE)
    form = authority.forms[-1]
    assert len(authority.forms) == 2
    assert (form["grant_type"], form["client_secret"], form["client_id"]) == (
        "client_credentials",
        "s3cret",
        CLIENT,
    )
    assert GRAPH_SCOPE in form["scope"]


async def test_refusal_is_one_line_without_the_secret(authority: Authority) -> None:
    authority.answer = refused
    with OnLoopback(authority.url) as session:
        acquire = client_secret(ENTRA, TENANT, CLIENT, "s3cret", http_client=session)
        with pytest.raises(Misconfigured, match=r"AADSTS7000215.*check MicrosoftAppPassword") as caught:
            await acquire(GRAPH_SCOPE)
    assert "\n" not in str(caught.value)
    assert "s3cret" not in repr(caught.value)


async def test_outage_of_the_authority_is_not_a_misconfiguration(authority: Authority) -> None:
    authority.answer = lambda form: web.Response(status=503, text="busy")
    with OnLoopback(authority.url) as session:
        acquire = client_secret(ENTRA, TENANT, CLIENT, "s3cret", http_client=session)
        with pytest.raises(Unavailable):
            await acquire(GRAPH_SCOPE)
    with OnLoopback("http://127.0.0.1:1") as session:
        acquire = client_secret(ENTRA, TENANT, CLIENT, "s3cret", http_client=session)
        with pytest.raises(Unavailable):
            await acquire(GRAPH_SCOPE)


async def test_unknown_tenant_is_a_misconfiguration(authority: Authority) -> None:
    authority.discovery = 400
    with OnLoopback(authority.url) as session:
        acquire = client_secret(ENTRA, TENANT, CLIENT, "s3cret", http_client=session)
        with pytest.raises(Misconfigured) as caught:
            await acquire(GRAPH_SCOPE)
    assert "\n" not in str(caught.value)


@dataclass
class Pair:
    key: str
    certificate: str
    public: Any
    digest: str


@pytest.fixture(scope="module")
def pair() -> Pair:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "switchboard")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    der = certificate.public_bytes(serialization.Encoding.DER)
    digest = base64.urlsafe_b64encode(hashlib.sha256(der).digest()).rstrip(b"=").decode()
    pem = certificate.public_bytes(serialization.Encoding.PEM).decode()
    return Pair(private.decode(), pem, key.public_key(), digest)


async def test_certificate_signs_the_assertion(authority: Authority, pair: Pair, tmp_path: Path) -> None:
    pem = tmp_path / "bot.pem"
    pem.write_text(pair.key + pair.certificate)
    with OnLoopback(authority.url) as session:
        await client_certificate(ENTRA, TENANT, CLIENT, pem, http_client=session)(GRAPH_SCOPE)
    assertion = authority.forms[0]["client_assertion"]
    assert jwt.get_unverified_header(assertion)["x5t#S256"].rstrip("=") == pair.digest
    claims = jwt.decode(assertion, pair.public, ["PS256", "RS256"], options={"verify_aud": False})
    assert claims["iss"] == CLIENT


@pytest.mark.parametrize("content", ["certificate", "key", "encrypted", "missing"])
def test_certificate_file_must_be_whole(content: str, pair: Pair, tmp_path: Path) -> None:
    texts = {
        "certificate": pair.certificate,
        "key": pair.key,
        "encrypted": pair.key.replace("PRIVATE", "ENCRYPTED PRIVATE") + pair.certificate,
    }
    pem = tmp_path / "bot.pem"
    if content in texts:
        pem.write_text(texts[content])
    with pytest.raises(Misconfigured, match="SWITCHBOARD_CERTIFICATE_PATH") as caught:
        client_certificate(ENTRA, TENANT, CLIENT, pem)
    assert "BEGIN" not in str(caught.value)


async def test_managed_identity_names_itself(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IDENTITY_ENDPOINT", f"{authority.url}/msi/token")
    monkeypatch.setenv("IDENTITY_HEADER", "header")
    token = await managed_identity(CLIENT)(GRAPH_SCOPE)
    assert token.value == "of the host"
    assert token.lifetime > 3600
    assert authority.queries[0]["client_id"] == CLIENT
    assert authority.queries[0]["resource"] == "https://graph.microsoft.com"


async def test_loopback_source_asks_as_entra_is_asked(authority: Authority) -> None:
    acquire = loopback_client_credentials(f"{authority.url}/{TENANT}", CLIENT, "s3cret")
    assert await acquire(GRAPH_SCOPE) == Token("granted", 3599.0)
    assert authority.forms == [
        {
            "grant_type": "client_credentials",
            "client_id": CLIENT,
            "client_secret": "s3cret",
            "scope": GRAPH_SCOPE,
        }
    ]


async def test_loopback_source_failures(authority: Authority) -> None:
    acquire = loopback_client_credentials(f"{authority.url}/{TENANT}", CLIENT, "s3cret")
    for answer, error in (
        (refused, Misconfigured),
        (lambda form: web.Response(status=502, text="{}"), Unavailable),
        (lambda form: web.Response(text="<html>"), Unavailable),
        (lambda form: web.json_response({"error": "temporarily_unavailable"}, status=400), Unavailable),
    ):
        authority.answer = answer
        with pytest.raises(error) as caught:
            await acquire(GRAPH_SCOPE)
        assert "s3cret" not in str(caught.value)
    with pytest.raises(Unavailable):
        await loopback_client_credentials("http://127.0.0.1:1/x", CLIENT, "s3cret")(GRAPH_SCOPE)


@pytest.mark.parametrize(
    "authority_url",
    [ENTRA, "http://10.0.0.1/t", "http://127.0.0.1.evil.example/t", "http://localhost@evil.example/t", "x"],
)
def test_loopback_source_talks_to_nobody_else(authority_url: str) -> None:
    with pytest.raises(Misconfigured, match="loopback"):
        loopback_client_credentials(authority_url, CLIENT, "s3cret")


async def test_ten_turns_one_request_over_http(authority: Authority) -> None:
    credentials = Credentials(loopback_client_credentials(f"{authority.url}/{TENANT}", CLIENT, "s3cret"))
    tokens = await asyncio.gather(*(credentials.token(GRAPH_SCOPE) for _ in range(10)))
    assert set(tokens) == {"granted"}
    assert len(authority.forms) == 1

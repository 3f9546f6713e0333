"""Access tokens for the application itself: acquired off the event loop, cached, renewed before they expire.

One token request per scope is in flight at a time, however many turns wait for it. Secrets never leave this
module: failures carry Entra's own first line and what to set, nothing else.
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
import threading
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

import httpx
import msal
import requests
from cryptography.x509 import load_pem_x509_certificate

from bot.domain.errors import Misconfigured, SwitchboardError, Unavailable
from bot.domain.sign_in import Certificate
from bot.loopback import is_loopback
from bot.tls import trusted

__all__ = [
    "CONNECTOR_SCOPE",
    "GRAPH_SCOPE",
    "Acquire",
    "Credentials",
    "Token",
    "TokenSource",
    "certificate_of",
    "client_certificate",
    "client_secret",
    "loopback_client_credentials",
    "managed_identity",
]

GRAPH_SCOPE = "https://graph.microsoft.com/.default"
CONNECTOR_SCOPE = "https://api.botframework.com/.default"

_RENEW_AHEAD = 300.0
"""Seconds before expiry at which a fresh token is fetched in the background."""
_LAST_MOMENT = 60.0
"""Seconds before expiry from which a token is no longer handed out."""
_RETRY_RENEWAL = 30.0
"""Seconds until a background renewal that failed is tried again, while the old token still works."""
_TOKEN_TIMEOUT = 15.0

_log = logging.getLogger(__name__)


class TokenSource(Protocol):
    """Whoever can say under which token the application speaks to a resource."""

    async def token(self, scope: str, *, refused: str | None = None) -> str:
        """An access token for `scope`.

        `refused` names a token the resource answered 401 to; it is never returned again.
        Raises `Misconfigured` when Entra says no, `Unavailable` when it cannot be asked.
        """
        ...


@dataclass(frozen=True, slots=True)
class Token:
    """An access token as it was issued."""

    value: str
    lifetime: float
    """Seconds it is valid for, from the moment it was asked for."""


Acquire = Callable[[str], Awaitable[Token]]
"""Fetches one new token for a scope, past every cache."""


@dataclass(frozen=True, slots=True)
class _Kept:
    value: str
    renew_at: float
    expires_at: float


class Credentials:
    """A `TokenSource` that caches what `acquire` fetches, per scope."""

    def __init__(self, acquire: Acquire, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._acquire = acquire
        self._clock = clock
        self._kept: dict[str, _Kept] = {}
        self._renewals: dict[str, asyncio.Task[str]] = {}

    async def token(self, scope: str, *, refused: str | None = None) -> str:
        """An access token for `scope`; see `TokenSource.token`."""
        kept = self._kept.get(scope)
        now = self._clock()
        if kept is None or kept.value == refused or now >= kept.expires_at:
            # Shielded: a waiter that gives up must not take the token from the others.
            return await asyncio.shield(self._renewal(scope))
        if now >= kept.renew_at:
            self._renewal(scope)
        return kept.value

    def _renewal(self, scope: str) -> asyncio.Task[str]:
        running = self._renewals.get(scope)
        if running is None:
            running = asyncio.create_task(self._renew(scope), name=f"token for {scope}")
            running.add_done_callback(_note_failure)
            self._renewals[scope] = running
        return running

    async def _renew(self, scope: str) -> str:
        asked_at = self._clock()
        try:
            token = await self._acquire(scope)
        except SwitchboardError:
            self._postpone(scope)
            raise
        finally:
            del self._renewals[scope]
        self._kept[scope] = _keep(token, asked_at)
        return token.value

    def _postpone(self, scope: str) -> None:
        kept = self._kept.get(scope)
        if kept is not None:
            self._kept[scope] = replace(kept, renew_at=self._clock() + _RETRY_RENEWAL)


def _keep(token: Token, asked_at: float) -> _Kept:
    # Tokens of a few minutes keep the same proportions instead of being stale at birth.
    ahead = min(_RENEW_AHEAD, token.lifetime / 2)
    last = min(_LAST_MOMENT, token.lifetime / 10)
    return _Kept(token.value, asked_at + token.lifetime - ahead, asked_at + token.lifetime - last)


def _note_failure(task: asyncio.Task[str]) -> None:
    # Reading the exception also tells asyncio that a background renewal's failure has been seen.
    error = None if task.cancelled() else task.exception()
    if error is not None:
        _log.warning("%s was not renewed: %s", task.get_name(), error)


def client_secret(
    authority: str, tenant: str, client_id: str, secret: str, *, http_client: Any = None
) -> Acquire:
    """Tokens for an app registration with a client secret, through MSAL."""
    return _confidential(authority, tenant, client_id, secret, "check MicrosoftAppPassword", http_client)


def client_certificate(
    authority: str, tenant: str, client_id: str, pem: Path, *, http_client: Any = None
) -> Acquire:
    """Tokens for an app registration with a certificate, through MSAL.

    `pem` holds the unencrypted private key and the certificate. Raises `Misconfigured` when it does not.
    """
    credential = {
        "private_key": _pem_block(pem, "PRIVATE KEY"),
        "public_certificate": _pem_block(pem, "CERTIFICATE"),
    }
    return _confidential(
        authority, tenant, client_id, credential, "check SWITCHBOARD_CERTIFICATE_PATH", http_client
    )


def certificate_of(pem: Path) -> Certificate:
    """The certificate in the file, and when it ends. Raises `Misconfigured` as `client_certificate` does."""
    try:
        found = load_pem_x509_certificate(_pem_block(pem, "CERTIFICATE").encode())
    except ValueError:
        raise Misconfigured(f"SWITCHBOARD_CERTIFICATE_PATH: {pem} holds no valid certificate") from None
    return Certificate(id=f"{found.serial_number:x}", ends=found.not_valid_after_utc)


def _pem_block(pem: Path, kind: str) -> str:
    try:
        text = pem.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError):
        raise Misconfigured(f"SWITCHBOARD_CERTIFICATE_PATH: {pem} cannot be read as PEM") from None
    blocks = re.findall(
        rf"-----BEGIN (?:RSA |EC )?{kind}-----.*?-----END (?:RSA |EC )?{kind}-----", text, re.S
    )
    if not blocks:
        raise Misconfigured(
            f"SWITCHBOARD_CERTIFICATE_PATH: {pem} holds no unencrypted {kind}; "
            "it needs the private key and the certificate in one PEM file"
        )
    return "\n".join(blocks)


def _confidential(
    authority: str, tenant: str, client_id: str, credential: object, hint: str, http_client: Any
) -> Acquire:
    def make() -> Any:
        return msal.ConfidentialClientApplication(
            client_id,
            client_credential=credential,
            authority=f"{authority.rstrip('/')}/{tenant}",
            token_cache=_NoCache(),
            timeout=_TOKEN_TIMEOUT,
            # It would ask Microsoft for aliases of the authority on every refusal, and hide the refusal.
            instance_discovery=False,
            http_client=http_client,
        )

    return _in_thread(_Once(make), lambda app, scope: app.acquire_token_for_client([scope]), hint)


def managed_identity(client_id: str, *, http_client: Any = None) -> Acquire:
    """Tokens of a user-assigned managed identity, through MSAL; works only inside Azure."""

    def make() -> Any:
        return msal.ManagedIdentityClient(
            msal.UserAssignedManagedIdentity(client_id=client_id),
            http_client=http_client or requests.Session(),
            token_cache=_NoCache(),
        )

    def ask(app: Any, scope: str) -> Any:
        return app.acquire_token_for_client(resource=scope.removesuffix("/.default"))

    return _in_thread(_Once(make), ask, "check that MicrosoftAppId is an identity assigned to this host")


class _NoCache(msal.TokenCache):  # type: ignore[misc]
    """Remembers nothing: `Credentials` decides when a token is stale, and MSAL has no way to be told so."""

    def add(self, event: object, now: object = None) -> None:
        """Forget it."""


class _Once:
    """Makes MSAL's application on first use, because making it already asks the authority."""

    def __init__(self, make: Callable[[], Any]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._made: Any = None

    def __call__(self) -> Any:
        with self._lock:
            if self._made is None:
                self._made = self._make()
            return self._made


def _in_thread(app: _Once, ask: Callable[[Any, str], Any], hint: str) -> Acquire:
    def blocking(scope: str) -> Token:
        try:
            result = ask(app(), scope)
        except (requests.RequestException, msal.exceptions.MsalServiceError, json.JSONDecodeError) as error:
            raise Unavailable(f"no token: the authority did not answer ({type(error).__name__})") from None
        except ValueError as error:
            raise Misconfigured(f"no token: {_first_line(error)}; {hint}") from None
        return _issued(result, hint)

    async def acquire(scope: str) -> Token:
        return await asyncio.to_thread(blocking, scope)

    return acquire


_PASSING = frozenset({"temporarily_unavailable", "server_error", "request_timeout"})


def _issued(result: Mapping[str, Any], hint: str) -> Token:
    """The token in a token endpoint's answer, or the reason why there is none."""
    if result.get("access_token"):
        return Token(str(result["access_token"]), float(result.get("expires_in", 0)))
    code = str(result.get("error", "no reason given"))
    if code in _PASSING:
        raise Unavailable(f"no token: the authority answered {code}")
    raise Misconfigured(f"no token: {code}: {_first_line(result.get('error_description', ''))}; {hint}")


def _first_line(text: object) -> str:
    lines = str(text).strip().splitlines() or [""]
    return lines[0][:300]


def loopback_client_credentials(authority: str, client_id: str, secret: str) -> Acquire:
    """Tokens of the simulated tenant, which MSAL refuses to talk to because it has no TLS.

    `authority` is `http://127.0.0.1:PORT/{tenant}`; anything that is not loopback raises `Misconfigured`.
    """
    if not is_loopback(urlsplit(authority).hostname or ""):
        raise Misconfigured("SWITCHBOARD_AUTHORITY: plain client credentials go to a loopback address only")
    url = f"{authority.rstrip('/')}/oauth2/v2.0/token"

    async def acquire(scope: str) -> Token:
        form = {
            "grant_type": "client_credentials",
            "client_id": client_id,
            "client_secret": secret,
            "scope": scope,
        }
        try:
            # No proxy and no redirect may carry the secret off this machine.
            async with httpx.AsyncClient(
                trust_env=False, verify=trusted(environment=False), timeout=_TOKEN_TIMEOUT
            ) as http:
                answer = await http.post(url, data=form)
            result = answer.json()
        except (httpx.RequestError, ValueError) as error:
            raise Unavailable(f"no token: the authority did not answer ({type(error).__name__})") from None
        if answer.status_code >= 500 or not isinstance(result, dict):
            raise Unavailable(f"no token: the authority answered {answer.status_code}")
        return _issued(result, "check MicrosoftAppId and MicrosoftAppPassword")

    return acquire

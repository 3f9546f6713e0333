"""The sandbox's identity provider: tokens for the bot (Graph, connector) and tokens of the channel.

It answers like Microsoft Entra's v2.0 token endpoint and like login.botframework.com's key discovery, so that
everything runs with authentication switched on. Life times are real time, whatever the business clock does.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import jwt

from bot.sandbox.channel_tokens import CHANNEL_ISSUER, ChannelTokens, Defect
from bot.sandbox.keys import KeyRing

__all__ = [
    "CONNECTOR_AUDIENCE",
    "DEFAULT_ROLES",
    "GRAPH_AUDIENCE",
    "AppRegistration",
    "Claims",
    "GrantRefused",
    "Identity",
    "TokenEmpty",
    "TokenExpired",
    "TokenInvalid",
    "TokenRejected",
    "WrongAudience",
    "bearer",
]

GRAPH_AUDIENCE = "https://graph.microsoft.com"
CONNECTOR_AUDIENCE = "https://api.botframework.com"
TOKEN_LIFE = 3599
"""Seconds, as Entra states it for a client-credentials token."""

DEFAULT_ROLES = (
    "User.ReadWrite.All",
    "LicenseAssignment.ReadWrite.All",
    "Organization.Read.All",
    "GroupMember.Read.All",
    "TeamsTelephoneNumber.ReadWrite.All",
    "TeamsUserConfiguration.Read.All",
    "MailboxSettings.Read",
    "CallRecord-PstnCalls.Read.All",
    "TeamsAppInstallation.ReadWriteSelfForUser.All",
    "AppCatalog.Read.All",
    "Application.Read.All",
)
"""Application permissions an administrator has consented to, unless a test says otherwise."""


@dataclass(frozen=True, slots=True)
class Claims:
    """Who calls, as the token says."""

    app_id: str
    tenant_id: str
    roles: tuple[str, ...]


class TokenRejected(Exception):
    """The bearer token is no good; `str()` is the text Graph answers 401 InvalidAuthenticationToken with."""


class TokenEmpty(TokenRejected):
    """No Authorization header, or nothing in it."""

    def __init__(self) -> None:
        super().__init__("Access token is empty.")


class TokenExpired(TokenRejected):
    """Past `exp`, or before `nbf`."""

    def __init__(self) -> None:
        super().__init__("Access token has expired or is not yet valid.")


class WrongAudience(TokenRejected):
    """Made for another resource, such as the connector."""

    def __init__(self) -> None:
        super().__init__("Access token validation failure. Invalid audience.")


class TokenInvalid(TokenRejected):
    """Not a token of this tenant at all."""

    def __init__(self) -> None:
        super().__init__("Access token validation failure. Invalid signature.")


class GrantRefused(Exception):
    """Entra refuses to issue a token; carries its answer."""

    def __init__(self, status: int, error: str, number: int, text: str) -> None:
        super().__init__(text)
        self.status, self.error, self.number, self.text = status, error, number, text

    def body(self) -> dict[str, Any]:
        """The JSON error of the token endpoint, number and trace included."""
        trace, correlation = str(uuid.uuid4()), str(uuid.uuid4())
        at = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%SZ")
        says = f"AADSTS{self.number}: {self.text}"
        return {
            "error": self.error,
            "error_description": f"{says} Trace ID: {trace} Correlation ID: {correlation} Timestamp: {at}",
            "error_codes": [self.number],
            "timestamp": at,
            "trace_id": trace,
            "correlation_id": correlation,
        }


@dataclass(slots=True)
class AppRegistration:
    """The bot's app as registered in the tenant. Roles can be changed while running."""

    app_id: str
    password: str
    tenant_id: str
    roles: tuple[str, ...] = DEFAULT_ROLES


@dataclass(frozen=True, slots=True)
class _Checked:
    """A token whose signature, audience and beginning are in order."""

    kid: str
    claims: dict[str, Any]


@dataclass
class Identity:
    """Issues and checks tokens. `token_requests` and `key_fetches` are counted for tests of caching."""

    app: AppRegistration
    channel: ChannelTokens = field(default_factory=ChannelTokens)
    tenant_keys: KeyRing = field(default_factory=lambda: KeyRing("tenant"))
    token_requests: int = 0
    key_fetches: int = 0
    _checked: dict[tuple[str, str], _Checked] = field(default_factory=dict)

    def grant(self, tenant: str, form: Mapping[str, str]) -> dict[str, Any]:
        """Answer a client-credentials request.

        Raises GrantRefused as Entra would: wrong tenant, grant, app, secret or scope.
        """
        self.token_requests += 1
        self._check_grant(tenant, form)
        audience = _audience_of(form.get("scope", ""))
        token = self.app_token(audience)
        return {
            "token_type": "Bearer",
            "expires_in": TOKEN_LIFE,
            "ext_expires_in": TOKEN_LIFE,
            "access_token": token,
        }

    def _check_grant(self, tenant: str, form: Mapping[str, str]) -> None:
        app_id = form.get("client_id", "")
        if tenant != self.app.tenant_id:
            raise GrantRefused(400, "invalid_request", 90002, f"Tenant '{tenant}' not found.")
        if form.get("grant_type") != "client_credentials":
            raise GrantRefused(400, "unsupported_grant_type", 70003, "The grant type is not supported.")
        if app_id != self.app.app_id:
            text = f"Application with identifier '{app_id}' was not found in the directory '{tenant}'."
            raise GrantRefused(400, "unauthorized_client", 700016, text)
        if form.get("client_secret") != self.app.password:
            text = f"Invalid client secret provided for app '{app_id}'."
            raise GrantRefused(401, "invalid_client", 7000215, text)

    def app_token(self, audience: str, *, life: float = TOKEN_LIFE) -> str:
        """The bot's own token for one resource; `life` in seconds, negative for one already expired."""
        now = time.time()
        claims: dict[str, Any] = {
            "aud": audience,
            "iss": f"https://sts.windows.net/{self.app.tenant_id}/",
            "iat": int(now),
            "nbf": int(now) - 300,
            "exp": int(now + life),
            "appid": self.app.app_id,
            "appidacr": "1",
            "idtyp": "app",
            "tid": self.app.tenant_id,
            "ver": "1.0",
        }
        if audience == GRAPH_AUDIENCE:
            claims["roles"] = list(self.app.roles)
        key = self.tenant_keys.current
        return jwt.encode(claims, key.private, algorithm="RS256", headers={"kid": key.kid})

    def channel_token(
        self, service_url: str, *, audience: str | None = None, defects: Iterable[Defect] = ()
    ) -> str:
        """A token as the channel sends with each activity; `audience` is the bot's app id unless given."""
        return self.channel.sign(service_url, audience or self.app.app_id, defects)

    def verify_graph_token(self, token: str) -> Claims:
        """Check a bearer token meant for Graph; raises a TokenRejected."""
        return self._verify(token, GRAPH_AUDIENCE)

    def verify_connector_token(self, token: str) -> Claims:
        """Check a bearer token meant for the Bot Connector; raises a TokenRejected."""
        return self._verify(token, CONNECTOR_AUDIENCE)

    def _verify(self, token: str, audience: str) -> Claims:
        if not token:
            raise TokenEmpty
        try:
            claims = self._decode(token, audience)
        except (jwt.ExpiredSignatureError, jwt.ImmatureSignatureError) as error:
            raise TokenExpired from error
        except jwt.InvalidAudienceError as error:
            raise WrongAudience from error
        except jwt.PyJWTError as error:
            raise TokenInvalid from error
        return Claims(claims["appid"], claims["tid"], tuple(claims.get("roles", ())))

    def _decode(self, token: str, audience: str) -> dict[str, Any]:
        """What the token claims. What cannot change is checked once: one token comes with every request."""
        checked = self._checked.get((token, audience)) or self._check(token, audience)
        if self.tenant_keys.by_kid(checked.kid) is None:
            raise jwt.InvalidKeyError
        if checked.claims["exp"] <= time.time():
            raise jwt.ExpiredSignatureError
        return checked.claims

    def _check(self, token: str, audience: str) -> _Checked:
        kid = jwt.get_unverified_header(token).get("kid", "")
        key = self.tenant_keys.by_kid(kid)
        if key is None:
            raise jwt.InvalidKeyError
        claims = jwt.decode(token, key.private.public_key(), algorithms=["RS256"], audience=audience)
        checked = self._checked[token, audience] = _Checked(kid, claims)
        return checked

    def openid_configuration(self, base_url: str) -> dict[str, Any]:
        """The channel's discovery document: issuer and where its keys are."""
        return {
            "issuer": CHANNEL_ISSUER,
            "authorization_endpoint": "https://invalid.botframework.com",
            "jwks_uri": f"{base_url}/v1/.well-known/keys",
            "id_token_signing_alg_values_supported": ["RS256"],
            "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        }

    def published_keys(self) -> dict[str, Any]:
        """The channel's JWKS."""
        self.key_fetches += 1
        return {"keys": self.channel.published()}


def _audience_of(scope: str) -> str:
    """The resource a `.default` scope names; raises GrantRefused for anything else."""
    for audience in (GRAPH_AUDIENCE, CONNECTOR_AUDIENCE):
        if scope == f"{audience}/.default":
            return audience
    text = f"The provided value for the input parameter 'scope' is not valid: '{scope}'."
    raise GrantRefused(400, "invalid_scope", 70011, text)


def bearer(authorization: str | None) -> str:
    """The token in an Authorization header, "" when there is none."""
    scheme, _, token = (authorization or "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""

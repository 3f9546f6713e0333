"""The identity provider's HTTP face: token endpoint, key discovery, and tokens for tests."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from bot.sandbox.channel_tokens import Defect
from bot.sandbox.identity import CONNECTOR_AUDIENCE, GRAPH_AUDIENCE, GrantRefused, Identity

__all__ = ["register_identity"]

IDENTITY = web.AppKey("identity", Identity)


def register_identity(app: web.Application, identity: Identity) -> None:
    """Add the routes. `app` must be served at the root of its host."""
    app[IDENTITY] = identity
    app.router.add_post("/{tenant}/oauth2/v2.0/token", _token)
    app.router.add_get("/v1/.well-known/openidconfiguration", _openid_configuration)
    app.router.add_get("/v1/.well-known/keys", _keys)
    app.router.add_get("/sandbox/identity", _state)
    app.router.add_put("/sandbox/identity/roles", _set_roles)
    app.router.add_post("/sandbox/identity/rotate", _rotate)
    app.router.add_post("/sandbox/token", _sandbox_token)


async def _token(request: web.Request) -> web.Response:
    form = {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
    try:
        answer = request.app[IDENTITY].grant(request.match_info["tenant"], form)
    except GrantRefused as refused:
        return web.json_response(refused.body(), status=refused.status)
    return web.json_response(answer, headers={"Cache-Control": "no-store, no-cache"})


async def _openid_configuration(request: web.Request) -> web.Response:
    return web.json_response(request.app[IDENTITY].openid_configuration(str(request.url.origin())))


async def _keys(request: web.Request) -> web.Response:
    return web.json_response(request.app[IDENTITY].published_keys())


async def _state(request: web.Request) -> web.Response:
    return web.json_response(_described(request.app[IDENTITY]))


def _described(identity: Identity) -> dict[str, Any]:
    return {
        "app_id": identity.app.app_id,
        "tenant_id": identity.app.tenant_id,
        "roles": list(identity.app.roles),
        "token_requests": identity.token_requests,
        "key_fetches": identity.key_fetches,
        "channel_kid": identity.channel.keys.current.kid,
    }


async def _set_roles(request: web.Request) -> web.Response:
    """Take or give application permissions; tokens issued before keep theirs, as with Entra."""
    identity = request.app[IDENTITY]
    identity.app.roles = tuple(str(role) for role in (await request.json())["roles"])
    return web.json_response(_described(identity))


async def _rotate(request: web.Request) -> web.Response:
    """Sign with a new channel key; `{"retire_older": true}` stops publishing the earlier ones."""
    identity = request.app[IDENTITY]
    identity.channel.keys.rotate()
    if request.can_read_body and (await request.json()).get("retire_older"):
        identity.channel.keys.retire_older()
    return web.json_response(_described(identity))


async def _sandbox_token(request: web.Request) -> web.Response:
    """`{kind: channel|graph|connector, service_url, audience, defects, life}`: any token, good or bad."""
    try:
        token = _make_token(request.app[IDENTITY], await request.json())
    except (KeyError, ValueError) as error:
        return web.json_response({"error": f"cannot make that token: {error!r}"}, status=400)
    return web.json_response({"token": token})


def _make_token(identity: Identity, wish: dict[str, Any]) -> str:
    match wish.get("kind", "channel"):
        case "channel":
            defects = [Defect(name) for name in wish.get("defects", ())]
            return identity.channel_token(wish["service_url"], audience=wish.get("audience"), defects=defects)
        case "graph":
            return identity.app_token(GRAPH_AUDIENCE, life=float(wish.get("life", 3599)))
        case "connector":
            return identity.app_token(CONNECTOR_AUDIENCE, life=float(wish.get("life", 3599)))
        case other:
            raise ValueError(other)

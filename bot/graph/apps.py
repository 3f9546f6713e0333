"""The bot's own app in people's Teams, and the organisation it serves."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

import jwt

from bot.domain.errors import Misconfigured
from bot.domain.sign_in import Secret
from bot.graph import fields
from bot.graph.errors import AlreadyExists
from bot.graph.odata import below, literal, with_query
from bot.graph.transport import Transport
from bot.graph.wire import Call, entity, items

__all__ = ["Organisation", "app_secrets", "catalogue_id", "granted_roles", "install_app", "organisation"]


@dataclass(frozen=True, slots=True)
class Organisation:
    """The tenant the application is signed in to."""

    id: str
    name: str
    country: str | None
    language: str | None


async def install_app(graph: Transport, user_id: str, manifest_id: str) -> None:
    """Put the app into the user's personal scope, so that there is a chat to write to.

    Harmless to repeat: an app that is there already is left alone. Raises `Misconfigured` when the
    organisation's catalogue does not have the app, `NotFound` for an unknown user.
    """
    app_id = await catalogue_id(graph, manifest_id)
    body = {"teamsApp@odata.bind": f"{graph.base_url}/appCatalogs/teamsApps/{app_id}"}
    call = Call("POST", below("/users/{user}/teamwork/installedApps", user=user_id), body)
    try:
        await graph.write(call, fence=_no_fence, client_request_id=str(uuid.uuid4()))
    except AlreadyExists:
        return


def _no_fence() -> None:
    """Installing belongs to no request and needs no lease: doing it twice is the same as once."""


async def catalogue_id(graph: Transport, manifest_id: str) -> str:
    """The catalogue's own id of the app of that manifest. Raises `Misconfigured` when it is not there."""
    query = {"$filter": f"externalId eq {literal(manifest_id)}", "$select": "id,externalId"}
    found = items(await graph.read(Call("GET", with_query("/appCatalogs/teamsApps", query))))
    for each in found:
        if each.get("id"):
            return str(each["id"])
    raise Misconfigured(
        f"SWITCHBOARD_TEAMS_APP_ID: no app {manifest_id} in the organisation's catalogue; upload the package"
    )


async def organisation(graph: Transport) -> Organisation:
    """The tenant's own entry."""
    query = {"$select": "id,displayName,countryLetterCode,preferredLanguage"}
    found = items(await graph.read(Call("GET", with_query("/organization", query))))
    if not found:
        raise Misconfigured("Graph shows no organisation to this application; check MicrosoftAppTenantId")
    first = found[0]
    return Organisation(
        id=str(first.get("id", "")).lower(),
        name=fields.text(first, "displayName") or "",
        country=fields.country(first, "countryLetterCode"),
        language=fields.text(first, "preferredLanguage"),
    )


async def app_secrets(graph: Transport, app_id: str) -> tuple[Secret, ...]:
    """The client secrets of an app registration, without the secrets themselves.

    Raises `Forbidden` without the permission, `NotFound` where it belongs to another organisation.
    """
    path = below("/applications(appId='{app}')", app=app_id)
    query = {"$select": "id,appId,passwordCredentials"}
    found = entity(await graph.read(Call("GET", with_query(path, query))))
    return tuple(
        Secret(id=fields.text(one, "keyId") or "", hint=fields.text(one, "hint") or "", ends=ends)
        for one in fields.objects(found, "passwordCredentials")
        if (ends := fields.moment(one, "endDateTime"))
    )


async def granted_roles(graph: Transport) -> frozenset[str]:
    """Application permissions an admin has consented to, as the application's own token lists them.

    The token is not verified here: it is shown to its owner, and nothing is allowed because of it.
    """
    try:
        claims = jwt.decode(await graph.token(), options={"verify_signature": False})
    except jwt.InvalidTokenError:
        return frozenset()
    return frozenset(fields.strings(claims, "roles"))

"""Teams apps: the organisation's catalogue, what is installed for whom, and the chat that comes with it."""

from __future__ import annotations

import re
from typing import Any

from bot.sandbox.clock import stamp
from bot.sandbox.graph import roles
from bot.sandbox.graph.odata import collection, read_query, select
from bot.sandbox.graph.router import Route
from bot.sandbox.graph.user_view import lookup
from bot.sandbox.graph.wire import Call, GraphError, Reply
from bot.sandbox.installations import Installations
from bot.sandbox.model import Person, opaque_id
from bot.sandbox.tenant import AppSecret, CatalogApp, Tenant

__all__ = ["chat_id", "routes"]

_APP_LINK = re.compile(r"/appCatalogs/teamsApps(?:/(?P<plain>[^/']+)|\('(?P<quoted>[^']+)'\))$")
_LISTING = frozenset({"$filter", "$expand"})


def routes(tenant: Tenant, installations: Installations, bot_app_id: str) -> list[Route]:
    apps = _Apps(tenant, installations, bot_app_id)
    home = "users/{user}/teamwork/installedApps"
    return [
        Route(
            "GET",
            "appCatalogs/teamsApps",
            apps.catalogue,
            roles.READ_CATALOG,
            frozenset({"$filter", "$select"}),
        ),
        Route(
            "GET",
            "applications(appId)",
            apps.registration,
            roles.READ_APPLICATIONS,
            frozenset({"$select"}),
        ),
        Route("GET", home, apps.installed, roles.READ_APPS, _LISTING),
        Route("POST", home, apps.install, roles.INSTALL_APPS, takes_body=True),
        Route("DELETE", f"{home}/{{installation}}", apps.uninstall, roles.INSTALL_APPS),
        Route("GET", f"{home}/{{installation}}/chat", apps.chat, roles.READ_APPS),
    ]


def chat_id(user_id: str, bot_app_id: str) -> str:
    """A personal chat between a user and a bot, as Teams names it."""
    return f"19:{user_id}_{bot_app_id}@unq.gbl.spaces"


class _Apps:
    """The sandbox's tenant has one bot; any app of its catalogue is that bot's."""

    def __init__(self, tenant: Tenant, installations: Installations, bot_app_id: str) -> None:
        self._tenant, self._installations, self._bot_app_id = tenant, installations, bot_app_id

    def catalogue(self, call: Call) -> Reply:
        query = read_query(call)
        entities = [_app(one) for one in self._tenant.catalog.values()]
        found = [one for one in entities if query.filter is None or query.filter.test(one)]
        value = [select(one, query.select, tuple(one), "microsoft.graph.teamsApp") for one in found]
        return collection(call, "appCatalogs/teamsApps", value)

    def registration(self, call: Call) -> Reply:
        if call.params["appId"] != self._bot_app_id:
            raise GraphError.missing(call.params["appId"])
        entity = {
            "id": opaque_id("application", self._bot_app_id),
            "appId": self._bot_app_id,
            "displayName": "Switchboard",
            "passwordCredentials": [_secret(one) for one in self._tenant.app_secrets],
            "keyCredentials": [],
        }
        wanted = read_query(call).select
        context = {"@odata.context": call.link("$metadata#applications/$entity")}
        return Reply(200, context | select(entity, wanted, tuple(entity), "microsoft.graph.application"))

    def installed(self, call: Call) -> Reply:
        person, query = lookup(self._tenant, call.params["user"]), read_query(call)
        if query.expand not in (None, "teamsApp", "teamsApp,teamsAppDefinition", "teamsAppDefinition"):
            raise GraphError.bad_request(f"Could not find a property named '{query.expand}'.")
        expands = query.expand is not None and "teamsApp" in query.expand.split(",")
        value = []
        for app in self._tenant.catalog.values():
            shown = {"id": _installation(person, app), "teamsApp": _app(app)}
            there = self._installations.is_installed(person.id)
            if there and (query.filter is None or query.filter.test(shown)):
                value.append(shown if expands else {"id": shown["id"]})
        return collection(call, f"users('{person.id}')/teamwork/installedApps", value)

    def install(self, call: Call) -> Reply:
        person = lookup(self._tenant, call.params["user"])
        body = call.json(known=("teamsApp@odata.bind", "consentedPermissionSet"))
        match = _APP_LINK.search(str(body.get("teamsApp@odata.bind", "")))
        if match is None:
            raise GraphError.bad_request("'teamsApp@odata.bind' must name an app of the catalogue.")
        if (match["plain"] or match["quoted"]) not in self._tenant.catalog:
            raise GraphError(404, "NotFound", "The app is not found in the catalogue of the tenant.")
        if not self._installations.install(person.id):
            raise GraphError(409, "Conflict", "App entitlement already exists in conversation.")
        self._tenant.touch()
        return Reply(201)

    def uninstall(self, call: Call) -> Reply:
        person, _ = self._found(call)
        self._installations.uninstall(person.id)
        self._tenant.touch()
        return Reply(204)

    def chat(self, call: Call) -> Reply:
        person, _ = self._found(call)
        context = f"$metadata#users('{person.id}')/teamwork/installedApps/$entity/chat/$entity"
        return Reply(
            200,
            {
                "@odata.context": call.link(context),
                "id": chat_id(person.id, self._bot_app_id),
                "topic": None,
                "chatType": "oneOnOne",
                "tenantId": self._tenant.id,
            },
        )

    def _found(self, call: Call) -> tuple[Person, CatalogApp]:
        person = lookup(self._tenant, call.params["user"])
        for app in self._tenant.catalog.values():
            named = _installation(person, app) == call.params["installation"]
            if named and self._installations.is_installed(person.id):
                return person, app
        raise GraphError(404, "NotFound", "No app installation found with this id.")


def _app(app: CatalogApp) -> dict[str, Any]:
    return {
        "id": app.id,
        "externalId": app.external_id,
        "displayName": app.name,
        "distributionMethod": "organization",
    }


def _secret(secret: AppSecret) -> dict[str, Any]:
    return {
        "customKeyIdentifier": None,
        "displayName": secret.name,
        "endDateTime": stamp(secret.ends),
        "hint": secret.hint,
        "keyId": secret.id,
        "secretText": None,
        "startDateTime": stamp(secret.begins),
    }


def _installation(person: Person, app: CatalogApp) -> str:
    return opaque_id(person.id, app.id)

"""Asks the tenant itself, past every line of the service: its own token, plain HTTP, Graph's paths."""

from __future__ import annotations

from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import aiohttp

from bot.sandbox.server import SandboxServer

__all__ = ["Witness"]

Json = dict[str, Any]
_NUMBERS = "/admin/teams/telephoneNumberManagement/numberAssignments"


@dataclass
class Witness:
    """One who looks at the tenant from outside; use as an async context manager."""

    sandbox: SandboxServer

    async def __aenter__(self) -> Self:
        self._http = aiohttp.ClientSession()
        self._token = await self._signed_in()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        await self._http.close()

    async def licences(self, user_id: str) -> set[str]:
        """Part numbers of the products a person has."""
        found = await self._graph(f"/users/{user_id}/licenseDetails")
        return {str(each["skuPartNumber"]) for each in found}

    async def number(self, telephone_number: str) -> Json:
        """One number of the tenant; empty when there is none."""
        found = await self._graph(_NUMBERS, {"$filter": f"telephoneNumber eq '{telephone_number}'"})
        return found[0] if found else {}

    async def writes(self) -> list[Json]:
        """Requests that changed the tenant, oldest first, from its own log."""
        async with self._http.get(
            f"{self.sandbox.url}/sandbox/requests", params={"applied": "true"}
        ) as answer:
            rows: list[Json] = (await answer.json())["value"]
        return rows

    async def _signed_in(self) -> str:
        app = self.sandbox.identity.app
        form = {
            "grant_type": "client_credentials",
            "client_id": app.app_id,
            "client_secret": app.password,
            "scope": "https://graph.microsoft.com/.default",
        }
        url = f"{self.sandbox.authority}/{app.tenant_id}/oauth2/v2.0/token"
        async with self._http.post(url, data=form) as answer:
            answer.raise_for_status()
            return str((await answer.json())["access_token"])

    async def _graph(self, path: str, query: dict[str, str] | None = None) -> list[Json]:
        headers = {"Authorization": f"Bearer {self._token}"}
        url = f"{self.sandbox.graph_url}{path}"
        async with self._http.get(url, params=query or {}, headers=headers) as answer:
            answer.raise_for_status()
            found: list[Json] = (await answer.json())["value"]
        return found

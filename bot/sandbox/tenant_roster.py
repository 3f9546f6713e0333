"""The tenant's people as Teams sees them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.sandbox.model import Person
from bot.sandbox.roster import Account
from bot.sandbox.tenant import Tenant

__all__ = ["TenantRoster"]

LOCALES = {"FR": "fr-FR", "CN": "zh-CN", "DE": "de-DE", "GB": "en-GB", "US": "en-US"}
"""What a Teams client of this country sends while nothing else is known of the person."""


@dataclass(frozen=True, slots=True)
class TenantRoster:
    """Reads the directory each time, so that people who come and go do so in Teams as well."""

    tenant: Tenant

    def account(self, key: str) -> Account | None:
        person = self.tenant.find_person(key)
        return _account(person) if person else None

    def accounts(self) -> Sequence[Account]:
        return [_account(one) for one in self.tenant.people.values() if not one.resource_account]


def _account(person: Person) -> Account:
    return Account(
        user_id=person.id,
        name=person.display_name,
        upn=person.upn,
        given_name=person.given_name,
        surname=person.surname,
        mail=person.mail or person.upn,
        locale=person.language or LOCALES.get(person.country or "", "en-US"),
    )

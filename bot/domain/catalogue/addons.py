"""What to add to a suite so that somebody can do something: looked up, never reasoned (R21, R22, R77).

Two eras: `current`, and `seeds`, which is how it was in 2018 and 2019, for organisations that still go by it.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator

from bot.domain.catalogue.products import Use, product
from bot.domain.catalogue.tables import Row, from_tables, read_table, words_in

__all__ = ["AddOn", "Caution", "Decision", "Era", "Feature", "add_ons", "decision"]

Era = Literal["current", "seeds"]

Feature = Literal[
    "phone",
    "domestic",
    "international",
    "payg",
    "own_carrier",
    "shared_calling",
    "conferencing",
    "conferencing_ppm",
    "credits",
    "voicemail",
    "room_join",
    "room_meet",
    "room_dial_out",
    "room_number",
    "device_number",
    "service_number",
    "outbound",
]
"""What is wanted. `domestic`, `international`, `payg`: calls with a Calling Plan of that kind; `own_carrier`:
calls over Direct Routing, Operator Connect or Teams Phone Mobile; `credits`: toll-free numbers and calls
beyond what is included; `room_meet`: meetings started in the room; `device_number`: a number for a phone in a
common area; `service_number`, `outbound`: of an auto attendant or call queue."""

Decision = Literal["included", "add", "upgrade", "third_party", "not_possible", "verify", "manual"]
"""`upgrade`: to another base first, then what is to be added; `verify`: nobody has written it down, so the
admins look what the tenant is offered; `manual`: outside the cloud."""

Caution = Literal[
    "provider_overwritten",
    "one_per_organiser",
    "country_first",
    "no_calling_plan",
    "already_included",
    "needs_plan_or_conferencing",
    "needs_credits",
    "needs_funding",
    "needs_volume_licensing",
    "needs_exchange",
    "needs_mailbox",
    "needs_teams",
    "needs_room_account",
    "needs_service_number",
    "no_own_number",
    "retired",
    "sources_differ",
]
"""What has to be looked at or said with a decision."""

_KINDS: dict[str, Feature] = {
    "domestic_120": "domestic",
    "domestic_240": "domestic",
    "bundle": "domestic",
    "international_only": "international",
}
"""Uses that are decided like another."""


class AddOn(Row):
    """One decision."""

    era: Era
    base: str
    """Family of the product that is there already; empty: whatever it is."""
    feature: Feature
    decision: Decision
    add_ons: Annotated[tuple[Use, ...], BeforeValidator(words_in)]
    """What to add, in this order (R05)."""
    alternative: Annotated[tuple[Use, ...], BeforeValidator(words_in)]
    """What can be added instead."""
    upgrade_to: Annotated[tuple[str, ...], BeforeValidator(words_in)]
    """Families to change to, the recommended first; with `add` another way to the same."""
    otherwise: Literal["", "third_party", "not_possible"]
    """What holds where the country lacks it (R35)."""
    cautions: Annotated[tuple[Caution, ...], BeforeValidator(words_in)]
    as_of: str
    confidence: Literal["high", "medium", "low"]

    @property
    def key(self) -> str:
        return f"{self.era} {self.base} {self.feature}"


def decision(era: Era, base: str, feature: str) -> AddOn | None:
    """What to do for somebody who has `base` (a skuId or a family) and wants `feature`.

    A use is a feature too: its smaller and larger kinds are decided alike. None: the table is silent, and
    only the service plans the person has can tell.
    """
    found = product(base)
    family = found.family if found else base
    wanted = _KINDS.get(feature, feature)
    table = add_ons()
    return table.get(f"{era} {family} {wanted}") or table.get(f"{era}  {wanted}")


@from_tables
def add_ons() -> dict[str, AddOn]:
    """Every decision by era, base and feature."""
    return {row.key: row for row in read_table("addons.csv", AddOn)}

"""Who may have which licence: the rules `assignLicense` answers by.

The texts are those Graph answers with; clients have nothing else to tell failures apart by.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from bot.sandbox import telephony
from bot.sandbox.model import DirectoryState, Group, Licence, Person, Sku
from bot.sandbox.products import EXCLUSIVE_PLANS, PREREQUISITES
from bot.sandbox.tenant import Tenant

__all__ = ["LicenceRefused", "apply_group_licences", "assign"]


class LicenceRefused(Exception):
    """The change cannot be made; `str()` is Graph's text. Nothing has changed."""

    violation = "Other"
    """How group-based licensing names it in `licenseAssignmentStates`."""


class _NoSeats(LicenceRefused):
    violation = "CountViolation"


class _Dependency(LicenceRefused):
    violation = "DependencyViolation"


class _Exclusive(LicenceRefused):
    violation = "MutuallyExclusiveViolation"


class _Location(LicenceRefused):
    violation = "ProhibitedInUsageLocationViolation"


def assign(tenant: Tenant, person: Person, add: Mapping[str, frozenset[str]], remove: Sequence[str]) -> None:
    """Add and remove licences of a person, all or none; `add` maps skuId to the plans switched off.

    Raises LicenceRefused. A number whose licence is gone afterwards is taken away.
    """
    before = person.now
    if add and before.usage_location is None:
        raise _Location("License assignment cannot be done for user with invalid usage location.")
    licences = _without(before.licences, remove)
    for sku_id, disabled in add.items():
        licences = _with(tenant, licences, sku_id, disabled)
    _check_seats(tenant, before, add)
    after = replace(before, licences=tuple(licences), since=tenant.clock.now())
    check_plans(tenant.enabled_plans(after))
    if _same(before.licences, after.licences):
        return
    tenant.push_state(person, after)
    telephony.release_unlicensed(tenant, person)


def _same(before: Iterable[Licence], after: Iterable[Licence]) -> bool:
    def bare(licences: Iterable[Licence]) -> set[Licence]:
        return {replace(licence, since=None) for licence in licences}

    return bare(before) == bare(after)


def _without(licences: Iterable[Licence], remove: Sequence[str]) -> list[Licence]:
    kept = list(licences)
    for sku_id in remove:
        of_sku = [one for one in kept if one.sku_id == sku_id]
        direct = next((one for one in of_sku if one.assigned_by_group is None), None)
        if direct is None and of_sku:
            raise LicenceRefused(
                "User license is inherited from a group membership "
                "and it cannot be removed directly from the user."
            )
        if direct is None:
            raise LicenceRefused("User does not have a corresponding license.")
        kept.remove(direct)
    return kept


def _with(tenant: Tenant, licences: list[Licence], sku_id: str, disabled: frozenset[str]) -> list[Licence]:
    sku = tenant.skus.get(sku_id)
    if sku is None or sku.status not in ("Enabled", "Warning"):
        raise LicenceRefused(f"License {sku_id} does not correspond to a valid company License.")
    unknown = disabled - {plan.id for plan in sku.plans}
    if unknown:
        raise LicenceRefused(
            f"License {sku_id} does not contain the service plan(s) {', '.join(sorted(unknown))}"
        )
    others = [one for one in licences if one.sku_id != sku_id or one.assigned_by_group is not None]
    return [*others, Licence(sku_id, disabled, since=tenant.clock.now())]


def _check_seats(tenant: Tenant, before: DirectoryState, add: Iterable[str]) -> None:
    for sku_id in add:
        if sku_id not in before.sku_ids and tenant.free_seats(tenant.skus[sku_id]) <= 0:
            raise _NoSeats(f"Subscription with SKU {sku_id} does not have any available licenses.")


def check_plans(enabled: frozenset[str]) -> None:
    """Dependencies and conflicts among the plans a person would have. Raises LicenceRefused."""
    for plan, needed in PREREQUISITES.items():
        if plan in enabled and enabled.isdisjoint(needed):
            raise _Dependency(
                f"License assignment failed because service plan {plan} "
                f"depends on the service plan(s) {', '.join(needed)}"
            )
    for rivals in EXCLUSIVE_PLANS:
        clash = sorted(rivals & enabled)
        if len(clash) > 1:
            raise _Exclusive(
                f"License assignment failed because service plans {', '.join(clash)} are mutually exclusive."
            )


def apply_group_licences(tenant: Tenant, person: Person) -> None:
    """Bring inherited licences in line with the groups the person is in; failures become states."""
    before = person.now
    direct = [one for one in before.licences if one.assigned_by_group is None]
    state = replace(before, licences=tuple(direct), since=tenant.clock.now())
    for group in tenant.groups_of(person):
        for sku_id, disabled in group.licences.items():
            inherited = _inherit(tenant, state, before, group, tenant.skus[sku_id], disabled)
            state = replace(state, licences=(*state.licences, inherited))
    if not _same(before.licences, state.licences):
        tenant.push_state(person, state)
        telephony.release_unlicensed(tenant, person)


def _inherit(
    tenant: Tenant,
    state: DirectoryState,
    before: DirectoryState,
    group: Group,
    sku: Sku,
    disabled: frozenset[str],
) -> Licence:
    wanted = Licence(sku.sku_id, disabled, group.id, since=tenant.clock.now())
    try:
        _check_seats(tenant, before, [sku.sku_id])
        check_plans(tenant.enabled_plans(replace(state, licences=(*state.licences, wanted))))
    except LicenceRefused as refused:
        return replace(wanted, state="Error", error=refused.violation)
    return wanted

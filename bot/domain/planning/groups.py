"""Licences that come from a group: only who looks after the group can take them away (J07)."""

from __future__ import annotations

from collections.abc import Iterable

from bot.domain.catalogue.products import product_name
from bot.domain.people import HeldLicence, Person
from bot.domain.plans import HumanTask, Notice, NoticeLevel
from bot.domain.tasks import TaskKind
from bot.domain.values import ObjectId

__all__ = ["group_notices", "leave_groups", "taken_directly"]


def taken_directly(licences: Iterable[HeldLicence]) -> tuple[ObjectId, ...]:
    """The skuIds that can be taken back from the person's account."""
    return tuple(one.sku_id for one in licences if one.assigned_by_group is None)


def leave_groups(licences: Iterable[HeldLicence], person: Person) -> tuple[HumanTask, ...]:
    """One task for each licence of a group."""
    return tuple(
        HumanTask(
            task=TaskKind.CHANGE_GROUP,
            params={
                "group": one.assigned_by_group,
                "name": person.name,
                "person": person.upn,
                "product": product_name(one.sku_id),
                "action": "remove",
            },
        )
        for one in licences
        if one.assigned_by_group is not None
    )


def group_notices(licences: Iterable[HeldLicence], person: Person) -> tuple[Notice, ...]:
    """What people should know of the licences that only groups can take away."""
    names = [product_name(one.sku_id) for one in licences if one.assigned_by_group is not None]
    if not names:
        return ()
    params = {"name": person.name, "products": ", ".join(names)}
    return (Notice(code="SB-NUM-26", level=NoticeLevel.WARN, params=params),)

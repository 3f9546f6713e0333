"""An administrator who does every task at once, in the simulated tenant and on the card; or who cannot."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.domain.people import Actor
from bot.domain.task_texts import task_text
from bot.domain.tasks import Audience, Task, TaskKind
from bot.domain.tenant import TenantFacts
from bot.sandbox import shaping
from bot.sandbox.model import Group, Number
from bot.sandbox.tenant import Tenant
from bot.store import tasks
from bot.store.database import Transaction
from bot.usecases.desk import Desk
from bot.usecases.tasks import cannot, finish
from tests.support.shaped import ME, PLACES, give_seats

__all__ = ["ADMINS", "RobotAdmin", "hire"]

ADMIN = "ad000000-0000-4000-8000-000000000001"
ADMINS = "ad000000-0000-4000-8000-000000000002"
_EVERYBODY = tuple(Audience)


def hire(tenant: Tenant) -> None:
    """Put the administrator, and the group that is asked to do tasks, into the tenant."""
    person = shaping.add_person(tenant, shaping.NewPerson(displayName="Robin Admin", id=ADMIN))
    tenant.groups[ADMINS] = Group(ADMINS, "Voice admins", "", person.created_at, [ADMIN])


@dataclass
class RobotAdmin:
    """Does what the tasks say; Graph shows it, and what Graph cannot show is put on record."""

    desk: Desk
    tenant: Tenant
    willing: bool

    async def looks(self) -> int:
        """See to every open task; how many there were."""
        found = await self.desk.db.read(_open)
        for task in found:
            await self._sees_to(task)
        return len(found)

    async def _sees_to(self, task: Task) -> None:
        actor = Actor(id=ADMIN, name="Robin Admin")
        if not self.willing:
            result = await cannot(self.desk, actor, task.id, "nobody sells it", task.version)
        else:
            _DONE.get(task.kind, _nothing)(self.tenant, task.params)
            result = await finish(self.desk, actor, task.id, _evidence(task), task.version)
        assert result.applied, (task, result.refusal, result.problems)


def _open(tx: Transaction) -> tuple[Task, ...]:
    return tasks.open_tasks(tx, _EVERYBODY, limit=50)


_KNOWN = {
    "case": "1234567",
    "account": "queue@contoso.com",
    "forwarded_to": "+33123450000",
    "quantity": "1",
    "compared": "yes",
}


def _evidence(task: Task) -> Mapping[str, str]:
    """What the card asks for, of the shape it asks for."""
    country = task.params.get("country", "")
    today = task.updated_at.date().isoformat()
    amount = task.params.get("amount", "")
    known = {**_KNOWN, "order": task.id, "amount": amount, "bought_on": today, "changed_on": today}
    known |= {"country": country, "location_id": PLACES.get(country, PLACES["FR"])}
    fields = task_text(task.kind, task.params, TenantFacts()).evidence
    return {field.id: known[field.id] for field in fields if field.required}


def _nothing(tenant: Tenant, params: Mapping[str, str]) -> None:
    """What is done elsewhere than in this tenant."""


def _buy_seats(tenant: Tenant, params: Mapping[str, str]) -> None:
    give_seats(tenant, params["sku_id"], int(params["quantity"]))


def _order_numbers(tenant: Tenant, params: Mapping[str, str]) -> None:
    country = params["country"]
    for index in range(int(params["quantity"])):
        number = Number(
            telephone_number=f"+1900{len(tenant.numbers):05}{index:02}",
            number_type="callingPlan",
            country=country,
            city=params["city"] or None,
            capabilities=("userAssignment",)
            if params["usage"] == "user"
            else ("voiceApplicationAssignment",),
            location_id=None if country in ("US", "CA") else PLACES.get(country),
        )
        tenant.add_number(number)


def _place_numbers(tenant: Tenant, params: Mapping[str, str]) -> None:
    for number in tenant.numbers.values():
        if number.country == params["country"] and number.country not in ("US", "CA"):
            number.location_id = number.location_id or PLACES[number.country]
    tenant.touch()


def _change_group(tenant: Tenant, params: Mapping[str, str]) -> None:
    group = tenant.groups[params["group"]]
    if params["action"] == "remove" and ME in group.members:
        shaping.drop_member(tenant, group, ME)


def _upgrade_base(tenant: Tenant, params: Mapping[str, str]) -> None:
    for group in tenant.groups_of(tenant.people[ME]):
        if group.licences:
            shaping.drop_member(tenant, group, ME)
    give_seats(tenant, shaping.sku_of(tenant, "ENTERPRISEPACK").sku_id, 1)
    person = tenant.people[ME]
    held = tuple(one.sku_id for one in person.now.licences)
    kept = tuple(dict.fromkeys((*held, "ENTERPRISEPACK")))
    shaping.change_person(tenant, person, shaping.PersonChanges(licences=kept))


_DONE: Mapping[TaskKind, Callable[[Tenant, Mapping[str, str]], None]] = {
    TaskKind.BUY_SEATS: _buy_seats,
    TaskKind.ORDER_NUMBERS: _order_numbers,
    TaskKind.EMERGENCY_ADDRESS: _place_numbers,
    TaskKind.CHANGE_GROUP: _change_group,
    TaskKind.UPGRADE_BASE: _upgrade_base,
}

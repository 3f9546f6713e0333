"""The simulated tenant: everything it holds, in memory, and the questions every part asks of it."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta

from bot.sandbox.clock import SandboxClock
from bot.sandbox.model import DirectoryState, Group, Location, Number, Operation, Person, Sku, opaque_id
from bot.sandbox.products import PlanId

__all__ = ["AppSecret", "CatalogApp", "Delays", "Tenant"]

CONTOSO = uuid.UUID("6f1c2a52-7d0e-5b8e-9a43-0c8f0d5c7a10")
"""Namespace of every id made up for this tenant, so that they are the same in each run."""


@dataclass(frozen=True, slots=True)
class Delays:
    """How long things take, in sandbox seconds."""

    directory_read: float = 3
    """Until a change to a user shows when the user is read."""
    teams_voice: float = 1200
    """Until Teams has provisioned what a licence gives."""
    teams_user: float = 14_400
    """Until Teams knows a newly created user."""
    number_start: float = 1
    """Until a number order is taken up."""
    number_operation: float = 4
    """Until a number order has finished."""
    number_activation: float = 4
    """From a finished assignment to `activated`."""
    directory_write: float = 0
    """How long a user object is locked by one write; another one meanwhile is refused."""


@dataclass(frozen=True, slots=True)
class CatalogApp:
    """A Teams app of the organisation's catalogue."""

    id: str
    external_id: str
    """The `id` of the manifest."""
    name: str


@dataclass(frozen=True, slots=True)
class AppSecret:
    """A client secret of the bot's registration, as Entra shows it."""

    id: str
    name: str
    hint: str
    """Its first three characters."""
    begins: datetime
    ends: datetime


@dataclass
class Tenant:
    """Contoso. Plain state; the rules of licences and numbers are in `licensing` and `telephony`."""

    clock: SandboxClock
    id: str = ""
    domain: str = "contoso.com"
    display_name: str = "Contoso"
    delays: Delays = field(default_factory=Delays)
    people: dict[str, Person] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    skus: dict[str, Sku] = field(default_factory=dict)
    numbers: dict[str, Number] = field(default_factory=dict)
    locations: dict[str, Location] = field(default_factory=dict)
    operations: dict[str, Operation] = field(default_factory=dict)
    catalog: dict[str, CatalogApp] = field(default_factory=dict)
    app_secrets: list[AppSecret] = field(default_factory=list)
    """Of the bot's registration; none unless somebody lists them."""
    revision: int = 0
    """Grows with every change, so that a request can be told to have changed something."""
    on_operation: list[Callable[[Operation], None]] = field(default_factory=list)
    """Called when an order has changed the inventory."""
    _pending: list[Operation] = field(default_factory=list)
    _by_upn: dict[str, str] = field(default_factory=dict)
    _seats: Counter[str] = field(default_factory=Counter)
    _numbers_of: dict[str, list[str]] = field(default_factory=dict)
    _made_ids: int = 0

    def clear(self) -> None:
        """Forget everything but the clock and who listens."""
        for held in (
            self.people, self.groups, self.skus, self.numbers, self.locations, self.operations, self.catalog,
            self._pending, self._by_upn, self._seats, self._numbers_of,
        ):  # fmt: skip
            held.clear()
        self.app_secrets.clear()
        self.delays = Delays()
        self.touch()

    def touch(self) -> None:
        """Record that something changed."""
        self.revision += 1

    def stable_id(self, name: str) -> str:
        """The id of a thing of this name: the same in every run."""
        return str(uuid.uuid5(CONTOSO, name))

    def fresh_id(self, kind: str) -> str:
        """An id for a thing made while running; unique, and the same when a run is repeated."""
        self._made_ids += 1
        return self.stable_id(f"{kind}/{self._made_ids}")

    def set_delays(self, changes: dict[str, float]) -> None:
        """Change some delays. Raises TypeError for a name that is none, ValueError below zero."""
        if any(seconds < 0 for seconds in changes.values()):
            raise ValueError("a delay cannot be negative")
        self.delays = replace(self.delays, **changes)

    def delays_as_dict(self) -> dict[str, float]:
        return asdict(self.delays)

    def before(self, seconds: float) -> datetime:
        """The moment this many sandbox seconds ago."""
        return self.clock.now() - timedelta(seconds=seconds)

    # People ---------------------------------------------------------------------------------------------

    def add_person(self, person: Person) -> Person:
        self.people[person.id] = person
        self._by_upn[person.upn.casefold()] = person.id
        self._seats.update(person.now.sku_ids)
        self.touch()
        return person

    def remove_person(self, person: Person) -> None:
        del self.people[person.id]
        del self._by_upn[person.upn.casefold()]
        self._seats.subtract(person.now.sku_ids)
        for group in self.groups.values():
            group.members = [one for one in group.members if one != person.id]
        self.touch()

    def find_person(self, key: str) -> Person | None:
        """By object id or user principal name."""
        folded = key.casefold()
        return self.people.get(folded) or self.people.get(self._by_upn.get(folded, ""))

    def push_state(self, person: Person, state: DirectoryState) -> None:
        """Make `state` the truth about a person and move the seat counts with it."""
        self._seats.subtract(person.now.sku_ids)
        self._seats.update(state.sku_ids)
        person.history.append(state)
        self.touch()

    def visible(self, person: Person) -> DirectoryState:
        """What reading the user shows: a little behind the truth."""
        return person.as_of(self.before(self.delays.directory_read))

    def reports_of(self, person: Person) -> list[Person]:
        return [one for one in self.people.values() if one.manager_id == person.id]

    # Licences -------------------------------------------------------------------------------------------

    def find_sku(self, key: str) -> Sku | None:
        """By skuId or part number."""
        folded = key.strip().casefold()
        found = self.skus.get(folded)
        return found or next(
            (one for one in self.skus.values() if one.part_number.casefold() == folded), None
        )

    def consumed(self, sku: Sku) -> int:
        return sku.baseline + self._seats[sku.sku_id]

    def free_seats(self, sku: Sku) -> int:
        """Seats that can still be assigned, those of a grace period included."""
        return sku.enabled + sku.warning - self.consumed(sku)

    def enabled_plans(self, state: DirectoryState) -> frozenset[str]:
        """Service plans a person may use: assigned, and not switched off."""
        return frozenset(
            plan.id
            for licence in state.licences
            if licence.state == "Active"
            for plan in self.skus[licence.sku_id].plans
            if plan.id not in licence.disabled_plans
        )

    # Groups ---------------------------------------------------------------------------------------------

    def transitive_members(self, group: Group) -> list[Person | Group]:
        """Members of members, each once, nested groups included; circles are allowed."""
        found: dict[str, Person | Group] = {}
        waiting = list(group.members)
        while waiting:
            key = waiting.pop(0)
            member = self.people.get(key) or self.groups.get(key)
            if member is None or key in found or key == group.id:
                continue
            found[key] = member
            if isinstance(member, Group):
                waiting.extend(member.members)
        return list(found.values())

    def groups_of(self, person: Person) -> list[Group]:
        """Groups a person is in, directly or through others."""
        return [one for one in self.groups.values() if person in self.transitive_members(one)]

    def direct_groups_of(self, person: Person) -> list[Group]:
        return [one for one in self.groups.values() if person.id in one.members]

    # Numbers --------------------------------------------------------------------------------------------

    def add_number(self, number: Number) -> Number:
        self.numbers[number.telephone_number] = number
        if number.target_id is not None:
            self._numbers_of.setdefault(number.target_id, []).append(number.telephone_number)
        self.touch()
        return number

    def remove_number(self, number: Number) -> None:
        self.point_number(number, None)
        del self.numbers[number.telephone_number]

    def find_number(self, text: str) -> Number | None:
        """By E.164, with or without the plus sign."""
        return self.numbers.get("+" + text.removeprefix("+"))

    def number_id(self, number: Number) -> str:
        return opaque_id(self.stable_id("numbers"), number.telephone_number)

    def number_by_id(self, key: str) -> Number | None:
        return next((one for one in self.numbers.values() if self.number_id(one) == key), None)

    def numbers_of(self, person: Person) -> list[Number]:
        return [self.numbers[number] for number in self._numbers_of.get(person.id, ())]

    def point_number(self, number: Number, target_id: str | None) -> None:
        """Give a number to somebody, or to nobody."""
        if number.target_id is not None:
            self._numbers_of[number.target_id].remove(number.telephone_number)
        if target_id is not None:
            self._numbers_of.setdefault(target_id, []).append(number.telephone_number)
        number.target_id = target_id
        number.status = "unassigned" if target_id is None else "userAssigned"
        self.touch()

    # Orders ---------------------------------------------------------------------------------------------

    def add_operation(self, operation: Operation) -> None:
        self.operations[operation.id] = operation
        self._pending.append(operation)

    def due_operations(self) -> Iterator[Operation]:
        """Orders whose time has come, in the order they finish; each is handed out once."""
        while self._pending:
            first = min(self._pending, key=lambda one: (one.due_at, one.seq))
            if first.due_at > self.clock.now():
                return
            self._pending.remove(first)
            yield first

    # Teams ----------------------------------------------------------------------------------------------

    def known_to_teams(self, person: Person) -> bool:
        """Whether Teams' own directory has heard of the user yet."""
        if person.created_at > self.before(self.delays.teams_user):
            return False
        return person.resource_account or PlanId.TEAMS in self.teams_plans(person)

    def teams_plans(self, person: Person) -> frozenset[str]:
        """Service plans as far as Teams has provisioned them."""
        return self.enabled_plans(person.as_of(self.before(self.delays.teams_voice)))

"""What is to be so, since it was approved and read back when it was done.

Each thing is remembered under a key of its own, and the newest word on it holds: later requests, tasks done
by people and what admins have accepted all say something newer. That makes remembering them the same in
whatever order they are learned, and however often.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from enum import StrEnum

from pydantic import Field

from bot.domain.catalogue.products import plan_ids, product_name, products
from bot.domain.numbers import NumberType
from bot.domain.people import PersonRef
from bot.domain.plans import (
    AssignNumber,
    AwaitPlans,
    AwaitVoice,
    ChangeLicences,
    HumanTask,
    KeepNumber,
    Plan,
    ReleaseNumber,
    SetLocation,
    SetUsageLocation,
    Step,
)
from bot.domain.requests import StepRecord, StepState
from bot.domain.tasks import TaskKind
from bot.domain.values import CountryCode, Instant, ObjectId, Value

__all__ = ["OFF", "ON", "Agreed", "Done", "Thing", "about_to_change", "agreed_by", "newest"]

ON, OFF = "on", "off"


class Thing(StrEnum):
    """What something is agreed about, and in brackets what `Agreed.subject`, `item` and `want` mean."""

    LICENCE = "licence"
    """A product on somebody (person, skuId, ON or OFF)."""
    PLAN = "plan"
    """A service plan in force (person, plan id, ON)."""
    COUNTRY = "country"
    """Somebody's usage location (person, "", ISO 3166)."""
    NUMBER = "number"
    """Somebody's number (person, "", E.164)."""
    PLACE = "place"
    """The emergency location of a number (E.164, "", location id)."""
    SERVICE = "service"
    """A number of a queue, an attendant or a bridge (E.164, "", ON)."""
    GROUPS = "groups"
    """Somebody has been taken out of a group, which may have given more than was meant (person, "", ON)."""
    ACCOUNT = "account"
    """Somebody's account, once admins have said that it may be as it is (person, "", what it is)."""
    REST = "rest"
    """A resting number, once admins have said who may have it (E.164, "", object id)."""


class Agreed(Value):
    """One thing that is to be so."""

    thing: Thing
    subject: str
    item: str = ""
    want: str | None
    """None: nothing is expected any more."""
    off: frozenset[ObjectId] = frozenset()
    """Of a licence: the service plans that may be switched off in it."""
    person: PersonRef
    """Whom it is about."""
    country: CountryCode | None = None
    """Of a number, as it was asked for; so is `city`."""
    city: str | None = None
    by_us: bool = False
    """Switchboard itself wrote it, onto the person: no group takes it away."""
    since: Instant
    source: str
    """The request that did it; still that one once admins have accepted something else in its place."""
    index: int = 0
    """Orders what one step or one request says."""

    @property
    def key(self) -> str:
        return f"{self.thing}:{self.subject}:{self.item}" if self.item else f"{self.thing}:{self.subject}"

    @property
    def age(self) -> tuple[datetime, str, int]:
        """What is newer is greater; no two are alike."""
        return (self.since, self.source, self.index)


class Done(Value):
    """What is known of one request that has changed something."""

    id: str
    person: PersonRef
    plan: Plan
    records: tuple[StepRecord, ...]
    numbers: dict[int, str] = Field(default_factory=dict)
    """The numbers that people were asked to assign by hand, by step."""


def newest(known: Mapping[str, Agreed], facts: Iterable[Agreed]) -> dict[str, Agreed]:
    """Everything known, with what is newer in place of what is older."""
    merged = dict(known)
    for fact in facts:
        before = merged.get(fact.key)
        if before is None or fact.age > before.age:
            merged[fact.key] = fact
    return merged


def agreed_by(done: Done) -> tuple[Agreed, ...]:
    """What the steps of a request that have been read back leave to be so."""
    found: list[Agreed] = []
    for record in done.records:
        if record.state is not StepState.DONE or record.finished_at is None:
            continue
        step = done.plan.steps[record.index]
        for order, fact in enumerate(_facts(step, record, done)):
            about = {"person": done.person, "since": record.finished_at, "source": done.id}
            index = record.index * _ROOM + order
            found.append(
                Agreed.model_validate({**about, **fact, "by_us": record.attempts > 0, "index": index})
            )
    return tuple(newest({}, found).values())


_ROOM = 1000
"""More than one step has to say."""

_Fact = Mapping[str, object]


def _facts(step: Step, record: StepRecord, done: Done) -> Iterator[_Fact]:
    whom = done.person.id
    match step:
        case SetUsageLocation():
            yield {"thing": Thing.COUNTRY, "subject": whom, "want": step.country}
        case ChangeLicences():
            yield from _licences(step, whom)
        case AwaitPlans() | AwaitVoice():
            yield from ({"thing": Thing.PLAN, "subject": whom, "item": one, "want": ON} for one in step.plans)
        case AssignNumber():
            yield from _number(step, record, done)
        case KeepNumber():
            yield _held(step.telephone_number, whom)
            if step.location_id:
                yield _place(step.telephone_number, step.location_id)
        case ReleaseNumber():
            yield {"thing": Thing.NUMBER, "subject": whom, "want": None}
            yield _place(step.telephone_number, None)
        case SetLocation():
            yield _place(step.telephone_number, step.location_id)
        case HumanTask():
            yield from _by_hand(step, done.numbers.get(record.index, ""), whom)


def _licences(step: ChangeLicences, whom: ObjectId) -> Iterator[_Fact]:
    """What its plans were agreed to do before says nothing of what they do after such a change."""
    changed = [*step.remove, *(add.sku_id for add in step.add)]
    for plan_id in sorted(frozenset[ObjectId]().union(*map(plan_ids, changed))):
        yield {"thing": Thing.PLAN, "subject": whom, "item": plan_id, "want": None}
    for sku_id in step.remove:
        yield {"thing": Thing.LICENCE, "subject": whom, "item": sku_id, "want": OFF}
    for add in step.add:
        off = add.disabled_plans
        yield {"thing": Thing.LICENCE, "subject": whom, "item": add.sku_id, "want": ON, "off": off}


def _number(step: AssignNumber, record: StepRecord, done: Done) -> Iterator[_Fact]:
    e164 = record.detail.get("number")
    if not e164:
        return
    yield {**_held(e164, done.person.id), "country": step.country, "city": step.city}
    yield _place(e164, _sent_location(step, done) or None)
    if step.number_type is NumberType.CALLING_PLAN:
        # R68: the country of the number is that of the usage location.
        yield {"thing": Thing.COUNTRY, "subject": done.person.id, "want": step.country}


def _sent_location(step: AssignNumber, done: Done) -> str | None:
    """As planned, or as whoever created the address put on record (J10)."""
    if not step.location_from_task:
        return step.location_id
    for record in done.records:
        before = done.plan.steps[record.index]
        if isinstance(before, HumanTask) and before.task is TaskKind.EMERGENCY_ADDRESS:
            return record.detail.get("location_id")
    return None


def _held(e164: str, whom: ObjectId) -> _Fact:
    return {"thing": Thing.NUMBER, "subject": whom, "want": e164}


def _place(e164: str, location_id: str | None) -> _Fact:
    return {"thing": Thing.PLACE, "subject": e164, "want": location_id}


def _by_hand(step: HumanTask, number: str, whom: ObjectId) -> Iterator[_Fact]:
    """What people have done for a request explains what they have changed for it."""
    number = number or step.params.get("number", "")
    match step.task:
        case TaskKind.CHANGE_GROUP if step.params.get("action") == "remove":
            yield {"thing": Thing.GROUPS, "subject": whom, "want": ON}
            yield from _no_longer(step.params.get("product", ""), whom)
        case TaskKind.UPGRADE_BASE:
            yield from _no_longer(step.params.get("base", ""), whom)
        case TaskKind.EMERGENCY_ADDRESS if number:
            yield _place(number, None)
        case TaskKind.SERVICE_NUMBER | TaskKind.VOICE_APPLICATION if number:
            yield {"thing": Thing.SERVICE, "subject": number, "want": ON}
        case TaskKind.CONVERT_NUMBER if number:
            yield {"thing": Thing.SERVICE, "subject": number, "want": None}


def _no_longer(name: str, whom: ObjectId) -> Iterator[_Fact]:
    for sku_id in (one for one in products() if name and product_name(one) == name):
        yield {"thing": Thing.LICENCE, "subject": whom, "item": sku_id, "want": None}


def about_to_change(plan: Plan, whom: ObjectId, holds: str | None) -> frozenset[str]:
    """Keys of what a request on its way has changed perhaps, or will: nothing is said of them meanwhile.

    `holds` is the number that the person is agreed to have.
    """
    return frozenset(key for step in plan.steps for key in _touched(step, whom, holds))


def _touched(step: Step, whom: ObjectId, holds: str | None) -> Iterator[str]:
    match step:
        case SetUsageLocation():
            yield f"{Thing.COUNTRY}:{whom}"
        case ChangeLicences():
            changed = [*step.remove, *(add.sku_id for add in step.add)]
            yield from (f"{Thing.LICENCE}:{whom}:{sku_id}" for sku_id in changed)
            inside = frozenset[ObjectId]().union(*map(plan_ids, changed))
            yield from (f"{Thing.PLAN}:{whom}:{plan_id}" for plan_id in inside)
        case AssignNumber() | KeepNumber() | ReleaseNumber():
            yield f"{Thing.NUMBER}:{whom}"
            yield from (f"{Thing.PLACE}:{e164}" for e164 in (holds, step.telephone_number) if e164)
        case SetLocation():
            yield f"{Thing.PLACE}:{step.telephone_number}"
        case HumanTask() if step.params.get("number"):
            number = step.params["number"]
            yield from (f"{Thing.SERVICE}:{number}", f"{Thing.PLACE}:{number}")

"""Where Graph shows something else than what is agreed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from pydantic import Field

from bot.domain.catalogue.products import plan_ids, plan_name, product_name
from bot.domain.drift.agreed import OFF, ON, Agreed, Thing
from bot.domain.numbers import AssignmentStatus, PhoneNumber
from bot.domain.people import HeldLicence, PersonRef
from bot.domain.tenant import Resting
from bot.domain.values import CountryCode, Instant, ObjectId, Value

__all__ = ["Account", "DriftKind", "Finding", "Shown", "carried", "drifted"]


class DriftKind(StrEnum):
    """What is not as it was agreed."""

    ACCOUNT_GONE = "account_gone"
    ACCOUNT_OFF = "account_off"
    """The account is switched off, and still has what was given to it."""
    LICENCE_GONE = "licence_gone"
    LICENCE_BACK = "licence_back"
    """It was taken back, and is there again."""
    PLANS_OFF = "plans_off"
    """Service plans that are needed are in force no more."""
    COUNTRY_CHANGED = "country_changed"
    NUMBER_GONE = "number_gone"
    PLACE_CHANGED = "place_changed"
    """Help would be sent somewhere else."""
    SERVICE_NUMBER_GONE = "service_number_gone"
    REST_BROKEN = "rest_broken"
    """A number that rests has been given to somebody."""


class Account(Value):
    """What Graph shows of an account, as far as anything is agreed about it."""

    enabled: bool = True
    country: CountryCode | None = None
    licences: tuple[HeldLicence, ...] = ()
    plans: frozenset[ObjectId] = frozenset()
    """Service plans in force."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What Graph shows now of everybody and of every number that anything is agreed about."""

    accounts: Mapping[ObjectId, Account] = field(default_factory=dict)
    """Who is missing here is missing there."""
    numbers: Mapping[str, PhoneNumber] = field(default_factory=dict)
    """Also the numbers that these people have without anybody having agreed to it."""


class Finding(Value):
    """One thing that is not as agreed."""

    kind: DriftKind
    key: str
    """What it is about, as `Agreed.key`; with `seen` it tells whether it was found before."""
    covers: tuple[str, ...]
    """Keys of all that is not as agreed here."""
    seen: str
    """What is there instead."""
    person: PersonRef
    product: ObjectId | None = None
    """skuId of the licence, or of the one whose plans are off; None where no one licence is meant."""
    want: str = ""
    """Number, place or country as agreed."""
    country: CountryCode | None = None
    """Of the number; so is `city`."""
    city: str | None = None
    place: str | None = None
    """The emergency location that the number was given with."""
    holder: ObjectId | None = None
    """Who has the number now."""
    params: dict[str, str] = Field(default_factory=dict)
    """For people to read: names of products and plans, countries, numbers."""
    source: str = ""
    """The request that was approved; empty for a number that rests."""
    since: Instant | None = None
    """When that was done."""


def carried(agreed: Iterable[Agreed], shown: Shown, at: datetime) -> Iterator[Agreed]:
    """The places that people's numbers carry by themselves, where nothing was agreed: they are to stay so.

    `at` is when they were seen; what is said later of a place is newer.
    """
    facts = tuple(agreed)
    placed = {one.subject for one in facts if one.thing is Thing.PLACE}
    for one in facts:
        number = shown.numbers.get(one.want or "") if one.thing is Thing.NUMBER else None
        if number is None or number.target_id != one.person.id or number.location_id is None:
            continue
        if number.telephone_number not in placed:
            about = {"subject": number.telephone_number, "want": number.location_id, "thing": Thing.PLACE}
            yield one.model_copy(update={**about, "since": at, "by_us": False})


def drifted(
    agreed: Iterable[Agreed],
    shown: Shown,
    resting: Collection[Resting] = (),
    moving: Collection[str] = (),
) -> tuple[Finding, ...]:
    """Everything that is not as agreed, but what a request on its way is about (`moving`, by key)."""
    book = _Book.of(agreed)
    found: list[Finding] = []
    for person_id, facts in book.people.items():
        found.extend(_of_person(facts, shown, person_id))
    found.extend(_services(book, shown))
    found.extend(_rests(book, shown, resting))
    return tuple(one for one in found if not _moves(one, moving))


def _moves(finding: Finding, moving: Collection[str]) -> bool:
    return finding.key in moving or any(key in moving for key in finding.covers)


@dataclass(frozen=True, slots=True)
class _Book:
    """What is agreed, by what it is about."""

    people: Mapping[ObjectId, tuple[Agreed, ...]]
    services: tuple[Agreed, ...]
    rests: Mapping[str, str]
    """Who may have a resting number, since admins have said so."""

    @classmethod
    def of(cls, agreed: Iterable[Agreed]) -> _Book:
        people: dict[ObjectId, list[Agreed]] = defaultdict(list)
        services: list[Agreed] = []
        rests: dict[str, str] = {}
        for one in agreed:
            if one.want is None:
                continue
            if one.thing is Thing.SERVICE:
                services.append(one)
            elif one.thing is Thing.REST:
                rests[one.subject] = one.want
            else:
                people[one.person.id].append(one)
        return cls({whom: tuple(facts) for whom, facts in people.items()}, tuple(services), rests)


def _of_person(facts: tuple[Agreed, ...], shown: Shown, person_id: ObjectId) -> Iterator[Finding]:
    given = tuple(one for one in facts if one.thing is Thing.NUMBER or _on(one))
    account = shown.accounts.get(person_id)
    if account is None:
        if given:
            yield _finding(DriftKind.ACCOUNT_GONE, _first(given), "gone", given, key=f"account:{person_id}")
        return
    yield from _switched_off(facts, given, account, shown)
    lost = tuple(_licences_gone(facts, account))
    yield from lost
    yield from _licences_back(facts, account)
    yield from _plans_off(facts, account, {one.product for one in lost if one.product})
    yield from _country(facts, account)
    number = next((one for one in facts if one.thing is Thing.NUMBER), None)
    gone = _number_gone(number, _place_of(number, facts), account, shown) if number else None
    if gone is not None:
        yield gone
    elif number is not None:
        yield from _places(facts, number, shown)


def _on(one: Agreed) -> bool:
    return one.thing is Thing.LICENCE and one.want == ON


def _first(facts: tuple[Agreed, ...]) -> Agreed:
    return min(facts, key=lambda one: one.age)


def _finding(
    kind: DriftKind,
    agreed: Agreed,
    seen: str,
    covers: Iterable[Agreed] = (),
    *,
    key: str = "",
    **more: object,
) -> Finding:
    about = {"person": agreed.person, "source": agreed.source, "since": agreed.since}
    keys = tuple(one.key for one in covers) or (agreed.key,)
    fields = {"kind": kind, "key": key or agreed.key, "covers": keys, "seen": seen}
    return Finding.model_validate({**about, **fields, **more})


def _switched_off(
    facts: tuple[Agreed, ...], given: tuple[Agreed, ...], account: Account, shown: Shown
) -> Iterator[Finding]:
    """Only while it still has something: a licence that is agreed, or a number."""
    known = any(one.thing is Thing.ACCOUNT and one.want == OFF for one in facts)
    if account.enabled or known:
        return
    still = tuple(one for one in given if _still_there(one, account, shown))
    if still:
        first = _first(still)
        key = f"{Thing.ACCOUNT}:{first.person.id}"
        names = ", ".join(product_name(one.item) for one in still if one.thing is Thing.LICENCE)
        number = next((one.want for one in still if one.thing is Thing.NUMBER), None) or ""
        params = {"products": names, "number": number}
        yield _finding(DriftKind.ACCOUNT_OFF, first, OFF, key=key, params=params, want=number)


def _still_there(one: Agreed, account: Account, shown: Shown) -> bool:
    if one.thing is Thing.NUMBER:
        return _holder(one.want or "", shown) == one.person.id
    return bool(_held(account, one.item))


def _held(account: Account, sku_id: ObjectId) -> tuple[HeldLicence, ...]:
    return tuple(one for one in account.licences if one.sku_id == sku_id and one.in_force)


def _explained(one: Agreed, facts: tuple[Agreed, ...]) -> bool:
    """Whoever was taken out of a group lost all that it gave; what we wrote ourselves is no group's."""
    left = next((fact for fact in facts if fact.thing is Thing.GROUPS), None)
    return left is not None and not one.by_us and left.age > one.age


def _licences_gone(facts: tuple[Agreed, ...], account: Account) -> Iterator[Finding]:
    for one in facts:
        if _on(one) and not _held(account, one.item) and not _explained(one, facts):
            params = {"product": product_name(one.item)}
            yield _finding(DriftKind.LICENCE_GONE, one, "gone", product=one.item, params=params)


def _licences_back(facts: tuple[Agreed, ...], account: Account) -> Iterator[Finding]:
    for one in facts:
        if one.thing is not Thing.LICENCE or one.want != OFF:
            continue
        if any(held.assigned_by_group is None for held in _held(account, one.item)):
            params = {"product": product_name(one.item)}
            yield _finding(DriftKind.LICENCE_BACK, one, "back", product=one.item, params=params)


def _plans_off(facts: tuple[Agreed, ...], account: Account, lost: Collection[ObjectId]) -> Iterator[Finding]:
    """Those switched off in a licence, then those that are in force no more for another reason."""
    told: set[ObjectId] = set().union(*(plan_ids(sku_id) for sku_id in lost))
    for one in facts:
        held = _held(account, one.item) if _on(one) else ()
        if held:
            off = frozenset.intersection(*(each.disabled_plans for each in held)) & plan_ids(one.item)
            off -= one.off | account.plans
            told |= off
            if off:
                yield _finding(
                    DriftKind.PLANS_OFF, one, _listed(off), product=one.item, params=_of_plans(off, one.item)
                )
    plans = [one for one in facts if one.thing is Thing.PLAN and one.item not in account.plans | told]
    missing = tuple(one for one in plans if not _explained(one, facts))
    if missing:
        ids = frozenset(one.item for one in missing)
        source = _switched_off_in(ids, account)
        key = f"{Thing.PLAN}:{missing[0].person.id}"
        yield _finding(
            DriftKind.PLANS_OFF,
            _first(missing),
            _listed(ids),
            missing,
            key=key,
            product=source,
            params=_of_plans(ids, source),
        )


def _switched_off_in(plans: frozenset[ObjectId], account: Account) -> ObjectId | None:
    """The licence that would bring the plans, were they not switched off in it."""
    return next((one.sku_id for one in account.licences if one.in_force and plans & one.disabled_plans), None)


def _listed(ids: frozenset[ObjectId]) -> str:
    return ",".join(sorted(ids))


def _of_plans(ids: frozenset[ObjectId], sku_id: ObjectId | None) -> dict[str, str]:
    return {
        "plans": ", ".join(sorted(map(plan_name, ids))),
        "product": product_name(sku_id) if sku_id else "",
    }


def _country(facts: tuple[Agreed, ...], account: Account) -> Iterator[Finding]:
    for one in facts:
        if one.thing is Thing.COUNTRY and one.want != account.country:
            params = {"country": one.want or "", "location_country": account.country or ""}
            seen = account.country or "none"
            yield _finding(DriftKind.COUNTRY_CHANGED, one, seen, want=one.want, params=params)


def _holder(e164: str, shown: Shown) -> ObjectId | None:
    number = shown.numbers.get(e164)
    return number.target_id if number else None


def _place_of(number: Agreed, facts: tuple[Agreed, ...]) -> str | None:
    places = (one for one in facts if one.thing is Thing.PLACE and one.subject == number.want)
    return next((one.want for one in places), None)


def _number_gone(one: Agreed, place: str | None, account: Account, shown: Shown) -> Finding | None:
    agreed = one.want or ""
    number = shown.numbers.get(agreed)
    whom = one.person.id
    if number is not None and number.target_id == whom:
        return None
    others = (each.telephone_number for each in shown.numbers.values() if each.target_id == whom)
    has_now = min(others, default="")
    where = "absent" if number is None else number.target_id or "nobody"
    return _finding(
        DriftKind.NUMBER_GONE,
        one,
        f"{where} {has_now}".rstrip(),
        want=agreed,
        country=number.country if number else one.country or account.country,
        city=number.city if number else one.city,
        place=place,
        holder=number.target_id if number else None,
        params={"number": agreed, "other": has_now},
    )


def _places(facts: tuple[Agreed, ...], number: Agreed, shown: Shown) -> Iterator[Finding]:
    """Only of the number that the person has: where it is somebody else's, that is what is told."""
    for one in facts:
        if one.thing is not Thing.PLACE or one.subject != number.want:
            continue
        there = shown.numbers[one.subject].location_id or ""
        if there.casefold() != (one.want or "").casefold():
            params = {"number": one.subject}
            yield _finding(DriftKind.PLACE_CHANGED, one, there or "none", want=one.want, params=params)


def _services(book: _Book, shown: Shown) -> Iterator[Finding]:
    for one in book.services:
        number = shown.numbers.get(one.subject)
        if number is None or number.assignment_status is AssignmentStatus.UNASSIGNED:
            params = {"number": one.subject}
            seen = "absent" if number is None else "nobody"
            yield _finding(DriftKind.SERVICE_NUMBER_GONE, one, seen, want=one.subject, params=params)


def _rests(book: _Book, shown: Shown, resting: Collection[Resting]) -> Iterator[Finding]:
    for one in resting:
        e164 = one.telephone_number
        holder = _holder(e164, shown)
        if holder is None or holder in (one.kept_for, book.rests.get(e164)):
            continue
        key = f"{Thing.REST}:{e164}"
        yield Finding(
            kind=DriftKind.REST_BROKEN,
            key=key,
            covers=(key,),
            seen=holder,
            person=PersonRef(id=holder, name="", upn=""),
            want=e164,
            holder=holder,
            params={"number": e164, "tag": one.tag},
        )

"""Look every night whether everything is as it was approved and done, and tell the voice admins what is not.

Nothing is told on one look alone: Graph's replicas differ for minutes, so what is found is looked at again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta

from bot.domain.drift.compare import Finding, Shown, carried, drifted
from bot.domain.drift.plausible import missing_at_once
from bot.domain.drift.views import DriftState, StoredFinding
from bot.domain.messages import Template
from bot.domain.requests import ENDED
from bot.domain.roles import Role
from bot.domain.values import ObjectId
from bot.store import agreements, alerts, drifts, outbox, requests
from bot.store import resting as rests
from bot.store.database import Transaction
from bot.usecases.alerting import alert, all_clear
from bot.usecases.authority import asked_lately
from bot.usecases.desk import Desk
from bot.usecases.roles import people_of

__all__ = ["GRACE", "look"]

GRACE = timedelta(hours=1)
"""What was done later than that is not held against Graph yet."""

_BELIEVED_AFTER = timedelta(hours=20)
"""The next night, even where this one's look was late."""

_DOUBT = "drift.doubtful"
_LEARNED = "agreed"
_SERVICE = "switchboard"
_REQUESTS_AT_ONCE = 200
_PEOPLE_AT_ONCE = 300
"""One round trip to Graph."""


async def look(desk: Desk) -> None:
    """Compare, keep what was found, and send one list to each voice admin where something is new.

    May be begun again at any point: what was told is not told again.
    Raises `TransientUpstream` and `AdminError`.
    """
    began = await desk.db.read(lambda tx: tx.now)
    await _learn(desk, began)
    people = await desk.db.read(agreements.watched_people)
    found = await _found(desk, people, began)
    if found:
        suspects = sorted({one.person.id for one in found})
        seen = {(one.key, one.seen) for one in await _found(desk, suspects, began)}
        found = [one for one in found if (one.key, one.seen) in seen]
    if await _is_doubtful(desk, found, len(people), began):
        return
    before = await desk.db.read(drifts.seen)
    named = [one if (one.key, one.seen) in before else await _named(desk, one) for one in found]
    admins = await people_of(desk, Role.VOICE_ADMIN)
    if await desk.db.transact(_record, named, began, len(people), admins):
        desk.wake()


async def _is_doubtful(desk: Desk, found: Sequence[Finding], people: int, began: datetime) -> bool:
    """Too much is missing to be believed at once: admins hear of that instead, and it counts a day later."""
    missing = missing_at_once(found, people)
    if not missing:
        await all_clear(desk, _DOUBT)
        return False
    before = await desk.db.read(alerts.standing, _DOUBT)
    if before and began - before[0].raised_at >= _BELIEVED_AFTER:
        return False
    params = {"people": str(people), "gone": str(missing)}
    await alert(desk, Role.VOICE_ADMIN, _DOUBT, "SB-WCH-06", params)
    return True


async def _learn(desk: Desk, now: datetime) -> None:
    """Take up what has been done since the last look; a little of what was known is read again."""
    learned = await desk.db.read(agreements.marked, _LEARNED)
    since = learned - GRACE if learned else None
    done = await desk.db.read(agreements.changed_since, since)
    for start in range(0, len(done), _REQUESTS_AT_ONCE):
        await desk.db.transact(agreements.learn, done[start : start + _REQUESTS_AT_ONCE])
    await desk.db.transact(agreements.mark, _LEARNED, now)


async def _found(desk: Desk, people: Sequence[ObjectId], began: datetime) -> list[Finding]:
    resting = await desk.db.read(rests.active)
    numbers = await desk.db.read(agreements.watched_numbers)
    if not people and not resting:
        return []
    watched = numbers | {one.telephone_number for one in resting}
    inventory = await desk.graph.numbers_about(watched, frozenset(people))
    settled = await desk.db.read(agreements.settled_rests)
    found = list(drifted(settled, Shown(numbers=inventory), resting))
    for start in range(0, len(people), _PEOPLE_AT_ONCE):
        some = people[start : start + _PEOPLE_AT_ONCE]
        accounts = await desk.graph.accounts(some)
        agreed = await desk.db.read(agreements.expected_of, some, began - GRACE)
        now = Shown(accounts, inventory)
        found += drifted(agreed, now)
        await desk.db.transact(agreements.put, list(carried(agreed, now, began - GRACE)))
    return found


async def _named(desk: Desk, finding: Finding) -> Finding:
    """With the names of the people and places it speaks of, as far as they are known."""
    params = dict(finding.params)
    person = finding.person
    holder = await asked_lately(desk).person(finding.holder) if finding.holder else None
    if holder is not None:
        params["holder"] = holder.name
        person = person if person.name else holder.ref
    places = {one.id.casefold(): one.name for one in desk.facts.emergency_locations}
    params |= {
        "place": places.get(finding.want.casefold(), ""),
        "seen": places.get(finding.seen.casefold(), ""),
    }
    return finding.model_copy(update={"params": params, "person": person})


def _record(
    tx: Transaction, found: Sequence[Finding], began: datetime, looked_at: int, admins: Sequence[ObjectId]
) -> bool:
    before = {one.finding.key: one for one in drifts.open_ones(tx)}
    about = sorted({one.person.id for one in (*found, *(each.finding for each in before.values()))})
    moving = agreements.on_their_way(tx, about, began)
    found = [one for one in found if moving.isdisjoint((one.key, *one.covers))]
    new = [one for one in found if _is_news(tx, one, before.get(one.key))]
    _clear(tx, before.values(), {one.key for one in found}, moving)
    drifts.add(tx, new)
    for one in new:
        tx.audit(
            "drift.found",
            _SERVICE,
            one.source or None,
            kind=one.kind,
            key=one.key,
            seen=one.seen,
            person=one.person.id,
        )
    tx.audit("drift.looked", _SERVICE, people=looked_at, found=len(found), new=len(new))
    if new:
        _send_list(tx, admins)
    return bool(new)


def _is_news(tx: Transaction, finding: Finding, before: StoredFinding | None) -> bool:
    if before is None:
        return True
    if before.finding.seen != finding.seen:
        drifts.close(tx, before.id, DriftState.REPLACED, _SERVICE)
        return True
    if before.state is DriftState.MENDING and _has_ended(tx, before.request_id):
        # It was not approved, or did not help: whoever looks after it decides anew, without being called.
        drifts.reopen(tx, before.id)
    return False


def _has_ended(tx: Transaction, request_id: str | None) -> bool:
    request = requests.by_id(tx, request_id) if request_id else None
    return request is None or request.state in ENDED


def _clear(
    tx: Transaction, before: Iterable[StoredFinding], found: Collection[str], moving: Collection[str]
) -> None:
    """What is as agreed again, by whomever."""
    for one in before:
        key = one.finding.key
        if key not in found and not any(each in moving for each in (key, *one.finding.covers)):
            drifts.close(tx, one.id, DriftState.CLEARED, _SERVICE)
            tx.audit("drift.cleared", _SERVICE, one.finding.source or None, key=key)


def _send_list(tx: Transaction, admins: Sequence[ObjectId]) -> None:
    for admin in admins:
        outbox.enqueue(tx, Template.DRIFT, admin, dedupe_key=f"drift:{tx.now.isoformat()}:{admin}")

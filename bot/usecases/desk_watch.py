"""Look every hour for what lies about: messages that did not arrive, requests that do not go on.

Each is told once to those who can do something about it, several in one message, and may be told again only
after it has moved.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta

from bot.domain.messages import Template
from bot.domain.roles import Role
from bot.domain.tasks import Audience
from bot.domain.values import ObjectId
from bot.store import agreements, alerts, outbox, pauses, standing_still
from bot.store.database import Transaction
from bot.usecases.admins import admins_hear, tell_admins
from bot.usecases.alerting import clear_alert
from bot.usecases.desk import Desk
from bot.usecases.roles import people_of
from bot.usecases.sign_in_watch import keepers

__all__ = ["NEGLECTED_AFTER", "WAITING_TOO_LONG", "look_about"]

NEGLECTED_AFTER = timedelta(hours=1)
"""So long after it was due, a request should have been taken up."""

WAITING_TOO_LONG = timedelta(days=7)
"""So long without any change, whoever is asked has probably forgotten."""

_SERVICE = "switchboard"
_LISTED = 10
_DAILY = timedelta(days=1)
_LOST = "undelivered"

People = Mapping[Role, Sequence[ObjectId]]


async def look_about(desk: Desk) -> None:
    """Raises `TransientUpstream`."""
    keeper = await keepers(desk)
    roles = {keeper, Role.VOICE_ADMIN, Role.BILLING_ADMIN}
    people = {role: await people_of(desk, role) for role in roles}
    if await desk.db.transact(_look, keeper, people):
        desk.wake()


def _look(tx: Transaction, keeper: Role, people: People) -> bool:
    told = [_undelivered(tx, people), _neglected(tx, keeper, people), _waiting(tx, people)]
    return any(told)


def _undelivered(tx: Transaction, people: People) -> bool:
    """At most once a day, and each message in one count only."""
    if not standing_still.undelivered_since(tx, None):
        clear_alert(tx, _LOST)
        return False
    lost = standing_still.undelivered_since(tx, agreements.marked(tx, _LOST))
    before = alerts.standing(tx, _LOST)
    if not lost or (before and tx.now - before[0].raised_at < _DAILY):
        return False
    if not _hears(tx, Role.VOICE_ADMIN, people):
        return False
    clear_alert(tx, _LOST)
    agreements.mark(tx, _LOST, tx.now)
    _tell(tx, Role.VOICE_ADMIN, people, "SB-WCH-20", [_LOST], {"count": str(lost)})
    return True


def _neglected(tx: Transaction, keeper: Role, people: People) -> bool:
    if pauses.current(tx) is not None or not _hears(tx, keeper, people):
        # An admin has stopped everything himself; or nobody would know, and somebody may later.
        return False
    found = standing_still.neglected(tx, tx.now - NEGLECTED_AFTER)
    new = _new(tx, "neglected", found)
    if new:
        _tell(tx, keeper, people, "SB-WCH-21", _keys("neglected", new), {"requests": _listed(new)})
    return bool(new)


def _waiting(tx: Transaction, people: People) -> bool:
    found = standing_still.waiting_long(tx, tx.now - WAITING_TOO_LONG)
    new = _new(tx, "waiting", found)
    for audience, role in (
        (Audience.VOICE_ADMINS, Role.VOICE_ADMIN),
        (Audience.BILLING_ADMINS, Role.BILLING_ADMIN),
    ):
        theirs = [one for one in new if found[one] is audience]
        if theirs and _hears(tx, role, people):
            params = {"requests": _listed(theirs), "days": str(WAITING_TOO_LONG.days)}
            _tell(tx, role, people, "SB-WCH-22", _keys("waiting", theirs), params)
    return bool(new)


def _new(tx: Transaction, kind: str, found: Collection[str]) -> list[str]:
    """Those nobody was told of. What has moved meanwhile may be told again when it stands once more."""
    before = {one.key for one in alerts.standing(tx, f"{kind}:")}
    for key in before - set(_keys(kind, found)):
        clear_alert(tx, key)
    return [one for one in found if f"{kind}:{one}" not in before]


def _hears(tx: Transaction, role: Role, people: People) -> bool:
    """What nobody would hear is not taken for told."""
    return admins_hear(tx, people[role]) if role is Role.VOICE_ADMIN else bool(people[role])


def _keys(kind: str, ids: Collection[str]) -> list[str]:
    return [f"{kind}:{one}" for one in ids]


def _listed(ids: Sequence[str]) -> str:
    more = "" if len(ids) <= _LISTED else f" (+{len(ids) - _LISTED})"
    return ", ".join(ids[:_LISTED]) + more


def _tell(
    tx: Transaction, role: Role, people: People, code: str, keys: Sequence[str], params: Mapping[str, str]
) -> None:
    """One message about all of them."""
    for key in keys:
        alerts.raise_once(tx, key, code, params)
    tx.audit(
        "alert.raised", _SERVICE, alerts=list(keys), code=code, params=dict(params), told=len(people[role])
    )
    about = f"alert:{keys[0]}:{tx.now.isoformat()}"
    if role is Role.VOICE_ADMIN:
        tell_admins(tx, people[role], code, about=about, params=params)
        return
    for person_id in people[role]:
        outbox.enqueue(
            tx,
            Template.NOTICE,
            person_id,
            params={"code": code, **params},
            dedupe_key=f"{about}:{person_id}",
        )

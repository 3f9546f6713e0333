"""One click on a finding: a request that puts it right, or taking it as it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from bot.domain.drift.agreed import OFF, ON, Agreed, Thing
from bot.domain.drift.compare import DriftKind, Finding
from bot.domain.values import ObjectId
from bot.domain.wishes import (
    LeaverWish,
    LicenceWish,
    LocationWish,
    NumberChangeWish,
    NumberReleaseWish,
    NumberWish,
    ServiceNumberWish,
    SwapWish,
    UsageLocationWish,
    Wish,
)

__all__ = ["BY_HAND", "accepted", "first_mend", "mending"]

BY_HAND = frozenset({DriftKind.ACCOUNT_GONE})
"""What no request of ours can put right."""

_DIGITS = 6
"""As many as a wish may name of the number it would like best."""


def mending(finding: Finding, asker: ObjectId, original: Wish | None) -> Wish | None:
    """What to ask for so that it becomes as it was agreed; None where people have to do that elsewhere.

    Whoever asks has read what is to be taken away, and so has whoever approves. `original` is the wish of
    the request that is not kept to.
    """
    whom, reason = finding.person.id, finding.source
    match finding.kind:
        case DriftKind.LICENCE_GONE | DriftKind.PLANS_OFF if finding.product:
            return LicenceWish(beneficiary_id=whom, product=finding.product, reason=reason)
        case DriftKind.LICENCE_BACK if finding.product:
            return SwapWish(
                beneficiary_id=whom, give_up=finding.product, get="", confirms_loss=True, reason=reason
            )
        case DriftKind.NUMBER_GONE:
            return _number(finding)
        case DriftKind.PLACE_CHANGED:
            return LocationWish(beneficiary_id=whom, location_id=finding.want, reason=reason)
        case DriftKind.COUNTRY_CHANGED:
            return UsageLocationWish(beneficiary_id=whom, country=finding.want, reason=reason)
        case DriftKind.ACCOUNT_OFF:
            return LeaverWish(beneficiary_id=whom, confirms_loss=True, reason=reason)
        case DriftKind.REST_BROKEN:
            return NumberReleaseWish(beneficiary_id=whom, confirms_loss=True, reason=reason)
        case DriftKind.SERVICE_NUMBER_GONE if isinstance(original, ServiceNumberWish):
            again = {"telephone_number": finding.want, "convert": False, "reason": reason}
            own = {} if original.account_id else {"beneficiary_id": asker}
            return original.model_copy(update={**again, **own})
    return None


def _number(finding: Finding) -> Wish | None:
    """The same number where nobody has it, else another one of the place."""
    if finding.country is None:
        return None
    asked = {
        "beneficiary_id": finding.person.id,
        "country": finding.country,
        "city": finding.city,
        "ending": finding.want[-_DIGITS:],
        "location_id": finding.place,
        # Whoever was given the number knew, and so did whoever approved it.
        "accepts_no_emergency_calls": True,
        "reason": finding.source,
    }
    if not finding.params.get("other"):
        return NumberWish.model_validate(asked)
    # Another number of somebody who has one already is of use only if it is the very one.
    return None if finding.holder else NumberChangeWish.model_validate({**asked, "any_number": False})


def first_mend(finding: Finding, others: Iterable[Finding]) -> Finding | None:
    """What has to be mended before: a number builds on licences, and alone it would bring new ones."""
    if finding.kind is not DriftKind.NUMBER_GONE:
        return None
    builds_on = (DriftKind.LICENCE_GONE, DriftKind.PLANS_OFF)
    mine = (one for one in others if one.person.id == finding.person.id and one.kind in builds_on)
    return next((one for one in mine if one.product), None)


def accepted(finding: Finding, known: Mapping[str, Agreed], at: datetime) -> tuple[Agreed, ...]:
    """What is agreed from now on: that it is as it was found. Told again only once it changes again."""
    return tuple(
        Agreed(
            thing=thing,
            subject=subject,
            item=item,
            want=_as_found(finding),
            off=_off(finding, known.get(f"{thing}:{subject}:{item}")),
            person=finding.person,
            country=finding.country,
            since=at,
            source=finding.source,
            index=index,
        )
        for index, (thing, subject, item) in enumerate(map(_parted, _subjects(finding)))
    )


def _subjects(finding: Finding) -> tuple[str, ...]:
    return (finding.key,) if finding.kind is DriftKind.ACCOUNT_OFF else finding.covers


def _parted(key: str) -> tuple[Thing, str, str]:
    thing, subject, *item = key.split(":")
    return Thing(thing), subject, item[0] if item else ""


def _as_found(finding: Finding) -> str | None:
    """None: nothing is expected of it any more."""
    match finding.kind:
        case DriftKind.PLANS_OFF if finding.key.startswith(Thing.LICENCE):
            return ON
        case DriftKind.ACCOUNT_OFF:
            return OFF
        case DriftKind.COUNTRY_CHANGED | DriftKind.PLACE_CHANGED:
            return None if finding.seen == "none" else finding.seen
        case DriftKind.NUMBER_GONE:
            return finding.params.get("other") or None
        case DriftKind.REST_BROKEN:
            return finding.holder
        case _:
            return None


def _off(finding: Finding, before: Agreed | None) -> frozenset[ObjectId]:
    if finding.kind is not DriftKind.PLANS_OFF or before is None:
        return frozenset()
    return before.off | frozenset(finding.seen.split(","))

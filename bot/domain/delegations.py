"""Delegations: who speaks for whom, for how long, about what.

A delegation gives no right of its own. It lets somebody speak with the owner's voice wherever the owner is
asked; it is not passed on, so a delegate's own delegate speaks for the delegate alone, and a circle of
delegations means no more than its parts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta

from bot.domain.people import Person, PersonRef
from bot.domain.plans import Refusal
from bot.domain.values import Instant, Value

__all__ = ["LONGEST", "SCOPES", "Delegation", "kinds_of", "overlap", "problem_with", "scopes_of"]

LONGEST = timedelta(days=90)
"""Whoever is away for longer hands the approving over in the policy."""

SCOPES: Mapping[str, tuple[str, ...]] = {
    "numbers": (
        "number", "number_change", "number_release", "service_number", "number_order", "number_port",
    ),
    "licences": ("licence", "phone_user", "meeting_organiser", "swap"),
    "credits": ("credits",),
    "people": ("leaver", "mover"),
    "places": ("emergency_location", "usage_location"),
}  # fmt: skip
"""Kinds of wishes by the words people use for them. A new phone user takes licences that cost money, so
whoever stands in for numbers alone does not decide on one."""


class Delegation(Value):
    """One person's word that another may speak for him."""

    id: int
    owner: PersonRef
    delegate: PersonRef
    kinds: tuple[str, ...] = ()
    """Kinds of wishes; none: all."""
    since: Instant
    until: Instant
    """The last moment."""
    created_at: Instant
    ended_at: Instant | None = None
    """Set when it was ended before its time."""

    def covers(self, kind: str, at: Instant) -> bool:
        """Whether the delegate may speak for the owner on such a wish at that moment."""
        return self.about(kind) and self.since <= at <= self.until and self.ended_at is None

    def about(self, kind: str) -> bool:
        return not self.kinds or kind in self.kinds


def overlap(one: Delegation, other: Delegation) -> bool:
    """Whether both would hold for some wish at some moment."""
    same_time = one.since <= other.until and other.since <= one.until
    return same_time and (not one.kinds or not other.kinds or not set(one.kinds).isdisjoint(other.kinds))


def kinds_of(scopes: Iterable[str]) -> tuple[str, ...]:
    """The kinds of wishes behind words; none for none, and for all of them."""
    named = [scope for scope in SCOPES if scope in set(scopes)]
    return () if len(named) == len(SCOPES) else tuple(kind for scope in named for kind in SCOPES[scope])


def scopes_of(kinds: Iterable[str]) -> tuple[str, ...]:
    """The words for kinds of wishes; none: all."""
    held = set(kinds)
    return tuple(scope for scope, about in SCOPES.items() if held & set(about))


def problem_with(
    owner_id: str, delegate: Person, since: Instant, until: Instant, now: Instant
) -> Refusal | None:
    """Why somebody cannot delegate to somebody for that time; None when he can."""
    if delegate.id == owner_id:
        return Refusal(code="SB-APP-50")
    if delegate.guest or not delegate.enabled:
        return Refusal(code="SB-APP-51", params={"name": delegate.name})
    if until < now or until < since:
        return Refusal(code="SB-APP-52")
    if until - since > LONGEST:
        return Refusal(code="SB-APP-53", params={"days": str(LONGEST.days)})
    return None

"""What use cases hand to dialogs and cards about the policy: all that a card shows; it looks nothing up."""

from __future__ import annotations

from enum import StrEnum

from bot.domain.people import PersonRef
from bot.domain.policy import Policy
from bot.domain.policy_diff import PolicyDiff
from bot.domain.values import Instant, Value

__all__ = ["PolicyInForce", "PolicyState", "PolicyView", "PolicyVote"]


class PolicyState(StrEnum):
    ACTIVE = "active"
    """What new requests are routed by."""
    PROPOSED = "proposed"
    """Waits for voice admins to agree."""
    REFUSED = "refused"
    REPLACED = "replaced"
    """A later proposal came before it was agreed to."""
    RETIRED = "retired"
    """Was in force until another took its place."""


class PolicyVote(Value):
    """What a voice admin said about a proposal."""

    admin: PersonRef
    agrees: bool
    void: str = ""
    """Why it does not count any more, as a code."""
    at: Instant


class PolicyView(Value):
    """A policy that was proposed, and what became of it."""

    version: str
    revision: int
    """Rises with everything that a card of it shows."""
    proposal: int
    """The how-manieth time it is proposed: votes are for one of them."""
    state: PolicyState
    before: str
    """The version it was compared with."""
    diff: PolicyDiff
    need: int
    """Voice admins who must agree."""
    asked: int
    """How many were asked; 0 until they are."""
    votes: tuple[PolicyVote, ...]
    proposed_at: Instant
    activated_at: Instant | None = None
    ended_at: Instant | None = None

    @property
    def agreed(self) -> tuple[PersonRef, ...]:
        """Whose agreement counts."""
        return tuple(vote.admin for vote in self.votes if vote.agrees and not vote.void)


class PolicyInForce(Value):
    """The policy that new requests are routed by."""

    policy: Policy
    since: Instant
    need: int
    """Voice admins who must agree to another one; 0: it applies as soon as the service starts with it."""
    names: dict[str, str]
    """Of groups and people that rules name by id, as far as the directory knows them."""
    proposed: PolicyView | None = None

"""The policy in force, which may change while the service runs."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.policy import Policy
from bot.domain.policy_text import parse_policy
from bot.store import policies
from bot.store.database import Database

__all__ = ["PolicyBook"]


@dataclass(slots=True)
class PolicyBook:
    """What new requests are routed by; those on their way keep the stages they were given."""

    current: Policy
    """As this replica last saw it."""

    async def look(self, db: Database) -> Policy:
        """What is in force now, in all replicas; before anything is on record, what this one was given.

        Only the version is read, until it is another one. Raises `Misconfigured` for a policy that a newer
        version of the service put in force and this one does not understand: nothing is routed by guesswork.
        """
        version = await db.read(policies.active_version)
        if version is not None and version != self.current.version:
            self.current = parse_policy(await db.read(policies.text_of, version))
        return self.current

"""The desk: everything a use case may reach, handed in once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from bot.audit.verify import Elsewhere
from bot.domain.policy import Policy
from bot.domain.tasks import Audience
from bot.domain.tenant import TenantFacts
from bot.graph import Graph
from bot.store.database import Database
from bot.usecases.directory import Answers
from bot.usecases.out_of_office import OutOfOffice
from bot.usecases.policy_book import PolicyBook

__all__ = ["Desk"]


@dataclass(frozen=True, slots=True)
class Desk:
    """What the phone desk works with."""

    db: Database
    graph: Graph
    policies: PolicyBook
    facts: TenantFacts
    admin_group: str
    """Entra group of the voice admins: may ask for everybody, and hear what needs a person."""
    wake: Callable[[], None]
    """Tells the runner of this process that something became due."""
    billing_group: str = ""
    """Entra group that buys licences and credits; empty: the voice admins do."""
    auditor_group: str = ""
    """Entra group that reads and keeps the audit log; empty: nobody."""
    owner_group: str = ""
    """Entra group of those who answer for the service; empty: nobody."""
    elsewhere: Callable[[], Elsewhere] = Elsewhere
    """What is known of the audit log besides the database: kept checkpoints, and the key that signs."""
    answers: Answers = field(default_factory=Answers)
    """What the directory said within the last minute of who may decide."""
    inventory: Answers = field(default_factory=lambda: Answers(most=8))
    """What Graph said within the last minute of all products and all numbers, for whoever looks at stock."""
    out_of_office: OutOfOffice = field(default_factory=OutOfOffice)
    """Who is away."""

    @property
    def policy(self) -> Policy:
        """The policy in force."""
        return self.policies.current

    def group_of(self, audience: Audience) -> str:
        """The Entra group that is asked to do tasks of this kind."""
        if audience is Audience.BILLING_ADMINS and self.billing_group:
            return self.billing_group
        return self.admin_group

"""The policy in force, which may change while the service runs."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.policy import Policy

__all__ = ["PolicyBook"]


@dataclass(slots=True)
class PolicyBook:
    """What new requests are routed by; those on their way keep the stages they were given."""

    current: Policy

"""Who may do what at the desk, besides asking for himself. Roles come from Entra groups."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["KEEPS_THE_AUDIT", "RUNS_THE_DESK", "Role"]


class Role(StrEnum):
    """One person may have several."""

    EMPLOYEE = "employee"
    """Everybody who can write to the bot."""
    APPROVER = "approver"
    """Whoever the policy asks, or has asked, to decide."""
    VOICE_ADMIN = "voice_admin"
    BILLING_ADMIN = "billing_admin"
    AUDITOR = "auditor"
    """Reads and keeps the audit log, and has no hand in what it is about."""
    OWNER = "owner"
    """Answers for the service."""


RUNS_THE_DESK = frozenset({Role.VOICE_ADMIN, Role.BILLING_ADMIN, Role.OWNER})
"""Whoever has one of these is no auditor, whatever his groups: nobody audits himself (NIST AC-5)."""

KEEPS_THE_AUDIT = frozenset({Role.AUDITOR, Role.OWNER})
"""Who may look into the audit log."""

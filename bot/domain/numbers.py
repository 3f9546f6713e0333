"""Telephone numbers of the tenant's inventory."""

from __future__ import annotations

from enum import StrEnum

from bot.domain.values import E164, CountryCode, ObjectId, Value

__all__ = ["ActivationState", "AssignmentStatus", "Capability", "NumberType", "PhoneNumber"]


class NumberType(StrEnum):
    """Graph's `numberType`: who carries the calls."""

    CALLING_PLAN = "callingPlan"
    DIRECT_ROUTING = "directRouting"
    OPERATOR_CONNECT = "operatorConnect"
    UNKNOWN = "unknownFutureValue"
    """A kind Graph names and we do not know: counted as held, never offered or assigned."""


class ActivationState(StrEnum):
    """Graph's `activationState`; a number rings only when activated."""

    ACTIVATED = "activated"
    ASSIGNMENT_PENDING = "assignmentPending"
    ASSIGNMENT_FAILED = "assignmentFailed"
    UPDATE_PENDING = "updatePending"
    UPDATE_FAILED = "updateFailed"
    UNKNOWN = "unknownFutureValue"


class AssignmentStatus(StrEnum):
    """Graph's `assignmentStatus`: what the number is assigned to."""

    UNASSIGNED = "unassigned"
    USER = "userAssigned"
    CONFERENCE = "conferenceAssigned"
    VOICE_APPLICATION = "voiceApplicationAssigned"
    THIRD_PARTY_APP = "thirdPartyAppAssigned"
    POLICY = "policyAssigned"
    INTERNAL_ERROR = "internalError"
    UNKNOWN = "unknownFutureValue"


class Capability(StrEnum):
    """Graph's number capabilities (R60): what a number may be assigned to."""

    USER = "userAssignment"
    VOICE_APPLICATION = "voiceApplicationAssignment"
    CONFERENCE = "conferenceAssignment"
    TEAMS_PHONE_MOBILE = "teamsPhoneMobile"


class PhoneNumber(Value):
    """One `numberAssignment` of Graph."""

    telephone_number: E164
    number_type: NumberType
    country: CountryCode
    city: str | None = None
    capabilities: frozenset[Capability] = frozenset()
    assignment_status: AssignmentStatus = AssignmentStatus.UNASSIGNED
    activation_state: ActivationState | None = None
    target_id: ObjectId | None = None
    location_id: str | None = None
    """The emergency location carried by the number; None where there is none."""
    on_premises: bool = False
    """Graph's `numberSource` says onPremises: set in the organisation's own directory, and changed only there
    (R67)."""
    ported: bool = False
    """Brought along from another operator: it does not count for how many may be acquired (R57)."""

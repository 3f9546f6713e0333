"""The error tree, grouped by who must act.

    SwitchboardError
    |-- RequesterError            the person asking must change something
    |   |-- NotYours              the request belongs to somebody else
    |   |-- UnknownRequest        no request of that id is visible to the person
    |   |-- UnknownTask           there is no task of that id
    |   |-- NotAVoiceAdmin        the policy is shown to voice admins, and changed by them
    |   `-- NotYourTask           tasks are for those who are asked to do them
    |-- ApproverError             the person deciding cannot decide this
    |   |-- NotAnApprover         not (or no longer) entitled to decide
    |   `-- CommentRequired       a rejection must say why
    |-- AdminError                the organisation's admins must change something
    |   |-- Misconfigured         settings, policy or permissions are wrong; one line, says what to set
    |   `-- UpstreamRefused       Graph said no for good; see bot/graph/errors.py
    |-- TransientUpstream         nobody has to act; it is tried again later
    |   |-- Throttled             429, with how long to wait
    |   |-- Unavailable           5xx, time-out or refused connection on a read, or before a write was sent
    |   `-- UnknownOutcome        a write was sent and no usable answer came: read before anything else
    |-- LeaseLost                 another replica may own this work: stop without writing
    |-- Conflict                  somebody else changed the same row first; read again
    `-- Bug                       a promise inside our own code was broken

A refusal of a wish is not an error but a value (`plans.Refusal`).
"""

from __future__ import annotations

from collections.abc import Mapping

__all__ = [
    "AdminError",
    "ApproverError",
    "Bug",
    "CommentRequired",
    "Conflict",
    "LeaseLost",
    "Misconfigured",
    "NotAVoiceAdmin",
    "NotAnApprover",
    "NotYourTask",
    "NotYours",
    "RequesterError",
    "SwitchboardError",
    "Throttled",
    "TransientUpstream",
    "Unavailable",
    "UnknownOutcome",
    "UnknownRequest",
    "UnknownTask",
    "UpstreamRefused",
]


class SwitchboardError(Exception):
    """Root of everything we raise on purpose."""


class RequesterError(SwitchboardError):
    """The person asking must change something."""


class NotYours(RequesterError):
    """The request belongs to somebody else."""


class UnknownRequest(RequesterError):
    """No request of that id is visible to the person."""


class UnknownTask(RequesterError):
    """There is no task of that id."""


class NotYourTask(RequesterError):
    """Only members of the group that is asked may see a task."""


class NotAVoiceAdmin(RequesterError):
    """Only voice admins see the policy and decide on changes of it."""


class ApproverError(SwitchboardError):
    """The person deciding cannot decide this."""


class NotAnApprover(ApproverError):
    """Not, or no longer, entitled to decide; nothing was changed."""


class CommentRequired(ApproverError):
    """A rejection must say why."""


class AdminError(SwitchboardError):
    """The organisation's admins must change something."""


class Misconfigured(AdminError):
    """Settings, policy or permissions are wrong. The message is one line and says what to set."""


class UpstreamRefused(AdminError):
    """Graph refused for good; sending the same again will not help.

    `evidence` is what was answered, for the audit log: status, code, request ids, the body as it came.
    """

    def __init__(self, message: str, evidence: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.evidence: Mapping[str, str] = evidence or {}


class TransientUpstream(SwitchboardError):
    """Nobody has to act; the same thing is tried again later. `evidence` as for `UpstreamRefused`."""

    def __init__(self, message: str, evidence: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.evidence: Mapping[str, str] = evidence or {}


class Throttled(TransientUpstream):
    """Graph or Teams asked us to slow down; `retry_after` is in seconds."""

    def __init__(self, message: str, retry_after: float, evidence: Mapping[str, str] | None = None) -> None:
        super().__init__(message, evidence)
        self.retry_after = retry_after


class Unavailable(TransientUpstream):
    """The upstream did not answer, and nothing can have been changed by the call."""


class UnknownOutcome(TransientUpstream):
    """A write was sent and no usable answer came back: it may or may not have been applied."""


class LeaseLost(SwitchboardError):
    """Another replica may own this work by now; stop without writing anything."""


class Conflict(SwitchboardError):
    """A row changed under us (version mismatch, unique key taken); read again and decide again."""


class Bug(SwitchboardError):
    """A promise inside our own code was broken."""

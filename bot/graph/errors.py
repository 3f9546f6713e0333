"""What Graph's refusals mean.

    UpstreamRefused                 Graph said no, for a reason not listed here
    |-- NotFound                    no such object, or not replicated yet
    |-- Forbidden                   the application lacks a permission; the message names it where Graph does
    |-- AlreadyExists               409 that is not about concurrency
    |-- NoSeats                     every seat of the SKU is taken
    |-- UnknownSku                  the tenant does not own the SKU
    |-- DependencyViolation         a service plan lacks the plans it builds on
    |-- ExclusivePlans              service plans that cannot be together
    |-- InvalidUsageLocation        licences need a usage location
    |-- NotAssigned                 the licence to take away is not there
    |-- InheritedLicence            the licence to take away comes from a group
    `-- NumberRefused               the number service said no; `reason` says which no
    TransientUpstream
    |-- Throttled, Unavailable, UnknownOutcome      see domain/errors.py
    `-- ConcurrentWrite             another write on the same object or tenant was under way; not applied

Licensing tells its reasons by text alone, in English, under one code (`Request_BadRequest`), so texts are
matched by fragments, without regard to case; the body as it came is kept in `evidence`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from enum import StrEnum

from bot.domain.errors import (
    Misconfigured,
    SwitchboardError,
    Throttled,
    TransientUpstream,
    Unavailable,
    UnknownOutcome,
    UpstreamRefused,
)
from bot.graph.wire import Answer

__all__ = [
    "AlreadyExists",
    "ConcurrentWrite",
    "DependencyViolation",
    "ExclusivePlans",
    "Forbidden",
    "InheritedLicence",
    "InvalidUsageLocation",
    "NoSeats",
    "NotAssigned",
    "NotFound",
    "NumberRefusal",
    "NumberRefused",
    "Throttled",
    "Unavailable",
    "UnknownOutcome",
    "UnknownSku",
    "UpstreamRefused",
    "number_refusal",
    "read_failure",
    "write_failure",
]

Evidence = Mapping[str, str]

_WAIT_WHEN_NOT_TOLD = 10.0
"""Seconds to stay away after a 429 without Retry-After: the width of Graph's throttling windows."""


class NotFound(UpstreamRefused):
    """No such object; right after creation also: not replicated yet."""


class Forbidden(UpstreamRefused):
    """The application lacks a permission."""


class AlreadyExists(UpstreamRefused):
    """What was to be created is there already."""


class _AboutSku(UpstreamRefused):
    def __init__(self, message: str, evidence: Evidence | None = None) -> None:
        super().__init__(message, evidence)
        ids = _ids(message)
        self.sku_id: str | None = ids[0] if ids else None


class NoSeats(_AboutSku):
    """Every seat of `sku_id` is taken."""


class UnknownSku(_AboutSku):
    """The tenant does not own `sku_id`."""


class _AboutPlans(UpstreamRefused):
    def __init__(self, message: str, evidence: Evidence | None = None) -> None:
        super().__init__(message, evidence)
        self.plans: tuple[str, ...] = _ids(message)


class DependencyViolation(_AboutPlans):
    """`plans[0]` builds on the plans after it, and they would not be there."""


class ExclusivePlans(_AboutPlans):
    """`plans` cannot be on one person together."""


class InvalidUsageLocation(UpstreamRefused):
    """The person has no usage location, or one where a service is not sold."""


class NotAssigned(UpstreamRefused):
    """The licence to take away is not on the person."""


class InheritedLicence(UpstreamRefused):
    """The licence to take away comes from a group and leaves only with it."""


class NumberRefusal(StrEnum):
    """Why the number service refuses, as far as its texts are known."""

    NOT_IN_TENANT = "not_in_tenant"
    LACKS_LICENCE = "lacks_licence"
    """Also said while a licence given just now has not reached Teams."""
    TAKEN = "taken"
    """Somebody else holds the number."""
    OTHER = "other"


class NumberRefused(UpstreamRefused):
    """The number service refused; `detail` is its own text."""

    def __init__(self, detail: str, evidence: Evidence | None = None) -> None:
        super().__init__(detail, evidence)
        self.detail = detail
        self.reason = number_refusal(detail)


class ConcurrentWrite(TransientUpstream):
    """Another write on the same object or tenant was under way; this one was not applied."""


_NUMBER_TEXTS = {
    "is not found from tenant": NumberRefusal.NOT_IN_TENANT,
    "lacks appropriate licenses": NumberRefusal.LACKS_LICENCE,
    "already been assigned": NumberRefusal.TAKEN,
}


def number_refusal(detail: str) -> NumberRefusal:
    """What a text of the number service means, whether it came as a 400 or in a failed operation."""
    folded = detail.casefold()
    return next((why for text, why in _NUMBER_TEXTS.items() if text in folded), NumberRefusal.OTHER)


_TEXTS: dict[str, Callable[[str, Evidence], SwitchboardError]] = {
    "concurrent requests": ConcurrentWrite,
    "invalid usage location": InvalidUsageLocation,
    "does not have any available licenses": NoSeats,
    "does not correspond to a valid company license": UnknownSku,
    "depends on the service plan": DependencyViolation,
    "mutually exclusive": ExclusivePlans,
    "does not have a corresponding license": NotAssigned,
    "inherited from a group membership": InheritedLicence,
    **dict.fromkeys(_NUMBER_TEXTS, NumberRefused),
}

_BY_STATUS: dict[int, Callable[[str, Evidence], SwitchboardError]] = {
    403: Forbidden,
    404: NotFound,
    409: AlreadyExists,
}

_GUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def _ids(text: str) -> tuple[str, ...]:
    return tuple(found.lower() for found in _GUID.findall(text))


def read_failure(answer: Answer) -> SwitchboardError:
    """The error for a read that was not answered with success."""
    if _server_side(answer):
        return Unavailable(_told(answer), answer.evidence)
    if answer.status == 401:
        return Misconfigured(f"Graph refuses the application's token: {_told(answer)}; check MicrosoftAppId")
    return _refusal(answer)


def write_failure(answer: Answer) -> SwitchboardError:
    """The error for a write that was sent and not answered with success.

    After a 5xx Graph may have applied the write all the same, so only a read can tell.
    """
    if _server_side(answer):
        return UnknownOutcome(_told(answer), answer.evidence)
    if answer.status == 401:
        return Unavailable(f"the token was refused, nothing was done: {_told(answer)}", answer.evidence)
    return _refusal(answer)


def _server_side(answer: Answer) -> bool:
    # 408: the request may have been taken in; 424: a batch item whose forerunner failed.
    return answer.status >= 500 or answer.status in (408, 424)


def _refusal(answer: Answer) -> SwitchboardError:
    told = _told(answer)
    if answer.status == 429:
        wait = answer.retry_after
        return Throttled(told, _WAIT_WHEN_NOT_TOLD if wait is None else wait, answer.evidence)
    if answer.error[0] == "Directory_ConcurrencyViolation":
        return ConcurrentWrite(told, answer.evidence)
    return _meaning(answer)(answer.error[1] or told, answer.evidence)


def _meaning(answer: Answer) -> Callable[[str, Evidence], SwitchboardError]:
    if answer.status in (400, 409):
        folded = answer.error[1].casefold()
        for text, error in _TEXTS.items():
            if text in folded:
                return error
    return _BY_STATUS.get(answer.status, UpstreamRefused)


def _told(answer: Answer) -> str:
    code, message = answer.error
    return f"{answer.status} {code}: {message[:300]}".rstrip(": ")

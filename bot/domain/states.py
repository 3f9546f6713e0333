"""The states of a request and the moves between them."""

from __future__ import annotations

from enum import StrEnum

from bot.domain.errors import Bug

__all__ = ["ENDED", "MOVES", "RequestState", "may_move", "validate_move"]


class RequestState(StrEnum):
    SUBMITTED = "submitted"
    """Waiting for approval."""
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    EXECUTING = "executing"
    WAITING = "waiting"
    DONE = "done"
    PARTLY_DONE = "partly_done"
    FAILED = "failed"


_S = RequestState

ENDED = frozenset({_S.REJECTED, _S.WITHDRAWN, _S.EXPIRED, _S.DONE, _S.PARTLY_DONE, _S.FAILED})
"""States nothing follows."""

_GOING_ON = frozenset({_S.EXECUTING, _S.WAITING, _S.DONE, _S.PARTLY_DONE, _S.FAILED, _S.WITHDRAWN})

MOVES: dict[RequestState, frozenset[RequestState]] = {
    _S.SUBMITTED: frozenset({_S.APPROVED, _S.REJECTED, _S.WITHDRAWN, _S.EXPIRED, _S.PARTLY_DONE}),
    _S.APPROVED: frozenset({_S.SUBMITTED, _S.EXECUTING, _S.WITHDRAWN, _S.FAILED}),
    _S.EXECUTING: _GOING_ON,
    _S.WAITING: _GOING_ON | {_S.SUBMITTED},
}
"""Every allowed move; whatever is not here is a bug.

Back to SUBMITTED goes what has to be approved again: a decision turned out to be void before anything was
done, or an approval has grown old while the request waited for stock (J03). What was done by then stays done,
so that a request rejected at that point ends as partly done.
"""


def may_move(before: RequestState, after: RequestState) -> bool:
    """Whether a request in state `before` may become `after`."""
    return after in MOVES.get(before, frozenset())


def validate_move(before: RequestState, after: RequestState) -> None:
    """Raises `Bug` for a move that is not in the table."""
    if not may_move(before, after):
        raise Bug(f"a request cannot go from {before} to {after}")

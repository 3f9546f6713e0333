"""How a step's record changes; pure. A record is all that a restarted or another replica knows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from bot.domain.requests import StepRecord, StepState
from bot.execution.readings import Act

__all__ = [
    "DONE",
    "UNKNOWN",
    "again",
    "age",
    "answered",
    "bugs",
    "choices_lost",
    "client_request_id",
    "crashed",
    "done",
    "failed",
    "has_open_write",
    "in_vain",
    "intended",
    "let_go",
    "looked",
    "looks",
    "refusals",
    "result_of",
    "started",
    "strikes",
    "withdrawn",
]

DONE = "done"
"""Graph accepted the write."""
UNKNOWN = "unknown"
"""No usable answer came, or whoever waited for it died."""

# What belongs to one write, and is forgotten when it has come to an end.
_OF_ONE_WRITE = frozenset({"intent", "intended_at", "result", "looks", "operation"})


def started(record: StepRecord, now: datetime) -> StepRecord:
    return record if record.started_at else record.model_copy(update={"started_at": now})


def intended(record: StepRecord, now: datetime, intent: str, act: Act) -> StepRecord:
    """A write is about to be sent."""
    return _with(
        started(record, now),
        {**act.detail, "intent": intent, "intended_at": now.isoformat()},
        state=StepState.INTENDED,
        attempts=record.attempts + 1,
    )


def answered(record: StepRecord, result: str, detail: Mapping[str, str]) -> StepRecord:
    """Graph took the write, or nobody knows whether it did."""
    return _with(record, {**detail, "result": result})


def withdrawn(record: StepRecord) -> StepRecord:
    """The write surely changed nothing: as if it had never been intended, except that it is counted."""
    kept = {key: value for key, value in record.detail.items() if key not in _OF_ONE_WRITE}
    return record.model_copy(update={"state": StepState.PENDING, "detail": kept})


def again(record: StepRecord) -> StepRecord:
    """The write had no effect although it might have had: that happens only so often."""
    accepted = result_of(record) == DONE
    counted = {"strikes": str(strikes(record) + 1), "in_vain": str(in_vain(record) + accepted)}
    return _with(withdrawn(record), counted)


def let_go(record: StepRecord) -> StepRecord:
    """What was chosen for the step is gone; another choice may do."""
    kept = withdrawn(record)
    detail = {key: value for key, value in kept.detail.items() if key != "number"}
    return kept.model_copy(update={"detail": {**detail, "choices_lost": str(choices_lost(record) + 1)}})


def choices_lost(record: StepRecord) -> int:
    """How many choices for the step have been lost."""
    return int(record.detail.get("choices_lost", "0"))


def looked(record: StepRecord, detail: Mapping[str, str], now: datetime) -> StepRecord:
    """The step was read, and is to be read again."""
    counted = {"looks": str(looks(record) + 1)} if record.state is StepState.INTENDED else {}
    return _with(started(record, now), {**detail, **counted, "bugs": "0"})


def crashed(record: StepRecord, now: datetime) -> StepRecord:
    """Our own code broke on the step."""
    return _with(started(record, now), {"bugs": str(bugs(record) + 1)})


def done(record: StepRecord, detail: Mapping[str, str], now: datetime) -> StepRecord:
    return _with(started(record, now), detail, state=StepState.DONE, finished_at=now)


def failed(record: StepRecord, code: str, now: datetime) -> StepRecord:
    return _with(started(record, now), {"code": code}, state=StepState.FAILED, finished_at=now)


def _with(record: StepRecord, detail: Mapping[str, str], **changes: object) -> StepRecord:
    return record.model_copy(update={"detail": {**record.detail, **detail}, **changes})


def has_open_write(record: StepRecord) -> bool:
    """Whether a write was intended of which it is not recorded what came back."""
    return record.state is StepState.INTENDED and "result" not in record.detail


def refusals(record: StepRecord) -> int:
    """How often Graph refused the write because the person is not ready for it."""
    return int(record.detail.get("refusals", "0"))


def result_of(record: StepRecord) -> str:
    return record.detail.get("result", UNKNOWN)


def age(record: StepRecord, now: datetime) -> timedelta:
    """Business time since the write was intended."""
    intended_at = record.detail.get("intended_at")
    return now - datetime.fromisoformat(intended_at) if intended_at else timedelta()


def looks(record: StepRecord) -> int:
    """Recorded reads since the write was intended."""
    return int(record.detail.get("looks", "0"))


def strikes(record: StepRecord) -> int:
    """Writes that had no effect."""
    return int(record.detail.get("strikes", "0"))


def in_vain(record: StepRecord) -> int:
    """Writes among them that Graph had accepted; the others may never have arrived."""
    return int(record.detail.get("in_vain", "0"))


def bugs(record: StepRecord) -> int:
    """How often in a row our own code broke on the step."""
    return int(record.detail.get("bugs", "0"))


def client_request_id(intent: str) -> str:
    """Microsoft's log and ours name a write alike: the intent's id, spelled as a GUID."""
    return str(UUID(hex=intent))

"""Keep or undo: what is asked once a request has ended with licences given and no more (J14b).

The request itself stays as it ended. Whoever approved it, or else the voice admins, may have those licences
taken back until a fixed moment; without an answer they stay, and everybody was told so. Taking back is a
request of its own (`Request.undoes`), approved by whoever chose it: the runner carries it out like any other,
so that nothing of what makes writes safe has to be made a second time.

Asked only about licences that this request itself put on the person, and only as long as all it did was to
give. Where it also took something away, or a number rings, going back is another wish (R19, SB-REQ-41).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from bot.domain.calendar import WorkingHours, WorkingTime, plus
from bot.domain.catalogue.products import product_name
from bot.domain.people import PersonRef
from bot.domain.plans import AssignNumber, ChangeLicences, Notice, NoticeLevel, Plan, ReleaseNumber
from bot.domain.values import Instant, ObjectId, Value

if TYPE_CHECKING:
    from bot.domain.requests import Request, StepRecord

__all__ = ["ASKED", "GAVE", "PATIENCE", "Choice", "KeepOrUndo", "answered", "asking", "given", "names_of"]

GAVE = "gave"
"""Detail of a step's record: the skuIds that its last write added, parted by commas."""

PATIENCE = WorkingTime(days=10)
"""How long an answer is waited for; as long as an approval (J13c)."""

Choice = Literal["keep", "undo"]

ASKED = "SB-REQ-55"
"""The code of the notice that says so."""
_SAID: dict[Choice, str] = {"keep": "SB-REQ-56", "undo": "SB-REQ-57"}


class KeepOrUndo(Value):
    """The question, and its answer."""

    licences: tuple[ObjectId, ...]
    """skuIds that may be taken back."""
    until: Instant
    """No answer by then: they stay."""
    answer: Choice | None = None
    by: PersonRef | None = None
    follow_up: str | None = None
    """The request that takes them back."""

    def open(self, now: datetime) -> bool:
        """Whether it can be answered at this moment of business time."""
        return self.answer is None and now < self.until


def given(plan: Plan, records: Iterable[StepRecord]) -> tuple[ObjectId, ...]:
    """skuIds of the licences that the request put on the person; none where it did more than give."""
    done = [record for record in records if record.state == "done" and record.attempts > 0]
    steps = [plan.steps[record.index] for record in done]
    if any(isinstance(step, AssignNumber | ReleaseNumber) for step in steps):
        return ()
    if any(isinstance(step, ChangeLicences) and step.remove for step in steps):
        return ()
    found = (sku_id for record in done for sku_id in record.detail.get(GAVE, "").split(",") if sku_id)
    return tuple(dict.fromkeys(found))


def asking(request: Request, records: Iterable[StepRecord], now: datetime) -> Request:
    """The ended request with the question on it, where there is one to be asked."""
    licences = () if request.undoes else given(request.plan, records)
    if not licences:
        return request
    hours = request.stages[-1].hours if request.stages else WorkingHours()
    question = KeepOrUndo(licences=licences, until=plus(now, PATIENCE, hours))
    params = {"products": names_of(licences), "moment": f"{question.until:%Y-%m-%d %H:%M} UTC"}
    notice = Notice(code=ASKED, level=NoticeLevel.WARN, params=params)
    return _saying(request.model_copy(update={"keep_or_undo": question}), notice)


def answered(request: Request, choice: Choice, by: PersonRef, follow_up: str | None = None) -> Request:
    """The request with the answer in place of the question."""
    question = request.keep_or_undo
    if question is None:
        return request
    after = question.model_copy(update={"answer": choice, "by": by, "follow_up": follow_up})
    params = {"name": by.name, "products": names_of(question.licences), "request": follow_up or request.id}
    notice = Notice(code=_SAID[choice], params=params)
    return _saying(request.model_copy(update={"keep_or_undo": after}), notice)


def names_of(licences: Iterable[ObjectId]) -> str:
    """What they are called, parted by commas."""
    return ", ".join(map(product_name, licences))


def _saying(request: Request, notice: Notice) -> Request:
    if request.outcome is None:
        return request
    said = [one for one in request.outcome.notices if one.code != ASKED]
    outcome = request.outcome.model_copy(update={"notices": (*said, notice)})
    return request.model_copy(update={"outcome": outcome})

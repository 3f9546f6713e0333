"""Approvers' cards with everything that can be on them: stages, stand-ins, votes, talk, and too much."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from bot.domain.approval import (
    Decision,
    Event,
    ManagerApprover,
    ResolvedStage,
    Seat,
    SeatOrigin,
    StageSpec,
    StandIn,
    Verdict,
    VoiceAdmins,
    Why,
)
from bot.domain.calendar import WorkingTime
from bot.domain.people import PersonRef
from bot.domain.policy import Silence, SilenceAction
from bot.domain.remarks import Remark, RemarkKind
from bot.domain.requests import Request, RequestState
from bot.domain.views import RequestView
from bot.domain.wishes import NumberWish
from bot.words import Words
from cards import approval, duplicate, progress, question
from cards.elements import Card

__all__ = ["approval_cards", "crowded", "full"]

AT = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


def _somebody(number: int, name: str) -> PersonRef:
    return PersonRef(id=f"00000000-0000-0000-0000-{number:012d}", name=name, upn=f"p{number}@contoso.com")


TOM, PRIYA, YANN, LEA = (
    _somebody(number, name)
    for number, name in enumerate(("Tom O'Neil", "Priya Nair", "Yann Le Gall", "Léa Martin"), start=1)
)


def full(base: Request) -> RequestView:
    """The second stage, in the second round: one of two has agreed, one stands in, one has left."""
    stage = ResolvedStage(
        spec=StageSpec(approvers=VoiceAdmins(), need=2),
        seats=(
            Seat(holder=TOM),
            Seat(
                holder=PRIYA,
                stand_ins=(StandIn(person=LEA, why=Why.ABSENCE, until=AT + timedelta(days=7)),),
            ),
            Seat(holder=_somebody(9, "Old Boss"), active=False, left="SB-APP-31"),
            Seat(holder=YANN, origin=SeatOrigin.REPLACEMENT, after=_somebody(9, "Old Boss")),
        ),
        opened_at=AT,
        events=(
            Event(
                at=AT + timedelta(days=10),
                silence=Silence(after=WorkingTime(days=10), do=SilenceAction.EXPIRE),
            ),
        ),
    )
    first = ResolvedStage.of(StageSpec(approvers=ManagerApprover()), LEA)
    return _view(
        base.model_copy(
            update={
                "rule": "Numbers abroad",
                "round": 1,
                "stages": (first, stage),
                "stage_index": 1,
                "decisions": (
                    _vote(0, 0, LEA, void="SB-APP-69"),
                    _vote(0, 1, LEA, comment="She needs it for the new office."),
                    _vote(1, 1, LEA, instead_of=PRIYA),
                ),
            }
        ),
        _edited(base),
        _said(RemarkKind.QUESTION, TOM, "How long will you need it?"),
        _said(RemarkKind.ANSWER, base.requester, "Until the end of June."),
        _said(RemarkKind.COMMENT, YANN, "She starts on Monday."),
    )


def crowded(base: Request) -> RequestView:
    """More of everything than anybody should read, as long as it may be, in letters of three bytes."""
    people = [_somebody(number, "电" * 80) for number in range(100, 160)]
    stage = ResolvedStage(
        spec=StageSpec(approvers=VoiceAdmins(), need=59),
        seats=tuple(
            Seat(holder=one, stand_ins=(StandIn(person=LEA, why=Why.DELEGATION, until=AT),)) for one in people
        ),
        opened_at=AT,
    )
    votes = tuple(_vote(0, 0, one, comment="话" * 500) for one in people[:58])
    talk = [_said(RemarkKind.QUESTION, people[0], "问" * 500) for _ in range(20)]
    view = _view(base.model_copy(update={"rule": "规" * 160, "stages": (stage,), "decisions": votes}), *talk)
    return view.model_copy(update={"channel_ids": {one.id: f"29:{one.id * 2}" for one in people}})


def _view(request: Request, *remarks: Remark) -> RequestView:
    return RequestView(request=request, remarks=remarks, channel_ids={TOM.id: "29:tom"})


def _vote(
    stage: int,
    asked: int,
    approver: PersonRef,
    *,
    instead_of: PersonRef | None = None,
    comment: str = "",
    void: str = "",
) -> Decision:
    return Decision(
        stage_index=stage,
        round=asked,
        approver=approver,
        instead_of=instead_of,
        verdict=Verdict.APPROVE,
        comment=comment,
        void=void,
        at=AT,
    )


def _said(kind: RemarkKind, author: PersonRef, text: str) -> Remark:
    return Remark(kind=kind, author=author, text=text, at=AT)


def _edited(base: Request) -> Remark:
    before = NumberWish(beneficiary_id=base.beneficiary.id, country="FR", city="Lyon", reason="Sales")
    return _said(RemarkKind.EDITED, base.requester, before.model_dump_json())


def approval_cards(words: Words, base: Request) -> Iterator[tuple[str, Card]]:
    view = full(base)
    yield "approval_stages", approval.build(view, TOM.id, words)
    yield "approval_voted", approval.build(view, LEA.id, words)
    yield (
        "approval_crowded",
        approval.build(crowded(base), crowded(base).request.stages[0].approvers[59].id, words),
    )
    yield "progress_stages", progress.build(view, base.requester.id, words)
    asked = _view(base, _said(RemarkKind.QUESTION, TOM, "How long will you need it?"))
    yield "question", question.build(asked, base.requester.id, words)
    yield "question_answered", question.build(view, base.requester.id, words)
    yield "duplicate", duplicate.build(base, TOM.id, "d1", words)
    yield "duplicate_own", duplicate.build(base, base.requester.id, "d1", words)
    part = Decision(stage_index=0, approver=LEA, verdict=Verdict.APPROVE, dropped=("number",), at=AT)
    done = base.model_copy(update={"decisions": (part,), "state": RequestState.APPROVED})
    yield "approval_part", approval.build(_view(done), LEA.id, words)

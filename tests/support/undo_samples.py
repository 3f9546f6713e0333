"""Samples of the cards that ask what becomes of a request which went differently (J14)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from bot.domain.catalogue.products import MCOEV, MCOPSTN1
from bot.domain.keep_or_undo import KeepOrUndo, answered
from bot.domain.number_choice import choose_another
from bot.domain.plans import ChangeLicences, Notice, NoticeLevel, Plan, Refusal, WaitReason
from bot.domain.requests import Outcome, Request, RequestState
from bot.domain.views import RequestView
from bot.domain.wishes import SwapWish
from bot.words import Words
from cards import another_number, outcome, undo
from cards.codes import in_one_line
from cards.elements import Card

__all__ = ["undo_cards"]

_NUMBERS = ("+33170189940", "+33170189941", "+33170189943")


def undo_cards(words: Words, request: Request) -> Iterator[tuple[str, Card]]:
    """`request` is for a number, and was approved."""
    asked = _asked(request)
    late = in_one_line(Refusal(code="SB-REQ-58"), words)
    loses = Refusal(code="SB-LIC-23", params={"name": request.beneficiary.name, "number": _NUMBERS[0]})
    yield "undo", undo.build(RequestView(request=asked), words)
    yield "undo_loses", undo.build(RequestView(request=asked), words, loses=loses)
    kept = RequestView(request=answered(asked, "keep", request.requester))
    yield "undo_kept", undo.build(kept, words, remark=late)
    undone = RequestView(request=answered(asked, "undo", request.requester, "SB-9QW3X"))
    yield "undo_undone", undo.build(undone, words)
    back = _taken_back(request)
    yield "outcome_undone", outcome.build(back, request.beneficiary.id, words)
    yield "outcome_undone_other", outcome.build(back, "", words)
    choosing = RequestView(request=_choosing(request))
    gone = in_one_line(Refusal(code="SB-REQ-53", params={"number": _NUMBERS[0]}), words)
    yield "another_number", another_number.build(choosing, words, remark=gone)
    yield "another_number_chosen", another_number.build(RequestView(request=request), words)


def _asked(request: Request) -> Request:
    params = {"products": "Teams Phone Standard, Domestic Calling Plan", "moment": "2026-12-04 09:30 UTC"}
    notices = (
        Notice(code="SB-REQ-07", level=NoticeLevel.WARN),
        Notice(code="SB-REQ-55", level=NoticeLevel.WARN, params=params),
    )
    question = KeepOrUndo(licences=(MCOEV, MCOPSTN1), until=request.created_at + timedelta(days=14))
    changes = {"outcome": Outcome(notices=notices), "keep_or_undo": question}
    return request.model_copy(update={"state": RequestState.PARTLY_DONE, **changes})


def _taken_back(request: Request) -> RequestView:
    """The request that has carried it out."""
    names = "Teams Phone Standard, Domestic Calling Plan"
    wish = SwapWish(beneficiary_id=request.beneficiary.id, give_up=names, get="", reason=request.id)
    plan = Plan(steps=(ChangeLicences(remove=(MCOEV, MCOPSTN1)),))
    changes = {"wish": wish, "plan": plan, "undoes": request.id, "id": "SB-9QW3X"}
    return RequestView(request=request.model_copy(update={"state": RequestState.DONE, **changes}))


def _choosing(request: Request) -> Request:
    notice = choose_another("+33170189942", _NUMBERS)
    waits = {"waiting": WaitReason.OWNER, "outcome": Outcome(notices=(notice,))}
    return request.model_copy(update={"state": RequestState.WAITING, **waits})

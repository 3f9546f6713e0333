"""The requester's card: where the request stands, from the first click to the last step."""

from __future__ import annotations

from microsoft_teams.cards.core import Action, CardElement, TextInput

from bot.domain.approval import ResolvedStage, counted, votes_of
from bot.domain.planning.purchase_orders import is_awaited
from bot.domain.requests import Request, RequestState, StepState
from bot.domain.views import RequestView
from bot.words import Words
from cards import wording
from cards.approval_state import left_out, stage_lines, talk_elements
from cards.codes import notice_line
from cards.elements import Card, Tone, boxed, button, card, facts, heading, moment, subtle, text, title
from cards.markdown import plain
from cards.next_up import next_lines
from cards.steps import step_lines
from cards.wishes import spoken_title, wish_title

__all__ = ["MAX_ORDER_NUMBER", "ORDER_NUMBER", "build", "state_lines"]

ORDER_NUMBER = "purchase_order"
MAX_ORDER_NUMBER = 60

_MOST_VOTES = 6


def build(view: RequestView, viewer_id: str, words: Words, *, remark: str | None = None) -> Card:
    """`remark` says why a click changed nothing."""
    request = view.request
    body: list[CardElement] = [
        title(wish_title(request.wish, request.beneficiary, words)),
        subtle(words("Request {id} · asked on {when}", id=request.id, when=moment(request.created_at))),
    ]
    if remark:
        body.append(boxed("warning", remark))
    body.append(boxed(_tone(request), *state_lines(request, words)))
    if request.outcome:
        body.extend(text(notice_line(notice, words)) for notice in request.outcome.notices)
    body.extend(talk_elements(view.remarks, words))
    if _asks_for_order_number(request, viewer_id):
        body.extend(_order_number(request, words))
    body.append(heading(words("Steps")))
    body.append(facts(_steps(view, words)))
    return card(_summary(request, words), body, _actions(request, viewer_id, words))


def _asks_for_order_number(request: Request, viewer_id: str) -> bool:
    return viewer_id == request.requester.id and is_awaited(request)


def _order_number(request: Request, words: Words) -> list[CardElement]:
    """J15: what the requester has yet to tell, before the approval or after it."""
    needed = words("Nobody can approve this before the purchase order number is there.")
    later = words("Nothing is ordered before the purchase order number is there.")
    # Once it is what the request stands still for, its notice says so.
    why = [boxed("warning", needed if request.plan.lacks else later)] if request.stage else []
    label = words("Purchase order number")
    return [*why, TextInput(id=ORDER_NUMBER, label=label, max_length=MAX_ORDER_NUMBER)]


def _tone(request: Request) -> Tone:
    if request.state is RequestState.DONE:
        return "good"
    if request.state in (RequestState.REJECTED, RequestState.FAILED):
        return "attention"
    return "warning" if request.state is RequestState.PARTLY_DONE else "emphasis"


def state_lines(request: Request, words: Words) -> list[str]:
    """Where it stands, whom or what it waits for, and what was said."""
    lines = [words("**{state}**", state=wording.state(request, words))]
    if request.stage:
        lines.extend(_waiting_lines(request, request.stage, words))
    if request.auto_approved:
        lines.append(words("Approved automatically (rule “{rule}”).", rule=plain(request.rule, 160)))
    if request.waiting:
        lines.append(wording.waiting(request.waiting, words))
    if request.outcome and request.outcome.telephone_number:
        lines.append(words("Number: {number}", number=wording.number(request.outcome.telephone_number)))
    return [*lines, *_said(request, words)]


def _said(request: Request, words: Words) -> list[str]:
    """What was left out, by whom, and what was written; the latest of very many."""
    lines: list[str] = []
    for one in request.decisions[-_MOST_VOTES:]:
        if one.dropped and one.round == request.round:
            name, parts = plain(one.approver.name, 80), left_out(one.dropped, words)
            lines.append(words("{name} approved it without: {parts}", name=name, parts=parts))
        if one.void:
            lines.append(words("The vote of {name} does not count.", name=plain(one.approver.name, 80)))
        if one.comment:
            lines.append(wording.comment(one, words))
    return lines


def _waiting_lines(request: Request, stage: ResolvedStage, words: Words) -> list[str]:
    """Who is asked, since when, who came or speaks for whom and why, and what happens next."""
    names = wording.deciders(stage, words)
    if stage.opened_at is None:
        return [words("Asked: {names}", names=names)]
    asked = words("Asked since {when}: {names}", when=moment(stage.opened_at), names=names)
    have, need = counted(stage, votes_of(request))
    agreed = [words("{n} of the {all} it takes have agreed.", n=have, all=need)] if need > 1 else []
    return [asked, *agreed, *stage_lines(request, words), *next_lines(stage, words)]


def _steps(view: RequestView, words: Words) -> list[tuple[str, str]]:
    """Approval, then every step of the plan, each with done, now, next or what became of it, in words."""
    request = view.request
    done = {record.index for record in view.steps if record.state is StepState.DONE}
    failed = {record.index for record in view.steps if record.state is StepState.FAILED}
    rows = [(_approval_mark(request, words), words("Approval"))]
    now_taken = not _running(request)
    for index, line in enumerate(step_lines(request.plan, words)):
        if index in done:
            mark = words("Done")
        elif index in failed:
            mark = words("Failed")
        else:
            mark = _open_mark(request, words) if now_taken else words("Now")
            now_taken = True
        rows.append((mark, line))
    return rows


def _running(request: Request) -> bool:
    return request.state in (RequestState.APPROVED, RequestState.EXECUTING, RequestState.WAITING)


def _open_mark(request: Request, words: Words) -> str:
    return words("Not done") if request.ended else words("Next")


def _approval_mark(request: Request, words: Words) -> str:
    if request.state is RequestState.SUBMITTED:
        return words("Now")
    if request.state is RequestState.REJECTED:
        return words("Rejected")
    return words("Done") if _approved(request) else words("Not done")


def _approved(request: Request) -> bool:
    """Whether it got past its last stage; a withdrawn request may have been approved before."""
    if _running(request) or request.auto_approved:
        return True
    last = len(request.stages) - 1
    if request.stages[last:] and request.stages[last].consented_at is not None:
        return True
    counting = (one for one in request.decisions if not one.void and one.round == request.round)
    return any(decision.stage_index == last for decision in counting)


def _actions(request: Request, viewer_id: str, words: Words) -> list[Action]:
    if request.ended:
        return []
    data = {"request": request.id}
    waits = request.stage is not None and request.stage.opened_at is not None
    may_remind = waits and viewer_id in request.concerned
    actions: list[Action] = [button(words("Remind"), "request.remind", data)] if may_remind else []
    if viewer_id == request.requester.id:
        if request.stage is not None:
            actions.append(button(words("Change"), "request.edit", data))
        actions.append(button(words("Withdraw"), "request.withdraw", data))
    if _asks_for_order_number(request, viewer_id):
        send = words("Send the number")
        actions.insert(0, button(send, "request.purchase_order", data, style="positive", inputs="auto"))
    return actions


def _summary(request: Request, words: Words) -> str:
    spoken = spoken_title(request.wish, request.beneficiary, words)
    state = wording.state(request, words)
    return words("Request {id}: {title}. {state}.", id=request.id, title=spoken, state=state)

"""The approver's card: who, what, why, what is left in stock, and two buttons while they mean something."""

from __future__ import annotations

from collections.abc import Mapping

from microsoft_teams.cards.core import Action, CardElement, TextInput, ToggleInput

from bot.domain.acknowledgements import ACKNOWLEDGED
from bot.domain.approval import Decision, Verdict, votes_of
from bot.domain.plans import Plan
from bot.domain.requests import Request, RequestState
from bot.domain.views import RequestView
from bot.words import Words
from cards import wording
from cards.codes import acknowledged_line
from cards.confirm import second_person
from cards.elements import Card, Tone, boxed, button, card, facts, moment, subtle, text, title
from cards.markdown import plain
from cards.review import plan_elements
from cards.wishes import asked_for, spoken_title, whose, wish_title

__all__ = ["COMMENT", "MAX_COMMENT", "build", "tick_id", "ticks_in"]

COMMENT = "comment"
MAX_COMMENT = 500


def build(
    view: RequestView,
    viewer_id: str,
    words: Words,
    *,
    remark: str | None = None,
    error: str | None = None,
    typed: Mapping[str, str] | None = None,
) -> Card:
    """`remark` says why a click changed nothing; `error` stands at the inputs; `typed` is kept."""
    request = view.request
    body: list[CardElement] = [title(wish_title(request.wish, request.beneficiary, words))]
    body.append(subtle(_status(request, words)))
    if remark:
        body.append(boxed("warning", remark))
    body.extend(_decided(request, words))
    body.append(facts(_who_what_why(request, words)))
    together = second_person(request, words)
    if together:
        body.append(boxed("emphasis", together))
    actions: list[Action] = []
    if _may_click(request, viewer_id):
        body.extend(plan_elements(request.plan, words))
        if error:
            body.append(boxed("attention", error))
        body.extend(_ticks(request.plan, typed or {}, words))
        body.append(_comment(typed or {}, words))
        actions = _buttons(request, words)
    return card(_summary(request, words), body, actions)


def _may_click(request: Request, viewer_id: str) -> bool:
    """Whether to show the buttons. Only how it looks: the server decides again at every click."""
    stage = request.stage
    if stage is None or all(person.id != viewer_id for person in stage.approvers):
        return False
    return all(vote.approver.id != viewer_id for vote in votes_of(request))


def _status(request: Request, words: Words) -> str:
    return words("Request {id} · {state}", id=request.id, state=wording.state(request, words))


def _decided(request: Request, words: Words) -> list[CardElement]:
    shown: list[CardElement] = [
        boxed(_tone(decision), *_decision_lines(decision, words)) for decision in request.decisions
    ]
    if request.ended and request.state is not RequestState.REJECTED:
        shown.append(text(words("This request is closed; there is nothing to decide any more.")))
    return shown


def _tone(decision: Decision) -> Tone:
    return "good" if decision.verdict is Verdict.APPROVE else "attention"


def _decision_lines(decision: Decision, words: Words) -> list[str]:
    name, at = plain(decision.approver.name, 80), moment(decision.at)
    said = {
        Verdict.APPROVE: words("Approved by {name}, {when}", name=name, when=at),
        Verdict.REJECT: words("Rejected by {name}, {when}", name=name, when=at),
    }[decision.verdict]
    comment = plain(decision.comment, MAX_COMMENT)
    return [said, words("Comment: {comment}", comment=comment)] if comment else [said]


def _who_what_why(request: Request, words: Words) -> list[tuple[str, str]]:
    wish = request.wish
    asker, receiver = (wording.person(one, words) for one in (request.requester, request.beneficiary))
    return [
        *whose(wish, asker, receiver, words),
        *asked_for(wish, words),
        (words("Why"), plain(wish.reason, 500) or words("no reason given")),
        (words("Asked on"), moment(request.created_at)),
    ]


def ticks_in(data: Mapping[str, object]) -> frozenset[str]:
    """Codes that were ticked on a card of ours, or of anybody's: the use case knows which count."""
    return frozenset(code for code in ACKNOWLEDGED if data.get(tick_id(code)) == "true")


def tick_id(code: str) -> str:
    """The id of the input that answers a notice."""
    return f"know-{code}"


def _ticks(plan: Plan, typed: Mapping[str, str], words: Words) -> list[CardElement]:
    """What must be known to approve. The client requires none of them: whoever rejects ticks nothing."""
    return [
        ToggleInput(
            id=tick_id(notice.code),
            label=words("Required to approve"),
            title=acknowledged_line(notice, words),
            value_on="true",
            value_off="false",
            value=typed.get(tick_id(notice.code), "false"),
            wrap=True,
        )
        for notice in {one.code: one for one in plan.notices if one.code in plan.acknowledge}.values()
    ]


def _comment(typed: Mapping[str, str], words: Words) -> TextInput:
    return TextInput(
        id=COMMENT,
        label=words("Comment (required to reject)"),
        error_message=words("Please say why you reject."),
        is_multiline=True,
        max_length=MAX_COMMENT,
        value=typed.get(COMMENT) or None,
    )


def _buttons(request: Request, words: Words) -> list[Action]:
    data = {"request": request.id, "stage": request.stage_index, "round": request.round}
    return [
        button(words("Approve"), "request.approve", data, style="positive", inputs="auto"),
        button(words("Reject"), "request.reject", data, style="destructive", inputs="auto"),
    ]


def _summary(request: Request, words: Words) -> str:
    spoken = spoken_title(request.wish, request.beneficiary, words)
    state = wording.state(request, words)
    return words("Request {id}: {title}. {state}.", id=request.id, title=spoken, state=state)

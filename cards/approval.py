"""The approver's card: who, what, why, what is left in stock, how far it has got, and what can be done.

It shows the same to everybody but for what can be done, which only those see who may still do it. That is how
it looks and no more: the server decides again at every click.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from microsoft_teams.cards.core import (
    Action,
    CardElement,
    Choice,
    ChoiceSetInput,
    ExecuteAction,
    TextInput,
    ToggleInput,
)

from bot.domain.acknowledgements import ACKNOWLEDGED
from bot.domain.approval import votes_of
from bot.domain.approval.parts import Part, parts
from bot.domain.plans import Plan, Refusal
from bot.domain.requests import Request, RequestState
from bot.domain.views import RequestView
from bot.words import Words
from cards import wording
from cards.approval_state import again_lines, part_name, stage_facts, stage_lines, talk_elements, votes
from cards.codes import acknowledged_line, explain
from cards.confirm import second_person
from cards.elements import Card, boxed, button, card, facts, moment, rows, subtle, text, title
from cards.markdown import bare, plain
from cards.review import plan_elements
from cards.wishes import asked_for, spoken_title, whose, wish_title

__all__ = ["COMMENT", "INCLUDED", "MAX_COMMENT", "build", "left_out_in", "tick_id", "ticks_in"]

COMMENT = "comment"
MAX_COMMENT = 500
"""Characters of a comment, and of a question."""

INCLUDED = "included"
_OFFERED = "offered"
_LONGEST = 2_000
"""Characters read of a list of parts."""


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
    if request.plan.lacks and request.stage:
        body.append(_incomplete(request, words))
    again = again_lines(view, words)
    if again:
        body.append(boxed("emphasis", *again))
    body.extend(votes(request, words))
    body.append(facts([*_who_what_why(request, words), *stage_facts(request, words)]))
    together = second_person(request, words)
    if together:
        body.append(boxed("emphasis", together))
    lines = stage_lines(request, words)
    if lines:
        body.append(rows(lines))
    body.extend(talk_elements(view.remarks, words))
    closed = _nothing_to_do(request, viewer_id, words)
    if closed is not None:
        return card(_summary(request, words), [*body, text(closed)] if closed else body)
    body.extend(plan_elements(request.plan, words))
    if error:
        body.append(boxed("attention", error))
    body.extend(_inputs(request, typed or {}, words))
    return card(_summary(request, words), body, _buttons(request, words), refreshed=_refresh(view, viewer_id))


def _nothing_to_do(request: Request, viewer_id: str, words: Words) -> str | None:
    """Why there are no buttons; empty where that has been said already; None where there are."""
    stage = request.stage
    if stage is None:
        over = request.ended and request.state is not RequestState.REJECTED
        return words("This request is closed; there is nothing to decide any more.") if over else ""
    if any(vote.approver.id == viewer_id for vote in votes_of(request)):
        return words("You have decided. Others are still asked.")
    if all(person.id != viewer_id for person in stage.approvers):
        return words("You do not decide on this at the moment.")
    return None


def _refresh(view: RequestView, viewer_id: str) -> tuple[ExecuteAction, list[str]] | None:
    """The reader's client asks for the card anew when it is opened; without it, the card is merely older."""
    mine = view.channel_ids.get(viewer_id)
    if mine is None:
        return None
    action = ExecuteAction(title="refresh", verb="request.refresh", data={"request": view.request.id})
    return action, [mine]


def _status(request: Request, words: Words) -> str:
    return words("Request {id} · {state}", id=request.id, state=wording.state(request, words))


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


def left_out_in(data: Mapping[str, object]) -> tuple[str, ...]:
    """Keys of the parts that were on the card and not chosen, whether there are such parts or not.

    Clients leave out an input in which nothing is chosen; what was offered is the button's own data.
    """
    offered, chosen = data.get(_OFFERED), data.get(INCLUDED, "")
    if not isinstance(offered, str) or not isinstance(chosen, str):
        return ()
    keys = [key for key in offered[:_LONGEST].split(",") if key]
    return tuple(sorted(set(keys) - set(chosen[:_LONGEST].split(","))))


def _inputs(request: Request, typed: Mapping[str, str], words: Words) -> list[CardElement]:
    plan, name = request.plan, bare(request.requester.name, 60)
    if plan.lacks:
        # Nothing to tick or to choose: it can be rejected, or asked about.
        return [_comment(request, name, typed, words)]
    choice = parts(plan)
    included = [_include(choice, typed, words)] if choice else []
    return [*included, *_ticks(plan, typed, words), _comment(request, name, typed, words)]


def _incomplete(request: Request, words: Words) -> CardElement:
    """Why there is no button to approve it (J15)."""
    about = Refusal(code="SB-CRE-44", params={"name": request.requester.name})
    return boxed("attention", words("**Incomplete**"), *explain(about.code, about.params, words))


def _include(choice: Sequence[Part], typed: Mapping[str, str], words: Words) -> ChoiceSetInput:
    everything = ",".join(part.key for part in choice)
    return ChoiceSetInput(
        id=INCLUDED,
        label=words("Approve all of it, or leave something out"),
        style="expanded",
        is_multi_select=True,
        wrap=True,
        choices=[Choice(title=part_name(part.key, words), value=part.key) for part in choice],
        value=typed.get(INCLUDED, everything),
    )


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


def _comment(request: Request, name: str, typed: Mapping[str, str], words: Words) -> TextInput:
    always = request.stage is not None and request.stage.spec.comment_on_approve
    label = words("Comment (required to reject), or a question to {name}", name=name)
    missing = words("Please say why you reject.")
    if always:
        label = words("Comment (required to approve or reject), or a question to {name}", name=name)
        missing = words("Please say why.")
    return TextInput(
        id=COMMENT,
        label=label,
        error_message=missing,
        is_multiline=True,
        max_length=MAX_COMMENT,
        value=typed.get(COMMENT) or None,
    )


def _buttons(request: Request, words: Words) -> list[Action]:
    data = {"request": request.id, "stage": request.stage_index, "round": request.round}
    offered = {_OFFERED: ",".join(part.key for part in parts(request.plan))} if parts(request.plan) else {}
    agree = button(words("Approve"), "request.approve", {**data, **offered}, style="positive", inputs="auto")
    return [
        *([] if request.plan.lacks else [agree]),
        button(words("Reject"), "request.reject", data, style="destructive", inputs="auto"),
        button(words("Ask the requester"), "request.ask", data, inputs="auto"),
        *_hand_over(request, data, words),
    ]


def _hand_over(request: Request, data: dict[str, Any], words: Words) -> list[Action]:
    stage = request.stage
    if stage is None or not stage.spec.reassign:
        return []
    return [button(words("Hand over"), "request.reassign.ask", data)]


def _summary(request: Request, words: Words) -> str:
    spoken = spoken_title(request.wish, request.beneficiary, words)
    state = wording.state(request, words)
    return words("Request {id}: {title}. {state}.", id=request.id, title=spoken, state=state)

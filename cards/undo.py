"""Keep or undo: the card for whoever may have licences taken back that were given for nothing (J14b, R20)."""

from __future__ import annotations

from microsoft_teams.cards.core import Action, CardElement, ToggleInput

from bot.domain.keep_or_undo import ASKED, KeepOrUndo, names_of
from bot.domain.plans import Notice, NoticeLevel, Refusal
from bot.domain.views import RequestView
from bot.words import Words
from cards import wording
from cards.codes import acknowledged_line, notice_line
from cards.elements import Card, boxed, button, card, facts, moment, subtle, text, title
from cards.markdown import plain
from cards.wishes import spoken_title, wish_title

__all__ = ["KNOWN", "build"]

KNOWN = "known"
"""The tick: I know that the number is lost."""

_LOSS = "SB-LIC-24"


def build(
    view: RequestView, words: Words, *, remark: str | None = None, loses: Refusal | None = None
) -> Card:
    """`remark` says why a click changed nothing; `loses` is what must be known first: name and number."""
    request = view.request
    question = request.keep_or_undo
    body: list[CardElement] = [
        title(words("Keep these licences, or take them back?")),
        subtle(wish_title(request.wish, request.beneficiary, words)),
        subtle(words("Request {id} · {state}", id=request.id, state=wording.state(request, words))),
    ]
    if remark:
        body.append(boxed("warning", remark))
    notices = request.outcome.notices if request.outcome else ()
    # Who is asked, and until when, stands below for whoever is.
    body.extend(text(notice_line(notice, words)) for notice in notices if notice.code != ASKED)
    actions: list[Action] = []
    if question is not None and question.answer is None:
        body.append(facts(_about(view, question, words)))
        body.extend(_loss(loses, words) if loses else [])
        actions = _buttons(request.id, loses, words)
    spoken = spoken_title(request.wish, request.beneficiary, words)
    summary = words("{title}: keep the licences, or take them back?", title=spoken)
    return card(summary, body, actions)


def _about(view: RequestView, question: KeepOrUndo, words: Words) -> list[tuple[str, str]]:
    names = ", ".join(words(name) for name in names_of(question.licences).split(", "))
    return [
        (words("Licences"), plain(names, 400)),
        (words("For"), wording.person(view.request.beneficiary, words)),
        (words("Kept if nobody answers by"), moment(question.until)),
    ]


def _loss(loses: Refusal, words: Words) -> list[CardElement]:
    """R20: what is lost is said, and ticked, before it is."""
    notice = Notice(code=_LOSS, level=NoticeLevel.WARN, params=loses.params)
    return [
        boxed("attention", notice_line(notice, words)),
        ToggleInput(
            id=KNOWN,
            label=words("Required to take them back"),
            title=acknowledged_line(notice, words),
            value_on="true",
            value_off="false",
            value="false",
            wrap=True,
        ),
    ]


def _buttons(request_id: str, loses: Refusal | None, words: Words) -> list[Action]:
    data = {"request": request_id}
    known = {**data, "number": loses.params.get("number", "")} if loses else data
    return [
        button(words("Keep"), "request.keep", data, style="positive"),
        button(words("Take back"), "request.undo", known, style="destructive", inputs="auto"),
    ]

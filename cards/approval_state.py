"""How far a request has got on its way through approval: stages, voices, votes, and what was said."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from microsoft_teams.cards.core import CardElement
from pydantic import TypeAdapter

from bot.domain.approval import (
    Decision,
    Seat,
    SeatOrigin,
    StandIn,
    Verdict,
    Why,
    counted,
    votes_of,
)
from bot.domain.approval.parts import NUMBER
from bot.domain.codes import CODES
from bot.domain.pending import ends_at
from bot.domain.remarks import Remark, RemarkKind, talk
from bot.domain.requests import Request
from bot.domain.views import RequestView
from bot.domain.wishes import Wish
from bot.words import Words
from cards import wording
from cards.codes import notice_line
from cards.elements import Tone, boxed, heading, moment, rows, text
from cards.markdown import plain
from cards.wishes import asked_for

__all__ = [
    "again_lines",
    "left_out",
    "part_name",
    "stage_facts",
    "stage_lines",
    "talk_elements",
    "votes",
]

_MOST_VOTES = 6
_MOST_TALK = 6
_MOST_NAMES = 6
_LONG = 200
"""Characters of a comment or a remark, where there may be many of them on one card."""

_WISHES: TypeAdapter[Wish] = TypeAdapter(Wish)

Pairs = list[tuple[str, str]]


def stage_facts(request: Request, words: Words) -> Pairs:
    """Rule, stage, how many agree, who else is asked, until when: what an approver wants to know of it."""
    stage = request.stage
    if stage is None:
        return []
    found: Pairs = [(words("Rule"), plain(request.rule, 100))] if request.rule else []
    if len(request.stages) > 1:
        position = words("{n} of {all}", n=request.stage_index + 1, all=len(request.stages))
        found.append((words("Stage"), position))
    have, need = counted(stage, votes_of(request))
    if need > 1:
        found.append((words("Agreed"), words("{n} of the {all} it takes", n=have, all=need)))
    names = _names([person.name for person in stage.approvers], words)
    found.append((words("Asked"), names))
    ends = ends_at(stage)
    return [*found, (words("Open until"), moment(ends))] if ends else found


def _names(names: Sequence[str], words: Words) -> str:
    shown = [plain(name, 80) for name in names[:_MOST_NAMES]]
    rest = len(names) - len(shown)
    return words.listing(
        [*shown, words.plural("{n} more person", "{n} more people", rest)] if rest else shown
    )


def stage_lines(request: Request, words: Words) -> list[str]:
    """Who speaks for whom and why, who came later, who was replaced and why."""
    stage = request.stage
    if stage is None:
        return []
    stand_ins = [_stand_in(one, seat, words) for seat in stage.voices for one in seat.stand_ins]
    came = [line for seat in stage.voices if (line := _came(seat, words))]
    gone = [_gone(seat, words) for seat in stage.seats if not seat.active]
    return _shortened([*gone, *came, *stand_ins], _MOST_NAMES, words)


def _stand_in(one: StandIn, seat: Seat, words: Words) -> str:
    names = {"name": plain(one.person.name, 80), "holder": plain(seat.holder.name, 80)}
    if one.why is Why.REASSIGNED and one.reason:
        reason = plain(one.reason, _LONG)
        return words("{holder} has handed this over to {name}: {reason}", reason=reason, **names)
    if one.why is Why.REASSIGNED:
        return words("{holder} has handed this over to {name}.", **names)
    if one.until is None:
        return words("{name} stands in for {holder}.", **names)
    until = moment(one.until)
    if one.why is Why.ABSENCE:
        return words("{name} stands in for {holder}, who is out of office until {when}.", when=until, **names)
    return words("{name} stands in for {holder} until {when}.", when=until, **names)


def _came(seat: Seat, words: Words) -> str:
    if seat.after is None:
        return ""
    names = {"name": plain(seat.holder.name, 80), "before": plain(seat.after.name, 80)}
    if seat.origin in (SeatOrigin.ADDED, SeatOrigin.ESCALATION):
        return words("{name} was asked too, since {before} did not answer.", **names)
    return words("{name} was asked instead of {before}.", **names)


def _gone(seat: Seat, words: Words) -> str:
    name = plain(seat.holder.name, 80)
    why = _says(seat.left, name, words)
    return why if name in why else words("{name} is no longer asked: {why}", name=name, why=why)


def _says(code: str, name: str, words: Words) -> str:
    entry = CODES.get(code)
    return words(entry.says, name=name) if entry else plain(code)


def _shortened(lines: Sequence[str], most: int, words: Words) -> list[str]:
    rest = len(lines) - most
    if rest <= 0:
        return list(lines)
    return [*lines[:most], words.plural("{n} more line is left out.", "{n} more lines are left out.", rest)]


def votes(request: Request, words: Words) -> list[CardElement]:
    """Every vote of this asking, and those that do not count, with why; the latest of very many."""
    shown = request.decisions[-_MOST_VOTES:]
    rest = len(request.decisions) - len(shown)
    earlier = [text(words.plural("{n} earlier vote", "{n} earlier votes", rest))] if rest else []
    return [*earlier, *(boxed(_tone(one, request), *_vote(one, request, words)) for one in shown)]


def _tone(decision: Decision, request: Request) -> Tone:
    if decision.void or decision.round != request.round:
        return "emphasis"
    return "good" if decision.verdict is Verdict.APPROVE else "attention"


def _vote(decision: Decision, request: Request, words: Words) -> list[str]:
    lines = [_verdict(decision, words)]
    if decision.dropped:
        lines.append(words("Left out: {parts}", parts=left_out(decision.dropped, words)))
    comment = plain(decision.comment, _LONG if len(request.decisions) > 1 else 500)
    if comment:
        lines.append(words("Comment: {comment}", comment=comment))
    if decision.void:
        why = _says(decision.void, plain(decision.approver.name, 80), words)
        lines.append(words("Does not count: {why}", why=why))
    elif decision.round != request.round:
        lines.append(words("Does not count any more: it answered what was asked before."))
    return lines


def _verdict(decision: Decision, words: Words) -> str:
    name, at = plain(decision.approver.name, 80), moment(decision.at)
    if decision.instead_of is not None:
        holder = plain(decision.instead_of.name, 80)
        return {
            Verdict.APPROVE: words(
                "Approved by {name} for {holder}, {when}", name=name, holder=holder, when=at
            ),
            Verdict.REJECT: words(
                "Rejected by {name} for {holder}, {when}", name=name, holder=holder, when=at
            ),
        }[decision.verdict]
    return {
        Verdict.APPROVE: words("Approved by {name}, {when}", name=name, when=at),
        Verdict.REJECT: words("Rejected by {name}, {when}", name=name, when=at),
    }[decision.verdict]


def left_out(keys: Iterable[str], words: Words) -> str:
    """What parts of a plan are called."""
    return words.listing([part_name(key, words) for key in keys])


def part_name(key: str, words: Words) -> str:
    """What one part is called."""
    return (
        words("the phone number") if key == NUMBER else wording.product(key.removeprefix("licence:"), words)
    )


def again_lines(view: RequestView, words: Words) -> list[str]:
    """That it is asked about once more, and why: what the requester changed, or votes that do not count."""
    request = view.request
    if request.stage and request.outcome and request.outcome.notices:
        # What was approved before and has to be approved again says why itself, and what was done by then.
        return [notice_line(one, words) for one in request.outcome.notices]
    if not request.round:
        return []
    edits = [one for one in view.remarks if one.kind is RemarkKind.EDITED]
    lines = [words("This is asked once more.")]
    if edits:
        lines += _changes(edits, request, words)
    void = [one for one in request.decisions if one.void and one.void != "SB-APP-69"]
    return [*lines, *dict.fromkeys(_says(one.void, plain(one.approver.name, 80), words) for one in void)]


def _changes(edits: Sequence[Remark], request: Request, words: Words) -> list[str]:
    """The last change: what it was, beside what it is now."""
    name = plain(request.requester.name, 80)
    lines = [words("{name} has changed the request.", name=name)]
    before = _wish(edits[-1])
    if before is None:
        return lines
    old = dict(_all_of(before, words))
    new = dict(_all_of(request.wish, words))
    for label in dict.fromkeys((*old, *new)):
        if old.get(label) != new.get(label):
            was, now = old.get(label, words("nothing")), new.get(label, words("nothing"))
            lines.append(words("{label}: {now} (before: {was})", label=label, now=now, was=was))
    return lines


def _all_of(wish: Wish, words: Words) -> Pairs:
    return [*asked_for(wish, words), (words("Why"), plain(wish.reason, _LONG) or words("no reason given"))]


def _wish(remark: Remark) -> Wish | None:
    """As it was; None where another version wrote what this one cannot read."""
    try:
        return _WISHES.validate_json(remark.text)
    except ValueError:
        return None


def talk_elements(remarks: Iterable[Remark], words: Words) -> list[CardElement]:
    """Questions, answers and comments, the latest of very many."""
    said = talk(remarks)
    if not said:
        return []
    shown = said[-_MOST_TALK:]
    rest = len(said) - len(shown)
    earlier = [words.plural("{n} earlier remark", "{n} earlier remarks", rest)] if rest else []
    return [heading(words("Questions and answers")), rows([*earlier, *(_said(one, words) for one in shown)])]


def _said(remark: Remark, words: Words) -> str:
    params = {"name": plain(remark.author.name, 80), "text": plain(remark.text, _LONG)}
    if remark.kind is RemarkKind.QUESTION:
        return words("**{name} asks:** {text}", **params)
    if remark.kind is RemarkKind.ANSWER:
        return words("**{name} answers:** {text}", **params)
    return words("**{name} adds:** {text}", **params)

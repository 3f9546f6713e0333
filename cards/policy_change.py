"""The card of a proposed policy: what would change, who agreed, and two buttons while that matters."""

from __future__ import annotations

from microsoft_teams.cards.core import (
    Action,
    CardElement,
    Container,
    RichTextBlock,
    TextRun,
)

from bot.domain.plans import Refusal
from bot.domain.policy_diff import Difference, PolicyDiff, RuleChange
from bot.domain.policy_views import PolicyState, PolicyView, PolicyVote
from bot.words import N_, Words
from cards.codes import in_one_line
from cards.elements import (
    Card,
    boxed,
    button,
    card,
    facts,
    heading,
    moment,
    rows,
    subtle,
    text,
    title,
)
from cards.markdown import plain

__all__ = ["build"]

_MOST_RULES = 8
_MOST_LINES = 24
"""Of rules; fewer rules are shown in more detail."""
_FEWEST = 3
_MOST_SETTINGS = 6
_LONGEST_KEY, _LONGEST_VALUE = 50, 70

_STATES = {
    PolicyState.PROPOSED: N_("Waiting for voice admins to agree"),
    PolicyState.ACTIVE: N_("In force"),
    PolicyState.REFUSED: N_("Refused: nothing changes"),
    PolicyState.REPLACED: N_("Not needed any more: a later change took its place"),
    PolicyState.RETIRED: N_("Was in force; another policy took its place"),
}

_HEADINGS = {
    PolicyState.PROPOSED: N_("What would change"),
    PolicyState.ACTIVE: N_("What changed"),
    PolicyState.RETIRED: N_("What changed"),
}
_WAS_TO_CHANGE = N_("What was to change")


def build(view: PolicyView, viewer_id: str, words: Words, *, remark: str | None = None) -> Card:
    """`remark` says why a click changed nothing."""
    waiting = view.state is PolicyState.PROPOSED
    status = words(_STATES[view.state])
    body: list[CardElement] = [
        title(words("Change of the approval policy")),
        subtle(words("Version {version} · {state}", version=view.version, state=status)),
    ]
    if remark:
        body.append(boxed("warning", remark))
    body.extend(_outcome(view, words))
    body.append(facts(_standing(view, words)))
    body.extend(_lapsed(view, words))
    if waiting and view.asked and view.asked < view.need:
        params = {"need": str(view.need), "count": str(view.asked)}
        body.append(boxed("warning", in_one_line(Refusal(code="SB-APP-24", params=params), words)))
    body.append(heading(words(_HEADINGS.get(view.state, _WAS_TO_CHANGE))))
    body.extend(_changes(view.diff, words))
    if waiting:
        body.append(subtle(words("Requests that are on their way keep those who decide on them now.")))
    summary = words("Change of the approval policy to version {version}: {state}", version=view.version,
                    state=status)  # fmt: skip
    return card(summary, body, _buttons(view, viewer_id, words) if waiting else [])


def _outcome(view: PolicyView, words: Words) -> list[CardElement]:
    match view.state:
        case PolicyState.ACTIVE | PolicyState.RETIRED if view.activated_at:
            names = words.listing([plain(one.name, 80) for one in view.agreed])
            when = moment(view.activated_at)
            return [boxed("good", words("Agreed by {names}; in force since {when}.", names=names, when=when))]
        case PolicyState.REFUSED:
            return [_refusal(vote, words) for vote in view.votes if not vote.agrees]
        case _:
            return []


def _refusal(vote: PolicyVote, words: Words) -> Container:
    name = plain(vote.admin.name, 80)
    return boxed("attention", words("Refused by {name}, {when}.", name=name, when=moment(vote.at)))


def _standing(view: PolicyView, words: Words) -> list[tuple[str, str]]:
    agreed = (
        words.listing([plain(one.name, 80) for one in view.agreed]) if view.agreed else words("nobody yet")
    )
    return [
        (words("In force before"), view.before),
        (words("Proposed"), moment(view.proposed_at)),
        (words("Must agree"), words.plural("{n} voice admin", "{n} voice admins", view.need)),
        (words("Agreed"), agreed),
    ]


def _lapsed(view: PolicyView, words: Words) -> list[CardElement]:
    """Those whose agreement no longer counts, and why."""
    return [
        boxed("warning", in_one_line(Refusal(code=vote.void, params={"name": vote.admin.name}), words))
        for vote in view.votes
        if vote.void
    ]


def _changes(diff: PolicyDiff, words: Words) -> list[CardElement]:
    body: list[CardElement] = []
    shown = diff.rules[:_MOST_RULES]
    for change in shown:
        body.append(text(_headline(change, words)))
        if change.move in ("added", "changed"):
            body.append(rows(_few(change.differences, _most_of_a_rule(diff), words)))
    if len(diff.rules) > len(shown):
        left = len(diff.rules) - len(shown)
        body.append(text(words.plural("{n} more rule changes.", "{n} more rules change.", left)))
    if diff.settings:
        body.append(text(words("Outside of the rules:")))
        body.append(rows(_few(diff.settings, _MOST_SETTINGS, words)))
    if diff.lines:
        body.append(text(words("No rule and no value changes, only how the file is written:")))
        body.append(_script(diff.lines))
    if _is_cut(diff):
        body.append(
            boxed("warning", words("This is not all of it. Look at the whole file before you agree."))
        )
    return body


def _most_of_a_rule(diff: PolicyDiff) -> int:
    return max(_FEWEST, _MOST_LINES // max(len(diff.rules[:_MOST_RULES]), 1))


def _is_cut(diff: PolicyDiff) -> bool:
    """Whether the card leaves something out: nobody is to agree to what he takes for all of it."""
    return (
        len(diff.rules) > _MOST_RULES
        or len(diff.settings) > _MOST_SETTINGS
        or any(len(change.differences) > _most_of_a_rule(diff) for change in diff.rules)
        or diff.lines[-1:] == ("…",)
    )


def _headline(change: RuleChange, words: Words) -> str:
    name = plain(change.name, 80)
    match change.move:
        case "added":
            return words("New rule “{name}”", name=name)
        case "removed":
            return words("Rule “{name}” is taken out", name=name)
        case "changed":
            return words("Rule “{name}” changes", name=name)
        case "moved":
            place = change.differences[0]
            return words("Rule “{name}” moves from place {before} to place {after}", name=name,
                         before=place.before, after=place.after)  # fmt: skip


def _few(differences: tuple[Difference, ...], most: int, words: Words) -> list[str]:
    lines = [_difference(one, words) for one in differences[:most]]
    left = len(differences) - most
    return [*lines, words.plural("{n} more value", "{n} more values", left)] if left > 0 else lines


def _difference(one: Difference, words: Words) -> str:
    key = plain(one.key, _LONGEST_KEY)
    before, after = plain(one.before, _LONGEST_VALUE), plain(one.after, _LONGEST_VALUE)
    if not one.before:
        return words("{key}: {after}", key=key, after=after)
    return words("{key}: {before} → {after}", key=key, before=before, after=after or words("nothing"))


def _script(lines: tuple[str, ...]) -> Container:
    """As in the file: rich text knows no Markdown."""
    return Container(
        style="emphasis",
        items=[
            RichTextBlock(inlines=[TextRun(text=line, font_type="Monospace")], spacing="None")
            for line in lines
            if line.strip()
        ],
    )


def _buttons(view: PolicyView, viewer_id: str, words: Words) -> list[Action]:
    """Only how it looks: the server decides again at every click. Who agreed may still change his mind."""
    data = {"policy": view.version, "proposal": view.proposal}
    refuse = button(words("Refuse"), "policy.refuse", data, style="destructive")
    if any(one.id == viewer_id for one in view.agreed):
        return [refuse]
    return [button(words("Agree"), "policy.agree", data, style="positive"), refuse]

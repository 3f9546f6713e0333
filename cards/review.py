"""The review: what would be done, what it takes, who decides. The last look before anything is sent."""

from __future__ import annotations

from microsoft_teams.cards.core import CardElement

from bot.domain.plans import AssignNumber, ChangeLicences, NoticeLevel, Plan
from bot.domain.views import Preview
from bot.words import Words
from cards import wording
from cards.codes import notice_line
from cards.elements import Card, Tone, boxed, button, card, facts, heading, rows, subtle, title
from cards.markdown import plain
from cards.steps import step_lines
from cards.wishes import spoken_title, whose, wish_details, wish_title

__all__ = ["build", "lines", "plan_elements", "wish_facts"]


def build(
    preview: Preview, draft_id: str, fingerprint: str, words: Words, *, remark: str | None = None
) -> Card:
    """`fingerprint` travels with the buttons: a draft changed elsewhere meanwhile is reviewed again."""
    body: list[CardElement] = [
        title(wish_title(preview.wish, preview.beneficiary, words)),
        subtle(words("Please review. Nothing has been sent yet.")),
        *([boxed("warning", remark)] if remark else []),
        facts(wish_facts(preview, words)),
        *plan_elements(preview.plan, words),
        heading(words("Who decides")),
        rows(_decision_lines(preview, words)),
    ]
    data = {"draft": draft_id, "rev": fingerprint}
    actions = [
        button(words("Submit"), "wish.submit", data, style="positive"),
        button(words("Change"), "wish.edit", data),
        button(words("Cancel"), "wish.cancel", data),
    ]
    spoken = spoken_title(preview.wish, preview.beneficiary, words)
    return card(words("{title}: please review", title=spoken), body, actions)


def wish_facts(preview: Preview, words: Words) -> list[tuple[str, str]]:
    """What was asked for."""
    asker, receiver = (wording.person(one, words) for one in (preview.requester, preview.beneficiary))
    pairs = [*whose(preview.wish, asker, receiver, words), *wish_details(preview.wish, words)]
    return [*pairs, (words("Reason"), plain(preview.wish.reason, 500))] if preview.wish.reason else pairs


def plan_elements(plan: Plan, words: Words) -> list[CardElement]:
    """The steps in words, what they take from stock, their cost, and every warning."""
    elements: list[CardElement] = [heading(words("What will be done")), facts(_numbered_steps(plan, words))]
    takes = _what_it_takes(plan, words)
    if takes:
        elements += [heading(words("What it takes")), rows(takes)]
    elements.extend(boxed("warning", line) for line in _unexplained_wait(plan, words))
    for notice in plan.notices:
        tone: Tone = "warning" if notice.level is NoticeLevel.WARN else "emphasis"
        elements.append(boxed(tone, notice_line(notice, words)))
    return elements


def _what_it_takes(plan: Plan, words: Words) -> list[str]:
    """What is taken from stock, and the cost where a person gets something; tasks say their own amounts."""
    takes = [wording.stock(line, words) for line in plan.stock]
    if any(isinstance(one, ChangeLicences | AssignNumber) for one in plan.steps):
        takes.append(words("Cost: {cost}", cost=wording.cost(plan, words)))
    return takes


def _numbered_steps(plan: Plan, words: Words) -> list[tuple[str, str]]:
    return [
        (words("Step {n}", n=position), line)
        for position, line in enumerate(step_lines(plan, words), start=1)
    ]


def _unexplained_wait(plan: Plan, words: Words) -> list[str]:
    """Why the request would wait, unless a warning of the plan says it better."""
    explained = any(notice.level is NoticeLevel.WARN for notice in plan.notices)
    if plan.waits_for is None or explained:
        return []
    return [words("Warning: {text}", text=wording.waiting(plan.waits_for, words))]


def _decision_lines(preview: Preview, words: Words) -> list[str]:
    if preview.auto_approved:
        return [words("No approval is needed (rule “{rule}”).", rule=plain(preview.rule, 160))]
    return [wording.deciders(stage, words) for stage in preview.stages]


def lines(preview: Preview, words: Words) -> list[str]:
    """The same review for people who type: one Markdown line each."""
    plan = preview.plan
    shown = [f"**{name}:** {value}" for name, value in wish_facts(preview, words)]
    shown += [f"**{name}:** {value}" for name, value in _numbered_steps(plan, words)]
    shown += _what_it_takes(plan, words)
    shown += _unexplained_wait(plan, words)
    shown += [notice_line(notice, words) for notice in plan.notices]
    return [*shown, words("Who decides: {names}", names="; ".join(_decision_lines(preview, words)))]

"""Why a product would be given to somebody or not: the rules applied, in order. Nothing is asked for."""

from __future__ import annotations

from collections.abc import Sequence

from microsoft_teams.cards.core import CardElement

from bot.domain.catalogue.products import plan_name
from bot.domain.explaining import Explanation, Inventory, rules_of
from bot.domain.plans import Notice, NoticeLevel, Plan, Refusal
from bot.domain.rules import RULES
from bot.words import Words
from cards import wording
from cards.codes import explain, notice_line
from cards.elements import Card, Tone, boxed, card, heading, rows, subtle, title
from cards.holdings import plan_line, product_line
from cards.markdown import bare, plain
from cards.steps import step_lines

__all__ = ["build"]


def build(told: Explanation, words: Words) -> Card:
    """The answer to `why ... for ...`."""
    name, product = told.inventory.person.name, told.product
    shown = plain(words(product)) if product else words("A phone number")
    body: list[CardElement] = [
        title(words("{product} for {name}: why, or why not", product=shown, name=plain(name, 80))),
        subtle(words("This only explains. Nothing was asked for, and nothing was changed.")),
        heading(words("What is there")),
        rows(_there(told.inventory, words)),
    ]
    if told.refusal is not None:
        body += _refused(told.refusal, words)
    if told.plan is not None:
        body += _planned(told.plan, words)
    summary = words("Why, or why not: {product} for {name}", product=bare(shown), name=bare(name, 80))
    return card(summary, body)


def _there(has: Inventory, words: Words) -> list[str]:
    location = has.person.usage_location
    numbers = [words("Number: {number}", number=wording.number(one.telephone_number)) for one in has.numbers]
    return [
        *(product_line(one, words) for one in has.products),
        *(plan_line(one, words) for one in has.plans if plan_name(one.plan_id) != one.plan_id),
        *numbers,
        words("Usage location: {country}", country=words.country(location) if location else words("not set")),
        *([words("Calls go over the organisation's own carrier")] if has.own_pstn else []),
    ]


def _refused(refusal: Refusal, words: Words) -> list[CardElement]:
    lines = explain(refusal.code, refusal.params, words)
    return [
        heading(words("It would be refused")),
        boxed("attention", *lines, *_rule_lines(rules_of(refusal), words)),
    ]


def _planned(plan: Plan, words: Words) -> list[CardElement]:
    elements: list[CardElement] = [heading(words("What would be done, and why"))]
    if not plan.steps:
        elements.append(rows([words("Nothing: it is all there.")]))
    for position, (step, line) in enumerate(zip(plan.steps, step_lines(plan, words), strict=True), start=1):
        said = words("{n}. {step}", n=position, step=line)
        elements.append(rows([said, *_rule_lines(rules_of(step), words)]))
    if plan.waits_for is not None:
        elements.append(boxed("warning", wording.waiting(plan.waits_for, words)))
    elements += [_noticed(notice, words) for notice in plan.notices]
    return elements


def _noticed(notice: Notice, words: Words) -> CardElement:
    tone: Tone = "warning" if notice.level is NoticeLevel.WARN else "emphasis"
    return boxed(tone, notice_line(notice, words), *_rule_lines(rules_of(notice), words))


def _rule_lines(numbers: Sequence[str], words: Words) -> list[str]:
    """Each rule with its title; a number that an older plan quotes and the register lacks, as it is."""
    return [
        words("{rule}: {title}", rule=number, title=words(RULES[number].title)) if number in RULES else number
        for number in numbers
    ]

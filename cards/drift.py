"""What is not as it was approved and done: what, whose, since which request, and one click on each."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from microsoft_teams.cards.core import Action, ActionSet, CardElement, Container, TextBlock

from bot.domain.drift.compare import DriftKind, Finding
from bot.domain.drift.mending import BY_HAND
from bot.domain.drift.views import PAGE, DriftList, DriftState, StoredFinding
from bot.domain.people import PersonRef
from bot.words import Words
from cards import wording
from cards.elements import Card, boxed, button, card, moment, subtle, text, title
from cards.markdown import plain

__all__ = ["build"]

_TAKES_BACK = frozenset({DriftKind.LICENCE_BACK, DriftKind.ACCOUNT_OFF, DriftKind.REST_BROKEN})


def build(view: DriftList, words: Words, *, remark: str | None = None) -> Card:
    """`remark` says what became of a click."""
    heading = words("What is not as it was approved")
    body: list[CardElement] = [title(heading)]
    if remark:
        body.append(boxed("emphasis", remark))
    if view.findings:
        body.append(
            subtle(
                words(
                    "Microsoft shows something else than what was approved and done. **Put right** asks for "
                    "it again, to be approved as usual; **Accept** takes it as it is, and is on record."
                )
            )
        )
    else:
        body.append(text(words("Everything is as it was approved and done, as of the last look.")))
    body.extend(_row(one, view, words) for one in view.findings)
    return card(_summary(view, words), body, _paging(view, words))


def _summary(view: DriftList, words: Words) -> str:
    if not view.total:
        return words("Everything is as it was approved and done, as of the last look.")
    return words.plural(
        "{n} thing is not as it was approved", "{n} things are not as they were approved", view.total
    )


def _row(one: StoredFinding, view: DriftList, words: Words) -> Container:
    finding = one.finding
    items: list[CardElement] = [
        TextBlock(text=f"**{_whose(finding.person, words)}**", wrap=True),
        TextBlock(text=_what(finding, words), wrap=True, spacing="None"),
        subtle(_source(one, words)),
    ]
    actions = _buttons(one, view, words)
    if actions:
        items.append(ActionSet(actions=actions, spacing="Small"))
    return Container(separator=True, items=items)


def _buttons(one: StoredFinding, view: DriftList, words: Words) -> list[Action]:
    if not view.may_act or one.state is not DriftState.OPEN:
        return []
    data = {"finding": one.id, "offset": view.offset}
    name = plain(one.finding.person.name, 80)
    kind = one.finding.kind
    found: list[Action] = []
    if kind not in BY_HAND:
        mends = button(words("Take back") if kind in _TAKES_BACK else words("Put right"), "drift.mend", data)
        mends.tooltip = words("Ask for what puts it right for {name}", name=name)
        found.append(mends)
    accepts = button(words("Accept"), "drift.accept", data)
    accepts.tooltip = words("Take it as it is for {name}", name=name)
    return [*found, accepts]


def _whose(person: PersonRef, words: Words) -> str:
    return wording.person(person, words) if person.upn else plain(person.name or person.id, 80)


def _source(one: StoredFinding, words: Words) -> str:
    finding = one.finding
    said = [words("found {when}", when=moment(one.found_at))]
    if finding.source and finding.since:
        said.insert(0, words("{id}, done {when}", id=finding.source, when=moment(finding.since)))
    if one.state is DriftState.MENDING and one.request_id:
        said.append(words("{id} is to put it right", id=one.request_id))
    return " · ".join(said)


def _what(finding: Finding, words: Words) -> str:
    return _TOLD[finding.kind](finding, words)


def _product(finding: Finding, words: Words) -> str:
    return plain(words(finding.params.get("product", "")), 100)


def _plans_off(finding: Finding, words: Words) -> str:
    plans = ", ".join(words(one) for one in finding.params.get("plans", "").split(", "))
    if not finding.params.get("product"):
        return words("{plans}: in force no more", plans=plain(plans, 200))
    return words(
        "{plans}: switched off in {product}", plans=plain(plans, 200), product=_product(finding, words)
    )


def _off(finding: Finding, words: Words) -> str:
    has = [words(one) for one in finding.params.get("products", "").split(", ") if one]
    has += [wording.number(finding.want)] if finding.want else []
    return words("The account is switched off, and still has {what}", what=plain(", ".join(has), 200))


def _country(finding: Finding, words: Words) -> str:
    agreed = words.country(finding.want)
    if finding.seen == "none":
        return words("No usage location any more; agreed: {country}", country=agreed)
    return words("Usage location {seen}; agreed: {country}", seen=words.country(finding.seen), country=agreed)


def _number_gone(finding: Finding, words: Words) -> str:
    number = wording.number(finding.want)
    if finding.holder:
        who = plain(finding.params.get("holder") or finding.holder, 80)
        said = words("{number} was given to {name}", number=number, name=who)
    elif finding.seen.startswith("absent"):
        said = words("{number} is not the organisation's any more", number=number)
    else:
        said = words("{number} is nobody's any more", number=number)
    other = finding.params.get("other")
    return words("{said}; has {other} instead", said=said, other=wording.number(other)) if other else said


def _place(finding: Finding, words: Words) -> str:
    number = wording.number(finding.params.get("number", ""))
    agreed = plain(finding.params.get("place") or finding.want, 80)
    if finding.seen == "none":
        return words(
            "{number} has no emergency location any more; agreed: {place}", number=number, place=agreed
        )
    seen = plain(finding.params.get("seen") or finding.seen, 80)
    return words("{number} sends help to {seen}; agreed: {place}", number=number, seen=seen, place=agreed)


_TOLD: Mapping[DriftKind, Callable[[Finding, Words], str]] = {
    DriftKind.ACCOUNT_GONE: lambda finding, words: words("The account is not in the directory any more"),
    DriftKind.ACCOUNT_OFF: _off,
    DriftKind.LICENCE_GONE: lambda finding, words: words(
        "{product} was taken away", product=_product(finding, words)
    ),
    DriftKind.LICENCE_BACK: lambda finding, words: words(
        "{product} was taken back, and is there again", product=_product(finding, words)
    ),
    DriftKind.PLANS_OFF: _plans_off,
    DriftKind.COUNTRY_CHANGED: _country,
    DriftKind.NUMBER_GONE: _number_gone,
    DriftKind.PLACE_CHANGED: _place,
    DriftKind.SERVICE_NUMBER_GONE: lambda finding, words: words(
        "{number} is at no queue, attendant or bridge any more", number=wording.number(finding.want)
    ),
    DriftKind.REST_BROKEN: lambda finding, words: words(
        "Has {number}, which is to rest ({tag})",
        number=wording.number(finding.want),
        tag=plain(finding.params.get("tag", ""), 60),
    ),
}


def _paging(view: DriftList, words: Words) -> list[Action]:
    pages: list[Action] = []
    size = len(view.findings)
    if view.offset > 0:
        pages.append(button(words("Back"), "drift.list", {"offset": max(0, view.offset - PAGE)}))
    if view.offset + size < view.total:
        pages.append(button(words("More"), "drift.list", {"offset": view.offset + size}))
    return pages

"""Whether a rule can ever apply, given the rules before it: every request has its first match.

What a rule depends on falls into independent questions (what kind, how much, which country, ...), and of
every question only so many answers differ for the rules at hand: those a rule names, and one it does not.
A rule is reached when some choice of answers fits it and, for each rule before it, misses that rule in at
least one question.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from bot.domain.policy import Match, Rule
from bot.domain.policy_text.matches import KINDS
from bot.domain.values import Money

__all__ = ["Answers", "covered_by", "reached"]

Answers = Mapping[str, object]
"""One answer to every question of `_QUESTIONS`, as `Circumstances` takes it."""

UNKNOWN = "unknown"
"""Of a monthly cost: there is one, and nobody knows how much."""
_NO_COUNTRY = "ZZ"
_OTHER_DEPARTMENT = ""
_OTHER_CURRENCY = "XXX"
_MOST_TRIES = 50_000
"""Beyond it a rule counts as reached: a warning that is left out, never a wrong one."""


@dataclass(frozen=True, slots=True)
class _Question:
    answers: Callable[[Sequence[Match]], Iterator[object]]
    fits: Callable[[Match, object], bool]


def covered_by(match: Match, earlier: Sequence[Rule]) -> int | None:
    """Position of the one rule that applies whenever `match` does; None where there is none."""
    for position, rule in enumerate(earlier):
        if rule.stages and reached(match, [rule]) is None:
            return position
    return None


def reached(match: Match, earlier: Sequence[Rule]) -> Answers | None:
    """Answers for which the rule is the first that asks anybody; None where there are none.

    Rules that approve by themselves up to a limit leave what is beyond it to the rules after them.
    """
    before = [rule.match for rule in earlier if rule.stages]
    everything = [match, *before]
    open_answers = {
        name: [answer for answer in dict.fromkeys(one.answers(everything)) if one.fits(match, answer)]
        for name, one in _QUESTIONS.items()
    }
    if not all(open_answers.values()):
        return None
    return _missing(before, open_answers, [_MOST_TRIES])


def _missing(before: Sequence[Match], left: dict[str, list[object]], tries: list[int]) -> Answers | None:
    """Answers among those left that miss every rule before."""
    tries[0] -= 1
    for position, first in enumerate(before):
        if tries[0] < 0:
            break
        misses = {
            name: [answer for answer in answers if not _QUESTIONS[name].fits(first, answer)]
            for name, answers in left.items()
        }
        if any(len(missed) == len(left[name]) for name, missed in misses.items()):
            continue
        narrowed = ({**left, name: missed} for name, missed in misses.items() if missed)
        found = (_missing(before[position + 1 :], one, tries) for one in narrowed)
        return next((answers for answers in found if answers), None)
    return {name: answers[0] for name, answers in left.items()}


def _wishes(matches: Sequence[Match]) -> Iterator[object]:
    """Kinds, and of credits the amounts: nothing else has one."""
    yield from ((kind, None) for kind in KINDS if kind != "credits")
    limits = [limit for one in matches for limit in (one.amount_from, one.amount_below) if limit]
    yield from (("credits", amount) for amount in _around(limits))


def _fits_wish(match: Match, answer: object) -> bool:
    kind, amount = answer if isinstance(answer, tuple) else ("", None)
    if match.kinds and kind not in match.kinds:
        return False
    return _in_range(match.amount_from, match.amount_below, amount)


def _costs(matches: Sequence[Match]) -> Iterator[object]:
    limits = [limit for one in matches for limit in (one.monthly_from, one.monthly_below) if limit]
    yield from (None, UNKNOWN, *_around(limits))


def _fits_cost(match: Match, answer: object) -> bool:
    return _in_range(match.monthly_from, match.monthly_below, answer)


def _around(limits: Sequence[Money]) -> Iterator[Money]:
    """Amounts on both sides of every limit, and one of a currency no limit has."""
    for limit in limits:
        for minor in (1, limit.minor - 1, limit.minor):
            if minor > 0:
                yield Money(minor=minor, currency=limit.currency)
    yield Money(minor=1, currency=_OTHER_CURRENCY)


def _in_range(low: Money | None, below: Money | None, found: object) -> bool:
    """As `approval.rules` has it: what is not known, or in another currency, is too much (R81)."""
    return (low is None or _reaches(found, low)) and (below is None or not _reaches(found, below))


def _reaches(found: object, limit: Money) -> bool:
    if not isinstance(found, Money):
        return found == UNKNOWN
    return found.currency != limit.currency or found.minor >= limit.minor


def _counts(matches: Sequence[Match]) -> Iterator[object]:
    limits = [limit for one in matches for limit in (one.people_from, one.people_below) if limit]
    yield from (1, *(count for limit in limits for count in (limit - 1, limit) if count > 0))


def _fits_count(match: Match, answer: object) -> bool:
    count = answer if isinstance(answer, int) else 0
    return (match.people_from is None or count >= match.people_from) and (
        match.people_below is None or count < match.people_below
    )


def _named(field: str, other: object, matches: Sequence[Match]) -> Iterator[object]:
    yield other
    for match in matches:
        yield from (_folded(field, one) for one in getattr(match, field))


def _fits_named(field: str, match: Match, answer: object) -> bool:
    named = getattr(match, field)
    return not named or answer in {_folded(field, one) for one in named}


def _folded(field: str, text: str) -> str:
    return text.strip().casefold() if field == "departments" else text


def _listed(field: str, other: object) -> _Question:
    return _Question(partial(_named, field, other), partial(_fits_named, field))


_QUESTIONS: dict[str, _Question] = {
    "wish": _Question(_wishes, _fits_wish),
    "monthly": _Question(_costs, _fits_cost),
    "people": _Question(_counts, _fits_count),
    "products": _listed("products", None),
    "countries": _listed("countries", _NO_COUNTRY),
    "requesters": _listed("requesters", None),
    "beneficiaries": _listed("beneficiaries", None),
    "departments": _listed("departments", _OTHER_DEPARTMENT),
}

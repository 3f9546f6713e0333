"""Which rules can apply at all: the check of the file against the matching that is used for requests."""

from __future__ import annotations

import random
import tomllib
from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from bot.domain.approval import Circumstances, matching_rules
from bot.domain.calendar import WorkingHours
from bot.domain.policy import Match, Policy
from bot.domain.policy_text import read_policy_text
from bot.domain.policy_text.matches import KINDS
from bot.domain.policy_text.notes import Notes
from bot.domain.policy_text.reach import UNKNOWN, Answers, reached
from bot.domain.policy_text.rules import read_rule
from bot.domain.values import Money
from tests.support.contoso import person

GROUPS = ("7e31c0d9-9551-471d-836f-32ee72be4a01", "7e74bd05-2c47-404e-829a-ba95c66fe8e5")
STAGE = '[[rule.stages]]\napprovers = "voice_admins"\n'
AUTO = 'approve = "automatically"\nper_person_a_month = 2\n'

few = {"min_size": 1, "max_size": 2, "unique": True}
money = st.sampled_from(["100 EUR", "500 EUR", "500.01 EUR", "100 USD"])
FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "kinds": st.lists(st.sampled_from(["number", "licence", "credits", "swap"]), **few),  # type: ignore[arg-type]
    "products": st.lists(st.sampled_from(["MCOEV", "MCOPSTN1"]), **few),  # type: ignore[arg-type]
    "countries": st.lists(st.sampled_from(["FR", "DE", "US"]), **few),  # type: ignore[arg-type]
    "requesters": st.lists(st.sampled_from(GROUPS), **few),  # type: ignore[arg-type]
    "beneficiaries": st.lists(st.sampled_from(GROUPS), **few),  # type: ignore[arg-type]
    "departments": st.lists(st.sampled_from(["Sales", "SALES", "IT"]), **few),  # type: ignore[arg-type]
    "amount_from": money,
    "amount_below": money,
    "monthly_from": money,
    "monthly_below": money,
    "people_from": st.integers(1, 4),
    "people_below": st.integers(2, 5),
}


@st.composite
def policies(draw: st.DrawFn) -> str:
    """Texts of up to five rules and a last one; most of them make sense."""
    text = ""
    for number in range(draw(st.integers(0, 5))):
        names = draw(st.lists(st.sampled_from(sorted(FIELDS)), min_size=1, max_size=3, unique=True))
        match = ", ".join(f"{name} = {draw(FIELDS[name])!r}" for name in names)
        asks = draw(st.sampled_from([STAGE, STAGE, AUTO]))
        head = f'[[rule]]\nname = "rule {number}"\nmatch = {{ {match} }}\n'
        text += head + asks
    return text + f'[[rule]]\nname = "the rest"\n{STAGE}'


def circumstances(answers: Answers) -> Circumstances:
    """A request for which the questions have these answers."""
    kind, amount = answers["wish"] if isinstance(answers["wish"], tuple) else ("", None)
    monthly, department = answers["monthly"], answers["departments"]
    one = {name: frozenset({answers[name]} - {None}) for name in ("products", "requesters", "beneficiaries")}
    return Circumstances.model_validate(
        {
            "kind": kind,
            "country": answers["countries"],
            "requester": person("rita"),
            "beneficiary": person("dora", department=department),
            "requester_groups": one["requesters"],
            "beneficiary_groups": one["beneficiaries"],
            "products": one["products"],
            "amount": amount,
            "monthly": monthly if isinstance(monthly, Money) else None,
            "monthly_unknown": monthly == UNKNOWN,
            "people": answers["people"],
        }
    )


@given(policies())
def test_every_rule_of_a_policy_that_is_accepted_applies_to_something_and_leads_somewhere(text: str) -> None:
    policy = read_policy_text(text).policy
    assume(policy is not None)
    assert policy is not None
    for index, rule in enumerate(policy.rules):
        assert rule.stages or rule.auto
        answers = reached(rule.match, policy.rules[:index])
        assert answers is not None, rule.name
        asked = [one for one in matching_rules(policy, circumstances(answers)) if one.stages or one == rule]
        assert asked[0] == rule
        assert asked[-1].stages, "whatever approves by itself has somebody to ask once its limit is used"


def at_random(chance: random.Random) -> Circumstances:
    kind = chance.choice(["number", "licence", "credits", "swap"])
    sums = [
        Money(minor=minor, currency=of)
        for of in ("EUR", "USD")
        for minor in (1, 9_999, 10_000, 50_000, 50_001)
    ]
    return circumstances(
        {
            "wish": (kind, chance.choice(sums) if kind == "credits" else None),
            "monthly": chance.choice([*sums, None, UNKNOWN]),
            "people": chance.randint(1, 5),
            "products": chance.choice([None, "MCOEV", "MCOPSTN1"]),
            "countries": chance.choice(["FR", "DE", "US", "IT"]),
            "requesters": chance.choice([None, *GROUPS]),
            "beneficiaries": chance.choice([None, *GROUPS]),
            "departments": chance.choice(["sales", "IT", "HR"]),
        }
    )


# Few policies have a rule out of reach and nothing else wrong; it is those that are wanted.
@settings(suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
@given(policies(), st.integers(0, 2**32))
def test_a_rule_that_is_refused_as_unreachable_wins_nothing(text: str, seed: int) -> None:
    read = read_policy_text(text)
    refused = {problem.says.split("'")[1] for problem in read.problems if "never applies" in problem.says}
    assume(refused and len(refused) == len(read.problems))
    rules = without_check_of_reach(text)
    chance = random.Random(seed)
    for _ in range(300):
        winner = next(one for one in matching_rules(rules, at_random(chance)) if one.stages)
        assert winner.name not in refused


def without_check_of_reach(text: str) -> Policy:
    """The rules, each read on its own."""
    tables = tomllib.loads(text)["rule"]
    found = [read_rule(one, ("rule", n), WorkingHours(), Notes({})) for n, one in enumerate(tables)]
    return Policy(version="v", rules=tuple(rule for rule in found if rule))


def test_kinds_are_all_known() -> None:
    assert reached(Match(kinds=KINDS[-1:]), []) is not None
    assert {"number", "credits", "leaver"} <= set(KINDS)

"""What an admin is shown of a change before he agrees to it."""

from __future__ import annotations

import pytest

from bot.domain.policy_diff import Difference, change_needs, policy_diff

OLD = """
digest_above = 5
[policy]
change_needs = 2
[[rule]]
name = "France"
match = { countries = ["FR"] }
[[rule.stages]]
approvers = "manager"
[[rule]]
name = "money"
[[rule.stages]]
approvers = "voice_admins"
need = 2
[[rule]]
name = "the rest"
"""


def moves(new: str) -> list[tuple[str, str]]:
    return [(one.move, one.name) for one in policy_diff(OLD, new).rules]


def test_one_value_of_one_stage() -> None:
    diff = policy_diff(OLD, OLD.replace("need = 2\n", "need = 1\n").replace("change_1", "change_2"))
    (change,) = diff.rules
    assert (change.move, change.name) == ("changed", "money")
    assert change.differences == (Difference(key="stages 1 need", before="2", after="1"),)
    assert (diff.settings, diff.lines) == ((), ())


def test_values_outside_of_rules() -> None:
    diff = policy_diff(
        OLD, OLD.replace("change_needs = 2", "change_needs = 0").replace("digest_above = 5", "")
    )
    assert diff.rules == ()
    assert {(one.key, one.before, one.after) for one in diff.settings} == {
        ("policy change_needs", "2", "0"),
        ("digest_above", "5", ""),
    }


def test_rules_that_come_and_go() -> None:
    assert moves(OLD.replace('"France"', '"Brazil"')) == [("removed", "France"), ("added", "Brazil")]


def test_the_order_of_rules_matters_since_the_first_wins() -> None:
    head, france, money, rest = OLD.split("[[rule]]")
    (change,) = policy_diff(OLD, "[[rule]]".join((head, money, rest, france))).rules
    assert (change.move, change.name) == ("moved", "France")
    assert change.differences == (Difference(key="", before="1", after="3"),)


def test_where_only_the_writing_differs_the_lines_are_shown() -> None:
    diff = policy_diff(OLD, f"# for the auditors\n{OLD}")
    assert (diff.rules, diff.settings) == ((), ())
    assert diff.lines == ("+# for the auditors",)


def test_long_changes_are_cut() -> None:
    diff = policy_diff(OLD, "".join(f"# {number}\n" for number in range(100)) + OLD)
    assert (len(diff.lines), diff.lines[-1]) == (31, "…")
    long = policy_diff(OLD, OLD.replace('"FR"', ", ".join(f'"F{n}"' for n in range(100))))
    assert len(long.rules[0].differences[0].after) == 120


def test_the_same_text_differs_in_nothing() -> None:
    diff = policy_diff(OLD, OLD)
    assert (diff.rules, diff.settings, diff.lines) == ((), (), ())


@pytest.mark.parametrize(
    ("text", "needs"), [(OLD, 2), ("", 0), ("[policy]", 0), ('[policy]\nchange_needs = "3"', 0)]
)
def test_what_a_change_takes_is_read_from_the_text_alone(text: str, needs: int) -> None:
    assert change_needs(text) == needs

"""What people type is read as the command they mean, in three languages, and nothing else is."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.channels import ChannelRole, recipient_of, role_of
from bot.words import words_for
from dialogs.commands.command import Command
from dialogs.commands.options import is_question, unknown_option, without_dry_run
from dialogs.normalise import has_han
from tests.support.commanding import COMMANDS, command, read_as, readers_of

LOCALES = ("en-US", "fr-FR", "zh-CN")
names = pytest.mark.parametrize("name", [one.name for one in COMMANDS])


@pytest.mark.parametrize("locale", LOCALES)
@names
def test_what_the_help_says_is_understood_in_each_language(name: str, locale: str) -> None:
    assert readers_of(words_for(locale)(command(name).usage)) == [name]


@names
def test_no_phrase_is_two_commands(name: str) -> None:
    for head in command(name).grammar.heads:
        for rest in ("", " SB-4K7Q2", " TK-4K7Q2", " to Anna", " +33170362000"):
            assert len(readers_of(head + rest)) <= 1, head + rest


def test_names_are_told_apart() -> None:
    assert len({one.name for one in COMMANDS}) == len(COMMANDS)


@names
def test_help_has_words_for_it(name: str) -> None:
    one: Command[Any] = command(name)
    assert one.summary[0].islower()
    assert one.summary[-1].isalnum()
    assert one.roles
    assert one.places


# ruff: noqa: E501 - a table
SAID = """
my requests | my requests
My Requests! | my requests
show my requests please | -
mes demandes | my requests
查看我的申请 | my requests
show SB-4K7Q2 | show | request=SB-4K7Q2
SB-4K7Q2 | show | request=SB-4K7Q2
查看SB-4K7Q2 | show | request=SB-4K7Q2
withdraw SB-4K7Q2 | withdraw | request=SB-4K7Q2
please withdraw sb4k7q2 | withdraw | request=SB-4K7Q2
cancel SB-4K7Q2 | withdraw | request=SB-4K7Q2
retirer ma demande SB-4K7Q2 | withdraw | request=SB-4K7Q2
撤回 SB-4K7Q2 | withdraw | request=SB-4K7Q2
don't withdraw SB-4K7Q2 | -
remind SB-4K7Q2 | remind | request=SB-4K7Q2
Remind sb 4k7q2 | remind | request=SB-4K7Q2
please remind #SB-4K7Q2. | remind | request=SB-4K7Q2
nudge SB4K7Q2 | remind | request=SB-4K7Q2
Relance SB-4K7Q2 ! | remind | request=SB-4K7Q2
提醒SB-4K7Q2 | remind | request=SB-4K7Q2
请提醒 ＳＢ-4K7Q2 | remind | request=SB-4K7Q2
remind | remind
Remind my approver! | remind
relancer l’approbateur | remind
提醒审批人 | remind
do not remind SB-4K7Q2 | -
remind TK-4K7Q2 | -
remind SB-4K7Q22 | -
remind me tomorrow | -
why SB-4K7Q2? | why | request=SB-4K7Q2
why is SB-4K7Q2 waiting? | why | request=SB-4K7Q2
pourquoi SB-4K7Q2 | why | request=SB-4K7Q2
为什么SB-4K7Q2 | why | request=SB-4K7Q2
why Teams Phone for Dora | -
retry SB-4K7Q2 | retry | request=SB-4K7Q2
réessayer SB-4K7Q2 | retry | request=SB-4K7Q2
重试SB-4K7Q2 | retry | request=SB-4K7Q2
remind SB-4K7Q2 and withdraw SB-00000 | -
approvals | approvals
Approvals. | approvals
What waits for me? | approvals
Mes approbations | approvals
Qu'est-ce qui m'attend ? | approvals
待我审批 | approvals
approvals for dora | -
approvals please do not come | -
approve | -
approve SB-4K7Q2 | approve | request=SB-4K7Q2
approve SB-4K7Q2 because it is cheap | approve | request=SB-4K7Q2; text=it is cheap
approve SB-4K7Q2 tomorrow | -
approve SB-4K7Q2 if Anna agrees | -
approve SB-4K7Q2? | -
批准SB-4K7Q2吗 | -
Approve SB-4K7Q2, for this once | approve | request=SB-4K7Q2; text=for this once
批准SB-4K7Q2 | approve | request=SB-4K7Q2
reject SB-4K7Q2 because it costs too much | reject | request=SB-4K7Q2; text=it costs too much
reject SB-4K7Q2: too dear | reject | request=SB-4K7Q2; text=too dear
refuser SB-4K7Q2 car trop cher | reject | request=SB-4K7Q2; text=trop cher
do not approve SB-4K7Q2 | -
reassign SB-4K7Q2 to @Tom O'Neil | reassign | request=SB-4K7Q2; to=Tom O'Neil
reassign sb 4k7q2 to tom@contoso.com because I am out | reassign | request=SB-4K7Q2; to=tom@contoso.com; text=I am out
reassign SB-4K7Q2 from Marc to Tom | reassign | request=SB-4K7Q2; of=Marc; to=Tom
reassign SB-4K7Q2 to Tom, on leave | reassign | request=SB-4K7Q2; to=Tom; text=on leave
reassign SB-4K7Q2 | reassign | request=SB-4K7Q2
réattribuer SB-4K7Q2 à Hélène car je suis absent | reassign | request=SB-4K7Q2; to=Hélène; text=je suis absent
把SB-4K7Q2转交给李梅 | reassign | request=SB-4K7Q2; to=李梅
转交 SB-4K7Q2 给 Tom，因为我休假 | reassign | request=SB-4K7Q2; to=Tom; text=我休假
reassign my licence to Tom | -
delegate to Anna until Friday | delegate
delegations | delegations
stop delegating to Anna | stop delegating
tasks | tasks
 Tasks  | tasks
Tâches | tasks
任务 | tasks
open tasks! | tasks
TK-4K7Q2 | show task | task=TK-4K7Q2
SHOW tk 4k7q2. | show task | task=TK-4K7Q2
claim TK‑4K7Q2 | claim | task=TK-4K7Q2
done #TK-4K7Q2 | done | task=TK-4K7Q2
terminé TK-4K7Q2 | done | task=TK-4K7Q2
完成TK-4K7Q2 | done | task=TK-4K7Q2
numbers TK-4K7Q2 | numbers of task | task=TK-4K7Q2
Numéros TK-4K7Q2 | numbers of task | task=TK-4K7Q2
cannot TK-4K7Q2 | cannot | task=TK-4K7Q2
cannot TK-4K7Q2: no budget, sorry: ask again | cannot | task=TK-4K7Q2; text=no budget, sorry: ask again
task | -
I have many tasks for you | -
done | -
done TK-4K7Q2? not yet | -
not done TK-4K7Q2 | -
I have done TK-4K7Q2 | -
claim SB-4K7Q2 | -
withdraw TK-4K7Q2 | -
done TK-4K7Q | -
done TK-4K7Q2X | -
done TK-U4444 | -
policy | policy
 Policy?  | policy
show the policy | policy
Politique | policy
règles d'approbation | policy
审批策略 | policy
策略。 | policy
policies | -
a policy for Dora | -
undelivered | undelivered
Messages non remis | undelivered
未送达的消息 | undelivered
approvals here | approvals here
Approvals NOT here! | approvals not here
Approbations ici | approvals here
Plus d'approbations ici | approvals not here
在此审批 | approvals here
不在此审批 | approvals not here
admin channel here | admins here
admin channel not here | admins not here
Canal admin ici | admins here
管理频道在此 | admins here
here | -
drift | drift
Show deviations | drift
Les écarts | drift
查看偏差 | drift
drift check | drift check
Drift now! | drift check
Vérifie les écarts | drift check
检查偏差 | drift check
drift of SB-4K7Q2 | -
"""


def rows(table: str) -> list[tuple[str, str | None, dict[str, str]]]:
    """Of each line what is typed, the command it is (`-`: none), and what is filled in."""
    found = []
    for line in table.strip("\n").splitlines():
        text, name, *filled = (part if at == 0 else part.strip() for at, part in enumerate(line.split("|")))
        slots = dict(one.strip().split("=", 1) for one in filled[0].split(";")) if filled else {}
        found.append((text, None if name == "-" else name, slots))
    return found


@pytest.mark.parametrize(("text", "name", "slots"), rows(SAID))
def test_what_is_typed(text: str, name: str | None, slots: dict[str, str]) -> None:
    assert read_as(text) == (None if name is None else (name, slots))
    assert len(readers_of(text)) == (name is not None)


@names
def test_it_is_said_in_chinese_too(name: str) -> None:
    assert any(has_han(head) for head in command(name).grammar.heads)


def test_lines_stay_lines() -> None:
    said = "cannot TK-4K7Q2: no budget, sorry: ask again\nin January"
    assert read_as(said) == (
        "cannot",
        {"task": "TK-4K7Q2", "text": "no budget, sorry: ask again\nin January"},
    )


@pytest.mark.parametrize(
    "text", ["", "policy " * 50, "done TK-4K7Q2 " + "x" * 5000, "tasks" + " " * 900 + "no"]
)
def test_what_says_more_is_no_command(text: str) -> None:
    assert read_as(text) is None


@given(st.text(max_size=400))
def test_no_text_breaks_a_reader_nor_is_two_commands(text: str) -> None:
    for said in (text, f"cannot TK-4K7Q2 {text}", f"reassign SB-4K7Q2 to {text}"):
        assert len(readers_of(said)) <= 1


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("claim TK-4K7Q2 --dry-run", "claim TK-4K7Q2"),
        ("claim TK-4K7Q2 —dry-run", "claim TK-4K7Q2"),
        ("claim TK-4K7Q2 –dry run.", "claim TK-4K7Q2"),
        ("prendre TK-4K7Q2 --à-blanc", "prendre TK-4K7Q2"),
        ("认领 TK-4K7Q2 --试运行", "认领 TK-4K7Q2"),
        ("--dry-run", ""),
    ],
)
def test_the_option_is_understood_as_phones_write_it(text: str, rest: str) -> None:
    assert without_dry_run(text) == (rest, True)


@pytest.mark.parametrize(
    "text", ["claim TK-4K7Q2", "what is a dry run", "dry-run", "--dry-run TK-4K7Q2 please"]
)
def test_what_is_not_the_option(text: str) -> None:
    assert without_dry_run(text) == (text, False)


def test_a_channel_is_told_from_a_person_by_how_a_message_names_it() -> None:
    assert role_of(recipient_of(ChannelRole.ADMINS)) is ChannelRole.ADMINS
    assert role_of("b1019398-7760-58cc-a2b7-d918d8798540") is None


@pytest.mark.parametrize(
    ("text", "option"),
    [
        ("approve SB-4K7Q2 --dryrn", "--dryrn"),
        ("reject SB-4K7Q2 –dryrn", "–dryrn"),
        ("reject SB-4K7Q2 — dry rum", "— dry"),
        ("cannot TK-4K7Q2 -n", "-n"),
        ("reject SB-4K7Q2 --dry-run please", "--dry-run"),
        ("reject SB-4K7Q2 -- too dear", ""),
        ("reject SB-4K7Q2 – too dear, and Anna-Maria says so", ""),
        ("credits seen -12.50 EUR", ""),
    ],
)
def test_what_looks_like_an_option_and_is_none_is_noticed(text: str, option: str) -> None:
    assert without_dry_run(text) == (text, False)
    assert unknown_option(text) == option


@pytest.mark.parametrize("said", ["--dry-run", "–dry-run", "—dryrun.", "-- dry run", "－－ｄｒｙ－ｒｕｎ"])
def test_trying_is_understood_however_its_dashes_came_out(said: str) -> None:
    assert without_dry_run(f"withdraw SB-4K7Q2 {said}") == ("withdraw SB-4K7Q2", True)


@pytest.mark.parametrize("text", ["approve SB-4K7Q2?", "批准 SB-4K7Q2 吗？", 'stop delegating "?".'])
def test_a_question_is_known_for_one(text: str) -> None:
    assert is_question(text)
    assert not is_question(text.replace("?", "").replace("？", ""))


def test_a_long_text_of_blanks_costs_no_time() -> None:
    """It took the square of their number: of these, minutes, for everybody who writes meanwhile."""
    made = "a" + "\n" * 100_000 + "x"
    assert without_dry_run(made) == (made, False)

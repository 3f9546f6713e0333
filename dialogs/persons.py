"""Whom a message is about. A name is what nobody knows as a word, in a place where names stand.

The directory has the last word: whoever is not found there is asked for.
"""

# ruff: noqa: E501, SIM905 - tables of words, filled like paragraphs

from __future__ import annotations

import re

from dialogs import phrases
from dialogs.lexicon.concepts import Concept
from dialogs.normalise import normalise
from dialogs.reading import Reading
from dialogs.slots import is_place

__all__ = ["person_in", "provider_in"]

_LONGEST = 80
_MOST_WORDS = 4
_PART_NUMBER = 4
"""Capitals alone, from this length on, name a product rather than a person."""
_BEFORE = frozenset(
    """for pour to give assign make set upgrade move does do can equiper equipez passer passe passez a attribuer
    donner donnez donne pourquoi why get add enable onboard offboard downgrade colleague collegue employee joiner
    starter""".split()
)
"""Words after which a name may stand, however it is written, in English and French."""
_PARTICLES = frozenset("d de du le la van von der den da di dos o mac ter el al bin ben".split())
"""Words inside names of several words."""
_AFTER = frozenset(
    """s is has needs need leaves leaving left quits resigned wants moves moving relocates will starts joins gets
    should quitte part demenage a est va doit ne demissionne travaille rejoint commence retires retiring departs
    can cannot could would doesn isn won hasn sera partira quittera arrive vient was resigns transfers does veut
    aura aurait peut voudrait nous requires asks wishes hosts schedules organises organizes leads runs desire souhaite
    demande organise anime""".split()
)
"""Words before which a name may stand, at the start of a sentence too."""
_USING = frozenset("use uses using utilise utilisons utilisent utilisez".split())
"""Words behind which the name of a service stands, not that of a person."""
_LINKS = frozenset("is called named est s appelle nomme".split())
_HAN_BEFORE = re.compile(r"(?:给|為|为|帮|幫|替|把|让|请|查看|看看|查|显示|更换|收回|释放|办理|把|请把)$")
_HAN_NAME = re.compile(
    r"(?:给|为|帮|替)(?P<who>[\u4e00-\u9fff]{2,4}?)(?=申请|开通|办理|分配|要|办|弄|找|一个|个|配|换|加|开|设置|启用|买|订)"
    r"|(?:看看|查看|查询|收回|更换|释放|显示|把)(?P<of>[\u4e00-\u9fff]{2,3})的(?=号码|电话|许可|座机|套餐|分机|通话)"
    r"|(?:^|[,。，;；!！])(?P<has>[\u4e00-\u9fff]{2,3}?)(?=有什么|有哪些|有没有|为什么|为何|要离职|离职|辞职|退休|搬到|调到|调往|下个月|下月|下周|本周|这周|昨天|后天|已经|将|要|\d|周[一二三四五六日]|月底|的号码|的许可|需要|想要|明天|今天|被调|外派)"
    r"|为什么(?P<why>[\u4e00-\u9fff]{2,3}?)(?=不能|没有|需要|不可以|得不到|要|没)"
)
_HAN_NO_NAMES = re.compile(
    r"[我你您他她它们谁这那哪什怎么]|本人|自己|公司|工作|客户|办公|出差|家里|会议|热线|前台|队列|客服|号码|电话|同事|大家|新员|新同|新人"
    r"|许可|账户|帐户|助理|总机|座机|通话|国内|国际|需要|可以|请问|员工|用户|销售|团队|部门|所有|一个|几个|申请|巴黎|法国|德国|柏林|里昂|中国|美国|英国|伦敦"
)


def person_in(reading: Reading) -> str | None:
    """The name or address as typed, or None: for oneself, or not said."""
    for unit in reading.units:
        if unit.mail:
            return unit.said[:_LONGEST]
    if "zh" in reading.languages:
        return _latin_name_in_chinese(reading) or _han_name(reading)
    return _latin_name(reading)


def _han_name(reading: Reading) -> str | None:
    for found in _HAN_NAME.finditer(reading.text.replace(" ", "")):
        who = next(name for name in found.groups() if name)
        if not _HAN_NO_NAMES.search(who):
            return who
    return None


def _latin_name_in_chinese(reading: Reading) -> str | None:
    """Letters among characters that are no word of ours: a name, unless something comes from there."""
    for first in range(len(reading.units)):
        if _nameable(reading, first) and not reading.units[first].han and not _comes_from(reading, first):
            return _run(reading, first)
    return None


def _comes_from(reading: Reading, first: int) -> bool:
    return first > 0 and reading.units[first - 1].norm in ("从", "由")


def _latin_name(reading: Reading) -> str | None:
    candidates = [
        first
        for first in range(len(reading.units))
        if _nameable(reading, first)
        and not (first and _nameable(reading, first - 1) and not reading.units[first].broken_off)
    ]
    placed = [first for first in candidates if _stands_as_name(reading, first)]
    named = [first for first in placed if reading.units[first].capital] or placed
    return _run(reading, named[0]) if named else None


def _nameable(reading: Reading, position: int) -> bool:
    """Whether the word is known as nothing else."""
    unit = reading.units[position]
    if unit.norm.isdecimal() or any(char.isdecimal() for char in unit.norm) or len(unit.norm) < 2:
        return False
    if unit.said.isupper() and len(unit.said) >= _PART_NUMBER and not reading.text.isupper():
        return False
    known = reading.hit_at(position) is not None or is_place(reading, position)
    return not known and unit.norm not in phrases.ME and unit.norm not in phrases.NOT_PEOPLE


def _stands_as_name(reading: Reading, first: int) -> bool:
    before = reading.units[first - 1].norm if first else ""
    after = _end(reading, first)
    follows = reading.units[after].norm if after < len(reading.units) else ""
    if _names_a_thing(reading, first):
        return False
    if before in _BEFORE and not reading.units[first].broken_off:
        return True
    capital = reading.units[first].capital
    return (
        follows in _AFTER
        and not (after < len(reading.units) and reading.units[after].broken_off)
        and (capital or first == 0)
    ) or (capital and first > 0 and before not in ("from", "chez", "with", "by"))


def _names_a_thing(reading: Reading, first: int) -> bool:
    """A room, a queue, a building or a provider has a name too."""
    if _is_used(reading, first):
        return True
    return first > 0 and reading.means(
        first - 1,
        Concept.ROOM,
        Concept.QUEUE,
        Concept.ATTENDANT,
        Concept.HOTLINE,
        Concept.OFFICE,
    )


def provider_in(reading: Reading) -> str | None:
    """The provider that somebody names: "we use InterCall", "my provider is InterCall" (R33)."""
    for first in range(len(reading.units)):
        if reading.units[first].capital and _nameable(reading, first) and _is_used(reading, first):
            return _run(reading, first)
    return None


def _is_used(reading: Reading, first: int) -> bool:
    before = first - 1
    while before >= 0 and reading.units[before].norm in _LINKS:
        before -= 1
    return before >= 0 and (reading.units[before].norm in _USING or reading.means(before, Concept.OPERATOR))


def _end(reading: Reading, first: int) -> int:
    """Behind the last word of the name that begins at `first`."""
    after = first + 1
    while after < len(reading.units) and after < first + _MOST_WORDS and not reading.units[after].broken_off:
        if not _nameable(reading, after) and not _is_particle(reading, after):
            break
        after += 1
    return after


def _is_particle(reading: Reading, position: int) -> bool:
    """A small word with a name behind it: the "Le" of "Yann Le Gall"."""
    if position + 1 >= len(reading.units) or reading.units[position].norm not in _PARTICLES:
        return False
    following = reading.units[position + 1]
    return following.capital and not following.broken_off and _nameable(reading, position + 1)


def _run(reading: Reading, first: int) -> str | None:
    """The words of the name. Behind "for", words that tell nothing of themselves are no name."""
    who = reading.said(first, _end(reading, first))
    return who[:_LONGEST] if normalise(who) else None

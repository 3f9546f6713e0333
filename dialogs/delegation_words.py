"""What is typed about delegations, in English, French and Chinese.

`delegate to Anna until Friday for numbers`, `delegations`, `stop delegating to Anna`. What is left of a text
once its days and kinds of requests are taken out is the colleague's name; the directory has the last word.
"""

# ruff: noqa: E501 - tables of words, filled like paragraphs

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Literal

from bot.domain.delegations import SCOPES
from dialogs.days import blank, fold, period_in
from dialogs.normalise import normalise

__all__ = ["DelegationCommand", "delegation_command"]

_LONGEST = 300

_LISTS = frozenset({
    "delegations", "my delegations", "show delegations", "show my delegations", "list delegations",
    "list my delegations", "who decides for me", "who stands in for me",
    "delegation", "mes delegations", "les delegations", "voir mes delegations", "voir les delegations",
    "afficher mes delegations", "qui decide pour moi",
    "委托", "我的委托", "委托列表", "查看委托", "查看我的委托", "显示委托", "谁替我审批",
})  # fmt: skip

_STOPS = [
    re.compile(
        r"(?:please )?(?:stop|end|cancel|revoke|remove) (?:my |the |all |this )*(?:delegating|delegations?)"
        r"(?: (?:to|of|for) (?P<who>.+))?"
    ),
    re.compile(
        r"(?:arrete[rz]?|annule[rz]?|termine[rz]?|revoque[rz]?|supprime[rz]?|mettre fin a|stop|fin de)"
        r" (?:de |la |ma |mes |les |toutes |toute )*(?:deleguer|delegations?)(?: (?:a|pour|au|de) (?P<who>.+))?"
    ),
    re.compile(r"(?:je )?ne (?:veux )?plus deleguer(?: (?:a|au) (?P<who>.+))?"),
    re.compile(
        r"(?:请)?(?:停止|取消|结束|撤销|终止)(?:所有|全部|我的)?(?:(?:对|给) ?(?P<who>.+?))?(?:的)?(?:委托|委派|授权)"
        r"(?:给 ?(?P<to>.+))?"
    ),
]

_MAKES = [
    re.compile(
        r"^(?:please |can you |could you |i want to |i would like to |i'd like to |i need to )*"
        r"delegate(?: (?:my |all |the )*(?:approvals?|decisions?|approving))?\b"
    ),
    re.compile(
        r"^(?:je (?:veux|voudrais|souhaite) |merci de |svp |peux-tu )*delegue[rz]?\b"
        r"(?: (?:mes |les |toutes |mon )*(?:approbations?|decisions?|validations?))?"
    ),
    re.compile(r"(?:委托|委派|转授)(?:给|予|由|于)|^(?:请|我要|我想)*委托"),
    re.compile(r"(?:代我|替我|代替我)(?:审批|批准|决定)"),
]

_SCOPE_WORDS = {
    "numbers": r"(?:phone |telephone )?numbers?|numeros?(?: de telephone)?|(?:电话)?号码",
    "licences": r"licen[cs]es?|许可证?",
    "credits": r"(?:communications? )?credits?(?: de communication)?|(?:通信|通讯)?点数|充值",
    "people": r"leavers?|movers?|departs?|demenagements?|mutations?|离职|调动",
    "places": r"(?:emergency )?(?:places?(?: of work)?|addresse?s|locations)|lieux(?: de travail)?"
    r"|adresses?(?: d'urgence)?|(?:工作|紧急)?地[点址]",
    "all": r"everything|anything|all(?: my| the)?(?: requests| approvals| kinds)?|tout(?:es)?(?: les| mes)?"
    r"(?: demandes| approbations)?|全部|所有|一切",
}
_ONE = r"(?:all |the |my |les |des |mes |la |le )*(?:" + "|".join(_SCOPE_WORDS.values()) + r")"
_FOLLOWS = r"(?: (?:requests?|wishes|approvals?|only|seulement|uniquement|demandes?))*|(?:类|相关)?(?:的)?(?:申请|审批|请求)?"
_SCOPE = re.compile(
    r"(?:\b(?:only )?(?:for|about|on|concerning|pour|sur|concernant|seulement pour) |仅限?|只限?|关于|针对|负责|处理|用于)? ?"
    rf"(?<![a-z0-9]){_ONE}(?:(?: ?, ?| ?(?:and|&|et|or|ou|和|与|及|、) ?){_ONE})*(?![a-z0-9])(?:{_FOLLOWS})"
)
_UNREAD = re.compile(
    r"\b(?:until|till|for|from|about|on|jusqu\w*|pendant|pour|sur|du|des|au|a partir)\b|[到至从自]|\d"
)
_FILLER = re.compile(
    r"^(?:to|a|au|@|:|,|;|\.|please|svp|s'il (?:te|vous) plait|merci|with|me|把|将|将我的|我的|我|请|让|由|给|的|，|。|审批|批准|权限|权)(?=[\s@]|[^a-z]|$) ?"
)
_TAIL = re.compile(r"(?: ?(?:please|svp|merci|[.,;:!?，。；！]|的|审批|批准|s'il (?:te|vous) plait))+$")


@dataclass(frozen=True, slots=True)
class DelegationCommand:
    """What is to be done about delegations."""

    verb: Literal["make", "stop", "list"]
    who: str = ""
    """The colleague as typed: a name or an address."""
    since: date | None = None
    until: date | None = None
    scopes: tuple[str, ...] = ()
    """None: all requests."""
    unread: bool = False
    """Something was said that was not understood."""


def delegation_command(text: str, today: date, locale: str) -> DelegationCommand | None:
    """The command, or None when the text is about something else. `today` is the writer's."""
    said = unicodedata.normalize("NFKC", " ".join(text[:_LONGEST].split()))
    if normalise(said) in _LISTS:
        return DelegationCommand("list")
    folded = fold(said)
    for pattern in _STOPS:
        found = pattern.fullmatch(folded.rstrip(" .!。！"))
        if found:
            named = next((name for name, value in found.groupdict().items() if value), None)
            return DelegationCommand("stop", who=_name(said[slice(*found.span(named))]) if named else "")
    for pattern in _MAKES:
        found = pattern.search(folded)
        if found:
            return _make(said, blank(folded, *found.span()), today, locale)
    return None


def _make(said: str, folded: str, today: date, locale: str) -> DelegationCommand:
    period, rest = period_in(folded, today, locale)
    scopes, rest = _scopes(rest)
    unread = _UNREAD.search(rest)
    if unread:
        rest = rest[: unread.start()]
    kept = "".join(char if rest[at : at + 1].strip() else " " for at, char in enumerate(said))
    return DelegationCommand(
        "make",
        who=_name(kept),
        since=period.since,
        until=period.until,
        scopes=scopes,
        unread=unread is not None,
    )


def _scopes(text: str) -> tuple[tuple[str, ...], str]:
    found = _SCOPE.search(text)
    if found is None:
        return (), text
    named = [
        scope for scope in SCOPES if re.search(rf"(?<![a-z0-9])(?:{_SCOPE_WORDS[scope]})", found.group())
    ]
    return tuple(named), blank(text, *found.span())


def _name(text: str) -> str:
    """The name without the small words around it."""
    text = " ".join(text.split())
    while (found := _FILLER.match(fold(text))) and found.end():
        text = text[found.end() :].lstrip()
    found = _TAIL.search(fold(text))
    return (text[: found.start()] if found else text).strip(" @\"'“”")

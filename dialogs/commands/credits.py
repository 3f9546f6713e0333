"""The credits: how they stand, and what billing administrators enter."""

from __future__ import annotations

from typing import Any

from bot.usecases.credits_book import BOOKKEEPERS
from bot.usecases.credits_report import MAY_READ
from bot.usecases.desk import Desk
from bot.words import N_
from dialogs.commands.command import Command
from dialogs.commands.grammar import Grammar
from dialogs.credits_book_flow import CreditsBookFlow
from dialogs.credits_flow import CreditsFlow

__all__ = ["credit_commands"]

_BY = {
    "country": ("country", "countries", "destination", "pays", "国家", "目的地"),
    "department": ("department", "departments", "service", "departement", "部门"),
    "person": ("person", "people", "personne", "人员", "人"),
}
_PERIODS = {
    "30": ("30 days", "month", "30 jours", "mois", "30天", "月"),
    "90": ("90 days", "quarter", "90 jours", "trimestre", "90天", "季度"),
    "365": ("365 days", "12 months", "year", "12 mois", "annee", "365天", "12个月", "年"),
}
_CREDITS = Grammar(
    "[show] [the] credits [(report|balance)] [by {by}] [[for] {period}] [in {currency:word}]?",
    "[(montre|affiche)] [les] credits [(rapport|solde)] [par {by}] [[sur] {period}] [en {currency:word}]?",
    "[查看](通信点数|点数)[(报告|余额)][按{by}][{period}]?",
    "how (many|much) [(communications|communication)] (credits|credit) (are|is) left?",
    "how long (do|will) [the] credits last?",
    "[le] (rapport|solde) des credits",
    "combien de credits reste t il?",
    "(点数还剩多少|还剩多少点数)?",
    by=_BY,
    period=_PERIODS,
)
_SEEN = Grammar(
    "credits seen {amount} [[on] {day}]",
    "credits (vus|constates) {amount} [[le] {day}]",
    "点数(实际余额|所见){amount}[{day}]",
)
_OPENING = Grammar(
    "credits opening {amount} [[bought] [on] {day}]",
    "credits (ouverture|initiaux) {amount} [[achetes] [le] {day}]",
    "点数期初{amount}[{day}]",
)
_BOUGHT = Grammar(
    "credits bought {amount} [on] {day} {order:text}",
    "credits achetes {amount} [le] {day} {order:text}",
    "点数已购{amount} {day} {order:text}",
)
_CORRECT = Grammar(
    "credits correct {what:text}", "credits (corriger|corrige) {what:text}", "点数更正{what:text}"
)
_ENTRIES = Grammar("credits (entries|ledger|book)", "credits (ecritures|registre)", "点数(明细|账本)")
_EXPORT = Grammar("credits export [{month}]", "credits (exporter|csv) [{month}]", "点数导出[{month}]")

_NOT_YOURS = "SB-CRE-73"


def credit_commands(desk: Desk) -> tuple[Command[Any], ...]:
    """What concerns people by name is told in one's own chat only."""
    return (*_reading(CreditsFlow(desk)), *_keeping(CreditsBookFlow(desk)))


def _reading(flow: CreditsFlow) -> tuple[Command[Any], ...]:
    return (
        Command(
            name="credits",
            grammar=_CREDITS,
            usage=N_("credits by department"),
            summary=N_("shows what is left of the credits, how long it lasts and where it goes"),
            run=flow.show,
            roles=MAY_READ,
            refusal=_NOT_YOURS,
        ),
        Command(
            name="credits entries",
            grammar=_ENTRIES,
            usage=N_("credits entries"),
            summary=N_("shows what was entered into the ledger of the credits"),
            run=flow.entries,
            roles=MAY_READ,
            refusal=_NOT_YOURS,
        ),
        Command(
            name="credits export",
            grammar=_EXPORT,
            usage=N_("credits export 2026-10"),
            summary=N_("gives what calls cost in a month as a table for Excel"),
            run=flow.export,
            roles=MAY_READ,
            refusal=_NOT_YOURS,
        ),
    )


def _keeping(flow: CreditsBookFlow) -> tuple[Command[Any], ...]:
    return (
        Command(
            name="credits seen",
            grammar=_SEEN,
            usage=N_("credits seen 214.30 EUR"),
            summary=N_("compares the ledger with the balance in the admin centre, and goes on from that"),
            run=flow.seen,
            roles=BOOKKEEPERS,
            writes=True,
        ),
        Command(
            name="credits opening",
            grammar=_OPENING,
            usage=N_("credits opening 800 EUR 2026-03-15"),
            summary=N_("begins the ledger with what is left, and the day on which that was bought"),
            run=flow.opening,
            roles=BOOKKEEPERS,
            writes=True,
        ),
        Command(
            name="credits bought",
            grammar=_BOUGHT,
            usage=N_("credits bought 800 EUR 2026-03-15 A-1001"),
            summary=N_("puts money on the ledger that was bought without a request, by its order"),
            run=flow.bought,
            roles=BOOKKEEPERS,
            writes=True,
        ),
        Command(
            name="credits correct",
            grammar=_CORRECT,
            usage=N_("credits correct order:a-1001 750 EUR paid in part"),
            summary=N_("puts an entry of the ledger right, and says why"),
            run=flow.correct,
            roles=BOOKKEEPERS,
            writes=True,
        ),
    )

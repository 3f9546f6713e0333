"""What the desk came to, month by month."""

from __future__ import annotations

from typing import Any

from bot.usecases.desk import Desk
from bot.usecases.reports import MAY_READ
from bot.words import N_
from dialogs.commands.command import ADMINS, Command
from dialogs.commands.grammar import Grammar
from dialogs.report_flow import ReportFlow

__all__ = ["report_commands"]

_REPORT = Grammar(
    "[(show|monthly)] (report|figures) [(for|of)] [{month}]?",
    "[(montre|affiche)] [le] (rapport|bilan) [mensuel] [de] [{month}]?",
    "[查看](月度报告|报告|月报)[{month}]?",
)
_EXPORT = Grammar("report (export|csv) [{month}]", "rapport (exporter|csv) [{month}]", "报告导出[{month}]")


def report_commands(desk: Desk) -> tuple[Command[Any], ...]:
    """The export names people, so it is told in one's own chat only."""
    flow = ReportFlow(desk)
    return (
        Command(
            name="report",
            grammar=_REPORT,
            usage=N_("report 2026-10"),
            summary=N_(
                "shows what a month came to: requests, how long they took, who waits, stock and costs"
            ),
            run=flow.show,
            roles=MAY_READ,
            places=ADMINS,
        ),
        Command(
            name="report export",
            grammar=_EXPORT,
            usage=N_("report export 2026-10"),
            summary=N_("gives the figures of a month as a table for Excel, with who decided how much"),
            run=flow.export,
            roles=MAY_READ,
        ),
    )

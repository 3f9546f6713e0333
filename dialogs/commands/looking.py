"""Commands that look: how the desk stands, requests, stock, whose a number is, who one is."""

from __future__ import annotations

from typing import Any

from bot.usecases.desk import Desk
from bot.usecases.stock import SEES_NUMBERS, SEES_STOCK
from bot.usecases.who_has import SEES_OWNERS
from bot.words import N_
from dialogs.answers_flow import AnswersFlow
from dialogs.commands.command import ADMINS, ANYWHERE, Command
from dialogs.commands.grammar import Grammar
from dialogs.commands.number_words import NumbersWords

__all__ = ["looking_commands"]

_STATUS = Grammar("[desk] status?", "how is the desk?", "(statut|etat) [du service]?", "[服务]状态[如何]?")
_WHICH = {
    "open": ("open", "ouvertes", "en cours", "未完成"),
    "approval": ("undecided", "to approve", "a approuver", "待审批"),
    "waiting": ("waiting", "en attente", "等待中"),
    "failed": ("failed", "en echec", "echouees", "失败"),
    "done": ("done", "terminees", "已完成"),
    "all": ("all", "toutes", "全部"),
    "mine": ("mine", "a moi"),
}
_SCOPES = {
    "numbers": ("numbers", "number", "numeros", "号码"),
    "licences": ("licences", "licenses", "licence", "license", "许可证"),
    "credits": ("credits", "通信点数", "点数"),
    "people": ("leavers", "movers", "departs", "人员变动"),
    "places": ("places", "lieux", "地点"),
}
_REQUESTS = Grammar(
    "[(show|list)] requests [{which}] [(for|of) {person}] [{scope}]",
    "[(show|list)] {which} requests [(for|of) {person}] [{scope}]",
    "[(montre|affiche)] demandes [{which}] [(pour|de) {person}] [{scope}]",
    "[{which}]申请[列表]",
    "{which}的申请",
    "查找{person}的申请",
    which=_WHICH,
    scope=_SCOPES,
)
_STOCK = Grammar("stock?", "what is left?", "stocks?", "que reste t il?", "库存?", "还剩什么?")
_LICENCES = Grammar(
    "[(show|list)] (licences|licenses)", "[(montre|affiche)] [les] licences", "[查看](许可证|许可)"
)
_WHO_HAS = Grammar(
    "(who has|who owns|whose is|who is) [number] {number}?",
    "(qui a|qui utilise|a qui est) [le] [numero] {number}?",
    "谁(有|在用|使用){number}?",
    "{number}是谁的?",
)
_WHAT_HAS = Grammar(
    "what (does|has) {person} (have|got)?",
    "(que possede|qu a|qu est ce qu a) {person}?",
    "(查看|查询){person}(有什么|有哪些许可证)?",
    "{person}(有什么|有哪些许可证)?",
)
_WHO_AM_I = Grammar("(whoami|who am i)?", "qui suis je?", "我是谁?")
_VERSION = Grammar("[which] version?", "[quelle] version?", "版本?")


def looking_commands(desk: Desk) -> tuple[Command[Any], ...]:
    flow = AnswersFlow(desk)
    return (*_of_the_desk(flow), *_of_stock(flow), *_of_people(flow))


def _of_the_desk(flow: AnswersFlow) -> tuple[Command[Any], ...]:
    return (
        Command(
            name="status",
            grammar=_STATUS,
            usage=N_("status"),
            summary=N_("shows how the desk stands, or where your requests are"),
            run=flow.status,
            places=ADMINS,
        ),
        Command(
            name="requests",
            grammar=_REQUESTS,
            usage=N_("requests waiting"),
            summary=N_("shows requests by where they stand, whom they are for and what they are about"),
            run=flow.requests,
            places=ADMINS,
        ),
    )


def _of_stock(flow: AnswersFlow) -> tuple[Command[Any], ...]:
    return (
        Command(
            name="stock",
            grammar=_STOCK,
            usage=N_("stock"),
            summary=N_("shows how many licences and numbers are left"),
            run=flow.stock,
            roles=SEES_STOCK,
            places=ADMINS,
        ),
        Command(
            name="licences",
            grammar=_LICENCES,
            usage=N_("licences"),
            summary=N_("shows every product with its seats"),
            run=flow.licences,
            roles=SEES_STOCK,
            places=ADMINS,
        ),
        Command(
            name="numbers",
            grammar=NumbersWords(),
            usage=N_("numbers France free"),
            summary=N_("shows the organisation's numbers: free, held, in quarantine, or used"),
            run=flow.numbers,
            roles=SEES_NUMBERS,
            places=ADMINS,
        ),
        Command(
            name="who has",
            grammar=_WHO_HAS,
            usage=N_("who has +33 1 70 18 99 42"),
            summary=N_("shows whose a number is"),
            run=flow.who_has,
            roles=SEES_OWNERS,
            places=ADMINS,
        ),
    )


def _of_people(flow: AnswersFlow) -> tuple[Command[Any], ...]:
    return (
        Command(
            name="what has",
            grammar=_WHAT_HAS,
            usage=N_("what does Dora have"),
            summary=N_("shows somebody's licences, numbers and how far Teams has got with them"),
            run=flow.what_has,
            places=ADMINS,
        ),
        Command(
            name="whoami",
            grammar=_WHO_AM_I,
            usage=N_("whoami"),
            summary=N_("shows your roles"),
            run=flow.who_am_i,
        ),
        Command(
            name="version",
            grammar=_VERSION,
            usage=N_("version"),
            summary=N_("shows which version runs, by which policy"),
            run=flow.version,
            places=ANYWHERE,
        ),
    )

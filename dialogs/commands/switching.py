"""Commands that stop and go: pause and resume, hold and release a number."""

from __future__ import annotations

from typing import Any

from bot.usecases.desk import Desk
from bot.usecases.keep_back import MAY_KEEP_BACK
from bot.usecases.pausing import MAY_PAUSE
from bot.words import N_
from dialogs.commands.command import ADMINS, Command
from dialogs.commands.grammar import Grammar
from dialogs.switches_flow import SwitchesFlow

__all__ = ["switching_commands"]

_PAUSE = Grammar(
    "pause [[because] {text}]",
    "(pause|suspendre|suspends) [[(parce que|car)] {text}]",
    "暂停[[因为]{text}]",
)
_RESUME = Grammar("(resume|unpause) [work]", "(reprendre|reprends) [le travail]", "恢复[办理]")
_HOLD = Grammar(
    "(hold|keep back) {number} [for {count} (day|days)] [[because] {text}]",
    "(garder|garde|retenir|retiens) {number} [pendant {count} (jour|jours)] [[(parce que|car)] {text}]",
    "保留{number} [为期{count}天] [[因为]{text}]",
)
_RELEASE = Grammar("release {number}", "(liberer|libere) {number}", "(释放|解除保留){number}")


def switching_commands(desk: Desk) -> tuple[Command[Any], ...]:
    flow = SwitchesFlow(desk)
    return (
        Command(
            name="pause",
            grammar=_PAUSE,
            usage=N_("pause carrier maintenance"),
            summary=N_("stops carrying out; asking and approving go on"),
            run=flow.pause,
            roles=MAY_PAUSE,
            places=ADMINS,
            writes=True,
            sweeping=flow.would_pause,
        ),
        Command(
            name="resume",
            grammar=_RESUME,
            usage=N_("resume"),
            summary=N_("carries out again what stood still"),
            run=flow.resume,
            roles=MAY_PAUSE,
            places=ADMINS,
            writes=True,
        ),
        Command(
            name="hold",
            grammar=_HOLD,
            usage=N_("hold +33 1 70 18 99 42 for 14 days because it is on the new leaflet"),
            summary=N_("keeps a free number back, so that nobody is offered it"),
            run=flow.keep_back,
            roles=MAY_KEEP_BACK,
            places=ADMINS,
            writes=True,
        ),
        Command(
            name="release",
            grammar=_RELEASE,
            usage=N_("release +33 1 70 18 99 42"),
            summary=N_("offers a number again that was kept back or at rest"),
            run=flow.let_go,
            roles=MAY_KEEP_BACK,
            places=ADMINS,
            writes=True,
        ),
    )

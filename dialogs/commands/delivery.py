"""Where messages go: what did not arrive, and which channel has which part."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from bot.domain.channels import ChannelRole
from bot.domain.roles import Role
from bot.teams.turn import Turn
from bot.usecases.desk import Desk
from bot.usecases.voice_admins import NOT_HIS
from bot.words import N_, Words
from dialogs.channels_flow import ChannelsFlow
from dialogs.commands.command import ADMINS, CHANNELS, Command
from dialogs.commands.grammar import Grammar, Said
from dialogs.queue_flow import QueueFlow

__all__ = ["delivery_commands"]

_VOICE_ADMINS = frozenset({Role.VOICE_ADMIN})

_UNDELIVERED = Grammar(
    "undelivered [messages]", "failed messages", "[messages] non (remis|distribues)", "未送达[[的]消息]"
)
_APPROVALS_HERE = Grammar("approvals here", "approbations ici", "(在此审批|在这里审批)")
_APPROVALS_NOT_HERE = Grammar(
    "approvals not here", "approbations pas ici", "plus d approbations ici", "(不在此审批|不在这里审批)"
)
_ADMINS_HERE = Grammar(
    "(admin channel|admins) here", "canal (admin|des admins) ici", "(管理频道在此|管理员频道在此)"
)
_ADMINS_NOT_HERE = Grammar(
    "(admin channel|admins) not here", "canal (admin|des admins) pas ici", "(管理频道不在此|管理员频道不在此)"
)


def delivery_commands(desk: Desk) -> tuple[Command[Any], ...]:
    channels = ChannelsFlow(desk)
    queue = QueueFlow(desk)

    async def undelivered(turn: Turn, words: Words, _said: Said) -> None:
        await queue.send_undelivered(turn, words)

    return (
        Command(
            name="undelivered",
            grammar=_UNDELIVERED,
            usage=N_("undelivered"),
            summary=N_("shows what has not reached people"),
            run=undelivered,
            roles=_VOICE_ADMINS,
            refusal=NOT_HIS,
            places=ADMINS,
        ),
        _of_channel(
            "approvals here",
            _APPROVALS_HERE,
            N_("approvals here"),
            N_("posts requests to decide on in this channel, where the policy wants that"),
            _on(channels.use, ChannelRole.APPROVALS),
        ),
        _of_channel(
            "approvals not here",
            _APPROVALS_NOT_HERE,
            N_("approvals not here"),
            N_("posts no more requests in this channel"),
            _on(channels.leave, ChannelRole.APPROVALS),
        ),
        _of_channel(
            "admins here",
            _ADMINS_HERE,
            N_("admin channel here"),
            N_("tells in this channel what needs an admin, and takes admins' commands in it"),
            _on(channels.use, ChannelRole.ADMINS),
        ),
        _of_channel(
            "admins not here",
            _ADMINS_NOT_HERE,
            N_("admin channel not here"),
            N_("tells each admin in a chat again what needs one"),
            _on(channels.leave, ChannelRole.ADMINS),
        ),
    )


_Run = Callable[[Turn, Words, Said], Awaitable[None]]


def _of_channel(name: str, grammar: Grammar, usage: str, summary: str, run: _Run) -> Command[Said]:
    return Command(
        name=name,
        grammar=grammar,
        usage=usage,
        summary=summary,
        run=run,
        roles=_VOICE_ADMINS,
        refusal=NOT_HIS,
        places=CHANNELS,
        writes=True,
    )


def _on(does: Callable[[Turn, Words, ChannelRole], Awaitable[None]], role: ChannelRole) -> _Run:
    async def run(turn: Turn, words: Words, _said: Said) -> None:
        await does(turn, words, role)

    return run

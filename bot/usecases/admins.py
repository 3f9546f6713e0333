"""Tell the voice admins what needs them: in their channel where there is one, else in the chat of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.domain.channels import ChannelRole, recipient_of
from bot.domain.messages import Template
from bot.store import channels, outbox
from bot.store.database import Transaction

__all__ = ["admins_hear", "tell_admins"]


def tell_admins(
    tx: Transaction,
    admins: Sequence[str],
    code: str,
    *,
    about: str,
    request_id: str | None = None,
    params: Mapping[str, str] | None = None,
) -> None:
    """Queue a notice by code; `about` keeps the same news from being told twice.

    `admins` are the object ids of those who hear it one by one (`reroute.admins_of`, read before the
    transaction).
    """
    for recipient_id in _recipients(tx, admins):
        outbox.enqueue(
            tx,
            Template.NOTICE,
            recipient_id,
            request_id=request_id,
            params={"code": code, **(params or {})},
            dedupe_key=f"{about}:{recipient_id}",
        )


def admins_hear(tx: Transaction, admins: Sequence[str]) -> bool:
    """Whether there is anybody to tell, be it in their channel."""
    return bool(_recipients(tx, admins))


def _recipients(tx: Transaction, admins: Sequence[str]) -> Sequence[str]:
    if channels.by_role(tx, ChannelRole.ADMINS) is not None:
        return [recipient_of(ChannelRole.ADMINS)]
    return admins

"""Which channels have a part in the desk's work."""

from __future__ import annotations

import sqlalchemy as sa

from bot.domain.channels import Channel, ChannelRole
from bot.store.approval_tables import channels
from bot.store.database import Transaction
from bot.store.upsert import upsert

__all__ = ["by_role", "put", "remove"]


def by_role(tx: Transaction, role: ChannelRole) -> Channel | None:
    """The channel with this role, if one was chosen."""
    row = tx.conn.execute(sa.select(channels).where(channels.c.role == role.value)).one_or_none()
    return None if row is None else Channel.model_validate(_fields(row))


def _fields(row: sa.Row[tuple[object, ...]]) -> dict[str, object]:
    return {name: value for name, value in row._mapping.items() if name != "set_at"}


def put(tx: Transaction, channel: Channel) -> None:
    """From now on this channel has the role, whichever had it before."""
    fields = {**channel.model_dump(mode="json"), "set_at": tx.now}
    insertion = upsert(tx, channels).values(fields)
    tx.conn.execute(insertion.on_conflict_do_update(index_elements=["role"], set_=fields))


def remove(tx: Transaction, role: ChannelRole, conversation_id: str) -> bool:
    """Take the role from this channel; false when it does not have it."""
    gone = sa.delete(channels).where(
        channels.c.role == role.value, channels.c.conversation_id == conversation_id
    )
    return tx.conn.scalar(gone.returning(channels.c.role)) is not None

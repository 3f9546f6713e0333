"""Where cards of requests and tasks stand in people's chats, so that every copy can follow them."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from bot.domain.messages import Template
from bot.domain.values import Value
from bot.store.database import Transaction
from bot.store.tables import card_copies
from bot.store.upsert import upsert

__all__ = [
    "CardCopy",
    "copy_by_id",
    "is_followed",
    "mark_gone",
    "mark_shown",
    "remember_copy",
    "remember_list_copy",
    "remember_policy_copy",
    "remember_task_copy",
    "request_shown_at",
]


class CardCopy(Value):
    """One message that carries a card of a request, a task or a proposed policy."""

    id: int
    request_id: str | None = None
    task_id: str | None = None
    policy_version: str | None = None
    template: Template
    recipient_id: str
    conversation_id: str
    service_url: str
    activity_id: str
    shown_version: int
    """The version of the request or the task that was shown last."""
    gone: bool
    """The message can no longer be updated (deleted, or the chat is)."""


def remember_copy(
    tx: Transaction,
    *,
    request_id: str,
    template: Template,
    recipient_id: str,
    conversation_id: str,
    service_url: str,
    activity_id: str,
    shown_version: int,
) -> int:
    """Keep the place of a request's card and return the copy's id.

    The same message again is the same copy, newly filled.
    """
    shown = {"request_id": request_id, "task_id": None, "template": template.value}
    place = {"recipient_id": recipient_id, "service_url": service_url, "shown_version": shown_version}
    return _remember(tx, conversation_id, activity_id, {**shown, **place})


def remember_task_copy(
    tx: Transaction,
    *,
    task_id: str,
    recipient_id: str,
    conversation_id: str,
    service_url: str,
    activity_id: str,
    shown_version: int,
) -> int:
    """The same for a task's card."""
    shown = {"request_id": None, "task_id": task_id, "template": Template.TASK.value}
    place = {"recipient_id": recipient_id, "service_url": service_url, "shown_version": shown_version}
    return _remember(tx, conversation_id, activity_id, {**shown, **place})


def remember_policy_copy(
    tx: Transaction,
    *,
    policy_version: str,
    recipient_id: str,
    conversation_id: str,
    service_url: str,
    activity_id: str,
    shown_version: int,
) -> int:
    """The same for the card of a proposed policy."""
    about = {"request_id": None, "task_id": None, "policy_version": policy_version}
    place = {"recipient_id": recipient_id, "service_url": service_url, "shown_version": shown_version}
    shown = {**about, "template": Template.POLICY_CHANGE.value, **place}
    return _remember(tx, conversation_id, activity_id, shown)


def remember_list_copy(
    tx: Transaction,
    *,
    recipient_id: str,
    conversation_id: str,
    service_url: str,
    activity_id: str,
    shown_version: int,
) -> int:
    """The same for the list of what waits for somebody."""
    shown = {"request_id": None, "task_id": None, "template": Template.DIGEST.value}
    place = {"recipient_id": recipient_id, "service_url": service_url, "shown_version": shown_version}
    return _remember(tx, conversation_id, activity_id, {**shown, **place})


def request_shown_at(
    tx: Transaction, conversation_id: str, activity_id: str, template: Template
) -> str | None:
    """The request whose card of this kind stands in a message of ours; None when none does."""
    found: str | None = tx.conn.scalar(
        sa.select(card_copies.c.request_id).where(
            card_copies.c.conversation_id == conversation_id,
            card_copies.c.activity_id == activity_id,
            card_copies.c.template == template.value,
        )
    )
    return found


def _remember(tx: Transaction, conversation_id: str, activity_id: str, shown: dict[str, Any]) -> int:
    row = {"conversation_id": conversation_id, "activity_id": activity_id, **shown}
    copy_id: int = tx.conn.execute(
        upsert(tx, card_copies)
        .values(row)
        .on_conflict_do_update(
            index_elements=["conversation_id", "activity_id"], set_={**shown, "gone": False}
        )
        .returning(card_copies.c.id)
    ).scalar_one()
    return copy_id


def copy_by_id(tx: Transaction, copy_id: int) -> CardCopy | None:
    """One copy, living or gone."""
    row = tx.conn.execute(sa.select(card_copies).where(card_copies.c.id == copy_id)).one_or_none()
    return CardCopy.model_validate(dict(row._mapping)) if row is not None else None


def is_followed(tx: Transaction, conversation_id: str, activity_id: str) -> bool:
    """Whether the message carries a living copy, which is updated whenever what it is about changes."""
    here = sa.select(card_copies.c.id).where(
        card_copies.c.conversation_id == conversation_id,
        card_copies.c.activity_id == activity_id,
        card_copies.c.gone.is_(False),
    )
    return tx.conn.scalar(here) is not None


def mark_shown(tx: Transaction, copy_id: int, version: int) -> None:
    """Remember that the copy shows `version`; an older version than the last is ignored."""
    tx.conn.execute(
        sa.update(card_copies)
        .where(card_copies.c.id == copy_id, card_copies.c.shown_version < version)
        .values(shown_version=version)
    )


def mark_gone(tx: Transaction, copy_id: int) -> None:
    """The message is no longer there: never try to update it again."""
    tx.conn.execute(sa.update(card_copies).where(card_copies.c.id == copy_id).values(gone=True))

"""Between the SDK's Activity and plain JSON, without the SDK's serialiser: it is slow and drops fields."""

from __future__ import annotations

from datetime import date, datetime
from enum import Enum
from typing import Any

from botbuilder.schema import Activity, Attachment, ChannelAccount, ConversationAccount, Entity
from msrest.serialization import Model

from bot.teams.inbound import Inbound, text_at

__all__ = ["sdk_activity", "wire"]

# The SDK spells this one field in a way Teams does not read.
_WIRE_NAMES = {"tenantID": "tenantId"}
_NOT_SENT = frozenset({"callerId"})


def sdk_activity(inbound: Inbound) -> Activity:
    """The activity that dialogs see; everything it lacks is in `Inbound.raw`."""
    raw = inbound.raw
    return Activity(
        type=inbound.kind,
        id=inbound.activity_id or None,
        timestamp=_moment(raw.get("timestamp")),
        local_timezone=text_at(raw, "localTimezone") or None,
        service_url=inbound.service_url,
        channel_id=inbound.channel_id,
        from_property=_account(raw.get("from")),
        recipient=_account(raw.get("recipient")),
        conversation=_conversation(inbound),
        members_added=_accounts(raw.get("membersAdded")),
        members_removed=_accounts(raw.get("membersRemoved")),
        text_format=text_at(raw, "textFormat") or None,
        locale=text_at(raw, "locale") or None,
        text=text_at(raw, "text") or None,
        attachments=_attachments(raw.get("attachments")),
        entities=_entities(raw.get("entities")),
        channel_data=raw.get("channelData"),
        action=text_at(raw, "action") or None,
        reply_to_id=inbound.reply_to_id,
        value=raw.get("value"),
        name=inbound.name or None,
    )


def _moment(text: Any) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None


def _account(raw: Any) -> ChannelAccount | None:
    if not isinstance(raw, dict):
        return None
    return ChannelAccount(
        id=text_at(raw, "id") or None,
        name=text_at(raw, "name") or None,
        aad_object_id=text_at(raw, "aadObjectId") or None,
        role=text_at(raw, "role") or None,
    )


def _accounts(raw: Any) -> list[ChannelAccount] | None:
    if not isinstance(raw, list):
        return None
    return [account for account in map(_account, raw) if account is not None]


def _conversation(inbound: Inbound) -> ConversationAccount:
    return ConversationAccount(
        id=inbound.conversation_id,
        tenant_id=inbound.tenant_id,
        conversation_type=inbound.scope.value,
        name=text_at(inbound.raw, "conversation", "name") or None,
        is_group=inbound.raw["conversation"].get("isGroup") is True,
    )


def _attachments(raw: Any) -> list[Attachment] | None:
    if not isinstance(raw, list):
        return None
    return [
        Attachment(
            content_type=text_at(item, "contentType") or None,
            content_url=text_at(item, "contentUrl") or None,
            content=item.get("content"),
            name=text_at(item, "name") or None,
        )
        for item in raw
        if isinstance(item, dict)
    ]


def _entities(raw: Any) -> list[Entity] | None:
    if not isinstance(raw, list):
        return None
    return [_entity(item) for item in raw if isinstance(item, dict)]


def _entity(raw: dict[str, Any]) -> Entity:
    entity = Entity(type=text_at(raw, "type"))
    entity.additional_properties = {key: value for key, value in raw.items() if key != "type"}
    return entity


def wire(value: Any) -> Any:
    """Plain JSON of an SDK object, with every additional property and without absent fields."""
    if isinstance(value, Model):
        return _fields(value)
    if isinstance(value, dict):
        return {key: wire(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [wire(item) for item in value]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    return value


def _fields(model: Model) -> dict[str, Any]:
    found = {key: wire(item) for key, item in (model.additional_properties or {}).items()}
    for attribute, entry in model._attribute_map.items():
        item = getattr(model, attribute, None)
        name = _WIRE_NAMES.get(entry["key"], entry["key"])
        if item is not None and name not in _NOT_SENT:
            found[name] = wire(item)
    return found

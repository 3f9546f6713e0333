"""Activities in the shape Teams sends them to a bot.

Shapes: "Conversation basics", "Conversation events" and "Universal Actions for Adaptive Cards" on
Microsoft Learn.
"""

from __future__ import annotations

import uuid
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

__all__ = [
    "Json",
    "Persona",
    "Place",
    "card_invoke",
    "installation_update",
    "members_added",
    "message",
    "submitted",
]

Json = dict[str, Any]
OFFSETS = {"zh-CN": 8, "fr-FR": 1, "de-DE": 1, "en-GB": 0}
TIME_ZONES = {"zh-CN": "Asia/Shanghai", "fr-FR": "Europe/Paris", "de-DE": "Europe/Berlin"}


@dataclass(frozen=True, slots=True)
class Persona:
    """A person and the bot he talks to, with every id an activity needs."""

    user_id: str
    name: str
    upn: str
    mri: str
    locale: str
    tenant_id: str
    bot_id: str
    bot_name: str
    service_url: str
    personal_chat: str

    def as_json(self) -> Json:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is said."""

    conversation_id: str
    kind: str = "personal"
    channel_id: str | None = None
    team_id: str | None = None

    def as_json(self, tenant_id: str) -> Json:
        account: Json = {
            "id": self.conversation_id,
            "conversationType": self.kind,
            "tenantId": tenant_id,
        }
        return account if self.kind == "personal" else account | {"isGroup": True}

    def channel_data(self, tenant_id: str) -> Json:
        data: Json = {"tenant": {"id": tenant_id}}
        if self.channel_id is None:
            return data
        return data | {
            "teamsChannelId": self.channel_id,
            "teamsTeamId": self.team_id,
            "channel": {"id": self.channel_id},
            "team": {"id": self.team_id},
        }


def message(who: Persona, place: Place, text: str, *, locale: str | None = None) -> Json:
    """Something typed. In a channel or group chat the bot is mentioned, since it hears nothing else there."""
    activity = _base(who, place, "message", locale) | {"textFormat": "plain", "text": text}
    if place.kind == "personal":
        return activity
    mention = f"<at>{who.bot_name}</at>"
    activity["text"] = f"{mention} {text}"
    activity["entities"].append(
        {"type": "mention", "text": mention, "mentioned": {"id": who.bot_id, "name": who.bot_name}}
    )
    return activity


def submitted(who: Persona, place: Place, reply_to: str, value: Any, *, text: str | None = None) -> Json:
    """A click on an Action.Submit: a message with a value, and mostly no text."""
    activity = _base(who, place, "message", None) | {
        "id": f"f:{uuid.uuid4()}",
        "value": value,
        "replyToId": reply_to,
    }
    _mark_as_click(activity, reply_to)
    return activity if text is None else activity | {"text": text, "textFormat": "plain"}


def card_invoke(who: Persona, place: Place, reply_to: str, action: Json, trigger: str) -> Json:
    """A click on an Action.Execute; `trigger` is "manual", or "automatic" for the client's own refresh."""
    activity = _base(who, place, "invoke", None) | {
        "id": f"f:{uuid.uuid4()}",
        "name": "adaptiveCard/action",
        "replyToId": reply_to,
        "value": {"action": action, "trigger": trigger},
    }
    _mark_as_click(activity, reply_to)
    return activity


def installation_update(who: Persona, action: str) -> Json:
    """The personal app was added or removed: `action` is "add" or "remove"."""
    activity = _event(who, "installationUpdate") | {"action": action}
    activity["channelData"]["settings"] = {"selectedChannel": {"id": who.personal_chat}}
    return activity


def members_added(who: Persona) -> Json:
    """What Teams sends besides `installationUpdate` when the app is added to a personal chat."""
    return _event(who, "conversationUpdate") | {"membersAdded": [{"id": who.bot_id}]}


def _event(who: Persona, kind: str) -> Json:
    return _base(who, Place(who.personal_chat), kind, None) | {"id": f"f:{uuid.uuid4()}"}


def _mark_as_click(activity: Json, reply_to: str) -> None:
    activity["channelData"] |= {"source": {"name": "message"}, "legacy": {"replyToId": reply_to}}


def _base(who: Persona, place: Place, kind: str, locale: str | None) -> Json:
    """What every activity has. A message's id is given by Teams when it takes the message."""
    spoken = locale or who.locale
    now = datetime.now(UTC)
    local = now.astimezone(timezone(timedelta(hours=OFFSETS.get(spoken, -8))))
    zone = TIME_ZONES.get(spoken, "America/Los_Angeles")
    return {
        "type": kind,
        "channelId": "msteams",
        "serviceUrl": who.service_url,
        "timestamp": now.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "localTimestamp": local.isoformat(timespec="milliseconds"),
        "localTimezone": zone,
        "locale": spoken,
        "from": {"id": who.mri, "name": who.name, "aadObjectId": who.user_id},
        "recipient": {"id": who.bot_id, "name": who.bot_name},
        "conversation": place.as_json(who.tenant_id),
        "entities": [_client_info(spoken, zone)],
        "channelData": place.channel_data(who.tenant_id),
    }


def _client_info(locale: str, zone: str) -> Json:
    country = locale.partition("-")[2]
    return {
        "type": "clientInfo",
        "locale": locale,
        "country": country,
        "platform": "Web",
        "timezone": zone,
    }

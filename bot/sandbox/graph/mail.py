"""Mailbox settings, for automatic replies."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bot.sandbox.graph import roles
from bot.sandbox.graph.odata import read_query, select
from bot.sandbox.graph.router import Route
from bot.sandbox.graph.user_view import lookup
from bot.sandbox.graph.wire import Call, GraphError, Reply
from bot.sandbox.model import AutomaticReplies, Person
from bot.sandbox.products import PlanId
from bot.sandbox.tenant import Tenant

__all__ = ["routes"]

_MAILBOX_PLANS = frozenset({PlanId.EXCHANGE_STANDARD, PlanId.EXCHANGE_ENTERPRISE})


def routes(tenant: Tenant) -> list[Route]:
    def settings(call: Call) -> Reply:
        person = lookup(tenant, call.params["user"])
        if not tenant.enabled_plans(tenant.visible(person)) & _MAILBOX_PLANS:
            raise GraphError(
                404,
                "MailboxNotEnabledForRESTAPI",
                "The mailbox is either inactive, soft-deleted, or is hosted on-premise.",
            )
        entity = _entity(person)
        shown = select(entity, read_query(call).select, tuple(entity), "microsoft.graph.mailboxSettings")
        context = call.link(f"$metadata#users('{person.id}')/mailboxSettings")
        return Reply(200, {"@odata.context": context} | shown)

    return [
        Route("GET", "users/{user}/mailboxSettings", settings, roles.READ_MAILBOX, frozenset({"$select"}))
    ]


def _entity(person: Person) -> dict[str, Any]:
    return {
        "archiveFolder": None,
        "timeZone": "UTC",
        "dateFormat": "",
        "timeFormat": "",
        "delegateMeetingMessageDeliveryOptions": "sendToDelegateOnly",
        "userPurpose": "user",
        "language": {"locale": person.language, "displayName": None} if person.language else None,
        "automaticRepliesSetting": _automatic_replies(person.automatic_replies, person.created_at),
    }


def _automatic_replies(replies: AutomaticReplies, default: datetime) -> dict[str, Any]:
    return {
        "status": replies.status,
        "externalAudience": "all",
        "internalReplyMessage": replies.text,
        "externalReplyMessage": replies.text,
        "scheduledStartDateTime": _moment(replies.since or default),
        "scheduledEndDateTime": _moment(replies.until or default),
    }


def _moment(moment: datetime) -> dict[str, str]:
    """Exchange's own spelling: seven decimals, and the zone beside it."""
    return {"dateTime": moment.strftime("%Y-%m-%dT%H:%M:%S.0000000"), "timeZone": "UTC"}

"""The adapter: the SDK's, with everything that meets the network replaced.

The SDK's own inbound path answers strangers with 500s and checks neither tenant nor host, and its outbound
path builds an HTTP client, a session and a token for every turn. Dialogs still see its TurnContext.
"""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any, NoReturn, Protocol

import structlog
from aiohttp import web
from botbuilder.core import TurnContext
from botbuilder.integration.aiohttp import CloudAdapter
from botbuilder.schema import Activity, ConversationReference, ResourceResponse
from botframework.connector.auth import BotFrameworkAuthentication, ClaimsIdentity

from bot.deadline import answer_within
from bot.domain.errors import Bug
from bot.store.lanes import somebody_waits
from bot.teams.activities import sdk_activity, wire
from bot.teams.apology import apologise
from bot.teams.config import TeamsConfig
from bot.teams.connector import Connector
from bot.teams.dedupe import Answer, Once, StillRunning
from bot.teams.guard import Refused, admit, check_headers, parse, read_body, required
from bot.teams.handler import INBOUND, is_installation, is_removal, json_answer
from bot.teams.inbound import Inbound, text_at
from bot.teams.invokes import error_reply
from bot.teams.locales import locale_of
from bot.teams.lock import KeyedLock
from bot.teams.outgoing import reply_to, text_message
from bot.teams.tokens import TokenValidator
from bot.teams.turns import delivered

__all__ = ["Bot", "TeamsAdapter"]

_log = structlog.get_logger(__name__)

_INVOKE_SECONDS = 8.0
"""Teams shows a failure of its own 10 to 15 seconds after a click; what is slow must be said before."""
_TURN_SECONDS = 12.0
"""Teams sends everything else again after 15 seconds."""


class Bot(Protocol):
    """Who answers admitted activities."""

    async def on_turn(self, context: TurnContext) -> Answer: ...

    def locale(self, inbound: Inbound) -> str: ...


class _NoSdkClients(BotFrameworkAuthentication):
    """Stands where the SDK would build its own clients, and makes sure that it never does."""

    async def authenticate_request(self, activity: Any, auth_header: Any) -> NoReturn:
        raise Bug("inbound authentication of the SDK was reached")

    async def authenticate_streaming_request(self, auth_header: Any, channel_id_header: Any) -> NoReturn:
        raise Bug("streaming of the SDK was reached")

    def create_connector_factory(self, claims_identity: Any) -> NoReturn:
        raise Bug("the SDK's connector was reached: send with Messenger")

    async def create_user_token_client(self, claims_identity: Any) -> NoReturn:
        raise Bug("the SDK's user token client was reached")


class TeamsAdapter(CloudAdapter):
    """Guards, authenticates, orders and de-duplicates what comes in; sends through our own connector."""

    def __init__(self, config: TeamsConfig, tokens: TokenValidator, connector: Connector, once: Once) -> None:
        super().__init__(_NoSdkClients())
        self._config = config
        self._tokens = tokens
        self._connector = connector
        self._once = once
        self._turns = KeyedLock()
        self._identity = ClaimsIdentity({"aud": config.app_id, "appid": config.app_id}, True)

    async def process(
        self, request: web.Request, bot: Bot, ws_response: web.WebSocketResponse | None = None
    ) -> web.Response:
        """Answer one POST of the channel. Strangers get 4xx and reach nothing."""
        try:
            inbound = await self._admitted(request)
        except Refused as refusal:
            _log.info("inbound.refused", status=refusal.status, reason=refusal.reason, peer=request.remote)
            return _refusal(refusal)
        with somebody_waits():
            answer = await self._answered(inbound, bot) if _concerns_us(inbound) else Answer()
        if answer.body is None:
            return web.Response(status=answer.status)
        return web.Response(text=answer.body, status=answer.status, content_type="application/json")

    async def _admitted(self, request: web.Request) -> Inbound:
        check_headers(request, self._config)
        activity = parse(await read_body(request, self._config.max_body_bytes))
        if self._config.authenticate:
            service_url, channel_id = required(activity, "serviceUrl"), required(activity, "channelId")
            await self._tokens.check(request.headers["Authorization"], service_url, channel_id)
        return admit(activity, self._config)

    async def _answered(self, inbound: Inbound, bot: Bot) -> Answer:
        try:
            async with self._turns.hold(inbound.conversation_id):
                run = partial(self._run, inbound, bot)
                if _changes_nothing(inbound):
                    return await run()
                return await self._once.run(inbound.conversation_id, inbound.activity_id, run)
        except StillRunning:
            return _still_running(inbound)
        except Exception as error:  # noqa: BLE001  the last resort; logged and told by _failed
            return await self._failed(inbound, locale_of(inbound.raw), error)

    async def _run(self, inbound: Inbound, bot: Bot) -> Answer:
        context = TurnContext(self, sdk_activity(inbound))
        context.turn_state[INBOUND] = inbound
        context.turn_state[self.BOT_IDENTITY_KEY] = self._identity
        try:
            with answer_within(_INVOKE_SECONDS if inbound.kind == "invoke" else _TURN_SECONDS):
                answer = await self.run_pipeline(context, bot.on_turn)
        except Exception as error:  # noqa: BLE001  the last resort; logged and told by _failed
            return await self._failed(inbound, bot.locale(inbound), error)
        return answer if isinstance(answer, Answer) else Answer()

    async def _failed(self, inbound: Inbound, locale: str, error: Exception) -> Answer:
        """Tell the person, by whatever way is open. The HTTP answer is a success, so nothing is repeated."""
        text = apologise(inbound, locale, error)
        if inbound.kind == "invoke":
            return json_answer(error_reply(500, "InternalError", text))
        if inbound.kind == "message":
            message = reply_to(inbound, text_message(text))
            await self._connector.send(inbound.service_url, inbound.conversation_id, message)
        return Answer()

    async def send_activities(
        self, context: TurnContext, activities: list[Activity]
    ) -> list[ResourceResponse]:
        """What dialogs send. Raises NotDelivered."""
        return [await self._send(activity) for activity in activities]

    async def _send(self, activity: Activity) -> ResourceResponse:
        if activity.type == "delay":
            await asyncio.sleep((activity.value or 1000) / 1000)
        elif activity.type not in ("trace", "invokeResponse"):
            sent = await self._connector.send(activity.service_url, activity.conversation.id, wire(activity))
            return ResourceResponse(id=delivered(sent))
        return ResourceResponse(id="")

    async def update_activity(self, context: TurnContext, activity: Activity) -> ResourceResponse:
        """Raises NotDelivered."""
        inbound: Inbound = context.turn_state[INBOUND]
        updated = await self._connector.update(
            inbound.service_url, activity.conversation.id, activity.id, wire(activity)
        )
        return ResourceResponse(id=delivered(updated) or activity.id)

    async def delete_activity(self, context: TurnContext, reference: ConversationReference) -> None:
        """Raises NotDelivered."""
        inbound: Inbound = context.turn_state[INBOUND]
        delivered(
            await self._connector.delete(
                inbound.service_url, reference.conversation.id, reference.activity_id
            )
        )


def _refusal(refusal: Refused) -> web.Response:
    headers = {"WWW-Authenticate": "Bearer"} if refusal.status == 401 else None
    return web.json_response({"error": refusal.reason}, status=refusal.status, headers=headers)


def _concerns_us(inbound: Inbound) -> bool:
    """Reactions, typing, edits, read receipts and the like are taken note of by nobody."""
    if inbound.kind in ("message", "invoke"):
        return True
    return bool(inbound.person_id) and (is_installation(inbound) or is_removal(inbound))


def _changes_nothing(inbound: Inbound) -> bool:
    """A refresh by the client itself: answered afresh each time, without a trace in the database."""
    return inbound.kind == "invoke" and text_at(inbound.raw, "value", "trigger") == "automatic"


def _still_running(inbound: Inbound) -> Answer:
    if inbound.kind == "invoke":
        return json_answer(error_reply(500, "StillRunning", "Still working on it."))
    return Answer()

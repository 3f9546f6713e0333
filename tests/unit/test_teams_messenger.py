"""Messages nobody asked for: found or opened chats, typed outcomes, cards in the reader's language."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from bot.domain.channels import Channel as Place
from bot.domain.channels import ChannelRole, recipient_of
from bot.domain.messages import Template
from bot.domain.requests import RequestState
from bot.domain.tenant import TenantFacts
from bot.domain.views import RequestView
from bot.execution.ports import Blocked, Delivered, Gone, Needless, NotInstalled, OutboxMessage, Retry
from bot.store import cards, channels, conversations, requests
from bot.store.conversations import ConversationRecord
from bot.store.database import Database, Transaction
from bot.teams.connector import Connector
from bot.teams.courier import TeamsCourier
from bot.teams.http import HttpClient
from bot.teams.messenger import Messenger
from bot.teams.outcomes import Rejected
from bot.teams.references import AddressBook
from bot.words import words_for
from cards.render import render
from tests.support.requests_sample import asked_request, stored_request
from tests.support.teams_bot import BotTokens
from tests.support.teams_channel import APP_ID, TENANT, Canned, Channel

CARD = {"type": "AdaptiveCard", "version": "1.5"}
NOT_INSTALLED = Canned(403, {"error": {"code": "ForbiddenOperationException"}})


@dataclass
class Post:
    """A messenger and a courier over a fake Teams."""

    channel: Channel
    db: Database
    messenger: Messenger
    installs: list[str] = field(default_factory=list)
    installable: bool = True

    def __post_init__(self) -> None:
        self.courier = TeamsCourier(self.db, self.messenger, self.install, TenantFacts())

    async def install(self, user_id: str) -> bool:
        self.installs.append(user_id)
        return self.installable

    async def deliver(self, template: Template, to: str = "ben", **fields: Any) -> object:
        message = OutboxMessage(
            **{
                "id": 1, "template": template, "recipient_id": to, "request_id": "SB-00001", "params": {},
                "copy_id": None, "attempts": 0,
            } | fields
        )  # fmt: skip
        return await self.courier.deliver(message)

    async def knows(self, user_id: str = "ben", **changes: Any) -> None:
        record = ConversationRecord(
            user_id=user_id, tenant_id=TENANT, service_url=self.channel.service_url, **changes
        )
        await self.db.transact(conversations.upsert, record)

    @property
    def paths(self) -> list[str]:
        return [f"{call.method} {call.path.removeprefix('/amer/v3/')}" for call in self.channel.calls]


@pytest.fixture
async def post(db: Database) -> AsyncIterator[Post]:
    http = HttpClient()
    async with Channel() as channel:
        config = channel.config()
        connector = Connector(config, http, BotTokens())
        yield Post(channel, db, Messenger(config, TENANT, connector, db, AddressBook(db)))
        await http.close()


async def test_a_known_chat_is_written_to(post: Post) -> None:
    await post.knows(conversation_id="a:ben")
    sent = await post.messenger.send_card("ben", CARD, "Please decide")
    assert sent == Delivered("a:ben", post.channel.service_url, "activity-1")
    (call,) = post.channel.calls
    assert call.body["from"] == {"id": f"28:{APP_ID}"}
    assert call.body["summary"] == "Please decide"
    assert call.body["channelData"] == {"notification": {"alert": True}}
    assert "text" not in call.body


@pytest.mark.parametrize(("known_as", "member"), [("29:ben", "29:ben"), (None, "ben")])
async def test_a_chat_is_opened_and_remembered(post: Post, known_as: str | None, member: str) -> None:
    if known_as:
        await post.knows(channel_user_id=known_as)
    post.channel.canned.append(Canned(201, {"id": "a:new"}))
    sent = await post.messenger.send_text("ben", "Hello", "Hello")
    assert sent == Delivered("a:new", post.channel.service_url, "activity-1")
    assert post.channel.calls[0].body["members"] == [{"id": member}]
    await post.messenger.send_text("ben", "Again", "Again")
    assert post.paths == [
        "POST conversations",
        "POST conversations/a%3Anew/activities",
        "POST conversations/a%3Anew/activities",
    ]


async def test_a_chat_that_is_gone_is_opened_again_once(post: Post) -> None:
    await post.knows(conversation_id="a:old")
    gone = Canned(404, {"error": {"code": "ConversationNotFound"}})
    post.channel.canned += [gone, Canned(201, {"id": "a:new"})]
    assert isinstance(await post.messenger.send_text("ben", "Hello", "Hello"), Delivered)
    post.channel.canned += [gone, Canned(201, {"id": "a:new"}), gone]
    assert isinstance(await post.messenger.send_text("ben", "Hello", "Hello"), Gone)


async def test_who_blocks_us_is_left_alone(post: Post) -> None:
    await post.knows(conversation_id="a:ben")
    post.channel.canned.append(Canned(403, {"error": {"code": "ConversationBlockedByUser"}}))
    assert isinstance(await post.messenger.send_text("ben", "Hello", "Hello"), Blocked)
    assert isinstance(await post.messenger.send_text("ben", "Hello", "Hello"), Blocked)
    assert len(post.channel.calls) == 1


OUTCOMES = [
    (Canned(429, headers={"Retry-After": "77"}), Retry),
    (NOT_INSTALLED, NotInstalled),
    (Canned(400, {"error": {"code": "BadArgument"}}), Rejected),
]


@pytest.mark.parametrize(("canned", "outcome"), OUTCOMES)
async def test_other_outcomes_are_passed_on(post: Post, canned: Canned, outcome: type) -> None:
    await post.knows(conversation_id="a:ben")
    post.channel.canned.append(canned)
    assert type(await post.messenger.send_text("ben", "Hello", "Hello")) is outcome


async def test_an_approval_is_rendered_and_its_version_told(post: Post) -> None:
    await post.db.transact(asked_request)
    await post.knows(conversation_id="a:ben")
    sent = await post.deliver(Template.APPROVAL)
    assert sent == Delivered("a:ben", post.channel.service_url, "activity-1", shown_version=2)
    attachment = post.channel.calls[0].body["attachments"][0]
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    assert "SB-00001" in str(attachment["content"])


async def test_a_text_shows_no_version(post: Post) -> None:
    await post.db.transact(asked_request)
    await post.knows(conversation_id="a:ben")
    sent = await post.deliver(Template.NOTICE, params={"code": "SB-PRP-01"})
    assert isinstance(sent, Delivered)
    assert sent.shown_version is None
    assert post.channel.calls[0].body["text"]


async def test_the_reader_decides_the_language(post: Post) -> None:
    request = await post.db.transact(asked_request)
    await post.knows(conversation_id="a:ben", locale="fr-FR")
    await post.deliver(Template.APPROVAL)
    in_french = render(Template.APPROVAL, RequestView(request=request), {}, "ben", words_for("fr-FR"))
    assert post.channel.calls[0].body["attachments"][0]["content"] == in_french.card


async def test_who_lacks_the_app_gets_it_once(post: Post) -> None:
    await post.db.transact(asked_request)
    await post.knows(conversation_id="a:ben")
    post.channel.canned.append(NOT_INSTALLED)
    assert isinstance(await post.deliver(Template.APPROVAL), Delivered)
    assert post.installs == ["ben"]


async def test_an_app_that_was_installed_just_now_is_given_a_little_time(post: Post) -> None:
    await post.db.transact(asked_request)
    await post.knows(conversation_id="a:ben")
    for attempt in range(3):
        post.channel.canned += [NOT_INSTALLED, NOT_INSTALLED]
        assert isinstance(await post.deliver(Template.APPROVAL, attempts=attempt), Retry)
    post.channel.canned += [NOT_INSTALLED, NOT_INSTALLED]
    assert isinstance(await post.deliver(Template.APPROVAL, attempts=3), NotInstalled)


async def test_who_cannot_get_the_app_is_reported(post: Post) -> None:
    await post.db.transact(asked_request)
    await post.knows(conversation_id="a:ben")
    post.installable = False
    post.channel.canned.append(NOT_INSTALLED)
    assert isinstance(await post.deliver(Template.APPROVAL), NotInstalled)
    assert len(post.channel.calls) == 1


async def test_what_teams_refuses_for_good_does_not_hold_up_the_next_approver(post: Post) -> None:
    await post.db.transact(asked_request)
    await post.knows(conversation_id="a:ben")
    post.channel.canned.append(Canned(403, {"error": {"code": "BotDisabledByAdmin"}}))
    assert isinstance(await post.deliver(Template.APPROVAL), Gone)


async def stored_copy(post: Post, shown_version: int = 0) -> int:
    await post.db.transact(stored_request)
    return await post.db.transact(
        lambda tx: cards.remember_copy(
            tx,
            request_id="SB-00001",
            template=Template.APPROVAL,
            recipient_id="ben",
            conversation_id="a:ben",
            service_url=post.channel.service_url,
            activity_id="card-1",
            shown_version=shown_version,
        )
    )


async def test_a_copy_is_updated_where_it_stands(post: Post) -> None:
    copy_id = await stored_copy(post)
    sent = await post.deliver(Template.APPROVAL, copy_id=copy_id)
    assert sent == Delivered("a:ben", post.channel.service_url, "card-1", shown_version=1)
    assert post.paths == ["PUT conversations/a%3Aben/activities/card-1"]
    assert "channelData" not in post.channel.calls[0].body


async def test_a_copy_that_is_up_to_date_is_left_alone(post: Post) -> None:
    copy_id = await stored_copy(post, shown_version=1)
    sent = await post.deliver(Template.APPROVAL, copy_id=copy_id)
    assert isinstance(sent, Delivered)
    assert not post.channel.calls


async def changed(post: Post, **changes: Any) -> int:
    """Store the request anew; its new version."""

    def save(tx: Transaction) -> int:
        request = requests.by_id(tx, "SB-00001")
        assert request is not None
        return requests.save(tx, request.model_copy(update=changes)).version

    return await post.db.transact(save)


async def updated(post: Post, copy_id: int) -> int:
    """Deliver a refresh as the outbox does; how many calls that took."""
    before = len(post.channel.calls)
    sent = await post.deliver(Template.APPROVAL, copy_id=copy_id)
    assert isinstance(sent, Delivered)
    assert sent.shown_version is not None
    await post.db.transact(cards.mark_shown, copy_id, sent.shown_version)
    return len(post.channel.calls) - before


async def test_a_version_that_looks_the_same_is_not_sent_again(post: Post) -> None:
    copy_id = await stored_copy(post)
    await changed(post, state=RequestState.APPROVED)
    assert await updated(post, copy_id) == 1
    for _ in range(2):
        version = await changed(post)
        assert await updated(post, copy_id) == 0
        copy = await post.db.read(cards.copy_by_id, copy_id)
        assert copy is not None
        assert copy.shown_version == version
    await changed(post, state=RequestState.EXECUTING)
    assert await updated(post, copy_id) == 1


async def test_what_another_replica_has_shown_since_is_replaced(post: Post) -> None:
    copy_id = await stored_copy(post)
    await changed(post, state=RequestState.APPROVED)
    assert await updated(post, copy_id) == 1
    theirs = await changed(post, state=RequestState.EXECUTING)
    await post.db.transact(cards.mark_shown, copy_id, theirs)
    await changed(post, state=RequestState.APPROVED)
    assert await updated(post, copy_id) == 1


async def test_a_copy_that_is_gone_is_said_to_be(post: Post) -> None:
    copy_id = await stored_copy(post)
    post.channel.canned.append(Canned(404, {"error": {"code": "ActivityNotFoundInConversation"}}))
    assert isinstance(await post.deliver(Template.APPROVAL, copy_id=copy_id), Gone)
    await post.db.transact(cards.mark_gone, copy_id)
    assert isinstance(await post.deliver(Template.APPROVAL, copy_id=copy_id), Gone)
    assert isinstance(await post.deliver(Template.APPROVAL, copy_id=999), Gone)
    assert len(post.channel.calls) == 1


CHANNEL = "19:desk@thread.tacv2"


async def has_channel(post: Post, role: ChannelRole = ChannelRole.APPROVALS) -> None:
    channel = Place(
        role=role,
        conversation_id=CHANNEL,
        service_url=post.channel.service_url,
        locale="fr-FR",
        set_by="priya",
    )
    await post.db.transact(channels.put, channel)


async def test_a_channel_gets_a_thread_of_its_own_in_its_language(post: Post) -> None:
    request = await post.db.transact(asked_request)
    await has_channel(post)
    post.channel.canned.append(Canned(201, {"id": f"{CHANNEL};messageid=17", "activityId": "17"}))
    sent = await post.deliver(Template.CHANNEL_APPROVAL, to=recipient_of(ChannelRole.APPROVALS))
    assert sent == Delivered(f"{CHANNEL};messageid=17", post.channel.service_url, "17", shown_version=2)
    (call,) = post.channel.calls
    assert post.paths == ["POST conversations"]
    assert call.body["isGroup"] is True
    assert call.body["channelData"]["channel"]["id"] == CHANNEL
    in_french = render(
        Template.CHANNEL_APPROVAL, RequestView(request=request), {}, "nobody", words_for("fr-FR")
    )
    assert call.body["activity"]["attachments"][0]["content"] == in_french.card


@pytest.mark.parametrize(
    "canned",
    [
        Canned(404, {"error": {"code": "ConversationNotFound"}}),
        Canned(403, {"error": {"code": "BotNotInConversationRoster"}}),
        Canned(403, {"error": {"code": "BotDisabledByAdmin"}}),
        Canned(400, {"error": {"code": "BadSyntax"}}),
    ],
)
async def test_a_channel_that_cannot_be_written_to_is_given_up(post: Post, canned: Canned) -> None:
    await has_channel(post, ChannelRole.ADMINS)
    post.channel.canned.append(canned)
    to = recipient_of(ChannelRole.ADMINS)
    sent = await post.deliver(Template.NOTICE, to=to, request_id=None, params={"code": "SB-PRP-01"})
    assert isinstance(sent, Gone | NotInstalled)
    assert post.installs == []


async def test_without_a_channel_there_is_nobody_to_write_to(post: Post) -> None:
    to = recipient_of(ChannelRole.ADMINS)
    sent = await post.deliver(Template.NOTICE, to=to, request_id=None, params={"code": "SB-PRP-01"})
    assert isinstance(sent, Gone)


@pytest.mark.parametrize("template", [Template.APPROVAL, Template.CHANNEL_APPROVAL])
async def test_what_is_over_by_the_time_it_is_sent_is_not_sent(post: Post, template: Template) -> None:
    await post.db.transact(asked_request)
    await has_channel(post)
    await changed(post, state=RequestState.WITHDRAWN)
    to = "ben" if template is Template.APPROVAL else recipient_of(ChannelRole.APPROVALS)
    assert isinstance(await post.deliver(template, to=to), Needless)
    assert not post.channel.calls


async def test_a_list_of_nothing_is_not_sent(post: Post) -> None:
    assert isinstance(await post.deliver(Template.DIGEST, request_id=None), Needless)
    await post.db.transact(asked_request)
    await post.knows(conversation_id="a:ben")
    assert isinstance(await post.deliver(Template.DIGEST, request_id=None), Delivered)

"""Small readings: mentions, languages, invoke shapes, submitted cards, the SDK's activity and back."""

from __future__ import annotations

import time
from typing import Any

import pytest
from botbuilder.schema import Activity, Attachment, ConversationAccount, Entity, InputHints

from bot.domain.errors import Misconfigured
from bot.teams.activities import sdk_activity, wire
from bot.teams.config import TeamsConfig
from bot.teams.guard import admit, parse
from bot.teams.handler import submitted_action
from bot.teams.inbound import Inbound
from bot.teams.invokes import MalformedAction, card_action, reply_for, unhandled
from bot.teams.locales import locale_of
from bot.teams.mentions import spoken_text
from bot.teams.turn import CardAction, CardAnswer
from tests.support.teams_channel import ANA, APP_ID, TENANT

BOT = "28:bot"


def mention(name: str, who: str, text: str | None = None) -> dict[str, Any]:
    return {"type": "mention", "mentioned": {"id": who, "name": name}, "text": text or f"<at>{name}</at>"}


BOT_NAMED_HELP = mention("Help", BOT)

SPOKEN: list[tuple[str, str | None, list[Any] | None, str]] = [
    ("plain", "my requests", None, "my requests"),
    ("mention first", "<at>Switchboard</at> help", [mention("Switchboard", BOT)], "help"),
    ("mention last", "help <at>Switchboard</at>", [mention("Switchboard", BOT)], "help"),
    ("numbered span", '<at id="0">Switchboard</at>&nbsp;help', [mention("Switchboard", BOT)], "help"),
    ("bot named like a word", "<at>Help</at> Help me, Helpful", [BOT_NAMED_HELP], "Help me, Helpful"),
    ("other case and blanks", "<AT>switch\u00a0board</AT> hi", [mention("Switch Board", BOT)], "hi"),
    ("somebody else", "<at>Ben</at> needs a number", [mention("Ben", "29:ben")], "Ben needs a number"),
    ("both", "<at>S</at> for <at>Ben</at>", [mention("S", BOT), mention("Ben", "29:b")], "for Ben"),
    ("same name, the person first", "<at>S</at> <at>S</at>", [mention("S", "29:s"), mention("S", BOT)], "S"),
    ("span nobody vouches for", "<at>Switchboard</at> hi", [], "Switchboard hi"),
    ("mentioned twice", "<at>S</at> a <at>S</at> b", [mention("S", BOT), mention("S", BOT)], "a b"),
    ("only the mention", "<at>S</at>", [mention("S", BOT)], ""),
    ("entity without mentioned", "<at>S</at> x", [{"type": "mention"}], "S x"),
    ("entities that are no objects", "hi", ["x", None, 3], "hi"),
    ("no text", None, None, ""),
    ("odd blanks", "\u200b a\u00a0\u00a0b\t c \r\n d ", None, "a b c\nd"),
    ("less-than is not a tag", "1 < 2 and 3 > 2", None, "1 < 2 and 3 > 2"),
    ("chinese", "<at>S</at>我需要一个电话号码", [mention("S", BOT)], "我需要一个电话号码"),
]


@pytest.mark.parametrize(
    ("text", "entities", "said"), [row[1:] for row in SPOKEN], ids=[row[0] for row in SPOKEN]
)
def test_what_was_said(text: str | None, entities: list[Any] | None, said: str) -> None:
    assert spoken_text({"text": text, "entities": entities, "recipient": {"id": BOT}}) == said


BUSY = 20.0
"""Seconds of CPU time, a hundred times what it takes."""


@pytest.mark.parametrize("piece", ["<at>", "<at ", "<at></at>", "<", "<at>S", " \n", "&nbsp", "</at>"])
def test_text_made_to_keep_us_busy_does_not(piece: str) -> None:
    """A quadratic pattern needs minutes for this; CPU time does not depend on who else is at work."""
    text = piece * (200_000 // len(piece))
    entities = [mention("S", BOT, text), *({"type": "mention"} for _ in range(4000))]
    began = time.process_time()
    said = spoken_text({"text": text, "entities": entities, "recipient": {"id": BOT}})
    assert time.process_time() - began < BUSY
    assert len(said) <= len(text)


CLIENT = [{"type": "clientInfo", "locale": "fr-FR"}]


@pytest.mark.parametrize(
    ("raw", "known", "locale"),
    [
        ({"locale": "zh-CN"}, None, "zh-CN"),
        ({"locale": "zh-Hans-CN"}, None, "zh-Hans-CN"),
        ({"locale": "pt_BR"}, None, "pt-BR"),
        ({"entities": CLIENT}, None, "fr-FR"),
        ({"locale": "de-DE", "entities": CLIENT}, "fr-FR", "de-DE"),
        ({}, "fr-FR", "fr-FR"),
        ({}, None, "en-US"),
        ({"locale": "../../etc"}, None, "en-US"),
        ({"locale": 7, "entities": "x"}, None, "en-US"),
    ],
)
def test_locale(raw: dict[str, Any], known: str | None, locale: str) -> None:
    assert locale_of(raw, known) == locale


GOLDEN: list[tuple[CardAnswer, dict[str, Any]]] = [
    (
        CardAnswer(card={"type": "AdaptiveCard", "version": "1.5"}),
        {
            "statusCode": 200,
            "type": "application/vnd.microsoft.card.adaptive",
            "value": {"type": "AdaptiveCard", "version": "1.5"},
        },
    ),
    (
        CardAnswer(message="Saved."),
        {"statusCode": 200, "type": "application/vnd.microsoft.activity.message", "value": "Saved."},
    ),
    (
        CardAnswer(error="You cannot decide this."),
        {
            "statusCode": 400,
            "type": "application/vnd.microsoft.error",
            "value": {"code": "BadRequest", "message": "You cannot decide this."},
        },
    ),
    (
        CardAnswer(),
        {"statusCode": 200, "type": "application/vnd.microsoft.activity.message", "value": ""},
    ),
]


@pytest.mark.parametrize(("answer", "reply"), GOLDEN)
def test_replies_to_card_actions(answer: CardAnswer, reply: dict[str, Any]) -> None:
    assert reply_for(answer) == reply


@pytest.mark.parametrize(
    ("name", "status"),
    [("application/search", 200), ("task/fetch", None), ("composeExtension/query", None),
     ("signin/verifyState", None), ("message/submitAction", None), ("something/else", 404), ("", 404)],
)  # fmt: skip
def test_other_invokes_are_answered_in_peace(name: str, status: int | None) -> None:
    assert unhandled(name).get("statusCode") == status


def inbound(**fields: Any) -> Inbound:
    config = TeamsConfig(app_id=APP_ID, tenants=frozenset({TENANT}))
    usual = {
        "type": "message", "id": "1", "channelId": "msteams",
        "serviceUrl": "https://smba.trafficmanager.net/amer/", "from": {"id": "29:a", "aadObjectId": ANA},
        "recipient": {"id": BOT, "name": "Switchboard"},
        "conversation": {"id": "a:1", "tenantId": TENANT, "conversationType": "personal"},
    }  # fmt: skip
    return admit({**usual, **fields}, config)


def test_a_click_keeps_its_data_as_sent() -> None:
    data = {"draft": "d1", "ending": "42", "camelCase": None, "big": 2**60}
    value = {"action": {"type": "Action.Execute", "id": "x", "verb": "wish.submit", "data": data}}
    click = card_action(inbound(type="invoke", value=value, replyToId="77"))
    assert click == CardAction("wish.submit", data, "77", automatic=False)


def test_a_refresh_by_the_client_is_told_apart() -> None:
    value = {"action": {"verb": "request.refresh"}, "trigger": "automatic"}
    assert card_action(inbound(type="invoke", value=value)).automatic


@pytest.mark.parametrize(
    "value", [None, [], "x", {}, {"action": None}, {"action": {"verb": 3}}, {"action": []}]
)
def test_a_malformed_click(value: Any) -> None:
    with pytest.raises(MalformedAction):
        card_action(inbound(type="invoke", value=value))


SUBMITS: list[tuple[dict[str, Any], CardAction | None]] = [
    ({"text": "hi"}, None),
    ({"value": {"verb": "a", "x": "1"}, "replyToId": "9"}, CardAction("a", {"x": "1"}, "9")),
    (
        {"value": {"verb": "a", "msteams": {"type": "messageBack"}}, "text": "Shown"},
        CardAction("a", {}, None),
    ),
    ({"value": '{"verb":"a","x":1}'}, CardAction("a", {"x": 1}, None)),
    ({"value": {"x": "1"}}, CardAction("", {"x": "1"}, None)),
    ({"value": {"x": "1"}, "text": "hi"}, None),
    ({"value": "plain", "text": "hi"}, None),
    ({"value": '{"verb":', "text": "hi"}, None),
    ({"value": {"verb": {"nested": 1}}, "text": "hi"}, None),
]


@pytest.mark.parametrize(("fields", "action"), SUBMITS)
def test_submitted_cards(fields: dict[str, Any], action: CardAction | None) -> None:
    assert submitted_action(inbound(**fields)) == action


def test_the_sdk_sees_the_tenant_that_its_own_reader_loses() -> None:
    activity = sdk_activity(inbound(text="hi", timestamp="2026-11-21T10:00:00.1234567Z", locale="fr-FR"))
    assert activity.conversation.tenant_id == TENANT
    assert activity.from_property.aad_object_id == ANA
    assert (activity.text, activity.locale, activity.timestamp.year) == ("hi", "fr-FR", 2026)


@pytest.mark.parametrize("odd", ["membersAdded", "attachments", "entities", "timestamp", "text", "locale"])
def test_fields_of_odd_types_do_no_harm(odd: str) -> None:
    for value in (7, "x", [], ["x", None], {"a": 1}, [{"content": 1}]):
        assert sdk_activity(inbound(**{odd: value})).from_property.aad_object_id == ANA


def test_wire_keeps_what_the_sdk_serialiser_drops() -> None:
    entity = Entity(type="mention")
    entity.additional_properties = {"mentioned": {"id": "29:b"}, "text": "<at>B</at>"}
    activity = Activity(
        type="message",
        text="hi",
        input_hint=InputHints.expecting_input,
        entities=[entity],
        conversation=ConversationAccount(id="a:1", tenant_id=TENANT),
        attachments=[Attachment(content_type="x", content={"list": [1, {"a": None}]})],
        caller_id="secret",
    )
    assert wire(activity) == {
        "type": "message",
        "text": "hi",
        "inputHint": "expectingInput",
        "entities": [{"type": "mention", "mentioned": {"id": "29:b"}, "text": "<at>B</at>"}],
        "conversation": {"id": "a:1", "tenantId": TENANT},
        "attachments": [{"contentType": "x", "content": {"list": [1, {"a": None}]}}],
    }


def test_what_no_database_takes_is_replaced() -> None:
    assert parse(b'{"a\\u0000":["\\ud800x"],"b":"\\ud83d\\ude00"}') == {
        "a\ufffd": ["\ufffdx"],
        "b": "\U0001f600",
    }


UNSAFE: list[dict[str, Any]] = [
    {"authenticate": False},
    {"authenticate": False, "sandbox": True, "bind_host": "0.0.0.0"},
    {"authenticate": False, "sandbox": False, "bind_host": "127.0.0.1"},
    {"app_id": ""},
    {"app_type": "Single-Tenant"},
    {"channels": frozenset({"msteams", "emulator"})},
    {"openid_metadata_url": "http://login.botframework.com/"},
    {"openid_metadata_url": "http://127.0.0.1/"},
]


@pytest.mark.parametrize("changes", UNSAFE)
def test_unsafe_configurations_are_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(Misconfigured):
        TeamsConfig(**{"app_id": APP_ID, "tenants": frozenset({TENANT}), **changes})


@pytest.mark.parametrize(
    ("url", "admitted"),
    [
        ("https://smba.trafficmanager.net/amer/", True),
        ("https://SMBA.trafficmanager.net:443/amer/", True),
        ("https://europe.api.botframework.com/", True),
        ("https://botframework.com/", False),
        ("https://evilbotframework.com/", False),
        ("http://127.0.0.1:3979/connector/", False),
        ("https://smba.trafficmanager.net/amer/?x=1", False),
    ],
)
def test_hosts_in_production(url: str, admitted: bool) -> None:
    assert TeamsConfig(app_id=APP_ID, tenants=frozenset()).admits_service_url(url) is admitted


def test_a_sandbox_may_be_on_loopback() -> None:
    config = TeamsConfig(app_id=APP_ID, tenants=frozenset(), sandbox=True)
    assert config.admits_service_url("http://127.0.0.1:3979/connector/amer/")
    assert not config.admits_service_url("http://10.0.0.1/")

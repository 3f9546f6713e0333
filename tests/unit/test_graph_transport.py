"""What goes over the wire to Graph, how often, and what a failure says about what happened."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator, Iterator

import pytest
import stamina

from bot.domain.errors import (
    LeaseLost,
    Misconfigured,
    Throttled,
    Unavailable,
    UnknownOutcome,
    UpstreamRefused,
)
from bot.domain.numbers import NumberType
from bot.graph import Graph, Patience
from bot.graph.errors import NotFound
from bot.graph.pacing import Pressure
from tests.support.graph_server import GraphServer, Reply, StaticTokens, graph_server

USER = "9e4b1f6a-0c1d-4c62-8d2f-6a1b5d3c2e10"
ANA = {"id": USER, "userPrincipalName": "ana@contoso.example", "accountEnabled": True}
BUSY = {"error": {"code": "TooManyRequests", "message": "Please retry again later."}}


class Fence:
    """A fence that counts, and may be closed."""

    def __init__(self, error: Exception | None = None) -> None:
        self.calls = 0
        self.error = error

    def __call__(self) -> None:
        self.calls += 1
        if self.error:
            raise self.error


@pytest.fixture(autouse=True)
def no_waiting() -> Iterator[None]:
    stamina.set_testing(True, attempts=3)
    yield
    stamina.set_testing(False)


@pytest.fixture
async def server() -> AsyncIterator[GraphServer]:
    async with graph_server() as running:
        yield running


@pytest.fixture
async def graph(server: GraphServer) -> AsyncIterator[Graph]:
    patience = Patience(read_timeout=0.3, write_timeout=0.3)
    async with Graph(server.base_url, StaticTokens(), patience=patience) as running:
        yield running


def closed_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


async def locate(graph: Graph, fence: Fence) -> None:
    await graph.set_usage_location(USER, "FR", fence=fence, client_request_id="ours")


async def test_write_is_sent_once_past_the_fence(server: GraphServer, graph: Graph) -> None:
    server.will(Reply(204))
    fence = Fence()
    receipt = await graph.set_usage_location(USER, "FR", fence=fence, client_request_id="ours")
    assert fence.calls == 1
    assert server.last.headers["client-request-id"] == "ours"
    assert (receipt.client_request_id, receipt.request_id[:8]) == ("ours", "11111111")


async def test_closed_fence_sends_nothing(server: GraphServer, graph: Graph) -> None:
    with pytest.raises(LeaseLost):
        await locate(graph, Fence(LeaseLost("taken over")))
    assert server.requests == []


async def test_refused_connection_never_reaches_the_fence() -> None:
    fence = Fence()
    async with Graph(f"http://127.0.0.1:{closed_port()}/v1.0", StaticTokens()) as graph:
        with pytest.raises(Unavailable, match="not sent"):
            await locate(graph, fence)
        with pytest.raises(Unavailable):
            await graph.person(USER)
    assert fence.calls == 0


async def test_token_failure_comes_before_the_fence(server: GraphServer) -> None:
    class NoTokens(StaticTokens):
        async def token(self, scope: str, *, refused: str | None = None) -> str:
            raise Misconfigured("no token")

    fence = Fence()
    async with Graph(server.base_url, NoTokens()) as graph:
        with pytest.raises(Misconfigured):
            await locate(graph, fence)
    assert (fence.calls, server.requests) == (0, [])


@pytest.mark.parametrize("reply", [Reply(drop=True), Reply(502), Reply(500, text="oops"), Reply(504)])
async def test_write_without_a_usable_answer_is_not_repeated(
    reply: Reply, server: GraphServer, graph: Graph
) -> None:
    server.will(reply)
    with pytest.raises(UnknownOutcome) as caught:
        await locate(graph, Fence())
    assert len(server.requests) == 1
    assert caught.value.evidence["client-request-id"] == "ours"


async def test_silence_after_a_write_is_an_unknown_outcome() -> None:
    # The kernel takes the connection and the bytes; nobody ever reads them.
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/v1.0"
        patience = Patience(write_timeout=0.1, read_timeout=0.1)
        async with Graph(url, StaticTokens(), patience=patience) as graph:
            with pytest.raises(UnknownOutcome, match="ReadTimeout"):
                await locate(graph, Fence())
            with pytest.raises(Unavailable, match="ReadTimeout"):
                await graph.person(USER)


async def test_accepted_order_without_its_operation_is_an_unknown_outcome(
    server: GraphServer, graph: Graph
) -> None:
    server.will(Reply(202))
    with pytest.raises(UnknownOutcome):
        await graph.unassign_number(
            "+33155550100", NumberType.CALLING_PLAN, fence=Fence(), client_request_id="ours"
        )


async def test_throttled_write_says_how_long(server: GraphServer, graph: Graph) -> None:
    server.will(Reply(429, BUSY, {"Retry-After": "2.128"}), Reply(429, BUSY))
    with pytest.raises(Throttled) as caught:
        await locate(graph, Fence())
    assert caught.value.retry_after == pytest.approx(2.128)
    with pytest.raises(Throttled) as caught:
        await locate(graph, Fence())
    assert caught.value.retry_after == 10
    assert len(server.requests) == 2


@pytest.mark.parametrize(
    "trouble",
    [Reply(drop=True), Reply(503), Reply(504), Reply(429, BUSY, {"Retry-After": "1"}), Reply(429, BUSY)],
)
async def test_read_is_repeated(trouble: Reply, server: GraphServer, graph: Graph) -> None:
    server.will(trouble, trouble, Reply(body=ANA))
    assert (await graph.person(USER)).upn == "ana@contoso.example"
    assert len({each.headers["client-request-id"] for each in server.requests}) == 3


async def test_read_gives_up_after_a_few_attempts(server: GraphServer, graph: Graph) -> None:
    server.script = lambda recorded: Reply(503)
    with pytest.raises(Unavailable):
        await graph.person(USER)
    assert len(server.requests) == 3


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (Reply(404), NotFound),
        (Reply(400), UpstreamRefused),
        (Reply(429, BUSY, {"Retry-After": "60"}), Throttled),
        (Reply(503, headers={"Retry-After": "Sat, 21 Nov 2099 09:00:00 GMT"}), Unavailable),
    ],
)
async def test_read_is_not_repeated_in_vain(
    reply: Reply, error: type[Exception], server: GraphServer, graph: Graph
) -> None:
    server.will(reply)
    with pytest.raises(error):
        await graph.person(USER)
    assert len(server.requests) == 1


async def test_unreadable_success_is_not_an_answer(server: GraphServer, graph: Graph) -> None:
    server.script = lambda recorded: Reply(text="<html>proxy</html>")
    with pytest.raises(Unavailable):
        await graph.person(USER)
    with pytest.raises(Unavailable):
        await graph.skus()
    server.script = lambda recorded: Reply(body={"value": []})
    with pytest.raises(Unavailable):
        await graph.person(USER)


async def test_read_replaces_a_refused_token_once(server: GraphServer, graph: Graph) -> None:
    server.will(Reply(401), Reply(body=ANA))
    await graph.person(USER)
    assert [each.headers["authorization"] for each in server.requests] == ["Bearer token-1", "Bearer token-2"]
    server.will(Reply(401), Reply(401))
    with pytest.raises(Misconfigured):
        await graph.person(USER)


async def test_write_with_a_refused_token_is_left_to_the_next_attempt(
    server: GraphServer, graph: Graph
) -> None:
    server.will(Reply(401), Reply(204))
    fence = Fence()
    with pytest.raises(Unavailable, match="nothing was done"):
        await locate(graph, fence)
    await locate(graph, fence)
    assert [each.headers["authorization"] for each in server.requests] == ["Bearer token-1", "Bearer token-2"]
    assert fence.calls == 2


async def test_links_are_followed_as_they_are(server: GraphServer, graph: Graph) -> None:
    link = f"{server.base_url}/subscribedSkus?$skiptoken=a%2Bb'c"
    server.will(
        Reply(body={"value": [{"skuId": "A"}], "@odata.nextLink": link}),
        Reply(body={"value": [{"skuId": "B"}]}),
    )
    assert [sku.sku_id for sku in await graph.skus()] == ["a", "b"]
    assert server.last.url == "/v1.0/subscribedSkus?$skiptoken=a%2Bb'c"


@pytest.mark.parametrize(
    "link", ["http://127.0.0.1:1/v1.0/users", "https://127.0.0.1/x", "http://evil.example/v1.0/users", "//x"]
)
async def test_links_to_strangers_are_not_followed(link: str, server: GraphServer, graph: Graph) -> None:
    server.will(Reply(body={"value": [], "@odata.nextLink": link}))
    with pytest.raises(UpstreamRefused, match="another host"):
        await graph.skus()
    assert len(server.requests) == 1


async def test_listing_without_an_end_is_given_up(server: GraphServer, graph: Graph) -> None:
    link = f"{server.base_url}/subscribedSkus?again"
    server.script = lambda recorded: Reply(body={"value": [], "@odata.nextLink": link})
    with pytest.raises(UpstreamRefused, match="does not end"):
        await graph.skus()


@pytest.mark.parametrize("name", ["", "..", ".", " "])
async def test_ids_cannot_climb_the_path(name: str, server: GraphServer, graph: Graph) -> None:
    with pytest.raises(NotFound):
        await graph.person(name)
    assert server.requests == []


async def test_ids_stay_one_segment(server: GraphServer, graph: Graph) -> None:
    server.will(Reply(body=ANA))
    await graph.person("../groups/x?y#z")
    assert server.last.url.startswith("/v1.0/users/..%2Fgroups%2Fx%3Fy%23z?")


def test_tokens_do_not_travel_in_the_clear() -> None:
    with pytest.raises(Misconfigured):
        Graph("http://graph.example/v1.0", StaticTokens())


async def test_a_batch_left_unanswered_is_asked_again(server: GraphServer, graph: Graph) -> None:
    rest = [{"id": "1", "status": 404, "body": {}}, {"id": "2", "status": 200, "body": {"value": []}}]
    server.will(
        Reply(body={"responses": rest}), Reply(body={"responses": [{"id": "0", "status": 200, "body": ANA}]})
    )
    holdings = await graph.holdings(USER)
    assert (holdings.person.id, holdings.voice) == (USER, None)
    assert [len(each.body["requests"]) for each in server.requests] == [3, 1]


async def test_slows_down_near_the_limit(server: GraphServer) -> None:
    now, slept = 100.0, list[float]()

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    pressure = Pressure(clock=lambda: now, sleep=sleep)
    async with Graph(server.base_url, StaticTokens(), pressure=pressure) as graph:
        server.will(
            Reply(body=ANA, headers={"x-ms-throttle-limit-percentage": "1.3"}), Reply(body=ANA), Reply(204)
        )
        await graph.person(USER)
        assert slept == []
        await graph.person(USER)
        await locate(graph, Fence())
        assert slept == [pytest.approx(0.5), pytest.approx(0.5)]
        now += 11
        server.will(Reply(body=ANA))
        await graph.person(USER)
        assert len(slept) == 2


@pytest.mark.parametrize(
    ("error", "worth"),
    [
        (Throttled("", 4.5, {"retry-after": "4.5"}), 4.5),
        (Throttled("", 6, {"retry-after": "6"}), False),
        (Throttled("", 10), True),
        (Unavailable("", {"retry-after": "5"}), 5.0),
        (Unavailable("", {"retry-after": "30"}), False),
        (Unavailable(""), True),
        (UnknownOutcome(""), False),
        (NotFound(""), False),
        (ValueError(), False),
    ],
)
def test_patience(error: Exception, worth: bool | float) -> None:
    assert Patience().worth_waiting(error) == worth

"""Requests are found by where they stand, whom they concern and what they are about, in any order."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.domain.desk_status import DeskStatus
from bot.domain.found_requests import Order, Search, Which
from bot.domain.people import Actor
from bot.domain.plans import WaitReason
from bot.domain.requests import RequestState
from bot.domain.wishes import LicenceWish
from bot.store import figures, pauses, requests, searches
from bot.store.database import Database, Transaction
from tests.support.requests_sample import person, stored_request
from tests.support.shifted_time import ShiftedTime

HOURS = {
    "SB-00001": (1, RequestState.SUBMITTED, None),
    "SB-00002": (2, RequestState.WAITING, WaitReason.NUMBER),
    "SB-00003": (3, RequestState.FAILED, None),
    "SB-00004": (4, RequestState.DONE, None),
    "SB-00005": (5, RequestState.PARTLY_DONE, None),
}


@pytest.fixture
def filled(db: Database) -> Database:
    for request_id, (hours, state, waiting) in HOURS.items():
        db.run(store, request_id, hours, state, waiting)
    return db


def store(
    tx: Transaction, request_id: str, hours: int, state: RequestState, waiting: WaitReason | None
) -> None:
    """Asked `hours` after the first; the last one is somebody else's, and about a licence."""
    at = tx.now - timedelta(days=1) + timedelta(hours=hours)
    others: dict[str, Any] = {}
    if request_id == "SB-00005":
        wish = LicenceWish(beneficiary_id="ben", product="phone")
        others = {"requester": person("ben"), "beneficiary": person("ben"), "wish": wish}
    request = stored_request(tx, request_id, created_at=at, updated_at=at, **others)
    requests.save(tx, request.model_copy(update={"state": state, "waiting": waiting}))


def found(db: Database, limit: int = 10, **search: Any) -> list[str]:
    wanted = Search(**{"which": Which.ALL, **search})
    rows = db.run_read(searches.page, wanted, limit)
    if limit >= len(HOURS) and not wanted.offset:
        assert db.run_read(searches.count, wanted) == len(rows)
    return [row.id[-1] for row in rows]


@pytest.mark.parametrize(
    ("search", "ids"),
    [
        ({}, "54321"),
        ({"order": Order.OLDEST}, "12345"),
        ({"which": Which.OPEN}, "21"),
        ({"which": Which.APPROVAL}, "1"),
        ({"which": Which.WAITING}, "2"),
        ({"which": Which.FAILED}, "53"),
        ({"which": Which.DONE}, "4"),
        ({"concerns": "ben"}, "5"),
        ({"concerns": "ana", "which": Which.FAILED}, "3"),
        ({"concerns": "nobody"}, ""),
        ({"scope": "licences"}, "5"),
        ({"scope": "numbers", "order": Order.OLDEST}, "1234"),
        ({"offset": 3}, "21"),
    ],
)
def test_what_is_found(filled: Database, search: dict[str, Any], ids: str) -> None:
    assert found(filled, **search) == list(ids)


def test_a_page_at_a_time_nothing_is_shown_twice_or_left_out(filled: Database) -> None:
    pages = [found(filled, limit=2, offset=offset) for offset in (0, 2, 4, 6)]
    assert pages == [["5", "4"], ["3", "2"], ["1"], []]


def test_the_figures_count_what_is_there(filled: Database, clock: ShiftedTime) -> None:
    status: DeskStatus = filled.run_read(figures.status, "p1")
    assert status.open == {RequestState.SUBMITTED: 1, RequestState.WAITING: 1}
    assert status.waiting == {WaitReason.NUMBER: 1}
    assert (status.done_lately, status.failed_lately) == (1, 2)
    assert status.pause is None
    clock.advance(timedelta(days=8))
    filled.run(pauses.begin, Actor(id="ana", name="Ana"), "why not")
    later = filled.run_read(figures.status, "p1")
    assert (later.done_lately, later.failed_lately) == (0, 0)
    assert later.pause is not None
    assert later.oldest_waiting == status.oldest_waiting

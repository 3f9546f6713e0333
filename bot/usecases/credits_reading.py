"""Read what calls cost: each night the last days again, and all that was missed; or a span of history.

A reading goes window by window and page by page. Each page is stored together with where the next one begins,
so whoever reads on after a crash begins there. Records that were read before change nothing: what came late
or was corrected since is all that a second look finds.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Any, Literal, TypeVar

from bot.domain.errors import Throttled, TransientUpstream, UpstreamRefused
from bot.domain.roles import Role
from bot.domain.usage import CallCharge
from bot.graph import Graph
from bot.graph.calls import LONGEST_SPAN, CallPage
from bot.graph.errors import Forbidden
from bot.store import call_charges, credit_readings
from bot.store import credits as ledger
from bot.store.credit_readings import Reading
from bot.store.database import Database, Transaction
from bot.usecases.alerting import alert, all_clear
from bot.usecases.desk import Desk

__all__ = [
    "FIRST",
    "Phase",
    "Reader",
    "last_day",
    "look_up_departments",
    "read_calls",
    "read_history",
    "read_on",
]

T = TypeVar("T")
Phase = Literal["calls", "dial-out"]
"""First the records of calls, then day by day what the report on dial-out has beyond them."""

log = logging.getLogger(__name__)

FIRST = LONGEST_SPAN
"""How far back the first reading goes; more is asked for with `switchboard credits import`."""
AGAIN = timedelta(days=7)
"""What is read again each night, for records that came late or were corrected."""

_SERVICE = "switchboard"
_NIGHTLY: Literal["nightly"] = "nightly"
_IMPORT: Literal["import"] = "import"
_ALERT = "credits.unreadable"
_LONGEST_WAIT = 300.0
"""Seconds Graph may ask us to wait before the reading is left for later."""
_PEOPLE = 2000
"""Callers whose departments are looked up at once; the rest have their turn in the following nights."""
_TOGETHER = 100
_LONGEST = 128
"""Characters of a department's name there is room for."""
_YEAR = timedelta(days=366)
_NOON = time(12, tzinfo=UTC)
_IN_RECORDS = ("conf_out",)
"""Calls that the report on dial-out sums up and that have records of their own as well."""

_Place = tuple[datetime, datetime, str]
"""Beginning and end of a window, and the link to a page of it; no link: its first."""


async def read_calls(desk: Desk) -> None:
    """The nightly chore. Raises `TransientUpstream` when it is to be tried again: it goes on where it was.

    Without the permission voice admins are told once, unless credits were never of any interest here.
    """
    try:
        await read_on(Reader(desk.db, desk.graph))
    except Forbidden:
        if await desk.db.read(_is_kept):
            await alert(desk, Role.VOICE_ADMIN, _ALERT, "SB-CRE-30")
        return
    await all_clear(desk, _ALERT)
    await look_up_departments(desk.db, desk.graph)


def _is_kept(tx: Transaction) -> bool:
    return ledger.read_until(tx) is not None or bool(ledger.recorded(tx))


@dataclass(frozen=True, slots=True)
class Reader:
    """Takes pages from Graph and puts them into the database, the next one on its way meanwhile."""

    db: Database
    graph: Graph
    advance: Callable[[Phase, Reading, datetime], None] = lambda phase, reading, reached: None
    """Told how far a phase has come, whenever something is stored."""
    wait: Callable[[float], Awaitable[None]] = asyncio.sleep
    """Waits as many seconds as Graph asked for."""

    async def run(self, reading: Reading) -> Reading:
        """Read on to the end. Raises `Forbidden`, `TransientUpstream`, and `Conflict` with a rival."""
        page: CallPage | None = await self._first(reading)
        while page is not None:
            then = _next_place(reading, page)
            async with _meanwhile(self._fetched(then)) as coming:
                reading = await self.db.transact(_take_in, reading, page, then or _end(reading))
                self.advance("calls", reading, page.calls[-1].began if page.calls else reading.window_since)
                page = await coming
        if reading.unreadable:
            log.warning("%d call records lack what it takes to count them", reading.unreadable)
        reported = await self._dial_out(reading)
        return await self.db.transact(credit_readings.finish, reading, _SERVICE, reported)

    async def _first(self, reading: Reading) -> CallPage | None:
        """Where it stopped; at the beginning of that window, should Graph not know the place any more."""
        place = reading.window_since, reading.window_until, reading.next_page
        try:
            return await self._fetched(place)
        except Forbidden:
            raise
        except UpstreamRefused:
            if not reading.next_page:
                raise
            return await self._fetched((reading.window_since, reading.window_until, ""))

    async def _fetched(self, place: _Place | None) -> CallPage | None:
        if place is None:
            return None
        since, until, link = place
        if link:
            return await self._patiently(partial(self.graph.more_calls, link))
        return await self._patiently(partial(self.graph.calls, since, until))

    async def _patiently(self, ask: Callable[[], Awaitable[T]]) -> T:
        """Wait as long as Graph asks for: its limit for call records is 50 requests a minute."""
        while True:
            try:
                return await ask()
            except Throttled as busy:
                if busy.retry_after > _LONGEST_WAIT:
                    raise
                await self.wait(max(busy.retry_after, 1.0))

    async def _dial_out(self, reading: Reading) -> str:
        """Add what the report on dial-out shows beyond the records, day by day; how that went.

        The report is a beta one, so whatever is wrong with it keeps nothing else from being read.
        """
        for day in _days(reading.since, reading.until):
            try:
                report = await self._patiently(partial(self.graph.dialled_out, day))
            except Forbidden:
                return "not permitted"
            except (UpstreamRefused, TransientUpstream):
                return f"not available from {day} on"
            await self.db.transact(_supplement, day, report)
            self.advance("dial-out", reading, datetime.combine(day, _NOON))
        return "read"


@asynccontextmanager
async def _meanwhile(work: Coroutine[Any, Any, T]) -> AsyncIterator[asyncio.Task[T]]:
    """Let `work` run beside the block, and no longer than it."""
    task = asyncio.create_task(work)
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def _next_place(reading: Reading, page: CallPage) -> _Place | None:
    if page.next_page:
        return reading.window_since, reading.window_until, page.next_page
    if reading.window_until >= reading.until:
        return None
    # Both ends belong to a window. What began at that very moment is read twice, and kept once.
    return reading.window_until, _window_end(reading.window_until, reading.until), ""


def _window_end(since: datetime, until: datetime) -> datetime:
    return min(since + LONGEST_SPAN, until)


def _end(reading: Reading) -> _Place:
    return reading.until, reading.until, ""


def _take_in(tx: Transaction, reading: Reading, page: CallPage, then: _Place) -> Reading:
    """Store a page and where the next one begins, both or neither."""
    since, until, link = then
    counted = reading.after(page.records, page.unreadable, call_charges.apply(tx, page.calls))
    moved = counted._replace(window_since=since, window_until=until, next_page=link)
    credit_readings.move(tx, reading, moved)
    return moved


def last_day(until: datetime) -> date:
    """The last day of a span that ends at a moment; midnight is the end of a day here."""
    return (until - timedelta(microseconds=1)).date()


def _days(since: datetime, until: datetime) -> list[date]:
    last = last_day(until)
    return [since.date() + timedelta(days=count) for count in range((last - since.date()).days + 1)]


def _supplement(tx: Transaction, day: date, report: Mapping[str, int]) -> None:
    """Dial-out that no record of a call accounts for, as one charge of the day; none where all is there.

    Report and records are compared by day and currency, not by person: who pays for a meeting's calls may
    be told differently by the two, and nothing must count twice.
    """
    booked = call_charges.spent_on(tx, day, _IN_RECORDS)
    call_charges.apply(
        tx, [_beyond(day, currency, cost - booked.get(currency, 0)) for currency, cost in report.items()]
    )


def _beyond(day: date, currency: str, millionths: int) -> CallCharge:
    return CallCharge(
        id=f"dial-out:{day}:{currency}",
        began=datetime.combine(day, _NOON),
        seconds=0,
        currency=currency,
        millionths=max(millionths, 0),
        person_id="",
        person="",
        country="",
        call_type="dial_out_report",
    )


async def read_on(reader: Reader) -> Reading:
    """Go on with what an earlier night did not finish, then read up to now."""
    begun = await reader.db.read(credit_readings.unfinished, _NIGHTLY)
    if begun is not None:
        await reader.run(begun)
    return await reader.run(await reader.db.transact(_begin_nightly))


def _begin_nightly(tx: Transaction) -> Reading:
    now = tx.now.replace(microsecond=0)
    since = _since(now, ledger.read_until(tx))
    return credit_readings.begin(tx, _NIGHTLY, since, now, _window_end(since, now), _SERVICE)


def _since(now: datetime, read_until: datetime | None) -> datetime:
    """The last days again; once a month, when its bill is made, as much as is asked for at once."""
    if read_until is None or now.day == 1:
        return min(now - FIRST, read_until or now)
    return min(read_until, now) - AGAIN


async def read_history(reader: Reader, since: datetime | None, until: datetime) -> Reading:
    """Read a span, going on with one that began at the same moment and was not finished.

    Without a beginning: any that was not finished, or else the year in which money does not expire (R46).
    """
    begun = await reader.db.read(credit_readings.unfinished, _IMPORT)
    if begun is not None and since in (begun.since, None) and begun.until <= until:
        return await reader.run(begun._replace(until=until))
    begin = since or datetime.combine(until.date() - _YEAR, time(), UTC)
    return await reader.run(await reader.db.transact(_begin_import, begin, until))


def _begin_import(tx: Transaction, since: datetime, until: datetime) -> Reading:
    return credit_readings.begin(tx, _IMPORT, since, until, _window_end(since, until), _SERVICE)


async def look_up_departments(db: Database, graph: Graph) -> None:
    """Ask the directory for the departments of callers; who has left it keeps none."""
    wanted = await db.read(call_charges.to_look_up, _PEOPLE)
    for start in range(0, len(wanted), _TOGETHER):
        chunk = wanted[start : start + _TOGETHER]
        found = await graph.people_called(chunk)
        named = {one: (found[one].department or "")[:_LONGEST] if one in found else "" for one in chunk}
        await db.transact(call_charges.departments, named)

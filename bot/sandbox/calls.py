"""Ninety days of telephone calls, made up the same way in each run; or other calls, as a test wants them."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from bot.sandbox.call_history import CallHistory, HistoryWish
from bot.sandbox.call_rows import Began, Place, direct_row, pstn_row
from bot.sandbox.model import Number, Person
from bot.sandbox.tenant import Tenant

__all__ = ["CallLog"]

DAYS = 90
BUSY_DAY = 9
"""Most calls one person makes or takes on a day."""

_PLACES = {
    "US": (
        Place("Domestic", "United States", "+12065550100"),
        Place("International", "France", "+33199009900"),
    ),
    "FR": (
        Place("Domestic", "France", "+33199009901"),
        Place("International", "Germany", "+493023125900"),
    ),
    "DE": (
        Place("Domestic", "Germany", "+493023125901"),
        Place("International", "China", "+861066609900"),
    ),
    "CN": (
        Place("Domestic", "China", "+861066609901"),
        Place("International", "United States", "+12065550101"),
    ),
}
_CURRENCIES = {"US": "USD", "FR": "EUR", "DE": "EUR", "CN": "CNY"}


class _Kept(NamedTuple):
    """A record, and since when the log shows it."""

    began: datetime
    row: dict[str, Any]
    shown_at: datetime | None = None


@dataclass(slots=True)
class _Dialled:
    """Dial-out of one organiser from meetings, in one currency, to one kind of place."""

    calls: int = 0
    seconds: int = 0
    charge: float = 0


_Who = tuple[str, str, str]
"""Organiser's object id, currency, context."""


class CallLog:
    """The calls of everybody who has a number, made when first asked for."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant
        self.forget()

    def forget(self) -> None:
        """Make the log anew when it is next asked for, as after putting the tenant back."""
        self._made: dict[str, list[_Kept]] = {}
        self._history: CallHistory | None = None
        self._added: list[_Kept] = []
        self._charges: dict[str, float] = {}
        self._reported: list[tuple[datetime, _Who, float]] = []

    def replace(self, wish: HistoryWish) -> None:
        """Show calls made up by `wish` instead of those of the numbers; without records there are none."""
        self.forget()
        callers = [one for one in self._tenant.people.values() if one.enabled and not one.guest]
        self._history = CallHistory(wish, callers, self._today(), self._tenant.stable_id)

    def add(self, began: datetime, row: dict[str, Any], shown_at: datetime | None) -> None:
        """Add a call, which the log shows from a moment on: records may come late."""
        self._added.append(_Kept(began, row, shown_at))

    def charge(self, row_id: str, charge: float) -> None:
        """Say from now on that a call costs this much: records may be corrected."""
        self._charges[row_id] = charge

    def report(self, began: datetime, person: Person, charge: float, currency: str) -> None:
        """Add dial-out from a meeting that the report shows and the call records do not."""
        self._reported.append((began, (person.id, currency, "International"), charge))

    def page(
        self, number_types: frozenset[str], since: datetime, until: datetime, first: int, size: int
    ) -> tuple[list[dict[str, Any]], int]:
        """Calls that began in this span, both ends included, from the `first` on; and how many there are."""
        history = range(0)
        if self._history is not None and "directRouting" not in number_types:
            history = self._history.between(since, until)
        others = [kept.row for kept in self._kept(number_types) if self._shows(kept, since, until)]
        rows = [self._history.row(one) for one in history[first : first + size]] if self._history else []
        start = max(first - len(history), 0)
        rows += others[start : start + size - len(rows)]
        return [self._corrected(row) for row in rows], len(history) + len(others)

    def dialled_out(self, since: datetime, until: datetime) -> dict[_Who, _Dialled]:
        """What dial-out from meetings cost in this span: what the call records say of it, and more."""
        found: dict[_Who, _Dialled] = defaultdict(_Dialled)
        for who, seconds, charge in self._meetings(since, until):
            found[who].calls += 1
            found[who].seconds += seconds
            found[who].charge = round(found[who].charge + charge, 6)
        return found

    def _meetings(self, since: datetime, until: datetime) -> Iterator[tuple[_Who, int, float]]:
        if self._history is not None:
            yield from self._history.meetings(since, until)
        for kept in self._kept(_PSTN):
            row = self._corrected(kept.row)
            if row["callType"] == "conf_out" and self._shows(kept, since, until):
                who = row["userId"], row["currency"], row["destinationContext"]
                yield who, row["duration"], row["charge"]
        yield from ((who, 60, charge) for began, who, charge in self._reported if since <= began <= until)

    def _shows(self, kept: _Kept, since: datetime, until: datetime) -> bool:
        late = kept.shown_at is not None and kept.shown_at > self._tenant.clock.now()
        return since <= kept.began <= until and not late

    def _corrected(self, row: dict[str, Any]) -> dict[str, Any]:
        return row | {"charge": self._charges[row["id"]]} if row["id"] in self._charges else row

    def _kept(self, number_types: frozenset[str]) -> Iterable[_Kept]:
        key = ",".join(sorted(number_types))
        if key not in self._made and self._history is None:
            self._made[key] = sorted(self._make(number_types), key=lambda kept: kept.began)
        made = self._made.get(key, [])
        if not self._added or "directRouting" in number_types:
            return made
        return sorted((*made, *self._added), key=lambda kept: kept.began)

    def _today(self) -> datetime:
        return self._tenant.clock.now().replace(hour=0, minute=0, second=0, microsecond=0)

    def _make(self, number_types: frozenset[str]) -> Iterator[_Kept]:
        today = self._today()
        for number in list(self._tenant.numbers.values()):
            person = self._tenant.people.get(number.target_id or "")
            if person is None or number.number_type not in number_types:
                continue
            # Seeded by the number, so that one person's calls do not depend on who else is there.
            dice = random.Random(number.telephone_number)  # noqa: S311 - made-up data, not secrets
            for index, call in enumerate(_calls(dice, number.country, today)):
                row = self._direct if number.number_type == "directRouting" else self._pstn
                yield _Kept(call.at, row(person, number, call, index))

    def _ids(self, number: Number, index: int) -> tuple[str, str]:
        name = f"call/{number.telephone_number}/{index}"
        return self._tenant.stable_id(name), self._tenant.stable_id(f"{name}/leg")

    def _pstn(self, person: Person, number: Number, call: Began, index: int) -> dict[str, Any]:
        minutes = -(-call.seconds // 60)
        # Calls within the country are part of the plan's minutes and cost nothing.
        charge = round(minutes * 0.04, 2) if call.outgoing and call.far.context == "International" else 0
        return pstn_row(
            self._ids(number, index),
            person,
            (number.telephone_number, number.country),
            call,
            "user_out" if call.outgoing else "user_in",
            (charge, _CURRENCIES.get(number.country, "USD")),
        )

    def _direct(self, person: Person, number: Number, call: Began, index: int) -> dict[str, Any]:
        trunk = f"sbc.{self._tenant.domain}"
        return direct_row(self._ids(number, index), person, number.telephone_number, call, trunk)


_PSTN = frozenset({"callingPlan", "operatorConnect"})


def _calls(dice: random.Random, country: str, today: datetime) -> Iterator[Began]:
    for days_ago in range(DAYS - 1, 0, -1):
        for _ in range(dice.randint(2, BUSY_DAY)):
            yield Began(
                at=today - timedelta(days=days_ago) + timedelta(seconds=dice.randint(8 * 3600, 19 * 3600)),
                seconds=dice.randint(5, 1800),
                outgoing=dice.random() < 0.6,
                far=_PLACES.get(country, _PLACES["US"])[dice.random() < 0.15],
            )

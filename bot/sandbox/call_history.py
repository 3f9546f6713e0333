"""As many calls as wanted over as many days, made up one by one when they are looked at, so none is kept.

Weekdays are busier than weekends, some weeks busier than others, and a few people call far more than others.
"""

from __future__ import annotations

import random
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import accumulate
from typing import Any, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from bot.sandbox.call_rows import Began, Place, pstn_row
from bot.sandbox.model import Person

__all__ = ["CallHistory", "HistoryWish"]

_WEEK = (1.0, 1.1, 1.05, 1.0, 0.8, 0.12, 0.08)
"""How busy the days are, Monday first."""
_OPENS = timedelta(hours=7)
_OPEN = timedelta(hours=12)
_WHERE = (
    (Place("International", "Germany", "+493023125900"), 0.0135),
    (Place("International", "United Kingdom", "+442079460900"), 0.0135),
    (Place("International", "France", "+33199009900"), 0.0135),
    (Place("International", "United States", "+12065550100"), 0.012),
    (Place("International", "China", "+861066609900"), 0.034),
    (Place("International", "Brazil", "+551155509900"), 0.021),
    (Place("International", "India", "+912255509900"), 0.029),
    (Place("International", "Mexico", "+525555509900"), 0.041),
)
"""Places, and made-up prices of a minute."""
_KINDS = ("user_out",) * 16 + ("conf_out",) * 3 + ("ucap_in",)
_GOLDEN = 2_654_435_761


class HistoryWish(BaseModel):
    """What is to be made up."""

    model_config = ConfigDict(extra="forbid")

    records: int = Field(ge=0, le=10_000_000)
    days: int = Field(default=365, ge=1, le=1500)
    """Up to yesterday."""
    seed: int = 0
    free: float = Field(default=0.3, ge=0, le=1)
    """Share of the calls that cost nothing."""
    currency: str = Field(default="EUR", pattern="^[A-Z]{3}$")


class Made(NamedTuple):
    """A call of the history."""

    person: Person
    call: Began
    kind: str
    charge: float


class CallHistory:
    """Calls by index, oldest first."""

    def __init__(
        self, wish: HistoryWish, people: Sequence[Person], today: datetime, stable_id: Callable[[str], str]
    ) -> None:
        """`today` is a midnight; somebody must be there to call."""
        self._wish = wish
        self._people = people
        self._begin = today - timedelta(days=wish.days)
        self._stable_id = stable_id
        self._ends = _ends(wish, self._begin)

    def __len__(self) -> int:
        return self._wish.records

    def between(self, since: datetime, until: datetime) -> range:
        """Indices of the calls that began then, both ends included."""
        every = range(len(self))
        return range(bisect_left(every, since, key=self.began), bisect_right(every, until, key=self.began))

    def began(self, index: int) -> datetime:
        day = bisect_right(self._ends, index)
        first = self._ends[day - 1] if day else 0
        jitter = (index * _GOLDEN & 0xFFFFFFFF) / 2**32
        share = (index - first + jitter) / (self._ends[day] - first)
        return self._begin + timedelta(days=day) + _OPENS + share * _OPEN

    def made(self, index: int) -> Made:
        """The call, without the way Graph spells it."""
        dice = random.Random(self._wish.seed << 32 | index)  # noqa: S311 - made-up data, not secrets
        place, price = _WHERE[int(dice.random() * len(_WHERE))]
        kind = self._kind(index)
        seconds = 5 + int(dice.expovariate(1 / 240))
        person = self._people[int(dice.random() ** 2 * len(self._people))]
        free = dice.random() < self._wish.free
        charge = 0 if free else round(-(-seconds // 60) * price, 4)
        return Made(person, Began(self.began(index), seconds, kind != "ucap_in", place), kind, charge)

    def _kind(self, index: int) -> str:
        """Found without making up the rest: the report on dial-out looks at every call of a span."""
        return _KINDS[(index * _GOLDEN >> 9) % len(_KINDS)]

    def row(self, index: int) -> dict[str, Any]:
        """The call as a `pstnCallLogRow`."""
        person, call, kind, charge = self.made(index)
        name = f"history/{self._wish.seed}/{index}"
        ids = self._stable_id(name), self._stable_id(f"{name}/leg")
        own = "+33199001000", person.country or "FR"
        return pstn_row(ids, person, own, call, kind, (charge, self._wish.currency))

    def meetings(self, since: datetime, until: datetime) -> Iterator[tuple[tuple[str, str, str], int, float]]:
        """Dial-out from meetings: organiser, currency and context; seconds; charge."""
        for index in self.between(since, until):
            if self._kind(index) == "conf_out":
                person, call, _, charge = self.made(index)
                yield (person.id, self._wish.currency, call.far.context), call.seconds, charge


def _ends(wish: HistoryWish, begin: datetime) -> list[int]:
    """How many calls there are up to the end of each day."""
    dice = random.Random(wish.seed)  # noqa: S311 - made-up data, not secrets
    week = 1.0
    weights = []
    for day in range(wish.days):
        weekday = (begin + timedelta(days=day)).weekday()
        if weekday == 0:
            week = dice.lognormvariate(0, 0.12)
        weights.append(_WEEK[weekday] * week * dice.lognormvariate(0, 0.15))
    whole = sum(weights)
    return [round(wish.records * part / whole) for part in accumulate(weights)]

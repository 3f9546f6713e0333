"""The base of every domain value, and the few types that are shared by all of them."""

from __future__ import annotations

from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, StringConstraints

__all__ = ["E164", "CountryCode", "Instant", "Money", "ObjectId", "Value"]

ObjectId = Annotated[str, StringConstraints(min_length=1, max_length=64)]
"""A Microsoft Entra object id, lower case."""

CountryCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
"""ISO 3166-1 alpha-2."""

E164 = Annotated[str, StringConstraints(pattern=r"^\+[1-9][0-9]{3,14}$")]
"""A telephone number as Graph spells it: a plus sign and digits, no blanks."""

Instant = AwareDatetime
"""A moment in UTC; naive datetimes are refused."""


class Value(BaseModel):
    """An immutable, strictly shaped value that survives a round trip through JSON."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Money(Value):
    """An amount in integer minor units (cents) of an ISO 4217 currency."""

    minor: int
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]

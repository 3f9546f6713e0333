"""What people can wish for. A new kind of wish is a new class here and a new arm of `Wish`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import StringConstraints

from bot.domain.values import CountryCode, ObjectId, Value

__all__ = ["NumberWish", "Wish"]


class NumberWish(Value):
    """A phone number for a person, with every licence that takes (J01, J02)."""

    kind: Literal["number"] = "number"
    beneficiary_id: ObjectId
    country: CountryCode
    city: str | None = None
    """None: any city of the country."""
    ending: Annotated[str, StringConstraints(pattern=r"^[0-9]{1,6}$")] | None = None
    """Digits the number should end with; a preference unless `any_number` is false."""
    any_number: bool = True
    """Whether another number of the same city will do when the preferred one is gone (J14)."""
    location_id: str | None = None
    """Emergency location chosen by the requester, where R66 asks for one."""
    reason: Annotated[str, StringConstraints(max_length=500, strip_whitespace=True)] = ""


Wish = NumberWish
"""The union of all wishes."""

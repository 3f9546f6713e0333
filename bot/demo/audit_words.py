"""Audit entries in a few words, for the table at the end of the story."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from bot.domain.catalogue.products import product_name

__all__ = ["told"]

Details = Mapping[str, Any]
Names = Mapping[str, str]


def told(action: str, details: Details, names: Names) -> str:
    """What an entry of this action says; `names` of object ids."""
    phrase = _PHRASES.get(action)
    return phrase(details, names) if phrase else _plainly(details)


def _submitted(details: Details, names: Names) -> str:
    wish = details.get("wish", {})
    place = ", ".join(filter(None, (wish.get("city"), wish.get("country"))))
    deciders = (names.get(one, one) for stage in details.get("approvers", ()) for one in stage)
    return f"a number of {place}; to be decided by {', '.join(deciders)}"


def _decided(details: Details, names: Names) -> str:
    comment = details.get("comment")
    return f"{details.get('verdict')}: “{comment}”" if comment else str(details.get("verdict"))


def _refused(details: Details, names: Names) -> str:
    return f"{details.get('code')} for {details.get('claimed')}"


def _intent(details: Details, names: Names) -> str:
    body = details.get("body", {})
    given = _products(body.get("addLicenses", ()))
    what = given or str(body.get("telephoneNumber", ""))
    user = str(details.get("user", ""))
    return f"{details.get('what')}: {what} for {names.get(user, user)}"


def _products(added: Iterable[Mapping[str, Any]]) -> str:
    return " + ".join(product_name(str(one.get("skuId"))) for one in added)


def _result(details: Details, names: Names) -> str:
    return f"{details.get('result')}, Graph's request-id {str(details.get('graph_request_id'))[:8]}..."


def _step(details: Details, names: Names) -> str:
    number = details.get("number")
    return f"{details.get('kind')}, read back" + (f": {number}" if number else "")


def _waiting(details: Details, names: Names) -> str:
    return f"{details.get('reason')} {', '.join(details.get('codes', ()))}"


def _plainly(details: Details) -> str:
    return ", ".join(f"{name} {value}" for name, value in details.items() if value not in (None, "", [], {}))


_PHRASES: Mapping[str, Callable[[Details, Names], str]] = {
    "request.submitted": _submitted,
    "decision.recorded": _decided,
    "decision.refused": _refused,
    "graph.intent": _intent,
    "graph.result": _result,
    "step.done": _step,
    "request.waiting": _waiting,
}

"""Requests that were looked for: everybody's, or somebody's."""

from __future__ import annotations

from collections.abc import Callable

from microsoft_teams.cards.core import ExecuteAction

from bot.domain.delegations import SCOPES
from bot.domain.found_requests import FoundRequest, FoundRequests, Order, Which
from bot.words import N_, Words
from cards import wording
from cards.delegations import scope_name
from cards.elements import Card, button, moment
from cards.listing import Choosing, Listing, Option, Row, build
from cards.markdown import bare, plain
from cards.wishes import wish_title

__all__ = ["ORDER", "SCOPE", "WHICH", "found"]

WHICH, SCOPE, ORDER = "which", "scope", "order"
"""Ids of the card's inputs."""

_ANYTHING = "anything"

_WHICH = {
    Which.OPEN: N_("Not ended yet"),
    Which.APPROVAL: N_("Waiting for approval"),
    Which.WAITING: N_("Approved, waiting"),
    Which.FAILED: N_("Failed, or done in part"),
    Which.DONE: N_("Done"),
    Which.ALL: N_("All"),
}
_ORDERS = {
    Order.NEWEST: N_("Newest first"),
    Order.OLDEST: N_("Oldest first"),
    Order.CHANGED: N_("Changed last first"),
}


def found(view: FoundRequests, verb: str, opens: str, again: dict[str, str], words: Words) -> Card:
    """A page of them. `again` asks for the same search; `opens` is the verb of the button that shows one, or
    empty where it cannot be shown."""
    listing = Listing(
        heading=_heading(view, plain, words),
        spoken=_heading(view, bare, words),
        rows=[_row(one, opens, words) for one in view.rows],
        total=view.total,
        offset=view.search.offset,
        choices=_choices(view, words),
        empty=words("There are none."),
        again=again,
    )
    return build(listing, verb, words)


def _heading(view: FoundRequests, safe: Callable[[str, int], str], words: Words) -> str:
    if view.person is not None:
        return words("Requests about {name}", name=safe(view.person.name, 80))
    return words("Requests of everybody") if view.search.concerns is None else words("My requests")


def _row(one: FoundRequest, opens: str, words: Words) -> Row:
    headline = f"**{one.id}** · {wish_title(one.wish, one.beneficiary, words)}"
    return Row(headline, _about(one, words), _show(one, opens, words) if opens else None)


def _show(one: FoundRequest, opens: str, words: Words) -> ExecuteAction:
    show = button(words("Show"), opens, {"request": one.id})
    show.tooltip = words("Show {id}", id=one.id)
    return show


def _about(one: FoundRequest, words: Words) -> str:
    state = wording.state_name(one.state, words)
    if one.waiting is not None:
        reason = wording.waiting_for(one.waiting, words)
        state = words("{state}: {reason}", state=state, reason=reason)
    asked, name = moment(one.created_at), plain(one.requester.name, 80)
    return words("{state} · asked by {name} on {when}", state=state, name=name, when=asked)


def _choices(view: FoundRequests, words: Words) -> tuple[Choosing, ...]:
    search = view.search
    scopes = [Option(_ANYTHING, words("Anything")), *(Option(one, scope_name(one, words)) for one in SCOPES)]
    return (
        Choosing(WHICH, words("Which"), _options(_WHICH, words), search.which.value),
        Choosing(SCOPE, words("About"), tuple(scopes), search.scope or _ANYTHING),
        Choosing(ORDER, words("Order"), _options(_ORDERS, words), search.order.value),
    )


def _options(names: dict[Which, str] | dict[Order, str], words: Words) -> tuple[Option, ...]:
    return tuple(Option(one.value, words(name)) for one, name in names.items())

"""The audit log for people: entries about something, and what checking all of it has shown."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.audit_views import AuditLine, AuditPage, AuditWhich
from bot.words import N_, Words
from cards.elements import Card, moment
from cards.listing import Choosing, Listing, Option, Row, build
from cards.markdown import plain

__all__ = ["ORDER", "WHICH", "page"]

WHICH, ORDER = "which", "order"
"""Ids of the card's inputs."""

_WHICH: Mapping[AuditWhich, str] = {
    AuditWhich.ALL: N_("Everything"),
    AuditWhich.DECISIONS: N_("Asking and deciding"),
    AuditWhich.CHANGES: N_("Changes in Microsoft 365"),
    AuditWhich.REFUSALS: N_("Refused attempts"),
}
_OURS: Mapping[str, str] = {
    "switchboard": "Switchboard",
    "console": N_("Somebody at the command line"),
}


def page(view: AuditPage, verb: str, words: Words) -> Card:
    """A page of entries; its buttons send `verb`."""
    search = view.search
    listing = Listing(
        heading=words("Audit log: {what}", what=plain(view.name, 80)),
        rows=[_row(one, words) for one in view.lines],
        total=view.total,
        offset=search.offset,
        choices=(
            Choosing(
                WHICH,
                words("Show"),
                tuple(Option(one.value, words(name)) for one, name in _WHICH.items()),
                search.which.value,
            ),
            Choosing(
                ORDER,
                words("Order"),
                (Option("oldest", words("Oldest first")), Option("newest", words("Newest first"))),
                "newest" if search.newest_first else "oldest",
            ),
        ),
        notes=(words("Your looking here is on the audit log, too."),),
        empty=words("The audit log has nothing about it."),
        again={"kind": search.kind.value, "key": search.key},
    )
    return build(listing, verb, words)


def _row(one: AuditLine, words: Words) -> Row:
    who = words(_OURS[one.who]) if one.who in _OURS else plain(one.who, 80)
    about = f" · {one.request_id}" if one.request_id else ""
    headline = f"**{plain(one.action, 60)}** · {who}{about}"
    return Row(headline, " · ".join(filter(None, (f"#{one.seq}", moment(one.at), plain(one.details, 300)))))

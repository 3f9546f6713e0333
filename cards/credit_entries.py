"""The entries of the ledger of credits, a page at a time."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.credits_stand import Book, BookLine
from bot.words import N_, Words
from cards import listing
from cards.elements import Card
from cards.listing import Listing, Row
from cards.markdown import plain

__all__ = ["VERB", "build"]

VERB = "credits.entries"
"""What turns the pages."""

_KINDS: Mapping[str, str] = {
    "purchase": N_("bought"),
    "charge": N_("used for calls"),
    "correction": N_("correction"),
    "seen": N_("seen in the admin centre"),
}


def build(book: Book, words: Words) -> Card:
    """The card for whoever may read the ledger."""
    shown = Listing(
        heading=words("Entries of the credits ledger"),
        rows=[_row(one, words) for one in book.lines],
        total=book.total,
        offset=book.offset,
        notes=(
            words(
                "What calls cost is read from the call records by itself. To put an entry right write "
                "**credits correct** with its name, the right amount and why."
            ),
        ),
        empty=words("Nobody has made an entry yet."),
    )
    return listing.build(shown, VERB, words)


def _row(one: BookLine, words: Words) -> Row:
    amount = words.money(one.amount.minor, one.amount.currency) if one.amount else words("not known")
    kind = words(_KINDS[one.kind])
    about = [words.day(one.on)] if one.on else [words("of {entry}", entry=plain(one.of))]
    if one.request_id:
        about.append(one.request_id)
    if one.note:
        about.append(plain(one.note))
    about.append(words("entered {when}", when=words.date(one.at)))
    return Row(headline=f"**{plain(one.id)}** · {kind} · {amount}", about=" · ".join(about))

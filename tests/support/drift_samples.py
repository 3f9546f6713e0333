"""Samples of what is not as it was approved: one of each kind."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from bot.domain.catalogue.products import E5, product_name
from bot.domain.drift.compare import DriftKind, Finding
from bot.domain.drift.views import PAGE, DriftList, DriftState, StoredFinding
from bot.domain.people import PersonRef
from bot.words import Words
from cards import drift
from cards.elements import Card

__all__ = ["drift_cards", "finding", "found"]

NOW = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
JULES = PersonRef(id="jules", name="Jules *Fontaine*", upn="jules@contoso.com")
NUMBER = "+33199001012"

PRODUCT = {"product": product_name(E5)}
PLANS = {"plans": "Teams Phone, Microsoft Teams", "product": product_name(E5)}
_LIKE: dict[DriftKind, dict[str, object]] = {
    DriftKind.ACCOUNT_GONE: {"seen": "gone"},
    DriftKind.ACCOUNT_OFF: {"seen": "off", "want": NUMBER, "params": {"products": product_name(E5)}},
    DriftKind.LICENCE_GONE: {"seen": "gone", "product": E5, "params": PRODUCT},
    DriftKind.LICENCE_BACK: {"seen": "back", "product": E5, "params": PRODUCT},
    DriftKind.PLANS_OFF: {"seen": "p1,p2", "product": E5, "params": PLANS},
    DriftKind.COUNTRY_CHANGED: {"seen": "US", "want": "FR"},
    DriftKind.NUMBER_GONE: {
        "seen": "ben +33199001013",
        "want": NUMBER,
        "holder": "ben",
        "params": {"number": NUMBER, "holder": "Ben [Carter]", "other": "+33199001013"},
    },
    DriftKind.PLACE_CHANGED: {
        "seen": "loc-lyon",
        "want": "loc-paris",
        "params": {"number": NUMBER, "place": "Paris siège", "seen": "Lyon"},
    },
    DriftKind.SERVICE_NUMBER_GONE: {"seen": "nobody", "want": NUMBER, "params": {"number": NUMBER}},
    DriftKind.REST_BROKEN: {
        "seen": "ben",
        "want": NUMBER,
        "holder": "ben",
        "params": {"number": NUMBER, "tag": "ex-Jules Fontaine"},
        "source": "",
        "since": None,
    },
}


def finding(kind: DriftKind, **more: object) -> Finding:
    about = {"key": f"{kind}:jules", "covers": ("x",), "person": JULES, "source": "SB-4K7Q2"}
    fields = {**about, "since": NOW - timedelta(days=40), **_LIKE[kind], **more}
    return Finding.model_validate({"kind": kind, **fields})


def found(*findings: Finding, total: int = 0, offset: int = 0, **more: object) -> DriftList:
    chosen = findings or (finding(DriftKind.LICENCE_GONE),)
    stored = tuple(
        StoredFinding.model_validate(
            {"id": index, "finding": one, "state": DriftState.OPEN, "found_at": NOW, **more}
        )
        for index, one in enumerate(chosen)
    )
    return DriftList(findings=stored, total=total or len(stored), offset=offset)


def drift_cards(words: Words) -> Iterator[tuple[str, Card]]:
    """Each kind of finding, and the list in its states."""
    kinds = [finding(kind) for kind in DriftKind]
    yield "drift", drift.build(found(*kinds[:PAGE], total=len(kinds)), words)
    yield "drift_next", drift.build(found(*kinds[PAGE:], total=len(kinds), offset=PAGE), words)
    bare = [
        finding(DriftKind.COUNTRY_CHANGED, seen="none"),
        finding(DriftKind.NUMBER_GONE, seen="nobody", holder=None, params={"number": NUMBER}),
        finding(DriftKind.NUMBER_GONE, seen="absent", holder=None, params={"number": NUMBER}),
        finding(DriftKind.PLACE_CHANGED, seen="none"),
        finding(DriftKind.PLANS_OFF, params={"plans": "Teams Phone", "product": ""}),
    ]
    yield "drift_bare", drift.build(found(*bare), words, remark=words("Look at the list as it is now."))
    mending = found(kinds[2], state=DriftState.MENDING, request_id="SB-9M2WX")
    yield "drift_mending", drift.build(mending, words)
    yield "drift_read_only", drift.build(found(kinds[2]).model_copy(update={"may_act": False}), words)
    yield "drift_none", drift.build(DriftList(findings=(), total=0), words)

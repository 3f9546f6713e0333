"""What an error of Graph means for people, and what of it goes on the audit log."""

from __future__ import annotations

from typing import Any

from bot.domain.catalogue.products import plan_name
from bot.domain.errors import SwitchboardError, UpstreamRefused
from bot.domain.plans import Notice
from bot.graph.errors import (
    DependencyViolation,
    ExclusivePlans,
    Forbidden,
    InheritedLicence,
    InvalidUsageLocation,
    NotFound,
    NumberRefused,
)

__all__ = ["facts_of", "notice_of"]


def facts_of(error: SwitchboardError) -> dict[str, Any]:
    """The error as evidence: its kind, its message, and what Graph really said."""
    evidence = getattr(error, "evidence", None) or {}
    return {"error": type(error).__name__, "message": str(error)[:500], "answer": dict(evidence)}


def notice_of(error: UpstreamRefused, name: str) -> Notice:
    """A refusal in people's words; `name` is whom the change was for."""
    match error:
        case InvalidUsageLocation():
            return Notice(code="SB-LOC-01", params={"name": name})
        case DependencyViolation():
            return Notice(code="SB-LIC-11", params={"name": name, "plans": _plans(error.plans)})
        case ExclusivePlans():
            return Notice(code="SB-LIC-12", params={"name": name, "plans": _plans(error.plans)})
        case InheritedLicence():
            return Notice(code="SB-LIC-81", params={"name": name})
        case NotFound():
            return Notice(code="SB-WHO-01")
        case Forbidden():
            return Notice(code="SB-UP-03", params={"detail": str(error)[:300]})
        case NumberRefused():
            return Notice(code="SB-UP-02", params={"detail": error.detail[:300]})
        case _:
            return Notice(code="SB-UP-02", params={"detail": str(error)[:300]})


def _plans(ids: tuple[str, ...]) -> str:
    return ", ".join(plan_name(plan_id) for plan_id in ids)

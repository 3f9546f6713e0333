"""Application permissions: what a token must carry for what, and how each service refuses."""

from __future__ import annotations

from dataclasses import dataclass

from bot.sandbox.graph.wire import Family, GraphError
from bot.sandbox.identity import Claims

__all__ = ["Access", "authorise"]


@dataclass(frozen=True, slots=True)
class Access:
    """Any one of these application permissions lets a caller in; none at all means anybody may."""

    family: Family
    roles: tuple[str, ...]


def authorise(access: Access, claims: Claims) -> None:
    """Raises the 403 of the service concerned when the token lacks every permission that would do."""
    if not access.roles or set(access.roles) & set(claims.roles):
        return
    raise _REFUSALS[access.family](access, claims)


def _directory(access: Access, claims: Claims) -> GraphError:
    return GraphError(
        403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation."
    )


def _teams(access: Access, claims: Claims) -> GraphError:
    return GraphError(
        403,
        "forbidden",
        "Insufficient permission(s) for the request. API requires any of the following permission(s): "
        f"{','.join(access.roles)}.",
        inner={
            "code": "Forbidden",
            "message": None,
            "target": None,
            "additionalData": {"action": "Add the required roles/permissions and try again."},
        },
    )


def _teamwork(access: Access, claims: Claims) -> GraphError:
    return GraphError(
        403,
        "Forbidden",
        f"Missing role permissions on the request. API requires one of '{', '.join(access.roles)}'. "
        f"Roles on the request '{', '.join(claims.roles)}'.",
    )


def _exchange(access: Access, claims: Claims) -> GraphError:
    return GraphError(403, "ErrorAccessDenied", "Access is denied. Check credentials and try again.")


def _communications(access: Access, claims: Claims) -> GraphError:
    return GraphError(403, "Forbidden", "Application is not authorized to perform this operation.")


_REFUSALS = {
    "directory": _directory,
    "teams": _teams,
    "teamwork": _teamwork,
    "exchange": _exchange,
    "communications": _communications,
}

"""What the service signs in to Microsoft with, and when that ends."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.domain.values import Instant, Value

__all__ = ["REMINDED", "Certificate", "Secret", "SignIn", "days_left", "in_use"]

REMINDED = (30, 7, 1)
"""Days before the end at which people are told, once each."""

_HINT = 3
"""Characters of a secret that Entra shows, so that it is known again."""


class Secret(Value):
    """A client secret of the app registration, as Entra lists it."""

    id: str
    hint: str = ""
    """Its first characters; not known of secrets that are old enough."""
    ends: Instant


class Certificate(Value):
    """The certificate in the file that is set."""

    id: str
    """Its serial number."""
    ends: Instant


class SignIn(Value):
    """How the service signs in. With a managed identity there is nothing that ends."""

    app_id: str
    secret_hint: str = ""
    """The first characters of the secret that is set; empty without one."""
    certificate: Certificate | None = None

    @classmethod
    def with_secret(cls, app_id: str, secret: str) -> SignIn:
        """Of the secret itself nothing else is kept."""
        return cls(app_id=app_id, secret_hint=secret[:_HINT])


def in_use(secrets: Sequence[Secret], hint: str) -> Secret | None:
    """The secret that the service signs in with: the one known again, else the one that lasts longest.

    Older ones that wait to be deleted are of no concern. None without any.
    """
    known = [one for one in secrets if hint and one.hint == hint]
    return max(known or secrets, key=lambda one: one.ends, default=None)


def days_left(ends: datetime, now: datetime) -> int | None:
    """The number of days people are to be told of, of `REMINDED`; None while it is too early."""
    left = ends - now
    return min((days for days in REMINDED if left <= timedelta(days=days)), default=None)

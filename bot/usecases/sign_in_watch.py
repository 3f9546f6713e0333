"""Tell in time that the secret or the certificate ends which the service signs in with.

Without either nothing works any more, not even telling so: requests stand still, and nobody hears why.
"""

from __future__ import annotations

from datetime import datetime

from bot.domain.roles import Role
from bot.domain.sign_in import SignIn, days_left, in_use
from bot.graph.errors import Forbidden, NotFound
from bot.usecases.alerting import alert
from bot.usecases.desk import Desk
from bot.usecases.roles import people_of

__all__ = ["keepers", "look_at_sign_in"]


async def look_at_sign_in(desk: Desk, own: SignIn) -> None:
    """Alert whoever answers for the service, once each 30, 7 and 1 days before the end.

    Raises `TransientUpstream`.
    """
    now = await desk.db.read(lambda tx: tx.now)
    if own.certificate is not None:
        certificate = own.certificate
        await _tell(desk, f"certificate:{certificate.id}", "SB-WCH-11", certificate.ends, now)
    elif own.secret_hint:
        try:
            secrets = await desk.graph.app_secrets(own.app_id)
        except (Forbidden, NotFound):
            # An optional permission: `switchboard doctor` says what its lack means.
            return
        secret = in_use(secrets, own.secret_hint)
        if secret is not None:
            await _tell(desk, f"secret:{secret.id}", "SB-WCH-10", secret.ends, now)


async def _tell(desk: Desk, what: str, code: str, ends: datetime, now: datetime) -> None:
    days = days_left(ends, now)
    if days is not None:
        day = ends.date().isoformat()
        await alert(desk, await keepers(desk), f"{what}:{days}", code, {"day": day})


async def keepers(desk: Desk) -> Role:
    """The owners, or the voice admins where nobody is one."""
    return Role.OWNER if await people_of(desk, Role.OWNER) else Role.VOICE_ADMIN

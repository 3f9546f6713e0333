"""What the service does by itself, again and again."""

from __future__ import annotations

from functools import partial

from bot.audit.keys import load_private
from bot.audit.making import place_at
from bot.credentials import certificate_of
from bot.domain.cadence import hourly, monthly, nightly
from bot.domain.sign_in import SignIn
from bot.execution.chores import Chore
from bot.settings import Settings
from bot.usecases.audit_checking import CHORE as AUDIT_CHECK
from bot.usecases.audit_checking import check
from bot.usecases.checkpointing import CHORE as CHECKPOINT
from bot.usecases.checkpointing import checkpoint
from bot.usecases.credits_reading import read_calls
from bot.usecases.credits_watch import CHORE as CREDITS_WATCH
from bot.usecases.credits_watch import watch_credits
from bot.usecases.desk import Desk
from bot.usecases.desk_watch import look_about
from bot.usecases.drift import CHORE as DRIFT
from bot.usecases.drift_watch import look
from bot.usecases.monthly_report import CHORE as REPORT
from bot.usecases.monthly_report import send_report
from bot.usecases.pausing import CHORE as PAUSE
from bot.usecases.pausing import watch as watch_pause
from bot.usecases.sign_in_watch import look_at_sign_in

__all__ = ["chores_of", "sign_in_of"]


def chores_of(settings: Settings, desk: Desk) -> tuple[Chore, ...]:
    """Every chore of this service. Raises `Misconfigured` for a key of the audit log that cannot be used."""
    return (
        *_of_audit(settings, desk),
        Chore(AUDIT_CHECK, nightly(4), partial(check, desk)),
        Chore("credits.read", nightly(2, 15), partial(read_calls, desk)),
        Chore(CREDITS_WATCH, nightly(5), partial(watch_credits, desk)),
        Chore(DRIFT, nightly(3), partial(look, desk)),
        Chore(PAUSE, hourly, partial(watch_pause, desk)),
        Chore(REPORT, monthly(7), partial(send_report, desk)),
        Chore("watch.desk", hourly, partial(look_about, desk)),
        Chore("watch.secrets", nightly(6), lambda: look_at_sign_in(desk, sign_in_of(settings))),
    )


def sign_in_of(settings: Settings) -> SignIn:
    """What this service signs in with; the file of a certificate is read anew each time."""
    if settings.certificate_path is not None:
        return SignIn(app_id=settings.app_id, certificate=certificate_of(settings.certificate_path))
    return SignIn.with_secret(settings.app_id, settings.app_password.get_secret_value())


def _of_audit(settings: Settings, desk: Desk) -> tuple[Chore, ...]:
    """Raises `Misconfigured` for a key that cannot be used."""
    if settings.audit_key is None:
        return ()
    key, place = load_private(settings.audit_key), place_at(settings.audit_checkpoints)
    return (Chore(CHECKPOINT, hourly, partial(checkpoint, desk, key, place)),)

"""Step-up: a risky approval counts only with a one-time code, shown in the approver's own chat.

The code is made when its message is sent, not when it is asked for. Until then there is nothing to keep
secret; from then on the code is in that message only, and its salted hash in the database. No row of the
outbox ever holds it, a crash in between costs one more message with another code, and any replica can send
it or check it, since nothing depends on a process.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from bot.domain.approval import ResolvedStage, StepUp, Verdict
from bot.store import confirmations
from bot.store.database import Database, Transaction

if TYPE_CHECKING:
    from bot.usecases.decide import Answer

__all__ = ["ask_for_code", "fits", "issue", "wants_code"]

_DIGITS = 6
_SALT_BYTES = 16
_COST = {"n": 2**14, "r": 8, "p": 1, "dklen": 32}
"""Some 50 ms a guess: a million of them take longer than any code lasts."""


def wants_code(stage: ResolvedStage | None, answer: Answer) -> bool:
    """Whether the answer counts only together with a code. Whoever rejects needs none."""
    return stage is not None and stage.spec.step_up is StepUp.CODE and answer.verdict is Verdict.APPROVE


def ask_for_code(
    tx: Transaction, request_id: str, approver_id: str, answer: Answer, stage_index: int, asked_round: int
) -> bool:
    """Put the answer aside until the approver confirms it; False after too many codes within the hour."""
    asked = confirmations.begin(
        tx, request_id, approver_id, stage_index=stage_index, asked_round=asked_round, answer=_kept(answer)
    )
    if asked:
        tx.audit("confirmation.asked", approver_id, request_id, stage=stage_index, round=asked_round)
    return asked


def _kept(answer: Answer) -> dict[str, Any]:
    """All that was said, as JSON."""
    said = {field.name: getattr(answer, field.name) for field in fields(answer) if field.name != "ticket"}
    return {name: value if isinstance(value, str) else sorted(value) for name, value in said.items()}


async def issue(db: Database, request_id: str, approver_id: str, params: Mapping[str, object]) -> str | None:
    """A new code for the asking that a queued message belongs to, for nobody's eyes but the approver's.

    None when it is not waited for any more. Call it right before the message is sent.
    """
    ticket = str(params.get("ticket", ""))
    code = f"{secrets.randbelow(10**_DIGITS):0{_DIGITS}}"
    sealed = await asyncio.to_thread(_sealed, code, request_id, approver_id, ticket)
    sent = await db.transact(confirmations.issued, request_id, approver_id, ticket, sealed)
    return code if sent else None


async def fits(code: str, waiting: confirmations.Confirmation) -> bool:
    """Whether this is the code that was sent for exactly this asking."""
    return await asyncio.to_thread(_fits, code, waiting)


def _fits(code: str, waiting: confirmations.Confirmation) -> bool:
    salt, _, _ = waiting.code_hash.partition("$")
    sealed = _hashed(code, waiting.request_id, waiting.approver_id, waiting.ticket, bytes.fromhex(salt))
    return hmac.compare_digest(sealed, waiting.code_hash)


def _sealed(code: str, request_id: str, approver_id: str, ticket: str) -> str:
    return _hashed(code, request_id, approver_id, ticket, secrets.token_bytes(_SALT_BYTES))


def _hashed(code: str, request_id: str, approver_id: str, ticket: str, salt: bytes) -> str:
    """Bound to what it is for: the same digits confirm nothing else, for nobody else."""
    secret = "|".join((code, request_id, approver_id, ticket)).encode()
    return f"{salt.hex()}${hashlib.scrypt(secret, salt=salt, **_COST).hex()}"

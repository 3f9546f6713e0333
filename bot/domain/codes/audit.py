"""Codes about the audit log and its proofs."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.codes.rows import N_, NOBODY, OPERATOR, Code

__all__ = ["AUD"]

_AUDITOR = N_("An auditor")

AUD: Mapping[str, Code] = {
    "SB-AUD-01": Code(
        says=N_("The audit log is not what it was when it was last signed: {what}."),
        next_step=N_(
            "Nothing more is signed. Keep a copy of the database as it is, run `switchboard audit verify` "
            "with the checkpoints kept elsewhere, and find out who could write to it."
        ),
        who=_AUDITOR,
    ),
    "SB-AUD-02": Code(
        says=N_("Checkpoints of the audit log cannot be made: {what}."),
        next_step=N_("Set it right; within ten minutes the next one is made by itself."),
        who=OPERATOR,
    ),
    "SB-AUD-03": Code(
        says=N_("The audit log is not as it was written. Entry {entry}: {what}."),
        next_step=N_(
            "Keep a copy of the database as it is, run `switchboard audit verify` with the checkpoints kept "
            "elsewhere, and find out who could write to it."
        ),
        who=_AUDITOR,
    ),
    "SB-AUD-04": Code(
        says=N_("Every entry of the audit log is being checked."),
        next_step=N_("What comes of it is written to you; a million entries take half a minute."),
        who=NOBODY,
    ),
    "SB-AUD-05": Code(
        says=N_(
            "The audit log is whole: {count} entries, each as it was written, of which {erased} had personal "
            "words erased. {checkpoints} signed checkpoints agree with it, and {kept} of them were read from "
            "where they are kept besides the database."
        ),
        next_step=N_("The last checkpoint covers {covered} entries; `{head}` is the hash of the last entry."),
        who=NOBODY,
    ),
    "SB-AUD-06": Code(
        says=N_(
            "The audit log is whole: {count} entries, each as it was written, of which {erased} had personal "
            "words erased. There is no signed checkpoint of it: whoever rewrote all of it would not be found."
        ),
        next_step=N_("Set SWITCHBOARD_AUDIT_KEY; `{head}` is the hash of the last entry."),
        who=OPERATOR,
    ),
}

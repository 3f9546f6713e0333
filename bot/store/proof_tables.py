"""Tables of the audit log's proofs. See `tables` for how values are stored."""

from __future__ import annotations

import sqlalchemy as sa

from bot.store.tables import metadata

__all__ = ["audit_checkpoints", "audit_erased", "audit_tiles", "metadata"]

_SEQ = sa.BigInteger().with_variant(sa.Integer, "sqlite")

# 256 neighbouring hashes of the Merkle tree: of leaves on level 0, of whole tiles above. Only full ones; all
# of it follows from the entries, and is kept to spare reading them.
audit_tiles = sa.Table(
    "audit_tiles",
    metadata,
    sa.Column("level", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("place", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("hashes", sa.LargeBinary, nullable=False),
)

audit_checkpoints = sa.Table(
    "audit_checkpoints",
    metadata,
    # Two replicas cannot both make the next one.
    sa.Column("number", _SEQ, primary_key=True, autoincrement=False),
    sa.Column("note", sa.Text, nullable=False),
)

# Entries whose personal words were taken out: what proves them now that their first wording is gone.
audit_erased = sa.Table(
    "audit_erased",
    metadata,
    sa.Column("seq", _SEQ, primary_key=True, autoincrement=False),
    # The leaf of the first wording, in hexadecimal.
    sa.Column("leaf", sa.String(64), nullable=False),
)

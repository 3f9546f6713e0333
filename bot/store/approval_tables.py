"""Tables of what approval needs besides the requests themselves. See `tables` for how values are stored."""

from __future__ import annotations

import sqlalchemy as sa

from bot.store.tables import Moment, metadata

__all__ = [
    "askings",
    "channels",
    "confirmations",
    "delegations",
    "digests",
    "metadata",
    "policies",
    "policy_votes",
    "remarks",
]

# Who may decide on the open stage of a request and has not yet: what waits for whom. Follows the request at
# every save, so that nobody's list has to be put together from all requests.
askings = sa.Table(
    "askings",
    metadata,
    sa.Column("request_id", sa.ForeignKey("requests.id"), primary_key=True),
    sa.Column("person_id", sa.String(64), primary_key=True),
    sa.Column("stage_index", sa.Integer, nullable=False),
    sa.Column("round", sa.Integer, nullable=False),
    sa.Column("asked_at", Moment, nullable=False),
    # Whether the person was written to about it, or is on the way to be.
    sa.Column("told", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Index("ix_askings_person_id", "person_id", "asked_at", "request_id"),
)

# Who speaks for whom, from when until when, for which kinds of wishes (none: all).
delegations = sa.Table(
    "delegations",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("owner_id", sa.String(64), nullable=False),
    sa.Column("owner", sa.JSON, nullable=False),
    sa.Column("delegate_id", sa.String(64), nullable=False),
    sa.Column("delegate", sa.JSON, nullable=False),
    sa.Column("kinds", sa.JSON, nullable=False),
    sa.Column("since", Moment, nullable=False),
    sa.Column("until", Moment, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    # Set when the owner ended it before its time.
    sa.Column("ended_at", Moment),
    sa.Index("ix_delegations_owner_id", "owner_id", "until"),
    sa.Index("ix_delegations_delegate_id", "delegate_id", "until"),
)

# Questions of approvers, answers of requesters, comments of either.
remarks = sa.Table(
    "remarks",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("request_id", sa.ForeignKey("requests.id"), nullable=False),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("author_id", sa.String(64), nullable=False),
    sa.Column("author", sa.JSON, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Index("ix_remarks_request_id", "request_id", "id"),
)

# Approvals that wait for a one-time code. The code itself is nowhere but in the approver's chat: it is made
# when it is sent, and only its salted hash stays here ("" until then).
confirmations = sa.Table(
    "confirmations",
    metadata,
    sa.Column("request_id", sa.ForeignKey("requests.id"), primary_key=True),
    sa.Column("approver_id", sa.String(64), primary_key=True),
    # Which asking for a code this is: a message of an earlier one brings no code any more.
    sa.Column("ticket", sa.String(32), nullable=False),
    sa.Column("stage_index", sa.Integer, nullable=False),
    sa.Column("round", sa.Integer, nullable=False),
    sa.Column("code_hash", sa.String(128), nullable=False, server_default=""),
    sa.Column("answer", sa.JSON, nullable=False),
    sa.Column("tries", sa.Integer, nullable=False, server_default="0"),
    sa.Column("expires_at", Moment, nullable=False),
    # How many codes were asked for since `begun_at`: guessing has an end even for who asks for another.
    sa.Column("codes", sa.Integer, nullable=False),
    sa.Column("begun_at", Moment, nullable=False),
    sa.Index("ix_confirmations_begun_at", "begun_at"),
)

# Every policy that was ever in force or proposed; at most one is `active`, at most one `proposed`.
policies = sa.Table(
    "policies",
    metadata,
    sa.Column("version", sa.String(64), primary_key=True),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    # Rises with everything that its cards show.
    sa.Column("revision", sa.Integer, nullable=False),
    # How often it was proposed: a vote counts for the proposal it was cast on.
    sa.Column("proposal", sa.Integer, nullable=False),
    # What was in force when it was proposed or activated, and is what it is compared with.
    sa.Column("before", sa.String(64), nullable=False, server_default=""),
    sa.Column("asked", sa.JSON, nullable=False),
    sa.Column("proposed_at", Moment, nullable=False),
    sa.Column("activated_at", Moment),
    # When it was refused, or something took its place.
    sa.Column("ended_at", Moment),
    sa.Index(
        "uq_policies_state",
        "state",
        unique=True,
        sqlite_where=sa.text("state IN ('active', 'proposed')"),
        postgresql_where=sa.text("state IN ('active', 'proposed')"),
    ),
)

policy_votes = sa.Table(
    "policy_votes",
    metadata,
    sa.Column("version", sa.ForeignKey("policies.version"), primary_key=True),
    sa.Column("proposal", sa.Integer, primary_key=True),
    sa.Column("admin_id", sa.String(64), primary_key=True),
    sa.Column("admin", sa.JSON, nullable=False),
    sa.Column("agrees", sa.Boolean, nullable=False),
    # Why it does not count any more, as a code; "" while it does.
    sa.Column("void", sa.String(16), nullable=False, server_default=""),
    sa.Column("voted_at", Moment, nullable=False),
)

# Teams channels with a role: `approvals` gets approvers' cards, `admins` hears what needs an admin.
channels = sa.Table(
    "channels",
    metadata,
    sa.Column("role", sa.String(16), primary_key=True),
    sa.Column("conversation_id", sa.String(256), nullable=False),
    sa.Column("service_url", sa.String(256), nullable=False),
    # The language its cards are in: that of the admin who chose it.
    sa.Column("locale", sa.String(16), nullable=False),
    sa.Column("set_by", sa.String(64), nullable=False),
    sa.Column("set_at", Moment, nullable=False),
)

# The one list card of an approver with many pending requests; `version` counts what it should show.
# Without `copy_id` it is on its way; without `sent_at` there is none, and the next one is a new message.
digests = sa.Table(
    "digests",
    metadata,
    sa.Column("recipient_id", sa.String(64), primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("sent_at", Moment),
    sa.Column("copy_id", sa.Integer),
)

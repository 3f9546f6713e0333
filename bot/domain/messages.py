"""What Switchboard may tell people on its own; each is rendered when it is sent, in the reader's language."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["Template"]


class Template(StrEnum):
    """The kinds of message an outbox row can carry."""

    APPROVAL = "approval"
    """The approver's card, asking for a decision."""
    PROGRESS = "progress"
    """The requester's card, following the request to its end."""
    OUTCOME = "outcome"
    """A new message when a request has ended, to those it concerns: number, or what went wrong."""
    DECIDED = "decided"
    """One line to those who decided, once the request has ended."""
    UNDO = "undo"
    """Whether licences stay that were given for nothing; to nobody yet: to be asked of who may choose."""
    CHOICE = "choice"
    """Which number the requester takes in place of the one that somebody else has got."""
    QUESTION = "question"
    """What those who decide ask the requester, with room for the answer."""
    CODE = "code"
    """A one-time code for the approver who has to confirm; made when it is sent."""
    POLICY_CHANGE = "policy_change"
    """The card of a proposed policy, to every voice admin; to nobody yet: to be asked of all of them."""
    TASK = "task"
    """The card of a task, to everybody who is asked to do it."""
    DIGEST = "digest"
    """The one card that lists what waits for an approver who has much to decide."""
    CHANNEL_APPROVAL = "channel_approval"
    """The card of a request in the approvals channel."""
    DELEGATION = "delegation"
    """To whoever is to stand in for somebody, and to either once that ends early."""
    DRIFT = "drift"
    """The list of what is not as it was approved and done, to every voice admin once something is new."""
    REPORT = "report"
    """What a month came to, to owners and voice admins once it is over; `params` holds the figures."""
    REMINDER = "reminder"
    """One message to who has not decided yet, which leads to the card."""
    NOTICE = "notice"
    """A text by code; `params` holds the code and its parameters."""
    WELCOME = "welcome"

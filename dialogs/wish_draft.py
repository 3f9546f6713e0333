"""A wish of any kind while it is being filled in."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256

from pydantic import BaseModel, ConfigDict, Field

from bot.domain.wishes import Wish
from bot.store.drafts import Draft
from dialogs.forms import FORMS
from dialogs.forms.spec import Form

__all__ = ["Filled", "WishDraft"]


class WishDraft(BaseModel):
    """What has been filled in so far. Tolerant of fields that another version wrote."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    beneficiary_id: str
    """Empty while nobody has been named for a wish that somebody else has to make."""
    version: int = 0
    """Of the form that wrote it."""
    values: Mapping[str, str] = Field(default_factory=dict)
    asked: tuple[str, ...] = ()
    """The fields that the form showed last."""
    edits: str = ""
    """The request that this is to change; empty: it becomes one of its own."""
    reviewed: str = ""
    """The fingerprint that the last review had: nothing is sent that was not checked and shown first."""

    def changed(self, **fields: object) -> WishDraft:
        return self.model_copy(update=fields)


class Filled:
    """A stored draft with its form and its meaning."""

    def __init__(self, stored: Draft, form: Form, wish: WishDraft) -> None:
        self.stored = stored
        self.form = form
        self.wish = wish

    @classmethod
    def of(cls, stored: Draft) -> Filled | None:
        """None for a kind that is not offered any more."""
        form = FORMS.get(stored.kind)
        return cls(stored, form, WishDraft.model_validate(stored.data)) if form else None

    @property
    def outdated(self) -> bool:
        """Whether the form has other questions by now than the one that wrote this."""
        return self.wish.version != self.form.version

    @property
    def fingerprint(self) -> str:
        """What a review card carries, so that it cannot submit something it does not show."""
        values = sorted(self.wish.values.items())
        said = repr((self.form.kind, self.wish.version, self.wish.beneficiary_id, values))
        return sha256(said.encode()).hexdigest()[:16]

    def to_wish(self) -> Wish | None:
        """The wish as the domain understands it; None when it is not one."""
        try:
            return self.form.to_wish(self.wish.beneficiary_id, self.wish.values)
        except (ArithmeticError, ValueError):
            return None

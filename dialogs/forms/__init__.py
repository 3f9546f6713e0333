"""The forms of all wishes. A wish that people can ask for has its form here."""

from __future__ import annotations

from collections.abc import Mapping

from dialogs.forms.credits import CREDITS
from dialogs.forms.licences import LICENCE, MEETING_ORGANISER, PHONE_USER, SWAP
from dialogs.forms.number import NUMBER, NUMBER_CHANGE
from dialogs.forms.organisation import NUMBER_ORDER, NUMBER_PORT, SERVICE_NUMBER
from dialogs.forms.people import EMERGENCY_LOCATION, LEAVER, MOVER, USAGE_LOCATION
from dialogs.forms.release import NUMBER_RELEASE
from dialogs.forms.spec import Form

__all__ = ["FORMS"]

FORMS: Mapping[str, Form] = {
    form.kind: form
    for form in (
        NUMBER,
        NUMBER_CHANGE,
        NUMBER_RELEASE,
        LICENCE,
        PHONE_USER,
        MEETING_ORGANISER,
        SWAP,
        LEAVER,
        MOVER,
        EMERGENCY_LOCATION,
        USAGE_LOCATION,
        SERVICE_NUMBER,
        NUMBER_ORDER,
        NUMBER_PORT,
        CREDITS,
    )
}
"""By the kind of wish."""

"""What Teams' own directory knows of a person."""

from __future__ import annotations

from bot.domain.people import AccountType, VoiceProfile
from bot.graph import fields
from bot.graph.odata import below
from bot.graph.wire import Call, Json

__all__ = ["parse_voice_profile", "voice_call"]


def voice_call(user_id: str) -> Call:
    """Asks for a user's Teams configuration."""
    return Call("GET", below("/admin/teams/userConfigurations/{user}", user=user_id))


def parse_voice_profile(found: Json) -> VoiceProfile:
    """A `teamsUserConfiguration`."""
    spelled = [fields.text(each, "telephoneNumber") for each in fields.objects(found, "telephoneNumbers")]
    return VoiceProfile(
        account_type=fields.enum(AccountType, found, "accountType", AccountType.UNKNOWN),
        enterprise_voice=found.get("isEnterpriseVoiceEnabled") is True,
        feature_types=frozenset(fields.strings(found, "featureTypes")),
        numbers=tuple(number for each in spelled if (number := fields.e164(each))),
    )

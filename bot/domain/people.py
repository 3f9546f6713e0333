"""People, the licences and numbers they hold, and how far Teams has got with them."""

from __future__ import annotations

from enum import StrEnum

from bot.domain.numbers import NumberType, PhoneNumber
from bot.domain.values import E164, CountryCode, Instant, ObjectId, Value

__all__ = [
    "AccountType",
    "Actor",
    "AutomaticReplies",
    "HeldLicence",
    "Holdings",
    "Person",
    "PersonRef",
    "VoiceProfile",
]


class PersonRef(Value):
    """Who somebody is, as it is kept on a request: enough to show and to look up again."""

    id: ObjectId
    name: str
    upn: str


class Person(Value):
    """A user object of the tenant, as far as the phone desk cares."""

    id: ObjectId
    upn: str
    name: str
    mail: str | None = None
    usage_location: CountryCode | None = None
    country: CountryCode | None = None
    """Where the directory says the person works: a proposal for the usage location, never more (R18)."""
    enabled: bool = True
    guest: bool = False
    department: str | None = None
    cost_centre: str | None = None
    job_title: str | None = None
    city: str | None = None
    language: str | None = None
    """BCP 47, from `preferredLanguage`."""
    created_at: Instant | None = None

    @property
    def ref(self) -> PersonRef:
        return PersonRef(id=self.id, name=self.name, upn=self.upn)


class HeldLicence(Value):
    """One entry of `licenseAssignmentStates`: a SKU on a user, direct or through a group."""

    sku_id: ObjectId
    disabled_plans: frozenset[ObjectId] = frozenset()
    assigned_by_group: ObjectId | None = None
    state: str = "Active"

    @property
    def in_force(self) -> bool:
        return self.state in ("Active", "ActiveWithError")


class AccountType(StrEnum):
    """Graph's `accountType` of a Teams user configuration."""

    USER = "user"
    RESOURCE_ACCOUNT = "resourceAccount"
    GUEST = "guest"
    SFB_ON_PREM_USER = "sfbOnPremUser"
    INELIGIBLE_USER = "ineligibleUser"
    UNKNOWN = "unknown"


class VoiceProfile(Value):
    """What Teams' own directory says of a user (`/admin/teams/userConfigurations/{id}`)."""

    account_type: AccountType = AccountType.USER
    enterprise_voice: bool = False
    feature_types: frozenset[str] = frozenset()
    """For example "Teams", "PhoneSystem", "CallingPlan"."""
    numbers: tuple[E164, ...] = ()


class AutomaticReplies(Value):
    """Outlook's out-of-office switch; the dates are set when it is scheduled."""

    active: bool
    since: Instant | None = None
    until: Instant | None = None


class Holdings(Value):
    """A person with everything that decides what the person still needs."""

    person: Person
    licences: tuple[HeldLicence, ...] = ()
    enabled_plans: frozenset[ObjectId] = frozenset()
    """Service plans whose `assignedPlans` entry is Enabled: effective, not merely assigned."""
    voice: VoiceProfile | None = None
    """None while Teams does not know the user yet."""
    numbers: tuple[PhoneNumber, ...] = ()
    own_pstn: bool = False
    """The person's calls go over the organisation's own carrier (R06)."""
    own_line: NumberType = NumberType.DIRECT_ROUTING
    """The kind of number that goes with the own carrier."""
    has_mailbox: bool | None = None
    """Whether an Exchange plan is in force, which voicemail needs (R24); None: not known."""


class Actor(Value):
    """Who is acting: only ever built from an authenticated activity (`from.aadObjectId`)."""

    id: ObjectId
    name: str
    locale: str = "en-US"
    """BCP 47, from the activity; decides the language of every answer."""

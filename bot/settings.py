"""Every setting, typed and validated before anything starts; what is unsafe refuses to start.

Read from the environment and from `.env`. The Bot Framework's own names are kept
(`MicrosoftAppId`, ...); everything else begins with `SWITCHBOARD_`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AliasChoices, Field, SecretStr, ValidationError, field_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.domain.errors import Misconfigured
from bot.loopback import is_loopback

__all__ = [
    "AppType",
    "AuditSettings",
    "Profile",
    "Settings",
    "env_names",
    "load_audit_settings",
    "load_catalogue_folder",
    "load_database_url",
    "load_policy_path",
    "load_settings",
    "problems",
    "read_settings",
    "text_of",
]

_SANDBOX_FILES = Path(__file__).parent / "sandbox"


class Profile(StrEnum):
    PRODUCTION = "production"
    SANDBOX = "sandbox"
    """Against the simulated tenant, on loopback only."""


class AppType(StrEnum):
    """How the bot is registered; multi-tenant registrations can no longer be made."""

    SINGLE_TENANT = "SingleTenant"
    USER_ASSIGNED_MSI = "UserAssignedMSI"


def _named(name: str) -> Any:
    return Field(default="", validation_alias=AliasChoices(name, name.upper()))


class Settings(BaseSettings):
    """All settings, with their defaults."""

    model_config = SettingsConfigDict(
        env_prefix="SWITCHBOARD_",
        env_file=".env",
        env_file_encoding="utf-8",
        extra="ignore",
        frozen=True,
        populate_by_name=True,
    )

    profile: Profile = Profile.PRODUCTION
    """`production`, or `sandbox` for the simulated tenant on this machine."""
    app_id: str = _named("MicrosoftAppId")
    """Application (client) id of the bot's registration."""
    app_password: SecretStr = Field(
        default=SecretStr(""),
        validation_alias=AliasChoices("MicrosoftAppPassword", "MICROSOFTAPPPASSWORD"),
    )
    """Client secret of the registration; not needed with a certificate or a managed identity."""
    app_type: str = Field(
        default="SingleTenant",
        validation_alias=AliasChoices("MicrosoftAppType", "MICROSOFTAPPTYPE"),
    )
    """`SingleTenant`, or `UserAssignedMSI` for a managed identity."""
    app_tenant_id: str = _named("MicrosoftAppTenantId")
    """Entra tenant of the registration."""

    tenant_id: str = ""
    """The organisation's tenant; defaults to MicrosoftAppTenantId."""
    certificate_path: Path | None = None
    """PEM with private key and certificate, instead of a password."""
    admin_group: str = ""
    """Object id of the voice admins' Entra group."""
    billing_group: str = ""
    """Object id of the Entra group that buys licences and credits; the voice admins where there is none."""
    auditor_group: str = ""
    """Object id of the Entra group that reads the audit log, and has no hand in what it is about; may be left
    out. Whoever also runs the desk is no auditor."""
    owner_group: str = ""
    """Object id of the Entra group of those who answer for the service; may be left out."""
    policy: Path | None = None
    """policy.toml: who approves what."""
    tenant_facts: Path | None = None
    """tenant.toml: emergency locations, own carrier, price list."""
    catalogue: Path | None = None
    """Folder with tables of your own (`products.csv`, `countries.csv`, ...), laid over the shipped ones."""
    audit_key: Path | None = None
    """File with the key that signs checkpoints of the audit log (`switchboard audit keygen`)."""
    audit_checkpoints: str = ""
    """Where checkpoints are written down besides the database: a file, or `-` for standard output."""
    database_url: str = "sqlite:///switchboard.db"
    """`sqlite:///path/to/file.db`, or `postgresql://user:password@host/name`."""
    host: str = "0.0.0.0"  # noqa: S104  a container's port must be reachable; unsafe modes check it below
    """Address to listen on."""
    port: Annotated[int, Field(ge=0, le=65535, validation_alias=AliasChoices("PORT", "port"))] = 3978
    """Port to listen on."""
    authentication: bool = True
    """Off only in the sandbox profile and only on loopback."""
    extra_service_hosts: Annotated[tuple[str, ...], NoDecode] = ()
    """More hosts the Bot Connector may be reached at, comma separated (sovereign clouds)."""
    graph_url: str = "https://graph.microsoft.com/v1.0"
    """Microsoft Graph; sovereign clouds differ."""
    authority: str = "https://login.microsoftonline.com"
    """Where tokens come from; sovereign clouds differ."""
    openid_metadata_url: str = "https://login.botframework.com/v1/.well-known/openidconfiguration"
    """Where the keys are that sign what Teams sends; sovereign clouds differ."""
    service_url: str = "https://smba.trafficmanager.net/teams/"
    """The Bot Connector for people no activity has told us an address of; sovereign clouds differ."""
    teams_app_id: str = ""
    """`id` of the Teams manifest; needed to install the app for an approver who lacks it."""
    clock_rate: Annotated[float, Field(gt=0, le=10_000)] = 1.0
    """How fast business time runs; only the sandbox may change it."""
    clock_origin: float = 0.0
    """Epoch seconds at which business time began to run faster; 0: when the service first starts."""
    concurrency: Annotated[int, Field(ge=1, le=64)] = 4
    """Requests carried out at once by this replica. More of them make clicks wait on two cores."""
    lease_seconds: Annotated[float, Field(ge=2, le=300)] = 6.0
    """How long a replica may be silent before another takes over its work (real time). With the second
    between two looks for due work, a dead replica's is taken over within 10 s, on a busy machine too."""
    log_level: str = "INFO"
    """`DEBUG`, `INFO`, `WARNING` or `ERROR`."""

    @field_validator("extra_service_hosts", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(host.strip() for host in value.split(",") if host.strip())
        return value

    @property
    def tenant(self) -> str:
        return (self.tenant_id or self.app_tenant_id).lower()

    @property
    def is_sandbox(self) -> bool:
        return self.profile is Profile.SANDBOX

    @property
    def policy_path(self) -> Path:
        return self.policy or _SANDBOX_FILES / "policy.toml"

    @property
    def facts_path(self) -> Path | None:
        return self.tenant_facts or (_SANDBOX_FILES / "tenant.toml" if self.is_sandbox else None)


def load_settings(**overrides: Any) -> Settings:
    """Read and check every setting.

    Raises `Misconfigured`: one line, saying what to set, for the first thing that is wrong.
    """
    settings, found = read_settings(**overrides)
    if settings is None or found:
        more = f" ({len(found) - 1} more: run `switchboard doctor`)" if len(found) > 1 else ""
        raise Misconfigured(f"{found[0]}{more}")
    return settings


def read_settings(**overrides: Any) -> tuple[Settings | None, list[str]]:
    """The settings, unless a value cannot be read at all, and everything that is wrong with them."""
    try:
        settings = Settings(**overrides)
    except ValidationError as error:
        return None, [_unreadable(one) for one in error.errors()]
    return settings, problems(settings)


def load_database_url() -> str:
    """Only the database's address, for commands that need nothing else."""
    try:
        return Settings().database_url
    except ValidationError as error:
        raise Misconfigured(_unreadable(error.errors()[0])) from None


@dataclass(frozen=True, slots=True)
class AuditSettings:
    """What `switchboard audit` needs."""

    database_url: str
    key: Path | None
    checkpoints: str


def load_audit_settings() -> AuditSettings:
    """Only what concerns the audit log, for commands that need nothing else."""
    try:
        settings = Settings()
    except ValidationError as error:
        raise Misconfigured(_unreadable(error.errors()[0])) from None
    return AuditSettings(settings.database_url, settings.audit_key, settings.audit_checkpoints)


def load_catalogue_folder() -> Path | None:
    """Only the folder of the organisation's own tables, for commands that need nothing else."""
    try:
        return Settings().catalogue
    except ValidationError as error:
        raise Misconfigured(_unreadable(error.errors()[0])) from None


def load_policy_path() -> Path:
    """Only where the policy is, for commands that need nothing else. Raises `Misconfigured` without one."""
    try:
        settings = Settings()
    except ValidationError as error:
        raise Misconfigured(_unreadable(error.errors()[0])) from None
    if settings.policy is None and not settings.is_sandbox:
        raise Misconfigured("SWITCHBOARD_POLICY: set the path of policy.toml, or name the file")
    return settings.policy_path


def text_of(path: Path, setting: str) -> str:
    """A file of the admins; `setting` says whose it is. Raises `Misconfigured`."""
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise Misconfigured(f"{setting}: {path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise Misconfigured(f"{setting}: {path} is not a UTF-8 text file") from None


def _unreadable(error: ErrorDetails) -> str:
    """The location is the field's name, or the variable's where the field has an alias."""
    field = str(error["loc"][0]) if error["loc"] else "settings"
    return f"{env_names().get(field, field)}: {error['msg']}"


def env_names() -> dict[str, str]:
    """The environment variable of every field, by the field's name."""
    return {name: _env_name(name, field.validation_alias) for name, field in Settings.model_fields.items()}


def _env_name(field: str, alias: object) -> str:
    if isinstance(alias, AliasChoices):
        return str(alias.choices[0])
    return f"SWITCHBOARD_{field.upper()}"


def problems(settings: Settings) -> list[str]:
    """Everything that must be set differently before the service may start, one line each."""
    found = [*_identity_problems(settings), *_exposure_problems(settings)]
    if not settings.admin_group:
        found.append("SWITCHBOARD_ADMIN_GROUP: set the object id of the voice admins' Entra group")
    if settings.policy is None and not settings.is_sandbox:
        found.append("SWITCHBOARD_POLICY: set the path of policy.toml, which says who approves what")
    for name, path in (("POLICY", settings.policy), ("TENANT_FACTS", settings.tenant_facts)):
        if path is not None and not path.is_file():
            found.append(f"SWITCHBOARD_{name}: no file at {path}; set it to an existing file")
    if settings.audit_checkpoints and settings.audit_key is None:
        found.append(
            "SWITCHBOARD_AUDIT_KEY: set the key that signs what SWITCHBOARD_AUDIT_CHECKPOINTS keeps; "
            "make one with `switchboard audit keygen`"
        )
    if settings.catalogue is not None and not settings.catalogue.is_dir():
        found.append(f"SWITCHBOARD_CATALOGUE: no folder at {settings.catalogue}; set it to an existing one")
    return found


def _identity_problems(settings: Settings) -> list[str]:
    found = []
    if settings.app_type not in set(AppType):
        kinds = " or ".join(AppType)
        found.append(f"MicrosoftAppType: {settings.app_type!r} is not known; set {kinds}")
    if not settings.app_id and settings.authentication:
        found.append("MicrosoftAppId: set the application (client) id of the bot's registration")
    if not settings.tenant:
        found.append("MicrosoftAppTenantId: set the id of your Entra tenant")
    needs_secret = settings.app_type == AppType.SINGLE_TENANT and settings.certificate_path is None
    if needs_secret and not settings.app_password.get_secret_value():
        found.append(
            "MicrosoftAppPassword: set the client secret, or SWITCHBOARD_CERTIFICATE_PATH, "
            "or use MicrosoftAppType=UserAssignedMSI"
        )
    return found


def _exposure_problems(settings: Settings) -> list[str]:
    found = []
    loopback = is_loopback(settings.host)
    if not settings.authentication and not (settings.is_sandbox and loopback):
        found.append(
            "SWITCHBOARD_AUTHENTICATION: may be off only with SWITCHBOARD_PROFILE=sandbox "
            "and SWITCHBOARD_HOST=127.0.0.1; set it to true"
        )
    if settings.clock_rate != 1.0 and not settings.is_sandbox:
        found.append("SWITCHBOARD_CLOCK_RATE: only the sandbox may change it; remove it")
    if settings.is_sandbox:
        found += _sandbox_problems(settings, loopback)
    else:
        found += [
            f"SWITCHBOARD_{name}: must be https in production"
            for name, url in (
                ("GRAPH_URL", settings.graph_url),
                ("AUTHORITY", settings.authority),
                ("OPENID_METADATA_URL", settings.openid_metadata_url),
                ("SERVICE_URL", settings.service_url),
            )
            if urlsplit(url).scheme != "https"
        ]
    return found


def _sandbox_problems(settings: Settings, loopback: bool) -> list[str]:
    found = []
    if not loopback:
        found.append("SWITCHBOARD_HOST: the sandbox profile binds to loopback only; set 127.0.0.1")
    if not is_loopback(urlsplit(settings.graph_url).hostname or ""):
        found.append(
            "SWITCHBOARD_GRAPH_URL: the sandbox profile talks to a simulated tenant on loopback only"
        )
    return found

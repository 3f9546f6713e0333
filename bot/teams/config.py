"""What the Teams boundary must be told, and who it lets in. An empty allow-list admits nobody."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

from bot.domain.errors import Misconfigured
from bot.loopback import is_loopback

__all__ = ["MICROSOFT_HOSTS", "TeamsConfig"]

MICROSOFT_HOSTS = frozenset(
    {
        "smba.trafficmanager.net",
        "smba.infra.gcc.teams.microsoft.com",
        "smba.infra.gov.teams.microsoft.us",
        "smba.infra.dod.teams.microsoft.us",
        "*.botframework.com",
        "*.botframework.us",
    }
)
"""Where Microsoft runs the Bot Connector for Teams; `*.` stands for any subdomain."""

_APP_TYPES = frozenset({"SingleTenant", "UserAssignedMSI"})


@dataclass(frozen=True, slots=True)
class TeamsConfig:
    """Settings of the boundary; building one that is unsafe raises `Misconfigured`."""

    app_id: str
    """Application (client) id of the bot's registration: the audience of every inbound token."""
    tenants: frozenset[str]
    """Entra tenant ids whose people may talk to the bot, lower case."""
    app_type: str = "SingleTenant"
    channels: frozenset[str] = frozenset({"msteams"})
    service_hosts: frozenset[str] = MICROSOFT_HOSTS
    """Hosts a `serviceUrl` may name: our token is sent there, so a foreign one would be a leak."""
    openid_metadata_url: str = "https://login.botframework.com/v1/.well-known/openidconfiguration"
    issuer: str = "https://api.botframework.com"
    connector_scope: str = "https://api.botframework.com/.default"
    default_service_url: str = "https://smba.trafficmanager.net/teams/"
    """Used for people whom no activity has told us a serviceUrl of yet."""
    max_body_bytes: int = 256 * 1024
    sandbox: bool = False
    """Allows loopback service URLs and key servers, and the emulator channel."""
    authenticate: bool = True
    """Off only in the sandbox, bound to loopback."""
    bind_host: str = "0.0.0.0"  # noqa: S104  checked below before authentication may be off

    def __post_init__(self) -> None:
        for problem in _problems(self):
            raise Misconfigured(problem)

    @property
    def bot_account(self) -> str:
        """The bot's own channel account id in Teams."""
        return f"28:{self.app_id}"

    def admits_service_url(self, url: str) -> bool:
        """Whether activities may come from, and our token may go to, this Bot Connector."""
        return _admits(url, self.service_hosts, self.sandbox)


def _problems(config: TeamsConfig) -> list[str]:
    found = []
    if not config.authenticate and not (config.sandbox and is_loopback(config.bind_host)):
        found.append("SWITCHBOARD_AUTHENTICATION: may be off only in the sandbox profile and on loopback")
    if not config.app_id and config.authenticate:
        found.append("MicrosoftAppId: set the application (client) id of the bot's registration")
    if config.app_type not in _APP_TYPES:
        found.append(
            f"MicrosoftAppType: {config.app_type!r} is not known; set SingleTenant or UserAssignedMSI"
        )
    if "emulator" in config.channels and not config.sandbox:
        found.append("the emulator channel exists only in the sandbox profile")
    metadata = urlsplit(config.openid_metadata_url)
    if metadata.scheme != "https" and not (config.sandbox and is_loopback(metadata.hostname or "")):
        found.append("SWITCHBOARD_OPENID_METADATA_URL: must be https")
    return found


@lru_cache(maxsize=256)
def _admits(url: str, hosts: frozenset[str], sandbox: bool) -> bool:
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        return False
    if not host or "@" in parts.netloc or parts.query or parts.fragment:
        return False
    if sandbox and is_loopback(host):
        return parts.scheme in ("http", "https")
    return parts.scheme == "https" and port in (None, 443) and _matches(host, hosts)


def _matches(host: str, hosts: frozenset[str]) -> bool:
    if host in hosts:
        return True
    return any(rule.startswith("*.") and host.endswith(rule[1:]) for rule in hosts)

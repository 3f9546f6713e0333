"""`switchboard sandbox`: the simulated tenant as a process of its own."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.process.interruption import interrupted
from bot.sandbox.seed import group_id, manifest_id
from bot.sandbox.server import SandboxServer

__all__ = ["run"]


async def run(port: int = 3979, rate: float = 1.0, host: str = "127.0.0.1") -> None:
    """Serve until interrupted, after printing where everything is.

    Raises NotLoopback for another host, OSError when the port is taken.
    """
    async with SandboxServer(host, port) as server, interrupted() as stopped:
        # From this moment on; a bot that knows it can keep the same time.
        begun = datetime.now(UTC)
        server.tenant.clock.run_at(rate)
        print(_where_things_are(server, begun), flush=True)
        await stopped.wait()


def _where_things_are(server: SandboxServer, begun: datetime) -> str:
    return "\n".join(
        (
            f"sandbox: {server.url}",
            "",
            "Environment of a `switchboard serve` that uses it; save the lines as .env in another folder and",
            "start it there. Policy and tenant file are the sandbox's own unless SWITCHBOARD_POLICY and",
            "SWITCHBOARD_TENANT_FACTS name others.",
            "",
            "  SWITCHBOARD_PROFILE=sandbox",
            f"  MicrosoftAppId={server.identity.app.app_id}",
            f"  MicrosoftAppPassword={server.identity.app.password}",
            "  MicrosoftAppType=SingleTenant",
            f"  MicrosoftAppTenantId={server.tenant.id}",
            "  SWITCHBOARD_HOST=127.0.0.1",
            f"  SWITCHBOARD_ADMIN_GROUP={group_id('Voice Admins')}",
            f"  SWITCHBOARD_TEAMS_APP_ID={manifest_id()}",
            f"  SWITCHBOARD_SERVICE_URL={server.service_url}",
            f"  SWITCHBOARD_GRAPH_URL={server.graph_url}",
            f"  SWITCHBOARD_AUTHORITY={server.authority}",
            f"  SWITCHBOARD_OPENID_METADATA_URL={server.openid_metadata_url}",
            f"  SWITCHBOARD_CLOCK_RATE={server.tenant.clock.rate:g}",
            f"  SWITCHBOARD_CLOCK_ORIGIN={begun.timestamp():.3f}",
            "",
            f"Bot Connector: {server.service_url}",
            f'Tell it where the bot is: PUT {server.url}/sandbox/bot {{"endpoint": "http://..."}}',
            f"Look inside: GET {server.url}/sandbox/state/people, /sandbox/requests, /sandbox/conversations",
            f'Make calls up: PUT {server.url}/sandbox/calls {{"records": 20000, "days": 365}}',
            f"Spoil things: POST {server.url}/sandbox/faults, /sandbox/connector/faults",
        )
    )

"""Puts the Graph half of the sandbox on a web application."""

from __future__ import annotations

from aiohttp import web

from bot.sandbox.control import register_control
from bot.sandbox.graph.http import register_graph_paths
from bot.sandbox.graph.service import GraphService, Verify
from bot.sandbox.installations import Installations
from bot.sandbox.tenant import Tenant

__all__ = ["register_graph"]


def register_graph(
    app: web.Application, tenant: Tenant, verify: Verify, installations: Installations, bot_app_id: str
) -> GraphService:
    """Add `/v1.0/...` and the tenant's share of `/sandbox/...`. `app` must be served at its host's root."""
    service = GraphService(tenant, verify, installations, bot_app_id)
    register_graph_paths(app, service)
    register_control(app)
    return service

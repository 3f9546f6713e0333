"""Whose certificates are trusted, read once: that takes longer than building all the rest of a client."""

from __future__ import annotations

import ssl
from functools import cache

import httpx

__all__ = ["trusted"]


@cache
def trusted(*, environment: bool) -> ssl.SSLContext:
    """What httpx checks servers with by default; `environment`: heed SSL_CERT_FILE and SSL_CERT_DIR."""
    return httpx.create_ssl_context(trust_env=environment)

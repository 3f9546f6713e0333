"""Requests, replies and errors as they go over the wire."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from bot.sandbox.identity import Claims

__all__ = ["Call", "Family", "GraphError", "Incoming", "Reply", "frame"]

JSON_TYPE = (
    "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8"
)

Family = Literal["directory", "teams", "teamwork", "exchange", "communications"]
"""The service behind a path; each words its refusals differently."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """One request, from the network or from inside a batch."""

    method: str
    path: str
    """Decoded, without the version segment: `/users/...`."""
    query: tuple[tuple[str, str], ...]
    headers: Mapping[str, str]
    """Names in lower case."""
    payload: bytes
    root: str
    """`http://host:port/v1.0`, what links in answers begin with."""
    version: str = "v1.0"
    request_id: str = field(default_factory=lambda: str(uuid.uuid4()))

    @property
    def client_request_id(self) -> str:
        return self.headers.get("client-request-id", self.request_id)


@dataclass(slots=True)
class Reply:
    """An answer before it is framed: no body at all when `body` is None."""

    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)

    def data(self) -> bytes:
        return b"" if self.body is None else json.dumps(self.body, ensure_ascii=False).encode()


@dataclass(slots=True)
class Call:
    """A request that has found its handler."""

    incoming: Incoming
    claims: Claims
    params: dict[str, str]
    hollow: bool = False
    """Only pretend: an order taken now must claim success and do nothing."""
    doomed: str | None = None
    """An order taken now must fail with this detail."""
    log_seq: int | None = None

    @property
    def advanced(self) -> bool:
        """Whether the caller accepts eventually consistent answers, which advanced queries need."""
        return self.incoming.headers.get("consistencylevel", "").lower() == "eventual"

    def link(self, path: str) -> str:
        return f"{self.incoming.root}/{path}"

    def json(self, known: Sequence[str] | None = None) -> dict[str, Any]:
        """The body as an object; with `known`, refuses a property that is none of these."""
        try:
            body = json.loads(self.incoming.payload)
        except ValueError:
            raise GraphError.bad_request("Unable to read JSON request payload.") from None
        if not isinstance(body, dict):
            raise GraphError.bad_request("Unable to read JSON request payload.")
        for name in body:
            if known is not None and name not in known:
                raise GraphError.bad_request(
                    f"The parameter '{name}' in the request payload is not a valid parameter "
                    "for the operation."
                )
        return body


def frame(incoming: Incoming, reply: Reply) -> None:
    """Headers every answer has."""
    reply.headers.setdefault("request-id", incoming.request_id)
    reply.headers.setdefault("client-request-id", incoming.client_request_id)
    reply.headers.setdefault("Cache-Control", "no-cache")
    if reply.body is not None:
        reply.headers.setdefault("OData-Version", "4.0")
        reply.headers.setdefault("Content-Type", JSON_TYPE)


class GraphError(Exception):
    """An error answer."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        headers: Mapping[str, str] | None = None,
        inner: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message
        self.headers, self.inner = dict(headers or {}), dict(inner or {})

    def reply(self, incoming: Incoming) -> Reply:
        """The error in Graph's envelope."""
        trace = {
            "date": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S"),
            "request-id": incoming.request_id,
            "client-request-id": incoming.client_request_id,
        }
        error = {"code": self.code, "message": self.message, "innerError": self.inner | trace}
        return Reply(self.status, {"error": error}, dict(self.headers))

    @classmethod
    def bad_request(cls, message: str) -> GraphError:
        return cls(400, "BadRequest", message)

    @classmethod
    def refused(cls, message: str) -> GraphError:
        """A directory write that breaks a rule."""
        return cls(400, "Request_BadRequest", message)

    @classmethod
    def unsupported_query(cls, message: str = "Unsupported Query.") -> GraphError:
        return cls(400, "Request_UnsupportedQuery", message)

    @classmethod
    def unauthenticated(cls, message: str) -> GraphError:
        return cls(401, "InvalidAuthenticationToken", message)

    @classmethod
    def no_segment(cls, segment: str) -> GraphError:
        return cls.bad_request(f"Resource not found for the segment '{segment}'.")

    @classmethod
    def no_method(cls) -> GraphError:
        return cls(405, "Request_BadRequest", "Specified HTTP method is not allowed for the request target.")

    @classmethod
    def missing(cls, key: str) -> GraphError:
        return cls(
            404,
            "Request_ResourceNotFound",
            f"Resource '{key}' does not exist or one of its queried reference-property objects "
            "are not present.",
        )

    @classmethod
    def concurrent(cls) -> GraphError:
        return cls(
            409,
            "Directory_ConcurrencyViolation",
            "Error due to concurrent requests being made to the tenant. Please wait briefly and retry.",
        )

    @classmethod
    def backend(cls, status: int, code: str, message: str, action: str) -> GraphError:
        """The Teams administration service's own error, passed on as text inside text."""
        text = json.dumps({"code": code, "message": message, "action": action}, separators=(",", ":"))
        return cls(status, "UnknownError", text)

    @classmethod
    def teams_missing(cls) -> GraphError:
        return cls.backend(404, "NotFound", "Resource not found.", "Specify valid resource.")

"""Judges a request against Microsoft's published description of Graph v1.0, or of its beta version.

Strict where Graph is strict: path, method, query options and their names, properties in `$select`, `$filter`
and bodies, types, required members, enumerations. `$batch` is judged item by item.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
from openapi_schema_validator import OAS30Validator
from referencing import Registry
from referencing.jsonschema import DRAFT4

from bot.sandbox.journal import Entry

__all__ = ["GraphContract", "check_journal", "graph_contract", "shared_folder", "version_of"]

Json = dict[str, Any]
_ROOT = "urn:graph"
_DOCUMENTS = {"v1.0": "openapi-v1.json", "beta": "openapi-beta.json"}
_METHODS = ("get", "post", "put", "patch", "delete")
_OPAQUE_OPTIONS = {"$skiptoken", "$deltatoken"}
"""Options Graph puts into the links it hands out; they are sent back as they came."""
_WORDS = frozenset(
    {"eq", "ne", "gt", "ge", "lt", "le", "and", "or", "not", "in", "any", "all"}
    | {"startswith", "endswith", "contains", "true", "false", "null"}
)
_MEMBERS = ("microsoft.graph.user", "microsoft.graph.group")
"""What a `directoryObject` may turn out to be, and so which properties may be asked of it."""


def shared_folder() -> Path | None:
    """Where Microsoft's descriptions are kept on a developer's machine; they are not part of this project."""
    named = os.environ.get("SWITCHBOARD_SHARED")
    folder = Path(named) if named else Path(__file__).parents[3] / "shared"
    return folder if folder.is_dir() else None


def graph_contract(version: str = "v1.0") -> GraphContract:
    """The contract of a version of Graph; skips the calling test where the description is absent."""
    contract = _contract_here(version)
    if contract is None:
        pytest.skip("Microsoft's description of Graph is not here")
    return contract


def check_journal(entries: Iterable[Entry]) -> None:
    """Raise `AssertionError` unless Graph would have understood every request the tenant was sent.

    For whatever our own client did in a test; without Microsoft's description nothing is judged.
    """
    contracts = {version: _contract_here(version) for version in _DOCUMENTS}
    asked = {
        (one.method, f"{one.path}?{one.query}" if one.query else one.path, json.dumps(one.body))
        for one in entries
    }
    for method, url, body in asked:
        contract = contracts[version_of(url)]
        if contract is not None:
            contract.check(method, url, json.loads(body))


def version_of(url: str) -> str:
    """The version of Graph a path belongs to; one without a version is of v1.0."""
    return "beta" if url.startswith("/beta/") else "v1.0"


@cache
def _contract_here(version: str) -> GraphContract | None:
    folder = shared_folder()
    path = folder / "graph" / _DOCUMENTS[version] if folder else None
    return GraphContract(path) if path is not None and path.is_file() else None


@dataclass(frozen=True)
class _Operation:
    template: str
    pattern: re.Pattern[str]
    rank: tuple[int, int]
    item: Json = field(repr=False)


class GraphContract:
    """The operations of an OpenAPI 3.0 document."""

    def __init__(self, path: Path) -> None:
        self._document: Json = json.loads(path.read_text())
        self._root_path = urlsplit(self._document["servers"][0]["url"]).path
        resource = DRAFT4.create_resource(self._document)
        self._registry: Registry[Any] = Registry().with_resource(_ROOT, resource)
        operations = [_operation(template, item) for template, item in self._document["paths"].items()]
        self._operations = sorted(operations, key=lambda operation: operation.rank)

    def check(self, method: str, url: str, body: object = None) -> None:
        """Raise `AssertionError` when Graph would not understand the request.

        `url` is absolute, or begins at the service root with or without the version.
        """
        parts = urlsplit(url)
        path = self._below_root(parts.path)
        operation = self._find(path)
        assert operation, f"no such path in Graph's {self._root_path}: {path}"
        described = operation.item.get(method.lower())
        assert described, f"{operation.template} does not take {method}"
        options = dict(parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query)))
        self._check_options(described, options)
        self._check_body(operation.template, method.lower(), described, body)
        if path == "/$batch":
            self._check_batch(body)

    def _below_root(self, path: str) -> str:
        if path.startswith(self._root_path + "/"):
            return path[len(self._root_path) :]
        assert not re.match(r"/(beta|v[0-9])", path), f"not in {self._root_path}: {path}"
        return path

    def _find(self, path: str) -> _Operation | None:
        return next((each for each in self._operations if each.pattern.fullmatch(_decoded(path))), None)

    def _check_options(self, described: Json, options: Mapping[str, str]) -> None:
        known = {each["name"]: each["schema"] for each in self._parameters(described, "query")}
        properties = self._entity_properties(described)
        for name, value in options.items():
            if name in _OPAQUE_OPTIONS:
                continue
            assert name in known, f"{described['operationId']} does not take {name}"
            assert value, f"{name} is empty"
            _check_shape(name, value, known[name])
            if name in ("$select", "$filter", "$orderby", "$expand") and properties:
                unknown = _roots(name, value) - properties
                assert not unknown, f"{described['operationId']} {name}: no property {sorted(unknown)}"

    def _parameters(self, described: Json, place: str) -> Iterator[Json]:
        for each in described.get("parameters", ()):
            found = self._resolved(each)
            if found["in"] == place:
                yield found

    def _entity_properties(self, described: Json) -> set[str]:
        for status, response in described["responses"].items():
            if not status.startswith("2"):
                continue
            content = self._resolved(response).get("content", {}).get("application/json")
            if content:
                return self._properties_of_answer(content["schema"])
        return set()

    def _properties_of_answer(self, schema: Json) -> set[str]:
        properties = self._properties(schema)
        if "value" in properties:
            schema = self._resolved(properties["value"]).get("items", {})
        found = set(self._properties(schema))
        schemas = self._document["components"]["schemas"]
        if found <= set(self._properties(schemas["microsoft.graph.directoryObject"])):
            found |= {name for kind in _MEMBERS for name in self._properties(schemas[kind])}
        return found

    def _check_body(self, template: str, method: str, described: Json, body: object) -> None:
        if "requestBody" not in described:
            assert body in (None, "", {}), f"{method} {template} takes no body"
            return
        assert isinstance(body, dict), f"{method} {template} needs a body"
        steps = ("paths", template, method, "requestBody", "content", "application/json", "schema")
        pointer = "/".join(step.replace("~", "~0").replace("/", "~1") for step in steps)
        validator = OAS30Validator({"$ref": f"{_ROOT}#/{pointer}"}, registry=self._registry)
        problems = [f"{error.json_path}: {error.message}" for error in validator.iter_errors(body)]
        assert not problems, f"{method} {template}: {problems}"
        schema = self._resolved(described["requestBody"])["content"]["application/json"]["schema"]
        unknown = list(self._unknown(schema, body, "$"))
        assert not unknown, f"{method} {template}: no such properties: {unknown}"

    def _unknown(self, schema: Json, value: object, where: str) -> Iterator[str]:
        schema = self._resolved(schema)
        if isinstance(value, list):
            for index, entry in enumerate(value):
                yield from self._unknown(schema.get("items", {}), entry, f"{where}[{index}]")
        properties = self._properties(schema)
        if not isinstance(value, dict) or not properties:
            return
        for name, inner in value.items():
            bare = name.split("@")[0]
            if bare and bare not in properties:
                yield f"{where}.{name}"
            elif name in properties:
                yield from self._unknown(properties[name], inner, f"{where}.{name}")

    def _check_batch(self, body: object) -> None:
        assert isinstance(body, dict)
        ids = [each["id"] for each in body["requests"]]
        assert len(ids) == len(set(ids)), f"ids are not unique: {ids}"
        for each in body["requests"]:
            assert each["url"].startswith("/"), f"not relative to the service root: {each['url']}"
            if "body" in each:
                headers = {name.lower() for name in each.get("headers", {})}
                assert "content-type" in headers, f"a body without Content-Type: {each}"
            self.check(each["method"], each["url"], each.get("body"))

    def _resolved(self, schema: Json) -> Json:
        while "$ref" in schema:
            found: Any = self._document
            for step in schema["$ref"].removeprefix("#/").split("/"):
                found = found[step.replace("~1", "/").replace("~0", "~")]
            schema = found
        return schema

    def _properties(self, schema: Json) -> dict[str, Json]:
        schema = self._resolved(schema)
        found: dict[str, Json] = {}
        for part in [*schema.get("allOf", ()), *schema.get("anyOf", ())]:
            found |= self._properties(part)
        own: dict[str, Json] = schema.get("properties", {})
        return found | own


def _decoded(path: str) -> str:
    """The path decoded, except for what would break its segments."""
    return "/".join(unquote(segment).replace("/", "%2F") for segment in path.split("/"))


def _operation(template: str, item: Json) -> _Operation:
    pieces = re.split(r"(\{[^}]+\})", template)
    keyed = [_key_pattern(before, piece) for before, piece in zip(["", *pieces], pieces, strict=False)]
    holes = sum(piece.startswith("{") for piece in pieces)
    literal = sum(len(piece) for piece in pieces if not piece.startswith("{"))
    methods = {method: item[method] for method in _METHODS if method in item}
    return _Operation(template, re.compile("".join(keyed)), (holes, -literal), methods)


def _key_pattern(before: str, piece: str) -> str:
    if not piece.startswith("{"):
        return re.escape(piece)
    # A whole segment may not look like an OData system resource ($count, $ref) or a function call.
    return r"[^/$()][^/()]*" if before.endswith("/") else r"[^/,()]+"


def _check_shape(name: str, value: str, schema: Json) -> None:
    match schema["type"]:
        case "integer":
            assert re.fullmatch(r"[0-9]+", value), f"{name} is not a number: {value}"
        case "boolean":
            assert value in ("true", "false"), f"{name} is not a boolean: {value}"
        case "array":
            assert all(part.strip() for part in value.split(",")), f"{name} has empty parts: {value}"


_GUID = re.compile(r"\b[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\b")


def _roots(option: str, value: str) -> set[str]:
    """The properties an option is about: what stands before the first slash of each path."""
    if option in ("$select", "$expand", "$orderby"):
        return {re.split(r"[\s/(]", part.strip())[0] for part in value.split(",")}
    bare = re.sub(r"'(?:[^']|'')*'", "''", _GUID.sub("''", value))
    assert bare.count("(") == bare.count(")"), f"unbalanced parentheses: {value}"
    assert bare.replace("''", "").count("'") == 0, f"unbalanced apostrophes: {value}"
    variables = set(re.findall(r"\b(\w+):", bare))
    paths = re.findall(r"[A-Za-z_][\w/]*", re.sub(r"\b\d\S*", "", bare))
    return {path.split("/")[0] for path in paths} - _WORDS - variables

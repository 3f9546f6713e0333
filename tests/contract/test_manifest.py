"""The Teams app package against Microsoft's own schema, and against what only the upload checks."""

from __future__ import annotations

import json
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from manifest.package import HERE, LANGUAGES, AppIds, InvalidPackage, build, png_size, render

ROOT = Path(__file__).parents[2]
SCHEMAS = ROOT / "tests/node/node_modules/@microsoft/app-manifest/build/json-schemas/teams/v1.30"

IDS = AppIds(
    teams_app_id="7c4a1a52-0f3e-4c53-9c0f-2f6a3a2b1d10",
    bot_id="0f9a9c1e-6d57-4a3f-8f0e-4b6a5b0c7d21",
    version="1.2.3",
    developer='Contoso "Phones"',
    website="https://contoso.com",
    privacy="https://contoso.com/privacy",
    terms="https://contoso.com/terms",
)


def schema(name: str) -> dict[str, Any]:
    path = SCHEMAS / name
    if not path.exists():
        pytest.skip("the official schemas are not installed (npm is missing); `make test` installs them")
    loaded: dict[str, Any] = json.loads(path.read_text(encoding="utf-8-sig"))
    return loaded


def test_manifest_is_valid_against_the_official_schema() -> None:
    jsonschema.Draft7Validator(schema("MicrosoftTeams.schema.json")).validate(render(IDS))


def test_the_schema_would_notice_a_wrong_manifest() -> None:
    broken = render(IDS) | {"manifestVersion": "1.29"}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft7Validator(schema("MicrosoftTeams.schema.json")).validate(broken)


@pytest.mark.parametrize("language", LANGUAGES)
def test_language_files_are_valid_and_complete(language: str) -> None:
    words = json.loads((HERE / language).read_text(encoding="utf-8"))
    jsonschema.Draft7Validator(schema("MicrosoftTeams.Localization.schema.json")).validate(words)
    bot = render(IDS)["bots"][0]
    expected = {
        f"bots[0].commandLists[{i}].commands[{j}].{key}"
        for i, listed in enumerate(bot["commandLists"])
        for j, command in enumerate(listed["commands"])
        for key in ("title", "description")
        if key in command
    }
    assert expected <= set(words)


def test_languages_named_in_the_manifest_are_packed(tmp_path: Path) -> None:
    package = build(tmp_path / "app.zip", IDS)
    with zipfile.ZipFile(package) as opened:
        names = set(opened.namelist())
        packed = json.loads(opened.read("manifest.json"))
    listed = {entry["file"] for entry in packed["localizationInfo"]["additionalLanguages"]}
    assert names == {"manifest.json", "color.png", "outline.png"} | listed
    assert packed["developer"]["name"] == 'Contoso "Phones"'
    assert "${{" not in json.dumps(packed)


def test_a_bot_in_teams_declares_channel_features_at_the_root() -> None:
    manifest = render(IDS)
    assert "team" in manifest["bots"][0]["scopes"]
    assert manifest["supportsChannelFeatures"] == "tier1"


def test_icons_have_the_sizes_teams_wants() -> None:
    assert png_size(HERE / "color.png") == (192, 192)
    assert png_size(HERE / "outline.png") == (32, 32)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"bot_id": "not-a-guid"}, "bot id"),
        ({"teams_app_id": ""}, "Teams app id"),
        ({"version": "1.2"}, "1.2.3"),
        ({"privacy": "http://contoso.com"}, "https"),
    ],
)
def test_what_the_upload_would_refuse_is_refused_here(change: dict[str, str], says: str) -> None:
    with pytest.raises(InvalidPackage, match=says):
        render(replace(IDS, **change))

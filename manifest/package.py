"""Fill in the tenant's ids and zip the app package for upload to Teams."""

from __future__ import annotations

import json
import re
import struct
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["AppIds", "InvalidPackage", "build", "render"]

HERE = Path(__file__).parent
LANGUAGES = ("fr.json", "zh-cn.json")
_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_PLACEHOLDER = re.compile(r"\$\{\{(\w+)\}\}")


class InvalidPackage(ValueError):
    """The package would be refused on upload; the message says what to change."""


@dataclass(frozen=True, slots=True)
class AppIds:
    """What differs from one organisation to the next."""

    teams_app_id: str
    """GUID of the Teams app; any new GUID, kept for ever."""
    bot_id: str
    """GUID of the bot's Entra application (MicrosoftAppId)."""
    version: str
    developer: str
    website: str
    privacy: str
    terms: str

    def values(self) -> Mapping[str, str]:
        return {
            "TEAMS_APP_ID": self.teams_app_id,
            "BOT_ID": self.bot_id,
            "VERSION": self.version,
            "DEVELOPER_NAME": self.developer,
            "WEBSITE_URL": self.website,
            "PRIVACY_URL": self.privacy,
            "TERMS_URL": self.terms,
        }


def render(ids: AppIds) -> dict[str, Any]:
    """The manifest with every placeholder filled in.

    Raises `InvalidPackage` for an id that is no GUID, a version that is not three numbers, or an address
    that is not https: the schema does not check these, the upload does.
    """
    for name, value in (("Teams app id", ids.teams_app_id), ("bot id", ids.bot_id)):
        if not _GUID.fullmatch(value):
            raise InvalidPackage(f"{name}: {value!r} is not a GUID")
    if not re.fullmatch(r"\d+\.\d+\.\d+", ids.version):
        raise InvalidPackage(f"version: {ids.version!r} is not of the form 1.2.3")
    for name, url in (("website", ids.website), ("privacy", ids.privacy), ("terms", ids.terms)):
        if not url.startswith("https://"):
            raise InvalidPackage(f"{name}: {url!r} must be an https address")
    values = {key: json.dumps(value)[1:-1] for key, value in ids.values().items()}
    text = (HERE / "manifest.json").read_text(encoding="utf-8")
    filled: dict[str, Any] = json.loads(_PLACEHOLDER.sub(lambda found: values[found[1]], text))
    return filled


def build(target: Path, ids: AppIds) -> Path:
    """Write the zip that is uploaded to Teams, and return its path.

    Everything lies at the root of the archive, as Teams expects. Raises `InvalidPackage`.
    """
    manifest = render(ids)
    for icon, size in (("color.png", 192), ("outline.png", 32)):
        if png_size(HERE / icon) != (size, size):
            raise InvalidPackage(f"{icon}: must be {size}x{size} pixels")
    target.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("manifest.json", json.dumps(manifest, ensure_ascii=False, indent=2))
        for name in ("color.png", "outline.png", *LANGUAGES):
            package.write(HERE / name, name)
    return target


def png_size(path: Path) -> tuple[int, int]:
    """Width and height in pixels, from the file's header."""
    header = path.read_bytes()[:24]
    width, height = struct.unpack(">II", header[16:24])
    return width, height

"""From the sources to the catalogues: collect what people read, keep what is translated."""

from __future__ import annotations

import string
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import write_po

from bot.words.catalogues import DOMAIN, catalogue_path, read_catalogue
from bot.words.languages import ENGLISH, LANGUAGES

__all__ = ["collect", "faults", "other_languages", "translated_share", "update"]

_SOURCES = ("bot", "cards", "dialogs")
_KEYWORDS = {"words": None, "N_": None, "plural": (1, 2)}
"""What marks a text: `words("...")`, `N_("...")`, `words.plural("...", "...", n)`."""


def collect(root: Path) -> Catalog:
    """Every marked text below the source folders of `root`."""
    catalogue = Catalog(domain=DOMAIN, project="Switchboard", fuzzy=False)
    for folder in _SOURCES:
        found = extract_from_dir(root / folder, method_map=[("**.py", "python")], keywords=_KEYWORDS)
        for _file, _line, text, comments, context in found:
            catalogue.add(text, auto_comments=comments, context=context)
    return catalogue


def update(template: Catalog, language: str) -> None:
    """Bring one catalogue up to date: new texts are added, lost ones dropped, translations kept."""
    path = catalogue_path(language)
    catalogue = read_catalogue(language) if path.exists() else Catalog(locale=language, domain=DOMAIN)
    # Without fuzzy matching: an almost right sentence about money or licences is worse than English.
    made = catalogue.creation_date
    catalogue.update(template, no_fuzzy_matching=True)
    catalogue.fuzzy = False
    # Only what people read may differ from one extraction to the next.
    catalogue.project, catalogue.version, catalogue.creation_date = "Switchboard", "0.1", made
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalogue, width=100, sort_output=True, ignore_obsolete=True, omit_header=False)


def faults(language: str) -> Iterator[str]:
    """Translations that would show a gap: their `{parts}` differ from the English text's."""
    for message in _messages(read_catalogue(language)):
        for source, translation in _pairs(message):
            if translation and _parts(translation) != _parts(source):
                yield f"{language}: {source!r} has other parts than {translation!r}"


def translated_share(language: str) -> float:
    """How much of a catalogue is translated, from 0 to 1."""
    messages = list(_messages(read_catalogue(language)))
    done = sum(1 for message in messages if all(translation for _, translation in _pairs(message)))
    return done / len(messages) if messages else 0.0


def _messages(catalogue: Catalog) -> Iterator[Message]:
    return (message for message in catalogue if message.id)


def _pairs(message: Message) -> list[tuple[str, str]]:
    """Each translation with the English text it must fit; plural forms all fit the many-form."""
    if isinstance(message.id, tuple):
        return [(message.id[1], form) for form in message.string]
    return [(message.id, message.string)]


def _parts(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def other_languages() -> tuple[str, ...]:
    """Languages that have a catalogue; English is its own."""
    return tuple(language for language in LANGUAGES if language != ENGLISH)

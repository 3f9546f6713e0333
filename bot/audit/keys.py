"""Files of keys: the one that signs checkpoints, the ones that are trusted, and the one for pseudonyms."""

from __future__ import annotations

import os
import secrets
import stat
from pathlib import Path

from bot.audit.notes import PrivateKey, PublicKey, Unreadable
from bot.domain.errors import Misconfigured

__all__ = ["load_private", "load_public", "load_secret", "make_private", "make_secret"]

_OTHERS = stat.S_IWGRP | stat.S_IRWXO
"""What nobody but the owner may do. The group may read: a mounted secret is often given to one."""
_SECRET_BYTES = 32


def make_private(path: Path, name: str) -> PublicKey:
    """Make a key that signs checkpoints, in a new file that only its owner reads.

    Raises `Misconfigured` where there is a file already, or for a name that no key can have.
    """
    try:
        key = PrivateKey.generate(name)
    except Unreadable as problem:
        raise Misconfigured(f"{name!r} cannot be the name of a key: {problem}") from None
    _write_new(path, key.written() + "\n")
    return key.public


def make_secret(path: Path) -> None:
    """Make a key for pseudonyms, in a new file that only its owner reads. Raises `Misconfigured`."""
    _write_new(path, secrets.token_hex(_SECRET_BYTES) + "\n")


def load_private(path: Path) -> PrivateKey:
    """The key that signs. Raises `Misconfigured`: no such file, others could read it, or no key in it."""
    try:
        return PrivateKey.parse(_read_secret(path))
    except Unreadable as problem:
        raise Misconfigured(f"{path}: {problem}; make one with `switchboard audit keygen`") from None


def load_secret(path: Path) -> bytes:
    """The key for pseudonyms. Raises `Misconfigured` as `load_private` does."""
    try:
        secret = bytes.fromhex(_read_secret(path).strip())
    except ValueError:
        secret = b""
    if len(secret) < _SECRET_BYTES:
        raise Misconfigured(f"{path}: not a key; make one with `switchboard audit pseudonym-key`")
    return secret


def load_public(path: Path) -> list[PublicKey]:
    """The keys of a file, one a line; lines that begin with # say what is what. Raises `Misconfigured`."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
        keys = [PublicKey.parse(line) for line in lines if line.strip() and not line.startswith("#")]
    except (OSError, UnicodeDecodeError, Unreadable) as problem:
        raise Misconfigured(f"{path}: no public key can be read: {_reason(problem)}") from None
    if not keys:
        raise Misconfigured(f"{path}: there is no public key in it")
    return keys


def _read_secret(path: Path) -> str:
    try:
        with path.open(encoding="ascii") as file:
            mode = os.fstat(file.fileno()).st_mode
            if mode & _OTHERS:
                raise Misconfigured(
                    f"{path}: others could read or change this key (mode {stat.S_IMODE(mode):04o}); "
                    f"run `chmod 600 {path}`"
                )
            return file.read()
    except (OSError, UnicodeDecodeError) as problem:
        raise Misconfigured(f"{path}: the key cannot be read: {_reason(problem)}") from None


def _write_new(path: Path, text: str) -> None:
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
    except FileExistsError:
        raise Misconfigured(f"{path} exists already; a key is never written over: name a new file") from None
    except OSError as problem:
        raise Misconfigured(f"{path} cannot be written: {_reason(problem)}") from None


def _reason(problem: Exception) -> str:
    return getattr(problem, "strerror", None) or str(problem)

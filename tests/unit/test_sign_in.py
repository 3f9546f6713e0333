"""Which secret is meant, and when its end is told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from bot.credentials import certificate_of
from bot.domain.errors import Misconfigured
from bot.domain.sign_in import Secret, SignIn, days_left, in_use

NOW = datetime(2026, 3, 2, tzinfo=UTC)


def secret(key: str, days: float, hint: str = "") -> Secret:
    return Secret(id=key, hint=hint, ends=NOW + timedelta(days=days))


def test_the_secret_is_known_again_by_its_first_characters() -> None:
    old, ours, newer = secret("old", 2, "abc"), secret("ours", 20, "q8~"), secret("newer", 700, "xyz")
    assert in_use([old, ours, newer], "q8~") == ours
    assert in_use([old, newer], "q8~") == newer, "not listed with a hint: whoever made a new one knows"
    assert in_use([secret("a", 5, "q8~"), secret("b", 9, "q8~")], "q8~") == secret("b", 9, "q8~")
    assert in_use([], "q8~") is None


@pytest.mark.parametrize(
    ("left", "told"), [(31, None), (30, 30), (8, 30), (7, 7), (1.5, 7), (1, 1), (0.1, 1), (-3, 1)]
)
def test_people_are_told_thirty_seven_and_one_days_before(left: float, told: int | None) -> None:
    assert days_left(NOW + timedelta(days=left), NOW) == told


def test_no_more_of_a_secret_is_kept_than_entra_shows() -> None:
    assert "hush" not in SignIn.with_secret("app", "q8~hush-hush").model_dump_json()


def test_the_end_of_a_certificate_is_read_from_its_file(tmp_path: Path) -> None:
    pem = tmp_path / "cert.pem"
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "switchboard")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(0xBEEF)
        .not_valid_before(NOW)
        .not_valid_after(NOW + timedelta(days=365))
        .sign(key, hashes.SHA256())
    )
    pem.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    found = certificate_of(pem)
    assert (found.id, found.ends) == ("beef", NOW + timedelta(days=365))
    pem.write_text("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    with pytest.raises(Misconfigured, match="no valid certificate"):
        certificate_of(pem)

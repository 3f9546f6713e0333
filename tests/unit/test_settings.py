"""Unsafe or incomplete settings refuse to start, with one line that says what to set."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.domain.errors import Misconfigured
from bot.settings import Settings, load_settings

TENANT = "6f1d2b1c-3a44-4f0e-9a59-1b2c3d4e5f60"


@pytest.fixture
def production(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    monkeypatch.chdir(tmp_path)
    policy = tmp_path / "policy.toml"
    policy.write_text("", encoding="utf-8")
    for name, value in {
        "MicrosoftAppId": "0f9a9c1e-6d57-4a3f-8f0e-4b6a5b0c7d21",
        "MicrosoftAppPassword": "s3cret-value",
        "MicrosoftAppType": "SingleTenant",
        "MicrosoftAppTenantId": TENANT,
        "SWITCHBOARD_ADMIN_GROUP": "9d3c2f10-1f7c-4a6b-8f2e-0a1b2c3d4e5f",
        "SWITCHBOARD_POLICY": str(policy),
    }.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def sandbox(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("SWITCHBOARD_PROFILE", "sandbox")
    environment.setenv("SWITCHBOARD_HOST", "127.0.0.1")
    environment.setenv("SWITCHBOARD_GRAPH_URL", "http://127.0.0.1:3979/v1.0")
    environment.setenv("SWITCHBOARD_AUTHORITY", "http://127.0.0.1:3979")
    environment.setenv("SWITCHBOARD_OPENID_METADATA_URL", "http://127.0.0.1:3979/openid")


def test_complete_production_settings_start(production: pytest.MonkeyPatch) -> None:
    settings = load_settings()
    assert settings.tenant == TENANT
    assert settings.authentication


def test_settings_are_read_from_a_dotenv_file(production: pytest.MonkeyPatch, tmp_path: Path) -> None:
    production.delenv("MicrosoftAppId")
    (tmp_path / ".env").write_text("MicrosoftAppId=11111111-2222-3333-4444-555555555555\nPORT=4000\n")
    settings = load_settings()
    assert settings.app_id == "11111111-2222-3333-4444-555555555555"
    assert settings.port == 4000


@pytest.mark.parametrize(
    ("name", "value", "names"),
    [
        ("MicrosoftAppId", "", "MicrosoftAppId"),
        ("MicrosoftAppPassword", "", "MicrosoftAppPassword"),
        ("MicrosoftAppTenantId", "", "MicrosoftAppTenantId"),
        ("MicrosoftAppType", "Single-Tenant", "MicrosoftAppType"),
        ("MicrosoftAppType", "MultiTenant", "MicrosoftAppType"),
        ("SWITCHBOARD_ADMIN_GROUP", "", "SWITCHBOARD_ADMIN_GROUP"),
        ("SWITCHBOARD_POLICY", "/no/such/policy.toml", "SWITCHBOARD_POLICY"),
        ("SWITCHBOARD_TENANT_FACTS", "/no/such/tenant.toml", "SWITCHBOARD_TENANT_FACTS"),
        ("SWITCHBOARD_AUTHENTICATION", "false", "SWITCHBOARD_AUTHENTICATION"),
        ("SWITCHBOARD_CLOCK_RATE", "60", "SWITCHBOARD_CLOCK_RATE"),
        ("SWITCHBOARD_GRAPH_URL", "http://graph.example", "SWITCHBOARD_GRAPH_URL"),
        ("SWITCHBOARD_AUTHORITY", "http://login.example", "SWITCHBOARD_AUTHORITY"),
        ("SWITCHBOARD_PROFILE", "staging", "SWITCHBOARD_PROFILE"),
        ("PORT", "70000", "PORT"),
        ("PORT", "telephone", "PORT"),
    ],
)
def test_production_refuses_in_one_line(
    production: pytest.MonkeyPatch, name: str, value: str, names: str
) -> None:
    production.setenv(name, value)
    with pytest.raises(Misconfigured) as refusal:
        load_settings()
    message = str(refusal.value)
    assert message.startswith(names)
    assert "\n" not in message
    assert "s3cret-value" not in message


def test_no_policy_is_no_start(production: pytest.MonkeyPatch) -> None:
    production.delenv("SWITCHBOARD_POLICY")
    with pytest.raises(Misconfigured, match="SWITCHBOARD_POLICY"):
        load_settings()


def test_managed_identity_needs_no_password(production: pytest.MonkeyPatch) -> None:
    production.setenv("MicrosoftAppType", "UserAssignedMSI")
    production.delenv("MicrosoftAppPassword")
    assert load_settings().app_type == "UserAssignedMSI"


def test_the_sandbox_may_run_without_authentication_on_loopback(production: pytest.MonkeyPatch) -> None:
    sandbox(production)
    production.setenv("SWITCHBOARD_AUTHENTICATION", "false")
    assert not load_settings().authentication


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SWITCHBOARD_HOST", "0.0.0.0"),
        ("SWITCHBOARD_HOST", "192.0.2.7"),
        ("SWITCHBOARD_HOST", "127.0.0.1.example.com"),
        ("SWITCHBOARD_GRAPH_URL", "https://graph.microsoft.com/v1.0"),
    ],
)
def test_the_sandbox_never_leaves_loopback(production: pytest.MonkeyPatch, name: str, value: str) -> None:
    sandbox(production)
    production.setenv(name, value)
    with pytest.raises(Misconfigured, match="loopback"):
        load_settings()


def test_secrets_do_not_show_in_the_settings_text(production: pytest.MonkeyPatch) -> None:
    assert "s3cret-value" not in repr(load_settings())


def test_service_hosts_are_a_comma_separated_list(production: pytest.MonkeyPatch) -> None:
    production.setenv("SWITCHBOARD_EXTRA_SERVICE_HOSTS", "smba.example.us, other.example")
    assert Settings().extra_service_hosts == ("smba.example.us", "other.example")

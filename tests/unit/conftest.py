"""Property tests are judged by what they find, not by how busy the machine is."""

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "steady", deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.register_profile("soak", settings.get_profile("steady"), max_examples=500)


def pytest_configure(config: pytest.Config) -> None:
    """Every run draws other examples; with `--soak`, ten times as many."""
    settings.load_profile("soak" if config.getoption("--soak") else "steady")

"""What all tests share: the Hypothesis profile, and a seed that is printed and can be given back."""

from __future__ import annotations

from pathlib import Path
from random import SystemRandom

import pytest
from hypothesis import HealthCheck, settings

SEED = "20261121"
ROOT = Path(__file__).parents[1]

settings.register_profile(
    "polldecode",
    deadline=None,  # the machines are shared: time is asserted nowhere but in the linear-time guards
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("polldecode")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """A change is judged by the change: the seed is the same for everybody, and another by
    ``--hypothesis-seed=7``. To look for what is new, ``--hypothesis-seed=random`` draws one."""
    seed = config.getoption("hypothesis_seed")
    if seed in (None, "random"):
        config.option.hypothesis_seed = SEED if seed is None else str(SystemRandom().randrange(10**9))


def pytest_report_header(config: pytest.Config) -> str | None:
    seed = config.getoption("hypothesis_seed")
    return None if seed is None else f"hypothesis seed: repeat with --hypothesis-seed={seed}"


@pytest.fixture
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture
def articles(root: Path) -> Path:
    """Two French articles with a leaked poll each, and three without any."""
    return root / "fixtures" / "articles"

"""What all tests share: the Hypothesis profile, and a seed that is printed and can be given back."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

CI_SEED = "20261121"
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
    """In CI the seed is always the same: a change is judged by the change. Elsewhere Hypothesis chooses, as a
    seed that is given switches off its database of failed examples; fuzz/ looks for what is new."""
    if config.getoption("hypothesis_seed") is None and os.environ.get("CI"):
        config.option.hypothesis_seed = CI_SEED


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

"""docs/testing.md: the scrapers on the page pass and fail the tests on it, as the page says."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import Phase, settings

PAGE = Path(__file__).parents[2] / "docs" / "testing.md"
QUICK = settings(max_examples=150, database=None, deadline=None, phases=[Phase.generate])


def blocks(name: str) -> list[str]:
    return re.findall(rf"```python\n# {re.escape(name)}\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)


@pytest.fixture
def test_of(monkeypatch: pytest.MonkeyPatch) -> Callable[[int, int], Callable[[], None]]:
    """The test in the page's nth block, run against the scraper of its mth."""

    def build(test: int, scraper: int) -> Callable[[], None]:
        module = ModuleType("scraper")
        exec(blocks("scraper.py")[scraper], module.__dict__)
        monkeypatch.setitem(sys.modules, "scraper", module)
        names: dict[str, Callable[[], None]] = {}
        exec(blocks("test_scraper.py")[test], names)
        (function,) = [names[name] for name in names if name.startswith("test_")]
        return QUICK(function)

    return build


def test_the_page_has_three_scrapers_and_three_tests() -> None:
    assert (len(blocks("scraper.py")), len(blocks("test_scraper.py"))) == (3, 3)


@pytest.mark.parametrize(("test", "scraper"), [(0, 0), (1, 1), (0, 2), (1, 2), (2, 2)])
def test_the_page_says_which_tests_pass(test_of, test: int, scraper: int) -> None:
    test_of(test, scraper)()


@pytest.mark.parametrize(("test", "scraper", "why"), [(1, 0, AssertionError), (2, 1, Exception)])
def test_the_page_says_which_tests_fail(test_of, test: int, scraper: int, why: type[Exception]) -> None:
    with pytest.raises((why, ExceptionGroup)):
        test_of(test, scraper)()


def test_the_one_line_fixture_of_the_page_is_a_fixture() -> None:
    (block,) = blocks("conftest.py")
    names: dict[str, object] = {}
    exec(block, names)
    assert callable(names["article"])

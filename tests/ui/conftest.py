"""In every test of the window, as in the program, no other thread lets widgets go."""

import gc
from collections.abc import Generator
from pathlib import Path

import pytest

from ui import garbage

_HERE = Path(__file__).parent


def pytest_runtest_setup() -> None:
    """From here on Python looks for no garbage by itself."""
    gc.disable()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(nextitem: pytest.Item | None) -> Generator[None, None, None]:
    """Between two tests of the window what is due goes; after the last one all of it."""
    yield
    if nextitem is not None and _HERE in nextitem.path.parents:
        garbage.collect_due()
    else:
        gc.collect()
        gc.enable()

"""A finished report for the tests that only look at it."""

from pathlib import Path

import pytest

from services.documents.inspection import Options, Rendered, render
from tests.services.documents import samples


@pytest.fixture(scope="session")
def font_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Converted fonts, kept for the run."""
    return tmp_path_factory.mktemp("fonts")


@pytest.fixture(scope="session")
def options(font_cache: Path) -> Options:
    """The packaged fonts only, so that every machine makes the same pages."""
    return Options(fonts=(), cache=font_cache)


@pytest.fixture(scope="session")
def report(options: Options) -> Rendered:
    """The plain report."""
    return render(samples.plain(), options)

"""A finished report for the tests that only look at it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from services.documents.fonts import Role, prepare
from services.documents.inspection import Options, Rendered, render
from tests.services.documents import samples

ROOT = Path(__file__).parents[3]
_PLANE_1 = 0x10000


@pytest.fixture(scope="session")
def font_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Converted fonts, kept for the run.

    They hold the words of all kinds and of these tests from the start: a face that grows by a few
    characters is built anew, and every next document would make it grow.
    """
    folder = tmp_path_factory.mktemp("fonts")
    words = set("".join(path.read_text() for path in _worded()))
    usual = {c for c in words if c.isprintable() and ord(c) < _PLANE_1}
    prepare(dict.fromkeys(Role, usual), (), folder)
    return folder


def _worded() -> Iterator[Path]:
    yield from ROOT.glob("resources/documents/*.toml")
    yield from ROOT.glob("resources/templates/*/*.toml")
    yield ROOT / "resources/labels/zh.toml"
    yield from Path(__file__).parent.glob("*.py")
    yield from (ROOT / "tests").glob("*.py")


@pytest.fixture(scope="session")
def options(font_cache: Path) -> Options:
    """The packaged fonts only, so that every machine makes the same pages."""
    return Options(fonts=(), cache=font_cache)


@pytest.fixture(scope="session")
def report(options: Options) -> Rendered:
    """The plain report."""
    return render(samples.plain(), options)

"""A package made of some of everything, and the keys that open it."""

import tempfile
from pathlib import Path

import pytest

from services import package
from services.package import Keys
from tests.groups import Field
from tests.packs import packed, work


@pytest.fixture
def pack(field: Field, tmp_path: Path) -> Path:
    """A package of some of everything, made with the workspace's own key."""
    work(field, tmp_path)
    return packed(field.ws, tmp_path)


@pytest.fixture
def keys(field: Field) -> Keys:
    return package.keys_of(field.ws)


@pytest.fixture(autouse=True)
def nothing_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Private copies go to a folder of the test's own."""
    (tmp_path / "private").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "private"))

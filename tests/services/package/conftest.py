"""A package made of some of everything, and the keys that open it."""

import shutil
import tempfile
from pathlib import Path

import pytest

from models.store import Store
from services import workspace as workspaces
from services.package import Keys
from tests.groups import FILE_NAME, Field, Prepared
from tests.packs import packed, work


@pytest.fixture(scope="session")
def made(prepared: Prepared, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A package of some of everything in a group's file, made once a run."""
    folder = tmp_path_factory.mktemp("package")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(folder / "state"))
        shutil.copyfile(prepared.folder / FILE_NAME, folder / FILE_NAME)
        ws = workspaces.attach(Store.open_with_key(folder / FILE_NAME, prepared.key))
        try:
            work(Field(ws, *prepared.uids), folder)
            return packed(ws, folder)
        finally:
            ws.close()


@pytest.fixture
def pack(made: Path, tmp_path: Path) -> Path:
    """That package, to be spoilt; the workspace's own key opens it."""
    return Path(shutil.copyfile(made, tmp_path / made.name))


@pytest.fixture
def keys(prepared: Prepared) -> Keys:
    """What the group opens packages with."""
    return Keys(files=(prepared.key,))


@pytest.fixture(autouse=True)
def nothing_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Private copies go to a folder of the test's own."""
    (tmp_path / "private").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "private"))

"""Workspace files to try things on; the slow key derivation is paid once."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from models.cipher import FileKey
from models.kinds import Uid
from models.store import Store

PASSPHRASE = "督导 passphrase 1"  # noqa: S105 - opens nothing but test files
ACTOR = Uid("ac" * 16)


@dataclass(frozen=True)
class Blank:
    """An empty workspace file, its bytes and its key."""

    data: bytes
    key: FileKey


@pytest.fixture(scope="session")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Blank:
    """Made once: every test file is a copy of it."""
    path = tmp_path_factory.mktemp("blank") / "blank.dudao"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(path.parent / "state"))
        store = Store.create(path, PASSPHRASE)
        store.close()
    return Blank(path.read_bytes(), store.key)


@dataclass
class Bench:
    """A folder with workspace files; closes what it opened."""

    folder: Path
    blank: Blank
    patch: pytest.MonkeyPatch
    opened: list[Store] = field(default_factory=list)

    def path(self, name: str = "a") -> Path:
        """Where the file of that name lies."""
        return self.folder / f"{name}.dudao"

    def new(self, name: str = "a") -> Store:
        """A new workspace, open."""
        self.path(name).write_bytes(self.blank.data)
        return self.open(name)

    def open(self, name: str = "a") -> Store:
        """Open a file again."""
        store = Store.open_with_key(self.path(name), self.blank.key)
        self.opened.append(store)
        return store

    def copy(self, source: str, target: str) -> None:
        """Copy a closed file."""
        shutil.copyfile(self.path(source), self.path(target))

    def on_machine(self, name: str) -> None:
        """From here on be another machine, with its own state folder."""
        self.patch.setenv("XDG_STATE_HOME", str(self.folder / f"state-{name}"))


@pytest.fixture
def bench(tmp_path: Path, blank: Blank, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    """A folder to try workspace files in."""
    made = Bench(tmp_path, blank, monkeypatch)
    yield made
    for store in made.opened:
        store.close()

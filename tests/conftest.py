"""What every test starts from: no display, nothing of the person's own folders."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.commands import cli, first_group, nursery, papers
from tests.groups import field, prepared

__all__ = ["cli", "field", "first_group", "nursery", "papers", "prepared"]
"""Fixtures for every test: a group at work, and the command line."""

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

# No example is too slow for a busy machine. Every run tries the same ones, so that a red run is
# about what was changed; `make test-full` seeks new ones.
settings.register_profile(
    "steady", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile(
    "seeking", deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("steady")


@pytest.fixture(scope="session")
def shared_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache folder of this run: converted fonts are worth keeping from test to test."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, shared_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings, state and data go to the test's own folder, in child processes too."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(shared_cache))
    for name in ("CONFIG", "DATA", "STATE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / ".home" / name.lower()))

"""Packages and files of every released version are taken as sources, for ever."""

import shutil
from pathlib import Path

import pytest

from models.parcels import SUFFIX
from services import package
from services.package import Keys
from tests.packs import proven
from tests.released import FOLDER, PASSPHRASE, make, make_package


def proves_itself(path: Path) -> None:
    keys = Keys(passphrases=(PASSPHRASE,))
    manifest = proven(path, keys)
    wanted = {"unit": 2, "problem": 2, "interview": 1, "identity": 1}
    assert {kind: manifest.counts[kind] for kind in wanted} == wanted
    assert manifest.sender.group_name == "第三督导组"
    assert manifest.campaign_title == "银川市党的群众路线教育实践活动"
    with package.open_source(path, keys) as source:
        assert source.is_package is (path.suffix == SUFFIX)
        assert len(source.secrets("name_key")) == source.is_package


@pytest.mark.parametrize(
    "name", sorted(p.name for p in [*FOLDER.glob(f"p*{SUFFIX}"), *FOLDER.glob("v*.dudao")])
)
def test_a_released_file_is_a_source(name: str, tmp_path: Path) -> None:
    proves_itself(Path(shutil.copyfile(FOLDER / name, tmp_path / name)))


def test_a_package_made_now_is_too(tmp_path: Path) -> None:
    make(tmp_path / "now.dudao")
    make_package(tmp_path / f"now{SUFFIX}", tmp_path / "now.dudao")
    proves_itself(tmp_path / f"now{SUFFIX}")

"""The demonstration does the whole job and its files stand on their own."""

from pathlib import Path

import pytest

from models.errors import Refused
from services import demo, health, names, workspace
from services.core import Filter
from services.listing import page


def test_the_whole_job_from_nothing_to_a_verified_report(tmp_path: Path) -> None:
    made = demo.make(tmp_path / "练习 数据")
    assert len(made.groups) == 2
    assert sum(g.counts["unit"] for g in made.groups) >= 8
    assert sum(g.counts["interview"] for g in made.groups) == 12
    kinds = set()
    for group in made.groups:
        assert group.report.read_bytes().startswith(b"%PDF-1.4")
        ws = workspace.open_file(group.file, demo.PASSPHRASE)
        kinds |= {r.values["sub_kind"] for r in page(ws, "problem", Filter()).rows}
        assert health.check(ws).ok
        opened = names.open_names(ws, demo.NAMES_PASSPHRASE, "核对")
        assert len(opened) == group.names_sealed == group.counts["interview"]
        ws.close()
    assert len(kinds) == 16
    with pytest.raises(Refused) as raised:
        demo.make(tmp_path / "练习 数据")
    assert raised.value.code == "folder_not_empty"

"""The demonstration does the whole job and its files stand on their own."""

import tomllib
from pathlib import Path

import pytest

from models.errors import Refused
from services import demo, health, names, workspace
from services.core import Filter
from services.documents import pages
from services.listing import page
from tests.test_house import ROOT

FOUNDING = ROOT / "resources" / "templates" / "yinchuan-2014" / "taxonomy.toml"


def kept_of_the_founding_text(briefing: Path) -> float:
    """Share of the founding text's sentences that stand in the briefing, word for word.

    Those that go over the end of a page are not found.
    """
    pdf = briefing.read_bytes()
    count = pages.page_count(pdf)
    text = "".join("".join(pages.text(pdf, n).split()) for n in range(1, count + 1))
    for n in range(1, count + 1):
        text = text.replace(f"—{n}—", "")
    groups = tomllib.loads(FOUNDING.read_text(encoding="utf-8"))["groups"]
    sentences = [
        sentence
        for group in groups
        for kind in group["sub_kinds"]
        for sentence in f"{kind['title']}。{kind['guidance']}".split("。")
        if sentence
    ]
    found = [sentence for sentence in sentences if "".join(sentence.split()) in text]
    return len(found) / len(sentences)


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
    assert made.office.briefing.read_bytes().startswith(b"%PDF-1.4")
    assert (made.office.issue, made.office.pages) == (14, 7)
    assert kept_of_the_founding_text(made.office.briefing) > 0.9
    with pytest.raises(Refused) as raised:
        demo.make(tmp_path / "练习 数据")
    assert raised.value.code == "folder_not_empty"

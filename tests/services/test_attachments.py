"""Files by content, as secret as what they belong to."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from models import tables
from models.errors import Damaged, Refused
from services import attachments, health, records
from services.core import Filter
from services.listing import page

if TYPE_CHECKING:
    from tests.groups import Field


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    """A file to attach."""
    path = tmp_path / "手写 原件.png"
    path.write_bytes(b"\x89PNG scan")
    return path


def test_the_same_content_is_stored_once_and_comes_back(field: "Field", scan: Path) -> None:
    problem = records.add(field.ws, "problem", [field.problem()]).uids[0]
    given = {"belongs_to": problem, "file": str(scan)}
    uids = records.add(field.ws, "attachment", [given, given]).uids
    values = records.get(field.ws, "attachment", uids[0]).values
    assert (values["name"], values["kind"]) == ("手写 原件.png", "png")
    assert attachments.content(field.ws, str(values["file"])) == scan.read_bytes()
    with field.ws.store.read() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(tables.blob)) == 1


def test_what_hangs_on_a_talk_travels_with_talk_text_only(field: "Field", scan: Path) -> None:
    talk = records.add(field.ws, "interview", [field.talk()]).uids[0]
    assert attachments.kind_of(field.ws, talk) == "talk_attachment"
    given = {"belongs_to": talk, "file": str(scan)}
    with pytest.raises(Refused) as raised:
        records.add(field.ws, "attachment", [given])
    assert raised.value.code == "attachment_wrong_tier"
    uid = records.add(field.ws, "talk_attachment", [given]).uids[0]
    with field.ws.store.read() as connection:
        query = (
            sa.select(tables.scope.c.name)
            .join(tables.row, tables.row.c.scope == tables.scope.c.n)
            .where(tables.row.c.uid == uid)
        )
        assert connection.scalars(query).all() == [f"talk/unit/{field.education}"]
    listed = page(field.ws, "talk_attachment", Filter(text="手写")).rows
    assert [row.uid for row in listed] == [uid]
    records.change(field.ws, "talk_attachment", uid, {"caption": "第一页"})
    assert records.get(field.ws, "talk_attachment", uid).values["caption"] == "第一页"
    records.delete(field.ws, "talk_attachment", uid, "拍重了")
    assert page(field.ws, "talk_attachment", Filter()).total == 0
    assert health.check(field.ws).ok


@pytest.mark.parametrize("content", [b"", None])
def test_empty_and_missing_files_are_refused(
    field: "Field", tmp_path: Path, content: bytes | None
) -> None:
    path = tmp_path / "x.jpg"
    if content is not None:
        path.write_bytes(content)
    problem = records.add(field.ws, "problem", [field.problem()]).uids[0]
    with pytest.raises(Refused):
        records.add(field.ws, "attachment", [{"belongs_to": problem, "file": str(path)}])
    assert page(field.ws, "attachment", Filter()).total == 0


def test_an_altered_content_is_never_handed_out(field: "Field", scan: Path) -> None:
    problem = records.add(field.ws, "problem", [field.problem()]).uids[0]
    given = {"belongs_to": problem, "file": str(scan)}
    uid = records.add(field.ws, "attachment", [given]).uids[0]
    digest = str(records.get(field.ws, "attachment", uid).values["file"])
    with field.ws.store.local() as connection:
        connection.execute(tables.blob.update().values(data=b"other"))
    with pytest.raises(Damaged):
        attachments.content(field.ws, digest)
    assert attachments.damaged(field.ws) == ((digest,), 1)

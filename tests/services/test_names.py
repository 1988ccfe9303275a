"""Names are sealed from the first change on: anyone writes, few read, every reading is logged."""

from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from models import tables
from models.errors import Refused, WrongPassphrase
from models.kinds import Uid, Value
from services import health, names, records, workspace
from services.core import Filter
from services.listing import page
from services.search import find

if TYPE_CHECKING:
    from tests.groups import Field

NAMES_PASSPHRASE = "测试实名 1234"  # noqa: S105 - opens nothing but test files
REAL_NAME = "张堃𬭎"


def spoke(field: "Field") -> tuple[str, Uid]:
    """A talk whose speaker's name is sealed: its code and the identity's uid."""
    uid = records.add(field.ws, "interview", [field.talk()]).uids[0]
    code = str(records.get(field.ws, "interview", uid).values["code_name"])
    sealed = records.add(field.ws, "identity", [{"code_name": code, "real_name": REAL_NAME}])
    return code, sealed.uids[0]


def test_a_name_is_written_without_and_read_only_with_its_passphrase(field: "Field") -> None:
    code, _ = spoke(field)
    with pytest.raises(WrongPassphrase):
        names.open_names(field.ws, "测试口令 1234", "核实")
    opened = names.open_names(field.ws, NAMES_PASSPHRASE, "核实", frozenset({code}))
    assert [n.values["real_name"] for n in opened] == [REAL_NAME]
    assert names.open_names(field.ws, NAMES_PASSPHRASE, "核实", frozenset({"Z000"})) == ()


def test_every_reading_is_logged_with_its_reason(field: "Field") -> None:
    code, _ = spoke(field)
    with pytest.raises(Refused):
        names.open_names(field.ws, NAMES_PASSPHRASE, " ")
    names.open_names(field.ws, NAMES_PASSPHRASE, "核实第三句", frozenset({code}))
    with field.ws.store.read() as connection:
        log = connection.execute(sa.text("select what, of, why from log")).all()
    assert log == [("names_opened", code, "核实第三句")]


def test_no_table_index_or_draft_holds_the_name(field: "Field") -> None:
    spoke(field)
    needle = REAL_NAME.encode()
    with field.ws.store.read() as connection:
        inspector = sa.inspect(connection)
        for table in inspector.get_table_names():
            rows = connection.execute(sa.text(f'select * from "{table}"')).all()  # noqa: S608 - own names
            assert not any(needle in str(value).encode() for row in rows for value in row), table
        bodies = connection.scalars(sa.select(tables.change.c.body)).all()
    assert not any(needle in bytes(body) for body in bodies)
    assert find(field.ws, REAL_NAME[:2]).total == 0


def test_sealed_records_are_not_listed_in_clear(field: "Field") -> None:
    spoke(field)
    with pytest.raises(Refused) as raised:
        page(field.ws, "identity", Filter())
    assert raised.value.code == "kind_sealed"
    assert workspace.info(field.ws).counts["identity"] == 1


def test_correcting_and_deleting_a_sealed_name(field: "Field") -> None:
    code, uid = spoke(field)
    records.change(field.ws, "identity", uid, {"real_name": "李犇"})
    opened = names.open_names(field.ws, NAMES_PASSPHRASE, "核对")
    assert [(n.values["code_name"], n.values["real_name"]) for n in opened] == [(code, "李犇")]
    records.delete(field.ws, "identity", uid, "本人要求")
    assert names.open_names(field.ws, NAMES_PASSPHRASE, "核对") == ()
    assert health.check(field.ws).ok


def test_a_changed_passphrase_leaves_no_old_wrap(field: "Field") -> None:
    spoke(field)
    names.change_passphrase(field.ws, NAMES_PASSPHRASE, "新的实名口令")
    with pytest.raises(WrongPassphrase):
        names.open_names(field.ws, NAMES_PASSPHRASE, "核实")
    assert len(names.open_names(field.ws, "新的实名口令", "核实")) == 1


def test_who_came_to_a_reception_is_sealed_beside_it(field: "Field") -> None:
    record: dict[str, Value] = {
        "channel": "visit", "date": "2014-05-06", "gist": "供热温度不达标", "persons": 3,
        "identity": REAL_NAME,
    }  # fmt: skip
    uid = records.add(field.ws, "reception", [record]).uids[0]
    values = records.get(field.ws, "reception", uid).values
    assert values["gist"] == "供热温度不达标"
    assert values.get("identity") is None
    opened = names.open_names(field.ws, NAMES_PASSPHRASE, "转办核对")
    assert opened[0].values["identity"] == REAL_NAME

"""Two laptops write one sealed name differently: nothing is dropped, and a person decides."""

from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from models import tables
from models.base import dump
from models.errors import Refused, WrongPassphrase
from models.kinds import ReplicaId, Tier, Uid, Value
from services import conflicts, names, records, seal
from services.workspace import Workspace
from tests.laptops import Laptop, changes_of

if TYPE_CHECKING:
    from tests.groups import Field

NAMES_PASSPHRASE = "测试实名 1234"  # noqa: S105 - opens nothing but test files


def disputed(field: "Field", phones: tuple[str | None, str | None] = (None, None)) -> Uid:
    """An identity whose real name the handler and the recorder corrected each their own way.

    With `phones` each wrote a number too.
    """
    talk = records.add(field.ws, "interview", [field.talk()]).uids[0]
    code = records.get(field.ws, "interview", talk).values["code_name"]
    (uid,) = records.add(field.ws, "identity", [{"code_name": code, "real_name": "张三"}]).uids
    seen = changes_of(field.ws, uid, Tier.SEALED)
    laptops = (
        (Laptop(field.ws, ReplicaId("b" * 32), field.handler), "张珊", phones[0]),
        (Laptop(field.ws, ReplicaId("c" * 32), field.recorder), "章三", phones[1]),
    )
    for laptop, name, phone in laptops:
        fields: dict[str, Value] = {"real_name": name}
        if phone:
            fields["phone"] = phone
        with laptop.writing("改名字") as writer:
            seal = names.sealer(writer.connection, fields, writer.reason)
            base = [change.id for change in seen]
            writer.put("identity", uid, seen[0].scope, {}, base=base, seal=seal)
    return uid


def real_name(ws: Workspace) -> object:
    """What the one sealed name is now."""
    (one,) = names.open_names(ws, NAMES_PASSPHRASE, "核实")
    return one.values["real_name"]


def test_a_conflict_between_sealed_names_is_told_and_settled(field: "Field") -> None:
    uid = disputed(field)
    assert conflicts.queue(field.ws) == ()
    (opened,) = names.open_names(field.ws, NAMES_PASSPHRASE, "核实")
    assert opened.conflicts == ("real_name",)
    (waiting,) = conflicts.sealed_queue(field.ws, NAMES_PASSPHRASE, "裁定")
    assert (waiting.uid, waiting.field) == (uid, "real_name")
    assert [c.words for c in waiting.candidates] == ["张珊", "章三"]
    assert waiting.base is not None
    assert waiting.base.words == "张三"
    conflicts.take(field.ws, waiting, 1, "查过本人")
    assert real_name(field.ws) == "张珊"
    assert conflicts.sealed_queue(field.ws, NAMES_PASSPHRASE, "裁定") == ()
    (settled,) = conflicts.resolved(field.ws)
    assert settled.words == "（封存）"
    with pytest.raises(Refused, match="conflict_changed"):
        conflicts.take(field.ws, waiting, 2)


def test_a_third_name_may_be_written(field: "Field") -> None:
    disputed(field)
    (waiting,) = conflicts.sealed_queue(field.ws, NAMES_PASSPHRASE, "裁定")
    found = conflicts.find_sealed(field.ws, waiting.id[:6], NAMES_PASSPHRASE, "裁定")
    assert found.id == waiting.id
    assert conflicts.sealed_apart(field.ws) == 1
    conflicts.write(field.ws, waiting, "张姗", "身份证上是张姗")
    assert conflicts.sealed_apart(field.ws) == 0
    assert real_name(field.ws) == "张姗"
    with field.ws.store.read() as connection:
        bodies = connection.scalars(sa.select(tables.change.c.body)).all()
    assert not any("张姗".encode() in bytes(body) for body in bodies)
    assert conflicts.resolved(field.ws)[0].reason is None


def test_sealed_conflicts_open_with_passphrase_and_reason_only(field: "Field") -> None:
    disputed(field)
    with pytest.raises(WrongPassphrase):
        conflicts.sealed_queue(field.ws, "别的口令", "裁定")
    with pytest.raises(Refused, match="reason_required"):
        conflicts.sealed_queue(field.ws, NAMES_PASSPHRASE, " ")


def test_what_another_group_sealed_or_somebody_altered_hides_no_name(field: "Field") -> None:
    uid = disputed(field)
    key, private = seal.new_key()
    other = Laptop(field.ws, ReplicaId("d" * 32), field.leader)
    (first, *_rest) = changes_of(field.ws, uid, Tier.SEALED)

    def foreign(info: bytes) -> dict[str, Value]:
        return seal.seal(key, {"code_name": "A1", "real_name": "李四"}, None, info)

    def altered(_info: bytes) -> dict[str, Value]:
        return foreign(b"another change") | {"key": first.fields["key"]}

    with other.writing() as writer:
        writer.put("identity", Uid("5" * 32), first.scope, {}, seal=foreign, new=True)
        writer.put("identity", Uid("6" * 32), first.scope, {}, seal=altered, new=True)
        writer.put("identity", uid, first.scope, {}, base=[first.id], seal=altered)
    (one,) = names.open_names(field.ws, NAMES_PASSPHRASE, "核实")
    assert (one.uid, one.closed, one.conflicts) == (uid, 1, ("real_name",))
    (waiting,) = conflicts.sealed_queue(field.ws, NAMES_PASSPHRASE, "裁定")
    assert not waiting.is_asked
    with field.ws.store.local() as connection:
        value = dump(seal.wrap(private, "别组的口令"))
        row = {"kind": "name_key", "owner": key.id, "value": value}
        connection.execute(tables.secret.insert().values(row))
        rubbish = {"kind": "name_key", "owner": "e" * 32, "value": "[1]"}
        connection.execute(tables.secret.insert().values(rubbish))
    (theirs,) = names.open_names(field.ws, "别组的口令", "核实")
    assert theirs.values["real_name"] == "李四"
    with pytest.raises(WrongPassphrase):
        names.open_names(field.ws, "都不对", "核实")


def test_names_that_need_no_decision_are_told_until_somebody_looked(field: "Field") -> None:
    uid = disputed(field)
    (waiting,) = conflicts.sealed_queue(field.ws, NAMES_PASSPHRASE, "裁定")
    conflicts.take(field.ws, waiting, 1)
    seen = changes_of(field.ws, uid, Tier.SEALED)
    for letter, fields in (("b", {"phone": "0951-1"}), ("c", {"post": "科员"})):
        laptop = Laptop(field.ws, ReplicaId(letter * 32), field.handler)
        with laptop.writing() as writer:
            seal_it = names.sealer(writer.connection, dict(fields), None)
            base = [change.id for change in seen]
            writer.put("identity", uid, seen[0].scope, {}, base=base, seal=seal_it)
    assert conflicts.sealed_apart(field.ws) == 1
    assert conflicts.sealed_queue(field.ws, NAMES_PASSPHRASE, "看看") == ()
    assert conflicts.sealed_apart(field.ws) == 0

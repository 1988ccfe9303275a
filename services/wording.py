"""Values of the journal in words, where no form draws them: histories, conflicts, findings."""

from collections.abc import Mapping
from typing import Final

import orjson
import sqlalchemy as sa

from models import tables
from models.base import SETS, table
from models.catalogue import KINDS
from models.kinds import Field, FieldType, RecordKind, Tier, Uid, Value
from models.writership import read_meta
from services import directory, forms, linking, words
from services.campaign import Question
from services.words import _
from services.workspace import Workspace

_REFERENCES: Final = frozenset({FieldType.REFERENCE, FieldType.REFERENCES, FieldType.LINKS})
_UID_DIGITS: Final = 8
_NAME_LENGTH: Final = 40
NUMBERS: Final = ("number", "provisional_number", "code_name")
"""Fields by which a record is called on paper, the best first."""


class Wording:
    """Words for journal fields and values over one connection; what it looked up it remembers."""

    def __init__(self, workspace: Workspace, connection: sa.Connection) -> None:
        """Speak of the records of `workspace`."""
        self._workspace = workspace
        self._connection = connection
        self._titles: dict[str, str] = {}
        self._letters: dict[str, str] | None = None
        self._same = linking.joined(connection)

    def label(self, kind: str, field: str, values: Mapping[str, Value] | None = None) -> str:
        """The word for a journal field: 题目, 承办人（王建国）, a question of the form.

        Args:
            kind: of the record.
            field: journal field, e.g. `handlers.<uid>`.
            values: the record's, which tell the form of an answer.
        """
        if field == "deleted":
            return _("删除")
        stem, dot, member = field.partition(".")
        label = words.field(kind, stem)
        if label == words.kind(kind):
            # The field that names a record is called as its kind is: 问题 of a 问题.
            label = _("题目")
        if not dot:
            return label
        question = self._question(values or {}, member)
        inner = question.label if question else self._member(self._field(kind, stem), member)
        return _("{label}（{member}）").format(label=label, member=inner)

    def value(
        self, kind: str, field: str, value: Value, values: Mapping[str, Value] | None = None
    ) -> str:
        """A journal field's value in words; `（空）` for none. Arguments as of `label`."""
        stem, dot, member = field.partition(".")
        spec = self._field(kind, stem)
        if dot and spec is not None and spec.type in SETS:
            return value if isinstance(value, str) else _("列入") if value else _("不列入")
        if value is None or value in ("", [], {}):
            return _("（空）")
        question = self._question(values or {}, member) if dot else None
        if question is not None:
            return forms.answer_text(question, value)
        if isinstance(value, dict) and kind in KINDS:
            return self._parts(KINDS[kind], field, value)
        return self._plain(spec, value)

    def title(self, uid: str) -> str:
        """How a record is called by who refers to it; the beginning of its uid if unknown."""
        if uid not in self._titles:
            self._titles[uid] = self._find_title(uid) or uid[:_UID_DIGITS]
        return self._titles[uid]

    def name(self, kind: str, uid: Uid, values: Mapping[str, Value]) -> str:
        """What stands for a record in a list: its number, else its title."""
        spec = KINDS.get(kind)
        called = (*NUMBERS, spec.title) if spec else NUMBERS
        for field in called:
            value = values.get(field)
            if value not in (None, ""):
                told = self.value(kind, field, value)
                return told if len(told) <= _NAME_LENGTH else f"{told[:_NAME_LENGTH]}…"
        return uid[:_UID_DIGITS]

    def person(self, uid: str) -> str:
        """A person's name; the beginning of the uid of one not known here."""
        return self.title(uid)

    def letter(self, replica: str) -> str:
        """The letter of a laptop; empty when it never told."""
        if self._letters is None:
            peer = tables.peer
            found = self._connection.execute(sa.select(peer.c.replica, peer.c.letter))
            self._letters = {r.replica: r.letter for r in found}
            own = read_meta(self._connection, "replica") or ""
            self._letters[own] = self._workspace.letter
        return self._letters.get(replica, "")

    def _field(self, kind: str, stem: str) -> Field | None:
        spec = KINDS.get(kind)
        return None if spec is None else spec.field(stem) or spec.by_stem.get(stem)

    def _question(self, values: Mapping[str, Value], member: str) -> Question | None:
        form = self._workspace.template.form(str(values.get("form") or ""))
        return None if form is None else form.question(member)

    def _member(self, spec: Field | None, member: str) -> str:
        if spec is None:
            return member
        if spec.choices:
            return directory.choices(self._workspace, spec.choices).get(member, member)
        return self.title(member) if spec.type in _REFERENCES else member

    def _parts(self, kind: RecordKind, field: str, value: Mapping[str, Value]) -> str:
        """What is right only together: each part by its name, in the order of the form."""
        known = [f.name for f in kind.fields if f.part_of == field and f.name in value]
        if not known:
            return _json(value)
        if field == "state" and kind.name == "problem":
            return self._state(value)
        told = (
            f"{words.field(kind.name, name)} {self._plain(kind.field(name), value[name])}"
            for name in known
            if value[name] is not None
        )
        return "，".join(told) or _("（空）")

    def _state(self, value: Mapping[str, Value]) -> str:
        """`整改中（第 2 轮，5月6日）`."""
        name = words.choice("problem_state", str(value.get("state")))
        told = []
        turn, day = value.get("round"), value.get("changed_on")
        if isinstance(turn, int) and turn > 1:
            told.append(_("第 {n} 轮").format(n=turn))
        if isinstance(day, str):
            told.append(words.date(day))
        return _("{name}（{more}）").format(name=name, more="，".join(told)) if told else name

    def _plain(self, spec: Field | None, value: Value) -> str:
        if isinstance(value, bool):
            return _("是") if value else _("否")
        if isinstance(value, list):
            return "、".join(self._plain(spec, one) for one in value)
        if isinstance(value, dict):
            return _json(value)
        return self._text(spec, str(value))

    def _text(self, spec: Field | None, value: str) -> str:
        if spec is None:
            return value
        if spec.choices:
            return directory.choices(self._workspace, spec.choices).get(value, value)
        if spec.type in _REFERENCES:
            return self.title(value)
        return words.date(value, full=True) if spec.type is FieldType.DATE else value

    def _find_title(self, uid: str) -> str | None:
        row = tables.row
        uid = self._same.head(Uid(uid))
        query = sa.select(row.c.entity).where(row.c.uid == uid).limit(1)
        spec = KINDS.get(str(self._connection.scalar(query)))
        field = spec.field(spec.title) if spec else None
        if spec is None or field is None or field.tier is Tier.SEALED:
            return None
        titled = table(spec.name, field.tier)
        named = [titled.c[n] for n in (*NUMBERS, field.name) if n in titled.c]
        found = self._connection.execute(sa.select(*named).where(titled.c.uid == uid)).first()
        told = [str(v) for v in found or () if v not in (None, "")]
        return told[0] if told else None


def _json(value: Value | Mapping[str, Value]) -> str:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()

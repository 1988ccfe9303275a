"""The columns by which long lists are filtered and sorted, once more, as small numbers.

Rows are wide and their pages encrypted: a list of a million can only be read quickly from a table
that is narrow. Each value stands once in `word`, and a kind's narrow table holds the numbers of its
values, a set's as of one value. The database itself keeps it with the projection, whoever writes.
"""

import sqlalchemy as sa

from models.base import metadata, table
from models.catalogue import KINDS

word = sa.Table(
    "word",
    metadata,
    sa.Column("n", sa.Integer, primary_key=True),
    sa.Column("value", sa.Text, nullable=False, unique=True),
)
"""Every value that some narrow table speaks of; derived, never merged, never removed."""

_NUMBERED = '(select n from word where value = new."{0}")'


def _define(kind: str) -> sa.Table:
    """A kind's narrow table and what makes it follow the projection."""
    spec, wide = KINDS[kind], table(kind)
    narrow = sa.Table(
        f"narrow_{kind}",
        metadata,
        sa.Column("n", sa.Integer, primary_key=True),
        *(sa.Column(name, sa.Integer) for name in spec.coded_by),
    )
    for name in spec.walked_by:
        if name in spec.coded_by:
            # Rows of one value stand in their order; what else is asked of them stands there too,
            # so that the table, whose pages they are all over, need not be read.
            others = [narrow.c[other] for other in spec.coded_by if other != name]
            sa.Index(f"walk_{kind}_{name}", narrow.c[name], narrow.c.n, *others)
        else:
            sa.Index(f"walk_{kind}_{name}", wide.c[name])
    narrow.add_is_dependent_on(wide)
    for statement in _triggers(kind, spec.coded_by):
        follow = sa.DDL(statement)  # type: ignore[no-untyped-call]
        sa.event.listen(narrow, "after_create", follow)
    return narrow


def _triggers(kind: str, names: tuple[str, ...]) -> list[str]:
    wide, narrow = f'"{kind}"', f'"narrow_{kind}"'
    learn = "insert or ignore into word(value) values {};"
    all_new = learn.format(", ".join(f'(new."{name}")' for name in names))
    numbers = ", ".join(_NUMBERED.format(name) for name in names)
    made = [
        f"insert on {wide} begin {all_new} insert into {narrow} values (new.row_n, {numbers})",  # noqa: S608 - own tables
        f"delete on {wide} begin delete from {narrow} where n = old.row_n",  # noqa: S608 - own tables
    ]
    # One for each column: an index is written again for each column of it that is set.
    for name in names:
        new = learn.format(f'(new."{name}")')
        begun = f'update of "{name}" on {wide} begin {new} update {narrow} '
        made.append(begun + f'set "{name}" = {_NUMBERED.format(name)} where n = new.row_n')
    return [f"create trigger follow_{kind}_{n} after {one}; end" for n, one in enumerate(made)]


NARROW = {kind.name: _define(kind.name) for kind in KINDS.values() if kind.coded_by}
"""The narrow table of each kind that has one."""


TRIGGERS = frozenset(
    "CREATE TRIGGER" + statement.removeprefix("create trigger")
    for kind in NARROW
    for statement in _triggers(kind, KINDS[kind].coded_by)
)
"""The triggers of this module as the database keeps them, to the letter."""


def coded_tables() -> list[sa.Table]:
    """The tables of this module: what follows from the projection."""
    return [word, *NARROW.values()]


def misfits(connection: sa.Connection, kind: str) -> int:
    """Rows of a kind whose narrow row is not there, or says something else."""
    wide, narrow = table(kind), NARROW[kind]
    coded = [(wide.c[name], narrow.c[name]) for name in KINDS[kind].coded_by]
    said = [sa.select(word.c.value).where(word.c.n == ours).scalar_subquery() for _, ours in coded]
    differ = [
        theirs.is_distinct_from(value) for (theirs, _), value in zip(coded, said, strict=True)
    ]
    joined = wide.outerjoin(narrow, narrow.c.n == wide.c.row_n)
    count = (
        sa.select(sa.func.count()).select_from(joined).where(narrow.c.n.is_(None) | sa.or_(*differ))
    )
    spare = (
        sa.select(sa.func.count())
        .select_from(narrow)
        .where(narrow.c.n.not_in(sa.select(wide.c.row_n)))
    )
    return int(connection.scalar(count) or 0) + int(connection.scalar(spare) or 0)

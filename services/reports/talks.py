"""谈话记录 on paper: with names only after they were opened for it; every print is logged."""

from typing import TYPE_CHECKING

from models.errors import Refused
from models.writer import new_uid
from services import names, words
from services.documents import interview, kinds
from services.documents.interview import Person, Talks
from services.documents.kinds import Reader
from services.documents.orders import Order, Wanted
from services.reports.drafting import Draft
from services.workspace import Workspace

if TYPE_CHECKING:
    from models.kinds import Value

_KIND = "interview"


def with_names(workspace: Workspace, wanted: Wanted, passphrase: str, reason: str) -> Draft:
    """The talks with who spoke; the opening is logged before anything is shown.

    Raises:
        WrongPassphrase: not the names' passphrase.
        Refused: another kind of document, no talk, or no reason.
    """
    if wanted.kind != _KIND:
        raise Refused("document_no_names")
    order = Order(wanted, workspace.today().isoformat())
    with words.in_chinese():
        codes = frozenset(talk.code for talk in interview.gather(workspace, order).talks)
        if not codes:
            raise Refused("document_nothing")
        people = {
            str(one.values.get("code_name")): Person(
                str(one.values.get("real_name") or ""), _post(one)
            )
            for one in names.open_names(workspace, passphrase, reason, codes)
        }
        data = interview.gather(workspace, order, people)
        composed = interview.compose(data)
    kind = kinds.kind_named(_KIND)
    return Draft(
        wanted, kind, data, composed, (), (), (), (), (), "", is_empty=False, supersedes=""
    )


def _post(one: names.OpenedName) -> str:
    parts = (one.values.get("unit"), one.values.get("post"))
    return " ".join(str(part) for part in parts if part)


def log_print(workspace: Workspace, draft: Draft) -> None:
    """Note that talks left the screen for paper or a file; nothing for other documents."""
    if draft.kind.reader is not Reader.GROUP or not isinstance(draft.data, Talks):
        return
    codes = "、".join(talk.code for talk in draft.data.talks)
    fields: dict[str, Value] = {"what": "talks_printed", "of": codes or "*"}
    with workspace.store.write(workspace.actor) as writer:
        writer.put("log", new_uid(), "log", fields, new=True)
